/**
 * What the CA's help desk needs to know of an unfinished deed: never a code,
 * never a password. Pure: the texts are passed in.
 */
import { dateTime } from '../common/dates.js';

/** @typedef {import('./state.js').Pending} Pending */

/** Kinds that a reference number was given for; the others have a serial. */
const CODED = ['issue', 'reissue'];

/** @param {Pending} pending */
export const isCoded = pending => CODED.includes(pending.kind);

/**
 * @param {Pending} pending
 * @param {string} ca its title
 * @param {(key: string) => string} t
 * @returns {[string, string][]} label, value; nothing empty
 */
export function helpDeskRows(pending, ca, t) {
    /** @type {[string, string | undefined][]} */
    const rows = [
        ['record_ca', ca],
        ['record_deed', t(`deed_${pending.kind}`)],
        [isCoded(pending) ? 'reference_number' : 'record_serial',
            pending.referenceNumber],
        ['record_transaction', pending.transaction],
        ['resume_started', dateTime(pending.started)],
        ['record_sent', t(`record_sent_${pending.sent}`)],
    ];
    return rows.flatMap(([key, value]) => value
        ? [/** @type {[string, string]} */ ([t(key), value])] : []);
}

/**
 * What happened, in one sentence.
 * @param {Pending} pending
 * @returns {string} key
 */
export function happenedKey({ kind, state, sent }) {
    const stem = kind === 'revoke' ? 'happened_revoke' : 'happened';
    return state === 'prepared' && sent !== 'no'
        ? `${stem}_sent` : `${stem}_${state}`;
}
