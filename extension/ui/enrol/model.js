/**
 * What each event makes of the state. Pure: no host, no page, no document.
 */
import { nextAction } from './failure.js';
import { failed, firstScreen, unfinished, withCertificate, withOld }
    from './start.js';
import { isBefore, pendingOf } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../common/error-model.js').Failure} Failure */

/** Where the password is asked for, by kind. */
const FORM = { issue: 'password', reissue: 'password', renew: 'renew',
    revoke: 'revoke' };

/** @type {Record<string, (state: State, event: any) => State>} */
const TRANSITIONS = {
    loaded: (state, { facts, now }) =>
        firstScreen({ ...state, ...facts }, now),
    chose: (state, { what }) => {
        const next = { ...state, ...what };
        return next.ca === state.ca && next.kind === state.kind
            ? next : withOld(next);
    },
    picked: (state, { certificate, now }) =>
        withCertificate({ ...state, certificate }, now),
    another: state => ({ ...state, screen: 'choose', problem: '' }),
    continued: state => ({ ...state,
        screen: state.mode === 'codes' ? 'apply' : 'password' }),
    back: state => ({ ...state,
        screen: state.screen === 'password' && state.mode === 'codes'
            ? 'apply' : 'prepare' }),
    typed: (state, { codes }) => {
        const next = { ...state, ...codes };
        return unfinished(next) ?? { ...next, screen: 'password' };
    },
    started: (state, { pending = state.pending }) => ({ ...state, pending,
        screen: 'progress', step: null, failure: null, cancelling: false }),
    progress: (state, { step }) => ({ ...state, step }),
    cancelling: state => ({ ...state, cancelling: true }),
    offered: (state, { offer }) => ({ ...state, screen: 'confirm', offer,
        pending: offer.pending, step: null }),
    refused: state => ({ ...state, screen: 'refused' }),
    done: (state, { result }) => ({ ...state, screen: 'keep', result,
        started: pendingOf(state)?.started ?? '', step: null, pending: null }),
    told: (state, { told }) => ({ ...state, told }),
    roots: (state, { roots, certificates }) =>
        ({ ...state, roots, certificates }),
    ask: (state, { pending = state.pending, problem = '' }) => ({ ...state,
        pending, problem, step: null, failure: null,
        weak: state.failure?.reason === 'password_too_weak',
        screen: /** @type {State['screen']} */ (
            pending ? 'resume' : FORM[state.kind]) }),
    givingUp: state => ({ ...state, screen: 'discard', problem: '',
        failure: null }),
    gaveUp: state => ({ ...state, screen: 'discarded' }),
    codes: state => ({ ...state, screen: 'apply', failure: null }),
    failed: (state, { failure, pendings }) => ({ ...state, screen: 'error',
        failure, step: null, cancelling: false,
        pendings: pendings ?? state.pendings,
        pending: failure.data?.pending ?? state.pending }),
    again: state => ({ ...state, screen: 'loading', failure: null }),
    expired: state => isBefore(state)
        ? failed(state, 'request_expired') : state,
    pageGone: state => isBefore(state) && state.mode === 'page'
        ? failed({ ...state, pageGone: true }, 'page_gone')
        : { ...state, pageGone: true },
};

/**
 * @param {State} state
 * @param {{type: string} & Record<string, any>} event
 * @returns {State}
 */
export function reduce(state, event) {
    const transition = TRANSITIONS[event.type];
    if (!transition)
        throw new TypeError(`no such event: ${event.type}`);
    return transition(state, event);
}

/** @param {State} state what the error view offers */
export const actionOf = state =>
    nextAction(/** @type {Failure} */ (state.failure), state);
