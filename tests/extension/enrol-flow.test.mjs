/** The issue itself, against a host and a page that answer by script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from './fakes.mjs';
import { CERT, DONE, error, LISTS, world } from './lib/deed.mjs';

const PAGE = { mode: 'page', origin: 'https://bank.example', ca: 'yessign',
    referenceNumber: '8341207', authorizationCode: 'K7PX', holder: '홍길동' };
const password = 'Sanchaek-4!';
const last = seen => seen.calls.at(-1);

test('the lists are operations of their own, each with its port closed',
    async () => {
        const { flow, seen } = world({}, PAGE);
        await flow.load();
        assert.equal(flow.state.screen, 'prepare');
        assert.equal(flow.state.host, '0.1.0');
        assert.deepEqual(seen.calls.map(c => c.method),
            ['ca.list', 'enrol.pending', 'store.list']);
        const [keys, ...others] = seen.ports.reverse();
        assert.equal(others.length, 3);
        assert.ok(others.every(p => p.disconnects > 0));
        assert.equal(keys.disconnects, 0);
        assert.ok(seen.calls.every(
            c => c.params.origin === 'https://bank.example'));
    });

test('in our own pages no origin is said', async () => {
    const { flow, seen } = world({}, { mode: 'codes' });
    await flow.load();
    assert.ok(seen.calls.every(c => !Object.hasOwn(c.params, 'origin')));
});

test('a re-issue sends the codes and the password once, and tells the page',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': { ...DONE,
            steps: ['keygen', 'request', 'wait', 'check', 'confirm',
                'store'] } }, PAGE);
        await flow.load();
        await flow.begin({ password });
        assert.deepEqual(last(seen), { method: 'enrol.reissue', params: {
            origin: 'https://bank.example', ca: 'yessign',
            referenceNumber: '8341207', authorizationCode: 'K7PX', password,
            name: '홍길동' } });
        assert.equal(seen.calls.filter(
            c => c.method.startsWith('enrol.re')).length, 1);
        assert.deepEqual(seen.page, [{ result: { certificate: 'MIIB',
            id: CERT.id, notAfter: CERT.notAfter } }]);
        assert.equal(flow.state.screen, 'keep');
        assert.equal(flow.state.told, true);
        assert.deepEqual([...new Set(
            seen.states.map(s => s.step).filter(Boolean))], ['keygen', 'request', 'wait', 'check', 'confirm', 'store']);
        assert.ok(seen.ports.at(-1).disconnects > 0);
    });

test('place and old certificate are said only when chosen', async () => {
    const { flow, seen } = world({ 'enrol.issue': DONE }, { mode: 'codes',
        kind: 'issue', ca: 'yessign', root: '/media/u/NPKI', old: CERT.id });
    await flow.begin({ password });
    assert.equal(last(seen).method, 'enrol.issue');
    assert.equal(last(seen).params.root, '/media/u/NPKI');
    assert.equal(last(seen).params.old, CERT.id);
    assert.equal(Object.hasOwn(last(seen).params, 'name'), false);
});

test('the state never holds the password', async () => {
    const { flow, seen } = world({ 'enrol.reissue': error('ca_busy',
        { pending: 'p1', sent: 'yes' }), 'enrol.resume': DONE }, PAGE);
    await flow.load();
    await flow.begin({ password });
    await flow.act();
    assert.doesNotMatch(JSON.stringify(seen.states), /Sanchaek/);
    assert.doesNotMatch(JSON.stringify(seen.page), /Sanchaek/);
});

test('what can be resumed is not told to the page yet, and resumes without ' +
    'asking again', async () => {
    const { flow, seen } = world({ 'enrol.reissue': error('ca_timeout',
        { pending: 'p1', sent: 'unknown' }), 'enrol.resume': DONE }, PAGE);
    await flow.load();
    await flow.begin({ password });
    assert.equal(flow.state.screen, 'error');
    assert.deepEqual(seen.page, []);
    await flow.act();
    assert.deepEqual(last(seen), { method: 'enrol.resume', params: {
        origin: 'https://bank.example', pending: 'p1', password } });
    assert.equal(flow.state.screen, 'keep');
});

test('after five minutes the password is gone and must be typed', async () => {
    const { flow, seen, timers } = world({ 'enrol.reissue':
        error('ca_timeout', { pending: 'p1' }) }, PAGE);
    await flow.load();
    await flow.begin({ password });
    timers.pass(5 * 60_000);
    const before = seen.calls.length;
    await flow.act();
    assert.equal(flow.state.screen, 'resume');
    assert.equal(seen.calls.length, before);
});

for (const [name, answer, reason] of [
    ['a spent code', error('code_used', {}, 4003), 'code_used'],
    ['a refusal', error('ca_rejected', { pending: 'p1' }, 4004),
        'ca_rejected'],
    ['a wrong code of a page', error('code_wrong', {}, 4001), 'code_wrong'],
    ['a certificate that differs', error('certificate_unexpected', {}, 4009),
        'certificate_unexpected'],
])
    test(`${name} is told to the page at once`, async () => {
        const { flow, seen } = world({ 'enrol.reissue': answer }, PAGE);
        await flow.load();
        await flow.begin({ password });
        assert.deepEqual(seen.page[0], { reason });
        assert.equal(flow.state.screen, 'error');
    });

test('a process that dies leaves an entry: it is found and can be resumed',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': 'gone',
            'enrol.pending': [{ result: { pending: [] } },
                { result: { pending: [{ id: 'p9', ca: 'yessign',
                    referenceNumber: '8341207' }] } }],
            'enrol.resume': DONE }, PAGE);
        await flow.load();
        await flow.begin({ password });
        assert.equal(flow.state.failure.reason, 'host_gone');
        assert.equal(flow.state.pending, 'p9');
        await flow.act();
        assert.equal(last(seen).params.pending, 'p9');
        assert.equal(flow.state.screen, 'keep');
    });

test('a process that dies before anything was written: the same again',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': ['gone', DONE] },
            PAGE);
        await flow.load();
        await flow.begin({ password });
        assert.equal(flow.state.pending, null);
        await flow.act();
        assert.equal(last(seen).method, 'enrol.reissue');
        assert.equal(flow.state.screen, 'keep');
    });

const OFFER = { result: { state: 'confirm', pending: 'p3',
    subject: { cn: '홍길동' }, certificate: CERT } };

test('an offer is confirmed on the same port', async () => {
    const { flow, seen } = world({ 'enrol.reissue': OFFER,
        'enrol.resume': DONE }, PAGE);
    await flow.load();
    await flow.begin({ password });
    assert.equal(flow.state.screen, 'confirm');
    assert.deepEqual(seen.page, []);
    const ports = seen.ports.length;
    await flow.confirm();
    assert.equal(seen.ports.length, ports);
    assert.equal(last(seen).params.confirmSubject, true);
    assert.equal(last(seen).params.pending, 'p3');
    assert.equal(flow.state.screen, 'keep');
});

test('an offer that is not theirs is not stored, and the page hears it',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': OFFER }, PAGE);
        await flow.load();
        await flow.begin({ password });
        flow.refuse();
        assert.equal(flow.state.screen, 'refused');
        assert.deepEqual(seen.page, [{ reason: 'certificate_unexpected' }]);
        assert.equal(last(seen).method, 'enrol.reissue');
        assert.ok(seen.ports.at(-1).disconnects > 0);
    });

const RESUME = { mode: 'resume', pending: 'p1' };
const PENDING = { 'enrol.pending': { result: { pending: [{ id: 'p1',
    ca: 'yessign', kind: 'reissue', referenceNumber: '1',
    started: '2026-03-02T05:05:11Z', state: 'sent', sent: 'yes' }] } } };

test('a wrong password may be typed again, on the same port', async () => {
    const { flow, seen } = world({ ...PENDING, 'enrol.resume':
        [error('password_wrong', {}, 2001), DONE] }, RESUME);
    await flow.load();
    assert.equal(flow.state.screen, 'resume');
    await flow.resume('wrong');
    assert.equal(flow.state.screen, 'resume');
    assert.equal(flow.state.problem, '틀렸어요');
    const ports = seen.ports.length;
    await flow.resume(password);
    assert.equal(seen.ports.length, ports);
    assert.equal(flow.state.screen, 'keep');
    assert.deepEqual(seen.counts,
        ['look p1', 'wrong p1', 'look p1', 'right p1']);
});

test('while there is a wait, nothing is sent', async () => {
    const { flow, seen } = world({ ...PENDING }, RESUME);
    await flow.load();
    seen.slowed = true;
    const before = seen.calls.length;
    await flow.resume('again');
    assert.equal(seen.calls.length, before);
    assert.equal(flow.state.problem, '기다려 주세요');
});

test('cancelling works until the request leaves', async () => {
    const { flow, seen } = world({ 'enrol.reissue': null }, PAGE);
    await flow.load();
    flow.begin({ password });
    await settled();
    flow.send({ type: 'progress', step: 'keygen' });
    flow.cancel();
    assert.deepEqual(seen.cancelled, { id: 2 });
    assert.equal(flow.state.cancelling, true);
});

test('cancelling does nothing once the request has left', async () => {
    const { flow, seen } = world({ 'enrol.reissue': null }, PAGE);
    await flow.load();
    flow.begin({ password });
    await settled();
    flow.send({ type: 'progress', step: 'request' });
    flow.cancel();
    assert.equal(seen.cancelled, undefined);
    assert.equal(flow.state.cancelling, false);
});

for (const [name, step, reason] of [
    ['before the request leaves', 'keygen', 'cancelled'],
    ['after the request has left', 'wait', 'enrolment_pending'],
])
    test(`a window closed ${name} tells the page ${reason}`, async () => {
        const { flow, seen } = world({ 'enrol.reissue': null }, PAGE);
        await flow.load();
        flow.begin({ password });
        await settled();
        flow.send({ type: 'progress', step });
        flow.leave();
        assert.deepEqual(seen.page, [{ reason }]);
        assert.ok(seen.ports.at(-1).disconnects > 0);
    });

test('a page that goes meanwhile: the issue is finished and it is said',
    async () => {
        const { flow, seen, leavePage } = world(
            { 'enrol.reissue': null }, PAGE);
        await flow.load();
        flow.begin({ password });
        await settled();
        leavePage();
        assert.equal(flow.state.screen, 'progress');
        assert.equal(flow.state.pageGone, true);
        seen.pageDeaf = true;
        seen.ports.at(-1).say({ jsonrpc: '2.0', id: 2, ...DONE });
        await settled();
        assert.equal(flow.state.screen, 'keep');
        assert.equal(flow.state.told, false);
    });

test('a host that is missing is looked for again', async () => {
    const { flow } = world({ 'ca.list': ['gone', LISTS['ca.list']] }, PAGE);
    await flow.load();
    assert.equal(flow.state.screen, 'error');
    await flow.act();
    assert.equal(flow.state.screen, 'prepare');
});

test('a USB stick is found when it is asked for', async () => {
    const { flow, seen } = world({ 'store.list': [LISTS['store.list'],
        { result: { certificates: [], roots: [
            { path: '/media/u/NPKI', medium: 'removable' }] } }] }, PAGE);
    await flow.load();
    assert.equal(await flow.findUsb(), true);
    assert.equal(last(seen).params.removable, true);
    assert.equal(flow.state.roots[0].path, '/media/u/NPKI');
});

for (const reason of ['site_blocked', 'site_not_allowed', 'request_expired'])
    test(`${reason} at the start: the host is not even asked`, async () => {
        const { flow, seen } = world({}, PAGE);
        seen.refused = reason;
        await flow.load();
        assert.equal(flow.state.failure.reason, reason);
        assert.deepEqual(seen.calls, []);
        assert.deepEqual(seen.page, [{ reason }]);
    });

test('a site blocked while the window is open: the code is not sent',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': DONE }, PAGE);
        await flow.load();
        seen.refused = 'site_blocked';
        await flow.begin({ password });
        assert.equal(flow.state.failure.reason, 'site_blocked');
        assert.equal(last(seen).method, 'store.list');
    });

test('what was begun is finished, whatever the site\'s limit says',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': error('ca_timeout',
            { pending: 'p1' }), 'enrol.resume': DONE }, PAGE);
        await flow.load();
        await flow.begin({ password });
        seen.refused = 'request_expired';
        await flow.act();
        assert.equal(flow.state.screen, 'keep');
    });

for (const [reason, data, screen] of [
    ['password_too_weak', { rule: 'common', sent: 'no' }, 'password'],
    ['enrolment_pending', { pending: 'p5', sent: 'yes' }, 'resume'],
])
    test(`after ${reason} another password is asked for`, async () => {
        const { flow, seen } = world({ 'enrol.reissue': error(reason, data) },
            PAGE);
        await flow.load();
        await flow.begin({ password });
        const before = seen.calls.length;
        await flow.act();
        assert.equal(flow.state.screen, screen);
        assert.equal(seen.calls.length, before);
    });

test('more certificates than fit one page are all asked for', async () => {
    const { flow, seen } = world({ 'store.list': [
        { result: { certificates: [CERT, CERT], roots: [], total: 3 } },
        { result: { certificates: [CERT], roots: [], total: 3 } }] }, PAGE);
    await flow.load();
    assert.equal(flow.state.certificates.length, 3);
    assert.equal(last(seen).params.offset, 2);
});
