/** The window's state: what each event makes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLast, nextAction } from '../../extension/ui/enrol/failure.js';
import { reduce } from '../../extension/ui/enrol/model.js';
import { candidates, isWorking, stageOf, START }
    from '../../extension/ui/enrol/state.js';

const CA = { name: 'yessign', folder: 'yessign', title: {}, enabled: true };
const OTHER = { ...CA, name: 'kica', folder: 'KICA' };
const CERT = { id: 'a'.repeat(64), name: '홍길동', ca: 'yessign' };
const PENDING = { id: 'p1', ca: 'yessign', kind: 'issue',
    referenceNumber: '8341207', started: '2026-03-02T05:05:11Z',
    state: 'sent', sent: 'unknown' };
const FACTS = { host: '0.1.0', cas: [CA], certificates: [], roots: [],
    pendings: [] };
const page = (more = {}) => ({ ...START, mode: 'page', ca: 'yessign',
    origin: 'https://bank.example', referenceNumber: '8341207',
    authorizationCode: 'K7', holder: '홍길동', ...more });
const loaded = (state, facts = {}) =>
    reduce(state, { type: 'loaded', facts: { ...FACTS, ...facts } });
const run = (state, ...events) => events.reduce(
    (s, e) => reduce(s, typeof e === 'string' ? { type: e } : e), state);

test('a page\'s request starts with what stops working', () => {
    assert.equal(loaded(page()).screen, 'prepare');
});

for (const [name, state, facts, reason] of [
    ['a CA that is not known', page({ ca: 'nobody' }), {}, 'unknown_ca'],
    ['no CA at all', page(), { cas: [] }, 'unknown_ca'],
    ['a CA that is off', page(), { cas: [{ ...CA, enabled: false }] },
        'ca_disabled'],
    ['a code that is in use', page(), { pendings: [PENDING] },
        'enrolment_pending'],
    ['an unfinished issue that is gone',
        { ...START, mode: 'resume', pending: 'p9' }, { pendings: [PENDING] },
        'pending_not_found'],
])
    test(`${name}: ${reason}, before anything is asked`, () => {
        const next = loaded(state, facts);
        assert.equal(next.screen, 'error');
        assert.equal(next.failure.reason, reason);
    });

test('a code in use of another CA is not in the way', () => {
    assert.equal(loaded(page(), { pendings: [{ ...PENDING, ca: 'kica' }] })
        .screen, 'prepare');
});

test('a page skips the codes, the person types them', () => {
    assert.equal(run(loaded(page()), 'continued').screen, 'password');
    assert.equal(run(loaded(START), 'continued').screen, 'apply');
});

test('back goes one stage back and keeps what was typed', () => {
    const typed = run(loaded(START), 'continued', { type: 'typed', codes: {
        referenceNumber: '1', authorizationCode: '2' } });
    assert.equal(typed.screen, 'password');
    const back = run(typed, 'back');
    assert.equal(back.screen, 'apply');
    assert.equal(back.authorizationCode, '2');
    assert.equal(run(back, 'back').screen, 'prepare');
    assert.equal(run(loaded(page()), 'continued', 'back').screen, 'prepare');
});

test('codes typed a second time lead to the unfinished issue', () => {
    const state = run(loaded({ ...START, ca: 'yessign' },
        { pendings: [PENDING] }), 'continued', { type: 'typed', codes: {
        referenceNumber: '8341207', authorizationCode: 'x' } });
    assert.equal(state.failure.reason, 'enrolment_pending');
    assert.equal(state.pending, 'p1');
    assert.equal(nextAction(state.failure, { mode: 'codes' }), 'resume');
});

test('of several CAs none is chosen for the person, the only one is', () => {
    assert.equal(loaded(START, { cas: [CA, OTHER] }).ca, '');
    assert.equal(loaded(START).ca, 'yessign');
    assert.equal(loaded(START, { cas: [CA, { ...OTHER, enabled: false }] }).ca,
        'yessign');
});

test('the one certificate that can be meant is compared with', () => {
    assert.equal(loaded(page(), { certificates: [CERT] }).old, CERT.id);
});

for (const [name, certificates] of [
    ['none', []],
    ['two', [CERT, { ...CERT, id: 'b'.repeat(64) }]],
    ['one in another name', [{ ...CERT, name: '김서연' }]],
    ['one of another CA', [{ ...CERT, ca: 'KICA' }]],
])
    test(`of ${name} no certificate is compared with unasked`, () => {
        assert.equal(loaded(page(), { certificates,
            cas: [CA, OTHER] }).old, null);
    });

test('a new issue replaces nothing', () => {
    const state = loaded(page({ kind: 'issue' }), { certificates: [CERT] });
    assert.deepEqual(candidates(state), []);
    assert.equal(state.old, null);
});

test('another CA forgets the old certificate, another place does not', () => {
    const state = loaded({ ...START, ca: 'yessign' },
        { certificates: [CERT], cas: [CA, OTHER] });
    const chosen = run({ ...state, ca: 'yessign' },
        { type: 'chose', what: { old: CERT.id } });
    assert.equal(run(chosen, { type: 'chose', what: { root: '/m' } }).old,
        CERT.id);
    assert.equal(run(chosen, { type: 'chose', what: { ca: 'kica' } }).old,
        null);
});

const working = run(loaded(page()), 'continued', 'started');

test('while it works there is a step, afterwards none', () => {
    assert.ok(isWorking(working));
    const step = run(working, { type: 'progress', step: 'check' });
    assert.equal(step.step, 'check');
    assert.equal(run(step, { type: 'done', result: {} }).step, null);
    assert.equal(run(step, { type: 'failed', failure:
        { reason: 'offline', code: 5001, data: {} } }).step, null);
});

test('an offer is looked at before it is stored', () => {
    const offered = run(working, { type: 'offered',
        offer: { pending: 'p7', subject: {} } });
    assert.equal(offered.screen, 'confirm');
    assert.equal(offered.pending, 'p7');
    assert.equal(run(offered, 'refused').screen, 'refused');
    assert.equal(run(offered, 'started').pending, 'p7');
});

test('an unfinished issue is resumed with its own kind and CA', () => {
    const state = loaded({ ...START, mode: 'resume', pending: 'p1' },
        { pendings: [PENDING] });
    assert.equal(state.screen, 'resume');
    assert.equal(state.kind, 'issue');
    assert.equal(state.ca, 'yessign');
    assert.equal(state.referenceNumber, '8341207');
});

for (const screen of ['loading', 'prepare', 'apply', 'password'])
    test(`a page that goes at ${screen} ends it: nothing was sent`, () => {
        const state = reduce(page({ screen }), { type: 'pageGone' });
        assert.equal(state.screen, 'error');
        assert.equal(state.failure.reason, 'page_gone');
    });

for (const screen of ['progress', 'confirm', 'keep', 'error', 'resume'])
    test(`a page that goes at ${screen} changes nothing but the remark`, () => {
        const before = page({ screen });
        assert.deepEqual(reduce(before, { type: 'pageGone' }),
            { ...before, pageGone: true });
    });

for (const [screen, ends] of [['prepare', true], ['password', true],
    ['progress', false], ['confirm', false], ['keep', false]])
    test(`the site's limit at ${screen} ${ends ? 'ends it' : 'is over'}`, () => {
        const state = reduce(page({ screen }), { type: 'expired' });
        assert.equal(state.failure?.reason,
            ends ? 'request_expired' : undefined);
        assert.equal(state.screen, ends ? 'error' : screen);
    });

test('a wrong password asks again, with its sentence', () => {
    const state = run(page({ pending: 'p1', screen: 'progress' }),
        { type: 'ask', problem: '틀렸어요' });
    assert.equal(state.screen, 'resume');
    assert.equal(state.problem, '틀렸어요');
    assert.equal(run(state, 'ask').problem, '');
});

test('no event changes the state it is given', () => {
    const before = Object.freeze(page());
    reduce(before, { type: 'loaded', facts: FACTS });
    reduce(before, { type: 'progress', step: 'wait' });
    reduce(before, { type: 'pageGone' });
});

test('an event that nobody knows is a fault', () => {
    assert.throws(() => reduce(START, { type: 'surprise' }), TypeError);
});

for (const [screen, want] of [['prepare', 'prepare'], ['apply', 'apply'],
    ['password', 'issue'], ['progress', 'issue'], ['keep', 'keep'],
    ['error', null], ['loading', null]])
    test(`${screen} stands in stage ${want}`, () => {
        assert.equal(stageOf({ ...START, screen }), want);
    });

for (const [reason, data, mode, want] of [
    ['host_missing', {}, 'page', 'check'],
    ['host_outdated', {}, 'codes', 'check'],
    ['ca_timeout', { pending: 'p' }, 'page', 'resume'],
    ['certificate_unconfirmed', { pending: 'p' }, 'page', 'resume'],
    ['disk_full', { pending: 'p' }, 'page', 'resume'],
    ['code_used', { pending: 'p' }, 'page', 'resume'],
    ['code_used', {}, 'page', 'close'],
    ['code_wrong', {}, 'page', 'close'],
    ['code_wrong', {}, 'codes', 'codes'],
    ['code_wrong', { pending: 'p' }, 'codes', 'codes'],
    ['code_expired', { pending: 'p' }, 'codes', 'close'],
    ['ca_rejected', { pending: 'p' }, 'page', 'close'],
    ['certificate_unexpected', { pending: 'p' }, 'page', 'close'],
    ['cancelled', { pending: 'p' }, 'page', 'close'],
    ['offline', {}, 'page', 'retry'],
    ['password_too_weak', {}, 'page', 'password'],
    ['disk_full', {}, 'page', 'retry'],
    ['store_readonly', {}, 'page', 'place'],
    ['store_permission', {}, 'page', 'retry'],
    ['crypto_unavailable', {}, 'page', 'close'],
    ['unknown_ca', {}, 'page', 'close'],
    ['invalid_request', {}, 'page', 'close'],
    ['page_gone', {}, 'page', 'close'],
    ['pending_not_found', { pending: 'p' }, 'resume', 'close'],
    ['no_token', {}, 'page', 'close'],
])
    test(`${reason} ${JSON.stringify(data)} (${mode}): ${want}`, () => {
        const failure = { reason, code: 0, data };
        assert.equal(nextAction(failure, { mode }), want);
        assert.equal(isLast(failure, { mode }), want === 'close');
    });
