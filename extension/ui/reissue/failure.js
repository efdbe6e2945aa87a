/** What a person can do about a failed issue. Pure. */
import { errorRow } from '../../common/errors.js';

/** @typedef {import('../common/error-model.js').Failure} Failure */

/** The CA has said no: the entry in the journal, if any, leads nowhere. */
const FINAL = new Set(['code_wrong', 'code_expired', 'ca_rejected',
    'certificate_unexpected', 'pending_not_found', 'cancelled']);

/** Nothing was tried: the program must be there first. */
const HOST = new Set(['host_missing', 'host_forbidden', 'host_outdated',
    'extension_outdated']);

/** The process may have died with the request on its way. */
export const LOST = new Set(['host_gone', 'host_silent', 'internal']);

/** The password just chosen is not the one that is needed next. */
export const OTHER_PASSWORD = new Set(['enrolment_pending',
    'password_too_weak']);

/**
 * resume: finish the unfinished one; retry: the same again; place: choose
 * another place; password: choose another one; codes: type the codes again;
 * check: look for the program again; close: nothing more can be done here
 * @param {Failure} failure
 * @param {string} mode
 * @returns {'resume' | 'retry' | 'place' | 'password' | 'codes' |
 *     'check' | 'close'}
 */
export function nextAction({ reason, data }, mode) {
    if (HOST.has(reason))
        return 'check';
    if (data?.pending && !FINAL.has(reason))
        return 'resume';
    if (reason === 'password_too_weak')
        return 'password';
    if (reason === 'code_wrong')
        return mode === 'codes' ? 'codes' : 'close';
    const { button, retryable } = errorRow(reason);
    if (button === 'place')
        return 'place';
    if (button === 'retry' || (button === 'resume' && retryable))
        return 'retry';
    return button === 'copy' && retryable ? 'retry' : 'close';
}

/**
 * Whether the page is told at once: it can be told only once, so not while
 * the person may still mend it.
 * @param {Failure} failure
 * @param {string} mode
 */
export const isLast = (failure, mode) =>
    nextAction(failure, mode) === 'close';
