/** Wrong passwords are counted and slowed, never locked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Idle, IDLE_MS, WARN_MS } from '../../extension/ui/common/idle.js';
import { waitAfter, WrongCount } from '../../extension/ui/common/wrong.js';
import { fakeArea } from './fakes.mjs';
import { FakeTimers } from './lib/timers.mjs';
import { useLocale } from './lib/locale.mjs';

useLocale('ko');
const { wrongText } = await import('../../extension/ui/common/wrong-text.js');

for (const [count, seconds] of [[0, 0], [1, 0], [4, 0], [5, 5], [6, 10],
    [7, 20], [8, 30], [9, 30], [1000, 30]])
    test(`after ${count} wrong ones there is a wait of ${seconds} s`, () => {
        assert.equal(waitAfter(count), seconds);
    });

test('the count outlives the window and belongs to the certificate', async () => {
    const session = fakeArea();
    for (let i = 0; i < 4; i++)
        await new WrongCount(session, 'a').wrong(1000);
    assert.deepEqual(await new WrongCount(session, 'a').wrong(1000),
        { count: 5, seconds: 5 });
    assert.deepEqual(await new WrongCount(session, 'b').look(1000),
        { count: 0, seconds: 0 });
});

test('the wait runs out with time, and a right one ends the count', async () => {
    const tally = new WrongCount(fakeArea(), 'a');
    for (let i = 0; i < 5; i++)
        await tally.wrong(1000);
    assert.equal((await tally.look(1000)).seconds, 5);
    assert.equal((await tally.look(5001)).seconds, 1);
    assert.equal((await tally.look(6000)).seconds, 0);
    await tally.right();
    assert.deepEqual(await tally.look(6000), { count: 0, seconds: 0 });
});

test('what is kept is a number and a time, never the password', async () => {
    const session = fakeArea();
    await new WrongCount(session, 'a').wrong(1000);
    assert.deepEqual([...session.data.values()], [{ count: 1, until: 1000 }]);
});

test('the sentence never says how many tries are left', () => {
    for (const count of [1, 2, 3, 4, 5, 9]) {
        const text = wrongText({ count, seconds: waitAfter(count) });
        assert.doesNotMatch(text, /남았|남음|번 더/);
        assert.match(text, /잠기/);
    }
    assert.doesNotMatch(wrongText({ count: 2, seconds: 0 }), /예전 비밀번호/);
    assert.match(wrongText({ count: 3, seconds: 0 }), /예전 비밀번호/);
    assert.match(wrongText({ count: 5, seconds: 5 }), /5번 틀렸.*5초/);
});

function watched() {
    const timers = new FakeTimers();
    const seen = [];
    const idle = new Idle({ warn: on => seen.push(on ? 'warn' : 'calm'),
        wipe: () => seen.push('wipe') }, timers);
    const warned = () => seen.filter(s => s !== 'calm');
    return { timers, idle, warned };
}

test('five minutes without a key empty the field, after a warning', () => {
    const { timers, idle, warned } = watched();
    idle.stir();
    timers.pass(IDLE_MS - WARN_MS - 1);
    assert.deepEqual(warned(), []);
    timers.pass(1);
    assert.deepEqual(warned(), ['warn']);
    timers.pass(WARN_MS - 1);
    assert.deepEqual(warned(), ['warn']);
    timers.pass(1);
    assert.deepEqual(warned(), ['warn', 'wipe']);
});

test('any key after the warning starts the five minutes again', () => {
    const { timers, idle, warned } = watched();
    idle.stir();
    timers.pass(IDLE_MS - 1);
    idle.stir();
    timers.pass(IDLE_MS - 1);
    assert.deepEqual(warned(), ['warn', 'warn']);
    timers.pass(1);
    assert.deepEqual(warned(), ['warn', 'warn', 'wipe']);
});

test('an empty field has no watch', () => {
    const { timers, idle, warned } = watched();
    idle.stir();
    idle.stop();
    timers.pass(10 * IDLE_MS);
    assert.deepEqual(warned(), []);
    assert.equal(timers.count, 0);
});

test('ten minutes of thinking pass when a key comes now and then', () => {
    const { timers, idle, warned } = watched();
    for (let i = 0; i < 6; i++) {
        idle.stir();
        timers.pass(100_000);
    }
    assert.deepEqual(warned(), []);
});
