/**
 * From an approval to an answer: every check that must hold at that moment,
 * then one host process, then the page. No element is touched here.
 */
import { fromBase64, sha256, toBase64, toHex } from '../../common/bytes.js';
import { digestOf } from '../../common/content.js';
import { HostError, callHost } from '../../common/host.js';
import { checkSite } from '../../common/policy.js';
import { leaving } from '../../common/windows.js';
import { WrongCount } from '../common/wrong.js';
import { remember, rememberLogin } from './certificates.js';

/**
 * @typedef {object} Deps
 * @property {any} storage browser.storage
 * @property {() => import('../../common/host.js').Port} connect
 * @property {import('../../common/page-request.js').PageRequest} request
 * @property {() => number} now ms
 * @property {string} code the check code that is shown
 * @property {string} display every word that is shown of the content
 * @property {string} language it is shown in
 *
 * @typedef {import('../../common/params.js').Wanted} Wanted
 */

/** A key derivation of 600,000 rounds on a slow machine, in ms. */
export const SIGN_MS = 60000;

/**
 * @param {Pick<Deps, 'now' | 'request' | 'storage'>} deps
 * @param {{expiresAt: number | null}} wanted
 * @returns {Promise<string | null>} why it may not be signed now
 */
export async function refusedNow(deps, wanted) {
    if (wanted.expiresAt !== null && deps.now() >= wanted.expiresAt)
        return 'request_expired';
    if (deps.request.gone)
        return 'page_gone';
    return checkSite(deps.storage, deps.request.origin);
}

/** @param {Wanted} wanted */
const loginParams = ({ nonce, vidFor }) =>
    ({ nonce, ...vidFor !== null && { recipient: vidFor } });

/** @param {Wanted} wanted */
const bytesParams = ({ document, bytes, encoding }) => document
    ? { documentName: document.name, documentSha256: document.sha256 }
    : { content: toBase64(bytes), encoding };

/** @param {Deps} deps @param {Wanted} wanted */
const contentParams = async (deps, wanted) => ({
    ...bytesParams(wanted),
    ...wanted.addTo === null ? { format: wanted.format }
        : { addTo: wanted.addTo }, // which says itself what it is
    ...wanted.filter.expired && { expired: true },
    ...wanted.timestamp && { timestamp: true },
    ...wanted.envelopeFor !== null &&
        { recipient: wanted.envelopeFor, cipher: wanted.cipher },
    attributes: wanted.attributes,
    kind: wanted.kind,
    ...wanted.attributes && wanted.format !== 'pkcs1' && {
        language: deps.language,
        displayed: toHex(await sha256(new TextEncoder().encode(deps.display))),
    },
});

/**
 * @param {Deps} deps
 * @param {Wanted} wanted
 * @param {string} certificate id
 * @param {string} password
 * @returns {Promise<object>} what the page gets, or a rejection with a HostError
 */
export async function sign(deps, wanted, certificate, password) {
    const refused = await refusedNow(deps, wanted);
    if (refused)
        throw new HostError(refused);
    const result = await callHost(deps.connect, {
        method: wanted.kind === 'login' ? 'sign.login' : 'sign.data',
        params: {
            origin: deps.request.origin,
            certificate,
            password,
            ...wanted.kind === 'login' ? loginParams(wanted)
                : await contentParams(deps, wanted),
        },
    }, { silenceMs: SIGN_MS });
    await checkResult(result, wanted);
    return forPage(deps, wanted, result);
}

/**
 * What the page gets, and nothing else of the host's answer.
 * @param {Deps} deps
 * @param {Wanted} wanted
 * @param {any} result
 */
function forPage(deps, wanted, result) {
    const { signature, certificate, format, expires, vid, timestamp } = result;
    if (wanted.kind === 'login')
        return { token: signature, certificate, expires,
            ...wanted.vidFor !== null && { vid } };
    const made = wanted.envelopeFor === null ? 'signature' : 'envelope';
    return {
        [made]: wanted.output === 'hex' ? toHex(fromBase64(result[made]))
            : result[made],
        certificate,
        format,
        code: deps.code,
        ...wanted.timestamp && { timestamp },
    };
}

/**
 * What was shown is what was signed: the digest of the bytes behind the text
 * is the host's digest. Text converted to EUC-KR is the host's to check.
 * @param {any} result
 * @param {Wanted} wanted
 */
async function checkResult(result, wanted) {
    const { envelopeFor, timestamp, addTo, format } = wanted;
    const made = envelopeFor === null ? 'signature' : 'envelope';
    const formats = addTo === null ? [format] : ['cms', 'cms-detached'];
    const whole = typeof result[made] === 'string' &&
        typeof result.certificate === 'string' &&
        formats.includes(result.format) &&
        (!timestamp || typeof result.timestamp === 'string');
    const same = wanted.kind === 'login' || wanted.encoding !== 'utf-8' ||
        result.sha256 === toHex(await digestOf(wanted));
    if (!whole || !same)
        throw new HostError('internal');
}

/**
 * What is remembered of a signature for the site's next one.
 * @param {Pick<Deps, 'storage' | 'request'>} deps
 * @param {{kind: string}} wanted
 * @param {string} certificate id
 */
const kept = ({ storage, request: { origin } }, { kind }, certificate) => [
    remember(storage.local, origin, certificate),
    kind === 'login' && rememberLogin(storage.session, origin, certificate),
];

/**
 * One press: the password is tried, and a signature is given to the page. A
 * wrong password is an outcome, not an error, and is counted.
 * @param {Pick<Deps, 'storage' | 'request'>} deps
 * @param {{kind: string}} wanted
 * @param {string} certificate id
 * @param {() => Promise<object>} make what the page gets, with the password
 * @returns {Promise<{kind: 'wrong', count: number, seconds: number} |
 *     {kind: 'signed', arrived: boolean}>} seconds to wait before the next
 *     try; or a rejection with a HostError, and nothing was signed
 */
export async function attemptWith(deps, wanted, certificate, make) {
    const wrong = new WrongCount(deps.storage.session, certificate);
    const tries = await wrong.look();
    if (tries.seconds > 0)
        return { kind: 'wrong', ...tries };
    let result;
    try {
        result = await make();
    } catch (error) {
        if (/** @type {HostError} */ (error).reason !== 'password_wrong')
            throw error;
        return { kind: 'wrong', ...await wrong.wrong() };
    }
    await leaving(deps.storage.session);
    const arrived = await deps.request.answer(result);
    // whatever becomes of these, the signature is made
    await Promise.allSettled([wrong.right(),
        ...deps.request.unseen ? [] : kept(deps, wanted, certificate)]);
    return { kind: 'signed', arrived };
}

/**
 * The same for a content or a login.
 * @param {Deps} deps
 * @param {Wanted} wanted
 * @param {string} certificate id
 * @param {string} password
 */
export const attempt = (deps, wanted, certificate, password) =>
    attemptWith(deps, wanted, certificate,
        () => sign(deps, wanted, certificate, password));
