/** From a failure to the words: what is lost, values, the record. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { caWords, errorValues, lostKey, recordLines, sentenceKeys }
    from '../../extension/ui/common/error-model.js';

for (const [reason, data, want] of [
    ['password_too_weak', {}, 'lost_nothing'],
    ['ca_timeout', {}, 'lost_unknown'],
    ['code_used', {}, 'lost_code'],
    ['code_expired', { sent: 'no' }, 'lost_code'],
    ['ca_timeout', { sent: 'no' }, 'lost_nothing'],
    ['internal', { sent: 'no' }, 'lost_nothing'],
    ['disk_full', { sent: 'yes' }, 'lost_unknown'],
    ['disk_full', { sent: 'yes', pending: 'p1' }, 'lost_kept'],
    ['certificate_unconfirmed', { sent: 'yes', pending: 'p1' }, 'lost_kept'],
    ['offline', { sent: 'unknown' }, 'lost_unknown'],
    ['never_heard_of', {}, 'lost_unknown'],
    ['ca_rejected', undefined, 'lost_unknown'],
])
    test(`${reason} ${JSON.stringify(data)}: ${want}`, () => {
        assert.equal(lostKey({ reason, code: 0, data }), want);
    });

test('the window\'s own words go before the host\'s, texts only', () => {
    assert.deepEqual(errorValues({ data: { ca: { status: 2 }, date: '2026-…',
        max: 5, rule: '', pending: ['x'] } },
    { ca: '금융결제원', date: '2026.3.2 14:05:11', contact: '' }),
    { ca: '금융결제원', date: '2026.3.2 14:05:11', max: '5' });
});

for (const [data, want] of [
    [{ ca: { text: ['가', '나'] } }, ['가', '나']],
    [{ ca: { text: ['가', 7, null, { a: 1 }] } }, ['가']],
    [{ ca: { text: '가' } }, []], [{ ca: {} }, []], [{}, []],
    [undefined, []], [{ ca: null }, []],
])
    test(`the CA's words in ${JSON.stringify(data)}`, () => {
        assert.deepEqual(caWords({ data }), want);
    });

test('the record says what happened, with the CA\'s words in quotes', () => {
    const lines = recordLines({ reason: 'code_used', code: 4003, data: {
        ca: { status: 2, failInfo: ['badRequest'], text: ['안 됩니다'] } } },
    { time: '2026.3.2 14:05:11', versions: 'V', ca: '금융결제원',
        request: 'b41c' });
    assert.equal(lines, 'code_used · 4003 · 2026.3.2 14:05:11\nV\n' +
        'b41c  금융결제원  2 badRequest  “안 됩니다”');
});

test('the record holds neither code nor password', () => {
    const lines = recordLines({ reason: 'internal', code: 9001, data: {
        password: 'Secret-1!', authorizationCode: 'K7PX9Q2M4T', ca: {} } },
    { time: 't', versions: 'v', ca: 'c' });
    assert.doesNotMatch(lines, /Secret|K7PX/);
});

test('a record without a CA has no empty line', () => {
    assert.equal(recordLines({ reason: 'offline', code: 5001, data: {} },
        { time: 't', versions: 'v', ca: '' }), 'offline · 5001 · t\nv');
});

test('cause and next step are two texts', () => {
    assert.deepEqual(sentenceKeys({ reason: 'offline' }),
        { h1: 'error_offline', next: 'error_offline_next' });
});

test('a protocol reason has its own sentence in both languages', () => {
    for (const language of ['ko', 'en']) {
        const texts = JSON.parse(readFileSync(new URL(
            `../../extension/_locales/${language}/messages.json`,
            import.meta.url)));
        const said = new Set(['frame_empty', 'json_invalid', 'param_type',
            'bad_state'].map(reason => texts[`error_${reason}`].message));
        assert.equal(said.size, 4);
    }
});
