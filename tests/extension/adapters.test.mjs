/* The adapters of examples/: each call of an old plug-in becomes one call of
 * Ingam with the right parameters, its result has the old shape, and what has
 * no counterpart says what to use. (tests/e2e/console.test.mjs signs by them.) */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { algorithm, bits, explicit, integer, octets, oid, sequence, set, tlv, utf8 }
    from '../ca/der.mjs';

const name = (...parts) => sequence(...parts.map(([type, text]) =>
    set(sequence(oid(type), utf8(text)))));
const CERTIFICATE = sequence(sequence(explicit(0, integer(2)), integer(0xabc1),
    algorithm('1.2.840.113549.1.1.11'), name(['2.5.4.6', 'kr'], ['2.5.4.3', 'CA']),
    sequence(tlv(0x17, Buffer.from('261124000000Z')), tlv(0x18, Buffer.from('20501124145959Z'))),
    name(['2.5.4.6', 'kr'], ['2.5.4.10', 'yes,sign'], ['2.5.4.3', '홍길동()0099'])),
algorithm('1.2.840.113549.1.1.11'), bits(Buffer.alloc(8))).toString('base64');
const SIGNED = inner => sequence(oid('1.2.840.113549.1.7.2'), explicit(0, sequence(integer(1),
    set(), sequence(oid('1.2.840.113549.1.7.1'), ...inner)))).toString('base64');
const ATTACHED = SIGNED([explicit(0, octets(Buffer.from('이체 1원')))]);
const PEM = `-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n`;
const NONCE = 'nonce-of-the-server-1';
const DIGEST = 'AB'.repeat(32);
const document = { name: '계약서.pdf', sha256: DIGEST.toLowerCase() };

const read = file => readFileSync(
    new URL(`../../examples/adapters/${file}.js`, import.meta.url), 'utf8');

class HTMLFormElement {}
class FormData {
    constructor(form) {
        this.form = form;
    }

    [Symbol.iterator]() {
        return this.form.pairs[Symbol.iterator]();
    }
}

/** A page with an adapter, and an Ingam that notes what it is asked. */
function page(family, answer = {}) {
    const asked = [];
    const results = {
        sign: { signature: 'c2ln', certificate: CERTIFICATE, format: 'cms', code: '7KQ-2MD' },
        login: { token: 'dG9r', certificate: CERTIFICATE, expires: 'soon', vid: 'dmlk' },
        issue: { certificate: CERTIFICATE, id: 'id', notAfter: 'then' },
        reissue: { certificate: CERTIFICATE, id: 'id', notAfter: 'then' },
        renew: { certificate: CERTIFICATE, id: 'id', notAfter: 'then' },
        revoke: { id: 'id', serial: '0a', revokedAt: 'now' },
    };
    const call = method => async params => {
        asked.push([method, params]);
        if (answer.reason)
            throw Object.assign(new Error(answer.reason), answer);
        return method === 'signBatch'
            ? answer.batch ?? params.items.map((_, i) => ({ signature: `s${i}` }))
            : results[method];
    };
    const window = { atob, btoa, TextDecoder, HTMLFormElement, FormData, encodeURIComponent,
        Ingam: Object.fromEntries([...Object.keys(results), 'signBatch'].map(m => [m, call(m)])) };
    for (const file of ['core', 'certificate', family])
        vm.runInNewContext(read(file), { window, Uint8Array });
    return { window, asked };
}

/** [family, what, how it is called, what Ingam is asked] */
const CALLS = [
    ['delfino', 'sign: a text', w => w.Delfino.sign('가'), ['sign', { content: '가' }]],
    ['delfino', 'sign: an object is a form', w => w.Delfino.sign({ b: 1, a: '가' },
        { dataType: 'form-urlencoded' }),
    ['sign', { form: { fields: [['b', '1'], ['a', '가']], urlEncode: true } }]],
    ['delfino', 'sign: all options at once', w => w.Delfino.sign('가', { encoding: 'euckr',
        outputEncoding: 'hex', policyOidCertFilter: '1.2.3|1.2.4', issuerCertFilter: 'CA 1| CA 2',
        disableExpireFilter: true, signedAttribute: false, timestamp: true, cacheCert: true,
        certStoreFilter: 'LOCAL_DISK', passwordCounter: '5', timeoutMs: 60000, complete() {} }),
    ['sign', { content: '가', encoding: 'euc-kr', output: 'hex', attributes: false,
        timestamp: true, timeoutMs: 60000, filter: { policies: ['1.2.3', '1.2.4'],
            issuers: ['CA 1', 'CA 2'], expired: true } }]],
    ['delfino', 'sign: options that ask for nothing', w => w.Delfino.sign('가',
        { disableExpireFilter: false, sameAsLogin: false, encoding: 'utf8' }),
    ['sign', { content: '가', encoding: 'utf-8' }]],
    ['delfino', 'sign: signType signature is PKCS#1', w => w.Delfino.sign('가',
        { signType: 'signature', sameAsLogin: true }),
    ['sign', { content: '가', format: 'pkcs1', filter: { sameAsLogin: true } }]],
    ['delfino', 'confirmSign: its format is of no need', w => w.Delfino.confirmSign('a:1', 'x'),
        ['sign', { content: 'a:1' }]],
    ['delfino', 'signKeyValue', w => w.Delfino.signKeyValue('a|b', '1|나', '가|', '|'),
        ['sign', { form: { fields: [['a', '1', '가'], ['b', '나']] } }]],
    ['delfino', 'signKeyValue of lists, URL-encoded', w => w.Delfino.signKeyValue(['a'], ['1|2'],
        null, null, { urlEncode: true }), ['sign', { form: { fields: [['a', '1|2']], urlEncode: true } }]],
    ['delfino', 'multiSign', w => w.Delfino.multiSign('가￡나', { encoding: 'euc-kr',
        issuerCertFilter: 'CA' }),
    ['signBatch', { items: [{ content: '가', encoding: 'euc-kr' }, { content: '나',
        encoding: 'euc-kr' }], filter: { issuers: ['CA'] } }]],
    ['delfino', 'multiSign by another delimiter', w => w.Delfino.multiSign('가|나￡',
        { delimiter: '|' }), ['signBatch', { items: [{ content: '가' }, { content: '나￡' }] }]],
    ['delfino', 'mdSign by hex', w => w.Delfino.mdSign(DIGEST, { name: '계약서.pdf' }),
        ['sign', { document }]],
    ['delfino', 'mdSign by base64', w => w.Delfino.mdSign(Buffer.from(DIGEST, 'hex')
        .toString('base64'), { name: '계약서.pdf' }), ['sign', { document }]],
    ['delfino', 'addMdSigner', w => w.Delfino.addMdSigner('AAEC', DIGEST, { name: '계약서.pdf' }),
        ['sign', { document, addTo: 'AAEC' }]],
    ['delfino', 'addSigner: the content is in the signature', w => w.Delfino.addSigner(ATTACHED),
        ['sign', { content: new Uint8Array(Buffer.from('이체 1원')), addTo: ATTACHED }]],
    ['delfino', 'addSigner: the signature in hex', w => w.Delfino.addSigner(
        Buffer.from(ATTACHED, 'base64').toString('hex'), { outputEncoding: 'hex' }),
    ['sign', { content: new Uint8Array(Buffer.from('이체 1원')), addTo: ATTACHED, output: 'hex' }]],
    ['delfino', 'addSigner: or beside it', w => w.Delfino.addSigner('AAEC', { content: '가' }),
        ['sign', { content: '가', addTo: 'AAEC' }]],
    ['delfino', 'login', w => w.Delfino.login('', { nonce: NONCE, vidFor: PEM,
        policyOidCertFilter: ['1.2.3'] }),
    ['login', { nonce: NONCE, vidFor: 'AAEC', filter: { policies: ['1.2.3'] } }]],
    ['delfino', 'login as a text of old', w => w.Delfino.login('login=certLogin',
        { nonce: 'a b&c', textLogin: true }),
    ['sign', { content: 'login=certLogin&delfinoNonce=a%20b%26c' }]],
    ['delfino', 'requestCertificate2', w => w.Delfino.requestCertificate2({ ca: 'x' }),
        ['issue', { ca: 'x' }]],
    ['xecureweb', 'Sign_with_option', w => w.AnySign.Sign_with_option(1, '가', () => {}),
        ['sign', { output: 'hex', content: '가' }]],
    ['xecureweb', 'Sign_with_desc, by its bare name', w => w.Sign_with_desc('이체', '가',
        { encoding: 'euc-kr' }), ['sign', { output: 'hex', encoding: 'euc-kr', content: '가' }]],
    ['xecureweb', 'Sign_with_vid_user', w => w.Sign_with_vid_user(4, NONCE, PEM),
        ['login', { nonce: NONCE, vidFor: 'AAEC' }]],
    ['xecureweb', 'Sign_with_vid_user_serial', w => w.Sign_with_vid_user_serial(4, NONCE, PEM,
        'CA', 'ABC1'), ['login', { nonce: NONCE, vidFor: 'AAEC',
        filter: { issuers: ['CA'], serial: 'abc1' } }]],
    ['xecureweb', 'MultiSign', w => w.MultiSign(2, '가|나', '|'),
        ['signBatch', { items: [{ content: '가' }, { content: '나' }], output: 'hex' }]],
    ['xecureweb', 'EnvelopData', w => w.EnvelopData('가', PEM), ['sign', { output: 'hex',
        content: '가', envelopeFor: 'AAEC', cipher: 'seed-cbc' }]],
    ['inisafe', 'PKCS7SignedData', w => w.INISAFE.PKCS7SignedData('가', { signType: 'pkcs7' }),
        ['sign', { content: '가', format: 'cms' }]],
    ['inisafe', 'PKCS7SignedDataForm: two fields of one name', w => w.INISAFE.PKCS7SignedDataForm(
        Object.assign(new HTMLFormElement(), { pairs: [['b', '2'], ['a', '1'], ['b', '3']] }),
        { delimiter: ';', assign: ':' }), ['sign', { form: { fields: [['b', '2'], ['a', '1'],
        ['b', '3']], delimiter: ';', assign: ':' } }]],
    ['inisafe', 'PKCS7SignedDataWithMD', w => w.INISAFE.PKCS7SignedDataWithMD(DIGEST,
        { name: '계약서.pdf' }), ['sign', { document }]],
    ['inisafe', 'PKCS7SignedDataMultiForm', w => w.INISAFE.PKCS7SignedDataMultiForm(
        [{ a: 1 }, { a: 2 }]), ['signBatch', { items: [{ form: { fields: [['a', '1']] } },
        { form: { fields: [['a', '2']] } }] }]],
    ['inisafe', 'FilterCert, then PKCS7SignVID', w => {
        w.INISAFE.FilterCert('HDD', { issuer: 'cn=CA,c=kr', serial: 'AB' });
        return w.INISAFE.PKCS7SignVID(NONCE, { serverCert: PEM });
    }, ['login', { nonce: NONCE, vidFor: 'AAEC', filter: { issuers: ['cn=CA,c=kr'], serial: 'ab' } }]],
    ['inisafe', 'FilterCert of nothing filters nothing', w => {
        w.INISAFE.FilterCert('HDD', { issuer: 'CA', serial: 'AB' });
        w.INISAFE.FilterCert('HDD', null);
        return w.INISAFE.PKCS7SignedData('가');
    }, ['sign', { content: '가' }]],
    ['inisafe', 'ReIssueCertificate', w => w.INISAFE.ReIssueCertificate({ ca: 'x' }),
        ['reissue', { ca: 'x' }]],
    ['inisafe', 'UpdateCertificate', w => w.INISAFE.UpdateCertificate({ filter: { cas: ['x'] } }),
        ['renew', { filter: { cas: ['x'] } }]],
    ['inisafe', 'RevokeCertificate', w => w.INISAFE.RevokeCertificate({ reason: 'superseded' }),
        ['revoke', { reason: 'superseded' }]],
    ['delfino', 'updateCertificate2', w => w.Delfino.updateCertificate2({ filter: { cas: ['x'] } }),
        ['renew', { filter: { cas: ['x'] } }]],
    ['magicline', 'MakeSignData: a text and an OID filter', w => w.magicline.uiapi.MakeSignData(
        '가', {}, () => {}, '1.2.3|1.2.4'),
    ['sign', { filter: { policies: ['1.2.3', '1.2.4'] }, content: '가' }]],
    ['magicline', 'MakeSignData: a form', w => w.magicline.uiapi.MakeSignData(
        Object.assign(new HTMLFormElement(), { pairs: [['b', '2'], ['a', '1']] }), null),
    ['sign', { form: { fields: [['b', '2'], ['a', '1']] } }]],
    ['magicline', 'MakeSignData with a nonce is a login', w => w.magicline.uiapi.MakeSignData(
        '', { nonce: NONCE }), ['login', { nonce: NONCE }]],
    ['magicline', 'MakeMdSignData', w => w.magicline.uiapi.MakeMdSignData(DIGEST,
        { name: '계약서.pdf' }), ['sign', { document }]],
    ['unisign', 'SignData', w => w.unisign.SignData('가', { outputEncoding: 'base64' }),
        ['sign', { output: 'base64', content: '가' }]],
    ['unisign', 'SignData with a nonce is a login', w => w.unisign.SignData('', { nonce: NONCE }),
        ['login', { nonce: NONCE }]],
    ['unisign', 'SignDataNonEnveloped', w => w.unisign.SignDataNonEnveloped('가', null),
        ['sign', { content: '가', format: 'cms-detached' }]],
];

/** Objects of another realm are equal to ours once they are copied. */
const ours = value => structuredClone(JSON.parse(JSON.stringify(value, (_, v) =>
    ArrayBuffer.isView(v) ? [...v] : v)));

describe('one call becomes one call', () => {
    for (const [family, what, call, wanted] of CALLS) {
        test(`${family}: ${what}`, async () => {
            const { window, asked } = page(family);
            await call(window);
            assert.deepEqual(ours(asked), ours([wanted]));
        });
    }
});

/** [family, what, how it is called, what is named to be used instead] */
const REFUSED = [
    ['delfino', 'mdMultiSign', w => w.Delfino.mdMultiSign([]), /mdSign/],
    ['delfino', 'scrapingSign', w => w.Delfino.scrapingSign(), /call sign/],
    ['delfino', 'ucpidSign', w => w.Delfino.ucpidSign(), /vidFor/],
    ['delfino', 'manageCertificate', w => w.Delfino.manageCertificate(), /icon/],
    ['delfino', 'importCertificate', w => w.Delfino.importCertificate(), /icon/],
    ['delfino', 'exportCertificate', w => w.Delfino.exportCertificate(), /icon/],
    ['delfino', 'dataType xml', w => w.Delfino.sign('<a/>', { dataType: 'xml' }), /text/],
    ['delfino', 'signType xmldsig-kec', w => w.Delfino.sign('a', { signType: 'xmldsig-kec' }),
        /one of/],
    ['delfino', 'encoding utf-16', w => w.Delfino.sign('a', { encoding: 'utf-16' }), /euckr/],
    ['delfino', 'outputEncoding pem', w => w.Delfino.sign('a', { outputEncoding: 'pem' }), /hex/],
    ['delfino', 'a list of signed attributes', w => w.Delfino.sign('a', { signedAttribute: 'x' }),
        /true or false/],
    ['delfino', 'disableExpireFilter "true"', w => w.Delfino.sign('a',
        { disableExpireFilter: 'true' }), /true or false/],
    ['delfino', 'addNonce', w => w.Delfino.sign('a', { addNonce: true }), /leave it out/],
    ['delfino', 'login without a nonce', w => w.Delfino.login('x', {}), /16 to 256/],
    ['delfino', 'login with a time-stamp', w => w.Delfino.login('', { nonce: NONCE,
        timestamp: true }), /five minutes/],
    ['delfino', 'multiSign with time-stamps', w => w.Delfino.multiSign('a', { timestamp: true }),
        /each content/],
    ['inisafe', 'several forms with time-stamps', w => w.INISAFE.PKCS7SignedDataMultiForm([],
        { timestamp: true }), /each content/],
    ['delfino', 'more keys than values', w => w.Delfino.signKeyValue('a|b', '1', '', '|'),
        /one value/],
    ['delfino', 'addSigner to a detached one', w => w.Delfino.addSigner(SIGNED([])), /addMdSigner/],
    ['xecureweb', 'the bit for VID without a certificate', w => w.Sign_with_option(5, 'a'),
        /Sign_with_vid_user/],
    ['xecureweb', 'MultiSign of another number', w => w.MultiSign(3, 'a|b', '|'), /as many/],
    ['xecureweb', 'VerifyVirtualID', w => w.VerifyVirtualID(), /verify\.md/],
    ['xecureweb', 'Verify_SignedData', w => w.AnySign.Verify_SignedData(), /verify\.md/],
    ['inisafe', 'PKCS7SignVID of no nonce', w => w.INISAFE.PKCS7SignVID(''), /nonce/],
    ['inisafe', 'MakeINIpluginData', w => w.INISAFE.MakeINIpluginData(), /https/],
    ['inisafe', 'EncForm', w => w.INISAFE.EncForm(), /https/],
    ['inisafe', 'EncFormVerify', w => w.INISAFE.EncFormVerify(), /https/],
    ['inisafe', 'EncryptFile', w => w.INISAFE.EncryptFile(), /signFile/],
    ['inisafe', 'DecryptFile', w => w.INISAFE.DecryptFile(), /signFile/],
    ['magicline', 'ManageCert', w => w.magicline.uiapi.ManageCert(), /icon/],
    ['magicline', 'MakeEnvelopedSignData', w => w.magicline.uiapi.MakeEnvelopedSignData(),
        /envelopeFor/],
    ['magicline', 'an option that nobody knows', w => w.magicline.uiapi.MakeSignData('a',
        { secret: 1 }), /option secret/],
    ['unisign', 'SignDataNVerifyVID', w => w.unisign.SignDataNVerifyVID('a', null, '1'), /vidFor/],
    ['unisign', 'GetRValueFromKey', w => w.unisign.GetRValueFromKey(), /vidFor/],
    ['unisign', 'VerifySignData', w => w.unisign.VerifySignData(), /verify\.md/],
];

describe('what has no counterpart says what to use, and asks nothing', () => {
    for (const [family, what, call, instead] of REFUSED) {
        test(`${family}: ${what}`, () => {
            const { window, asked } = page(family);
            assert.throws(() => call(window), error => error.name === 'NotMapped' &&
                error.message.includes(error.call) && instead.test(error.message));
            assert.deepEqual(asked, []);
        });
    }
});

/** What a callback hears. @returns {Promise<any[]>} */
const heard = (family, call, answer) => new Promise((resolve, reject) => {
    const { window } = page(family, answer);
    call(window, (...all) => resolve(ours(all)))?.catch?.(reject);
});
const CANCELLED = { reason: 'cancelled', code: 2002 };
const EXPIRED = { reason: 'certificate_expired', code: 2007 };

/** [family, what, how it is called, what the callback hears, how Ingam ends] */
const RESULTS = [
    ['delfino', 'done', (w, f) => w.Delfino.sign('a', { complete: f }), [{ status: 1,
        signData: 'c2ln', cert: CERTIFICATE, certExpireDate: '2050-11-24T14:59:59Z',
        code: '7KQ-2MD' }]],
    ['delfino', 'cancelled', (w, f) => w.Delfino.sign('a', f),
        [{ status: 0, reason: 'cancelled', message: 'cancelled' }], CANCELLED],
    ['delfino', 'several', (w, f) => w.Delfino.multiSign('a|b', { delimiter: '|', complete: f }),
        [{ status: 1, signData: 's0|s1' }]],
    ['delfino', 'several of a list', (w, f) => w.Delfino.multiSign(['a', 'b'], f),
        [{ status: 1, signData: ['s0', 's1'] }]],
    ['delfino', 'several of which one failed', (w, f) => w.Delfino.multiSign('a￡b', f),
        [{ status: 0, signData: 's0￡', reason: 'too_large' }],
        { batch: [{ signature: 's0' }, { error: { reason: 'too_large', code: 1002 } }] }],
    ['xecureweb', 'done', (w, f) => w.Sign_with_option(0, 'a', f), ['c2ln']],
    ['xecureweb', 'a login is hex, and so is its VID', (w, f) => w.Sign_with_vid_web(12, NONCE,
        PEM, token => f(token, w.send_vid_info())), ['746f6b', '766964']],
    ['xecureweb', 'expired', (w, f) => w.Sign_with_option(0, 'a', f), ['', 'certificate_expired'],
        EXPIRED],
    ['xecureweb', 'several', (w, f) => w.MultiSign(2, 'a|b', '|', f), ['s0|s1']],
    ['xecureweb', 'several of which one failed', (w, f) => w.MultiSign(2, 'a|b', '|', f),
        ['', 'too_large'], { batch: [{ signature: 's0' }, { error: { reason: 'too_large' } }] }],
    ['inisafe', 'cancelled', (w, f) => w.INISAFE.PKCS7SignedData('a', null, f),
        [false, { reason: 'cancelled', message: 'cancelled' }], CANCELLED],
    ['inisafe', 'several', (w, f) => w.INISAFE.PKCS7SignedDataMultiForm([{ a: 1 }], null, f),
        [true, { signatures: ['s0'] }]],
    ['magicline', 'done', (w, f) => w.magicline.uiapi.MakeSignData('a', null, f), [0,
        { encMsg: 'c2ln', certbag: { signcert: CERTIFICATE }, code: '7KQ-2MD' }]],
    ['magicline', 'cancelled', (w, f) => w.magicline.uiapi.MakeSignData('a', null, f),
        [999, { reason: 'cancelled', message: 'cancelled' }], CANCELLED],
    ['magicline', 'expired', (w, f) => w.magicline.uiapi.MakeSignData('a', null, f),
        [2007, { reason: 'certificate_expired', message: 'certificate_expired' }], EXPIRED],
    ['unisign', 'done', (w, f) => w.unisign.SignData('a', null, (...all) =>
        f(...all, w.unisign.GetLastError())), [0, 'c2ln', { code: '7KQ-2MD',
        subjectName: 'cn=홍길동()0099,o=yes\\,sign,c=kr', issuerName: 'cn=CA,c=kr',
        serialNumber: 'abc1', validateFrom: '2026-11-24T00:00:00Z',
        validateTo: '2050-11-24T14:59:59Z' }, 0]],
    ['unisign', 'cancelled', (w, f) => w.unisign.SignData('a', null, (...all) =>
        f(...all, w.unisign.GetLastError())), [999, '', null, 999], CANCELLED],
];

describe('a callback hears what it always heard', () => {
    for (const [family, what, call, wanted, answer] of RESULTS) {
        test(`${family}: ${what}`, async () => {
            assert.deepEqual(await heard(family, call, answer), ours(wanted));
        });
    }

    test('a mistake of the page is not taken for a refusal', async () => {
        const { window } = page('delfino');
        window.Ingam.sign = async () => {
            throw new TypeError('not ours');
        };
        await assert.rejects(window.Delfino.sign('a'), /not ours/);
    });
});

describe('the table to move by', () => {
    const window = {};
    vm.runInNewContext(readFileSync(
        new URL('../../examples/migrate/calls.js', import.meta.url), 'utf8'), { window });
    const { CALLS, OPTIONS } = window.IngamMigration;
    const objects = { delfino: w => w.Delfino, xecureweb: w => w.AnySign, inisafe: w => w.INISAFE,
        magicline: w => w.magicline.uiapi, unisign: w => w.unisign };

    for (const [family, object] of Object.entries(objects)) {
        test(`has each call of ${family}, says which are gone, and no other`, () => {
            const rows = CALLS[family].map(([call, ours]) =>
                [call.replace(/ .*|^Delfino\./g, ''), ours]);
            const calls = object(page(family).window);
            assert.deepEqual(ours([...new Set(rows.map(([call]) => call))].sort()),
                Object.keys(calls).sort());
            for (const [call, becomes] of rows) {
                assert.equal(becomes === '—',
                    String(calls[call]).startsWith('() => refuse('), call);
            }
        });
    }

    test('says it in both languages', () => {
        for (const row of [...Object.values(CALLS).flat(), ...OPTIONS]) {
            assert.equal(row.length, 4, row[0]);
            assert.ok(row.every(cell => cell !== ''), row[0]);
        }
    });

    test('has each option that an adapter takes', () => {
        const named = OPTIONS.map(([names]) => names).join(', ').split(', ');
        for (const option of ['policyOidCertFilter', 'issuerCertFilter', 'issuerAndSerial',
            'sameAsLogin', 'disableExpireFilter', 'encoding', 'outputEncoding', 'signType',
            'signedAttribute', 'timestamp', 'cacheCert', 'resetCertificate', 'lastUsedCertFirst',
            'certStoreFilter', 'storage', 'passwordCounter', 'nonce', 'vidFor', 'serverCert'])
            assert.ok(named.includes(option), option);
    });
});
