/* `ingam sign`, and sign.data of the host, judged by openssl and certtool. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { has, ingam, json, makeCa, makePerson, openssl, password, tool, workFolder } from './lib/cli.mjs';
import { Host } from './lib/host.mjs';

const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: '홍길동()0004' });
const old = makePerson(folder, home, { name: 'Old', from: '20200101000000Z', until: '20210101145959Z' });
const young = makePerson(folder, home, { name: 'Young', from: '20950101000000Z' });
const km = makePerson(folder, home, { name: 'Km', usage: 'critical,keyEncipherment' });
const bare = makePerson(folder, home, { name: 'Bare' });
rmSync(join(bare.dir, 'signPri.key'));
const mixed = makePerson(folder, home, { name: 'Mixed' });
writeFileSync(join(mixed.dir, 'signPri.key'), readFileSync(join(hong.dir, 'signPri.key')));

const secrets = [`${password}\n`];
const fd = ['--password-fd', '3'];
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const sign = (person, args, input) => ingam(['sign', person.id, ...fd, ...args], { home, secrets, input });

/** What openssl says of a CMS file: the content, or it throws. */
function verify(file, more = []) {
    return openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', file, '-CAfile', ca,
        '-purpose', 'any', ...more]);
}

const binary = Buffer.concat([Buffer.from('\r\n\0'), randomBytes(5000)]);
const text = '이체 1,000,000원\n받는 분 김철수\n';

for (const [name, args] of [['attributes', []], ['no attributes', ['--no-attributes']]]) {
    test(`openssl verifies attached CMS with ${name}`, async () => {
        for (const [content, encoding] of [[binary, 'binary'], [Buffer.from(text), 'utf-8'], [Buffer.alloc(0), 'utf-8']]) {
            const run = await sign(hong, [...args, '--encoding', encoding], content);
            assert.equal(run.status, 0, run.errors);
            writeFileSync(at('signed'), run.stdout);
            assert.deepEqual(verify(at('signed')), content);
        }
    });
    test(`openssl verifies detached CMS with ${name}`, async () => {
        writeFileSync(at('content'), binary);
        const run = await sign(hong, [...args, '--format', 'cms-detached', '--encoding', 'binary',
            '--in', at('content'), '--out', at('detached')]);
        assert.equal(run.status, 0, run.errors);
        assert.equal(run.stdout.length, 0);
        assert.equal(readFileSync(at('detached')).includes(binary), false);
        assert.deepEqual(verify(at('detached'), ['-content', at('content')]), binary);
        writeFileSync(at('other'), 'other');
        assert.throws(() => verify(at('detached'), ['-content', at('other')]));
    });
    test(`certtool verifies CMS with ${name}`, { skip: !has('certtool') && 'no certtool' }, async () => {
        writeFileSync(at('content'), text);
        const attached = await sign(hong, args, text);
        writeFileSync(at('signed'), attached.stdout);
        const detached = await sign(hong, [...args, '--format', 'cms-detached'], text);
        writeFileSync(at('detached'), detached.stdout);
        const p7 = ['--p7-verify', '--inder', `--load-ca-certificate=${ca}`];
        tool('certtool', [...p7, '--infile', at('signed')]);
        tool('certtool', [...p7, '--infile', at('detached'), `--load-data=${at('content')}`]);
        assert.throws(() => tool('certtool', [...p7, '--infile', at('detached'), `--load-data=${at('signed')}`]));
    });
}

test('openssl verifies PKCS#1', async () => {
    const run = await sign(hong, ['--format', 'pkcs1', '--encoding', 'binary'], binary);
    assert.equal(run.status, 0, run.errors);
    assert.equal(run.stdout.length, 256);
    writeFileSync(at('value'), run.stdout);
    openssl(['x509', '-in', hong.pem, '-noout', '-pubkey', '-out', at('pub')]);
    openssl(['dgst', '-sha256', '-verify', at('pub'), '-signature', at('value')], { input: binary });
    assert.throws(() => openssl(['dgst', '-sha256', '-verify', at('pub'), '-signature', at('value')], { input: 'x' }));
});

test('the result holds signature, certificate, format and digest', async () => {
    const { value } = await json(['sign', hong.id, ...fd], { home, secrets, input: text });
    assert.deepEqual(Object.keys(value).sort(), ['certificate', 'format', 'sha256', 'signature']);
    assert.equal(value.format, 'cms');
    assert.equal(value.sha256, sha256(text));
    assert.equal(sha256(Buffer.from(value.certificate, 'base64')), hong.id);
});

test('only the signer\'s certificate is inside, with ESS and our time', async () => {
    const run = await sign(hong, [], text);
    writeFileSync(at('signed'), run.stdout);
    const certs = openssl(['pkcs7', '-inform', 'DER', '-in', at('signed'), '-print_certs', '-noout']).toString();
    assert.equal(certs.match(/subject=/g).length, 1);
    const dump = openssl(['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', at('signed')]).toString();
    for (const name of ['contentType', 'signingTime', 'messageDigest', 'id-smime-aa-signingCertificateV2'])
        assert.match(dump, new RegExp(`object: ${name} `));
    const time = dump.match(/UTCTIME:(.*) GMT/)[1];
    assert.ok(Math.abs(Date.parse(`${time} GMT`) - Date.now()) < 60000);
});

test('EUC-KR: the bytes signed are CP949 (T222)', async () => {
    const run = await json(['sign', hong.id, ...fd, '--encoding', 'euc-kr'], { home, secrets, input: '공동인증서로그인 뷁' });
    const bytes = tool('iconv', ['-f', 'UTF-8', '-t', 'CP949'], { input: '공동인증서로그인 뷁' });
    assert.equal(run.value.sha256, sha256(bytes));
    writeFileSync(at('signed'), Buffer.from(run.value.signature, 'base64'));
    assert.deepEqual(verify(at('signed')), bytes);
});

/** name, person, arguments, content, reason, status */
const refusals = [
    ['an emoji in EUC-KR', hong, ['--encoding', 'euc-kr'], '좋아요 😀', 'encoding_mismatch', 1],
    ['a won sign in EUC-KR', hong, ['--encoding', 'euc-kr'], '₩', 'encoding_mismatch', 1],
    ['decomposed Hangul in EUC-KR', hong, ['--encoding', 'euc-kr'], '가'.normalize('NFD'), 'encoding_mismatch', 1],
    ['text that is not UTF-8', hong, [], Buffer.from([0xb0, 0xa1]), 'content_not_displayable', 1],
    ['broken UTF-8 for EUC-KR', hong, ['--encoding', 'euc-kr'], Buffer.from([0xff]), 'content_not_displayable', 1],
    ['U+0000', hong, [], 'a\0b', 'content_not_displayable', 1],
    ['an encoding that is none', hong, ['--encoding', 'cp949'], 'x', 'param_range', 2],
    ['a digest in place of content (T061)', hong, ['--format', 'digest'], 'x', 'param_range', 2],
    ['SHA-1 asked for (T057)', hong, ['--digest', 'sha1'], 'x', 'param_unknown', 2],
    ['an expired certificate', old, [], 'x', 'certificate_expired', 1],
    ['one that is not valid yet', young, [], 'x', 'certificate_not_yet_valid', 1],
    ['one for encryption', km, [], 'x', 'no_matching_certificate', 1],
    ['no key file', bare, [], 'x', 'key_file_missing', 1],
    ['the key file of another', mixed, [], 'x', 'key_mismatch', 1],
    ['a certificate that is not there', { id: '0'.repeat(64) }, [], 'x', 'certificate_not_found', 1],
    ['too much', hong, ['--encoding', 'binary'], Buffer.alloc(700001), 'too_large', 1],
];
for (const [name, person, args, input, reason, status] of refusals) {
    test(`refused: ${name}`, async () => {
        const run = await json(['sign', person.id, ...fd, ...args], { home, secrets, input });
        assert.equal(run.value.error?.data.reason, reason);
        assert.equal(run.status, status);
        assert.equal(run.value.signature, undefined);
    });
}

test('refusals say the date and the limit', async () => {
    const error = async (person, input) =>
        (await json(['sign', person.id, ...fd], { home, secrets, input })).value.error.data;
    assert.equal((await error(old, 'x')).date, '2021-01-01T14:59:59Z');
    assert.equal((await error(young, 'x')).date, '2095-01-01T00:00:00Z');
    assert.equal((await error(hong, Buffer.alloc(700001, 32))).max, 700000);
    const words = await ingam(['sign', old.id, ...fd], { home, secrets, input: 'x', env: { LANG: 'ko_KR.UTF-8' } });
    assert.match(words.errors, /^ingam: 2021-01-01에 만료된 인증서예요\./);
});

test('as much as fits', async () => {
    const run = await json(['sign', hong.id, ...fd, '--encoding', 'binary'], { home, secrets, input: Buffer.alloc(700000) });
    assert.equal(run.status, 0);
    assert.equal(run.value.sha256, sha256(Buffer.alloc(700000)));
});

test('a wrong password is exit status 4, and nothing is written', async () => {
    const run = await ingam(['sign', hong.id, ...fd, '--out', at('nothing')], { home, secrets: ['wrong\n'], input: 'x' });
    assert.equal(run.status, 4);
    assert.match(run.errors, /password/);
    assert.throws(() => readFileSync(at('nothing')));
});

test('what ingam signs ingam verifies', async () => {
    const run = await sign(hong, [], text);
    const verdict = await json(['verify', '--trust', ca, '--certificate', hong.pem], { input: run.stdout });
    assert.equal(verdict.status, 0);
    assert.equal(verdict.value.sha256, sha256(text));
});

test('a prefix of eight digits names a certificate; fewer or none do not', async () => {
    const by = id => json(['sign', id, ...fd], { home, secrets, input: 'x' });
    assert.equal((await by(hong.id.slice(0, 8))).status, 0);
    assert.equal((await by(hong.id.slice(0, 7))).value.error.data.reason, 'param_type');
    assert.equal((await by(hong.id.slice(0, 8).toUpperCase() + 'G')).value.error.data.reason, 'param_type');
    const nobody = (BigInt(`0x${hong.id.slice(0, 16)}`) ^ 0xffn).toString(16).padStart(16, '0');
    assert.equal((await by(nobody)).value.error.data.reason, 'certificate_not_found');
});

/** Two certificates whose ids begin alike: only signature bytes differ. */
function alike(der) {
    const seen = new Map(), bytes = Buffer.from(der);
    for (let n = 0; ; n++) {
        bytes.writeUInt32BE(n, bytes.length - 4);
        const id = sha256(bytes), prefix = id.slice(0, 8), before = seen.get(prefix);
        if (before !== undefined) {
            const first = Buffer.from(bytes);
            first.writeUInt32BE(before, bytes.length - 4);
            return [first, bytes];
        }
        seen.set(prefix, n);
    }
}

test('a prefix that fits two certificates is refused', async () => {
    const twins = at('twins');
    mkdirSync(twins, { mode: 0o700 });
    const pair = alike(readFileSync(join(hong.dir, 'signCert.der')));
    pair.forEach((der, i) => {
        const dir = join(twins, `NPKI/IngamTest/USER/cn=${i}`);
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        writeFileSync(join(dir, 'signCert.der'), der);
    });
    const [a, b] = pair.map(sha256);
    const both = await json(['show', a.slice(0, 8)], { home: twins });
    assert.equal(both.status, 2);
    assert.equal(both.value.error.data.reason, 'param_range');
    let n = 8;
    while (a[n] === b[n])
        n++;
    assert.equal((await json(['show', a.slice(0, n + 1)], { home: twins })).value.certificate.id, a);
    const lines = (await ingam(['list'], { home: twins })).text.split('\n').slice(1, 3);
    assert.deepEqual(lines.map(line => line.split(' ')[0]).sort(), [a, b].map(id => id.slice(0, n + 1)).sort());
});

test('the host signs over frames, EUC-KR inside its sandbox too', async () => {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const ask = (id, more) => host.ask(id, 'sign.data', {
        origin: 'https://bank.example', certificate: hong.id,
        content: Buffer.from('가나다 뷁').toString('base64'), encoding: 'euc-kr', ...more });
    const wrong = await ask(1, { password: 'wrong' });
    assert.equal(wrong.error.data.reason, 'password_wrong');
    const { result } = await ask(2, { password });
    assert.equal(result.sha256, sha256(tool('iconv', ['-f', 'UTF-8', '-t', 'CP949'], { input: '가나다 뷁' })));
    writeFileSync(at('signed'), Buffer.from(result.signature, 'base64'));
    verify(at('signed'));
    assert.equal((await ask(3, { password })).error.data.reason, 'bad_state');
    await host.end();
});

test('secrets are in neither arguments nor environment of the process', async () => {
    const seen = [];
    await ingam(['sign', hong.id, ...fd, '--in', '-'], {
        home, secrets, running: child => {
            for (const name of ['cmdline', 'environ', 'status']) {
                try {
                    seen.push(readFileSync(`/proc/${child.pid}/${name}`));
                } catch (e) {
                    seen.push(Buffer.from(e.code));
                }
            }
        },
    });
    assert.equal(seen.length, 3);
    for (const bytes of seen)
        assert.equal(bytes.includes(password), false);
    assert.ok(seen[0].includes(hong.id) || seen[0].length === 0);
});

test('list joins the pages, and a prefix is looked for in all of them', async () => {
    const many = at('many');
    mkdirSync(many, { mode: 0o700 });
    const der = readFileSync(join(hong.dir, 'signCert.der'));
    const ids = [];
    for (let n = 0; n < 130; n++) {
        der.writeUInt32BE(n, der.length - 4);
        const dir = join(many, `NPKI/IngamTest/USER/cn=${String(n).padStart(3, '0')}`);
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        writeFileSync(join(dir, 'signCert.der'), der);
        ids.push(sha256(der));
    }
    const list = args => json(['list', ...args], { home: many });
    const all = await list([]);
    assert.equal(all.value.total, 130);
    assert.deepEqual(all.value.certificates.map(c => c.id), ids);
    assert.equal((await ingam(['list'], { home: many })).text.trim().split('\n').length, 131);
    const part = await list(['--limit', '5', '--offset', '128']);
    assert.deepEqual(part.value.certificates.map(c => c.id), ids.slice(128));
    assert.equal((await list(['--limit', '501'])).status, 2);
    assert.equal((await list(['--limit', '5x'])).value.error.data.reason, 'param_type');
    const show = await json(['show', ids[129].slice(0, 12)], { home: many });
    assert.equal(show.value.certificate.id, ids[129]);
});

test('a broken folder is listed with its reason, and cannot play with the terminal', async () => {
    const broken = at('broken');
    const dir = join(broken, 'NPKI/IngamTest/USER/cn=\x1b[2Jred\u202etxt');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, 'signCert.der'), 'no certificate');
    const run = await ingam(['list'], { home: broken, env: { LANG: 'ko_KR.UTF-8' } });
    assert.equal(run.status, 0);
    assert.match(run.text, /^인증서가 없어요\.\n읽을 수 없는 폴더: .*cn=\?\[2Jred\?txt \(certificate_damaged\)\n$/);
});
