/** The test CA in dialect npki: every family's form, and what it refuses. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { makeKey } from '../ca/client.mjs';
import { BODY, Connection, enrol, Npki } from '../ca/npki.mjs';
import { newCode, runningCa } from '../ca/support.mjs';
import { identifyData, virtualId } from '../ca/vid.mjs';

const it = runningCa('--km');
const R = Buffer.alloc(20, 7);
const VID = virtualId('9001011234567', R).toString('hex');
const FAMILIES = ['yessign', 'crosscert', 'signkorea', 'signgate', 'inipass',
    'tradesign'];
let tcp;
let current;

/** The server speaks a family's form: the form. */
async function speak(family, ...options) {
    tcp ??= (await it.ca.serve({ tcpPort: 0 })).tcp;
    if (current !== family || options.length > 0)
        await it.ca.call('family', family, ...options);
    current = options.length > 0 ? undefined : family;
    const d = await it.ca.call('definition', '--endpoint', 'tcp://x:1',
        '--dialect', 'npki', '--family', family);
    return d.profile.npki;
}

async function states() {
    const { certificates } = await it.ca.call('list');
    return Object.fromEntries(certificates.map(c => [c.serial, c.state]));
}

const x509 = der => new X509Certificate(der);
const stateOf = async der =>
    (await states())[x509(der).serialNumber.toLowerCase()];

/** pkiconf, after which the CA hangs up. */
async function conclude(npki) {
    npki.connection.send(0, npki.pkiconf());
    await assert.rejects(npki.answer(), { message: 'closed' });
}

/** An issued certificate and its key, confirmed. */
async function issued(form, ...options) {
    const code = await newCode(it.ca, 'issue', '--days', 20, ...options);
    const { npki, keys, answer } = await enrol(tcp, form, code, { r: R });
    assert.ok(answer.status < 2, answer.text?.toString());
    await conclude(npki);
    return { key: keys[0].privateKey, certificate: answer.certificate };
}

for (const family of FAMILIES) {
    test(`${family}: issue, with the VID, confirmed by pkiconf`, async () => {
        const form = await speak(family);
        const { npki, keys, answer } = await enrol(tcp, form,
            await newCode(it.ca), { r: R });
        assert.deepEqual([answer.flag, answer.kind, answer.pvno],
            [0, BODY.ip, form.pvno]);
        assert.ok(npki.isAuthentic(answer));
        assert.deepEqual(answer.recipientNonce, npki.sent);
        assert.deepEqual(answer.transaction,
            form.transactionId ? npki.transaction : undefined);
        const x = x509(answer.certificate);
        assert.ok(x.checkPrivateKey(keys[0].privateKey));
        assert.equal(identifyData(answer.certificate).vid, VID);
        assert.equal(await stateOf(answer.certificate), 'unconfirmed');
        await conclude(npki);
        assert.equal(await stateOf(answer.certificate), 'valid');
    });

    test(`${family}: genp holds certificates of the CA`, async () => {
        const form = await speak(family);
        const npki = new Npki(tcp, form, { code: await newCode(it.ca) });
        const answer = await npki.greet();
        assert.equal(answer.kind, BODY.genp);
        assert.ok(npki.isAuthentic(answer));
        const issuer = x509(readFileSync(path.join(it.dir, 'ca/ca.crt')));
        assert.ok(x509(npki.recipient()).verify(issuer.publicKey));
        npki.close();
    });

    test(`${family}: a pair in one message`, async () => {
        const form = await speak(family);
        const { npki, keys, answer } = await enrol(tcp, form,
            await newCode(it.ca), { r: R, km: true });
        assert.ok(x509(answer.second.certificate)
            .checkPrivateKey(keys[1].privateKey));
        assert.ok(answer.second.certificate.includes(
            Buffer.from('03020430', 'hex')));
        await conclude(npki);
        assert.deepEqual([await stateOf(answer.certificate),
            await stateOf(answer.second.certificate)], ['valid', 'valid']);
    });

    test(`${family}: re-issue keeps the end and revokes at once`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const krr = form.reissue === 'krr';
        const { npki, answer } = await enrol(tcp, form,
            await newCode(it.ca, 'reissue'),
            { r: R, km: true, body: krr ? BODY.krr : BODY.ir });
        assert.equal(answer.kind, krr ? BODY.krp : BODY.ip);
        assert.equal(await stateOf(old.certificate), 'revoked');
        assert.ok(answer.certificate && answer.second.certificate);
        await conclude(npki);
        assert.deepEqual([await stateOf(answer.certificate),
            await stateOf(answer.second.certificate)], ['valid', 'valid']);
    });

    test(`${family}: re-issue by the other request is refused`, async () => {
        const form = await speak(family);
        await issued(form);
        const { answer } = await enrol(tcp, form,
            await newCode(it.ca, 'reissue'),
            { body: form.reissue === 'krr' ? BODY.ir : BODY.krr });
        assert.deepEqual([answer.kind, answer.fail],
            [BODY.error, 'badRequest']);
    });

    test(`${family}: renewal with the old key`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        assert.equal((await npki.greet()).kind, BODY.genp);
        const { privateKey } = makeFresh();
        const answer = await npki.exchange(npki.requests(BODY.kur,
            [npki.certRequest(0, privateKey, { old: old.certificate, r: R })]));
        assert.equal(answer.kind, BODY.kup, answer.text?.toString());
        assert.equal(x509(answer.extraCerts[0]).subject.includes(
            'CMP Responder'), true);
        const [before, after] = [old.certificate, answer.certificate].map(
            c => new Date(x509(c).validTo));
        assert.equal(after.getUTCFullYear(), before.getUTCFullYear() + 1);
        assert.equal(identifyData(answer.certificate).vid, VID);
        assert.equal(await stateOf(old.certificate), 'valid');
        await conclude(npki);
        assert.deepEqual([await stateOf(old.certificate),
            await stateOf(answer.certificate)], ['revoked', 'valid']);
    });

    test(`${family}: the serial in the other base is refused`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const npki = new Npki(tcp, { ...form,
            serial: form.serial === 'hex' ? 'decimal' : 'hex' },
        { signer: old });
        const answer = await npki.greet();
        assert.deepEqual([answer.kind, answer.fail],
            [BODY.error, 'signerNotTrusted']);
    });

    test(`${family}: the other proof of a renewal is refused`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        await npki.greet();
        const answer = await npki.exchange(npki.requests(BODY.kur,
            [npki.certRequest(0, makeFresh().privateKey, {
                old: old.certificate, plain: form.renewProof !== 'certReq',
            })]));
        assert.deepEqual([answer.status, answer.fail], [2, 'badPOP']);
        npki.close();
    });

    test(`${family}: revocation`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        if (form.revokeGenm)
            await npki.greet();
        const answer = await npki.exchange(npki.rr(old.certificate, 1));
        assert.deepEqual([answer.kind, answer.status], [BODY.rp, 0]);
        assert.equal(await stateOf(old.certificate), 'revoked');
        npki.close();
    });

    test(`${family}: the other form of a reason is refused`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        if (form.revokeGenm)
            await npki.greet();
        const answer = await npki.exchange(npki.rr(old.certificate, 1,
            { details: form.revoke !== 'crlEntryDetails' }));
        assert.deepEqual([answer.status, answer.fail], [2, 'badDataFormat']);
        assert.equal(await stateOf(old.certificate), 'valid');
        npki.close();
    });

    test(`${family}: a revocation out of order is refused`, async () => {
        const form = await speak(family);
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        if (!form.revokeGenm)
            await npki.greet();
        const answer = await npki.exchange(npki.rr(old.certificate, 1));
        assert.deepEqual([answer.kind, answer.fail],
            [BODY.error, 'badRequest']);
        assert.equal(await stateOf(old.certificate), 'valid');
        npki.close();
    });
}

test('signgate: the pair is renewed in one message', async () => {
    const form = await speak('signgate');
    const first = await enrol(tcp, form, await newCode(it.ca, 'issue',
        '--days', 20), { r: R, km: true });
    await conclude(first.npki);
    const olds = [first.answer.certificate, first.answer.second.certificate];
    const npki = new Npki(tcp, form, { signer: {
        key: first.keys[0].privateKey, certificate: olds[0] } });
    await npki.greet();
    const answer = await npki.exchange(npki.requests(BODY.kur, olds.map(
        (old, i) => npki.certRequest(i, makeFresh().privateKey, { old }))));
    const news = [answer.certificate, answer.second.certificate];
    assert.ok(news[1].includes(Buffer.from('03020430', 'hex')));
    await conclude(npki);
    assert.deepEqual(await Promise.all([...olds, ...news].map(stateOf)),
        ['revoked', 'revoked', 'valid', 'valid']);
});

for (const [reason, granted] of [[0, true], [1, true], [3, true], [4, true],
    [5, true], [6, false], [7, false]])
    test(`ReasonFlags with bit ${reason}: ` +
        (granted ? 'revoked' : 'badDataFormat'), async () => {
        const form = await speak('yessign');
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        const answer = await npki.exchange(npki.rr(old.certificate, reason));
        assert.equal(answer.fail, granted ? undefined : 'badDataFormat');
        assert.equal(await stateOf(old.certificate),
            granted ? 'revoked' : 'valid');
        npki.close();
    });

for (const [what, body] of [['kur', BODY.kur], ['rr', BODY.rr]])
    test(`a ${what} signed by another key is refused`, async () => {
        const form = await speak('yessign');
        const old = await issued(form);
        const npki = new Npki(tcp, form, { signer: old });
        const signWith = makeFresh().privateKey;
        if (body === BODY.kur)
            await npki.greet();
        const answer = await npki.exchange(body === BODY.rr
            ? npki.rr(old.certificate, 1, { signWith })
            : npki.requests(body, [npki.certRequest(0, makeFresh().privateKey,
                { old: old.certificate })], { signWith }));
        assert.deepEqual([answer.kind, answer.fail],
            [BODY.error, 'badMessageCheck']);
        assert.equal(await stateOf(old.certificate), 'valid');
    });

/** A key that no certificate had before. */
function makeFresh() {
    const { privateKey } = generateKeyPairSync('rsa',
        { modulusLength: 2048 });
    return { privateKey };
}

/** What is wrong with a genm, and the refusal: failInfo. */
const greetings = {
    'another code': [{ code: 'AAAABBBBCCCCDD' }, 'badMessageCheck'],
    'an unknown reference number': [{ reference: '1' }, 'badMessageCheck'],
    'the other order of salt and secret':
        [{ form: { secret: 'secret-first' } }, 'badMessageCheck'],
    'HMAC-SHA1': [{ mac: '1.3.6.1.5.5.8.1.2' }, 'badAlg'],
    'a salt of 9 bytes': [{ salt: Buffer.alloc(9) }, 'badAlg'],
    'no round': [{ iterations: 0 }, 'badAlg'],
    '1001 rounds': [{ iterations: 1001 }, 'badAlg'],
    '3 rounds claimed, 2 done': [{ iterations: 3 }, 'badMessageCheck'],
    'pvno 0': [{ pvno: 0 }, 'unsupportedVersion'],
    'pvno 2': [{ pvno: 2 }, 'unsupportedVersion'],
    'no transactionID': [{ otherTransaction: true }, 'badDataFormat'],
    'a directoryName for sender':
        [{ sender: Buffer.from('a4023000', 'hex') }, 'badDataFormat'],
    'an item it was not asked for': [{ item: true }, 'badDataFormat'],
};

for (const [name, [how, fail]] of Object.entries(greetings))
    test(`yessign refuses a genm with ${name}: ${fail}`, async () => {
        const npki = new Npki(tcp, await speak('yessign'),
            { code: await newCode(it.ca) });
        const answer = await npki.greet(how);
        assert.deepEqual([answer.kind, answer.status, answer.fail],
            [BODY.error, 2, fail]);
        assert.equal(npki.isAuthentic(answer),
            !['badMessageCheck', 'badAlg'].includes(fail));
        await assert.rejects(npki.answer(), { message: 'closed' });
    });

/** The same after a good genm, of the ir. */
const requests = {
    'another transactionID': [{ transaction: Buffer.alloc(16) }, 'badRequest'],
    'a publicKeyMAC by another code': [{ keyCode: 'X' }, 'badPOP'],
    'a publicKeyMAC of another key':
        [{ macKey: Buffer.alloc(294) }, 'badPOP'],
    'a proof by another key':
        [{ popKey: makeKey().privateKey }, 'badPOP'],
    'a proof under the tag A0': [{ popTag: 0xa0 }, 'badPOP'],
    'a plain proof': [{ plain: true }, 'badPOP'],
    'kur for its body': [{ body: BODY.kur }, 'badRequest'],
    'krr for its body': [{ body: BODY.krr }, 'badRequest'],
    'no recipient that is ours': [{ vidFor: null }, 'badDataFormat'],
};

for (const [name, [how, fail]] of Object.entries(requests))
    test(`yessign refuses an ir with ${name}: ${fail}`, async () => {
        const code = await newCode(it.ca);
        const form = await speak('yessign');
        const vidFor = how.vidFor === null
            ? x509(readFileSync(path.join(it.dir, 'ca/ca.crt'))).raw
            : undefined;
        const { npki, answer } = await enrol(tcp, form, code,
            { r: R, ...how, vidFor });
        assert.deepEqual([answer.status, answer.fail], [2, fail]);
        assert.ok(npki.isAuthentic(answer));
        assert.equal(answer.certificate, undefined);
        const { codes } = await it.ca.call('list');
        assert.equal(codes.find(c =>
            c.referenceNumber === code.referenceNumber).state, 'new');
        npki.close();
    });

test('an ir without genm, and a pkiconf without ir, are refused', async () => {
    const form = await speak('yessign');
    for (const make of [
        npki => npki.requests(BODY.ir,
            [npki.certRequest(0, makeKey().privateKey)]),
        npki => npki.pkiconf(),
    ]) {
        const npki = new Npki(tcp, form, { code: await newCode(it.ca) });
        const answer = await npki.exchange(make(npki));
        assert.deepEqual([answer.kind, answer.fail],
            [BODY.error, 'badRequest']);
    }
});

test('a lost answer: the same key gets the same certificate', async () => {
    const form = await speak('yessign');
    const code = await newCode(it.ca);
    const first = await enrol(tcp, form, code, { r: R });
    first.npki.close();
    const second = await enrol(tcp, form, code, { r: R, keys: first.keys });
    assert.deepEqual(second.answer.certificate, first.answer.certificate);
    await conclude(second.npki);
    assert.equal(await stateOf(first.answer.certificate), 'valid');
    const third = await enrol(tcp, form, code, { r: R });
    assert.equal(third.answer.fail, 'duplicateCertReq');
});

test('texts are in UTF-8, or in EUC-KR', async () => {
    for (const encoding of ['utf-8', 'euc-kr']) {
        const form = await speak('yessign', '--text', encoding);
        const npki = new Npki(tcp, form, { code: await newCode(it.ca) });
        const { text } = await npki.greet({ pvno: 0 });
        assert.equal(new TextDecoder(encoding, { fatal: true }).decode(text),
            '지원하지 않는 버전입니다');
    }
});

for (const [name, bytes] of [
    ['a length of 0', '00000000'], ['a length of 2 GiB', '7fffffff00'],
    ['a length of 256 KiB and one', '0004000100'], ['a length of -1', 'ffffffff'],
    ['an unknown flag', '000000027f30'],
])
    test(`${name}: the connection ends`, async () => {
        await speak('yessign');
        const connection = new Connection(tcp);
        connection.socket.write(Buffer.from(bytes, 'hex'));
        await assert.rejects(connection.receive(), { message: 'closed' });
    });

test('what is no message gets an error frame', async () => {
    await speak('yessign');
    const connection = new Connection(tcp);
    connection.send(0, Buffer.from('hello'));
    const { flag, content } = await connection.receive();
    assert.deepEqual([flag, content.toString()], [6, 'CMP message expected']);
});

test('a genm that comes byte by byte is understood', async () => {
    const npki = new Npki(tcp, await speak('yessign'),
        { code: await newCode(it.ca) });
    const der = npki.genm();
    const head = Buffer.alloc(5);
    head.writeUInt32BE(der.length + 1);
    for (const byte of Buffer.concat([head, der])) {
        npki.connection.socket.write(Buffer.from([byte]));
        await new Promise(setImmediate);
    }
    assert.equal((await npki.answer()).kind, BODY.genp);
    npki.close();
});

test('the definition names the dialect, and no encryption certificate',
    async () => {
        const d = await it.ca.call('definition', '--endpoint', 'tcp://x:1',
            '--dialect', 'npki', '--family', 'signgate');
        assert.deepEqual([d.dialect, d.endpoint, d.profile.km, d.encryption],
            ['npki', 'tcp://x:1', true, undefined]);
    });

for (const [command, ...options] of [
    ['family'], ['family', 'ncasign'], ['family', 'yessign', '--text', 'ucs2'],
    ['definition', '--endpoint', 'x', '--dialect', 'cmp'],
    ['definition', '--endpoint', 'x', '--family', 'yessign'],
    ['definition', '--endpoint', 'x', '--dialect', 'npki', '--family', 'x'],
    ['serve', '--tcp-port', '65536'], ['renewal'],
    ['renewal', '--from-days', '-1'], ['renewal', '--from-days', 'x'],
])
    test(`refused on the command line: ${[command, ...options].join(' ')}`,
        () => assert.rejects(it.ca.call(command, ...options), { code: 1 }));
