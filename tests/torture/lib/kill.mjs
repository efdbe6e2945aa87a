/**
 * The host, or its network worker, is killed at a system call: at every one,
 * or in the fixed part after each n-th of those that leave something behind,
 * beginning elsewhere in each row; where no key is made, also after each by
 * which a name changes or a message leaves.
 */
import assert from 'node:assert/strict';

import { judge } from './judge.mjs';
import { ALL, isOurs, shareOf } from './programs.mjs';
import { numbers, sweep } from './sweep.mjs';

const ALWAYS = /^(rename|sendto)/;

const shot = async (world, base, step) => {
    await world.restore(base);
    return world.run(base.method, base.params, { step });
};

/** Kill at stop n; undefined: it was done before, and it was no less. */
async function killedAt(world, base, n, step, least) {
    const got = await shot(world, base, [...step, '--kill', n]);
    if (!got.report.killed) {
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        await judge(world, base, got);
        return n >= least ? undefined : 'finished';
    }
    return judge(world, base, got);
}

/** Every stop until a run ends by itself. */
async function everyStop(worlds, base, worker) {
    const clean = await shot(worlds[0], base, []);
    const least = worker ? clean.report.worker : clean.report.stops;
    const tally = await sweep(worlds, numbers(1, isOurs), (world, n) =>
        killedAt(world, base, n, worker ? ['--worker'] : [], least));
    return { tally, least, isEnough: tally.tried >= shareOf(least) };
}

/** The stops of a clean run that are tried in the fixed part. */
function chosen(stops, { worker, each, from, always }) {
    let others = from;
    return stops.filter(stop => stop.worker === worker)
        .map((stop, i) => ({ ...stop, n: i + 1 }))
        .filter(({ call, phase }) => phase === 'exit'
            && ((always && ALWAYS.test(call)) || others++ % each === 0))
        .map(({ n }) => n);
}

async function someStops(worlds, base, how) {
    const points = chosen(base.survey.stops, how);
    const step = ['--effects', ...how.worker ? ['--worker'] : []];
    const tally = await sweep(worlds, points, (world, n) =>
        killedAt(world, base, n, step, Infinity));
    return { tally, least: points.length,
        isEnough: points.length > 1 && tally.tried === points.length };
}

const kill = (worlds, base, how) => ALL ? everyStop(worlds, base, how.worker)
    : someStops(worlds, base, how);

/** The operation itself. */
export const killFirst = (worlds, { base, row }) => kill(worlds, base,
    { worker: false, each: row.isQuick ? 9 : 35, from: row.number,
        always: false });

/** What follows a first kill; its code is that of the operation's own end. */
export const killAgain = (worlds, { ready, row }) => kill(worlds, ready,
    { worker: false, each: row.isQuick ? 3 : 16, from: row.number,
        always: row.isQuick });

export const killWorker = (worlds, { ready, row }) => kill(worlds, ready,
    { worker: true, each: row.isQuick ? 2 : 13, from: row.number,
        always: false });
