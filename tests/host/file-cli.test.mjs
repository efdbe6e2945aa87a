/* `ingam sign` and `ingam verify` of files that fit into no message: hashed
 * piece by piece, detached, judged by openssl. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingam, ingamProgram, json, makeCa, makePerson, openssl, password, tool, workFolder } from './lib/cli.mjs';

const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: '홍길동()0004' });

writeFileSync(at('password'), `${password}\n`);
const secrets = [`${password}\n`];
const fd = ['--password-fd', '3'];
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const sign = (args, more = {}) => ingam(['sign', hong.id, ...fd, ...args], { home, secrets, ...more });

const big = randomBytes(3000001);
writeFileSync(at('계약서.bin'), big);
writeFileSync(at('fits'), big.subarray(0, 700000));
writeFileSync(at('just-not'), big.subarray(0, 700001));

const openssls = (signature, content) => openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', signature,
    '-content', content, '-CAfile', ca, '-purpose', 'any', '-out', '/dev/null']);

for (const [name, args] of [['attributes', []], ['no attributes', ['--no-attributes']],
    ['its format told', ['--format', 'cms-detached']], ['binary told', ['--encoding', 'binary']]])
    test(`a large file, with ${name}`, async () => {
        const run = await sign([...args, '--in', at('계약서.bin'), '--out', at('sig')]);
        assert.equal(run.status, 0, run.errors);
        assert.equal(/keep both/.test(run.errors), !args.includes('--format'), 'that it is detached is said unless asked for');
        openssls(at('sig'), at('계약서.bin'));
        assert.throws(() => openssls(at('sig'), at('just-not')));
        assert.ok(statSync(at('sig')).size < 5000);
    });

test('a large file, its signature in hex', async () => {
    const file = await sign(['--hex', '--in', at('계약서.bin'), '--out', at('hex')]);
    assert.equal(file.status, 0, file.errors);
    writeFileSync(at('sig'), Buffer.from(readFileSync(at('hex'), 'latin1'), 'hex'));
    openssls(at('sig'), at('계약서.bin'));
    const told = await json(['sign', hong.id, ...fd, '--hex', '--in', at('계약서.bin')], { home, secrets });
    assert.match(told.value.signature, /^(?:[0-9a-f]{2})+$/);
});

test('a large file as PKCS#1', async () => {
    const run = await sign(['--format', 'pkcs1', '--in', at('계약서.bin'), '--out', at('value')]);
    assert.equal(run.status, 0, run.errors);
    openssl(['x509', '-in', hong.pem, '-noout', '-pubkey', '-out', at('pub')]);
    openssl(['dgst', '-sha256', '-verify', at('pub'), '-signature', at('value'), at('계약서.bin')]);
});

test('by a prefix of the certificate, the result as JSON, the name in the history', async () => {
    const run = await json(['sign', hong.id.slice(0, 8), ...fd, '--in', at('계약서.bin')], { home, secrets });
    assert.deepEqual(Object.keys(run.value).sort(), ['certificate', 'format', 'sha256', 'signature']);
    assert.equal(run.value.sha256, sha256(big));
    const history = (await ingam(['history', '--json'], { home })).text;
    assert.match(history, /계약서\.bin/);
});

test('the last byte that fits is signed as before, the next is not inside', async () => {
    const inside = await json(['sign', hong.id, ...fd, '--in', at('fits'), '--encoding', 'binary'], { home, secrets });
    assert.equal(inside.value.format, 'cms');
    const outside = await json(['sign', hong.id, ...fd, '--in', at('just-not')], { home, secrets });
    assert.equal(outside.value.format, 'cms-detached');
    assert.equal(outside.value.sha256, sha256(big.subarray(0, 700001)));
});

test('from stdin: a plain file from where it stands, and a pipe', async () => {
    const child = tool('sh', ['-c', `exec 3<"$1" < "$2"; dd bs=1 count=1 of=/dev/null 2> /dev/null; exec "$3" sign ${hong.id} --json --password-fd 3`,
        'sh', at('password'), at('계약서.bin'), ingamProgram], { env: { HOME: home, PATH: process.env.PATH, LANG: 'C.UTF-8' } });
    assert.equal(JSON.parse(child).sha256, sha256(big.subarray(1)));
    const pipe = await json(['sign', hong.id, ...fd, '--format', 'cms-detached', '--encoding', 'binary'],
        { home, secrets, input: big });
    assert.equal(pipe.value.sha256, sha256(big));
    const none = await json(['sign', hong.id, ...fd, '--format', 'cms-detached', '--encoding', 'binary'],
        { home, secrets, input: '' });
    assert.equal(none.value.sha256, sha256(''));
});

/** name, arguments, reason, status */
const refusals = [
    ['inside the signature', ['--format', 'cms', '--in', at('계약서.bin')], 'too_large'],
    ['as UTF-8', ['--encoding', 'utf-8', '--in', at('계약서.bin')], 'too_large'],
    ['as EUC-KR', ['--format', 'cms-detached', '--encoding', 'euc-kr', '--in', at('계약서.bin')], 'too_large'],
    ['as a transaction', ['--kind', 'transaction', '--in', at('계약서.bin')], 'too_large'],
    ['that is not there', ['--format', 'pkcs1', '--encoding', 'binary', '--in', at('nowhere')], 'param_range'],
    ['that is a folder', ['--format', 'pkcs1', '--encoding', 'binary', '--in', folder], 'param_range'],
];
for (const [name, args, reason] of refusals)
    test(`refused: a file ${name}`, async () => {
        const run = await json(['sign', hong.id, ...fd, ...args], { home, secrets });
        assert.equal(run.value.error?.data.reason, reason);
        assert.notEqual(run.status, 0);
    });

test('a wrong password is exit status 4, and nothing is written', async () => {
    const run = await sign(['--in', at('계약서.bin'), '--out', at('nothing')], { secrets: ['wrong\n'] });
    assert.equal(run.status, 4);
    assert.throws(() => readFileSync(at('nothing')));
});

test('a large content is verified by its digest', async () => {
    assert.equal((await sign(['--in', at('계약서.bin'), '--out', at('sig')])).status, 0);
    const verify = (content, more = []) => json(['verify', '--in', at('sig'), '--content', content,
        '--trust', ca, ...more], { home });
    const good = await verify(at('계약서.bin'));
    assert.equal(good.status, 0, good.errors);
    assert.equal(good.value.valid, true);
    const other = Buffer.from(big);
    other[2999999] ^= 1;
    writeFileSync(at('other'), other);
    const bad = await verify(at('other'));
    assert.equal(bad.status, 1);
    assert.deepEqual(bad.value.checks.filter(c => !c.ok).map(c => c.reason), ['digest_differs']);
    assert.equal((await verify(at('nowhere'))).value.error.data.reason, 'param_range');
});

test('memory does not grow with the file: 512 MiB signed and verified in 128 MiB of addresses', async () => {
    closeSync(openSync(at('sparse'), 'w'));
    truncateSync(at('sparse'), 512 * 1024 * 1024);
    const limited = args => tool('sh', ['-c', 'ulimit -v 131072; exec 3<"$0"; exec "$@"', at('password'),
        ingamProgram, ...args], { env: { HOME: home, LANG: 'C.UTF-8' } });
    limited(['sign', hong.id, ...fd, '--in', at('sparse'), '--out', at('sig')]);
    limited(['verify', '--in', at('sig'), '--content', at('sparse'), '--trust', ca]);
});
