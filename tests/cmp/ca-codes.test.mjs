/** The test CA's rules about codes, keys, VID and km, by a client of our own. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';

import { Client, makeKey, name } from '../ca/client.mjs';
import { newCode, runningCa } from '../ca/support.mjs';
import { encryptedVid, identifyData, virtualId } from '../ca/vid.mjs';
import {
    elements, explicit, inside, integer, octets, sequence,
} from '../ca/der.mjs';

const it = runningCa('--km');
const IDN = '9001011234567';
const IP = 1;
const PKICONF = 19;
const ERROR = 23;

const certificates = async () => (await it.ca.call('list')).certificates;
const row = async code => (await it.ca.call('list')).codes
    .find(c => c.referenceNumber === code.referenceNumber);

/** Send a request; then confirm what came, unless told not to. */
async function enrol(client, how = {}) {
    const answer = await client.exchange(it.http, client.request(how));
    if (how.confirm !== false && answer.certificate !== undefined) {
        const end = await client.exchange(
            it.http, client.confirm(answer.certificate));
        assert.equal(end.kind, PKICONF);
        assert.ok(client.isAuthentic(end));
    }
    return answer;
}

function assertRejected(client, answer, fail) {
    assert.equal(answer.status, 2);
    assert.deepEqual(answer.fail, [fail]);
    assert.ok(client.isAuthentic(answer), 'protected by the code');
    assert.match(answer.text[0].toString(), /[가-힣]/);
    assert.equal(answer.certificate, undefined);
}

test('the answer belongs to the request', async () => {
    const client = new Client(await newCode(it.ca));
    const answer = await enrol(client, { confirm: false });
    assert.equal(answer.kind, IP);
    assert.equal(answer.pvno, 2);
    assert.equal(answer.status, 1);
    assert.deepEqual(answer.transaction, client.transaction);
    assert.deepEqual(answer.recipientNonce, client.sent);
    assert.equal(answer.senderNonce.length, 16);
    assert.equal(answer.generalInfo, undefined, 'no implicitConfirm');
    assert.equal(answer.requestId, 0);
    assert.equal(answer.caPubs, undefined);
    assert.ok(client.isAuthentic(answer));
});

test('codes are long and made of letters and digits', async () => {
    const seen = new Set();
    for (let i = 0; i < 5; i++) {
        const code = await newCode(it.ca);
        assert.match(code.referenceNumber, /^\d{6}$/);
        assert.match(code.authorizationCode, /^[A-Z2-9]{14}$/);
        assert.ok(Date.parse(code.expires) > Date.now());
        seen.add(code.authorizationCode);
    }
    assert.equal(seen.size, 5);
});

test('the same key gets the same certificate until it is confirmed',
    async () => {
        const client = new Client(await newCode(it.ca));
        const first = await enrol(client, { confirm: false });
        const again = await enrol(client, { confirm: false });
        assert.deepEqual(again.certificate, first.certificate);
        const resumed = new Client(client.code, { key: client.key });
        const third = await enrol(resumed);
        assert.deepEqual(third.certificate, first.certificate);
        assertRejected(client, await enrol(client), 'certConfirmed');
    });

test('another key under a used code is refused', async () => {
    const client = new Client(await newCode(it.ca));
    await enrol(client, { confirm: false });
    const other = new Client(client.code);
    assertRejected(other, await enrol(other), 'duplicateCertReq');
    await enrol(client);
    assertRejected(other, await enrol(other), 'duplicateCertReq');
});

test('a confirmation may be repeated', async () => {
    const client = new Client(await newCode(it.ca));
    const { certificate } = await enrol(client);
    const again = await client.exchange(it.http, client.confirm(certificate));
    assert.equal(again.kind, PKICONF);
});

test('a certificate that the client refuses is revoked', async () => {
    const client = new Client(await newCode(it.ca));
    const { certificate } = await enrol(client, { confirm: false });
    const end = await client.exchange(
        it.http, client.confirm(certificate, { reject: true }));
    assert.equal(end.kind, PKICONF);
    assert.equal((await certificates()).at(-1).state, 'revoked');
    assertRejected(client, await client.exchange(
        it.http, client.confirm(certificate)), 'certRevoked');
    assertRejected(client, await enrol(client), 'certRevoked');
});

test('a confirmation of another certificate is refused', async () => {
    const client = new Client(await newCode(it.ca));
    await enrol(client, { confirm: false });
    assertRejected(client, await client.exchange(
        it.http, client.confirm(Buffer.from('other'))), 'badCertId');
    assert.equal((await certificates()).at(-1).state, 'unconfirmed');
});

test('an expired code is refused', async () => {
    const client = new Client(await newCode(it.ca, 'issue', '--expires', -1));
    assertRejected(client, await enrol(client), 'badTime');
    assert.equal((await row(client.code)).state, 'expired');
});

test('a wrong code and an unknown reference number look the same',
    async () => {
        const code = await newCode(it.ca);
        const answers = [];
        for (const wrong of [{ ...code, authorizationCode: 'WRONG' },
            { ...code, referenceNumber: '0' }]) {
            const answer = await enrol(new Client(wrong));
            assert.equal(answer.kind, ERROR);
            assert.equal(answer.mac, undefined, 'unprotected');
            assert.deepEqual(answer.fail, ['badMessageCheck']);
            answers.push(answer.wholeBody);
        }
        assert.deepEqual(answers[0], answers[1]);
        assert.equal((await row(code)).attempts, 1);
    });

test('ten wrong codes lock a reference number', async () => {
    const client = new Client(await newCode(it.ca));
    const wrong = new Client(client.code, { key: client.key });
    for (let i = 0; i < 10; i++) {
        assert.equal((await row(client.code)).state, 'new', `after ${i}`);
        await wrong.exchange(it.http, wrong.request({ code: 'WRONG' }));
    }
    assert.equal((await row(client.code)).state, 'locked');
    assertRejected(client, await enrol(client), 'notAuthorized');
});

test('nine wrong codes do not', async () => {
    const client = new Client(await newCode(it.ca));
    for (let i = 0; i < 9; i++)
        await client.exchange(it.http, client.request({ code: 'WRONG' }));
    assert.equal((await enrol(client)).status, 1);
});

for (const [what, how, fail] of [
    ['iterations of 99', { iterations: 99 }, 'badAlg'],
    ['iterations of 100001', { iterations: 100001 }, 'badAlg'],
    ['SHA-1 as one-way function', { owf: '1.3.14.3.2.26' }, 'badAlg'],
    ['HMAC-SHA1', { mac: '1.2.840.113549.2.7' }, 'badAlg'],
])
    test(`refused without protection: ${what}`, async () => {
        const client = new Client(await newCode(it.ca));
        const answer = await enrol(client, how);
        assert.equal(answer.mac, undefined);
        assert.deepEqual(answer.fail, [fail]);
        assert.equal((await row(client.code)).attempts, 0);
    });

for (const [what, how, fail] of [
    ['pvno 1', { pvno: 1 }, 'unsupportedVersion'],
    ['a proof by another key', { popKey: makeKey().privateKey }, 'badPOP'],
    ['no subject and no poposkInput', { subject: null }, 'badPOP'],
    ['an EncryptedVID that is none', { vid: sequence() }, 'badDataFormat'],
    ['an EncryptedVID for nobody', {
        vid: sequence(explicit(0, integer(0)),
            explicit(2, sequence()), explicit(3, sequence()),
            explicit(4, octets(Buffer.alloc(256)))),
    }, 'badDataFormat'],
])
    test(`refused with the code's protection: ${what}`, async () => {
        const client = new Client(await newCode(it.ca));
        assertRejected(client, await enrol(client, how), fail);
        assert.equal((await row(client.code)).state, 'new');
    });

test('no changed byte inside a request with a right MAC is accepted',
    async () => {
        const client = new Client(await newCode(it.ca));
        const body = explicit(0, sequence(client.certRequest()));
        for (let at = 0; at < body.length; at += 9) {
            const bad = Buffer.from(body);
            bad[at] ^= 0x41;
            const answer = await client.exchange(it.http, client.message(bad));
            assert.equal(answer.status, 2, `byte ${at}`);
            assert.equal(answer.certificate, undefined, `byte ${at}`);
        }
        assert.equal((await row(client.code)).state, 'new');
        assert.equal((await enrol(client)).status, 1);
    });

test('two requests in one message are refused', async () => {
    const client = new Client(await newCode(it.ca));
    const one = client.certRequest();
    assertRejected(client, await client.exchange(it.http,
        client.message(explicit(0, sequence(one, one)))), 'badRequest');
});

test('a poll for nothing is refused', async () => {
    const client = new Client(await newCode(it.ca));
    assertRejected(client,
        await client.exchange(it.http, client.poll()), 'badRequest');
});

test('an error message from the client is acknowledged', async () => {
    const client = new Client(await newCode(it.ca));
    const end = await client.exchange(it.http, client.message(
        explicit(23, sequence(sequence(integer(2))))));
    assert.equal(end.kind, PKICONF);
});

test('R goes into the certificate as VID of the registered number',
    async () => {
        const { encryption } = await it.ca.call('definition', '--endpoint', 'x');
        const r = randomBytes(20);
        const client = new Client(await newCode(it.ca));
        const { certificate } = await enrol(client, {
            vid: encryptedVid(Buffer.from(encryption, 'base64'), r),
        });
        assert.deepEqual(identifyData(certificate),
            { name: '홍길동', vid: virtualId(IDN, r).toString('hex') });
    });

test('the published VID example holds', () => {
    const r = Buffer.from('79EA7568A2D3776604E18BCD3A1B1B85B7DA0872', 'hex');
    assert.equal(virtualId('1234561234567', r).toString('hex'),
        '17692c8dd00ead33791de0a64a937c60799634c64ac56fa57570c0e05252ab35');
});

test('without R there is a name and no VID', async () => {
    const { certificate } = await enrol(new Client(await newCode(it.ca)));
    assert.deepEqual(identifyData(certificate), { name: '홍길동' });
});

test('an EncryptedVID for another recipient is refused', async () => {
    const wrong = Buffer.from((await it.ca.call('definition', '--endpoint',
        'x')).anchors[0].certificate, 'base64');
    const client = new Client(await newCode(it.ca));
    assertRejected(client, await enrol(client,
        { vid: encryptedVid(wrong, randomBytes(20)) }), 'badDataFormat');
});

test('one code brings one sign and one km certificate', async () => {
    const sign = new Client(await newCode(it.ca));
    const km = new Client(sign.code);
    const pair = [await enrol(sign), await enrol(km, { km: true })];
    assert.deepEqual(pair.map(a => a.status), [1, 1]);
    assert.notDeepEqual(pair[0].certificate, pair[1].certificate);
    const rows = (await certificates()).slice(-2);
    assert.deepEqual(rows.map(c => c.kind), ['sign', 'km']);
    assert.equal(rows[0].notAfter, rows[1].notAfter);
    const third = new Client(sign.code);
    assertRejected(third, await enrol(third, { km: true }), 'duplicateCertReq');
});

test('the registered subject is granted as asked', async () => {
    const client = new Client(await newCode(it.ca));
    const { certificate } = await enrol(client, { confirm: false });
    const other = new Client(await newCode(it.ca));
    const subject = elements(inside(certificate)[0].value)[5].whole;
    const answer = await enrol(other, { subject });
    assert.equal(answer.status, 0);
    assert.equal((await enrol(new Client(await newCode(it.ca)),
        { subject: name('other') })).status, 1);
});
