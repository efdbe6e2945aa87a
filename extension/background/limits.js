/** At most three windows a minute for one site, counted across sleeps. */

const WINDOWS_MAX = 3;
const PERIOD_MS = 60000;

/** Sites remembered at once; the oldest is forgotten. */
const SITES_MAX = 1000;

const KEY = 'openings';

/**
 * Count one window for a site, unless it has had its share.
 * @param {any} session storage.session
 * @param {string} origin
 * @param {number} now ms
 * @returns {Promise<number>} 0 when it may open, else seconds to wait
 */
export async function spendWindow(session, origin, now) {
    /** @type {Map<string, number[]>} */
    const sites = new Map((await session.get(KEY))[KEY] ?? []);
    const recent = (sites.get(origin) ?? []).filter(
        at => at <= now && now - at < PERIOD_MS);
    if (recent.length >= WINDOWS_MAX)
        return Math.ceil((recent[0] + PERIOD_MS - now) / 1000);
    sites.delete(origin);
    sites.set(origin, [...recent, now]);
    if (sites.size > SITES_MAX)
        sites.delete(/** @type {string} */ (sites.keys().next().value));
    await session.set({ [KEY]: [...sites] });
    return 0;
}
