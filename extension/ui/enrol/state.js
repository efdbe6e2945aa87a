/**
 * The state of a window that has a CA do something: issue, re-issue, renew,
 * revoke. What it is, and what can be read off it. Pure.
 */
import { parseFilter } from '../../common/filter.js';
import { findCa } from '../common/certificate-model.js';

/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */
/** @typedef {import('../common/certificate-model.js').Ca} Ca */
/** @typedef {import('../common/error-model.js').Failure} Failure */
/** @typedef {'issue' | 'reissue' | 'renew' | 'revoke'} Kind */
/** @typedef {{path: string, medium: string}} Root */
/** @typedef {{id: string, ca: string, kind: Kind, referenceNumber: string,
 *     certificate?: string, started: string, state: string, sent: string,
 *     transaction?: string, title?: any, contact?: any}} Pending */

/**
 * @typedef {object} State
 * @property {'loading' | 'prepare' | 'apply' | 'password' | 'choose' |
 *     'renew' | 'revoke' | 'progress' | 'confirm' | 'resume' | 'refused' | 'keep' |
 *     'discard' | 'discarded' | 'error'} screen
 * @property {'page' | 'codes' | 'own' | 'resume'} mode own: about one
 *     certificate of the store
 * @property {Kind} kind
 * @property {string | null} origin
 * @property {string} holder expected name, "" when not given
 * @property {string} ca name, "" until chosen
 * @property {string} referenceNumber
 * @property {string} authorizationCode
 * @property {string | null} certificate id of the one that is renewed, revoked
 * @property {import('../../common/filter.js').Filter} filter of the site: what
 *     it may be
 * @property {string | null} lastUsed id of the one last used on the site
 * @property {string | null} login id of that of the site's last login
 * @property {string} why reason of a revocation, "" until chosen
 * @property {string | null} old certificate to be compared with
 * @property {string} root "" is this computer
 * @property {number | null} expiresAt the site's own limit, in ms
 * @property {string} host its version, "" before it has spoken
 * @property {Ca[]} cas
 * @property {Certificate[]} certificates
 * @property {Root[]} roots
 * @property {Pending[]} pendings
 * @property {{id: string, reason: string}[]} broken of the journal: what
 *     cannot be read
 * @property {string | null} pending id of the unfinished one at hand
 * @property {string | null} step the host's, while it works
 * @property {boolean} cancelling
 * @property {boolean} pageGone
 * @property {boolean | null} told whether the page took the result
 * @property {string} problem with the password just tried, or ""
 * @property {boolean} weak the old password may not be kept: too weak
 * @property {any} offer what is to be confirmed: subject, certificate
 * @property {any} result
 * @property {string} started when what was resumed had begun, "" for now
 * @property {Failure | null} failure
 */

/** @type {State} */
export const START = {
    screen: 'loading', mode: 'codes', kind: 'reissue', origin: null,
    holder: '', ca: '', referenceNumber: '', authorizationCode: '',
    certificate: null, filter: parseFilter(), lastUsed: null, login: null,
    why: '', old: null, root: '', expiresAt: null,
    host: '', cas: [], certificates: [], roots: [], pendings: [], broken: [],
    pending: null, step: null, cancelling: false, pageGone: false, told: null,
    problem: '', weak: false, offer: null, result: null, started: '',
    failure: null,
};

/** Screens on which nothing has been asked of the CA. */
const BEFORE = ['loading', 'prepare', 'apply', 'password', 'choose', 'renew',
    'revoke'];

/** @param {State} state */
export const isBefore = state => BEFORE.includes(state.screen);

/** @param {State} state */
export const caOf = state => state.cas.find(ca => ca.name === state.ca);

/** @param {State} state what it is about: renewed, revoked */
export const certificateOf = state =>
    state.certificates.find(c => c.id === state.certificate);

/** @param {State} state whether it is about a certificate of the store */
export const isOwn = ({ kind }) => kind === 'renew' || kind === 'revoke';

/** @param {State} state what a re-issue takes the place of, if it is known */
export const oldOf = state => state.certificates.find(c => c.id === state.old);

/** @param {State} state the unfinished one at hand, as enrol.pending says */
export const pendingOf = state =>
    state.pendings.find(p => p.id === state.pending);

/**
 * Certificates that this re-issue may be about.
 * @param {State} state
 */
export const candidates = state => state.kind !== 'reissue' ? []
    : state.certificates.filter(c =>
        findCa(c.ca, state.cas)?.name === state.ca && state.ca !== '' &&
        (state.holder === '' || c.name === state.holder));

/** Which of the four stages a screen belongs to; a renewal has none. */
const STAGE = new Map([['prepare', 'prepare'], ['apply', 'apply'],
    ['password', 'issue'], ['progress', 'issue'], ['confirm', 'issue'],
    ['resume', 'issue'], ['keep', 'keep']]);

/** @param {State} state @returns {string | null} */
export const stageOf = ({ screen, kind }) =>
    kind === 'issue' || kind === 'reissue' ? STAGE.get(screen) ?? null : null;

/** @param {State} state whether closing now would lose the page's answer */
export const isWorking = state => state.screen === 'progress';
