/**
 * The power fails between any two steps of a recorded run, and of what was not
 * synced some has reached the disk and some has not.
 */
import { createHash } from 'node:crypto';

import { Disk } from './disk.mjs';
import { judge } from './judge.mjs';
import { ALL, isOurs } from './programs.mjs';
import { seeded, sweep } from './sweep.mjs';
import { hashTree } from './tree.mjs';

const RANDOM = 4; // subsets a state, besides none, all, one, all but one

/** Which of the pending operations may have survived. */
function* survivors(count, random) {
    yield () => false;
    yield () => true;
    for (let one = 0; one < count && count > 1; one++) {
        yield i => i === one;
        yield i => i !== one;
    }
    for (let n = 0; n < RANDOM && count > 2; n++) {
        const bits = Array.from({ length: count }, () => random() < 0.5);
        yield i => bits[i];
    }
}

/** Bytes that nobody wrote; a line's end is not among them. */
const noise = length => createHash('shake256', { outputLength: length })
    .update('noise').digest().map(byte => byte === 10 ? 11 : byte);

/** What may follow the bytes that a file keeps whatever happens. */
const tails = [
    (bytes, kept) => kept,
    bytes => bytes,
    bytes => bytes.subarray(0, bytes.length >> 1),
    bytes => Buffer.alloc(bytes.length),
    bytes => noise(bytes.length),
];

/** What may be in a file whose bytes were not all synced. */
const contents = tails.map(tail => ({ bytes, keptBytes }) => {
    let same = 0;
    while (same < bytes.length && bytes[same] === keptBytes[same])
        same++;
    return Buffer.concat([bytes.subarray(0, same),
        tail(bytes.subarray(same), keptBytes.subarray(same))]);
});

/** Every state that the record may end in, each once. */
export function* states(home, tree, { record: lines, stages }) {
    const disk = new Disk(home, tree);
    const seen = new Set();
    const random = seeded(4711);
    for (let i = -1; i < lines.length; i++) {
        if (i >= 0 && !disk.step(lines[i]) && lines[i].call !== 'recvfrom')
            continue;
        const since = i < 0 ? 0 : lines[i].time;
        const until = lines[i + 1]?.time ?? Infinity;
        const before = stages.filter(s => s.time <= since);
        const now = [before.length - 1, ...stages.keys()].filter((n, at) =>
            at === 0 || (stages[n].time > since && stages[n].time < until));
        for (const survived of survivors(disk.pending.length, random))
            for (const content of disk.dirty().length > 0 ? contents
                : contents.slice(0, 1)) {
                const after = disk.after(survived, content);
                const hash = hashTree(after);
                for (const n of now) {
                    if (seen.has(`${n} ${hash}`))
                        continue;
                    seen.add(`${n} ${hash}`);
                    yield { at: i, call: lines[i]?.call, stage: n, tree: after,
                        registry: stages[n].registry };
                }
            }
    }
}

async function power(worlds, base, { each, from }) {
    const all = [...states(worlds[0].home,
        worlds[0].ownTree(base.tree, base.home), base.survey)];
    const points = all.filter((_, i) => ALL ? isOurs(i) : i % each === from % each);
    const tally = await sweep(worlds, points.map((state, i) => ({ ...state, i })),
        async (world, state) => {
            await world.restore({ ...state, home: base.home });
            try {
                return await judge(world, base);
            } catch (error) {
                error.message += ` (after ${state.call}, line ${state.at},`
                    + ` the CA at ${state.stage})\n`
                    + `${[...state.tree.files].map(([path, b]) => `${path} ${b.length}`).join('\n')}`;
                throw error;
            }
        });
    return { tally, least: points.length,
        isEnough: all.length > 30 && tally.tried === points.length };
}

/** While the operation runs. */
export const powerFirst = (worlds, { base, row }) =>
    power(worlds, base, { each: 19, from: row.number });

/** While it is resumed. */
export const powerAgain = (worlds, { ready, row }) =>
    power(worlds, ready, { each: row.isQuick ? 11 : 61, from: row.number });
