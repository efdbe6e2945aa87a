/**
 * The tables of tests/cmp/tables: each row one case, run by the real `ingam`
 * against the real test CA, in both dialects. SLOW=1 adds what takes minutes;
 * ROWS=REGEX runs those of these names alone.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { description } from '../host/lib/host.mjs';
import { Lane } from './lib/table-lane.mjs';
import { nameOf, runRow } from './lib/table.mjs';
import * as tables from './tables/all.mjs';

const LANES = 2;
const ROWS_MIN = 380;
const only = new RegExp(process.env.ROWS ?? '');
const lanes = [];
const { unreachable, ...aspects } = tables;
const rows = Object.values(aspects).flat();
const fast = rows.filter(row => !row.slow);

before(async () => {
    lanes.push(...await Promise.all(Array.from({ length: LANES },
        () => new Lane().start())));
});
after(() => Promise.all(lanes.map(lane => lane.stop())));

for (const [aspect, list] of Object.entries(aspects))
    test(`${aspect}: ${list.length} rows`, { concurrency: LANES }, t =>
        Promise.all(list.filter(row => only.test(nameOf(row))).map(row => t.test(`${nameOf(row)}: ${row.is}`,
            { skip: row.slow && process.env.SLOW !== '1' && 'takes minutes' },
            async () => {
                const lane = lanes.pop();
                try {
                    await runRow(lane, row);
                } finally {
                    lanes.push(lane);
                }
            }))));

test('no table is empty, and no row is there twice', () => {
    for (const [aspect, list] of Object.entries(aspects))
        assert.ok(list.length > 0, aspect);
    const names = rows.map(nameOf);
    assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
});

test('rows that fail outnumber those that pass', t => {
    const fail = fast.filter(row => row.is !== 'ok').length;
    t.diagnostic(`${fast.length} rows run: ${fail} fail, ${
        fast.length - fail} pass; ${rows.length - fast.length} more are slow`);
    assert.ok(fast.length >= ROWS_MIN, `${fast.length} rows`);
    assert.ok(fail > fast.length - fail);
});

test('each row says what was sent, and how the program ends', () => {
    for (const row of rows) {
        const fails = row.is !== 'ok';
        assert.equal(['no', 'yes', 'unknown'].includes(row.sent), fails,
            nameOf(row));
        assert.equal(row.exit > 0, fails, nameOf(row));
    }
});

test('each reason is reached by a row, or it is said why not', () => {
    const reached = new Set(rows.flatMap(row => [row.is, row.then,
        ...(row.before ?? []).map(step => step.is)]));
    const known = description.errors.map(e => e.reason);
    assert.deepEqual(known.filter(reason => !reached.has(reason)).sort(),
        Object.keys(unreachable).sort());
    for (const why of Object.values(unreachable))
        assert.match(why, /\w{3,}/);
});
