/**
 * When certificates expire, for reminders: {id, notAfter} in storage.local and
 * nothing else about a certificate. Refreshed whenever a list was read.
 */

/** @typedef {{id: string, notAfter: string}} Expiry */

/** Those of this computer, and those seen on removable media. */
export const EXPIRIES = 'expiries';
const ELSEWHERE = 'expiriesElsewhere';

/** Of these nothing is said. */
export const REMINDERS_OFF = 'remindersOff';

/** An expired one is kept until it was said that it has expired. */
const KEPT_MS = 3 * 86_400_000;
const MAX = 2000;

/**
 * @param {Record<string, any>} changes of storage.local
 * @returns {boolean} the next reminder may be another one now
 */
export const speaksOfExpiry = changes => [EXPIRIES, ELSEWHERE, REMINDERS_OFF]
    .some(key => Object.hasOwn(changes, key));

/** @param {any} x @returns {Expiry[]} what is one */
const valid = x => Array.isArray(x) ? x.filter(e =>
    /^[0-9a-f]{64}$/.test(e?.id) && !Number.isNaN(Date.parse(e?.notAfter)))
    : [];

/** @param {any} local @param {string} key @returns {Promise<any>} */
const read = async (local, key) => (await local.get(key))[key];

/**
 * Written only when it has changed: each write wakes the background.
 * @param {any} local
 * @param {string} key
 * @param {Expiry[]} expiries
 */
async function write(local, key, expiries) {
    const sorted = [...new Map(expiries.map(e => [e.id, e])).values()]
        .sort((a, b) => a.id < b.id ? -1 : 1).slice(0, MAX);
    if (JSON.stringify(sorted) !== JSON.stringify(valid(await read(local, key))))
        await local.set({ [key]: sorted });
}

/**
 * @param {any} local browser.storage.local
 * @returns {Promise<Expiry[]>}
 */
export async function readExpiries(local) {
    const all = [...valid(await read(local, ELSEWHERE)),
        ...valid(await read(local, EXPIRIES))];
    return [...new Map(all.map(e => [e.id, e])).values()];
}

/**
 * A whole list was read. What a list without removable media does not have may
 * be on a stick that is not looked at, so those are kept apart.
 * @param {any} local browser.storage.local
 * @param {any[]} certificates of store.list, all pages
 * @param {{removable: boolean, now: number}} how
 */
export async function keepExpiries(local, certificates, { removable, now }) {
    /** @param {Expiry} e */
    const fresh = e => Date.parse(e.notAfter) > now - KEPT_MS;
    /** @param {any[]} some */
    const expiries = some => some
        .filter(c => (c.hasKey ?? Boolean(c.keyScheme)) && fresh(c))
        .map(({ id, notAfter }) => ({ id, notAfter }));
    const onMedia = /** @param {any} c */ c =>
        c.location?.medium === 'removable';
    const here = expiries(certificates.filter(c => !onMedia(c)));
    await write(local, EXPIRIES, here);
    const known = valid(await read(local, ELSEWHERE)).filter(fresh);
    const seen = removable ? expiries(certificates.filter(onMedia)) : [];
    const ids = new Set(here.map(e => e.id));
    await write(local, ELSEWHERE,
        [...known, ...seen].filter(e => !ids.has(e.id)));
}

/**
 * One was issued or renewed.
 * @param {any} local browser.storage.local
 * @param {Expiry} certificate the host's object
 */
export async function addExpiry(local, { id, notAfter }) {
    await write(local, EXPIRIES,
        [...valid(await read(local, EXPIRIES)), { id, notAfter }]);
}

/**
 * One was deleted.
 * @param {any} local browser.storage.local
 * @param {string} id
 */
export async function forgetExpiry(local, id) {
    for (const key of [EXPIRIES, ELSEWHERE])
        await write(local, key,
            valid(await read(local, key)).filter(e => e.id !== id));
    await remindOf(local, id, true);
}

/** @param {any} local @returns {Promise<string[]>} ids nothing is said of */
export async function silenced(local) {
    const found = await read(local, REMINDERS_OFF);
    return Array.isArray(found) ? found : [];
}

/**
 * Whether the person is reminded of a certificate.
 * @param {any} local browser.storage.local
 * @param {string} id
 * @param {boolean} on
 */
export async function remindOf(local, id, on) {
    const off = await silenced(local);
    const next = on ? off.filter(other => other !== id)
        : [...new Set([...off, id])];
    if (next.length !== off.length)
        await local.set({ [REMINDERS_OFF]: next });
}
