import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEnrol, parseLogin, parseSign } from '../../extension/common/params.js';
import { CONTENT_MAX } from '../../extension/common/protocol.js';

const reason = call => {
    try {
        call();
    } catch (error) {
        return error.reason ?? error;
    }
    return undefined;
};

const CODES = {
    ca: 'yessign', referenceNumber: '834120', authorizationCode: 'K7PX9Q2M4T',
};

describe('issue and reissue', () => {
    test('the four members, and a time limit', () => {
        assert.deepEqual(parseEnrol({ ...CODES, name: '홍길동', expiresAt: 1 }),
            { ...CODES, name: '홍길동', expiresAt: 1 });
    });

    test('a name and a limit may lack', () => {
        assert.deepEqual(parseEnrol(CODES),
            { ...CODES, name: null, expiresAt: null });
    });

    const bad = [
        ['nothing', undefined],
        ['null', null],
        ['a list', []],
        ['text', 'yessign'],
        ['an unknown member', { ...CODES, endpoint: 'http://evil.example' }],
        ['an anchor', { ...CODES, anchors: [] }],
        ['no CA', { ...CODES, ca: undefined }],
        ['a CA that is a number', { ...CODES, ca: 7 }],
        ['a CA in capitals', { ...CODES, ca: 'YESSIGN' }],
        ['a CA that is a path', { ...CODES, ca: '../test' }],
        ['a CA that is an address', { ...CODES, ca: 'http://x' }],
        ['a CA of 33 characters', { ...CODES, ca: 'a'.repeat(33) }],
        ['an empty CA', { ...CODES, ca: '' }],
        ['no reference number', { ...CODES, referenceNumber: undefined }],
        ['an empty reference number', { ...CODES, referenceNumber: '' }],
        ['a reference number that is a number', { ...CODES, referenceNumber: 834120 }],
        ['a reference number of 65', { ...CODES, referenceNumber: '1'.repeat(65) }],
        ['a code with a space', { ...CODES, authorizationCode: 'K7 PX' }],
        ['a code with a line end', { ...CODES, authorizationCode: 'K7\n' }],
        ['a code in Hangul', { ...CODES, authorizationCode: '가나다' }],
        ['a code that is an object', { ...CODES, authorizationCode: { toString: () => 'x' } }],
        ['an empty name', { ...CODES, name: '' }],
        ['a name of 101', { ...CODES, name: '가'.repeat(101) }],
        ['a name that runs backwards', { ...CODES, name: '홍\u202e길동' }],
        ['a name with a hidden space', { ...CODES, name: '홍\u200b길동' }],
        ['a name of two lines', { ...CODES, name: '홍길동\n관리자' }],
        ['a name that is a number', { ...CODES, name: 1 }],
        ['a limit in words', { ...CODES, expiresAt: 'soon' }],
        ['a limit of zero', { ...CODES, expiresAt: 0 }],
        ['a limit that is no whole number', { ...CODES, expiresAt: 1.5 }],
        ['a limit that never comes', { ...CODES, expiresAt: Infinity }],
    ];
    for (const [name, params] of bad)
        test(`${name}: invalid_request`, () => {
            assert.equal(reason(() => parseEnrol(params)), 'invalid_request');
        });
});

describe('login', () => {
    const NONCE = 'n'.repeat(16);
    const CERT = 'A'.repeat(100);

    test('the nonce, and nothing to be shown', () => {
        const wanted = parseLogin({ nonce: NONCE, filter: { cas: ['yessign'] },
            expiresAt: 5 });
        assert.equal(wanted.kind, 'login');
        assert.equal(wanted.nonce, NONCE);
        assert.equal(wanted.vidFor, null);
        assert.deepEqual([wanted.filter.cas, wanted.filter.policies,
            wanted.expiresAt], [['yessign'], null, 5]);
        assert.equal(parseLogin({ nonce: NONCE, vidFor: CERT }).vidFor, CERT);
    });

    const bad = [
        ['nothing', undefined],
        ['no nonce', {}],
        ['a nonce of 15', { nonce: 'n'.repeat(15) }],
        ['a nonce of 257', { nonce: 'n'.repeat(257) }],
        ['a nonce with a space', { nonce: `${NONCE} ` }],
        ['a nonce with a line end', { nonce: `${NONCE}\n` }],
        ['a nonce in Hangul', { nonce: '가'.repeat(16) }],
        ['a nonce that is a number', { nonce: 1234567890123456 }],
        ['content beside it', { nonce: NONCE, content: 'a' }],
        ['a certificate in bytes', { nonce: NONCE, vidFor: new Uint8Array(100) }],
        ['a certificate that is no base64', { nonce: NONCE, vidFor: '!'.repeat(100) }],
        ['a certificate cut short', { nonce: NONCE, vidFor: 'AAAA' }],
        ['a certificate too large', { nonce: NONCE, vidFor: 'A'.repeat(16004) }],
        ['an unknown filter', { nonce: NONCE, filter: { issuer: 'x' } }],
        ['an origin of its own', { nonce: NONCE, origin: 'https://evil.example' }],
    ];
    for (const [name, params] of bad)
        test(`${name}: invalid_request`, () => {
            assert.equal(reason(() => parseLogin(params)), 'invalid_request');
        });
});

const ALL = { policies: null, cas: null, issuers: null, usage: null,
    serial: null, sameAsLogin: false, expired: false };

describe('sign', () => {
    test('text and its bytes, with the defaults', () => {
        const { text, bytes, ...rest } = parseSign({ content: '이체 1원' });
        assert.equal(text, '이체 1원');
        assert.deepEqual([...bytes], [...Buffer.from('이체 1원')]);
        assert.deepEqual(rest, {
            kind: 'text', form: null, document: null, format: 'cms',
            encoding: 'utf-8', attributes: true, addTo: null, timestamp: false,
            envelopeFor: null, cipher: null, output: 'base64', nonce: '',
            vidFor: null, filter: ALL, expiresAt: null,
        });
    });

    test('a transaction becomes canonical bytes', () => {
        const { kind, text, bytes } = parseSign({ content: {
            type: 'transfer', amount: { value: '1', currency: 'KRW' },
        } });
        assert.equal(kind, 'transaction');
        assert.equal(text, '{"amount":{"currency":"KRW","value":"1"},"type":"transfer"}');
        assert.equal(Buffer.from(bytes).toString(), text);
    });

    test('bytes of text, mark at the start included', () => {
        const content = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
        const { text, bytes } = parseSign({ content });
        assert.equal(text, '\ufeffa');
        assert.deepEqual([...bytes], [...content]);
    });

    test('bytes are copied: a page cannot change them later', () => {
        const content = new Uint8Array([0x61]);
        const { bytes } = parseSign({ content });
        content[0] = 0x62;
        assert.equal(bytes[0], 0x61);
    });

    test('all that may be chosen', () => {
        const chosen = parseSign({
            content: 'a', format: 'pkcs1', encoding: 'euc-kr', attributes: false,
            filter: { policies: ['1.2.410.200005.1.1.4'], cas: ['yessign'] },
            output: 'hex',
        });
        assert.equal(chosen.format, 'pkcs1');
        assert.equal(chosen.encoding, 'euc-kr');
        assert.equal(chosen.attributes, false);
        assert.equal(chosen.output, 'hex');
        assert.deepEqual(chosen.filter.policies, ['1.2.410.200005.1.1.4']);
        assert.deepEqual(chosen.filter.cas, ['yessign']);
    });

    const DER = 'A'.repeat(400);
    const DOCUMENT = { name: '계약서.pdf', sha256: 'AB'.repeat(32) };

    test('a document is its name and digest, signed beside it', () => {
        const wanted = parseSign({ document: { ...DOCUMENT, size: 0,
            type: 'application/pdf' } });
        assert.equal(wanted.kind, 'document');
        assert.equal(wanted.format, 'cms-detached');
        assert.equal(wanted.bytes.length, 0);
        assert.deepEqual(wanted.document, { name: '계약서.pdf',
            sha256: 'ab'.repeat(32), size: 0, type: 'application/pdf' });
        assert.deepEqual(parseSign({ document: DOCUMENT }).document,
            { name: '계약서.pdf', sha256: 'ab'.repeat(32), size: null, type: '' });
    });

    test('other signers, a time, and for whom it is closed', () => {
        const wanted = parseSign({ content: 'a', addTo: DER, timestamp: true,
            envelopeFor: DER });
        assert.deepEqual([wanted.addTo, wanted.timestamp, wanted.envelopeFor,
            wanted.cipher], [DER, true, DER, 'aes-256-cbc']);
        for (const cipher of ['aes-256-cbc', 'aria-128-cbc', 'seed-cbc',
            'des-ede3-cbc'])
            assert.equal(parseSign({ content: 'a', envelopeFor: DER, cipher })
                .cipher, cipher);
    });

    const badMore = [
        ['a document and content', { document: DOCUMENT, content: 'a' }],
        ['a document in EUC-KR', { document: DOCUMENT, encoding: 'euc-kr' }],
        ['a document in UTF-8, which it is not', { document: DOCUMENT, encoding: 'utf-8' }],
        ['a document inside', { document: DOCUMENT, format: 'cms' }],
        ['a document as a bare value', { document: DOCUMENT, format: 'pkcs1' }],
        ['a document without attributes', { document: DOCUMENT, attributes: false }],
        ['a document that is null', { document: null }],
        ['a document that is a digest', { document: 'ab'.repeat(32) }],
        ['a document without a name', { document: { sha256: 'ab'.repeat(32) } }],
        ['a document with an empty name', { document: { ...DOCUMENT, name: '' } }],
        ['a name of 101', { document: { ...DOCUMENT, name: 'x'.repeat(101) } }],
        ['a name of two lines', { document: { ...DOCUMENT, name: 'a\nb' } }],
        ['a document without a digest', { document: { name: 'a' } }],
        ['a digest of 31 bytes', { document: { ...DOCUMENT, sha256: 'ab'.repeat(31) } }],
        ['a digest in bytes', { document: { ...DOCUMENT, sha256: new Uint8Array(32) } }],
        ['a size of less than nothing', { document: { ...DOCUMENT, size: -1 } }],
        ['a size in words', { document: { ...DOCUMENT, size: '1' } }],
        ['half a byte', { document: { ...DOCUMENT, size: 0.5 } }],
        ['a type that is none', { document: { ...DOCUMENT, type: 'pdf' } }],
        ['a type of two lines', { document: { ...DOCUMENT, type: 'a/b\nc/d' } }],
        ['an unknown member of it', { document: { ...DOCUMENT, url: 'https://x' } }],
        ['other signers of a bare value', { content: 'a', addTo: DER, format: 'pkcs1' }],
        ['other signers that are null', { content: 'a', addTo: null }],
        ['other signers in bytes', { content: 'a', addTo: new Uint8Array(400) }],
        ['other signers in hex with spaces', { content: 'a', addTo: `${DER} ${DER}` }],
        ['a time for a bare value', { content: 'a', timestamp: true, format: 'pkcs1' }],
        ['a time without attributes', { content: 'a', timestamp: true, attributes: false }],
        ['a time of the page\'s own', { content: 'a', timestamp: '2026-01-01T00:00:00Z' }],
        ['a service of the page\'s own', { content: 'a', timestamp: { url: 'https://x' } }],
        ['a certificate that is no base64', { content: 'a', envelopeFor: '!'.repeat(400) }],
        ['a certificate cut short', { content: 'a', envelopeFor: 'AAAA' }],
        ['a cipher for nobody', { content: 'a', cipher: 'aes-256-cbc' }],
        ['an unknown cipher', { content: 'a', envelopeFor: DER, cipher: 'rc2-cbc' }],
        ['an inherited cipher', { content: 'a', envelopeFor: DER, cipher: 'toString' }],
        ['other signers too large', { content: 'a', addTo: 'A'.repeat(984000) }, 'too_large'],
        ['both together too large', { content: 'a'.repeat(CONTENT_MAX), addTo: 'A'.repeat(600000) }, 'too_large'],
        ['half a character in a document\'s name', { document: { ...DOCUMENT, name: '\ud800' } }, 'content_not_displayable'],
    ];
    for (const [name, params, want = 'invalid_request'] of badMore)
        test(`${name}: ${want}`, () => {
            assert.equal(reason(() => parseSign(params)), want);
        });

    test('the largest content', () => {
        assert.equal(parseSign({ content: 'a'.repeat(CONTENT_MAX) })
            .bytes.length, CONTENT_MAX);
    });

    const bad = [
        ['nothing', undefined, 'invalid_request'],
        ['no content', {}, 'invalid_request'],
        ['empty content', { content: '' }, 'invalid_request'],
        ['no bytes', { content: new Uint8Array(0) }, 'invalid_request'],
        ['content and a form', { content: 'a', form: { fields: [['a', 'b']] } }, 'invalid_request'],
        ['a URL-encoded form in EUC-KR', { form: { fields: [['a', 'b']], urlEncode: true }, encoding: 'euc-kr' }, 'invalid_request'],
        ['an unknown output', { content: 'a', output: 'pem' }, 'invalid_request'],
        ['an output that is no text', { content: 'a', output: 16 }, 'invalid_request'],
        ['a digest in place of content (T221)', { digest: 'ab' }, 'invalid_request'],
        ['a hash flag', { content: 'a', hashed: true }, 'invalid_request'],
        ['a number', { content: 7 }, 'invalid_request'],
        ['a list of bytes', { content: [97] }, 'invalid_request'],
        ['an ArrayBuffer', { content: new ArrayBuffer(1) }, 'invalid_request'],
        ['another view', { content: new Uint16Array(1) }, 'invalid_request'],
        ['a data view', { content: new DataView(new ArrayBuffer(1)) }, 'invalid_request'],
        ['an object like bytes', { content: { length: 1, 0: 97 } }, 'invalid_request'],
        ['a transaction in EUC-KR', { content: { type: 't' }, encoding: 'euc-kr' }, 'invalid_request'],
        ['text with half a character', { content: 'a\ud800' }, 'content_not_displayable'],
        ['bytes that are no UTF-8', { content: new Uint8Array([0xff]) }, 'content_not_displayable'],
        ['bytes of a surrogate', { content: new Uint8Array([0xed, 0xa0, 0x80]) }, 'content_not_displayable'],
        ['overlong bytes', { content: new Uint8Array([0xc0, 0xaf]) }, 'content_not_displayable'],
        ['bytes cut in a character', { content: new Uint8Array([0xea, 0xb0]) }, 'content_not_displayable'],
        ['EUC-KR bytes (T222)', { content: new Uint8Array([0xb0, 0xa1]) }, 'content_not_displayable'],
        ['a PDF (T221)', { content: new Uint8Array([0x25, 0x50, 0x44, 0x46, 0xe2, 0xe3, 0xcf]) }, 'content_not_displayable'],
        ['one byte too many', { content: 'a'.repeat(CONTENT_MAX + 1) }, 'too_large'],
        ['Hangul of too many bytes', { content: '가'.repeat(CONTENT_MAX / 3 + 1) }, 'too_large'],
        ['bytes, one too many', { content: new Uint8Array(CONTENT_MAX + 1) }, 'too_large'],
        ['an unknown format', { content: 'a', format: 'xml' }, 'invalid_request'],
        ['a raw format', { content: 'a', format: 'raw' }, 'invalid_request'],
        ['an inherited format', { content: 'a', format: 'constructor' }, 'invalid_request'],
        ['an unknown encoding', { content: 'a', encoding: 'utf-16' }, 'invalid_request'],
        ['a binary encoding', { content: 'a', encoding: 'binary' }, 'invalid_request'],
        ['attributes in words', { content: 'a', attributes: 'no' }, 'invalid_request'],
        ['a filter that is text', { content: 'a', filter: 'x' }, 'invalid_request'],
        ['a filter that is null', { content: 'a', filter: null }, 'invalid_request'],
        ['an unknown filter', { content: 'a', filter: { issuer: 'x' } }, 'invalid_request'],
        ['an empty list of policies', { content: 'a', filter: { policies: [] } }, 'invalid_request'],
        ['a policy that is no OID', { content: 'a', filter: { policies: ['1.2.x'] } }, 'invalid_request'],
        ['a policy with a leading zero', { content: 'a', filter: { policies: ['1.02'] } }, 'invalid_request'],
        ['33 policies', { content: 'a', filter: { policies: Array(33).fill('1.2.3') } }, 'invalid_request'],
        ['a CA in the filter that is a path', { content: 'a', filter: { cas: ['../x'] } }, 'invalid_request'],
        ['a password from the page', { content: 'a', password: 'x' }, 'invalid_request'],
        ['a certificate from the page', { content: 'a', certificate: 'ab' }, 'invalid_request'],
    ];
    for (const [name, params, want] of bad)
        test(`${name}: ${want}`, () => {
            assert.equal(reason(() => parseSign(params)), want);
        });
});
