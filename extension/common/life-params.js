/** What a page asks of renew and revoke, checked into plain values. */
import { parseFilter } from './filter.js';
import { checkMembers, instant, refuse } from './param-checks.js';

/** Why a certificate is revoked, as enrol.revoke takes it. */
export const REASONS = ['keyCompromise', 'superseded', 'cessationOfOperation',
    'affiliationChanged', 'unspecified'];

/**
 * @typedef {object} WantedLife
 * @property {import('./filter.js').Filter} filter
 * @property {number | null} expiresAt ms since 1970
 */

/** @param {any} params @returns {WantedLife} */
function parseLife(params) {
    const filter = parseFilter(params.filter);
    if (filter.expired)
        refuse(); // what has expired is past renewing and revoking
    return { filter, expiresAt: instant(params.expiresAt) };
}

/**
 * @param {any} params of renew
 * @returns {WantedLife} or a HostError is thrown
 */
export function parseRenew(params) {
    checkMembers(params, ['filter', 'expiresAt']);
    return parseLife(params);
}

/**
 * @param {any} params of revoke
 * @returns {WantedLife & {why: string}} or a HostError is thrown
 */
export function parseRevoke(params) {
    checkMembers(params, ['reason', 'filter', 'expiresAt']);
    if (!REASONS.includes(params.reason))
        refuse();
    return { ...parseLife(params), why: params.reason };
}
