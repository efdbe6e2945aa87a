/**
 * SEED (RFC 4269) in CBC mode, from the definition of the cipher: its boxes
 * are computed, none is written down. It shares nothing with what is tested.
 */

/** x · y in GF(2^8) modulo x^8 + x^6 + x^5 + x + 1. */
function times(x, y) {
    let product = 0;
    for (; y > 0; y >>= 1) {
        if (y & 1)
            product ^= x;
        x = x & 0x80 ? x << 1 ^ 0x163 : x << 1;
    }
    return product;
}

/** A · x^n + b, the columns of the matrix A from that of bit 0 on. */
function box(columns, n, b) {
    return Uint8Array.from({ length: 256 }, (_, x) => {
        let power = x === 0 ? 0 : 1;
        for (let i = 0; i < n && x > 0; i++)
            power = times(power, x);
        return columns.reduce((sum, column, bit) => power >> bit & 1 ? sum ^ column : sum, b);
    });
}

const boxes = [
    box([0x2c, 0xd0, 0x69, 0xc2, 0x41, 0x44, 0x58, 0xe2], 247, 169),
    box([0xd0, 0x2a, 0xe1, 0x2c, 0x21, 0x30, 0xa2, 0x6c], 251, 56),
];
const masks = [0xfc, 0xf3, 0xcf, 0x3f];

function g(x) {
    const y = [0, 1, 2, 3].map(i => boxes[i % 2][x >>> 8 * i & 0xff]);
    let z = 0;
    for (let i = 3; i >= 0; i--)
        z = z << 8 | y.reduce((sum, byte, k) => sum ^ (byte & masks[(i + k) % 4]), 0);
    return z >>> 0;
}

const add = (a, b) => a + b >>> 0;
const rotate = (x, n) => (x << n | x >>> 32 - n) >>> 0;

/** The keys of the 16 rounds. */
function schedule(key) {
    let [a, b, c, d] = [0, 4, 8, 12].map(at => key.readUInt32BE(at));
    const keys = [];
    for (let i = 0; i < 16; i++) {
        const kc = i === 0 ? 0x9e3779b9 : rotate(0x9e3779b9, i);
        keys.push([g(add(add(a, c), 0 - kc)), g(add(add(b, 0 - d), kc))]);
        if (i % 2 === 0)
            [a, b] = [(a >>> 8 | b << 24) >>> 0, (b >>> 8 | a << 24) >>> 0];
        else
            [c, d] = [(c << 8 | d >>> 24) >>> 0, (d << 8 | c >>> 24) >>> 0];
    }
    return keys;
}

function round(c, d, [k0, k1]) {
    const x = (c ^ k0) >>> 0;
    const first = g((x ^ d ^ k1) >>> 0);
    const second = g(add(first, x));
    const third = g(add(second, first));
    return [add(third, second), third];
}

/** One block; decryption is the same with the keys the other way round. */
function block(bytes, keys) {
    let [l0, l1, r0, r1] = [0, 4, 8, 12].map(at => bytes.readUInt32BE(at));
    for (const key of keys) {
        const [f0, f1] = round(r0, r1, key);
        [l0, l1, r0, r1] = [r0, r1, (l0 ^ f0) >>> 0, (l1 ^ f1) >>> 0];
    }
    const out = Buffer.alloc(16);
    [r0, r1, l0, l1].forEach((word, i) => out.writeUInt32BE(word, 4 * i));
    return out;
}

export const encryptBlock = (key, bytes) => block(bytes, schedule(key));

/** Decrypt and take the padding off; throws when it is none. */
export function decryptCbc(key, iv, bytes) {
    const keys = schedule(key).reverse();
    const out = [];
    let before = iv;
    for (let at = 0; at < bytes.length; at += 16) {
        const now = bytes.subarray(at, at + 16);
        out.push(block(now, keys).map((byte, i) => byte ^ before[i]));
        before = now;
    }
    const plain = Buffer.concat(out);
    const pad = plain.at(-1);
    if (pad < 1 || pad > 16 || !plain.subarray(-pad).every(byte => byte === pad))
        throw new Error('wrong key');
    return plain.subarray(0, -pad);
}
