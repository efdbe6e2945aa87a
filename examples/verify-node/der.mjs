// A strict reader of DER (X.690): one-byte tags, definite lengths in their
// shortest form, nothing beyond the end. What it does not read is refused.

const DEPTH = 24;
const CONSTRUCTED = 0x20;
const COMPOSED = new Set([0x10, 0x11]); // SEQUENCE and SET

export const TAG = Object.freeze({ boolean: 0x01, integer: 0x02, bits: 0x03,
    octets: 0x04, null: 0x05, oid: 0x06, enumerated: 0x0a, utf8: 0x0c,
    printable: 0x13, utcTime: 0x17, time: 0x18, universal: 0x1c,
    bmp: 0x1e, sequence: 0x30, set: 0x31 });

export class NotDer extends Error {}

/** @param {boolean} holds */
export function need(holds, what = 'not DER') {
    if (!holds)
        throw new NotDer(what);
}

/**
 * One element and all that is in it.
 * @typedef {{tag: number, raw: Buffer, body: Buffer, children: Element[]}} Element
 */

/** The length of an element: [of its head, of its body]. */
function measure(bytes) {
    need(bytes.length >= 2 && (bytes[0] & 0x1f) !== 0x1f);
    let length = bytes[1];
    let head = 2;
    if (length >= 0x80) {
        const n = length & 0x7f;
        need(n >= 1 && n <= 3 && bytes.length >= 2 + n && bytes[2] !== 0);
        length = bytes.readUIntBE(2, n);
        need(length >= 0x80);
        head += n;
    }
    need(length <= bytes.length - head);
    return [head, length];
}

/** A primitive universal value that no decoder would take is none. */
function isValue(tag, body) {
    switch (tag) {
    case TAG.boolean: return body.length === 1;
    case TAG.null: return body.length === 0;
    case TAG.integer: case TAG.enumerated:
        return body.length > 0 && !(body.length > 1
            && (body[0] === 0 ? body[1] < 0x80 : body[0] === 0xff && body[1] >= 0x80));
    case TAG.bits: return body.length > 0 && body[0] <= (body.length > 1 ? 7 : 0);
    case TAG.oid: return body.length > 0 && (body[body.length - 1] & 0x80) === 0;
    case TAG.bmp: return body.length % 2 === 0;
    case TAG.universal: return body.length % 4 === 0;
    default: return true;
    }
}

/** The first element of some bytes, whatever follows. */
function first(bytes, depth) {
    const [head, length] = measure(bytes);
    const tag = bytes[0];
    const element = { tag, raw: bytes.subarray(0, head + length),
        body: bytes.subarray(head, head + length), children: [] };
    if ((tag & 0xc0) === 0)
        need(((tag & CONSTRUCTED) !== 0) === COMPOSED.has(tag & 0x1f)
            && isValue(tag, element.body));
    if ((tag & CONSTRUCTED) !== 0) {
        need(depth < DEPTH, 'too deep');
        for (let at = 0; at < length; at += element.children.at(-1).raw.length)
            element.children.push(first(element.body.subarray(at), depth + 1));
    }
    return element;
}

/**
 * The first element and the bytes behind it.
 * @param {Buffer} bytes
 * @returns {[Element, Buffer]}
 */
export function readFirst(bytes) {
    const element = first(bytes, 1);
    return [element, bytes.subarray(element.raw.length)];
}

/** One element and nothing behind it. */
export function read(bytes) {
    const [element, rest] = readFirst(bytes);
    need(rest.length === 0, 'trailing bytes');
    return element;
}

/** @param {Element | undefined} element */
export function expect(element, tag) {
    need(element !== undefined && element.tag === tag, 'another type');
    return /** @type {Element} */ (element);
}

export const sequence = element => expect(element, TAG.sequence).children;

/** An OBJECT IDENTIFIER, dotted. */
export function oid(element) {
    const { body } = expect(element, TAG.oid);
    const arcs = [];
    let arc = 0n;
    let start = true;
    for (const byte of body) {
        need(!(start && byte === 0x80));
        arc = arc << 7n | BigInt(byte & 0x7f);
        start = (byte & 0x80) === 0;
        if (start) {
            arcs.push(arc);
            arc = 0n;
        }
    }
    const root = arcs[0] < 80n ? arcs[0] / 40n : 2n;
    return [root, arcs[0] - root * 40n, ...arcs.slice(1)].join('.');
}

/** An INTEGER. */
export function integer(element) {
    const { body } = expect(element, TAG.integer);
    const value = BigInt(`0x${body.toString('hex')}`);
    return body[0] < 0x80 ? value : value - (1n << BigInt(8 * body.length));
}

/** A BIT STRING without unused bits. */
export function bits(element) {
    const { body } = expect(element, TAG.bits);
    need(body[0] === 0);
    return body.subarray(1);
}

/** UTCTime or GeneralizedTime, its fraction dropped, in seconds since 1970. */
export function time(element) {
    const utc = element?.tag === TAG.utcTime;
    const text = expect(element, utc ? TAG.utcTime : TAG.time).body.toString('latin1');
    const m = (utc ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
        : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/).exec(text);
    need(m !== null, 'no time');
    const [year, month, ...rest] = m.slice(1).map(Number);
    const full = utc ? year + (year < 50 ? 2000 : 1900) : year;
    const ms = Date.UTC(full, month - 1, ...rest);
    need(Number(new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14))
        === Number(`${full}${text.slice(utc ? 2 : 4, utc ? 12 : 14)}`), 'no time');
    return ms / 1000;
}

/** AlgorithmIdentifier: its OID and its parameters, if there are any. */
export function algorithm(element) {
    const [id, parameters, ...rest] = sequence(element);
    need(rest.length === 0);
    return { oid: oid(id), parameters };
}
