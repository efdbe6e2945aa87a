/** The test CA: renewal and revocation by the key alone, with `openssl cmp`. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import {
    cmpOptions, keyFile, openssl, runningCa,
} from '../ca/support.mjs';

const it = runningCa('--km');
const file = name => path.join(it.dir, name);
const own = name => path.join(it.dir, 'ca', name);
const read = out => new X509Certificate(readFileSync(out));
let names = 0;
let person = 1;

/** A person of their own, so that no row disturbs another. */
async function newPerson() {
    person = (await it.ca.call('person', '--name', '성춘향', '--idn',
        '9001011234567')).person;
}

/** A certificate that ends in `days`: {key, out, x, row()}. */
async function issued(days = 30, ...extra) {
    const code = await it.ca.call('code', '--person', person, '--kind', 'issue',
        '--days', days);
    const key = await keyFile(it);
    const out = file(`old${names++}.pem`);
    const run = await openssl(...cmpOptions(it, code, key, out), ...extra);
    assert.equal(run.status, 0, run.text);
    return { code, key, out, x: read(out) };
}

/** The registry's word on a certificate. */
async function state(x) {
    const { certificates } = await it.ca.call('list');
    return certificates.find(c =>
        c.serial === x.serialNumber.toLowerCase())?.state;
}

const signedBy = by => ['cmp', '-config', '', '-batch',
    '-server', `127.0.0.1:${it.http}/cmp`, '-recipient', '/CN=CA',
    '-cert', by.out, '-key', by.key, '-trusted', own('root.crt'),
    '-untrusted', own('ca.crt'), '-total_timeout', 15];

/** kur: {status, text, out, key}. */
async function kur(old, how = {}) {
    const key = how.key ?? await keyFile(it);
    const out = file(`new${names++}.pem`);
    const run = await openssl(...signedBy(how.by ?? old), '-cmd', 'kur',
        '-newkey', key, '-oldcert', old.out, '-certout', out,
        ...how.extra ?? []);
    return { ...run, key, out };
}

const rr = (x, how = {}) => openssl(...signedBy(how.by ?? x), '-cmd', 'rr',
    '-oldcert', x.out, ...how.extra ?? []);
test('a renewal gives a year more and takes the old one away', async () => {
    await newPerson();
    const old = await issued();
    const renewed = await kur(old);
    assert.equal(renewed.status, 0, renewed.text);
    const x = read(renewed.out);
    const before = new Date(old.x.validTo);
    const after = new Date(x.validTo);
    assert.equal(after.getUTCFullYear(), before.getUTCFullYear() + 1);
    assert.equal(after.toISOString().slice(4), before.toISOString().slice(4));
    assert.equal(x.subject, old.x.subject);
    assert.notEqual(x.serialNumber, old.x.serialNumber);
    assert.ok(x.verify(read(own('ca.crt')).publicKey));
    assert.deepEqual([await state(old.x), await state(x)],
        ['revoked', 'valid']);
});

test('the answer is signed by the CMP responder', async () => {
    await newPerson();
    const renewed = await kur(await issued(), { extra: ['-extracertsout',
        file('extra.pem')] });
    assert.equal(renewed.status, 0, renewed.text);
    const first = read(file('extra.pem'));
    assert.equal(first.subject, read(own('cmp.crt')).subject);
    assert.deepEqual(first.keyUsage, ['1.3.6.1.5.5.7.3.27']);
    assert.equal((await it.ca.call('cert', '--what', 'cmp')).pem,
        readFileSync(own('cmp.crt'), 'utf8'));
});

test('a client that expects that responder by name is served', async () => {
    await newPerson();
    const renewed = await kur(await issued(), { extra: ['-expect_sender',
        '/C=KR/O=IngamTest/OU=AccreditedCA/CN=Ingam Test CMP Responder'] });
    assert.equal(renewed.status, 0, renewed.text);
});

/** A config section that asks for an encipherment certificate. */
function askKm() {
    writeFileSync(file('km.cnf'), '[km]\n' +
        'keyUsage=critical,keyEncipherment,dataEncipherment\n');
    return ['-config', file('km.cnf'), '-reqexts', 'km'];
}

test('the pair: the sign key renews the km certificate as well', async () => {
    await newPerson();
    const signing = await issued();
    const km = await issued(30, ...askKm());
    const extra = askKm();
    const first = await kur(km, { by: signing, extra });
    assert.equal(first.status, 0, first.text);
    assert.deepEqual([await state(km.x), await state(read(first.out)),
        await state(signing.x)], ['revoked', 'valid', 'valid']);
    assert.ok(read(first.out).raw.includes(Buffer.from('03020430', 'hex')));
    assert.equal((await kur(signing)).status, 0);
});

test('the km key signs for nothing', async () => {
    await newPerson();
    const km = await issued(30, ...askKm());
    const extra = [...askKm(), '-ignore_keyusage'];
    assert.match((await kur(km, { extra })).text, /signerNotTrusted/);
    assert.match((await rr(km)).text, /signerNotTrusted/);
    assert.equal(await state(km.x), 'valid');
});

test('a sign certificate is not renewed as a km one, or the reverse',
    async () => {
        await newPerson();
        const signing = await issued();
        const km = await issued(30, ...askKm());
        assert.match((await kur(signing, { extra: askKm() })).text,
            /badCertId/);
        assert.match((await kur(km, { by: signing })).text, /badCertId/);
        assert.deepEqual([await state(signing.x), await state(km.x)],
            ['valid', 'valid']);
    });

test('the sign key revokes the km certificate, and then its own', async () => {
    await newPerson();
    const signing = await issued();
    const km = await issued(30, ...askKm());
    for (const one of [km, signing]) {
        const run = await rr(one, { by: signing });
        assert.equal(run.status, 0, run.text);
    }
    assert.deepEqual([await state(signing.x), await state(km.x)],
        ['revoked', 'revoked']);
});

test('until the new one is confirmed the old one stays valid', async () => {
    await newPerson();
    const old = await issued();
    await it.ca.call('misbehave', 'mac-wrong');
    const renewed = await kur(old);
    await it.ca.call('misbehave', 'none');
    assert.notEqual(renewed.status, 0);
    assert.equal(await state(old.x), 'valid');
    const again = await kur(old, { key: renewed.key });
    assert.equal(again.status, 0, again.text);
    assert.equal(await state(old.x), 'revoked');
});

test('an unconfirmed renewal makes way for another key', async () => {
    await newPerson();
    const old = await issued();
    await it.ca.call('misbehave', 'mac-wrong');
    await kur(old);
    await it.ca.call('misbehave', 'none');
    const again = await kur(old);
    assert.equal(again.status, 0, again.text);
    const { certificates } = await it.ca.call('list');
    assert.deepEqual(certificates.filter(c => c.person === person)
        .map(c => c.state), ['revoked', 'revoked', 'valid']);
});

test('a certificate refused by its client leaves the old one', async () => {
    await newPerson();
    const old = await issued();
    await it.ca.call('misbehave', 'cert-other-key');
    const renewed = await kur(old);
    await it.ca.call('misbehave', 'none');
    assert.notEqual(renewed.status, 0);
    assert.equal(await state(old.x), 'valid');
});

test('renewed already: keyUpdateWarning, and no second certificate',
    async () => {
        await newPerson();
        const old = await issued();
        const first = await kur(old);
        assert.equal(first.status, 0, first.text);
        const count = (await it.ca.call('list')).certificates.length;
        const second = await kur(old);
        assert.match(second.text, /이미 갱신한 인증서입니다/);
        assert.match(second.text, /update already done|keyUpdateWarning/i);
        assert.equal((await it.ca.call('list')).certificates.length, count);
    });

for (const [days, window, granted] of [
    [59, 60, true], [60, 60, true], [62, 60, false], [300, 60, false],
    [300, 301, true], [5, 0, false], [10, 9, false],
])
    test(`${days} days before the end, renewable from ${window}: ` +
        (granted ? 'granted' : 'badTime'), async () => {
        await newPerson();
        const old = await issued(days === 60 ? 59 : days);
        await it.ca.call('renewal', '--from-days', window);
        const renewed = await kur(old);
        await it.ca.call('renewal', '--from-days', 60);
        assert.equal(renewed.status === 0, granted, renewed.text);
        if (!granted) {
            assert.match(renewed.text, /badTime/);
            assert.equal(await state(old.x), 'valid');
        }
    });

test('an expired certificate is not renewed', async () => {
    await newPerson();
    const old = await issued(-1);
    assert.match((await kur(old)).text, /badTime/);
});

test('a revoked certificate is not renewed', async () => {
    await newPerson();
    const old = await issued();
    assert.equal((await rr(old)).status, 0);
    assert.match((await kur(old)).text, /certRevoked/);
});

test('the old key is no new key', async () => {
    await newPerson();
    const old = await issued();
    assert.match((await kur(old, { key: old.key })).text, /badCertTemplate/);
    assert.equal(await state(old.x), 'valid');
});

test("another person's certificate is not renewed", async () => {
    await newPerson();
    const old = await issued();
    await newPerson();
    const by = await issued();
    assert.match((await kur(old, { by })).text, /badCertId/);
    assert.deepEqual([await state(old.x), await state(by.x)],
        ['valid', 'valid']);
});

test('a key that is not the certificate’s is refused', async () => {
    await newPerson();
    const old = await issued();
    const other = await issued();
    const renewed = await kur(old, { by: { out: old.out, key: other.key } });
    assert.notEqual(renewed.status, 0);
    assert.equal(await state(old.x), 'valid');
});

test('a signer the registry does not know is refused', async () => {
    await newPerson();
    const old = await issued();
    const key = await keyFile(it);
    const out = file('stranger.pem');
    await openssl('req', '-config', '/dev/null', '-x509', '-new', '-key', key,
        '-subj', '/CN=x', '-addext', 'keyUsage=digitalSignature', '-out', out);
    const renewed = await kur(old, { by: { out, key } });
    assert.match(renewed.text, /signerNotTrusted/);
});

for (const [name, code] of [['unspecified', 0], ['keyCompromise', 1],
    ['affiliationChanged', 3], ['superseded', 4],
    ['cessationOfOperation', 5]])
    test(`revoked with the reason ${name}, as the CRL says`, async () => {
        await newPerson();
        const old = await issued();
        const run = await rr(old, { extra: ['-revreason', code] });
        assert.equal(run.status, 0, run.text);
        assert.equal(await state(old.x), 'revoked');
        const { text } = await openssl('ocsp', '-issuer', own('ca.crt'),
            '-cert', old.out, '-url', `http://127.0.0.1:${it.http}/ocsp`,
            '-CAfile', own('root.crt'), '-verify_other', own('ca.crt'));
        assert.match(text, new RegExp(`Reason: ${name}`));
    });

for (const [name, code] of [['certificateHold', 6], ['removeFromCRL', 8]])
    test(`the reason ${name} is no revocation`, async () => {
        await newPerson();
        const old = await issued();
        const run = await rr(old, { extra: ['-revreason', code] });
        assert.match(run.text, /badDataFormat/);
        assert.equal(await state(old.x), 'valid');
    });

test('revoked once more: certRevoked', async () => {
    await newPerson();
    const old = await issued();
    await rr(old);
    assert.match((await rr(old)).text, /certRevoked/);
});

test("another person's certificate is not revoked", async () => {
    await newPerson();
    const old = await issued();
    await newPerson();
    assert.match((await rr(old, { by: await issued() })).text, /badCertId/);
    assert.equal(await state(old.x), 'valid');
});

test('a revocation signed by another key changes nothing', async () => {
    await newPerson();
    const old = await issued();
    const other = await issued();
    const run = await rr(old, { by: { out: old.out, key: other.key } });
    assert.notEqual(run.status, 0);
    assert.equal(await state(old.x), 'valid');
});

for (const mode of ['mac-wrong', 'protection-none', 'protection-signature',
    'protection-subscriber', 'protection-stranger', 'transaction-wrong',
    'recipnonce-wrong', 'fail-badTime', 'body-pkiconf', 'pvno-1'])
    test(`${mode} acts on signed answers too`, async () => {
        await newPerson();
        const old = await issued();
        const how = { extra: ['-expect_sender',
            '/C=KR/O=IngamTest/OU=AccreditedCA/CN=Ingam Test CMP Responder'] };
        await it.ca.call('misbehave', mode);
        const renewed = await kur(old, how);
        const revoked = await rr(old, how);
        await it.ca.call('misbehave', 'none');
        assert.notEqual(renewed.status, 0, renewed.text);
        assert.notEqual(revoked.status, 0, revoked.text);
    });
