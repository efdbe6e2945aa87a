/** Numbers that look random and are the same each time (mulberry32). */
export function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
}

export function randomBytes(next, length) {
    return Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));
}

export const pick = (next, list) => list[Math.floor(next() * list.length)];
