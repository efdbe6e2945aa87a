/**
 * A page's parameters, checked into plain values. Whatever is not exactly as
 * architecture §9 has it is `invalid_request`; nothing is guessed or repaired.
 */
import { HostError } from './host-error.js';
import { checkMembers, instant, listOf, matching, oneOf, refuse } from './param-checks.js';
import { CONTENT_MAX } from './protocol.js';
import { canonical, isPlainObject } from './transaction.js';

const CA = /^[a-z0-9-]{1,32}$/;
const CODE = /^[\x21-\x7e]{1,64}$/;
const OID = /^[0-2](\.(0|[1-9]\d{0,17})){1,20}$/;
const NONCE = /^[\x21-\x7e]{16,256}$/;
const CERTIFICATE = /^[A-Za-z0-9+/]{100,16000}={0,2}$/;
const NAME_MAX = 100; // characters
const FORMATS = ['cms', 'cms-detached', 'pkcs1'];
const ENCODINGS = ['utf-8', 'euc-kr'];

/** Control characters, invisible ones and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const tooLarge = () => new HostError('too_large',
    { data: { max: `${CONTENT_MAX / 1024} KiB` } });

/**
 * @param {any} params of issue and reissue
 * @returns {{ca: string, referenceNumber: string, authorizationCode: string,
 *     name: string | null, expiresAt: number | null}}
 */
export function parseEnrol(params) {
    checkMembers(params, ['ca', 'referenceNumber', 'authorizationCode', 'name',
        'expiresAt']);
    const { name = null } = params;
    if (name !== null && (typeof name !== 'string' || name === '' ||
        name.length > NAME_MAX || UNFIT.test(name)))
        refuse();
    return {
        ca: matching(params.ca, CA),
        referenceNumber: matching(params.referenceNumber, CODE),
        authorizationCode: matching(params.authorizationCode, CODE),
        name,
        expiresAt: instant(params.expiresAt),
    };
}

/**
 * The bytes to sign and the text that is shown: each determines the other.
 * @param {any} content
 * @returns {{kind: string, text: string, bytes: Uint8Array}}
 */
function parseContent(content) {
    if (isPlainObject(content)) {
        const text = canonical(content);
        return { kind: 'transaction', text, bytes: new TextEncoder().encode(text) };
    }
    return { kind: 'text', ...parseText(content) };
}

/**
 * @param {any} content
 * @returns {{text: string, bytes: Uint8Array}}
 */
function parseText(content) {
    if (typeof content === 'string') {
        if (content.length > CONTENT_MAX)
            throw tooLarge();
        if (/\p{Surrogate}/u.test(content))
            throw new HostError('content_not_displayable');
        return { text: content, bytes: new TextEncoder().encode(content) };
    }
    if (!ArrayBuffer.isView(content) ||
        Object.prototype.toString.call(content) !== '[object Uint8Array]')
        refuse();
    const bytes = new Uint8Array(/** @type {Uint8Array} */ (content));
    if (bytes.length > CONTENT_MAX)
        throw tooLarge();
    try {
        // ignoreBOM keeps the mark in the text, so that nothing is lost
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
            .decode(bytes);
        return { text, bytes };
    } catch {
        throw new HostError('content_not_displayable');
    }
}

/** @param {{kind: string, text: string, bytes: Uint8Array}} content */
function within(content) {
    if (content.bytes.length > CONTENT_MAX)
        throw tooLarge();
    return content.bytes.length > 0 ? content : refuse();
}

/** @param {any} filter */
function parseFilter(filter = {}) {
    checkMembers(filter, ['policies', 'cas']);
    return { policies: listOf(filter.policies, OID), cas: listOf(filter.cas, CA) };
}

/**
 * A login: what is signed is made by the host, so nothing is shown of it.
 * @param {any} params of login
 * @returns {Wanted}
 */
export function parseLogin(params) {
    checkMembers(params, ['nonce', 'vidFor', 'filter', 'expiresAt']);
    return {
        kind: 'login',
        text: '',
        bytes: new Uint8Array(),
        nonce: matching(params.nonce, NONCE),
        vidFor: params.vidFor === undefined ? null
            : matching(params.vidFor, CERTIFICATE),
        format: 'login',
        encoding: 'utf-8',
        attributes: true,
        ...parseFilter(params.filter),
        expiresAt: instant(params.expiresAt),
    };
}

/**
 * @typedef {object} Wanted
 * @property {string} kind text, transaction or login
 * @property {string} text that is shown
 * @property {Uint8Array} bytes that are signed
 * @property {string} nonce of a login, else ''
 * @property {string | null} vidFor of a login: base64 DER
 * @property {string} format
 * @property {string} encoding
 * @property {boolean} attributes
 * @property {string[] | null} policies
 * @property {string[] | null} cas
 * @property {number | null} expiresAt ms since 1970
 */

/**
 * @param {any} params of sign
 * @returns {Wanted}
 */
export function parseSign(params) {
    checkMembers(params, ['content', 'format', 'encoding', 'attributes',
        'filter', 'expiresAt']);
    const content = within(parseContent(params.content));
    const encoding = oneOf(params.encoding, ENCODINGS);
    if (content.kind === 'transaction' && encoding !== 'utf-8')
        refuse(); // canonical JSON is UTF-8
    return {
        ...content,
        format: oneOf(params.format, FORMATS),
        encoding,
        attributes: oneOf(params.attributes, [true, false]),
        nonce: '',
        vidFor: null,
        ...parseFilter(params.filter),
        expiresAt: instant(params.expiresAt),
    };
}
