/** The test CA against `openssl`: its own certificates, and issue over CMP. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { TestCa } from '../ca/ca.mjs';
import {
    cmpOptions, keyFile, makeFolder, newCode, openssl, runningCa,
} from '../ca/support.mjs';

const it = runningCa('--km');
const file = name => path.join(it.dir, name);
const own = name => path.join(it.dir, 'ca', name);
const DN = /^cn=홍길동\(hong\)\d{24},ou=INGAM,ou=personal4IB,o=IngamTest,c=kr$/;

/** Issue with openssl; the certificate as openssl prints it. */
async function issue(code, ...extra) {
    const out = file(`${code.referenceNumber}.pem`);
    const run = await openssl(
        ...cmpOptions(it, code, await keyFile(it), out), ...extra);
    assert.equal(run.status, 0, run.text);
    const shown = await openssl('x509', '-in', out, '-noout', '-text',
        '-nameopt', 'utf8,sep_comma_plus', '-certopt', 'no_pubkey,no_sigdump');
    return { out, log: run.text, text: shown.text };
}

test('keys and registry are for their owner alone', () => {
    for (const name of readdirSync(own('')))
        assert.equal(statSync(own(name)).mode & 0o077, 0, name);
});

test('a second init in the same folder is refused and changes nothing',
    async () => {
        const before = readFileSync(own('ca.crt'), 'utf8');
        await assert.rejects(it.ca.call('init'));
        assert.equal(readFileSync(own('ca.crt'), 'utf8'), before);
    });

test('its own certificates chain up, as openssl sees it', async () => {
    for (const [name, root] of [['responder.crt', 'root.crt'],
        ['encryption.crt', 'root.crt'], ['tls.crt', 'tls-root.crt']]) {
        const run = await openssl('verify', '-x509_strict', '-CAfile',
            own(root), '-untrusted', own('ca.crt'), own(name));
        assert.equal(run.status, 0, run.text);
    }
});

test('the TLS certificate is for this machine', () => {
    const x = new X509Certificate(readFileSync(own('tls.crt')));
    assert.equal(x.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(x.checkHost('localhost'), 'localhost');
    assert.equal(x.checkHost('example.org'), undefined);
});

test('the CA certificate has the accredited profile', async () => {
    const { text } = await openssl('x509', '-in', own('ca.crt'), '-noout',
        '-text');
    assert.match(text, /CA:TRUE, pathlen:0/);
    assert.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    assert.match(text, /X509v3 Any Policy/);
    assert.match(text, /Policy Constraints: critical/);
    assert.match(text, /othername: 1\.2\.410\.200004\.10\.1\.1/);
    const der = await openssl('asn1parse', '-in', own('ca.crt'));
    assert.match(der.text, /countryName\s+\d+:.*PRINTABLESTRING +:KR/);
    assert.match(der.text, /organizationName\s+\d+:.*UTF8STRING +:IngamTest/);
});

test('the definition pins the issuing CA and names its parts', async () => {
    const d = await it.ca.call('definition', '--endpoint', 'http://x/cmp',
        '--name', 'demo', '--km', '--subject', 'old', '--tls');
    const x = new X509Certificate(readFileSync(own('ca.crt')));
    assert.deepEqual(d.anchors, [{
        sha256: createHash('sha256').update(x.raw).digest('hex'),
        certificate: x.raw.toString('base64'),
    }]);
    assert.deepEqual(d.issuers, [
        'cn=Ingam Test CA Class 1,ou=AccreditedCA,o=IngamTest,c=KR']);
    assert.deepEqual(d.profile, { subject: 'old', vid: 'encrypted', km: true });
    const encryption = new X509Certificate(Buffer.from(d.encryption, 'base64'));
    assert.ok(encryption.verify(x.publicKey));
    assert.ok(new X509Certificate(d.tls).ca);
    assert.deepEqual([d.name, d.folder, d.dialect, d.endpoint, d.loopback,
        d.enabled], ['demo', 'IngamTest', 'rfc9483', 'http://x/cmp', true, true]);
});

test('the definition leaves out what was not asked for', async () => {
    const d = await it.ca.call('definition', '--endpoint', 'http://x/cmp',
        '--vid', 'none');
    assert.equal(d.tls, undefined);
    assert.equal(d.encryption, undefined);
    assert.deepEqual(d.profile,
        { subject: 'reference', vid: 'none', km: false });
});

for (const [command, ...options] of [
    ['definition'], ['definition', '--endpoint', 'x', '--subject', 'new'],
    ['person', '--name', 'x'], ['person', '--name', 'x', '--idn', '123'],
    ['person', '--name', 'a,b', '--idn', '9001011234567'],
    ['person', '--name', 'x', '--idn', '900101-1234567'],
    ['code', '--person', '99', '--kind', 'issue'],
    ['code', '--person', '1', '--kind', 'renew'],
    ['code', '--person', '1', '--kind', 'issue', '--expires', 'soon'],
    ['code', '--person', '1', '--kind', 'reissue', '--days', '3'],
    ['misbehave', 'unheard-of'], ['misbehave'], ['cert', '--what', 'key'],
    ['nonsense'], ['list', 'more'], ['list', '--unknown'],
])
    test(`refused on the command line: ${[command, ...options].join(' ')}`,
        () => assert.rejects(it.ca.call(command, ...options), { code: 1 }));

test('no command works on a folder that is no CA', async () => {
    const none = new TestCa(makeFolder());
    for (const call of [['list'], ['definition', '--endpoint', 'x'],
        ['person', '--name', 'x', '--idn', '9001011234567']])
        await assert.rejects(none.call(...call), { code: 1 });
});

test('a person can be told by the DN', async () => {
    const person = await it.ca.call('person', '--name', '홍길동', '--idn',
        '9001011234567', '--english', 'hong');
    assert.match(person.dn, DN);
});

test('a certificate issued over CMP has the NPKI profile', async () => {
    const started = Date.now();
    const { out, text, log } = await issue(await newCode(it.ca));
    const x = new X509Certificate(readFileSync(out));
    assert.match(log, /sending CERTCONF/);
    assert.match(log, /received PKICONF/);
    assert.match(x.serialNumber, /^4[0-9A-F]{5}$/);
    assert.match(text, /Subject: C=kr,O=IngamTest,OU=personal4IB,OU=INGAM,CN=홍/);
    assert.match(text, /Not After : .* 14:59:59 \d{4} GMT/);
    const days = (Date.parse(x.validTo) - started) / 86400000;
    assert.ok(days > 364 && days < 367, String(days));
    assert.match(text,
        /Key Usage: critical\s+Digital Signature, Non Repudiation\n/);
    assert.match(text, /Policies: critical\s+Policy: 1\.2\.410\.200005\.1\.1\.4/);
    assert.match(text, /DirName:.*Ingam Test RootCA 1\s+serial:10:01/);
    assert.match(text, /othername: 1\.2\.410\.200004\.10\.1\.1/);
    assert.ok(text.includes(`URI:http://127.0.0.1:${it.http}/crl`));
    assert.ok(text.includes(`OCSP - URI:http://127.0.0.1:${it.http}/ocsp`));
    assert.doesNotMatch(text, /Basic Constraints|Extended Key Usage/);
    const chain = await openssl('verify', '-CAfile', own('root.crt'),
        '-untrusted', own('ca.crt'), '-policy', '1.2.410.200005.1.1.4',
        '-explicit_policy', out);
    assert.equal(chain.status, 0, chain.text);
});

test('another subject than the registered one is granted with mods',
    async () => {
        const { log } = await issue(await newCode(it.ca));
        assert.match(log, /grantedWithMods/);
    });

test('implicit confirmation is not given', async () => {
    const { log } = await issue(await newCode(it.ca), '-implicit_confirm');
    assert.match(log, /sending CERTCONF/);
});

test('cr works like ir', async () => {
    const { log } = await issue(await newCode(it.ca), '-cmd', 'cr');
    assert.match(log, /received CP/);
});

test('HTTPS works with the TLS root', async () => {
    const { log } = await issue(await newCode(it.ca), '-server',
        `https://127.0.0.1:${it.https}/cmp`, '-tls_used', '-tls_trusted',
        file('tls.pem'));
    assert.match(log, /received PKICONF/);
});

test('HTTPS is refused with another root, and by a plain client', async () => {
    const code = await newCode(it.ca);
    const key = await keyFile(it);
    for (const extra of [['-tls_used', '-tls_trusted', file('root.pem')], []]) {
        const run = await openssl(...cmpOptions(it, code, key, file('no.pem')),
            '-server', `127.0.0.1:${it.https}/cmp`, ...extra);
        assert.notEqual(run.status, 0);
    }
    const { codes } = await it.ca.call('list');
    const row = codes.find(c => c.referenceNumber === code.referenceNumber);
    assert.equal(row.state, 'new');
});
