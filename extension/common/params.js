/**
 * A page's parameters, checked into plain values. Whatever is not exactly as
 * architecture §9 has it is `invalid_request`; nothing is guessed or repaired.
 */
import { HostError } from './host-error.js';
import { CONTENT_MAX } from './protocol.js';
import { canonical, isPlainObject } from './transaction.js';

const CA = /^[a-z0-9-]{1,32}$/;
const CODE = /^[\x21-\x7e]{1,64}$/;
const OID = /^[0-2](\.(0|[1-9]\d{0,17})){1,20}$/;
const NAME_MAX = 100; // characters
const FILTER_MAX = 32; // items of one list
const FORMATS = ['cms', 'cms-detached', 'pkcs1'];
const ENCODINGS = ['utf-8', 'euc-kr'];

/** Control characters, invisible ones and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const tooLarge = () => new HostError('too_large',
    { data: { max: `${CONTENT_MAX / 1024} KiB` } });

/** @returns {never} */
function refuse() {
    throw new HostError('invalid_request');
}

/**
 * @param {any} params
 * @param {string[]} known members that may be there
 */
function checkMembers(params, known) {
    if (typeof params !== 'object' || params === null)
        refuse();
    for (const name of Object.keys(params))
        if (!known.includes(name))
            refuse();
}

/**
 * @param {any} value
 * @param {RegExp} pattern
 * @returns {string}
 */
function matching(value, pattern) {
    return typeof value === 'string' && pattern.test(value) ? value : refuse();
}

/**
 * @template T
 * @param {any} value
 * @param {T[]} choices the first is the default
 * @returns {T}
 */
function oneOf(value, choices) {
    if (value === undefined)
        return choices[0];
    return choices.includes(value) ? value : refuse();
}

/**
 * @param {any} value
 * @param {RegExp} pattern
 * @returns {string[] | null}
 */
function listOf(value, pattern) {
    if (value === undefined)
        return null;
    if (!Array.isArray(value) || value.length < 1 || value.length > FILTER_MAX)
        refuse();
    return value.map(/** @param {any} item */ item => matching(item, pattern));
}

/**
 * The page's own time limit, as the library turned it into an instant.
 * @param {any} value
 * @returns {number | null} ms since 1970
 */
function instant(value) {
    if (value === undefined)
        return null;
    return Number.isSafeInteger(value) && value > 0 ? value : refuse();
}

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

/**
 * @param {any} params of sign
 * @returns {{kind: string, text: string, bytes: Uint8Array, format: string,
 *     encoding: string, attributes: boolean, policies: string[] | null,
 *     cas: string[] | null, expiresAt: number | null}}
 */
export function parseSign(params) {
    checkMembers(params, ['content', 'format', 'encoding', 'attributes',
        'filter', 'expiresAt']);
    const { filter = {} } = params;
    checkMembers(filter, ['policies', 'cas']);
    const content = within(parseContent(params.content));
    const encoding = oneOf(params.encoding, ENCODINGS);
    if (content.kind === 'transaction' && encoding !== 'utf-8')
        refuse(); // canonical JSON is UTF-8
    return {
        ...content,
        format: oneOf(params.format, FORMATS),
        encoding,
        attributes: oneOf(params.attributes, [true, false]),
        policies: listOf(filter.policies, OID),
        cas: listOf(filter.cas, CA),
        expiresAt: instant(params.expiresAt),
    };
}
