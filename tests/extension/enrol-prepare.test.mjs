/** Keys made while the person still reads: used, or done without. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from './fakes.mjs';
import { CERT, DONE, error, world } from './lib/deed.mjs';

const PAGE = { mode: 'page', origin: 'https://bank.example', ca: 'yessign',
    referenceNumber: '8341207', authorizationCode: 'K7PX', holder: '홍길동' };
const password = 'Sanchaek-4!';
const soon = () => new Date(Date.now() + 20 * 86_400_000).toISOString();
const HELD = { ...CERT, notAfter: soon(), notBefore: '2020-01-01T00:00:00Z',
    keyScheme: 'compat', state: 'expiring' };
const LIST = { 'store.list': { result: { certificates: [HELD], roots: [] } } };

/** The port on which a method was asked. */
const portOf = (seen, method) => seen.ports.find(port =>
    port.sent.some(message => message.method === method));

test('begins when the first screen is there, for the same origin', async () => {
    const { flow, seen } = world({}, PAGE);
    await flow.load();
    await settled();
    assert.deepEqual(seen.prepared, [{ method: 'enrol.prepare',
        params: { origin: 'https://bank.example' } }]);
});

for (const [name, answers, start] of [
    ['an unfinished one', { 'enrol.pending': { result: { pending: [{ id: 'p1',
        kind: 'issue', ca: 'yessign', sent: 'no', state: 'prepared' }] } } },
    { mode: 'resume', pending: 'p1' }],
    ['a request that cannot be done', {}, { ...PAGE, ca: 'nobody' }],
    ['a revocation', LIST, { mode: 'own', kind: 'revoke',
        certificate: CERT.id }],
])
    test(`${name} needs no keys`, async () => {
        const { flow, seen } = world(answers, start);
        await flow.load();
        await settled();
        assert.deepEqual(seen.prepared, []);
    });

test('the deed follows on the port of the keys, and says no key is made',
    async () => {
        const { flow, seen } = world({ 'enrol.reissue': { ...DONE,
            steps: ['request', 'wait', 'check', 'confirm', 'store'] } }, PAGE);
        await flow.load();
        await settled();
        await flow.begin({ password });
        assert.equal(portOf(seen, 'enrol.reissue'),
            portOf(seen, 'enrol.prepare'));
        assert.ok(!seen.states.some(s => s.step === 'keygen'));
        assert.equal(flow.state.screen, 'keep');
    });

test('keys not ready are waited for, and it is said', async () => {
    const { flow, seen } = world({ 'enrol.prepare': null,
        'enrol.reissue': DONE }, PAGE);
    await flow.load();
    const begun = flow.begin({ password });
    await settled();
    assert.equal(flow.state.step, 'keygen');
    assert.equal(portOf(seen, 'enrol.reissue'), undefined);
    portOf(seen, 'enrol.prepare').say(
        { jsonrpc: '2.0', id: 1, result: { keys: 1 } });
    await begun;
    assert.equal(flow.state.screen, 'keep');
    assert.equal(seen.prepared.length, 1);
});

for (const [name, answer] of [
    ['that cannot be made', error('no_memory', {}, 9002)],
    ['whose process dies', 'gone'],
])
    test(`keys ${name}: the deed makes its own`, async () => {
        const { flow, seen } = world({ 'enrol.prepare': answer,
            'enrol.reissue': DONE }, PAGE);
        await flow.load();
        await settled();
        await flow.begin({ password });
        assert.equal(flow.state.screen, 'keep');
        assert.equal(seen.calls.filter(
            c => c.method === 'enrol.reissue').length, 1);
    });

test('a process that dies after the keys were made: a new one', async () => {
    const { flow, seen } = world({ 'enrol.reissue': DONE }, PAGE);
    await flow.load();
    await settled();
    portOf(seen, 'enrol.prepare').end(null);
    await flow.begin({ password });
    assert.equal(flow.state.screen, 'keep');
    assert.notEqual(portOf(seen, 'enrol.reissue'),
        portOf(seen, 'enrol.prepare'));
});

test('cancelled while keys are made: nothing is sent', async () => {
    const { flow, seen } = world({ 'enrol.prepare': null }, PAGE);
    await flow.load();
    const begun = flow.begin({ password });
    await settled();
    flow.cancel();
    assert.deepEqual(seen.cancelled, { id: 1 });
    portOf(seen, 'enrol.prepare').say({ jsonrpc: '2.0', id: 1,
        ...error('cancelled', {}, 2002) });
    await begun;
    assert.equal(flow.state.failure.reason, 'cancelled');
    assert.equal(portOf(seen, 'enrol.reissue'), undefined);
    assert.deepEqual(seen.page, [{ reason: 'cancelled' }]);
});

for (const [name, go] of [['the window closes', flow => flow.leave()],
    ['the page goes', (flow, leavePage) => leavePage()],
    ['the site\'s time is up', flow => flow.send({ type: 'expired' })]])
    test(`${name}: the keys go with their process`, async () => {
        const { flow, seen, leavePage } = world({}, PAGE);
        await flow.load();
        await settled();
        go(flow, leavePage);
        assert.ok(portOf(seen, 'enrol.prepare').disconnects > 0);
    });

for (const [name, first] of [['ready', { result: { keys: 1 } }],
    ['still being made', null]])
    test(`a stick found when keys are ${name}: others, of a process that can ` +
        'see it', async () => {
        const { flow, seen } = world({ 'enrol.prepare':
            [first, { result: { keys: 1 } }], 'enrol.reissue': DONE }, PAGE);
        await flow.load();
        await settled();
        await flow.findUsb();
        await flow.begin({ password });
        assert.equal(seen.prepared.length, 2);
        assert.equal(flow.state.screen, 'keep');
        assert.ok(portOf(seen, 'enrol.prepare').disconnects > 0);
        assert.notEqual(portOf(seen, 'enrol.reissue'),
            portOf(seen, 'enrol.prepare'));
    });

test('after a wrong password the keys are still there for the next',
    async () => {
        const { flow, seen } = world({ ...LIST, 'enrol.renew':
            [error('password_wrong', { sent: 'no' }, 2001), DONE] },
        { mode: 'own', kind: 'renew', certificate: CERT.id });
        await flow.load();
        await settled();
        await flow.begin({ password: 'wrong' });
        assert.equal(flow.state.screen, 'renew');
        assert.equal(flow.state.problem, '틀렸어요');
        await flow.begin({ password });
        assert.equal(flow.state.screen, 'keep');
        assert.equal(seen.prepared.length, 1);
        assert.equal(portOf(seen, 'enrol.renew'),
            portOf(seen, 'enrol.prepare'));
        assert.deepEqual(seen.counts, [`look ${CERT.id}`, `wrong ${CERT.id}`,
            `look ${CERT.id}`, `right ${CERT.id}`]);
    });
