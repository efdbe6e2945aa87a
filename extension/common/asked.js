/**
 * Which sites have asked, when, and for what: kept for the person in
 * storage.local, never for a private window, and forgotten on request.
 */

const ASKED = 'askedSites';

/** Sites that are kept; the one that asked longest ago goes first. */
const SITES_MAX = 200;

/**
 * @typedef {object} Asked
 * @property {string} origin
 * @property {number} last ms
 * @property {Record<string, number>} times method to how often
 */

/** @param {any} x @returns {x is Asked} */
const isAsked = x => URL.canParse(x?.origin) && Number.isFinite(x.last) &&
    typeof x.times === 'object' && x.times !== null;

/**
 * @param {any} local browser.storage.local
 * @returns {Promise<Asked[]>} the latest first
 */
export async function readAsked(local) {
    const found = (await local.get(ASKED))[ASKED];
    return (Array.isArray(found) ? found : []).filter(isAsked)
        .sort((a, b) => b.last - a.last);
}

/**
 * A window was opened for a site.
 * @param {any} local browser.storage.local
 * @param {string} origin
 * @param {string} method
 * @param {number} now ms
 */
export async function noteAsked(local, origin, method, now) {
    const all = await readAsked(local);
    const times = new Map(Object.entries(
        all.find(site => site.origin === origin)?.times ?? {}));
    times.set(method, (times.get(method) ?? 0) + 1);
    const others = all.filter(site => site.origin !== origin);
    await local.set({ [ASKED]: [
        { origin, last: now, times: Object.fromEntries(times) }, ...others,
    ].slice(0, SITES_MAX) });
}

/**
 * @param {any} local browser.storage.local
 * @param {string} origin
 */
export async function forgetAsked(local, origin) {
    const all = await readAsked(local);
    await local.set({ [ASKED]: all.filter(site => site.origin !== origin) });
}
