/** Renewal and revocation of a certificate of the store; giving up. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renewal } from '../../extension/ui/common/certificate-model.js';
import { sameWord } from '../../extension/ui/common/typed-word.js';
import { mustAskCa, nextAction } from '../../extension/ui/enrol/failure.js';
import { happenedKey, helpDeskRows }
    from '../../extension/ui/enrol/help-desk.js';
import { reduce } from '../../extension/ui/enrol/model.js';
import { stageOf, START } from '../../extension/ui/enrol/state.js';
import { CA, CERT, DONE, error, world } from './lib/deed.mjs';

const KO = JSON.parse(readFileSync(new URL(
    '../../extension/_locales/ko/messages.json', import.meta.url)));
const DAY = 86_400_000;
const NOW = Date.parse('2026-11-24T03:00:00Z');
const inDays = days => new Date(NOW + days * DAY).toISOString();
const held = (days, more = {}) => ({ ...CERT, notAfter: inDays(days),
    notBefore: '2020-01-01T00:00:00Z', keyScheme: 'compat', state: 'valid',
    ...more });
const own = (kind, certificate, facts = {}) => reduce(
    { ...START, mode: 'own', kind, certificate: CERT.id },
    { type: 'loaded', now: NOW, facts: { host: '0.1.0', cas: [CA], roots: [],
        pendings: [], broken: [], certificates: certificate ? [certificate] : [],
        ...facts } });
const unfinished = (kind, certificate) => ({ pendings: [{ id: 'p1', kind,
    certificate, ca: 'yessign', referenceNumber: '0a', sent: 'yes',
    started: '2026-11-02T05:05:11Z', state: 'sent' }] });

for (const [kind, certificate, facts, want] of [
    ['renew', held(20), {}, 'renew'],
    ['renew', held(59.9), {}, 'renew'],
    ['renew', held(60.1), {}, 'renewal_too_early'],
    ['renew', held(400), {}, 'renewal_too_early'],
    ['renew', held(-1), {}, 'certificate_expired'],
    ['renew', held(20, { state: 'revoked' }), {}, 'certificate_revoked'],
    ['renew', held(20, { notBefore: inDays(1) }), {},
        'certificate_not_yet_valid'],
    ['renew', held(20, { keyScheme: null }), {}, 'key_file_missing'],
    ['renew', null, {}, 'certificate_not_found'],
    ['renew', held(20), { cas: [] }, 'unknown_ca'],
    ['renew', held(20), { cas: [{ ...CA, enabled: false }] }, 'ca_disabled'],
    ['renew', held(20), unfinished('renew', CERT.id), 'enrolment_pending'],
    ['renew', held(20), unfinished('revoke', CERT.id), 'renew'],
    ['renew', held(20), unfinished('renew', 'b'.repeat(64)), 'renew'],
    ['revoke', held(400), {}, 'revoke'],
    ['revoke', held(-1), {}, 'certificate_expired'],
    ['revoke', held(20, { state: 'revoked' }), {}, 'certificate_revoked'],
    ['revoke', held(20), { cas: [{ ...CA, enabled: false }] }, 'ca_disabled'],
    ['revoke', held(20), unfinished('revoke', CERT.id), 'enrolment_pending'],
    ['revoke', null, {}, 'certificate_not_found'],
])
    test(`${kind} begins with ${want}`, () => {
        const state = own(kind, certificate, facts);
        assert.equal(state.failure?.reason ?? state.screen, want);
        assert.equal(stageOf(state), null);
    });

test('too early says from when on, expired says when it was', () => {
    assert.equal(own('renew', held(90)).failure.data.date, inDays(30));
    assert.equal(own('renew', held(-1)).failure.data.date, inDays(-1));
});

for (const [days, want] of [[400, ''], [60.1, ''], [59.9, 'offered'],
    [31.5, 'offered'], [30, 'urged'], [1, 'urged'], [0.1, 'urged'], [-0.1, '']])
    test(`with ${days} days left a renewal is "${want}"`, () => {
        assert.equal(renewal(held(days), NOW), want);
    });

test('what cannot sign is not offered a renewal', () => {
    assert.equal(renewal(held(20, { state: 'revoked' }), NOW), '');
    assert.equal(renewal(held(20, { keyScheme: null }), NOW), '');
});

const password = 'Sanchaek-4!';
const SOON = { ...held(0), notAfter: new Date(Date.now() + 9 * DAY)
    .toISOString() };
const LIST = { 'store.list': { result: { certificates: [SOON], roots: [] } } };
const start = (kind, more = {}) =>
    ({ mode: 'own', kind, certificate: CERT.id, ...more });

test('a renewal sends the certificate and its password', async () => {
    const { flow, seen } = world({ ...LIST, 'enrol.renew': DONE },
        start('renew'));
    await flow.load();
    await flow.begin({ password });
    assert.deepEqual(seen.calls.at(-1), { method: 'enrol.renew',
        params: { certificate: CERT.id, password } });
    assert.equal(flow.state.screen, 'keep');
});

test('with a new password both are sent, and the new one resumes', async () => {
    const { flow, seen } = world({ ...LIST, 'enrol.renew':
        error('ca_timeout', { pending: 'p1' }), 'enrol.resume': DONE },
    start('renew'));
    await flow.load();
    await flow.begin({ password, newPassword: 'Dolbae-77!' });
    assert.equal(seen.calls.find(c => c.method === 'enrol.renew')
        .params.newPassword, 'Dolbae-77!');
    await flow.act();
    assert.deepEqual(seen.calls.at(-1), { method: 'enrol.resume',
        params: { pending: 'p1', password: 'Dolbae-77!' } });
    assert.doesNotMatch(JSON.stringify(seen.states), /Sanchaek|Dolbae/);
});

test('a kept password that is too weak: the form, with a new one', async () => {
    const { flow } = world({ ...LIST, 'enrol.renew':
        error('password_too_weak', { rule: 'length' }, 2004) }, start('renew'));
    await flow.load();
    await flow.begin({ password });
    await flow.act();
    assert.equal(flow.state.screen, 'renew');
    assert.equal(flow.state.weak, true);
});

const REVOKED = { result: { state: 'done', recordedAt: '2026-11-24T03:00:00Z',
    revoked: { certificate: CERT.id, serial: '0a', km: false,
        notAfter: SOON.notAfter } } };

test('a revocation sends the reason, and ends without a certificate',
    async () => {
        const { flow, seen } = world({ ...LIST, 'enrol.revoke': REVOKED },
            start('revoke'));
        await flow.load();
        flow.send({ type: 'chose', what: { why: 'superseded' } });
        await flow.begin({ password });
        assert.deepEqual(seen.calls.at(-1).params, { certificate: CERT.id,
            reason: 'superseded', password });
        assert.equal(flow.state.screen, 'keep');
    });

test('a wait after wrong passwords: nothing is sent', async () => {
    const { flow, seen } = world(LIST, start('revoke'));
    await flow.load();
    seen.slowed = true;
    const before = seen.calls.length;
    await flow.begin({ password });
    assert.equal(seen.calls.length, before);
    assert.equal(flow.state.problem, '기다려 주세요');
    assert.equal(flow.state.screen, 'revoke');
});

test('a revocation whose process dies is found again by its certificate',
    async () => {
        const { flow, seen } = world({ ...LIST, 'enrol.revoke': 'gone',
            'enrol.pending': [{ result: { pending: [] } },
                { result: { pending:
                    unfinished('revoke', CERT.id).pendings } }],
            'enrol.resume': REVOKED }, start('revoke'));
        await flow.load();
        await flow.begin({ password });
        assert.equal(flow.state.pending, 'p1');
        await flow.act();
        assert.equal(seen.calls.at(-1).params.pending, 'p1');
        assert.equal(flow.state.screen, 'keep');
    });

test('a mistyped code may be typed again, though an entry was left', async () => {
    const left = { id: 'p1', ca: 'yessign', kind: 'reissue',
        referenceNumber: '8341207', sent: 'yes', state: 'sent' };
    const { flow } = world({ 'enrol.pending':
        [{ result: { pending: [] } }, { result: { pending: [left] } }],
    'enrol.reissue': [error('code_wrong', { pending: 'p1' }, 4001), DONE] },
    { mode: 'codes', ca: 'yessign' });
    const typed = { type: 'typed', codes: { referenceNumber: '8341207',
        authorizationCode: 'K7PX' } };
    await flow.load();
    flow.send(typed);
    await flow.begin({ password });
    await flow.act();
    assert.equal(flow.state.screen, 'apply');
    flow.send(typed);
    assert.equal(flow.state.screen, 'password');
});

/* --- given up --------------------------------------------------------------- */

const ISSUE = { id: 'p1', kind: 'reissue', ca: 'yessign', state: 'sent',
    referenceNumber: '8341207', started: '2026-11-02T05:05:11Z',
    sent: 'unknown', transaction: 'ab12' };
const PENDING = { 'enrol.pending': { result: { pending: [ISSUE],
    broken: [{ id: 'p2', reason: 'json_invalid' }] } } };

test('what is unfinished is given up with its word', async () => {
    const { flow, seen } = world({ ...PENDING,
        'enrol.discard': { result: { state: 'discarded', pending: 'p1' } } },
    { mode: 'resume', pending: 'p1' });
    await flow.load();
    flow.send({ type: 'givingUp' });
    assert.equal(flow.state.screen, 'discard');
    await flow.discard('8341207');
    assert.deepEqual(seen.calls.at(-1), { method: 'enrol.discard',
        params: { pending: 'p1', confirm: '8341207' } });
    assert.equal(flow.state.screen, 'discarded');
});

test('what was resumed says when it had begun', async () => {
    const { flow } = world({ ...PENDING, 'enrol.resume': DONE },
        { mode: 'resume', pending: 'p1' });
    await flow.load();
    await flow.resume(password);
    assert.equal(flow.state.started, ISSUE.started);
});

test('not given up after all: back to resuming it', async () => {
    const { flow } = world(PENDING, { mode: 'resume', pending: 'p1' });
    await flow.load();
    flow.send({ type: 'givingUp' });
    flow.send({ type: 'ask' });
    assert.equal(flow.state.screen, 'resume');
});

test('what cannot be read can only be given up', async () => {
    const { flow } = world(PENDING, { mode: 'resume', pending: 'p2' });
    await flow.load();
    assert.equal(flow.state.screen, 'discard');
});

test('the host refuses: its reason is shown', async () => {
    const { flow } = world({ ...PENDING,
        'enrol.discard': error('store_busy', {}, 3010) },
    { mode: 'resume', pending: 'p1' });
    await flow.load();
    await flow.discard('8341207');
    assert.equal(flow.state.failure.reason, 'store_busy');
});

/* --- the help desk ----------------------------------------------------------- */

test('the help desk is told CA, deed, number, transaction, time, never a code',
    () => {
        const rows = helpDeskRows({ ...ISSUE, authorizationCode: 'K7PX' },
            '금융결제원', key => key);
        assert.deepEqual(rows.map(([label]) => label), ['record_ca',
            'record_deed', 'reference_number', 'record_transaction',
            'resume_started', 'record_sent']);
        assert.doesNotMatch(JSON.stringify(rows), /K7PX/);
    });

test('of a renewal it is told the serial number; what is not known is left out',
    () => {
        const rows = helpDeskRows({ ...ISSUE, kind: 'renew',
            transaction: undefined }, '', key => key);
        assert.deepEqual(rows.map(([label]) => label), ['record_deed',
            'record_serial', 'resume_started', 'record_sent']);
    });

for (const kind of ['issue', 'reissue', 'renew', 'revoke'])
    for (const state of ['prepared', 'sent', 'swapping',
        ...(kind === 'revoke' ? [] : ['received', 'confirmed'])])
        for (const sent of ['no', 'yes', 'unknown'])
            test(`${kind} ${state} (${sent}): what happened has words`, () => {
                const key = happenedKey({ kind, state, sent });
                assert.ok(KO[key], key);
                if (state === 'prepared')
                    assert.equal(/_sent$/.test(key), sent !== 'no');
            });

for (const [reason, data, want] of [
    ['ca_rejected', { pending: 'p' }, true],
    ['certificate_unexpected', { pending: 'p' }, true],
    ['code_expired', { pending: 'p' }, true],
    ['ca_rejected', {}, false],
    ['code_wrong', { pending: 'p' }, false],
    ['cancelled', { pending: 'p' }, false],
    ['ca_timeout', { pending: 'p' }, false],
])
    test(`${reason} ${JSON.stringify(data)}: only the CA can say: ${want}`,
        () => {
            assert.equal(mustAskCa({ reason, data }), want);
        });

for (const [reason, mode, certificate, want] of [
    ['ca_disabled', 'own', CERT.id, 'cas'],
    ['ca_disabled', 'codes', null, 'cas'],
    ['ca_disabled', 'page', null, 'cas'],
    ['store_readonly', 'own', CERT.id, 'retry'],
    ['store_readonly', 'codes', null, 'place'],
    ['renewal_too_early', 'own', CERT.id, 'close'],
])
    test(`${reason} (${mode}): ${want}`, () => {
        assert.equal(nextAction({ reason, code: 0, data: {} },
            { mode, certificate }), want);
    });

test('a page hears at once that its CA is switched off', async () => {
    const { flow, seen } = world({ 'ca.list': { result: { cas: [
        { ...CA, enabled: false }] } } }, { mode: 'page', ca: CA.name,
        origin: 'https://bank.example' });
    await flow.load();
    assert.deepEqual(seen.page[0], { reason: 'ca_disabled' });
});

for (const [typed, word, want] of [
    ['홍길동', '홍길동', true], [' 홍길동 ', '홍길동', true],
    ['홍길동'.normalize('NFD'), '홍길동', true], ['8341 207', '8341207', true],
    ['Hong Gildong', 'HongGildong', true],
    ['', '홍길동', false], ['홍길', '홍길동', false],
    ['홍길동동', '홍길동', false], ['hong', 'Hong', false],
])
    test(`"${typed}" for "${word}": ${want}`, () => {
        assert.equal(sameWord(typed, word), want);
    });
