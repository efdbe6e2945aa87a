/** Sites as the person sees them: those that asked and those blocked. Pure. */
import { splitHost } from '../../common/domain.js';

/** @typedef {import('../../common/asked.js').Asked} Asked */

/**
 * @typedef {object} Site
 * @property {string} origin
 * @property {number | null} last ms; null: it has not asked, or was forgotten
 * @property {[string, number][]} asked method and how often, most often first
 * @property {boolean} blocked by the person
 */

/** @param {string} origin */
const domainOf = origin => splitHost(new URL(origin).hostname).domain;

/**
 * @param {Asked[]} asked the latest first
 * @param {string[]} blocked registrable domains
 * @returns {Site[]} what asked first, then what is blocked and never did
 */
export function toSites(asked, blocked) {
    const known = new Set(asked.map(({ origin }) => domainOf(origin)));
    return [
        ...asked.map(({ origin, last, times }) => ({
            origin, last,
            asked: Object.entries(times).sort(([, a], [, b]) => b - a),
            blocked: blocked.includes(domainOf(origin)),
        })),
        ...blocked.filter(domain => !known.has(domain)).map(domain => ({
            origin: `https://${domain}`, last: null, asked: [], blocked: true,
        })),
    ];
}
