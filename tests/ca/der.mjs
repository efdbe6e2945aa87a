/** Reading and writing DER, as little of it as the tests of the CA need. */

/** An element: tag number byte and contents. */
export function tlv(tag, ...contents) {
    const value = Buffer.concat(contents.flat());
    const n = value.length;
    const length =
        n < 0x80
            ? [n]
            : n < 0x100
              ? [0x81, n]
              : n < 0x10000
                ? [0x82, n >> 8, n & 0xff]
                : [0x83, n >> 16, (n >> 8) & 0xff, n & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

export const sequence = (...c) => tlv(0x30, ...c);
export const set = (...c) => tlv(0x31, ...c);
export const octets = bytes => tlv(0x04, bytes);
export const bits = bytes => tlv(0x03, Buffer.from([0]), bytes);
export const nil = () => tlv(0x05);
export const utf8 = text => tlv(0x0c, Buffer.from(text));
export const printable = text => tlv(0x13, Buffer.from(text));
export const explicit = (n, ...c) => tlv(0xa0 | n, ...c);

/** A small non-negative INTEGER. */
export function integer(value) {
    let hex = value.toString(16);
    if (hex.length % 2 === 1)
        hex = `0${hex}`;
    if (parseInt(hex.slice(0, 2), 16) >= 0x80)
        hex = `00${hex}`;
    return tlv(0x02, Buffer.from(hex, 'hex'));
}

/** OBJECT IDENTIFIER from '1.2.3'. */
export function oid(text) {
    const [a, b, ...rest] = text.split('.').map(BigInt);
    const bytes = [];
    for (const arc of [a * 40n + b, ...rest]) {
        const septets = [Number(arc % 128n)];
        for (let n = arc / 128n; n > 0n; n /= 128n)
            septets.unshift(Number(n % 128n) | 0x80);
        bytes.push(...septets);
    }
    return tlv(0x06, Buffer.from(bytes));
}

export const algorithm = text => sequence(oid(text), nil());

/**
 * Elements of a buffer, one level; throws where it is not DER.
 * @param {Buffer} buffer
 * @returns {{tag: number, value: Buffer, whole: Buffer}[]}
 */
export function elements(buffer) {
    const list = [];
    for (let at = 0; at < buffer.length;) {
        const tag = buffer[at];
        let length = buffer[at + 1];
        let head = 2;
        if (length >= 0x80) {
            const bytes = length & 0x7f;
            if (bytes < 1 || bytes > 3 || buffer[at + 2] === 0)
                throw new Error('not DER: a length');
            length = buffer.readUIntBE(at + 2, bytes);
            head += bytes;
        }
        if (!(at + head + length <= buffer.length))
            throw new Error('not DER: cut short');
        list.push({
            tag,
            value: buffer.subarray(at + head, at + head + length),
            whole: buffer.subarray(at, at + head + length),
        });
        at += head + length;
    }
    return list;
}

/** The single element of a buffer, its contents taken apart. */
export function inside(buffer) {
    const list = elements(buffer);
    if (list.length !== 1)
        throw new Error(`not DER: ${list.length} elements instead of one`);
    return elements(list[0].value);
}
