/** What the record says of each deed, and of itself. Pure. */

/**
 * @typedef {object} Entry of history.list
 * @property {number} n
 * @property {string} time RFC 3339, "" when damaged
 * @property {string} kind
 * @property {string} result "done", "waiting" or a reason
 * @property {string} [origin] absent: the person, in our own pages
 * @property {{id: string, cn: string, serial: string}} [certificate]
 * @property {string} [shown]
 * @property {string} [digest]
 * @property {string} [detail]
 */

/**
 * The holder's name as it begins a common name: numbers come after it.
 * @param {string} cn
 * @returns {string}
 */
export const nameIn = cn => cn.split(/\(|\d{6,}/)[0].trim();

/**
 * @param {Entry} entry
 * @returns {{key: string, kind: 'ok' | 'neutral' | 'danger'}} of the result
 */
export function resultOf({ result }) {
    if (result === 'done')
        return { key: 'history_done', kind: 'ok' };
    if (result === 'waiting')
        return { key: 'history_waiting', kind: 'neutral' };
    return { key: result === 'damaged' ? 'history_damaged'
        : `error_${result}`, kind: 'danger' };
}

/**
 * @param {any} listed of history.list with verify
 * @returns {{kind: 'ok' | 'danger', key: string, n: number}}
 */
export const stateOf = ({ intact, brokenAt }) => intact === false
    ? { kind: 'danger', key: 'history_broken', n: brokenAt ?? 0 }
    : { kind: 'ok', key: 'history_intact', n: 0 };
