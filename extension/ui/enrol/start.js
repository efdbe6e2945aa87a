/**
 * Where a window begins once the host has said what is there: its first
 * screen, or why it cannot go on, before anything is asked for. Pure.
 */
import { refusal } from '../../common/filter.js';
import { arrange, findCa, renewableFrom, whyUnusable }
    from '../common/certificate-model.js';
import { candidates, caOf, certificateOf, isOwn, pendingOf }
    from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Pending} Pending */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/**
 * @param {State} state
 * @param {string} reason
 * @param {object} [data]
 * @returns {State}
 */
export const failed = (state, reason, data = {}) => ({
    ...state, screen: 'error', step: null, cancelling: false,
    failure: { reason, code: 0, data },
});

/**
 * The only candidate is meant; of several the person chooses.
 * @param {State} state
 * @returns {State}
 */
export function withOld(state) {
    const found = candidates(state);
    return { ...state, old: found.length === 1 ? found[0].id : null };
}

/**
 * Whether an unfinished one is the deed at hand: the same code, or the same
 * deed with the same certificate.
 * @param {Pending} p
 * @param {State} state
 */
export const isSame = (p, { ca, kind, referenceNumber, certificate, pending }) =>
    p.id === pending || (certificate === null
        ? p.ca === ca && p.referenceNumber === referenceNumber
        : p.kind === kind && p.certificate === certificate);

/**
 * It must be finished, never repeated.
 * @param {State} state
 * @returns {State | null}
 */
export function unfinished(state) {
    const same = state.pendings.find(p => isSame(p, state));
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

/** Why a certificate can be neither renewed nor revoked: reason, its date. */
const UNUSABLE = new Map([['why_revoked', ['certificate_revoked', '']],
    ['why_expired', ['certificate_expired', 'notAfter']],
    ['why_not_yet', ['certificate_not_yet_valid', 'notBefore']],
    ['why_no_key', ['key_file_missing', '']]]);

/**
 * @param {State} state
 * @param {Certificate} c
 * @param {number} now ms
 * @returns {State | null}
 */
function certificateRefused(state, c, now) {
    const [reason, date] = UNUSABLE.get(whyUnusable(c, now)) ?? ['', ''];
    if (reason !== '')
        return failed(state, reason, { date: Object(c)[date] });
    return state.kind === 'renew' && now < renewableFrom(c)
        ? failed(state, 'renewal_too_early',
            { date: new Date(renewableFrom(c)).toISOString() })
        : null;
}

/**
 * The form for one certificate of the store.
 * @param {State} state
 * @param {number} now ms
 * @returns {State}
 */
export function withCertificate(state, now) {
    const c = certificateOf(state);
    if (!c)
        return failed(state, 'certificate_not_found');
    const known = { ...state, ca: findCa(c.ca, state.cas)?.name ?? c.ca };
    return unfinished(known) ?? certificateRefused(known, c, now) ??
        caRefused(known) ?? { ...known,
        screen: state.kind === 'renew' ? 'renew' : 'revoke' };
}

/**
 * How the certificates are arranged that a site may mean.
 * @param {State} state
 * @param {number} now ms
 */
export const choice = ({ kind, cas, filter, certificate, lastUsed, login },
    now) => ({
    cas,
    now,
    lastUsed: certificate ?? lastUsed,
    refusal: refusal(filter,
        { login, ca: c => findCa(c.ca, cas)?.name ?? '' }),
    unfit: (/** @type {Certificate} */ c) =>
        kind === 'renew' && now < renewableFrom(c) ? 'why_too_early' : '',
});

/**
 * A site means one of the store: the form for the one last used there or the
 * only one, else the choice. What is in the way of a certificate is not said
 * (nor is the site told of it) before the person has chosen that one.
 * @param {State} state
 * @param {number} now ms
 * @returns {State}
 */
function withChoice(state, now) {
    const { selected } = arrange(state.certificates, choice(state, now));
    const chosen = selected !== null &&
        withCertificate({ ...state, certificate: selected }, now);
    return chosen && chosen.screen !== 'error' ? chosen
        : { ...state, screen: 'choose' };
}

/** @type {Record<State['mode'], (state: State, now: number) => State>} */
const FIRST = {
    page: (state, now) => isOwn(state) ? withChoice(state, now)
        : caRefused(state) ?? unfinished(state) ??
            withOld({ ...state, screen: 'prepare' }),
    codes: state => {
        const usable = state.cas.filter(ca => ca.enabled);
        return withOld({ ...state, screen: 'prepare',
            ca: usable.length === 1 ? usable[0].name : state.ca });
    },
    own: withCertificate,
    resume: state => {
        const found = pendingOf(state);
        if (state.broken.some(b => b.id === state.pending))
            return { ...state, screen: 'discard' };
        return found
            ? { ...state, screen: 'resume', kind: found.kind, ca: found.ca,
                referenceNumber: found.referenceNumber,
                certificate: found.certificate ?? null }
            : failed(state, 'pending_not_found');
    },
};

/**
 * @param {State} state with what is there
 * @param {number} now ms
 * @returns {State}
 */
export const firstScreen = (state, now) => FIRST[state.mode](state, now);
