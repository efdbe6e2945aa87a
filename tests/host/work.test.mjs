/*
 * While the host works: the end of the stream, cancel, the queue, another
 * try. The work is a real one, a key file that asks for seconds of PBKDF2.
 */
import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { test } from 'node:test';
import { cpuOf, frame, limits, reasonOf, request, start, temporary, until } from './lib/host.mjs';
import { password, putMany, putPair } from './lib/store.mjs';

const content = Buffer.from('이체 100,000원').toString('base64');
const sign = (certificate, pass) => ({ certificate, password: pass, content });

async function working(t) {
    const HOME = temporary(t);
    const certificate = putPair(HOME, { slow: true });
    const host = await start(t, { env: { HOME } });
    await host.send(request(1, 'sign.data', sign(certificate, password)));
    const before = cpuOf(host.child.pid);
    await until(() => cpuOf(host.child.pid) > before + 200);
    assert.deepEqual(host.frames, [], 'still at work');
    return { host, certificate, params: sign(certificate, password) };
}

test('T150 the end of the stream in the middle of a key derivation: gone within a second',
    async t => {
        const { host } = await working(t);
        const { code, signal } = await host.end();
        assert.equal(signal, null);
        assert.equal(code, 1);
        assert.deepEqual(host.frames, []);
        assert.equal(existsSync(`/proc/${host.child.pid}`), false);
    });

test('T010 half a frame and the end, in the middle of work: gone within a second', async t => {
    const { host } = await working(t);
    await host.write(frame(request(2, 'store.list')).subarray(0, 9));
    assert.equal((await host.end()).code, 1);
    assert.deepEqual(host.frames, []);
});

test('T023 what is no JSON, in the middle of work: one error, gone within a second', async t => {
    const { host } = await working(t);
    await host.send('{"jsonrpc":"2.0"}{}');
    const message = await host.read();
    assert.equal(reasonOf(message), 'json_trailing');
    assert.equal(message.id, null);
    assert.equal((await host.gone()).code, 1);
});

test('a queue of eight: the ninth is refused at once, the others wait their turn', async t => {
    const { host, params } = await working(t);
    for (let id = 2; id <= 2 + limits.queue; id++)
        await host.send(request(id, 'store.list'));
    const refused = await host.read();
    assert.equal(reasonOf(refused), 'queue_full');
    assert.equal(refused.id, 2 + limits.queue);
    await host.send(request(2, 'sign.data', params));
    const again = await host.read();
    assert.equal(reasonOf(again), 'id_invalid');
    assert.equal(again.id, null);
    const first = await host.read();
    assert.equal(first.id, 1);
    assert.equal(reasonOf(first), 'password_wrong');
    for (let id = 2; id < 2 + limits.queue; id++) {
        const answer = await host.read();
        assert.equal(answer.id, id);
        assert.equal(reasonOf(answer), 'bad_state');
    }
});

test('cancel of a request that waits: it is answered as cancelled, never begun', async t => {
    const { host, params } = await working(t);
    await host.send(request(2, 'sign.data', params));
    await host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 2 } });
    assert.equal((await host.read()).id, 1);
    const before = cpuOf(host.child.pid);
    const second = await host.read();
    assert.equal(second.id, 2);
    assert.equal(reasonOf(second), 'cancelled');
    assert.ok(cpuOf(host.child.pid) < before + 500);
});

test('a wrong password may be tried again on the same port; after success nothing may', async t => {
    const HOME = temporary(t);
    const certificate = putPair(HOME);
    const host = await start(t, { env: { HOME } });
    assert.equal(await host.reason(1, 'sign.data', sign(certificate, 'Wrong-pass1!')),
        'password_wrong');
    assert.equal(await host.reason(2, 'store.list', {}), 'bad_state');
    assert.equal(await host.reason(3, 'sign.data', sign(certificate, 'Wrong-pass2!')),
        'password_wrong');
    assert.equal(await host.reason(4, 'sign.data', sign(certificate, password)), 'ok');
    assert.equal(await host.reason(5, 'sign.data', sign(certificate, password)), 'bad_state');
    assert.equal((await host.end()).code, 0);
});

/** In how many of its writable regions does a process hold each text? */
function countInMemory(pid, texts) {
    const regions = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n')
        .map(line => line.match(/^([0-9a-f]+)-([0-9a-f]+) rw/))
        .filter(match => match !== null)
        .map(match => [parseInt(match[1], 16), parseInt(match[2], 16)]);
    const memory = openSync(`/proc/${pid}/mem`, 'r');
    const counts = texts.map(() => 0);
    for (const [from, to] of regions) {
        const bytes = Buffer.alloc(to - from);
        try {
            readSync(memory, bytes, 0, bytes.length, from);
        } catch {
            continue; // a guard page
        }
        texts.forEach((text, i) => { counts[i] += bytes.includes(text) ? 1 : 0; });
    }
    closeSync(memory);
    return counts;
}

test('the password is nowhere in memory once its request is answered', async t => {
    const HOME = temporary(t);
    const certificate = putPair(HOME);
    const host = await start(t, { env: { HOME } });
    const secrets = ['Zq-73xkwvy!A', password];
    assert.equal(await host.reason(1, 'sign.data', sign(certificate, secrets[0])), 'password_wrong');
    assert.equal(await host.reason(2, 'sign.data', sign(certificate, secrets[1])), 'ok');
    let counts;
    try {
        counts = countInMemory(host.child.pid, [...secrets, HOME]);
    } catch (error) {
        t.skip(`memory cannot be read: ${error.code}`);
        return;
    }
    assert.deepEqual(counts.slice(0, 2), [0, 0]);
    assert.ok(counts[2] > 0, 'what is no secret is found');
});

test('T019 more than fits one answer comes in pages, none above the limit', async t => {
    const HOME = temporary(t);
    putMany(HOME, 100, 100);
    const seen = new Set();
    let total = 1;
    for (let pages = 0; seen.size < total; pages++) {
        assert.ok(pages < 5, 'no page without progress');
        const host = await start(t, { env: { HOME } });
        const { result } = await host.ask(1, 'store.list', { offset: seen.size });
        assert.ok(result.certificates.length < 100);
        for (const { id } of result.certificates)
            seen.add(id);
        total = result.total;
        assert.equal((await host.end()).code, 0);
    }
    assert.equal(seen.size, 100);
});
