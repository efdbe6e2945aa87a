/**
 * A page's parameters, checked into plain values. Whatever is not exactly as
 * architecture §9 has it is `invalid_request`; nothing is guessed or repaired.
 */
import { parseContent } from './content.js';
import { parseFilter } from './filter.js';
import { HostError } from './host-error.js';
import { checkMembers, instant, matching, oneOf, refuse } from './param-checks.js';
import { isPlainObject } from './transaction.js';

const CA = /^[a-z0-9-]{1,32}$/;
const CODE = /^[\x21-\x7e]{1,64}$/;
const NONCE = /^[\x21-\x7e]{16,256}$/;
const CERTIFICATE = /^[A-Za-z0-9+/]{100,16000}={0,2}$/;
const NAME_MAX = 100; // characters
const FORMATS = ['cms', 'cms-detached', 'pkcs1'];
const ENCODINGS = ['utf-8', 'euc-kr'];
const BASE64 = /^[A-Za-z0-9+/]{100,}={0,2}$/;
const SIGNED_MAX = 960 * 1024; // characters of all base64 in one frame

/** How a signature is closed for a server, the usual way first. */
const CIPHERS = ['aes-256-cbc', 'aria-128-cbc', 'seed-cbc', 'des-ede3-cbc'];

/** Control characters, invisible ones and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

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
 * @typedef {object} Asked
 * @property {string} nonce of a login, else ''
 * @property {string | null} vidFor of a login: base64 DER
 * @property {string} format
 * @property {string} encoding
 * @property {boolean} attributes
 * @property {string | null} addTo base64 SignedData to be joined; it says
 *     itself whether the content is inside
 * @property {boolean} timestamp
 * @property {string | null} envelopeFor base64 DER
 * @property {string | null} cipher with envelopeFor
 * @property {'base64' | 'hex'} output
 * @property {import('./filter.js').Filter} filter
 * @property {number | null} expiresAt ms since 1970
 *
 * @typedef {Omit<import('./content.js').Content, 'kind'> & {kind: string} &
 *     Asked} Wanted kind: that of the content, or login
 */

/** @type {{addTo: null, timestamp: boolean, envelopeFor: null, cipher: null,
 *     output: 'base64'}} what is done with a signature unless asked for */
const NOTHING_MORE = { addTo: null, timestamp: false, envelopeFor: null,
    cipher: null, output: 'base64' };

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
        form: null,
        document: null,
        nonce: matching(params.nonce, NONCE),
        vidFor: params.vidFor === undefined ? null
            : matching(params.vidFor, CERTIFICATE),
        format: 'login',
        encoding: 'utf-8',
        attributes: true,
        ...NOTHING_MORE,
        filter: parseFilter(params.filter),
        expiresAt: instant(params.expiresAt),
    };
}

/**
 * How one content is signed; also of each item of many.
 * @param {any} params
 * @returns {{format: string, encoding: string, attributes: boolean}}
 */
export function parseHow(params) {
    const encoding = oneOf(params.encoding, ENCODINGS);
    // canonical JSON and URL-encoded text are UTF-8
    if (encoding !== 'utf-8' &&
        (isPlainObject(params.content) || params.form?.urlEncode))
        refuse();
    return {
        format: oneOf(params.format, FORMATS),
        encoding,
        attributes: oneOf(params.attributes, [true, false]),
    };
}

/**
 * What is done with a signature beside handing it over. The bare value has no
 * place for other signers or a time.
 * @param {any} params of sign
 * @param {import('./content.js').Content} content
 */
function parseMore({ addTo, timestamp, envelopeFor, cipher, output, format,
    attributes }, { bytes }) {
    if ((addTo !== undefined || timestamp) && format === 'pkcs1' ||
        timestamp && attributes === false ||
        cipher !== undefined && envelopeFor === undefined)
        refuse();
    if (typeof addTo === 'string' &&
        addTo.length + bytes.length * 4 / 3 > SIGNED_MAX)
        throw new HostError('too_large',
            { data: { max: `${SIGNED_MAX / 1024} KiB` } });
    return {
        addTo: addTo === undefined ? null : matching(addTo, BASE64),
        timestamp: oneOf(timestamp, [false, true]),
        envelopeFor: envelopeFor === undefined ? null
            : matching(envelopeFor, CERTIFICATE),
        cipher: envelopeFor === undefined ? null : oneOf(cipher, CIPHERS),
        output: oneOf(output, /** @type {('base64' | 'hex')[]} */ (
            ['base64', 'hex'])),
    };
}

/**
 * A document is known by its digest alone: the signature lies beside it.
 * @param {any} params of sign
 */
function parseDocumentHow({ format, encoding, attributes }) {
    if (encoding !== undefined || attributes === false)
        refuse();
    return {
        format: oneOf(format, ['cms-detached']),
        encoding: 'utf-8',
        attributes: true,
    };
}

/**
 * @param {any} params of sign
 * @returns {Wanted}
 */
export function parseSign(params) {
    checkMembers(params, ['content', 'form', 'document', 'format', 'encoding',
        'attributes', 'addTo', 'timestamp', 'envelopeFor', 'cipher', 'output',
        'filter', 'expiresAt']);
    const content = parseContent(params);
    return {
        ...content,
        ...content.document ? parseDocumentHow(params) : parseHow(params),
        ...parseMore(params, content),
        nonce: '',
        vidFor: null,
        filter: parseFilter(params.filter),
        expiresAt: instant(params.expiresAt),
    };
}
