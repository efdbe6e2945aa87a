/**
 * The window's state and what each event makes of it. Pure: no host, no page,
 * no document.
 */
import { findCa } from '../common/certificate-model.js';
import { nextAction } from './failure.js';

/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */
/** @typedef {import('../common/certificate-model.js').Ca} Ca */
/** @typedef {import('../common/error-model.js').Failure} Failure */
/** @typedef {{path: string, medium: string}} Root */
/** @typedef {{id: string, ca: string, kind: 'issue' | 'reissue',
 *     referenceNumber: string, started: string, state: string,
 *     sent: string}} Pending */

/**
 * @typedef {object} State
 * @property {'loading' | 'prepare' | 'apply' | 'password' | 'progress' |
 *     'confirm' | 'resume' | 'refused' | 'keep' | 'error'} screen
 * @property {'page' | 'codes' | 'resume'} mode
 * @property {'reissue' | 'issue'} kind
 * @property {string | null} origin
 * @property {string} holder expected name, "" when not given
 * @property {string} ca name, "" until chosen
 * @property {string} referenceNumber
 * @property {string} authorizationCode
 * @property {string | null} old certificate to be compared with
 * @property {string} root "" is this computer
 * @property {number | null} expiresAt the site's own limit, in ms
 * @property {string} host its version, "" before it has spoken
 * @property {Ca[]} cas
 * @property {Certificate[]} certificates
 * @property {Root[]} roots
 * @property {Pending[]} pendings
 * @property {string | null} pending id of the unfinished issue at hand
 * @property {string | null} step the host's, while it works
 * @property {boolean} cancelling
 * @property {boolean} pageGone
 * @property {boolean | null} told whether the page took the result
 * @property {string} problem with the password just tried, or ""
 * @property {any} offer what is to be confirmed: subject, certificate
 * @property {any} result
 * @property {Failure | null} failure
 */

/** @type {State} */
export const START = {
    screen: 'loading', mode: 'codes', kind: 'reissue', origin: null,
    holder: '', ca: '', referenceNumber: '', authorizationCode: '', old: null,
    root: '', expiresAt: null, host: '', cas: [], certificates: [], roots: [], pendings: [],
    pending: null, step: null, cancelling: false, pageGone: false, told: null,
    problem: '', offer: null, result: null, failure: null,
};

/** Screens on which nothing has been asked of the CA. */
const BEFORE = ['loading', 'prepare', 'apply', 'password'];

/** @param {State} state */
export const isBefore = state => BEFORE.includes(state.screen);

/**
 * @param {State} state
 * @param {string} reason
 * @param {object} [data]
 * @returns {State}
 */
const failed = (state, reason, data = {}) => ({
    ...state, screen: 'error', step: null, cancelling: false,
    failure: { reason, code: 0, data },
});

/** @param {State} state */
export const caOf = state => state.cas.find(ca => ca.name === state.ca);

/**
 * Certificates that this re-issue may be about.
 * @param {State} state
 */
export const candidates = state => state.kind === 'issue' ? []
    : state.certificates.filter(c =>
        findCa(c.ca, state.cas)?.name === state.ca && state.ca !== '' &&
        (state.holder === '' || c.name === state.holder));

/**
 * The only candidate is meant; of several the person chooses.
 * @param {State} state
 * @returns {State}
 */
function withOld(state) {
    const found = candidates(state);
    return { ...state, old: found.length === 1 ? found[0].id : null };
}

/**
 * An unfinished issue with the same code must be finished, never repeated.
 * @param {State} state
 * @returns {State | null}
 */
function unfinished(state) {
    const same = state.pendings.find(p => p.ca === state.ca &&
        p.referenceNumber === state.referenceNumber);
    return same ? failed({ ...state, pending: same.id }, 'enrolment_pending',
        { pending: same.id, date: same.started, sent: same.sent }) : null;
}

/** @param {State} state @returns {State | null} */
function caRefused(state) {
    const ca = caOf(state);
    if (!ca)
        return failed(state, 'unknown_ca', { ca: state.ca });
    return ca.enabled ? null : failed(state, 'ca_disabled');
}

/** @type {Record<string, (state: State, event: any) => State>} */
const TRANSITIONS = {
    loaded: (state, { facts }) => {
        const known = { ...state, ...facts };
        if (known.mode === 'resume') {
            const found = known.pendings.find(
                /** @param {Pending} p */ p => p.id === known.pending);
            return found
                ? { ...known, screen: 'resume', kind: found.kind, ca: found.ca,
                    referenceNumber: found.referenceNumber }
                : failed(known, 'pending_not_found');
        }
        if (known.mode === 'page')
            return caRefused(known) ?? unfinished(known) ??
                withOld({ ...known, screen: 'prepare' });
        const usable = known.cas.filter(
            /** @param {Ca} ca */ ca => ca.enabled);
        return withOld({ ...known, screen: 'prepare',
            ca: usable.length === 1 ? usable[0].name : known.ca });
    },
    chose: (state, { what }) => {
        const next = { ...state, ...what };
        return next.ca === state.ca && next.kind === state.kind
            ? next : withOld(next);
    },
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
        step: null, pending: null }),
    told: (state, { told }) => ({ ...state, told }),
    roots: (state, { roots, certificates }) =>
        ({ ...state, roots, certificates }),
    ask: (state, { pending = state.pending, problem = '' }) => ({ ...state,
        pending, problem, step: null, failure: null,
        screen: pending ? 'resume' : 'password' }),
    codes: state => ({ ...state, screen: 'apply', failure: null }),
    failed: (state, { failure }) => ({ ...state, screen: 'error', failure,
        step: null, cancelling: false,
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
    nextAction(/** @type {Failure} */ (state.failure), state.mode);

/** Which of the four stages a screen belongs to. */
const STAGE = new Map([['prepare', 'prepare'], ['apply', 'apply'],
    ['password', 'issue'], ['progress', 'issue'], ['confirm', 'issue'],
    ['resume', 'issue'], ['keep', 'keep']]);

/** @param {State} state @returns {string | null} */
export const stageOf = state => STAGE.get(state.screen) ?? null;

/** @param {State} state whether closing now would lose the page's answer */
export const isWorking = state => state.screen === 'progress';
