/** Huffman codes as DEFLATE writes them down (RFC 1951, 3.2). */

export const BITS_MAX = 15; // of a code

/** How often each symbol stands there. */
export function count(size, symbols) {
    const counts = Array(size).fill(0);
    for (const symbol of symbols)
        counts[symbol] += 1;
    return counts;
}

/** Without what is zero at the end, but for the first few. */
export function trimmed(lengths, least) {
    let size = lengths.length;
    while (size > least && lengths[size - 1] === 0)
        size -= 1;
    return lengths.slice(0, size);
}

/**
 * Lengths of the codes of a Huffman tree. One that grows too deep is made
 * again of flatter counts.
 * @param {number[]} counts
 * @param {number} max bits
 */
export function codeLengths(counts, max) {
    let nodes = counts.map((count, symbol) => ({ count, symbols: [symbol] }))
        .filter(({ count }) => count > 0);
    const lengths = counts.map(() => 0);
    if (nodes.length === 1)
        lengths[nodes[0].symbols[0]] = 1;
    while (nodes.length > 1) {
        nodes.sort((a, b) => a.count - b.count || a.symbols[0] - b.symbols[0]);
        const [a, b] = nodes.splice(0, 2);
        const symbols = [...a.symbols, ...b.symbols];
        for (const symbol of symbols)
            lengths[symbol] += 1;
        nodes = [...nodes, { count: a.count + b.count, symbols }];
    }
    return Math.max(...lengths) <= max ? lengths
        : codeLengths(counts.map(count => count > 0 ? (count >> 2) + 1 : 0), max);
}

/** The code of each symbol, by its length (RFC 1951, 3.2.2), bits reversed. */
export function codes(lengths) {
    const found = lengths.map(() => 0);
    let code = 0;
    for (let bits = 1; bits <= BITS_MAX; bits++) {
        lengths.forEach((length, symbol) => {
            if (length !== bits)
                return;
            for (let i = 0; i < bits; i++)
                found[symbol] |= (code >> i & 1) << (bits - 1 - i);
            code += 1;
        });
        code *= 2;
    }
    return found;
}

/** Runs of lengths: [symbol, extra value, extra bits]. */
export function runs(lengths) {
    const found = [];
    for (let at = 0, n; at < lengths.length; at += n) {
        n = 1;
        while (at + n < lengths.length && lengths[at + n] === lengths[at])
            n += 1;
        if (lengths[at] === 0 && n >= 3) {
            n = Math.min(n, 138);
            found.push(n < 11 ? [17, n - 3, 3] : [18, n - 11, 7]);
        } else if (n >= 4) {
            n = Math.min(n, 7);
            found.push([lengths[at], 0, 0], [16, n - 4, 2]);
        } else {
            n = 1;
            found.push([lengths[at], 0, 0]);
        }
    }
    return found;
}
