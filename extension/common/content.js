/**
 * What a page asks to sign: the bytes, and what is shown of them; each
 * determines the other.
 */
import { fromHex, sha256 } from './bytes.js';
import { parseForm } from './form.js';
import { HostError } from './host-error.js';
import { checkMembers, matching, refuse } from './param-checks.js';
import { CONTENT_MAX } from './protocol.js';
import { canonical, isPlainObject } from './transaction.js';

const NAME_MAX = 100; // characters of a document's name: the host takes 300 bytes
const TYPE = /^[a-z0-9!#$&^_.+-]{1,63}\/[a-z0-9!#$&^_.+-]{1,63}$/i;
const DIGEST = /^[0-9a-f]{64}$/i;

/**
 * @typedef {object} Content
 * @property {'text' | 'transaction' | 'document'} kind
 * @property {string} text that is shown, "" for a document
 * @property {Uint8Array} bytes that are signed, none for a document
 * @property {import('./form.js').Form | null} form whose text it is
 * @property {Document | null} document
 *
 * @typedef {object} Document shown elsewhere: only its digest is known here
 * @property {string} name
 * @property {string} sha256 lower-case hex
 * @property {number | null} size bytes, as the page says
 * @property {string} type as the page says, "" for none
 */

const tooLarge = () => new HostError('too_large',
    { data: { max: `${CONTENT_MAX / 1024} KiB` } });

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

/** @param {any} given @returns {Content} */
function parseDocument(given) {
    checkMembers(given, ['name', 'sha256', 'size', 'type']);
    const { name, size = null, type = '' } = given;
    if (typeof name !== 'string' || name === '' || name.length > NAME_MAX ||
        /\p{Cc}/u.test(name))
        refuse();
    if (/\p{Surrogate}/u.test(name))
        throw new HostError('content_not_displayable');
    if (size !== null && (!Number.isSafeInteger(size) || size < 0))
        refuse();
    return {
        kind: 'document',
        text: '',
        bytes: new Uint8Array(),
        form: null,
        document: {
            name,
            sha256: matching(given.sha256, DIGEST).toLowerCase(),
            size,
            type: type === '' ? '' : matching(type, TYPE),
        },
    };
}

/** @param {any} content @param {any} form @returns {Content} */
function parseShown(content, form) {
    if (form !== undefined) {
        const parsed = parseForm(form);
        return { kind: 'text', ...parseText(parsed.text), form: parsed,
            document: null };
    }
    if (!isPlainObject(content))
        return { kind: 'text', ...parseText(content), form: null,
            document: null };
    const text = canonical(content);
    return { kind: 'transaction', text, bytes: new TextEncoder().encode(text),
        form: null, document: null };
}

/**
 * @param {any} params of a call, or one item of many: exactly one of content,
 *     form and document
 * @returns {Content} or a HostError is thrown
 */
export function parseContent({ content, form, document }) {
    if ([content, form, document].filter(x => x !== undefined).length !== 1)
        refuse();
    if (document !== undefined)
        return parseDocument(document);
    const parsed = parseShown(content, form);
    if (parsed.bytes.length > CONTENT_MAX)
        throw tooLarge();
    return parsed.bytes.length > 0 ? parsed : refuse();
}

/**
 * @param {Pick<Content, 'document' | 'bytes'>} content
 * @returns {Promise<Uint8Array>} SHA-256 of what is signed
 */
export const digestOf = async ({ document, bytes }) =>
    document ? fromHex(document.sha256) : sha256(bytes);
