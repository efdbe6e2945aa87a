/** The test CA's misbehaviour: every mode does what its name says. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { Client, FAIL } from '../ca/client.mjs';
import { elements, inside } from '../ca/der.mjs';
import { newCode, runningCa } from '../ca/support.mjs';
import { encryptedVid, identifyData, virtualId } from '../ca/vid.mjs';

const it = runningCa();
const R = Buffer.alloc(20, 7);
const YEAR = 365 * 86400000;
const own = name => readFileSync(path.join(it.dir, 'ca', name));
const encryption = () => new X509Certificate(own('encryption.crt')).raw;

/** What a client gets when the CA misbehaves: answer or error. */
async function provoke(mode) {
    const client = new Client(await newCode(it.ca));
    const request = client.request({ vid: encryptedVid(encryption(), R) });
    await it.ca.call('misbehave', mode);
    let answer;
    let error;
    try {
        answer = await client.exchange(it.http, request);
    } catch (e) {
        error = e;
    }
    await it.ca.call('misbehave', 'none');
    return { client, answer, error };
}

const authentic = ({ client, answer }) => client.isAuthentic(answer);
const pbmHex = a => Buffer.concat(a.pbm.map(e => e.whole)).toString('hex');
const count = hex => a => a.pbm[2].value.toString('hex') === hex;
const saltOf = n => a => a.pbm[0].value.length === n;
const kind = n => (a, it) => a.kind === n && authentic(it);
const sameAs = (field, other) => (a, { client }) =>
    a[field].equals(client[other]);
const not = check => (...args) => !check(...args);
const fails = name => (a, it) => a.status === 2 && a.fail?.join() === name &&
    a.certificate === undefined && authentic(it);
const text = (encoding, expected) => (a, it) => a.status === 2 &&
    a.text[0].toString(encoding) === expected && authentic(it);
const year = n => a => Math.abs(
    Number(a.time.slice(0, 4)) - new Date().getUTCFullYear() - n) <= 1;

/** mode: what is wrong with the answer's message. */
const messages = {
    'mac-wrong': (a, it) => a.mac.length === 32 && !authentic(it),
    'protection-none': a => a.mac === undefined && a.algorithm === undefined,
    'protection-no-algorithm': a => a.mac.length === 32 &&
        a.algorithm === undefined,
    'protection-signature': a => a.mac.length === 256 && a.extraCerts === 2 &&
        a.certificate !== undefined,
    'protection-subscriber': a => a.mac.length === 256 && a.extraCerts === 2,
    'protection-stranger': a => a.mac.length === 256 && a.extraCerts === 2,
    'error-unprotected': a => a.kind === 23 && a.mac === undefined,
    'error-protected': kind(23),
    'error-badTime': (a, it) => kind(23)(a, it) && a.fail.join() === 'badTime',
    'error-wrong-mac': (a, it) => a.kind === 23 && !authentic(it),
    'pbm-sha1': a => a.mac.length === 20 &&
        /2b0e03021a.*2a864886f70d0207/.test(pbmHex(a)),
    'pbm-owf-sha1': a => /2b0e03021a.*2a864886f70d0209/.test(pbmHex(a)),
    'pbm-owf-unknown': a => /2a864886f70d0205/.test(pbmHex(a)),
    'pbm-mac-sha1': a => a.mac.length === 20 &&
        /2a864886f70d0207/.test(pbmHex(a)),
    'pbm-mac-unknown': a => !/2a864886f70d02/.test(pbmHex(a)),
    'pbm-iterations-0': count('00'),
    'pbm-iterations-99': (a, it) => count('63')(a) && authentic(it),
    'pbm-iterations-100': (a, it) => count('64')(a) && authentic(it),
    'pbm-iterations-100000': (a, it) => count('0186a0')(a) && authentic(it),
    'pbm-iterations-100001': (a, it) => count('0186a1')(a) && authentic(it),
    'pbm-iterations-huge': count('7fffffff'),
    'pbm-iterations-negative': count('ff'),
    'pbm-iterations-128-bit': count('01'.padEnd(32, '0')),
    'pbm-salt-0': (a, it) => saltOf(0)(a) && authentic(it),
    'pbm-salt-7': (a, it) => saltOf(7)(a) && authentic(it),
    'pbm-salt-65': (a, it) => saltOf(65)(a) && authentic(it),
    'pbm-salt-10000': (a, it) => saltOf(10000)(a) && authentic(it),
    'pbm-parameter-null': a => /0500$/.test(a.algorithm.toString('hex')),
    'pbm-parameter-integer': a => /020105$/.test(a.algorithm.toString('hex')),
    'pbm-parameter-text': a => /0c0161$/.test(a.algorithm.toString('hex')),
    'pbm-parameter-empty': a => /3000$/.test(a.algorithm.toString('hex')),
    'pbm-parameter-other': a =>
        /3003020101$/.test(a.algorithm.toString('hex')),
    'pvno-1': (a, it) => a.pvno === 1 && authentic(it),
    'pvno-3': (a, it) => a.pvno === 3 && authentic(it),
    'pvno-99': (a, it) => a.pvno === 99 && authentic(it),
    'transaction-wrong': not(sameAs('transaction', 'transaction')),
    'transaction-missing': a => a.transaction === undefined,
    'transaction-empty': a => a.transaction.length === 0,
    'transaction-long': a => a.transaction.length === 1024,
    'recipnonce-wrong': not(sameAs('recipientNonce', 'sent')),
    'recipnonce-missing': a => a.recipientNonce === undefined,
    'recipnonce-empty': a => a.recipientNonce.length === 0,
    'recipnonce-long': a => a.recipientNonce.length === 1024,
    'sendernonce-missing': a => a.senderNonce === undefined,
    'sendernonce-empty': a => a.senderNonce.length === 0,
    'sendernonce-long': a => a.senderNonce.length === 1024,
    'sender-email': (a, it) => a.senderTag === 0x81 && authentic(it),
    'time-past': year(-2),
    'time-future': year(2),
    'implicit-confirm': (a, it) => a.generalInfo !== undefined &&
        authentic(it),
    'body-cp': kind(3),
    'body-kup': kind(8),
    'body-genp': kind(22),
    'body-rp': kind(12),
    'body-pollrep': kind(26),
    'body-pkiconf': kind(19),
    'request-id': (a, it) => a.requestId === 1 && authentic(it),
    'responses-2': (a, it) => a.responses === 2 && authentic(it),
    'responses-0': (a, it) => a.responses === 0 && authentic(it),
    'certificate-none': (a, it) => a.status === 1 &&
        a.certificate === undefined && authentic(it),
    'certificate-encrypted': (a, it) => a.choice === 1 && authentic(it),
    'capubs-rogue': (a, it) => a.caPubs.length === 1 && authentic(it) &&
        new X509Certificate(a.caPubs[0].whole).subject.includes('Rogue'),
    'capubs-rogue-issuer': a => a.caPubs.length === 1 &&
        new X509Certificate(a.certificate).issuer.includes('OtherCA'),
    'extra-certs-0': (a, it) => a.extraCerts === undefined && authentic(it),
    'extra-certs-1000': (a, it) => a.extraCerts === 1000 && authentic(it),
    'status-contradiction': (a, it) => a.status === 2 &&
        a.certificate !== undefined && authentic(it),
    'status-unknown': (a, it) => a.status === 9 && authentic(it),
    'fail-none': (a, it) => a.status === 2 && a.fail === undefined &&
        authentic(it),
    'fail-unknown': fails('bit40'),
    ...Object.fromEntries(FAIL.map(name => [`fail-${name}`, fails(name)])),
    'text-control': a => /[\x1b\x07\x7f]/.test(a.text[0].toString()),
    'text-bidi': a => /[\u202e\u2066]/.test(a.text[0].toString()),
    'text-html': a => /<script>/.test(a.text[0].toString()),
    'text-invalid': a => /\ufffd/.test(a.text[0].toString()),
    'text-euc-kr': text('hex', 'c0ceb0a1c4dab5e5'),
    'text-nul': text('latin1', 'before\0after'),
    'text-3000': text('latin1', 'A'.repeat(3000)),
    'bytes-oversized': text('latin1', 'A'.repeat(1 << 20)),
};

/** mode: what is wrong with the certificate; all messages are authentic. */
const certificates = {
    'other-key': (x, { client }) =>
        !x.publicKey.equals(client.key.publicKey),
    'other-subject': x => x.subject?.includes('임꺽정'),
    'empty-subject': x => !x.subject,
    'other-issuer': x => x.issuer.includes('OtherCA'),
    'rogue-issuer': x => x.issuer.includes('Ingam Test CA Class 1'),
    'self-signed': x => x.issuer === x.subject,
    'bad-signature': x => x.issuer.includes('Ingam Test CA Class 1'),
    'expired': x => Date.parse(x.validTo) < Date.now(),
    'not-yet': x => Date.parse(x.validFrom) > Date.now(),
    'century': x => Date.parse(x.validTo) - Date.now() > 99 * YEAR,
    'other-use': x => x.raw.includes(Buffer.from('03020430', 'hex')),
    'no-use': x => !x.raw.includes(Buffer.from('551d0f', 'hex')),
    'is-ca': x =>
        x.raw.includes(Buffer.from('551d130101ff0408300601', 'hex')),
    'unknown-critical': x =>
        x.raw.includes(Buffer.from('0603698f060101ff', 'hex')),
    'no-vid': x => identifyData(x.raw).vid === undefined,
    'other-vid': x => ![undefined, vidOf()].includes(identifyData(x.raw).vid),
    'other-name': x => identifyData(x.raw).name === '임꺽정',
    'no-policy': x => !x.raw.includes(Buffer.from('551d20', 'hex')),
    'sha1': x => x.raw.includes(Buffer.from('2a864886f70d010105', 'hex')),
    'serial-zero': x => serialOf(x) === '00',
    'serial-negative': x => serialOf(x) === 'fe',
    'serial-long': x => serialOf(x).length === 42,
};
const unsigned = ['other-issuer', 'rogue-issuer', 'self-signed',
    'bad-signature'];
const vidOf = () => virtualId('9001011234567', R).toString('hex');
const serialOf = x =>
    elements(inside(x.raw)[0].value)[1].value.toString('hex');

for (const [mode, check] of Object.entries(messages))
    test(mode, async () => {
        const got = await provoke(mode);
        assert.equal(got.error, undefined);
        assert.ok(check(got.answer, got));
    });

for (const [fault, check] of Object.entries(certificates))
    test(`cert-${fault}`, async () => {
        const got = await provoke(`cert-${fault}`);
        assert.ok(authentic(got));
        const x = new X509Certificate(got.answer.certificate);
        assert.ok(check(x, got));
        assert.equal(x.verify(new X509Certificate(own('ca.crt')).publicKey),
            !unsigned.includes(fault));
        for (const [other, isWrong] of Object.entries(certificates))
            if (other !== fault && !unsigned.includes(other))
                assert.ok(!isWrong(x, got), `and is not ${other}`);
    });

test('cert-garbage', async () => {
    const got = await provoke('cert-garbage');
    assert.ok(authentic(got));
    assert.throws(() => new X509Certificate(got.answer.certificate));
});

test('every mode is tested here or among the transport modes', async () => {
    const { modes } = await it.ca.call('misbehave', '--list');
    const left = modes.map(m => m.name).filter(name =>
        !(name in messages) && name !== 'cert-garbage' &&
        !(name.replace(/^cert-/, '') in certificates));
    assert.deepEqual(left.filter(name =>
        !/^(bytes|header|http|length|type|send|tls|wait|confirm|npki|ocsp|crl|tsa)-/.test(name)),
    []);
});
