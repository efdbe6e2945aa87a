/** The test CA: re-issue, OCSP, CRL, restarts, two servers on one registry. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { TestCa } from '../ca/ca.mjs';
import { Client } from '../ca/client.mjs';
import { newCode, openssl, runningCa } from '../ca/support.mjs';

const it = runningCa('--km');
const own = name => path.join(it.dir, 'ca', name);
const list = async () => (await it.ca.call('list')).certificates;

let people = 1;

/** A person of one's own, so that tests do not see each other. */
async function newPerson() {
    await it.ca.call('person', '--name', '성춘향', '--idn', '9505052345678');
    people++;
    return people;
}

const codeOf = (person, kind, ...options) =>
    it.ca.call('code', '--person', person, '--kind', kind, ...options);

async function enrol(code, { km = false, port = it.http, key } = {}) {
    const client = new Client(code, { key });
    const answer = await client.exchange(port, client.request({ km }));
    if (answer.certificate !== undefined)
        await client.exchange(port, client.confirm(answer.certificate));
    return answer;
}

/** The newest `count` rows, and the PEM file of one certificate. */
const newest = async count => (await list()).slice(-count);

function pemFile(name, der) {
    const file = path.join(it.dir, `${name}.pem`);
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\n' +
        `${der.toString('base64').replace(/.{64}/g, '$&\n')}\n` +
        '-----END CERTIFICATE-----\n');
    return file;
}

async function ocsp(file, ...extra) {
    const run = await openssl('ocsp', '-issuer', own('ca.crt'), '-cert', file,
        '-url', `http://127.0.0.1:${it.http}/ocsp`, '-CAfile',
        own('root.crt'), '-verify_other', own('ca.crt'), ...extra);
    assert.match(run.text, /Response verify OK/);
    assert.doesNotMatch(run.text, /WARNING: no nonce/);
    return run.text;
}

test('re-issue keeps the end, revokes the old pair, and OCSP tells so',
    async () => {
        const person = await newPerson();
        const first = await codeOf(person, 'issue', '--days', 40);
        const old = await enrol(first);
        await enrol(first, { km: true });
        const file = pemFile('old', old.certificate);
        assert.match(await ocsp(file), /old\.pem: good/);
        const second = await codeOf(person, 'reissue');
        const fresh = await enrol(second);
        await enrol(second, { km: true });
        const rows = await newest(4);
        assert.deepEqual(rows.map(r => r.state),
            ['revoked', 'revoked', 'valid', 'valid']);
        assert.equal(new Set(rows.map(r => r.notAfter)).size, 1);
        const days = (Date.parse(rows[2].notAfter) - Date.now()) / 86400000;
        assert.ok(days > 39 && days < 42, 'not a year');
        assert.match(rows[2].notAfter, /T14:59:59Z$/);
        assert.match(await ocsp(file), /old\.pem: revoked[^]*superseded/);
        assert.match(await ocsp(pemFile('new', fresh.certificate)), /: good/);
    });

test('the old certificate is revoked at issue, before confirmation',
    async () => {
        const person = await newPerson();
        await enrol(await codeOf(person, 'issue'));
        const client = new Client(await codeOf(person, 'reissue'));
        await client.exchange(it.http, client.request());
        assert.deepEqual((await newest(2)).map(r => r.state),
            ['revoked', 'unconfirmed']);
    });

test('re-issue without a certificate is refused, the code stays', async () => {
    const code = await codeOf(await newPerson(), 'reissue');
    const answer = await enrol(code);
    assert.equal(answer.status, 2);
    assert.deepEqual(answer.fail, ['badCertId']);
    const { codes } = await it.ca.call('list');
    assert.equal(codes.at(-1).state, 'new');
});

test('re-issue of an expired certificate is refused', async () => {
    const person = await newPerson();
    await enrol(await codeOf(person, 'issue', '--days', -2));
    const answer = await enrol(await codeOf(person, 'reissue'));
    assert.deepEqual(answer.fail, ['badCertId']);
});

test('re-issue touches nobody else', async () => {
    const [one, two] = [await newPerson(), await newPerson()];
    await enrol(await codeOf(one, 'issue'));
    await enrol(await codeOf(two, 'issue'));
    await enrol(await codeOf(two, 'reissue'));
    assert.deepEqual((await newest(3)).map(r => r.state),
        ['valid', 'revoked', 'valid']);
});

test('OCSP does not know a serial that was never given', async () => {
    const run = await openssl('ocsp', '-issuer', own('ca.crt'), '-serial', 7,
        '-url', `http://127.0.0.1:${it.http}/ocsp`, '-noverify');
    assert.match(run.text, /7: unknown/);
});

test('OCSP does not speak for another issuer', async () => {
    const { certificate } = await enrol(await newCode(it.ca));
    const run = await openssl('ocsp', '-issuer', own('root.crt'), '-cert',
        pemFile('mine', certificate), '-url',
        `http://127.0.0.1:${it.http}/ocsp`, '-noverify');
    assert.match(run.text, /mine\.pem: unknown/);
});

test('the CRL is signed by the CA and lists what is revoked', async () => {
    const person = await newPerson();
    await enrol(await codeOf(person, 'issue'));
    await enrol(await codeOf(person, 'reissue'));
    const [old, fresh] = await newest(2);
    const crl = path.join(it.dir, 'crl.der');
    const answer = await fetch(`http://127.0.0.1:${it.http}/crl`);
    assert.equal(answer.headers.get('content-type'), 'application/pkix-crl');
    writeFileSync(crl, Buffer.from(await answer.arrayBuffer()));
    const run = await openssl('crl', '-inform', 'DER', '-in', crl, '-noout',
        '-text', '-CAfile', own('ca.crt'));
    assert.match(run.text, /verify OK/);
    const listed = serial =>
        run.text.includes(`Serial Number: ${serial.toUpperCase()}\n`);
    assert.ok(listed(old.serial));
    assert.ok(!listed(fresh.serial));
    assert.match(run.text, /CRL Reason Code:\s+Superseded/);
});

test('the CRL of a CA that revoked nothing is valid too', async () => {
    const ca = new TestCa(path.join(mkdtempSync(path.join(it.dir, 'x')), 'ca'));
    await ca.call('init');
    const { http } = await ca.serve();
    const answer = await fetch(`http://127.0.0.1:${http}/crl`);
    const crl = path.join(it.dir, 'empty.der');
    writeFileSync(crl, Buffer.from(await answer.arrayBuffer()));
    await ca.stop();
    const run = await openssl('crl', '-inform', 'DER', '-in', crl, '-noout',
        '-text', '-CAfile', path.join(ca.dir, 'ca.crt'));
    assert.match(run.text, /verify OK/);
    assert.match(run.text, /No Revoked Certificates/);
});

test('SIGTERM ends the server well; a restart knows everything', async () => {
    const client = new Client(await newCode(it.ca));
    const first = await client.exchange(it.http, client.request());
    const before = await it.ca.call('list');
    assert.deepEqual(await it.ca.stop(), [[0, null]]);
    await assert.rejects(client.exchange(it.http, client.request()));
    Object.assign(it, await it.ca.serve());
    assert.deepEqual(await it.ca.call('list'), before);
    const again = await client.exchange(it.http, client.request());
    assert.deepEqual(again.certificate, first.certificate);
    const end = await client.exchange(
        it.http, client.confirm(first.certificate));
    assert.equal(end.kind, 19);
});

test('a server that is killed loses nothing it answered', async () => {
    const code = await newCode(it.ca);
    const { certificate } = await enrol(code);
    process.kill(it.pid, 'SIGKILL');
    it.ca.servers = [];
    Object.assign(it, await it.ca.serve());
    assert.equal((await newest(1))[0].state, 'valid');
    assert.match(await ocsp(pemFile('kept', certificate)), /kept\.pem: good/);
});

test('two servers share the registry: serials differ, codes work once',
    async () => {
        const second = await it.ca.serve();
        const ports = [it.http, second.http];
        const codes = [];
        for (let i = 0; i < 8; i++)
            codes.push(await newCode(it.ca));
        const answers = await Promise.all(codes.map((code, i) =>
            enrol(code, { port: ports[i % 2] })));
        assert.deepEqual(answers.map(a => a.status), Array(8).fill(1));
        const rows = await newest(8);
        assert.equal(new Set(rows.map(r => r.serial)).size, 8);
        assert.ok(rows.every(r => r.state === 'valid'));
        const contested = await newCode(it.ca);
        const both = await Promise.all(
            ports.map(port => enrol(contested, { port })));
        assert.deepEqual(both.map(a => a.status).sort(), [1, 2]);
    });
