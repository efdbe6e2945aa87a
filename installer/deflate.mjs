/**
 * DEFLATE (RFC 1951), written out so that the same bytes come out of it with
 * every version of Node: what zlib makes of a file differs from one to the
 * next. One block with codes of its own for each file.
 */
import { BITS_MAX, codeLengths, codes, count, runs, trimmed } from './huffman.mjs';

const WINDOW = 32768;
const MATCH_MIN = 3;
const MATCH_MAX = 258;
const CHAIN_MAX = 512; // earlier places that are looked at
const END = 256;

/** First value and extra bits of each length code (from 257 on). */
const LENGTHS = [];
for (let i = 0, base = 3; i < 28; i++) {
    const extra = i < 8 ? 0 : (i >> 2) - 1;
    LENGTHS.push([base, extra]);
    base += 1 << extra;
}
LENGTHS.push([258, 0]);

/** The same of each distance code. */
const DISTANCES = [];
for (let i = 0, base = 1; i < 30; i++) {
    const extra = i < 4 ? 0 : (i >> 1) - 1;
    DISTANCES.push([base, extra]);
    base += 1 << extra;
}

/** Order in which the lengths of the codes for lengths are written. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Which row holds a value: the last one that does not begin above it. */
function rowOf(table, value) {
    let row = table.length - 1;
    while (table[row][0] > value)
        row -= 1;
    return row;
}

/** Finds the longest earlier copy of what stands at a place. */
class Matcher {
    #last = new Map();
    #before;

    constructor(data) {
        this.data = data;
        this.#before = new Int32Array(data.length).fill(-1);
    }

    #key(at) {
        const { data } = this;
        return data[at] << 16 | data[at + 1] << 8 | data[at + 2];
    }

    /** What begins at a place may be copied from now on. */
    add(at) {
        if (at + MATCH_MIN > this.data.length)
            return;
        const key = this.#key(at);
        this.#before[at] = this.#last.get(key) ?? -1;
        this.#last.set(key, at);
    }

    /** @returns {{length: number, distance: number}} length 0: none */
    find(at) {
        const { data } = this;
        const most = Math.min(MATCH_MAX, data.length - at);
        let best = { length: 0, distance: 0 };
        if (most < MATCH_MIN)
            return best;
        let place = this.#last.get(this.#key(at)) ?? -1;
        for (let n = 0; n < CHAIN_MAX && place >= 0 && at - place <= WINDOW;
            n++, place = this.#before[place]) {
            let length = 0;
            while (length < most && data[place + length] === data[at + length])
                length += 1;
            if (length > best.length)
                best = { length, distance: at - place };
        }
        return best;
    }
}

/**
 * Literals and copies; a copy waits one byte for a longer one.
 * @returns {(number | {length: number, distance: number})[]}
 */
function parse(data) {
    const matcher = new Matcher(data);
    const symbols = [];
    let at = 0;
    while (at < data.length) {
        const match = matcher.find(at);
        matcher.add(at);
        if (match.length < MATCH_MIN ||
            matcher.find(at + 1).length > match.length) {
            symbols.push(data[at]);
            at += 1;
            continue;
        }
        symbols.push(match);
        for (let i = 1; i < match.length; i++)
            matcher.add(at + i);
        at += match.length;
    }
    symbols.push(END);
    return symbols;
}

/** Bits, the lowest of each byte first. */
class Bits {
    bytes = [];
    #left = 8;

    put(value, count) {
        for (let i = 0; i < count; i++) {
            if (this.#left === 8)
                this.bytes.push(0);
            this.bytes[this.bytes.length - 1] |=
                (value >> i & 1) << (8 - this.#left);
            this.#left = this.#left === 1 ? 8 : this.#left - 1;
        }
    }
}

/**
 * @param {Buffer} data
 * @returns {Buffer}
 */
export function deflate(data) {
    const symbols = parse(data);
    const copies = symbols.filter(symbol => typeof symbol === 'object');
    const literals = trimmed(codeLengths(count(286, symbols.map(symbol =>
        typeof symbol === 'object' ? 257 + rowOf(LENGTHS, symbol.length)
            : symbol)), BITS_MAX), 257);
    const distances = trimmed(codeLengths(count(30, copies.map(copy =>
        rowOf(DISTANCES, copy.distance))), BITS_MAX), 1);
    const header = runs([...literals, ...distances]);
    const small = codeLengths(count(19, header.map(([symbol]) => symbol)), 7);
    const order = trimmed(ORDER.map(symbol => small[symbol]), 4);
    const out = new Bits();
    const write = (lengths, table = codes(lengths)) =>
        symbol => out.put(table[symbol], lengths[symbol]);
    const [literal, distance, run] = [literals, distances, small]
        .map(lengths => write(lengths));
    out.put(0b101, 3); // the last block; codes of its own
    out.put(literals.length - 257, 5);
    out.put(distances.length - 1, 5);
    out.put(order.length - 4, 4);
    for (const length of order)
        out.put(length, 3);
    for (const [symbol, value, bits] of header) {
        run(symbol);
        out.put(value, bits);
    }
    for (const symbol of symbols) {
        if (typeof symbol !== 'object') {
            literal(symbol);
            continue;
        }
        for (const [table, base, put, value] of [
            [LENGTHS, 257, literal, symbol.length],
            [DISTANCES, 0, distance, symbol.distance]]) {
            const row = rowOf(table, value);
            put(base + row);
            out.put(value - table[row][0], table[row][1]);
        }
    }
    return Buffer.from(out.bytes);
}
