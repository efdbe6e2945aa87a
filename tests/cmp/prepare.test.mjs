/** enrol.prepare: keys made while the person reads serve the next command. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { cpuOf } from '../host/lib/host.mjs';
import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';

const plain = runningCa();
const pair = runningCa('--km');

const order = code => ({ ca: 'test', referenceNumber: code.referenceNumber,
    authorizationCode: code.authorizationCode, password: PASSWORD,
    name: PERSON.name });

async function opened(home) {
    const host = home.start();
    await host.hello();
    return host;
}

const files = home => [...home.files()].map(([path, bytes]) =>
    [path, createHash('sha256').update(bytes).digest('hex')]);

test('nothing is on disk until the enrolment', async () => {
    const home = new Home(await plain.define());
    const before = files(home);
    const host = await opened(home);
    assert.deepEqual((await host.ask(1, 'enrol.prepare', {})).result, { keys: 1 });
    assert.deepEqual(files(home), before);
    await host.end();
    assert.deepEqual(files(home), before, 'and nothing is left of it');
});

test('two keys where a CA gives two certificates', async () => {
    const home = new Home(await pair.define('--km'));
    const host = await opened(home);
    assert.deepEqual((await host.ask(1, 'enrol.prepare', {})).result,
        { keys: 2 });
    await pair.newPerson();
    const got = await host.ask(2, 'enrol.issue', order(await pair.code()));
    assert.equal(got.result?.state, 'done', JSON.stringify(got.error));
    assert.equal(got.result.certificate.hasKm, true);
    await host.end();
});

for (const method of ['enrol.issue', 'enrol.reissue', 'enrol.renew'])
    test(`${method} may follow`, async () => {
        await plain.newPerson();
        const home = new Home(await plain.define('--vid', 'encrypted'));
        let params = order(await plain.code());
        if (method !== 'enrol.issue') {
            const first = await home.enrol(
                await plain.code('issue', '--days', 20), { name: PERSON.name });
            assert.equal(first.reason, 'ok');
            params = method === 'enrol.renew'
                ? { certificate: first.result.certificate.id,
                    password: PASSWORD }
                : order(await plain.code('reissue'));
        }
        const host = await opened(home);
        assert.equal((await host.ask(1, 'enrol.prepare', {})).result.keys, 1);
        const got = await host.ask(2, method, params);
        assert.equal(got.result?.state, 'done', JSON.stringify(got.error));
        await host.end();
    });

for (const [name, first, want] of [['made before', true, 'request'],
    ['not made before', false, 'keygen']])
    test(`keys ${name}: the first step is ${want}`, async () => {
        await plain.newPerson();
        const host = await opened(new Home(await plain.define()));
        if (first)
            await host.ask(1, 'enrol.prepare', {});
        await host.send({ jsonrpc: '2.0', id: 2, method: 'enrol.issue',
            params: order(await plain.code()) });
        const steps = [];
        for (let got; (got = await host.read()).method === 'progress';)
            steps.push(got.params.step);
        assert.equal(steps[0], want);
        assert.equal(steps.includes('keygen'), !first);
        await host.end();
    });

test('the wait is shorter by the keys', async () => {
    // of the host's own time: nobody else's work is in it
    const used = { cold: 0, warm: 0 };
    for (let i = 0; i < 9; i++)
        for (const [how, first] of [['cold', false], ['warm', true]]) {
            await plain.newPerson();
            const home = new Home(await plain.define());
            const host = await opened(home);
            const params = order(await plain.code());
            if (first)
                await host.ask(1, 'enrol.prepare', {});
            const before = cpuOf(host.child.pid);
            const answer = await host.ask(2, 'enrol.issue', params);
            assert.equal(answer.result?.state, 'done');
            used[how] += cpuOf(host.child.pid) - before;
            await host.end();
        }
    assert.ok(used.warm < used.cold, JSON.stringify(used));
});

test('a failure before the keys are used leaves them for the retry',
    async () => {
        await plain.newPerson();
        const home = new Home(await plain.define());
        const host = await opened(home);
        const params = order(await plain.code());
        await host.ask(1, 'enrol.prepare', {});
        const weak = await host.ask(2, 'enrol.issue',
            { ...params, password: 'short' });
        assert.equal(weak.error.data.reason, 'password_too_weak');
        const got = await host.ask(3, 'enrol.issue', params);
        assert.equal(got.result?.state, 'done', JSON.stringify(got.error));
        await host.end();
    });

const refused = {
    'a list of certificates': ['store.list', {}],
    'a signature': ['sign.data', { certificate: '0'.repeat(64),
        password: PASSWORD, content: 'aGk=' }],
    'a revocation': ['enrol.revoke', { certificate: '0'.repeat(64),
        password: PASSWORD, reason: 'unspecified' }],
    'resuming': ['enrol.resume', { pending: '0'.repeat(32),
        password: PASSWORD }],
    'preparing again': ['enrol.prepare', {}],
};
for (const [name, [method, params]] of Object.entries(refused))
    test(`after it ${name} is bad_state`, async () => {
        const home = new Home(await plain.define());
        const host = await opened(home);
        await host.ask(1, 'enrol.prepare', {});
        const got = await host.ask(2, method, params);
        assert.equal(got.error.data.reason, 'bad_state');
        await host.end();
    });

test('it takes no parameters', async () => {
    const host = await opened(new Home(await plain.define()));
    const got = await host.ask(1, 'enrol.prepare', { ca: 'test' });
    assert.equal(got.error.data.reason, 'param_unknown');
    await host.end();
});

test('cancelled: the enrolment may still follow', async () => {
    await plain.newPerson();
    const host = await opened(new Home(await plain.define()));
    await host.send({ jsonrpc: '2.0', id: 1, method: 'enrol.prepare' });
    await host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });
    const first = await host.read();
    assert.ok(first.result !== undefined
        || first.error.data.reason === 'cancelled');
    const got = await host.ask(2, 'enrol.issue', order(await plain.code()));
    assert.equal(got.result?.state, 'done', JSON.stringify(got.error));
    await host.end();
});
