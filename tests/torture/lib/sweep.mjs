/** Many points, two at once, each in a world of its own; what came of them. */

const FAILURES_MAX = 3;

export class Tally {
    constructor() {
        this.tried = 0;
        this.found = new Map();
    }

    add(what) {
        this.tried++;
        this.found.set(what, (this.found.get(what) ?? 0) + 1);
    }

    toString() {
        return `${this.tried} points: ${[...this.found].sort()
            .map(([what, n]) => `${n} ${what}`).join(', ')}`;
    }
}

const label = point => typeof point === 'object'
    ? JSON.stringify({ ...point, tree: undefined, registry: undefined })
    : point;

/**
 * @param {object[]} worlds
 * @param {Iterable<any>} points
 * @param {(world: any, point: any) => Promise<string | undefined>} run what
 *     was found; undefined: there is no such point, nor any after it
 * @returns {Promise<Tally>}
 */
export async function sweep(worlds, points, run) {
    const tally = new Tally();
    const failures = [];
    const queue = points[Symbol.iterator]();
    let over = false;
    const lane = async world => {
        while (!over) {
            const { value: point, done } = queue.next();
            if (done)
                return;
            try {
                const found = await run(world, point);
                if (found === undefined)
                    over = true;
                else
                    tally.add(found);
            } catch (error) {
                failures.push(`${label(point)}: ${error.message}\n${error.stack}`);
                over ||= failures.length >= FAILURES_MAX;
            }
        }
    };
    await Promise.all(worlds.map(lane));
    if (failures.length > 0)
        throw new Error(`after ${tally}\n${failures.join('\n')}`);
    return tally;
}

/** 1, 2, 3, … without end, those that are wanted. */
export function* numbers(from, isWanted) {
    for (let n = from; ; n++)
        if (isWanted(n))
            yield n;
}

/** Numbers that look random and are the same every time. */
export function seeded(seed) {
    let state = seed >>> 0 || 1;
    return () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 0) / 2 ** 32;
    };
}
