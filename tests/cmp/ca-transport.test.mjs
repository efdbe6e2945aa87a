/** The test CA's misbehaviour on the wire: encoding, HTTP, waiting, certConf. */
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client, post } from '../ca/client.mjs';
import {
    cmpOptions, keyFile, newCode, openssl, runningCa,
} from '../ca/support.mjs';
import { until } from '../host/lib/host.mjs';

const it = runningCa();
const MIB = 1 << 20;
const SILENCE_MS = 1000; /* a slow CA sends a byte a second */
const tested = new Set();

/** Run `work` with the CA misbehaving. */
async function misbehaving(mode, work) {
    tested.add(mode);
    const client = new Client(await newCode(it.ca));
    await it.ca.call('misbehave', mode);
    try {
        return await work(client);
    } finally {
        await it.ca.call('misbehave', 'none');
    }
}

const send = (client, how) => post(it.http, '/cmp', client.request(), how);
const lastCode = async () => (await it.ca.call('list')).codes.at(-1);
const lastCertificate = async () =>
    (await it.ca.call('list')).certificates.at(-1);

/**
 * What came, and in how many seconds.
 * @param {Buffer} request
 * @param {(bytes: Buffer) => boolean} [enough] what came is; else the CA closes
 * @param {() => Promise<void>} [over] nothing more is to come
 */
function listen(request, enough = () => false, over = () => new Promise(() => {})) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(it.http, '127.0.0.1');
        const since = performance.now();
        let bytes = Buffer.alloc(0);
        const end = closed => {
            socket.destroy();
            resolve({ bytes, closed, seconds: (performance.now() - since) / 1000 });
        };
        socket.on('data', part => {
            bytes = Buffer.concat([bytes, part]);
            if (enough(bytes))
                end(false);
        });
        socket.on('error', () => {});
        socket.on('close', () => end(true));
        socket.write('POST /cmp HTTP/1.1\r\nContent-Type: application/pkixcmp' +
            `\r\nContent-Length: ${request.length}\r\n\r\n`);
        socket.write(request);
        over().then(() => end(false), reject);
    });
}

/** The CA has done its part, and still says nothing. */
const silence = done => async () => {
    await until(done);
    await sleep(SILENCE_MS);
};
const isUsed = async () => (await lastCode()).state === 'used';
const isValid = async () => (await lastCertificate()).state === 'valid';

for (const [mode, check] of Object.entries({
    'bytes-trailing': b => b.at(-1) === 0 && b.readUInt16BE(2) + 5 === b.length,
    'bytes-twice': b => b.subarray(b.length / 2).equals(
        b.subarray(0, b.length / 2)),
    'bytes-indefinite': b => b[1] === 0x80 && b.readUInt16BE(b.length - 2) === 0,
    'bytes-long-length': b => b[1] === 0x84 &&
        b.readUInt32BE(2) + 6 === b.length,
    'bytes-truncated': b => b[0] === 0x30 && b.readUInt16BE(2) + 4 > b.length,
    'bytes-huge-length': b => b.readUInt32BE(2) === 0x7fffffff,
    'bytes-deep': b => b.length === 20000 && b.readUInt16BE(19998) === 0x3080,
    'bytes-empty': b => b.length === 0,
}))
    test(mode, () => misbehaving(mode, async client => {
        const answer = await send(client);
        assert.equal(answer.httpStatus, 200);
        assert.ok(check(answer.body));
        assert.equal((await lastCertificate()).state, 'unconfirmed');
    }));

for (const status of [500, 503, 404, 401, 204, 301, 302, 307, 308])
    test(`http-${status}: the code stays unused`,
        () => misbehaving(`http-${status}`, async client => {
            const answer = await send(client);
            assert.equal(answer.httpStatus, status);
            assert.equal(answer.headers.location,
                status < 400 && status >= 300 ? '/elsewhere' : undefined);
            assert.equal((await lastCode()).state, 'new');
        }));

test('http-500-after: the code is used', () => misbehaving('http-500-after',
    async client => {
        assert.equal((await send(client)).httpStatus, 500);
        assert.equal((await lastCode()).state, 'used');
    }));

test('http-redirect-file', () => misbehaving('http-redirect-file',
    async client => assert.match(
        (await send(client)).headers.location, /^file:\/\//)));

test('http-portal', () => misbehaving('http-portal', async client => {
    const answer = await send(client);
    assert.equal(answer.type, 'text/html; charset=utf-8');
    assert.match(answer.body.toString(), /^<html>/);
}));

for (const [mode, type] of [['type-html', 'text/html'],
    ['type-none', undefined]])
    test(mode, () => misbehaving(mode, async client => {
        const answer = await client.exchange(it.http, client.request());
        assert.equal(answer.type, type);
        assert.ok(client.isAuthentic(answer));
    }));

const bodyLength = bytes => bytes.includes('\r\n\r\n')
    ? bytes.length - bytes.indexOf('\r\n\r\n') - 4 : 0;
const isNothing = ({ bytes, closed }) => closed && bytes.length === 0;
for (const [mode, check, ...how] of [
    ['send-slow-header', ({ bytes, closed, seconds }) => !closed &&
        bytes.length <= 2 + seconds, bytes => bytes.length > 1],
    ['send-slow-body', ({ bytes, closed, seconds }) => !closed &&
        bodyLength(bytes) <= 2 + seconds, bytes => bodyLength(bytes) > 1],
    ['send-hang', ({ bytes, closed }) => !closed && bytes.length === 0,
        undefined, silence(isUsed)],
    ['send-close', isNothing],
    ['send-reset', isNothing],
    ['send-long-header', ({ bytes }) => bytes.indexOf('\r\n\r\n') > MIB,
        bytes => bytes.indexOf('\r\n\r\n') > MIB],
    ['send-endless', ({ bytes, closed }) => !closed &&
        bytes.includes('Transfer-Encoding: chunked'), bytes => bytes.length > MIB],
])
    test(mode, () => misbehaving(mode, async client => {
        assert.ok(check(await listen(client.request(), ...how)));
        assert.ok(await isUsed());
    }));

test('send-half', () => misbehaving('send-half',
    client => assert.rejects(send(client), /aborted/)));

for (const [mode, line] of Object.entries({
    'send-shorter': /\r\nContent-Length: 100000\r\n/,
    'length-small': /\r\nContent-Length: 100\r\n/,
    'length-huge': /\r\nContent-Length: 10737418240\r\n/,
    'length-negative': /\r\nContent-Length: -1\r\n/,
    'length-twice': /\r\nContent-Length: 100\r\nContent-Length: 200\r\n/,
    'send-gzip': /\r\nContent-Encoding: gzip\r\n/,
    'header-no-colon': /\r\nthis line has no colon\r\n/,
    'header-folded': /\r\nX-Folded: one\r\n two\r\n/,
    'send-many-headers': /\r\nX-0: x\r\n[^]*\r\nX-99999: x\r\n/,
}))
    test(mode, () => misbehaving(mode, async client => {
        const { bytes, closed } = await listen(client.request());
        assert.ok(closed);
        const end = bytes.indexOf('\r\n\r\n') + 4;
        assert.match(bytes.subarray(0, end).toString(), line);
        assert.equal(bytes[end], 0x30, 'a good body follows');
    }));

for (const [mode, seconds, times] of [['wait-0', '00', 1], ['wait-1', '01', 1],
    ['wait-huge', '7fffffff', 1], ['wait-negative', 'ff', 1],
    ['wait-twice', '01', 2]])
    test(mode, () => misbehaving(mode, async client => {
        let answer = await client.exchange(it.http, client.request());
        assert.equal(answer.status, 3);
        assert.equal(answer.certificate, undefined);
        for (let i = 0; i < times; i++) {
            answer = await client.exchange(it.http, client.poll());
            assert.equal(answer.kind, 26);
            assert.equal(answer.poll[1].value.toString('hex'), seconds);
        }
        answer = await client.exchange(it.http, client.poll());
        assert.equal(answer.kind, 1);
        assert.ok(client.isAuthentic(answer));
        const end = await client.exchange(
            it.http, client.confirm(answer.certificate));
        assert.equal(end.kind, 19);
    }));

test('wait-twice, as openssl sees it', () => misbehaving('wait-twice',
    async ({ code }) => {
        const run = await openssl(...cmpOptions(it, code, await keyFile(it),
            `${it.dir}/waited.pem`));
        assert.equal(run.status, 0, run.text);
        assert.match(run.text, /received POLLREP[^]*received IP/);
    }));

test('wait-forever', () => misbehaving('wait-forever', async client => {
    await client.exchange(it.http, client.request());
    for (let i = 0; i < 5; i++)
        assert.equal(
            (await client.exchange(it.http, client.poll())).kind, 26);
}));

const confirmed = check => async client => {
    const { certificate } = await client.exchange(it.http, client.request());
    await check(client, client.confirm(certificate));
    assert.equal((await lastCertificate()).state, 'valid');
};

for (const [mode, check] of Object.entries({
    'confirm-mac-wrong': (a, c) => a.kind === 19 && a.mac.length === 32 &&
        !c.isAuthentic(a),
    'confirm-unprotected': a => a.kind === 19 && a.mac === undefined,
    'confirm-error': (a, c) => a.kind === 23 && c.isAuthentic(a),
    'confirm-recipnonce-wrong': (a, c) => a.kind === 19 &&
        c.isAuthentic(a) && !a.recipientNonce.equals(c.sent),
    'confirm-http-500': a => a.httpStatus === 500,
}))
    test(mode, () => misbehaving(mode, confirmed(async (client, der) =>
        assert.ok(check(await client.exchange(it.http, der), client)))));

for (const [mode, closed, ...how] of [['confirm-close', true],
    ['confirm-hang', false, undefined, silence(isValid)]])
    test(mode, () => misbehaving(mode, confirmed(async (client, der) => {
        const came = await listen(der, ...how);
        assert.deepEqual([came.bytes.length, came.closed], [0, closed]);
    })));

test('confirm-half', () => misbehaving('confirm-half', confirmed(
    (client, der) => assert.rejects(client.exchange(it.http, der)))));

test('every transport mode was tested', async () => {
    const { modes } = await it.ca.call('misbehave', '--list');
    assert.deepEqual(modes.map(m => m.name).filter(name => !tested.has(name) &&
        name !== 'bytes-oversized' &&
        /^(bytes|header|http|length|type|send|wait|confirm)-/.test(name)), []);
    assert.ok(modes.length > 150);
});
