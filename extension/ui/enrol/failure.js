/** What a person can do about a failed deed. Pure. */
import { errorRow } from '../../common/errors.js';

/** @typedef {import('../common/error-model.js').Failure} Failure */

/** The CA has said no: the entry in the journal, if any, leads nowhere. */
const FINAL = new Set(['code_wrong', 'code_expired', 'ca_rejected',
    'certificate_unexpected', 'pending_not_found', 'cancelled']);

/** The process may have died with the request on its way. */
export const LOST = new Set(['host_gone', 'host_silent', 'internal']);

/** Of these the person knows what to do, or there is nothing to ask. */
const NOT_FOR_CA = new Set(['code_wrong', 'pending_not_found', 'cancelled']);

/**
 * Whether only the CA can say what became of it.
 * @param {Failure} failure
 */
export const mustAskCa = ({ reason, data }) => Boolean(data?.pending) &&
    FINAL.has(reason) && !NOT_FOR_CA.has(reason);

/**
 * Whether an entry was left that the person has to do with: one whose code was
 * mistyped makes room for the right code.
 * @param {Failure} failure
 */
export const leavesEntry = ({ reason, data }) => LOST.has(reason) ||
    Boolean(data?.pending) && reason !== 'code_wrong';

/** Nothing was tried: the program must be there first. */
const HOST = new Set(['host_missing', 'host_forbidden', 'host_outdated',
    'extension_outdated']);

/** The password just chosen is not the one that is needed next. */
export const OTHER_PASSWORD = new Set(['enrolment_pending',
    'password_too_weak']);

/**
 * resume: finish the unfinished one; retry: the same again; place: choose
 * another place; password: choose another one; codes: type the codes again;
 * check: look for the program again; cas: see whether the CA is switched on;
 * close: nothing more can be done here
 * @param {Failure} failure
 * @param {{mode: string, certificate?: string | null}} of
 * @returns {'resume' | 'retry' | 'place' | 'password' | 'codes' |
 *     'check' | 'cas' | 'close'}
 */
export function nextAction({ reason, data }, { mode, certificate = null }) {
    if (HOST.has(reason))
        return 'check';
    if (data?.pending && !FINAL.has(reason))
        return 'resume';
    if (reason === 'password_too_weak')
        return 'password';
    if (reason === 'code_wrong')
        return mode === 'codes' ? 'codes' : 'close';
    const { button, retryable } = errorRow(reason);
    if (reason === 'ca_disabled')
        return 'cas';
    if (button === 'place')
        return certificate === null ? 'place' : 'retry';
    if (button === 'retry' || (button === 'resume' && retryable))
        return 'retry';
    return button === 'copy' && retryable ? 'retry' : 'close';
}

/**
 * Whether the page is told at once: it can be told only once, so not while
 * the person may still mend it.
 * @param {Failure} failure
 * @param {{mode: string, certificate?: string | null}} of
 */
export const isLast = (failure, of) =>
    ['close', 'cas'].includes(nextAction(failure, of));
