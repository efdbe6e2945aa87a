/* The adapters over the real page library and a real MessagePort: what each asks
 * is taken by the extension's own check, and its callback hears, once, how it
 * ended: done, cancelled, failed. */
import assert from 'node:assert/strict';
import { randomBytes, webcrypto as crypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { parseBatch } from '../../extension/common/batch-params.js';
import { parseEnrol, parseLogin, parseSign } from '../../extension/common/params.js';
import { parseRenew, parseRevoke } from '../../extension/common/life-params.js';
import { algorithm, bits, explicit, integer, octets, oid, sequence, set, tlv, utf8 }
    from '../ca/der.mjs';

const PARSE = { sign: parseSign, signBatch: parseBatch, login: parseLogin, issue: parseEnrol,
    reissue: parseEnrol, renew: parseRenew, revoke: parseRevoke };

const read = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const name = cn => sequence(set(sequence(oid('2.5.4.3'), utf8(cn))));
const DER = sequence(sequence(explicit(0, integer(2)), integer(0xabc1),
    algorithm('1.2.840.113549.1.1.11'), name('CA'), sequence(tlv(0x17, Buffer.from('261124000000Z')),
        tlv(0x18, Buffer.from('20501124145959Z'))), name('홍길동')),
algorithm('1.2.840.113549.1.1.11'), bits(Buffer.alloc(100)));
const CERTIFICATE = DER.toString('base64');
const PEM = `-----BEGIN CERTIFICATE-----\n${CERTIFICATE.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
const ATTACHED = sequence(oid('1.2.840.113549.1.7.2'), explicit(0, sequence(integer(1), set(),
    sequence(oid('1.2.840.113549.1.7.1'), explicit(0, octets(Buffer.from('이체 1원')))),
    octets(Buffer.alloc(100)))));
const DIGEST = 'ab'.repeat(32);
const NONCE = 'nonce-of-the-server-1';
const CODES = { ca: 'test', referenceNumber: '1', authorizationCode: '2' };

/** What the extension answers to each method. */
const [TOKEN, VID, SIGNATURE] = [1, 2, 3].map(() => randomBytes(40));
const b64 = bytes => bytes.toString('base64');
const hex = bytes => bytes.toString('hex');
const signer = { certificate: CERTIFICATE, format: 'cms', code: '7KQ-2MD' };
const ANSWERS = {
    sign: ({ output, envelopeFor }) => ({ ...signer, [envelopeFor ? 'envelope' : 'signature']:
        SIGNATURE.toString(output) }),
    signBatch: ({ items, output }) => items.map(({ wanted }, i) => ({
        signature: Buffer.from(`${i}${wanted.text}`).toString(output), code: '', format: 'cms', sha256: '' })),
    login: ({ vidFor }) => ({ token: b64(TOKEN), certificate: CERTIFICATE, expires: 'soon',
        ...vidFor && { vid: b64(VID) } }),
    issue: () => ({ certificate: CERTIFICATE, id: 'id', notAfter: 'then' }),
    revoke: () => ({ id: 'id', serial: '0a', revokedAt: 'now' }),
};
ANSWERS.reissue = ANSWERS.renew = ANSWERS.issue;

/**
 * A page with the library, an adapter and the other end of its port.
 * @param {string} family @param {object | null} error that ends each call
 */
function page(family, error) {
    const asked = [];
    const ports = [];
    // no timers: the other end answers, however long the machine takes
    const window = { MessageChannel, Promise, Map, Error, Object, crypto,
        setTimeout: () => 0, clearTimeout() {}, setInterval: () => 0, clearInterval() {},
        atob, btoa, TextDecoder, encodeURIComponent, location: { origin: 'https://bank.example' },
        postMessage(hello, origin, [port]) {
            ports.push(port);
            port.onmessage = ({ data: { id, method, params } }) => {
                const wanted = PARSE[method](params);
                asked.push([method, params]);
                port.postMessage(error ? { id, error } : { id, result: ANSWERS[method](wanted) });
            };
            port.postMessage({ hello: true, version: '0.1.0' });
        } };
    window.top = window;
    for (const file of ['extension/page/ingam.js', ...['core', 'certificate', family].map(part =>
        `examples/adapters/${part}.js`)])
        vm.runInNewContext(read(file), { window, Uint8Array });
    return { window, asked, close: () => ports.forEach(port => port.close()) };
}

const plain = value => JSON.parse(JSON.stringify(value, (_, v) => v === undefined ? '—' : v));

/** [family, the call, method, what is asked of it, what the callback hears when done] */
const delfino = (signData, more = {}) => [{ status: 1, signData, cert: CERTIFICATE,
    certExpireDate: '2050-11-24T14:59:59Z', ...more }];
const CODE = { code: signer.code };
const attributes = { subjectName: 'cn=홍길동', issuerName: 'cn=CA', serialNumber: 'abc1',
    validateFrom: '2026-11-24T00:00:00Z', validateTo: '2050-11-24T14:59:59Z' };
const text = (...parts) => parts.map(part => b64(Buffer.from(part)));
const inHex = (...parts) => parts.map(part => hex(Buffer.from(part)));
const ROWS = {
    delfino: [
        ['sign', (w, f) => w.Delfino.sign('가', f), delfino(b64(SIGNATURE), CODE)],
        ['sign in hex', (w, f) => w.Delfino.sign('가', { outputEncoding: 'hex', complete: f }),
            delfino(hex(SIGNATURE), CODE)],
        ['login', (w, f) => w.Delfino.login('', { nonce: NONCE, complete: f }),
            delfino(b64(TOKEN), { expires: 'soon' })],
        ['login in hex, with R', (w, f) => w.Delfino.login('', { nonce: NONCE, vidFor: PEM,
            outputEncoding: 'hex', complete: f }), delfino(hex(TOKEN), { expires: 'soon', vid: hex(VID) })],
        ['login as a text of old', (w, f) => w.Delfino.login('a', { nonce: NONCE, textLogin: true,
            complete: f }), delfino(b64(SIGNATURE), CODE)],
        ['multiSign', (w, f) => w.Delfino.multiSign('가￡나', f), [{ status: 1,
            signData: text('0가', '1나').join('￡') }]],
        ['multiSign of a list in hex', (w, f) => w.Delfino.multiSign(['가', '나'],
            { outputEncoding: 'hex', complete: f }), [{ status: 1, signData: inHex('0가', '1나') }]],
        ['mdSign', (w, f) => w.Delfino.mdSign(DIGEST, { name: '계약.pdf', complete: f }),
            delfino(b64(SIGNATURE), CODE)],
        ['addSigner', (w, f) => w.Delfino.addSigner(b64(ATTACHED), f), delfino(b64(SIGNATURE), CODE)],
        ['addSigner in hex', (w, f) => w.Delfino.addSigner(hex(ATTACHED), { outputEncoding: 'hex',
            complete: f }), delfino(hex(SIGNATURE), CODE)],
        ['addMdSigner', (w, f) => w.Delfino.addMdSigner(b64(ATTACHED), b64(Buffer.from(DIGEST, 'hex')),
            { complete: f }), delfino(b64(SIGNATURE), CODE)],
        ['requestCertificate2', (w, f) => w.Delfino.requestCertificate2(CODES, f), delfino('—')],
        ['updateCertificate2', (w, f) => w.Delfino.updateCertificate2({}, f), delfino('—')],
    ],
    xecureweb: [
        ['Sign_with_option', (w, f) => w.Sign_with_option(1, '가', f), [hex(SIGNATURE)]],
        ['Sign_with_vid_user', (w, f) => w.Sign_with_vid_user(4, NONCE, PEM, (...all) =>
            f(...all, ...all.length === 1 ? [w.send_vid_info()] : [])), [hex(TOKEN), hex(VID)]],
        ['Sign_with_vid_user_serial', (w, f) => w.Sign_with_vid_user_serial(4, NONCE, PEM,
            'cn=CA', 'ABC1', f), [hex(TOKEN)]],
        ['MultiSign', (w, f) => w.MultiSign(2, '가|나', '|', f), [inHex('0가', '1나').join('|')]],
        ['EnvelopData', (w, f) => w.EnvelopData('가', PEM, f), [hex(SIGNATURE)]],
    ],
    inisafe: [
        ['PKCS7SignedData', (w, f) => w.INISAFE.PKCS7SignedData('가', null, f),
            [true, { ...signer, signature: b64(SIGNATURE) }]],
        ['PKCS7SignVID', (w, f) => w.INISAFE.PKCS7SignVID(NONCE, { serverCert: PEM }, f),
            [true, { signature: b64(TOKEN), vid: b64(VID), certificate: CERTIFICATE, expires: 'soon' }]],
        ['PKCS7SignedDataWithMD', (w, f) => w.INISAFE.PKCS7SignedDataWithMD(DIGEST, null, f),
            [true, { ...signer, signature: b64(SIGNATURE) }]],
        ['PKCS7SignedDataMultiForm', (w, f) => w.INISAFE.PKCS7SignedDataMultiForm(
            [{ a: 1, b: '나' }, [['a', '2']]], { delimiter: ';', assign: ':' }, f),
        [true, { signatures: text('0a:1;b:나', '1a:2') }]],
        ['RevokeCertificate', (w, f) => w.INISAFE.RevokeCertificate({ reason: 'superseded' }, f),
            [true, { id: 'id', serial: '0a', revokedAt: 'now' }]],
    ],
    magicline: [
        ['MakeSignData', (w, f) => w.magicline.uiapi.MakeSignData({ b: 1, a: 2 },
            { delimiter: ';', assign: ':' }, f, '1.2.3'), [0, { encMsg: b64(SIGNATURE),
            certbag: { signcert: CERTIFICATE }, ...CODE }]],
        ['MakeSignData: a login in hex', (w, f) => w.magicline.uiapi.MakeSignData('', { nonce: NONCE,
            vidFor: PEM, outputEncoding: 'hex' }, f), [0, { encMsg: hex(TOKEN),
            certbag: { signcert: CERTIFICATE }, vid: hex(VID) }]],
        ['MakeMdSignData', (w, f) => w.magicline.uiapi.MakeMdSignData(DIGEST, null, f), [0,
            { encMsg: b64(SIGNATURE), certbag: { signcert: CERTIFICATE }, ...CODE }]],
    ],
    unisign: [
        ['SignData', (w, f) => w.unisign.SignData('가', null, f),
            [0, b64(SIGNATURE), { ...attributes, ...CODE }]],
        ['SignData: a login', (w, f) => w.unisign.SignData('', { nonce: NONCE }, f),
            [0, b64(TOKEN), attributes]],
        ['SignDataNonEnveloped', (w, f) => w.unisign.SignDataNonEnveloped('가', null, f),
            [0, b64(SIGNATURE), { ...attributes, ...CODE }]],
    ],
};

const ERRORS = [{ reason: 'cancelled', code: 2002 }, { reason: 'identity_declined', code: 2018 },
    { reason: 'certificate_expired', code: 2007 }, { reason: 'invalid_request', code: 1001 }];
/** What a callback hears of an error, and nothing more. */
const told = ({ reason }) => ({ reason, message: `Ingam: ${reason}` });
const codeOf = ({ reason, code }) => reason === 'cancelled' ? 999 : code;
const FAILED = {
    delfino: error => [{ status: 0, ...told(error) }],
    xecureweb: ({ reason }) => ['', reason],
    inisafe: error => [false, told(error)],
    magicline: error => [codeOf(error), told(error)],
    unisign: error => [codeOf(error), '', null],
};

for (const [family, rows] of Object.entries(ROWS))
    describe(`${family} over the library and a port`, () => {
        for (const [what, call, done] of rows)
            for (const error of [null, ...ERRORS])
                test(`${what}: ${error?.reason ?? 'done'}`, async () => {
                    const { window, asked, close } = page(family, error);
                    try {
                        const heard = [];
                        const promise = call(window, (...all) => heard.push(all));
                        const all = await promise;
                        const wanted = plain(error ? FAILED[family](error) : done);
                        assert.equal(asked.length, 1);
                        assert.deepEqual(plain(heard), [wanted]);
                        assert.deepEqual(plain(all), wanted.slice(0, all.length));
                    } finally {
                        close();
                    }
                });
    });
