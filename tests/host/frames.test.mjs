/* Frames on the pipes of the real host: security test cases T001 to T022. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import {
    chromiumArguments, description, expectFatal, frame, header, Host, limits, program, reasonOf,
    request, start, until,
} from './lib/host.mjs';
import { golden } from './lib/golden.mjs';
import { random, randomBytes } from './lib/random.mjs';

const unknown = request(1, 'no.such');

test('T001 stdin closed at once: hello, nothing else, status 0', async t => {
    const host = await start(t);
    const { code } = await host.end();
    assert.equal(code, 0);
    assert.deepEqual(host.frames, []);
});

for (const sent of [1, 2, 3]) {
    test(`T002 end of stream after ${sent} header bytes: nothing more, not 0`, async t => {
        const host = await start(t);
        await host.write(header(5).subarray(0, sent));
        const { code } = await host.end();
        assert.equal(code, 1);
        assert.deepEqual(host.frames, []);
    });
}

test('T003 a length of 0 is fatal', t => expectFatal(t, header(0), 'frame_empty'));
test('T004 a body of { is fatal', t => expectFatal(t, frame('{'), 'json_invalid'));

for (const length of [0xffffffff, 0x80000000, 0x7fffffff, 0x80000001]) {
    test(`T005 T006 a length of ${length} is fatal within a second`, async t => {
        const host = await start(t);
        await host.write(header(length));
        assert.equal(reasonOf(await host.read()), 'frame_too_big');
        assert.equal((await host.gone()).code, 1);
    });
}

function residentPages(pid) {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
}

/** Whether it waits, and how often it has begun to. */
function state(host) {
    const text = readFileSync(`/proc/${host.child.pid}/status`, 'utf8');
    return { asleep: /^State:\tS/m.test(text), waits: Number(text.match(/^voluntary_ctxt_switches:\t(\d+)/m)[1]) };
}

test('T005 a frame that is announced costs nothing before it comes', async t => {
    const host = await start(t);
    // it says hello first and sets itself up after that
    assert.equal(await host.reason(1, 'no.such'), 'method_unknown');
    await until(() => state(host).asleep);
    const before = residentPages(host.child.pid), { waits } = state(host);
    await host.write(header(limits.frameIn));
    await until(() => state(host).asleep && state(host).waits > waits);
    const grown = (residentPages(host.child.pid) - before) * 4096;
    assert.ok(grown < 64 << 10, `${grown} bytes`);
});

test('T007 a frame of exactly the limit is worked on', async t => {
    const host = await start(t);
    const bare = JSON.stringify(request(1, '')).length;
    const body = JSON.stringify(request(1, 'm'.repeat(limits.frameIn - bare)));
    assert.equal(body.length, limits.frameIn);
    await host.send(body);
    assert.equal(reasonOf(await host.read()), 'method_unknown');
    assert.equal((await host.end()).code, 0);
});

test('T008 a frame of one byte more is fatal',
    t => expectFatal(t, header(limits.frameIn + 1), 'frame_too_big'));

test('T009 the right length in the wrong byte order is fatal', t => {
    const bytes = frame(unknown);
    bytes.subarray(0, 4).reverse();
    return expectFatal(t, bytes, 'frame_too_big');
});

test('T010 each command cut at every byte: no answer, status not 0', async t => {
    for (const command of description.commands) {
        const bytes = frame(request(1, command.name,
            { origin: 'https://bank.example', ...golden(command) }));
        const cuts = [...bytes.keys()].slice(1);
        for (let i = 0; i < cuts.length; i += 16) {
            await Promise.all(cuts.slice(i, i + 16).map(async n => {
                const host = await start(t);
                await host.write(bytes.subarray(0, n));
                const { code } = await host.end();
                assert.equal(code, 1, `cut at ${n}`);
                assert.deepEqual(host.frames, [], `cut at ${n}`);
            }));
        }
    }
});

test('T011 byte by byte, a millisecond apart', async t => {
    const host = await start(t);
    for (const byte of frame(unknown)) {
        await host.write(Buffer.of(byte));
        await sleep(1);
    }
    assert.equal(reasonOf(await host.read()), 'method_unknown');
});

test('T013 idle before a header is allowed', async t => {
    const host = await start(t);
    await sleep(1500);
    assert.equal(await host.reason(1, 'no.such'), 'method_unknown');
});

test('T013 T012 a frame that stops is given up at the limit, without work',
    { skip: process.env.SLOW ? false : 'takes 31 s; SLOW=1' }, async t => {
        const host = await start(t);
        await host.write(Buffer.concat([header(100), Buffer.from('{')]));
        const began = Date.now();
        assert.equal(reasonOf(await host.read(limits.stallMs + 2000)), 'frame_stalled');
        assert.ok(Math.abs(Date.now() - began - limits.stallMs) < 1000);
        assert.equal((await host.gone()).code, 1);
    });

test('T014 two frames in one write are answered in order, each by its id', async t => {
    const host = await start(t);
    await host.write(Buffer.concat([frame(request(1, 'a')), frame(request(2, 'b'))]));
    for (const id of [1, 2]) {
        const message = await host.read();
        assert.equal(message.id, id);
        assert.equal(reasonOf(message), 'method_unknown');
    }
});

test('T015 a frame, half a frame, the end: status 1, nothing done for the half', async t => {
    const host = await start(t);
    const second = frame(request(2, 'b'));
    await host.write(Buffer.concat([frame(request(1, 'a')), second.subarray(0, 12)]));
    assert.equal((await host.read()).id, 1);
    assert.equal((await host.end()).code, 1);
    assert.deepEqual(host.frames, []);
});

test('T016 stopped and continued in the middle of a frame', async t => {
    const host = await start(t);
    const bytes = frame(unknown);
    await host.write(bytes.subarray(0, 10));
    host.child.kill('SIGSTOP');
    await host.write(bytes.subarray(10));
    await sleep(50);
    host.child.kill('SIGCONT');
    assert.equal(reasonOf(await host.read()), 'method_unknown');
    assert.equal((await host.end()).code, 0);
});

test('T018 nobody reads any more: the host ends, not by a signal', async t => {
    const host = await start(t);
    host.child.stdout.destroy();
    await host.send(unknown);
    const { code, signal } = await host.gone();
    assert.equal(signal, null);
    assert.equal(code, 1);
});

test('T020 64 KiB of random bytes, 200 seeds: fatal each time', async t => {
    const reasons = new Set();
    for (let seed = 1; seed <= 200; seed += 10) {
        await Promise.all(Array.from({ length: 10 }, async (_, i) => {
            const bytes = randomBytes(random(seed + i), 64 << 10);
            // half of the seeds get a length that lets the rest be a body
            if (i % 2 === 1)
                header(bytes.length - 4).copy(bytes);
            const host = await start(t);
            await host.write(bytes);
            host.child.stdin.end();
            const message = await host.read();
            if (message !== null)
                reasons.add(reasonOf(message));
            const { code, signal } = await host.gone();
            assert.equal(signal, null, `seed ${seed + i}`);
            assert.equal(code, 1, `seed ${seed + i}`);
        }));
    }
    for (const reason of reasons)
        assert.match(reason, /^(frame_too_big|json_utf8|json_invalid)$/);
    assert.ok(reasons.has('json_utf8') && reasons.has('frame_too_big'));
});

for (const closed of [0, 1, 2]) {
    test(`T022 descriptor ${closed} closed at start: the host does not run`, () => {
        const redirect = ['<&-', '>&-', '2>&-'][closed];
        assert.throws(() => execFileSync('/bin/sh', ['-c',
            `exec "$0" "$1" ${redirect}`, program, chromiumArguments[0]],
        { input: '', timeout: 60000, stdio: ['pipe', 'pipe', 'pipe'] }),
        error => error.status === 1 && error.stdout.length === 0);
    });
}

test('a browser that has gone before hello is no reason to stay', async () => {
    const host = new Host();
    host.child.stdin.end();
    assert.equal((await host.gone()).code, 0);
});
