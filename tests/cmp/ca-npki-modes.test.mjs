/** Misbehaviour in dialect npki: every mode does what its name says. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { FAIL, makeKey } from '../ca/client.mjs';
import { BODY, enrol, Npki, parse } from '../ca/npki.mjs';
import { newCode, runningCa } from '../ca/support.mjs';
import { identifyData, virtualId } from '../ca/vid.mjs';

const it = runningCa('--km');
const R = Buffer.alloc(20, 7);
const VID = virtualId('9001011234567', R).toString('hex');
const FORM = {};
const QUIET_MS = 400;
const own = name => new X509Certificate(
    readFileSync(path.join(it.dir, 'ca', name)));
let tcp;

/** How long to wait for an answer: not at all long where none will come. */
const patience = mode => mode.endsWith('nothing') ? QUIET_MS : undefined;

const port = async () => (tcp ??= (await it.ca.serve({ tcpPort: 0 })).tcp);

/** What the registry says of a code. */
async function registered(code) {
    const { codes } = await it.ca.call('list');
    return codes.find(c => c.referenceNumber === code.referenceNumber).state;
}

async function stateOf(certificate) {
    const serial = new X509Certificate(certificate).serialNumber.toLowerCase();
    const { certificates } = await it.ca.call('list');
    return certificates.find(c => c.serial === serial).state;
}

/** Run something while the CA misbehaves: {answer} or {error}. */
async function under(mode, run) {
    await it.ca.call('misbehave', mode);
    try {
        return { answer: await run() };
    } catch (error) {
        return { error: error.message };
    } finally {
        await it.ca.call('misbehave', 'none');
    }
}

/** ir under a mode: {npki, keys, code, answer, error}. */
async function provoke(mode, how = {}) {
    const code = await newCode(it.ca);
    const got = await under(mode, async () =>
        enrol(await port(), FORM, code, { r: R, ms: patience(mode), ...how }));
    return { code, error: got.error, ...got.answer };
}

/** genm under a mode. */
async function greeted(mode) {
    const code = await newCode(it.ca);
    const npki = new Npki(await port(), FORM, { code });
    const got = await under(mode, () =>
        npki.exchange(npki.genm(), patience(mode)));
    return { npki, code, ...got };
}

/** pkiconf under a mode, after a good issue. */
async function concluded(mode) {
    const code = await newCode(it.ca);
    const { npki, answer } = await enrol(await port(), FORM, code, { r: R });
    const got = await under(mode, () =>
        npki.exchange(npki.pkiconf(), patience(mode)));
    return { npki, certificate: answer.certificate, ...got };
}

const authentic = ({ npki, answer }) => npki.isAuthentic(answer);
const refused = fail => (a, it) => a.kind === BODY.ip && a.status === 2 &&
    a.fail === fail && a.certificate === undefined && authentic(it);
const text = (encoding, words) => a =>
    new TextDecoder(encoding, { fatal: true }).decode(a.text).includes(words);
const hex = a => a.text.toString('hex');

/** mode: what is wrong with a message that does arrive. */
const messages = {
    'mac-wrong': (a, it) => a.protection.length === 8 && !authentic(it),
    'mac-none': a => a.protection === undefined && a.algorithm === undefined,
    'mac-other-order': (a, { npki }) => !npki.isAuthentic(a) &&
        npki.isAuthentic(a, { secret: 'secret-first' }),
    'mac-other-pad': (a, { npki }) => !npki.isAuthentic(a) &&
        npki.isAuthentic(a, { pad: 'needed' }),
    'mac-aligned': (a, it) => a.part.length % 8 === 0 && authentic(it),
    'signature-subscriber': a => a.protection.length === 256 &&
        new X509Certificate(a.extraCerts[0]).subject.includes('임꺽정'),
    'signature-stranger': a => a.protection.length === 256 &&
        !new X509Certificate(a.extraCerts[0]).verify(own('ca.crt').publicKey),
    'pvno': (a, it) => a.pvno === 99 && authentic(it),
    'transaction-wrong': (a, it) => authentic(it) &&
        !a.transaction.equals(it.npki.transaction),
    'transaction-missing': (a, it) => authentic(it) &&
        a.transaction === undefined,
    'recipnonce-wrong': (a, it) => authentic(it) &&
        !a.recipientNonce.equals(it.npki.sent),
    'recipnonce-missing': (a, it) => authentic(it) &&
        a.recipientNonce === undefined,
    'flag-final': (a, it) => a.flag === 5 && authentic(it),
    'bytewise': (a, it) => it.npki.connection.chunks > 20 && authentic(it),
    'status-waiting': (a, it) => a.status === 3 && authentic(it) &&
        a.certificate === undefined,
    'status-unknown': (a, it) => a.status === 9 && authentic(it),
    'status-contradiction': (a, it) => a.status === 2 && authentic(it) &&
        a.certificate !== undefined,
    'error-badTime': (a, it) => a.kind === BODY.error && authentic(it) &&
        a.fail === 'badTime',
    'error-message': (a, it) => a.kind === BODY.error && authentic(it) &&
        a.fail === 'badRequest',
    'error-unprotected': a => a.kind === BODY.error &&
        a.protection === undefined,
    'body-pkiconf': (a, it) => a.kind === BODY.pkiconf && authentic(it),
    'body-genp': (a, it) => a.kind === BODY.genp && authentic(it),
    'request-id': (a, it) => a.id === 7 && authentic(it),
    'no-certificate': (a, it) => a.status === 1 && authentic(it) &&
        a.certificate === undefined,
    'fail-none': refused(undefined),
    ...Object.fromEntries(FAIL.map(name => [`fail-${name}`, refused(name)])),
    'text-control': a => /1b/.test(hex(a)),
    'text-bidi': text('utf-8', '\u202e'),
    'text-invalid': a => /\ufffd/.test(a.text.toString()),
    'text-euc-kr': text('euc-kr', '인가코드'),
    'text-nul': a => a.text.includes(0),
};

for (const [mode, check] of Object.entries(messages))
    test(`npki-${mode}`, async () => {
        const got = await provoke(`npki-${mode}`);
        assert.equal(got.error, undefined);
        assert.ok(check(got.answer, got));
        const issues = !/^(fail|text|error)-/.test(mode);
        assert.equal(await registered(got.code), issues ? 'used' : 'new');
        got.npki.close();
    });

/** mode: what the frame is, of ir and of genm. */
const frames = {
    'truncated': { error: 'truncated' },
    'oversized': { error: 'length 2147483647' },
    'longer': { error: 'truncated' },
    'length-0': { error: 'length 0' },
    'length-1': { flag: 0, length: 0 },
    'close': { error: 'closed' },
    'nothing': { error: 'silent' },
    'flag-wrong': { flag: 0x7f },
    'error-text': { flag: 6, encoding: 'utf-8' },
    'error-euc-kr': { flag: 6, encoding: 'euc-kr' },
    'negative': { flag: 3, length: 0 },
};

function checkFrame(expected, { answer, error }) {
    // an empty message cannot be parsed: the client of these tests says so
    if (expected.length === 0 && expected.flag === 0) {
        assert.match(error, /0 elements|iterable|not DER/);
        return;
    }
    assert.equal(error, expected.error);
    assert.equal(answer?.flag, expected.flag);
    if (expected.length !== undefined)
        assert.equal(answer.content.length, expected.length);
    if (expected.encoding !== undefined)
        assert.equal(new TextDecoder(expected.encoding, { fatal: true })
            .decode(answer.content), '서비스를 이용할 수 없습니다');
}

for (const [mode, expected] of Object.entries(frames)) {
    test(`npki-${mode}: the ir is worked on, the answer lost`, async () => {
        const got = await provoke(`npki-${mode}`);
        checkFrame(expected, got);
        assert.equal(await registered(got.code), 'used');
        got.npki?.close();
    });

    test(`npki-hello-${mode}: the code stays new`, async () => {
        const got = await greeted(`npki-hello-${mode}`);
        checkFrame(expected, got);
        assert.equal(await registered(got.code), 'new');
        got.npki.close();
    });
}

/** The bytes of an ip in a good frame: [what the frame's content is]. */
const encodings = {
    'trailing': der => der.at(-1) === 0 && parse(der.subarray(0, -1)),
    'twice': der => der.subarray(0, der.length / 2)
        .equals(der.subarray(der.length / 2)),
    'indefinite': der => der[1] === 0x80 && der.at(-1) === 0,
    'cut': der => der.readUInt16BE(2) + 4 > der.length,
    'html': der => der.toString().startsWith('<html>'),
};

for (const [mode, check] of Object.entries(encodings))
    test(`npki-bytes-${mode}: a good frame, bad DER`, async () => {
        const code = await newCode(it.ca);
        const npki = new Npki(await port(), FORM, { code });
        await npki.greet();
        const request = npki.requests(BODY.ir, [npki.certRequest(0,
            makeKey().privateKey)]);
        const { answer } = await under(`npki-bytes-${mode}`, () => {
            npki.connection.send(0, request);
            return npki.connection.receive();
        });
        assert.equal(answer.flag, 0);
        assert.ok(check(answer.content));
        npki.close();
    });

test('npki-hello-flag-final and -bytewise are good answers', async () => {
    for (const mode of ['flag-final', 'bytewise']) {
        const { npki, answer } = await greeted(`npki-hello-${mode}`);
        assert.equal(answer.kind, BODY.genp);
        assert.ok(npki.isAuthentic(answer));
        assert.equal(answer.flag, mode === 'flag-final' ? 5 : 0);
        npki.close();
    }
});

/** mode: what is wrong with genp. */
const greetings = {
    'stranger': (a, npki) => !new X509Certificate(npki.recipient())
        .verify(own('ca.crt').publicKey) && npki.isAuthentic(a),
    'subscriber': (a, npki) => new X509Certificate(npki.recipient())
        .subject.includes('임꺽정') && npki.isAuthentic(a),
    'empty': (a, npki) => npki.isAuthentic(a) &&
        Object.keys(a.infos).length === 0,
    'mac-wrong': (a, npki) => a.kind === BODY.genp && !npki.isAuthentic(a),
    'mac-none': a => a.kind === BODY.genp && a.protection === undefined,
    'transaction-wrong': (a, npki) => npki.isAuthentic(a) &&
        !a.transaction.equals(npki.transaction),
    'recipnonce-wrong': (a, npki) => npki.isAuthentic(a) &&
        !a.recipientNonce.equals(npki.sent),
    'error-message': (a, npki) => a.kind === BODY.error &&
        npki.isAuthentic(a) && a.fail === 'badRequest',
};

for (const [mode, check] of Object.entries(greetings))
    test(`npki-hello-${mode}`, async () => {
        const { npki, code, answer, error } =
            await greeted(`npki-hello-${mode}`);
        assert.equal(error, undefined);
        assert.ok(check(answer, npki));
        assert.equal(await registered(code), 'new');
        npki.close();
    });

/** mode: what answers pkiconf; the certificate is valid all the same. */
const ends = {
    'error': ({ answer }) => answer.kind === BODY.error,
    'error-text': ({ answer }) => answer.flag === 6,
    'negative': ({ answer }) => answer.flag === 3,
    'nothing': ({ error }) => error === 'silent',
    'truncated': ({ error }) => error === 'truncated',
    'pkiconf': ({ answer }) => answer.kind === BODY.pkiconf,
};

for (const [mode, check] of Object.entries(ends))
    test(`npki-end-${mode}`, async () => {
        const got = await concluded(`npki-end-${mode}`);
        assert.ok(check(got));
        assert.equal(await stateOf(got.certificate), 'valid');
        got.npki.close();
    });

/** The pollRep frame: {reference, seconds}. */
function pollOf({ flag, content }) {
    assert.deepEqual([flag, content.length], [1, 8]);
    return { reference: content.subarray(0, 4),
        seconds: content.readUInt32BE(4) };
}

async function polled(npki, reference) {
    npki.connection.send(2, reference);
    return npki.answer();
}

test('npki-poll-once: the answer after one pollReq', async () => {
    const { npki, keys, answer } = await provoke('npki-poll-once');
    const { reference, seconds } = pollOf(answer);
    assert.equal(seconds, 1);
    const later = await polled(npki, reference);
    assert.deepEqual([later.flag, later.kind], [5, BODY.ip]);
    assert.ok(npki.isAuthentic(later));
    assert.ok(new X509Certificate(later.certificate)
        .checkPrivateKey(keys[0].privateKey));
    npki.connection.send(0, npki.pkiconf());
    await assert.rejects(npki.answer(), { message: 'closed' });
    assert.equal(await stateOf(later.certificate), 'valid');
});

test('npki-poll-forever: never more than another pollRep', async () => {
    const { npki, answer } = await provoke('npki-poll-forever');
    const { reference } = pollOf(answer);
    for (let i = 0; i < 5; i++)
        pollOf(await polled(npki, reference));
    npki.close();
});

test('npki-poll-negative: then negPollRep', async () => {
    const { npki, answer } = await provoke('npki-poll-negative');
    assert.equal((await polled(npki, pollOf(answer).reference)).flag, 3);
});

test('npki-poll-late: come back in 68 years', async () => {
    const { npki, answer } = await provoke('npki-poll-late');
    assert.equal(pollOf(answer).seconds, 0x7fffffff);
    npki.close();
});

test('a pollReq that nobody asked for gets negPollRep', async () => {
    const npki = new Npki(await port(), FORM, { code: await newCode(it.ca) });
    await npki.greet();
    assert.equal((await polled(npki, Buffer.from([0, 0, 7, 1]))).flag, 3);
});

test('a pollReq with another reference gets negPollRep', async () => {
    const { npki } = await provoke('npki-poll-once');
    assert.equal((await polled(npki, Buffer.alloc(4))).flag, 3);
});

test('npki-second-rejected: the first is granted', async () => {
    const { npki, answer } = await provoke('npki-second-rejected',
        { km: true });
    assert.equal(answer.status, 1);
    assert.ok(answer.certificate);
    assert.deepEqual([answer.second.status, answer.second.fail,
        answer.second.certificate], [2, 'badCertTemplate', undefined]);
    assert.ok(npki.isAuthentic(answer));
    npki.close();
});

test('npki-no-certificate: krp without newSigCert', async () => {
    await it.ca.call('family', 'signgate');
    try {
        const { profile: { npki: form } } = await it.ca.call('definition',
            '--endpoint', 'tcp://x:1', '--dialect', 'npki', '--family',
            'signgate');
        const first = await enrol(await port(), form, await newCode(it.ca),
            { r: R });
        first.npki.close();
        const code = await newCode(it.ca, 'reissue');
        const { answer } = await under('npki-no-certificate', async () =>
            enrol(await port(), form, code, { r: R, body: BODY.krr }));
        assert.deepEqual([answer.answer.kind, answer.answer.status,
            answer.answer.certificate], [BODY.krp, 1, undefined]);
        answer.npki.close();
    } finally {
        await it.ca.call('family', 'yessign');
    }
});

/** mode: what is wrong with the certificate in a good message. */
const certificates = {
    'other-key': (x, { keys }) => !x.checkPrivateKey(keys[0].privateKey),
    'other-subject': x => x.subject.includes('임꺽정'),
    'other-issuer': x => x.issuer.includes('OtherCA'),
    'rogue-issuer': x => !x.verify(own('ca.crt').publicKey) &&
        x.issuer === own('ca.crt').subject,
    'self-signed': x => x.issuer === x.subject,
    'bad-signature': x => !x.verify(own('ca.crt').publicKey) &&
        x.issuer === own('ca.crt').subject,
    'expired': x => Date.parse(x.validTo) < Date.now(),
    'not-yet': x => Date.parse(x.validFrom) > Date.now(),
    'other-use': x => x.raw.includes(Buffer.from('03020430', 'hex')),
    'no-use': x => !x.raw.includes(Buffer.from('551d0f', 'hex')),
    'is-ca': x => x.raw.includes(Buffer.from('551d130101ff', 'hex')),
    'no-vid': x => identifyData(x.raw).vid === undefined,
    'other-vid': x => ![undefined, VID].includes(identifyData(x.raw).vid),
    'other-name': x => identifyData(x.raw).name === '임꺽정',
    'no-policy': x => !x.raw.includes(Buffer.from('551d20', 'hex')),
    'sha1': x => x.raw.includes(Buffer.from('2a864886f70d010105', 'hex')),
};

for (const [fault, check] of Object.entries(certificates))
    test(`npki-cert-${fault}`, async () => {
        const got = await provoke(`npki-cert-${fault}`);
        assert.ok(authentic(got));
        assert.ok(check(new X509Certificate(got.answer.certificate), got));
        got.npki.close();
    });

test('npki-cert-garbage', async () => {
    const got = await provoke('npki-cert-garbage');
    assert.ok(authentic(got));
    assert.throws(() => new X509Certificate(got.answer.certificate));
    got.npki.close();
});

/** mode: how the signed answer of a renewal and a revocation is wrong. */
const signed = {
    'mac-wrong': a => a.protection.length === 256 && !proved(a),
    'mac-none': a => a.protection === undefined,
    'signature-subscriber': a => proved(a) &&
        new X509Certificate(a.extraCerts[0]).subject.includes('임꺽정'),
    'signature-stranger': a => proved(a) &&
        !new X509Certificate(a.extraCerts[0]).verify(own('ca.crt').publicKey),
    'transaction-wrong': (a, npki) => proved(a) &&
        !a.transaction.equals(npki.transaction),
    'recipnonce-wrong': (a, npki) => proved(a) &&
        !a.recipientNonce.equals(npki.sent),
    'fail-badTime': a => proved(a) && a.status === 2 && a.fail === 'badTime',
    'error-message': a => proved(a) && a.kind === BODY.error,
};

/** The answer's signature is by the first certificate that came along. */
const proved = a => verify('sha256', a.part,
    new X509Certificate(a.extraCerts[0]).publicKey, a.protection);

for (const [mode, check] of Object.entries(signed))
    test(`npki-${mode} acts on kup and rp too`, async () => {
        await port();
        const { person } = await it.ca.call('person', '--name', '성춘향',
            '--idn', '9001011234567');
        const code = await it.ca.call('code', '--person', person, '--kind',
            'issue', '--days', 20);
        const first = await enrol(tcp, FORM, code, { r: R });
        await first.npki.exchange(first.npki.pkiconf()).catch(() => {});
        const signer = { key: first.keys[0].privateKey,
            certificate: first.answer.certificate };
        const { privateKey } = generateKeyPairSync('rsa',
            { modulusLength: 2048 });
        for (const request of ['kur', 'rr']) {
            const npki = new Npki(tcp, FORM, { signer });
            if (request === 'kur')
                await npki.greet();
            const { answer } = await under(`npki-${mode}`, () => npki.exchange(
                request === 'rr' ? npki.rr(signer.certificate, 1)
                    : npki.requests(BODY.kur, [npki.certRequest(0, privateKey,
                        { old: signer.certificate })])));
            assert.ok(check(answer, npki), request);
            npki.close();
        }
    });

test('modes of the other dialect leave this one alone', async () => {
    const got = await provoke('mac-wrong');
    assert.ok(authentic(got));
    got.npki.close();
});

test('every mode of this dialect is tested here', async () => {
    const { modes } = await it.ca.call('misbehave', '--list');
    const prefixed = (prefix, rows) => Object.keys(rows).map(n => prefix + n);
    const tested = new Set([...prefixed('', messages), ...prefixed('', frames),
        ...prefixed('hello-', frames), ...prefixed('hello-', greetings),
        ...prefixed('end-', ends), ...prefixed('cert-', certificates),
        ...prefixed('bytes-', encodings), 'hello-flag-final',
        'hello-bytewise', 'poll-once', 'poll-forever', 'poll-negative',
        'poll-late', 'second-rejected', 'cert-garbage']);
    const names = modes.map(m => m.name).filter(n => n.startsWith('npki-'))
        .map(n => n.slice(5));
    assert.ok(names.length > 100);
    assert.deepEqual(names.filter(n => !tested.has(n)), []);
});
