/** Progress: six steps of the host, four lines, one sentence each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountAt, HOST_STEPS, isCancellable, linesAt }
    from '../../extension/ui/common/progress-model.js';

const states = step => linesAt(step).map(l => l.state);

for (const [step, want] of [
    [null, ['todo', 'todo', 'todo', 'todo']],
    ['keygen', ['now', 'todo', 'todo', 'todo']],
    ['request', ['done', 'now', 'todo', 'todo']],
    ['wait', ['done', 'now', 'todo', 'todo']],
    ['check', ['done', 'done', 'now', 'todo']],
    ['confirm', ['done', 'done', 'now', 'todo']],
    ['store', ['done', 'done', 'done', 'now']],
    ['never_heard_of', ['todo', 'todo', 'todo', 'todo']],
])
    test(`lines at ${step}`, () => {
        assert.deepEqual(states(step), want);
    });

test('the line under way says which of its steps it is', () => {
    assert.equal(linesAt('wait')[1].key, 'progress_wait');
    assert.equal(linesAt('request')[1].key, 'progress_request');
    assert.equal(linesAt('check')[1].key, 'progress_request_done');
});

test('the bar grows with every step and ends full', () => {
    const amounts = [null, ...HOST_STEPS].map(amountAt);
    assert.deepEqual(amounts, [0, 1, 2, 3, 4, 5, 6]);
});

for (const [step, want] of [[null, true], ['keygen', true], ['request', false],
    ['wait', false], ['check', false], ['confirm', false], ['store', false],
    ['never_heard_of', false], ['', false]])
    test(`at ${step} it can${want ? '' : 'not'} be cancelled`, () => {
        assert.equal(isCancellable(step), want);
    });
