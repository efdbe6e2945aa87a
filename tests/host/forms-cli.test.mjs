/* `ingam sign` and `ingam verify` for what more than one person signs, for
 * documents, envelopes and hex. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingam, json, makeCa, makePerson, openssl, password, workFolder } from './lib/cli.mjs';

const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: 'Hong' });
const kim = makePerson(folder, home, { name: 'Kim' });
const old = makePerson(folder, home, { name: 'Old', from: '20200101000000Z', until: '20210101145959Z' });
const server = makePerson(folder, at('server'), { name: 'Server', usage: 'critical,keyEncipherment' });

const text = '이체 1,000,000원\n';
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const how = { home, secrets: [`${password}\n`], input: text };
const sign = (person, ...args) => ingam(['sign', person.id, '--password-fd', '3', ...args], how);
const signJson = (person, ...args) => json(['sign', person.id, '--password-fd', '3', ...args], how);
const verify = (...args) => ingam(['verify', '--trust', ca, ...args], { home });
const opensslVerify = (...args) => openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-CAfile', ca,
    '-purpose', 'any', ...args]);

assert.equal((await sign(hong, '--out', at('one.p7'))).status, 0);

test('--hex: to a pipe, to a file, and in JSON', async () => {
    const piped = await sign(hong, '--hex', '--format', 'pkcs1');
    assert.match(piped.text, /^[0-9a-f]{512}\n$/);
    const filed = await sign(hong, '--hex', '--format', 'pkcs1', '--out', at('hex'));
    assert.equal(filed.status, 0, filed.errors);
    assert.equal(readFileSync(at('hex'), 'latin1'), piped.text.trim());
    const { value } = await signJson(hong, '--hex', '--format', 'pkcs1');
    assert.equal(value.signature, piped.text.trim());
    assert.match(value.certificate, /^MII/);
});

test('--hex of CMS is its DER', async () => {
    const run = await sign(hong, '--hex');
    writeFileSync(at('hex.p7'), Buffer.from(run.text.trim(), 'hex'));
    assert.equal(opensslVerify('-in', at('hex.p7')).toString(), text);
});

test('--add-to takes DER, PEM and base64', async () => {
    const der = readFileSync(at('one.p7'));
    openssl(['pkcs7', '-inform', 'DER', '-in', at('one.p7'), '-out', at('one.pem')]);
    writeFileSync(at('one.b64'), der.toString('base64'));
    for (const name of ['one.p7', 'one.pem', 'one.b64']) {
        const run = await sign(kim, '--add-to', at(name), '--out', at('two.p7'));
        assert.equal(run.status, 0, run.errors);
        assert.equal(opensslVerify('-in', at('two.p7')).toString(), text);
    }
});

test('verify names each signer and what it thinks of them', async () => {
    await sign(kim, '--add-to', at('one.p7'), '--out', at('two.p7'));
    const good = await verify('--in', at('two.p7'));
    assert.equal(good.status, 0, good.text);
    assert.match(good.text, /^Signer 1 \(ok\): cn=/m);
    assert.match(good.text, /^Signer 2 \(ok\): cn=/m);
    assert.match(good.text, /^ok +signature \(2\)/m);
    await sign(old, '--expired', '--add-to', at('one.p7'), '--out', at('bad.p7'));
    const bad = await verify('--in', at('bad.p7'));
    assert.equal(bad.status, 1);
    assert.match(bad.text, /^Signer \d \(ok\): cn=Hong/m);
    assert.match(bad.text, /^Signer \d \(BAD\): cn=Old/m);
    assert.match(bad.text, /^BAD +validity \(\d\) +certificate_expired/m);
    const one = await verify('--in', at('one.p7'));
    assert.match(one.text, /^Signer: cn=Hong/m);
});

test('--document: standard input is not read; who has the document verifies it, or its digest', async () => {
    writeFileSync(at('contract'), 'many pages');
    const run = await sign(hong, '--document', '계약서.pdf', '--sha256', sha256('many pages'), '--out', at('doc.p7'));
    assert.equal(run.status, 0, run.errors);
    opensslVerify('-in', at('doc.p7'), '-content', at('contract'));
    assert.equal((await verify('--in', at('doc.p7'), '--content', at('contract'))).status, 0);
    assert.equal((await verify('--in', at('doc.p7'), '--sha256', sha256('many pages'))).status, 0);
    for (const [args, reason] of [[[], 'content_missing'], [['--sha256', sha256('other')], 'digest_differs'],
        [['--content', at('one.p7')], 'digest_differs'],
        [['--content', at('contract'), '--sha256', sha256('other')], 'content_differs']]) {
        const run = await verify('--in', at('doc.p7'), ...args);
        assert.equal(run.status, 1, args.join(' '));
        assert.match(run.text, new RegExp(`^BAD .* ${reason}$`, 'm'));
    }
});

test('--for: the server opens it, and the signature is inside', async () => {
    for (const args of [[], ['--cipher', 'seed-cbc'], ['--hex']]) {
        const run = await sign(hong, '--for', server.pem, ...args, '--out', at('envelope'));
        assert.equal(run.status, 0, run.errors);
        if (args.includes('--hex'))
            writeFileSync(at('envelope'), Buffer.from(readFileSync(at('envelope'), 'latin1'), 'hex'));
        openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', at('envelope'), '-recip', server.pem,
            '-inkey', join(server.pem, '../key.pem'), '-provider', 'default', '-provider', 'legacy', '-out', at('inner')]);
        assert.equal(opensslVerify('-in', at('inner')).toString(), text);
    }
});

/** name, arguments, reason, status */
const refusals = [
    ['the same person twice', hong, ['--add-to', at('one.p7')], 'already_signed', 1],
    ['a signature over something else', kim, ['--add-to', ca], 'invalid_request', 1],
    ['a file that is not there', kim, ['--add-to', at('none')], 'param_range', 2],
    ['a document without its digest', hong, ['--document', 'a'], 'param_missing', 2],
    ['a digest without a name', hong, ['--sha256', sha256('')], 'param_missing', 2],
    ['a digest that is none', hong, ['--document', 'a', '--sha256', 'x'], 'param_type', 2],
    ['a document that is given as well', hong, ['--document', 'a', '--sha256', sha256(''), '--in', at('one.p7')],
        'invalid_request', 1],
    ['a document without attributes', hong, ['--document', 'a', '--sha256', sha256(''), '--no-attributes'], 'param_range', 2],
    ['a cipher for nobody', hong, ['--cipher', 'seed-cbc'], 'param_missing', 2],
    ['an unknown cipher', hong, ['--for', server.pem, '--cipher', 'des'], 'param_range', 2],
    ['an envelope for who cannot read it', hong, ['--for', kim.pem], 'invalid_request', 1],
    ['an expired certificate', old, [], 'certificate_expired', 1],
    ['a value for --hex', hong, ['--hex=1'], 'param_unknown', 2],
];
for (const [name, person, args, reason, status] of refusals)
    test(`refused: ${name}`, async () => {
        const run = await signJson(person, ...args);
        assert.equal(run.value.error?.data.reason, reason, run.text);
        assert.equal(run.status, status);
    });
