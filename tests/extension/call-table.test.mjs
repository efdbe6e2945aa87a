/** The table of a call, and the copy of it that the content script runs by. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { ASKED, GIVEN, TABLE, WHY, step }
    from '../../extension/common/call-table.js';
import { errorRow } from '../../extension/common/errors.js';

const STATES = ['idle', 'asked', 'shown', 'approved', 'sent', 'settled'];
const EVENTS = ['called', 'shown', 'approved', 'answered', 'arrived', 'refused',
    'cancelled', 'timedOut', 'pageGone', 'windowGone', 'hostGone'];

/** Where a call can go from each state, in one step. */
const WAYS = {
    idle: ['asked'], asked: ['asked', 'settled', 'shown'],
    shown: ['approved', 'sent', 'settled', 'shown'],
    approved: ['approved', 'sent', 'settled', 'shown'],
    sent: ['sent', 'settled'], settled: [],
};

test('its states and events are these, and it goes nowhere else', () => {
    assert.deepEqual(Object.keys(TABLE), STATES);
    for (const [state, row] of Object.entries(TABLE)) {
        assert.deepEqual(Object.keys(row).filter(e => !EVENTS.includes(e)), []);
        const ways = new Set(Object.values(row).map(([next]) => next));
        assert.deepEqual([...ways].sort(), WAYS[state]);
    }
});

test('an answer is given only when it was approved', () => {
    for (const state of STATES)
        assert.equal('answered' in TABLE[state], state === 'approved', state);
});

test('what a page hears has a row in the table of errors', () => {
    for (const [, says] of Object.values(TABLE).flatMap(Object.values))
        if (says && says !== GIVEN && says !== WHY)
            assert.equal(errorRow(says).reason, says);
});

test('whatever ends a call says why, but for an answer that was sent', () => {
    for (const state of ['asked', 'shown', 'approved'])
        for (const [event, [next, says]] of Object.entries(TABLE[state]))
            assert.equal(says !== undefined, event === 'called' ||
                next === 'settled' || next === 'sent' && event !== 'answered',
            `${state} ${event}`);
});

/** Not to be told apart by the page's end: a window has the request. */
const SEEN_AS = { asked: 'asked', shown: 'shown', approved: 'shown',
    sent: 'shown', settled: 'settled', idle: 'idle' };
const SEEN = ['called', 'shown', 'arrived', 'refused', 'timedOut', 'pageGone',
    'windowGone'];

/** The table as the page's end sees it: what reaches it, it has. */
function pageEnd() {
    const rows = { idle: {}, asked: {}, shown: {}, settled: {} };
    for (const state of STATES) {
        const row = rows[SEEN_AS[state]];
        for (const event of SEEN) {
            const [next, says] = TABLE[state][event] ?? [];
            if (!next || row[event] ||
                SEEN_AS[next] === SEEN_AS[state] && says === undefined)
                continue;
            const heard = says === WHY ? 'cancelled'
                : says === GIVEN ? undefined : says;
            row[event] = [next === 'sent' && event !== 'called' ? 'settled'
                : SEEN_AS[next], ...heard === undefined ? [] : [heard]];
        }
    }
    return rows;
}

describe('the content script\'s copy', () => {
    const text = readFileSync(new URL('../../extension/content/relay.js',
        import.meta.url), 'utf8');
    const [, end, table] = text.match(
        /const end = (.*?);\n.*const TABLE = (\{.*?\n {4}\});/s);
    const copy = JSON.parse(JSON.stringify(vm.runInNewContext(
        `const end = ${end}; (${table})`)).replaceAll(/,null\]/g, ']'));

    test('says the same', () => {
        assert.deepEqual(copy, pageEnd());
    });

    test('what it cannot tell apart makes no difference to the page', () => {
        for (const event of ['pageGone', 'timedOut', 'called']) {
            const heard = ['shown', 'approved', 'sent'].map(
                state => TABLE[state][event]?.[1]).filter(Boolean);
            assert.ok(heard.every(says => says === heard[0]), event);
        }
    });
});

/** The table as a person reads it. */
function drawn() {
    const row = cells => `| ${cells.join(' | ')} |`;
    const cell = (state, event) => {
        const [next, says] = TABLE[state][event] ?? [];
        return [next, says && `\`${says}\``].filter(Boolean).join(' ') || '–';
    };
    const states = STATES.slice(0, -1); // nothing happens to a settled call
    return [row(['', ...states.map(s => `**${s}**`)]),
        `|${'---|'.repeat(states.length + 1)}`,
        ...EVENTS.map(e => row([e, ...states.map(s => cell(s, e))]))].join('\n');
}

test('docs/architecture.md shows it as it is', () => {
    const text = readFileSync(
        new URL('../../docs/architecture.md', import.meta.url), 'utf8');
    assert.ok(text.includes(drawn()), drawn());
});

describe('a step', () => {
    test('without a cell changes nothing', () => {
        for (const state of STATES)
            for (const event of EVENTS) {
                const call = { state, why: 'cancelled', says: null };
                assert.equal(step(call, event) === call,
                    TABLE[state][event] === undefined, `${state} ${event}`);
            }
    });

    test('remembers what the person saw last', () => {
        const shown = step(ASKED, 'shown');
        assert.equal(step(shown, 'windowGone').says, 'cancelled');
        const lost = step(shown, 'hostGone', 'host_missing');
        assert.equal(step(lost, 'windowGone').says, 'host_missing');
        assert.equal(step(step(lost, 'shown'), 'windowGone').says, 'cancelled');
        assert.equal(step(lost, 'windowGone', 'x').says, 'x');
    });
});
