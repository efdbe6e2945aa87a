/** The test CA's HTTP server: what it serves, refuses and survives. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';

import { Client, post } from '../ca/client.mjs';
import { newCode, runningCa } from '../ca/support.mjs';
import { until } from '../e2e/lib/program.mjs';

const it = runningCa();

/**
 * The server's ends of its connections, as the kernel has them.
 * @returns {{taken: number, asks: number}} how many it has accepted; how many
 *     wait for that and have sent something
 */
function connections(port) {
    const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n')
        .map(line => line.trim().split(/\s+/))
        .filter(([, own, , state]) => own?.endsWith(end) && state === '01')
        .map(row => ({ received: row[4].split(':')[1], inode: row[9] }));
    const waiting = rows.filter(({ inode }) => inode === '0');
    return { taken: rows.length - waiting.length,
        asks: waiting.filter(({ received }) => !/^0+$/.test(received)).length };
}

/** Write bytes to the server; everything it says until it closes. */
async function talk(text) {
    const socket = net.connect(it.http, '127.0.0.1');
    const parts = [];
    socket.on('data', part => parts.push(part));
    socket.on('error', () => {});
    socket.write(text);
    await once(socket, 'close');
    return Buffer.concat(parts).toString('latin1');
}

const head = (line, ...headers) =>
    [`${line} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');
const CMP = 'Content-Type: application/pkixcmp';

for (const [what, text, status] of [
    ['GET /cmp', head('GET /cmp'), 404],
    ['POST /crl', head('POST /crl', 'Content-Length: 0'), 404],
    ['GET /ocsp', head('GET /ocsp'), 404],
    ['another path', head('POST /cmp/x', CMP, 'Content-Length: 0'), 404],
    ['the root', head('GET /'), 404],
    ['PUT', head('PUT /cmp', 'Content-Length: 0'), 405],
    ['no length', head('POST /cmp', CMP), 411],
    ['chunks', head('POST /cmp', CMP, 'Transfer-Encoding: chunked'), 411],
    ['a negative length', head('POST /cmp', CMP, 'Content-Length: -1'), 400],
    ['a length that is none', head('POST /cmp', 'Content-Length: 1x'), 400],
    ['a body above the limit',
        head('POST /cmp', CMP, 'Content-Length: 262145'), 413],
    ['a length beyond 64 bits',
        head('POST /cmp', CMP, `Content-Length: ${'9'.repeat(30)}`), 413],
    ['more body than its length',
        `${head('POST /cmp', CMP, 'Content-Length: 1')}ab`, 400],
    ['another type', head('POST /cmp', 'Content-Type: text/plain',
        'Content-Length: 0'), 415],
    ['no type', head('POST /cmp', 'Content-Length: 0'), 415],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['HTTP/2', 'GET /crl HTTP/2.0\r\n\r\n', 400],
    ['a NUL in a header', head('GET /crl', 'X: a\0b'), 400],
    ['headers above the limit', head('GET /crl', `X: ${'x'.repeat(20000)}`),
        431],
])
    test(`refused: ${what}`, async () => {
        const [line] = (await talk(text)).split('\r\n');
        assert.match(line, new RegExp(`^HTTP/1\\.1 ${status} `));
    });

test('a type with parameters and in capitals is accepted', async () => {
    const client = new Client(await newCode(it.ca));
    const answer = await post(it.http, '/cmp', client.request(),
        { type: 'Application/PKIXCMP; charset=binary' });
    assert.equal(answer.httpStatus, 200);
    assert.equal(answer.type, 'application/pkixcmp');
});

test('what is no CMP message gets an unprotected error', async () => {
    for (const bytes of ['', 'x', '\x30\x80\x00\x00', '\x30\x84\xff\xff\xff\xff',
        '\x30\x00', '\x30\x02\x30\x00']) {
        const client = new Client({ referenceNumber: '1' });
        const answer = await client.exchange(
            it.http, Buffer.from(bytes, 'latin1'));
        assert.equal(answer.kind, 23);
        assert.deepEqual(answer.fail, ['badDataFormat']);
        assert.equal(answer.mac, undefined);
    }
});

test('every cut of a good request is refused and the CA lives', async () => {
    const client = new Client(await newCode(it.ca));
    const der = client.request();
    for (let at = 1; at < der.length; at += 23) {
        const answer = await client.exchange(it.http, der.subarray(0, at));
        assert.equal(answer.kind, 23, `cut at ${at}`);
    }
    assert.equal((await client.exchange(it.http, der)).status, 1);
});

test('no changed byte of a request brings a certificate', async () => {
    const client = new Client(await newCode(it.ca));
    const der = client.request();
    for (let at = 0; at < der.length; at += 29) {
        const bad = Buffer.from(der);
        bad[at] ^= 0x41;
        const answer = await client.exchange(it.http, bad);
        assert.notEqual(answer.status, 0, `byte ${at}`);
        assert.notEqual(answer.status, 1, `byte ${at}`);
        assert.equal(answer.certificate, undefined, `byte ${at}`);
    }
    assert.deepEqual((await it.ca.call('list')).certificates.length, 2);
});

test('a broken OCSP request is called malformed', async () => {
    const answer = await post(it.http, '/ocsp', Buffer.from('nonsense'),
        { type: 'application/ocsp-request' });
    assert.equal(answer.type, 'application/ocsp-response');
    assert.equal(answer.body.toString('hex'), '30030a0101');
});

test('clients that say nothing do not keep others out', async () => {
    const silent = Array.from({ length: 20 },
        () => net.connect(it.http, '127.0.0.1'));
    await Promise.all(silent.map(socket => once(socket, 'connect')));
    const client = new Client(await newCode(it.ca));
    const answer = await client.exchange(it.http, client.request());
    assert.equal(answer.status, 1);
    for (const socket of silent)
        socket.destroy();
});

test('above 64 connections the next waits its turn', async () => {
    const silent = Array.from({ length: 80 },
        () => net.connect(it.http, '127.0.0.1'));
    await Promise.all(silent.map(socket => once(socket, 'connect')));
    const client = new Client(await newCode(it.ca));
    const turn = client.exchange(it.http, client.request());
    await until(() => {
        const { taken, asks } = connections(it.http);
        return taken === 64 && asks === 1;
    }, 'one to ask while 64 are served');
    for (const socket of silent)
        socket.destroy();
    assert.equal((await turn).status, 1);
});

test('a km certificate needs a CA that gives them', async () => {
    const client = new Client(await newCode(it.ca));
    const answer = await client.exchange(
        it.http, client.request({ km: true }));
    assert.deepEqual(answer.fail, ['badCertTemplate']);
    assert.ok(client.isAuthentic(answer));
});
