/* sign.begin, sign.update, sign.finish: a file in pieces, hashed by the host,
 * which signs nothing but the digest that it computed itself. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCa, makePerson, openssl, password, workFolder } from './lib/cli.mjs';
import { reasonOf, request, start } from './lib/host.mjs';

const PIECE = 384 * 1024;
const AHEAD = 8; // frames without an answer
const ORIGIN = 'https://bank.example';
const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: '홍길동()0004' });
const env = { HOME: home };

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const piece = data => ({ data: Buffer.from(data).toString('base64') });
const key = more => ({ certificate: hong.id, password, ...more });

/** Begin on a new host; what is asked next has the number 2. */
async function begun(t, size, more = {}) {
    const host = await start(t, { env });
    const answer = await host.ask(1, 'sign.begin', { name: '계약서.pdf', size, ...more });
    assert.equal(reasonOf(answer), 'ok');
    return { host, answer };
}

/** Send it all, with frames in flight; the last answer. */
async function bring(host, bytes, first = 2) {
    let id = first, waiting = 0, answer;
    for (let from = 0; from < bytes.length; from += PIECE) {
        if (waiting === AHEAD) {
            assert.equal(reasonOf(await host.read()), 'ok');
            waiting -= 1;
        }
        await host.send(request(id++, 'sign.update', piece(bytes.subarray(from, from + PIECE))));
        waiting += 1;
    }
    for (; waiting > 0; waiting--) {
        answer = await host.read();
        assert.equal(reasonOf(answer), 'ok');
    }
    return { id, answer };
}

/** openssl's word on a detached signature: it fits these bytes, or it throws. */
function fits(signature, bytes) {
    writeFileSync(at('signature'), Buffer.from(signature, 'base64'));
    writeFileSync(at('content'), bytes);
    openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('signature'), '-content', at('content'),
        '-CAfile', ca, '-purpose', 'any', '-out', '/dev/null']);
}

const sizes = [0, 1, PIECE - 1, PIECE, PIECE + 1, 10 * PIECE + 77];
for (const size of sizes)
    test(`a file of ${size} bytes, as openssl sees it`, async t => {
        const bytes = randomBytes(size);
        const { host, answer } = await begun(t, size);
        const last = size === 0 ? { id: 2, answer } : await bring(host, bytes);
        assert.deepEqual(last.answer.result, { received: size, sha256: sha256(bytes) });
        const done = await host.ask(last.id, 'sign.finish', key());
        assert.equal(reasonOf(done), 'ok');
        assert.deepEqual(Object.keys(done.result).sort(), ['certificate', 'format', 'sha256', 'signature']);
        assert.equal(done.result.format, 'cms-detached');
        assert.equal(done.result.sha256, sha256(bytes));
        fits(done.result.signature, bytes);
        assert.throws(() => fits(done.result.signature, Buffer.concat([bytes, Buffer.from('x')])));
    });

test('without attributes, and as PKCS#1', async t => {
    const bytes = randomBytes(5000);
    const bare = await begun(t, 5000);
    await bring(bare.host, bytes);
    fits((await bare.host.ask(3, 'sign.finish', key({ attributes: false }))).result.signature, bytes);
    const value = await begun(t, 5000);
    await bring(value.host, bytes);
    const { result } = await value.host.ask(3, 'sign.finish', key({ format: 'pkcs1' }));
    writeFileSync(at('value'), Buffer.from(result.signature, 'base64'));
    openssl(['x509', '-in', hong.pem, '-noout', '-pubkey', '-out', at('pub')]);
    openssl(['dgst', '-sha256', '-verify', at('pub'), '-signature', at('value')], { input: bytes });
    assert.throws(() => openssl(['dgst', '-sha256', '-verify', at('pub'), '-signature', at('value')], { input: 'x' }));
});

test('who asked and that a file was shown is signed; the verifier says so', async t => {
    const bytes = randomBytes(700), origin = ORIGIN, displayed = sha256('what was shown');
    const { host } = await begun(t, 700, { origin });
    assert.equal(reasonOf(await host.ask(2, 'sign.update', { origin, ...piece(bytes) })), 'ok');
    const { result } = await host.ask(3, 'sign.finish', key({ origin, language: 'ko', displayed }));
    const judge = await start(t, { env });
    const verdict = await judge.ask(1, 'verify.signature', { signature: result.signature,
        content: bytes.toString('base64'), trust: readFileSync(ca).toString('base64'),
        expectOrigin: ORIGIN, expectKind: 'file' });
    assert.equal(verdict.result.valid, true);
    assert.deepEqual(verdict.result.signers[0].display, { kind: 'file', origin, language: 'ko', displayed });
});

test('a wrong password is tried again without the file', async t => {
    const bytes = randomBytes(PIECE * 2);
    const { host } = await begun(t, bytes.length);
    const { id } = await bring(host, bytes);
    assert.equal(await host.reason(id, 'sign.finish', key({ password: 'wrong' })), 'password_wrong');
    assert.equal(await host.reason(id + 1, 'sign.finish', key({ password: 'wrong' })), 'password_wrong');
    const done = await host.ask(id + 2, 'sign.finish', key());
    fits(done.result.signature, bytes);
    assert.equal(await host.reason(id + 3, 'sign.finish', key()), 'bad_state', 'one file, one signature');
});

/* what is asked after a begin of ten bytes: [method, parameters, reason]… */
const refused = [
    ['finished before anything came', [['sign.finish', key(), 'invalid_request']]],
    ['finished too early', [['sign.update', piece('123456789'), 'ok'], ['sign.finish', key(), 'invalid_request']]],
    ['one byte too many', [['sign.update', piece('12345678901'), 'param_range'],
        ['sign.update', piece('1234567890'), 'invalid_request'], ['sign.finish', key(), 'invalid_request']]],
    ['a byte after the last', [['sign.update', piece('1234567890'), 'ok'], ['sign.update', piece('x'), 'param_range'],
        ['sign.finish', key(), 'invalid_request']]],
    ['a piece that is no base64, left out', [['sign.update', { data: '1234!' }, 'param_type'],
        ['sign.update', piece('12345'), 'ok'], ['sign.finish', key(), 'invalid_request']]],
    ['begun again', [['sign.begin', { name: 'x', size: 1 }, 'bad_state'], ['sign.update', piece('1234567890'), 'ok'],
        ['sign.begin', { name: 'x', size: 1 }, 'bad_state']]],
    ['a piece after the finish', [['sign.update', piece('1234567890'), 'ok'], ['sign.finish', key(), 'ok'],
        ['sign.update', piece('x'), 'bad_state']]],
    ['another command in between', [['sign.data', key({ content: 'eA==' }), 'bad_state'],
        ['store.list', {}, 'bad_state']]],
    ['a digest from outside', [['sign.finish', key({ sha256: sha256('x') }), 'param_unknown'],
        ['sign.finish', key({ digest: sha256('x') }), 'param_unknown']]],
    ['the content inside', [['sign.update', piece('1234567890'), 'ok'],
        ['sign.finish', key({ format: 'cms' }), 'param_range']]],
    ['another origin in between', [['sign.update', { origin: ORIGIN, ...piece('1') }, 'origin_changed']]],
    ['what was shown, without a site', [['sign.update', piece('1234567890'), 'ok'],
        ['sign.finish', key({ language: 'ko', displayed: sha256('x') }), 'param_missing']]],
];
for (const [name, steps] of refused)
    test(`refused: ${name}`, async t => {
        const { host } = await begun(t, 10);
        for (const [i, [method, params, reason]] of steps.entries())
            assert.equal(await host.reason(i + 2, method, params), reason, `${i}: ${method}`);
    });

const announced = [
    ['no size', { name: 'x' }, 'param_missing'],
    ['no name', { size: 1 }, 'param_missing'],
    ['a negative size', { name: 'x', size: -1 }, 'param_range'],
    ['a broken size', { name: 'x', size: 1.5 }, 'param_type'],
    ['a size in words', { name: 'x', size: '1' }, 'param_type'],
    ['4 GiB', { name: 'x', size: 2 ** 32 }, 'param_range'],
    ['just under 4 GiB', { name: 'x', size: 2 ** 32 - 1 }, 'ok'],
    ['a name without end', { name: 'x'.repeat(1025), size: 1 }, 'param_range'],
];
for (const [name, params, reason] of announced)
    test(`announced: ${name}`, async t => {
        const host = await start(t, { env });
        assert.equal(await host.reason(1, 'sign.begin', params), reason);
    });

test('a piece or a finish out of nowhere', async t => {
    for (const [method, params] of [['sign.update', piece('x')], ['sign.finish', key()]]) {
        const host = await start(t, { env });
        assert.equal(await host.reason(1, method, params), 'invalid_request');
    }
});

test('a piece of more than 384 KiB is refused', async t => {
    const { host } = await begun(t, PIECE * 2);
    assert.equal(await host.reason(2, 'sign.update', piece(randomBytes(PIECE + 1))), 'param_range');
});

test('a cancelled piece is not hashed, so the file is never whole', async t => {
    const bytes = randomBytes(AHEAD * PIECE);
    const { host } = await begun(t, bytes.length);
    const frames = Array.from({ length: AHEAD }, (_, i) =>
        request(i + 2, 'sign.update', piece(bytes.subarray(i * PIECE, (i + 1) * PIECE))));
    // the word to stop overtakes the pieces that wait; those already done stay
    await Promise.all([...frames, { jsonrpc: '2.0', method: 'cancel', params: { id: AHEAD + 1 } }]
        .map(frame => host.send(frame)));
    const reasons = [];
    for (let i = 0; i < AHEAD; i++)
        reasons.push(reasonOf(await host.read()));
    const whole = !reasons.includes('cancelled');
    assert.equal(await host.reason(AHEAD + 2, 'sign.finish', key()), whole ? 'ok' : 'invalid_request', `${reasons}`);
});

test('the end of the stream in the middle ends the host at once', async t => {
    const { host } = await begun(t, 100 * PIECE);
    await bring(host, randomBytes(3 * PIECE));
    assert.equal((await host.end()).code, 0);
    const { host: busy } = await begun(t, 100 * PIECE);
    await busy.send(request(2, 'sign.update', piece(randomBytes(PIECE))));
    busy.child.stdin.end();
    const { code } = await busy.exit; // with an answer or without
    assert.ok(code === 0 || code === 1, `${code}`);
});

test('the history names the file and its digest, never its content', async t => {
    const { host } = await begun(t, 11);
    await host.ask(2, 'sign.update', piece('secret text'));
    await host.ask(3, 'sign.finish', key());
    await host.end();
    const judge = await start(t, { env });
    const { result } = await judge.ask(1, 'history.list', { limit: 1 });
    const entry = JSON.stringify(result);
    assert.match(entry, /계약서\.pdf/);
    assert.match(entry, new RegExp(sha256('secret text')));
    assert.doesNotMatch(entry, /secret text/);
});

test('memory does not grow with the file', async t => {
    const peak = host => Number(readFileSync(`/proc/${host.child.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)[1]);
    const bytes = Buffer.alloc(PIECE, 'a'), hash = createHash('sha256');
    const many = 170; // 64 MiB
    const { host } = await begun(t, many * PIECE);
    let id = 2;
    for (let i = 0; i < many; i += 10)
        ({ id } = await bring(host, Buffer.concat(Array(10).fill(bytes)), id));
    for (let i = 0; i < many; i++)
        hash.update(bytes);
    assert.ok(peak(host) < 32 * 1024, `${peak(host)} KiB`);
    const done = await host.ask(id, 'sign.finish', key());
    assert.equal(done.result.sha256, hash.digest('hex'));
});
