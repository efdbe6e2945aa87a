/**
 * Whose a certificate says it is: the few steps through its DER (X.690) that
 * lead to the subject's common name. Whether it is true, the host judges.
 */

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const OID = 0x06;
const BMP = 0x1e;
const STRINGS = [0x0c, 0x13, 0x14, 0x16]; // UTF8, Printable, T61, IA5
const COMMON_NAME = '550403'; // 2.5.4.3

/** @typedef {{tag: number, body: Uint8Array}} Element */

/**
 * The elements that bytes are made of; throws a RangeError where they are not.
 * @param {Uint8Array} bytes
 * @returns {Element[]}
 */
function elements(bytes) {
    const all = [];
    let at = 0;
    while (at < bytes.length) {
        const tag = bytes[at];
        let length = bytes[at + 1];
        at += 2;
        if (length > 0x80) {
            const size = length - 0x80;
            if (size > 3 || at + size > bytes.length)
                throw new RangeError('length');
            length = bytes.subarray(at, at + size)
                .reduce((sum, byte) => sum * 256 + byte, 0);
            at += size;
        }
        if (!(length !== 0x80 && at + length <= bytes.length))
            throw new RangeError('end');
        all.push({ tag, body: bytes.subarray(at, at + length) });
        at += length;
    }
    return all;
}

/** @param {Element} element */
function within({ tag, body }) {
    if (tag !== SEQUENCE)
        throw new RangeError('sequence');
    return elements(body);
}

/** @param {Element} value */
function textOf({ tag, body }) {
    if (tag !== BMP && !STRINGS.includes(tag))
        throw new RangeError('string');
    return new TextDecoder(tag === BMP ? 'utf-16be' : 'utf-8', { fatal: true })
        .decode(body);
}

/** @param {Uint8Array} bytes */
const hex = bytes =>
    Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/**
 * @param {Uint8Array} der of a certificate
 * @returns {string | null} the last common name of the subject, "" when there
 *     is none; null when this is no certificate
 */
export function commonName(der) {
    try {
        const [certificate, ...more] = elements(der);
        const [tbs] = within(certificate);
        const parts = within(tbs);
        if (parts[0].tag === VERSION)
            parts.shift();
        const subject = within(parts[4]);
        if (more.length > 0 || parts[5].tag !== SEQUENCE)
            return null;
        const names = subject.flatMap(set => elements(set.body)).map(within)
            .filter(([type]) => type.tag === OID &&
                hex(type.body) === COMMON_NAME);
        return names.length > 0 ? textOf(names[names.length - 1][1]) : '';
    } catch {
        return null;
    }
}
