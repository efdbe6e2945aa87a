/** When a person is reminded of what. Pure. */
import { daysUntil } from '../ui/common/dates.js';

/** @typedef {import('../common/expiries.js').Expiry} Expiry */
/** @typedef {{id: string, notAfter: string, n: number}} Due */

/** Days before the day of expiry; -1: once, on the day after. */
export const DAYS = [60, 30, 14, 7, 1, -1];

const DAY = 86_400_000;
const KOREA = 9 * 3_600_000;
const HOUR = 10 * 3_600_000; // of the day, in Korea

/** @param {string} notAfter @returns {number[]} ms, in the order of DAYS */
export function moments(notAfter) {
    const day = Math.floor((Date.parse(notAfter) + KOREA) / DAY) * DAY - KOREA;
    return DAYS.map(days => day - days * DAY + HOUR);
}

/**
 * @param {Expiry[]} expiries those that may be spoken of
 * @param {number} since ms: what came before was said, or is not said any more
 * @param {number} now ms
 * @returns {{due: Due[], next: number | null}} each at most once, however
 *     many moments were missed
 */
export function plan(expiries, since, now) {
    const due = expiries
        .filter(({ notAfter }) =>
            moments(notAfter).some(at => at > since && at <= now))
        .map(({ id, notAfter }) =>
            ({ id, notAfter, n: daysUntil(notAfter, now) }))
        .sort((a, b) => a.n - b.n);
    const later = expiries.flatMap(e => moments(e.notAfter))
        .filter(at => at > now);
    return { due, next: later.length > 0 ? Math.min(...later) : null };
}
