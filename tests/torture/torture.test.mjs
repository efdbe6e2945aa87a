/**
 * Nothing issued is ever lost: each operation at a CA of each dialect, killed
 * at every system call, its port closed at every message, its network cut at
 * every byte, its power off with every unsynced write in doubt. TORTURE=all
 * tries all points, else a fixed part of them (lib/programs.mjs); TORTURE_ONLY
 * is a pattern of the names of tests that are wanted.
 */
import { STEP } from './lib/programs.mjs';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';

import { cut } from './lib/cut.mjs';
import { killAgain, killFirst, killWorker } from './lib/kill.mjs';
import { port } from './lib/port.mjs';
import { powerAgain, powerFirst } from './lib/power.mjs';
import { rows } from './lib/rows.mjs';
import { World } from './lib/world.mjs';

const LANES = 2;

const faults = {
    'killed at each system call': killFirst,
    'killed again at each system call of the resumption': killAgain,
    'its network worker killed at each system call': killWorker,
    'the port closed at each message': port,
    'the network cut at each byte to the CA':
        (worlds, states) => cut(worlds, states, 'up'),
    'the network cut at each byte from the CA':
        (worlds, states) => cut(worlds, states, 'down'),
    'the power lost with each unsynced write in doubt': powerFirst,
    'the power lost while it is resumed': powerAgain,
};

const only = new RegExp(process.env.TORTURE_ONLY ?? '');
const wanted = row => Object.entries(faults)
    .map(([name, fault]) => [`${row.name}: ${name}`, fault])
    .filter(([name]) => only.test(name));

/* Containers may forbid tracing. */
const skip = spawnSync(STEP, ['/bin/true'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] }).status !== 0
    && 'no process can be traced here';

for (const row of rows.filter(r => wanted(r).length > 0))
    describe(row.name, { skip }, () => {
        const worlds = [];
        const states = { row };
        before(async () => {
            for (let i = 0; i < LANES; i++)
                worlds.push(await World.make(row));
            states.base = await worlds[0].begin();
            states.ready = await worlds[0].prepare(states.base);
            for (const state of [states.base, states.ready])
                state.survey = await worlds[0].survey(state);
        });
        after(() => Promise.all(worlds.map(world => world.stop())));
        for (const [name, fault] of wanted(row))
            test(name, async t => {
                const start = Date.now();
                const { tally, least, isEnough } = await fault(worlds, states);
                t.diagnostic(`points ${name}: ${tally}`
                    + ` (${Date.now() - start} ms)`);
                assert.ok(isEnough, `${tally.tried} of ${least} points`);
            });
    });
