/**
 * The network is cut at every byte of what the CA says, and of what it is
 * told. Most cuts meet an entry whose keys are made already (the same way
 * through the code, without the wait for new keys), each 97th a new start.
 */
import assert from 'node:assert/strict';

import { judge } from './judge.mjs';
import { ALL, isOurs, shareOf } from './programs.mjs';
import { numbers, sweep } from './sweep.mjs';

const FRESH_EACH = 97;

const REASONS = ['ca_unreachable', 'ca_timeout', 'ca_answer_invalid',
    'certificate_unconfirmed', 'ok'];

/**
 * How the cut looks to the host: the connection ends or is reset. In dialect
 * npki the end of the connection is what answers the last message, so nobody
 * but the CA may bring it about there.
 */
const howAt = ({ dialect }, { survey: { starts } }, direction, at) =>
    at % 2 === 1 || (dialect === 'npki' && direction === 'up'
        && at >= starts.up.at(-1)) ? 'reset' : 'end';

async function cutAt(world, base, direction, at) {
    await world.restore(base);
    world.proxy.arm(direction, at, howAt(world.row, base, direction, at));
    const got = await world.run(base.method, base.params);
    const { isCut } = world.proxy;
    await world.proxy.quiet();
    world.proxy.arm();
    assert.ok(REASONS.includes(got.reason), got.reason);
    if (!isCut)
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    const found = await judge(world, base, got);
    return isCut ? found : undefined;
}

/** Each n-th byte, the last ones, and those about where a message begins. */
function chosen(length, starts, { each, from }) {
    const points = new Set([length - 1, length]);
    for (let at = 1 + from * FRESH_EACH; at < length; at += each)
        points.add(at);
    starts.forEach((start, i) => points.add(start + i % 3));
    return [...points].sort((a, b) => a - b);
}

/** @param {'up' | 'down'} direction */
export async function cut(worlds, { base, ready, row }, direction) {
    const { bytes, starts } = ready.survey;
    const length = bytes[direction];
    const points = ALL ? numbers(direction === 'up' ? 0 : 1, isOurs)
        : chosen(length, starts[direction],
            { each: row.isQuick ? 400 : 3800, from: row.number });
    const state = at => at % FRESH_EACH === FRESH_EACH - 1 ? base : ready;
    const tally = await sweep(worlds, points, (world, at) =>
        cutAt(world, state(at), direction, at)
            .then(found => found
                ?? (ALL && at >= length ? undefined : 'not reached')));
    return { tally, least: ALL ? length : points.length,
        isEnough: ALL ? tally.tried >= shareOf(length)
            : tally.tried === points.length };
}
