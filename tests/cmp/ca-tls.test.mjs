/** The test CA's misbehaviour in TLS: what is wrong, and that clients see it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import tls from 'node:tls';

import { Client } from '../ca/client.mjs';
import {
    cmpOptions, keyFile, newCode, openssl, runningCa,
} from '../ca/support.mjs';

const it = runningCa();

/** Shake hands; the error's code or the socket's facts. */
function shake(options = {}) {
    return new Promise(resolve => {
        const socket = tls.connect({
            host: '127.0.0.1', port: it.https,
            ca: readFileSync(path.join(it.dir, 'tls.pem')), ...options,
        }, () => {
            socket.write('GET /crl HTTP/1.1\r\n\r\n');
            socket.once('data', data => {
                resolve({
                    line: data.toString().split('\r\n')[0],
                    protocol: socket.getProtocol(),
                    bits: socket.getPeerX509Certificate()
                        .publicKey.asymmetricKeyDetails.modulusLength,
                });
                socket.destroy();
            });
        });
        socket.once('error', error => resolve({
            code: error.code, message: error.message,
        }));
        socket.once('close', () => resolve({ code: 'closed' }));
    });
}

async function misbehaving(mode, work) {
    await it.ca.call('misbehave', mode);
    try {
        await work();
    } finally {
        await it.ca.call('misbehave', 'none');
    }
}

test('the handshake is good when the CA behaves', async () => {
    const { line, protocol } = await shake();
    assert.equal(line, 'HTTP/1.1 200 OK');
    assert.equal(protocol, 'TLSv1.3');
});

for (const [mode, code] of Object.entries({
    'tls-self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
    'tls-other-root': 'CERT_SIGNATURE_FAILURE',
    'tls-expired': 'CERT_HAS_EXPIRED',
    'tls-not-yet': 'CERT_NOT_YET_VALID',
    'tls-other-host': 'ERR_TLS_CERT_ALTNAME_INVALID',
    'tls-old-protocol': 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'tls-client-cert': 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'tls-plain': 'ERR_SSL_WRONG_VERSION_NUMBER',
}))
    test(mode, () => misbehaving(mode, async () => {
        assert.equal((await shake()).code, code);
        const cmp = await newCode(it.ca);
        const run = await openssl(...cmpOptions(it, cmp, await keyFile(it),
            path.join(it.dir, 'no.pem')), '-server',
            `https://127.0.0.1:${it.https}/cmp`, '-tls_used', '-tls_trusted',
            path.join(it.dir, 'tls.pem'));
        assert.notEqual(run.status, 0);
        assert.equal((await it.ca.call('list')).codes.at(-1).state, 'new');
    }));

test('tls-weak-key', () => misbehaving('tls-weak-key', async () => {
    const careless = { ciphers: 'DEFAULT@SECLEVEL=0' };
    assert.equal((await shake(careless)).bits, 1024);
    assert.match((await shake({ ciphers: 'DEFAULT@SECLEVEL=2' })).message,
        /too (weak|small)/);
}));

test('tls-plain answers plain HTTP', () => misbehaving('tls-plain', () =>
    new Promise((resolve, reject) => {
        http.get({ host: '127.0.0.1', port: it.https, path: '/crl' },
            response => {
                assert.equal(response.statusCode, 200);
                response.resume().on('end', resolve);
            }).on('error', reject);
    })));

test('plain HTTP is as always while TLS misbehaves',
    () => misbehaving('tls-expired', async () => {
        const client = new Client(await newCode(it.ca));
        const answer = await client.exchange(it.http, client.request());
        assert.ok(client.isAuthentic(answer));
    }));

test('every TLS mode is tested', async () => {
    const { modes } = await it.ca.call('misbehave', '--list');
    assert.equal(modes.filter(m => m.stage === 'tls').length, 9);
});
