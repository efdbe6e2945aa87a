/** What a check says, from store.verify's answer to words. Pure. */

/** @type {Map<string, ['ok' | 'info' | 'warn' | 'danger', string]>} */
const KINDS = new Map([
    ['valid', ['ok', '✓']], ['expiring', ['warn', '▲']],
    ['expired', ['danger', '✕']], ['not_yet', ['info', '○']],
    ['revoked', ['danger', '⊘']], ['unknown', ['warn', '?']],
]);

/**
 * @param {string} state of store.verify
 * @returns {{kind: 'ok' | 'info' | 'warn' | 'danger', key: string}}
 */
export function verdict(state) {
    const [kind] = KINDS.get(state) ?? ['warn'];
    return { kind: /** @type {any} */ (kind),
        key: `check_${KINDS.has(state) ? state : 'unknown'}` };
}

/**
 * Keys and values of the sentences about revocation, in their order.
 * @param {any} revocation of store.verify
 * @param {(iso: string) => string} when a moment in words
 * @returns {[string, Record<string, string>][]}
 */
export function revocationLines(revocation, when) {
    const { status = 'not_checked', source, checked, validUntil, revokedAt,
        reason, problem } = revocation ?? {};
    /** @type {[string, Record<string, string>][]} */
    const lines = [[`check_status_${status}`, {}]];
    if (status === 'revoked' && revokedAt)
        lines.push(['check_revoked_at', { date: when(revokedAt) }]);
    if (status === 'revoked' && reason)
        lines.push(['check_revoked_why', { reason }]);
    if (source && checked)
        lines.push([`check_source_${source}`, { date: when(checked) }]);
    if (source && validUntil)
        lines.push(['check_until', { date: when(validUntil) }]);
    if (problem)
        lines.push([`error_${problem}`, {}]);
    return lines;
}

/**
 * What the key file turned out to be.
 * @param {any} key of store.verify
 * @returns {string[]} keys
 */
export const keyLines = key => !key ? []
    : !key.matches ? [key.problem && key.problem !== 'key_mismatch'
        ? `error_${key.problem}` : 'try_mismatch']
        : ['try_right', key.r ? 'try_r_yes' : 'try_r_no',
            ...(key.km === undefined ? [] : [key.km ? 'try_km_yes'
                : 'try_km_no'])];
