/**
 * At most three windows a minute for one site, and as often a window brought
 * to the front; counted across sleeps.
 */

const TIMES_MAX = 3;
const PERIOD_MS = 60000;

/** Sites remembered at once; the oldest is forgotten. */
const SITES_MAX = 1000;

/**
 * Count one for a site, unless it has had its share.
 * @param {any} session storage.session
 * @param {'opened' | 'shown'} what
 * @param {string} origin
 * @param {number} now ms
 * @returns {Promise<number>} 0 when it may, else seconds to wait
 */
export async function spend(session, what, origin, now) {
    const key = `times.${what}`;
    /** @type {Map<string, number[]>} */
    const sites = new Map((await session.get(key))[key] ?? []);
    const recent = (sites.get(origin) ?? []).filter(
        at => at <= now && now - at < PERIOD_MS);
    if (recent.length >= TIMES_MAX)
        return Math.ceil((recent[0] + PERIOD_MS - now) / 1000);
    sites.delete(origin);
    sites.set(origin, [...recent, now]);
    if (sites.size > SITES_MAX)
        sites.delete(/** @type {string} */ (sites.keys().next().value));
    await session.set({ [key]: [...sites] });
    return 0;
}

/** The last refusal, which the popup shows since no window does. */
const REFUSAL = 'refusal';

/**
 * @param {any} session storage.session
 * @param {string} origin
 * @param {{reason: string, data?: object}} error
 * @param {number} at ms
 */
export async function keepRefusal(session, origin, { reason, data }, at) {
    await session.set({ [REFUSAL]: { origin, reason, data, at } });
}

/**
 * @param {any} session storage.session
 * @param {string} origin
 * @param {number} now ms
 * @returns {Promise<{reason: string, data?: any} | null>} of the last minute
 */
export async function lastRefusal(session, origin, now) {
    const found = (await session.get(REFUSAL))[REFUSAL];
    const fresh = found?.origin === origin && now - found.at < PERIOD_MS;
    return fresh ? found : null;
}
