/* `ingam verify` on signatures that openssl made: verdicts and statuses. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingam, json, makeCa, makePerson, openssl, root, workFolder } from './lib/cli.mjs';

const folder = workFolder();
const at = name => join(folder, name);
const otherFolder = at('other');
mkdirSync(otherFolder);
mkdirSync(at('home'));
const ca = makeCa(folder);
const otherCa = makeCa(otherFolder, 'Other Root');
const hong = makePerson(folder, at('home'));
const old = makePerson(folder, at('home'), { name: 'Old', from: '20200101000000Z', until: '20210101145959Z' });
const km = makePerson(folder, at('home'), { name: 'Km', usage: 'critical,keyEncipherment' });
const keyOf = person => person.pem.replace('cert.pem', 'key.pem');

writeFileSync(at('text'), 'transfer 1,000,000 won\r\n\0end');
writeFileSync(at('wrong'), 'transfer 9,000,000 won\r\n\0end');

/** Sign `text` as CMS by openssl. */
function sign(name, person, more = []) {
    openssl(['cms', '-sign', '-binary', '-in', at('text'), '-signer', person.pem,
        '-inkey', keyOf(person), '-outform', 'DER', '-out', at(name), ...more]);
    return at(name);
}

sign('attached', hong, ['-nodetach']);
sign('detached', hong);
sign('plain', hong, ['-nodetach', '-noattr']);
sign('sha1', hong, ['-nodetach', '-md', 'sha1']);
sign('old', old, ['-nodetach']);
sign('km', km, ['-nodetach']);
sign('two', hong, ['-nodetach', '-signer', old.pem, '-inkey', keyOf(old)]);
sign('no-cert', hong, ['-nodetach', '-nocerts']);
openssl(['dgst', '-sha256', '-sign', keyOf(hong), '-out', at('pkcs1'), at('text')]);
openssl(['dgst', '-md5', '-sign', keyOf(hong), '-out', at('pkcs1-md5'), at('text')]);
const der = readFileSync(at('attached'));
writeFileSync(at('trailing'), Buffer.concat([der, Buffer.from([0])]));
writeFileSync(at('cut'), der.subarray(0, -1));
writeFileSync(at('tampered'), Buffer.from(der.toString('latin1').replace('1,000,000', '9,000,000'), 'latin1'));
writeFileSync(at('base64'), der.toString('base64').replace(/.{64}/g, '$&\n'));
writeFileSync(at('pem'), `-----BEGIN CMS-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CMS-----\n`);

const trust = ['--trust', ca];
/** name, arguments, bad answers as check:reason, [] when good */
const rows = [
    ['attached', ['--in', at('attached'), ...trust], []],
    ['attached and the same content', ['--in', at('attached'), '--content', at('text'), ...trust], []],
    ['detached', ['--in', at('detached'), '--content', at('text'), ...trust], []],
    ['without attributes', ['--in', at('plain'), ...trust], []],
    ['base64', ['--in', at('base64'), ...trust], []],
    ['PEM', ['--in', at('pem'), ...trust], []],
    ['expected signer', ['--in', at('attached'), '--certificate', hong.pem, ...trust], []],
    ['certificate given, not inside', ['--in', at('no-cert'), '--certificate', hong.pem, ...trust], []],
    ['PKCS#1', ['--format', 'pkcs1', '--in', at('pkcs1'), '--content', at('text'),
        '--certificate', hong.pem, ...trust], []],
    ['expired, at a time when it was valid', ['--in', at('old'), '--at', '2020-06-01T00:00:00Z', '--trust', ca],
        ['chain:chain_untrusted'], 'its CA is younger than that'],
    ['tampered', ['--in', at('tampered'), ...trust], ['signature:digest_differs']],
    ['detached, wrong content', ['--in', at('detached'), '--content', at('wrong'), ...trust],
        ['signature:digest_differs']],
    ['detached, no content', ['--in', at('detached'), ...trust], ['content:content_missing']],
    ['attached, other content given', ['--in', at('attached'), '--content', at('wrong'), ...trust],
        ['content:content_differs']],
    ['other signer', ['--in', at('attached'), '--certificate', old.pem, ...trust], ['certificate:other_signer']],
    ['nothing trusted', ['--in', at('attached')], ['chain:chain_untrusted']],
    ['another CA', ['--in', at('attached'), '--trust', otherCa], ['chain:chain_untrusted']],
    ['expired', ['--in', at('old'), ...trust], ['validity:certificate_expired']],
    ['for encryption only', ['--in', at('km'), ...trust], ['key_usage:key_usage']],
    ['SHA-1', ['--in', at('sha1'), ...trust], ['digest:digest_weak']],
    ['two signers, one expired', ['--in', at('two'), ...trust], ['validity:certificate_expired']],
    ['no certificate', ['--in', at('no-cert'), ...trust], ['certificate:certificate_missing']],
    ['trailing byte', ['--in', at('trailing'), ...trust], ['structure:trailing_bytes']],
    ['a byte short', ['--in', at('cut'), ...trust], ['structure:not_signed_data']],
    ['no signature at all', ['--in', at('text'), ...trust], ['structure:not_signed_data']],
    ['PKCS#1 by MD5', ['--format', 'pkcs1', '--in', at('pkcs1-md5'), '--content', at('text'),
        '--certificate', hong.pem, ...trust], ['signature:signature_wrong']],
    ['PKCS#1, wrong content', ['--format', 'pkcs1', '--in', at('pkcs1'), '--content', at('wrong'),
        '--certificate', hong.pem, ...trust], ['signature:signature_wrong']],
    ['PKCS#1, no certificate', ['--format', 'pkcs1', '--in', at('pkcs1'), '--content', at('text'), ...trust],
        ['certificate:certificate_missing']],
];

for (const [name, args, bad] of rows) {
    test(`verify: ${name}`, async () => {
        const { value, status } = await json(['verify', ...args]);
        assert.deepEqual(value.checks.filter(c => !c.ok).map(c => `${c.check}:${c.reason}`), bad);
        assert.equal(value.valid, bad.length === 0);
        assert.equal(status, bad.length === 0 ? 0 : 1);
        assert.ok(value.checks.every(c => c.ok === (c.reason === undefined)));
    });
}

test('verify: the verdict names the signer, the time and the content', async () => {
    const { value } = await json(['verify', '--in', at('attached'), ...trust]);
    assert.equal(value.signers.length, 1);
    assert.equal(value.signers[0].id, hong.id);
    assert.equal(value.signers[0].subject, 'cn=Hong,ou=test,o=IngamTest,c=KR');
    assert.match(value.signers[0].signedAt, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(value.sha256, openssl(['dgst', '-sha256', '-r', at('text')]).toString().slice(0, 64));
    assert.equal(value.length, readFileSync(at('text')).length);
});

test('verify: a folder of certificates, PEM and DER', async () => {
    mkdirSync(at('trusted'));
    openssl(['x509', '-in', ca, '-outform', 'DER', '-out', at('trusted/a.der')]);
    writeFileSync(at('trusted/b.pem'), readFileSync(otherCa));
    writeFileSync(at('trusted/notes.txt'), 'no certificate');
    const { value } = await json(['verify', '--in', at('attached'), '--trust', at('trusted')]);
    assert.equal(value.valid, true);
});

test('verify: from stdin, in words', async () => {
    const good = await ingam(['verify', ...trust], { input: der });
    assert.equal(good.status, 0);
    assert.match(good.text, /^Good signature/);
    const bad = await ingam(['verify'], { input: der, env: { LANG: 'ko_KR.UTF-8' } });
    assert.equal(bad.status, 1);
    assert.match(bad.text, /^믿을 수 없는/);
    assert.match(bad.text, /틀림 +발급 경로 +chain_untrusted/);
});

for (const [name, args, want] of [
    ['a time that is none', ['--at', '2027-13-01T00:00:00Z'], /param_type/],
    ['a trust file that is none', ['--trust', at('text')], /certificate_damaged/],
    ['a file that is not there', ['--content', at('missing')], /param_range/],
    ['an unknown format', ['--format', 'xml'], /param_range/],
]) {
    test(`verify: ${name}`, async () => {
        const run = await ingam(['verify', '--json', '--in', at('attached'), ...args]);
        assert.notEqual(run.status, 0);
        assert.match(run.text, want);
    });
}

test('verify: a number without R is half a question', async () => {
    const run = await json(['verify', '--in', at('attached'), '--idn-fd', '3'], { secrets: ['9001011234567\n'] });
    assert.equal(run.status, 2);
    assert.equal(run.value.error.data.reason, 'param_missing');
});

test('verify: number and R against a certificate without a VID', async () => {
    const run = await json(['verify', '--in', at('attached'), ...trust, '--idn-fd', '3', '--r-fd', '4'],
        { secrets: ['9001011234567\n', `${Buffer.alloc(20, 7).toString('base64')}\n`] });
    assert.deepEqual(run.value.checks.filter(c => !c.ok).map(c => c.reason), ['identity_value_missing']);
});

const vectors = process.env.INGAM_VECTORS ?? join(root, '../shared/vectors');
test('verify: a login by Delfino, at its time', { skip: !existsSync(vectors) && 'no test vectors' }, async () => {
    const { value } = await json(['verify', '--in', join(vectors, 'delfino-sample/login.p7.b64'),
        '--content', join(vectors, 'delfino-sample/content.bin'), '--at', '2019-01-01T00:00:00Z']);
    assert.deepEqual(value.checks.filter(c => !c.ok).map(c => c.reason), ['chain_untrusted']);
});

test('verify: number and R against the VID of a certificate', { skip: !existsSync(vectors) && 'no test vectors' }, async () => {
    const vector = name => join(vectors, 'synthetic', name);
    const key = at('synthetic.pem'), cert = at('synthetic-cert.pem');
    openssl(['pkey', '-inform', 'DER', '-in', vector('sign.plain-noR.p8.der'), '-out', key]);
    openssl(['x509', '-inform', 'DER', '-in', vector('signCert.der'), '-out', cert]);
    openssl(['cms', '-sign', '-binary', '-nodetach', '-in', at('text'), '-signer', cert, '-inkey', key,
        '-outform', 'DER', '-out', at('synthetic')]);
    const idn = readFileSync(vector('idn.txt'), 'utf8').trim();
    const r = readFileSync(vector('R.bin'));
    const identity = async (number, random) => {
        const { value } = await json(['verify', '--in', at('synthetic'), '--trust', vector('ca.der'),
            '--idn-fd', '3', '--r-fd', '3'], { secrets: [`${number}\n${random.toString('base64')}\n`] });
        return value.error?.data.reason ?? value.checks.find(c => c.check === 'identity');
    };
    assert.deepEqual(await identity(idn, r), { check: 'identity', ok: true, signer: 0 });
    const differs = { check: 'identity', ok: false, reason: 'identity_differs', signer: 0 };
    assert.deepEqual(await identity(idn.replace(/.$/, '9'), r), differs);
    assert.deepEqual(await identity(idn, Buffer.from(r).fill(1, 0, 1)), differs);
    assert.equal(await identity(`${idn}0`, r), 'param_range');
    assert.equal(await identity('90010112345x7', r), 'param_type');
    assert.equal(await identity(idn, r.subarray(1)), 'param_type');
});
