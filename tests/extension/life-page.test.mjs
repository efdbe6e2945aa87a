/** Renewal and revocation that a page asks for: what it may ask, and hears. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFilter } from '../../extension/common/filter.js';
import { parseRenew, parseRevoke, REASONS }
    from '../../extension/common/life-params.js';
import { pageAsker } from '../../extension/ui/enrol/asker.js';
import { forPage } from '../../extension/ui/enrol/told.js';
import { lastUsed } from '../../extension/ui/sign/certificates.js';
import { fakeArea } from './fakes.mjs';
import { CA, CERT, error, world } from './lib/deed.mjs';

const DAY = 86_400_000;
const ORIGIN = 'https://bank.example';
const PASSWORD = 'Sanchaek-4!';

/* --- what may be asked ------------------------------------------------------- */

test('a filter and a time limit, or nothing', () => {
    assert.deepEqual(parseRenew({}),
        { filter: parseFilter(), expiresAt: null });
    const wanted = parseRenew({ filter: { cas: ['yessign'] }, expiresAt: 1 });
    assert.deepEqual(wanted.filter.cas, ['yessign']);
    assert.equal(wanted.expiresAt, 1);
});

for (const why of REASONS)
    test(`revoked for ${why}`, () => {
        assert.equal(parseRevoke({ reason: why }).why, why);
    });

for (const [what, parse, params] of [
    ['nothing', parseRenew, undefined],
    ['null', parseRenew, null],
    ['text', parseRenew, 'x'],
    ['a password', parseRenew, { password: PASSWORD }],
    ['a certificate by its id', parseRenew, { certificate: CERT.id }],
    ['a reason', parseRenew, { reason: 'superseded' }],
    ['a CA', parseRenew, { ca: 'yessign' }],
    ['expired ones', parseRenew, { filter: { expired: true } }],
    ['an unknown member of the filter', parseRenew, { filter: { name: 'x' } }],
    ['a serial number of any issuer', parseRenew, { filter: { serial: '0a' } }],
    ['a filter that is null', parseRenew, { filter: null }],
    ['a limit in words', parseRenew, { expiresAt: 'soon' }],
    ['nothing', parseRevoke, undefined],
    ['null', parseRevoke, null],
    ['no reason', parseRevoke, {}],
    ['a reason that the CA has', parseRevoke, { reason: 'cACompromise' }],
    ['a reason in capitals', parseRevoke, { reason: 'SUPERSEDED' }],
    ['a reason as a number', parseRevoke, { reason: 4 }],
    ['a list of reasons', parseRevoke, { reason: ['superseded'] }],
    ['an inherited word', parseRevoke, { reason: 'toString' }],
    ['a name typed ahead', parseRevoke, { reason: 'superseded', name: 'x' }],
    ['expired ones', parseRevoke,
        { reason: 'superseded', filter: { expired: true } }],
])
    test(`${parse.name} refuses ${what}`, () => {
        assert.throws(() => parse(params), { reason: 'invalid_request' });
    });

/* --- which certificate ------------------------------------------------------- */

const inDays = days => new Date(Date.now() + days * DAY).toISOString();
const held = (letter, days, more = {}) => ({ ...CERT, id: letter.repeat(64),
    serial: `0${letter}`, notBefore: '2020-01-01T00:00:00Z', state: 'valid',
    notAfter: inDays(days), keyScheme: 'compat', ...more });
const A = held('a', 20), B = held('b', 20), LATE = held('c', 200);
const OTHER = held('d', 20, { ca: 'KICA' });

async function asked(kind, certificates, start = {}, answers = {}) {
    const made = world({ 'store.list': { result: { certificates, roots: [],
        total: certificates.length } }, ...answers },
    { mode: 'page', kind, origin: ORIGIN, ...start });
    await made.flow.load();
    return made;
}

const pending = kind => ({ 'enrol.pending': { result: { pending: [{ id: 'p1',
    kind, certificate: A.id, ca: 'yessign', referenceNumber: '0a',
    sent: 'yes', started: '2026-11-02T05:05:11Z', state: 'sent' }] } } });
const OFF = { 'ca.list': { result: { cas: [{ ...CA, enabled: false }] } } };
const YESSIGN = { filter: parseFilter({ cas: ['yessign'] }) };

describe('a window begins', () => {
    for (const [what, kind, certificates, start, answers, screen, chosen] of [
        ['with the only one', 'renew', [A], {}, {}, 'renew', A],
        ['with the only one that is old enough', 'renew', [A, LATE], {}, {},
            'renew', A],
        ['with the one last used there', 'revoke', [A, LATE],
            { lastUsed: LATE.id }, {}, 'revoke', LATE],
        ['with the one that the site accepts', 'revoke', [OTHER, A], YESSIGN,
            {}, 'revoke', A],
        ['with the site\'s login', 'renew', [A, B], { login: B.id,
            filter: parseFilter({ sameAsLogin: true }) }, {}, 'renew', B],
        ['with a choice of several', 'renew', [A, B], {}, {}, 'choose'],
        ['with a choice when another was last used', 'revoke', [A, B],
            { lastUsed: 'e'.repeat(64) }, {}, 'choose'],
        ['with none', 'renew', [], {}, {}, 'choose'],
        ['with none that the site accepts', 'renew', [OTHER], YESSIGN, {},
            'choose'],
        ['with none that is old enough', 'renew', [LATE], {}, {}, 'choose'],
        ['with none that lives', 'revoke', [held('a', -1)], {}, {}, 'choose'],
        ['without what is unfinished', 'renew', [A], {}, pending('renew'),
            'choose'],
        ['without a CA that is off', 'revoke', [A], {}, OFF, 'choose'],
    ])
        test(what, async () => {
            const { flow, seen } = await asked(kind, certificates, start,
                answers);
            assert.equal(flow.state.screen, screen);
            if (chosen)
                assert.equal(flow.state.certificate, chosen.id);
            assert.deepEqual(seen.page, [], 'the site has heard nothing');
        });
});

for (const [what, kind, answers, reason, heard] of [
    ['off', 'revoke', OFF, 'ca_disabled', [{ reason: 'ca_disabled' }]],
    ['unfinished', 'renew', pending('renew'), 'enrolment_pending', []],
])
    test(`${what}: said once the person has chosen it`, async () => {
        const { flow, seen } = await asked(kind, [A], {}, answers);
        flow.send({ type: 'picked', certificate: A.id, now: Date.now() });
        assert.equal(flow.state.failure.reason, reason);
        assert.deepEqual(seen.page, heard);
    });

test('another one may be chosen, and that is the one', async () => {
    const { flow, seen } = await asked('revoke', [A, B],
        { lastUsed: A.id, why: 'superseded' }, { 'enrol.revoke': REVOKED });
    flow.send({ type: 'another' });
    assert.equal(flow.state.screen, 'choose');
    flow.send({ type: 'picked', certificate: B.id, now: Date.now() });
    assert.equal(flow.state.screen, 'revoke');
    await flow.begin({ password: PASSWORD });
    assert.deepEqual(seen.calls.at(-1), { method: 'enrol.revoke', params: {
        origin: ORIGIN, certificate: B.id, reason: 'superseded',
        password: PASSWORD } });
});

/* --- what the page hears ----------------------------------------------------- */

const RENEWED = { result: { state: 'done', der: 'MIIB',
    certificate: { ...CERT, id: 'f'.repeat(64), serial: '0f',
        location: { path: '/h/NPKI' } }, recordedAt: '2026-11-24T03:00:00Z',
    renewal: { certificate: A.id, serial: '0a', notAfter: A.notAfter,
        daysLeft: 20, changes: ['key'] } } };
const REVOKED = { result: { state: 'done', recordedAt: '2026-11-24T03:00:00Z',
    revoked: { certificate: B.id, serial: '0b', km: true,
        notAfter: B.notAfter }, caText: ['x'] } };

test('of a renewal: the new one, and which it takes the place of', async () => {
    const { flow, seen } = await asked('renew', [A], {},
        { 'enrol.renew': RENEWED });
    await flow.begin({ password: PASSWORD });
    assert.deepEqual(seen.page, [{ result: { certificate: 'MIIB',
        id: 'f'.repeat(64), serial: '0f', notAfter: CERT.notAfter,
        old: { id: A.id, serial: '0a' } } }]);
    assert.equal(seen.calls.find(c => c.method === 'enrol.renew')
        .params.origin, ORIGIN);
});

test('of a revocation: which, and when', () => {
    assert.deepEqual(forPage(REVOKED.result), { id: B.id, serial: '0b',
        revokedAt: '2026-11-24T03:00:00Z' });
});

test('of an issue: what it has always heard', () => {
    assert.deepEqual(forPage({ certificate: CERT, der: 'MIIB' }),
        { certificate: 'MIIB', id: CERT.id, notAfter: CERT.notAfter });
});

for (const [what, kind, answer, next] of [
    ['a wrong password', 'renew', error('password_wrong', {}, 2001), 'renew'],
    ['a wrong password', 'revoke', error('password_wrong', {}, 2001), 'revoke'],
    ['a CA that does not answer', 'renew',
        error('ca_timeout', { pending: 'p1' }), 'error'],
    ['a host that dies', 'revoke', 'gone', 'error'],
])
    test(`${kind}, ${what}: the page waits`, async () => {
        const { flow, seen } = await asked(kind, [A], { why: 'superseded' },
            { [`enrol.${kind}`]: answer });
        await flow.begin({ password: PASSWORD });
        assert.equal(flow.state.screen, next);
        assert.deepEqual(seen.page, []);
    });

for (const kind of ['renew', 'revoke'])
    test(`${kind}, refused by the CA: the page hears it once`, async () => {
        const { flow, seen } = await asked(kind, [A], { why: 'superseded' },
            { [`enrol.${kind}`]: error('ca_rejected', { pending: 'p1' }) });
        await flow.begin({ password: PASSWORD });
        assert.deepEqual(seen.page, [{ reason: 'ca_rejected' }]);
    });

for (const kind of ['renew', 'revoke'])
    test(`${kind}, page gone or limit over before the deed: nothing is sent`,
        async () => {
            const left = await asked(kind, [A, B]);
            left.leavePage();
            assert.equal(left.flow.state.failure.reason, 'page_gone');
            const late = await asked(kind, [A]);
            late.flow.send({ type: 'expired' });
            assert.equal(late.flow.state.failure.reason, 'request_expired');
        });

for (const [what, unseen, result, kept] of [
    ['a renewal', false, { certificate: 'MIIB', id: A.id }, A.id],
    ['one from a private window', true, { certificate: 'MIIB', id: A.id },
        null],
    ['a revocation', false, { id: A.id }, null],
])
    test(`after ${what} ${kept ? 'the new one' : 'nothing'} is kept`,
        async () => {
            const local = fakeArea();
            const told = await pageAsker({ origin: ORIGIN, unseen,
                answer: async () => true }, { local }, null).answer(result);
            assert.equal(told, true);
            assert.equal(await lastUsed(local, ORIGIN), kept);
        });
