/** Whose a certificate says it is, read from DER that anybody may have made. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { commonName } from '../../extension/common/der.js';

/** A certificate that openssl makes. */
function made(subject, ...more) {
    const pem = execFileSync('openssl', ['req', '-x509', '-newkey', 'ec',
        '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null',
        '-utf8', '-subj', subject, ...more],
    { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    return new Uint8Array(Buffer.from(
        pem.replace(/-----.*?-----|\n/g, ''), 'base64'));
}

/** One element of DER. */
const der = (tag, ...parts) => {
    const body = Buffer.concat(parts.map(part => Buffer.from(part)));
    const size = body.length < 128 ? [body.length]
        : [0x82, body.length >> 8, body.length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const seq = (...parts) => der(0x30, ...parts);
const CN = der(6, [0x55, 4, 3]);
const attribute = (type, tag, text) => der(0x31, seq(type, der(tag, text)));
/** The least of a certificate, with this subject. */
const certificate = (...attributes) => new Uint8Array(seq(seq(der(2, [1]),
    seq(), seq(), seq(), seq(...attributes), seq()), seq(), der(3, [0])));

describe('the common name', () => {
    const rows = [
        ['as UTF-8', '/C=KR/O=한빛은행/CN=한빛은행 전자서명 서버', '한빛은행 전자서명 서버'],
        ['as ASCII', '/CN=server.bank.example', 'server.bank.example'],
        ['of several, the last', '/CN=first/OU=x/CN=last', 'last'],
        ['none', '/O=nobody', ''],
    ];
    for (const [name, subject, want] of rows)
        test(name, () => {
            assert.equal(commonName(made(subject)), want);
        });

    const texts = [
        ['PrintableString', 0x13, 'Bank', 'Bank'],
        ['UTF8String', 0x0c, '은행', '은행'],
        ['BMPString', 0x1e, [0xc7, 0x40, 0xd5, 0x89], '은행'],
        ['an empty one', 0x0c, '', ''],
    ];
    for (const [name, tag, text, want] of texts)
        test(name, () => {
            assert.equal(commonName(certificate(attribute(CN, tag, text))),
                want);
        });
});

describe('what is no certificate', () => {
    let good;
    before(() => {
        good = made('/CN=server');
    });

    test('any beginning of one', () => {
        for (let n = 0; n < good.length; n++)
            assert.equal(commonName(good.subarray(0, n)), null, String(n));
    });

    test('any byte of it changed: a name, or none, and never more', () => {
        for (let at = 0; at < good.length; at++)
            for (const byte of [0, 0x80, 0xff, good[at] ^ 1]) {
                const other = Uint8Array.from(good);
                other[at] = byte;
                const name = commonName(other);
                assert.ok(name === null || name.length < 100, String(at));
            }
    });

    const bad = [
        ['something after it', () => Buffer.concat([good, Buffer.from([0])])],
        ['a length that has no end', () => [0x30, 0x80, 0, 0]],
        ['a length of four bytes', () => [0x30, 0x84, 0, 0, 0, 0]],
        ['a set in place of a sequence', () => der(0x31, seq())],
        ['a name of an unknown kind', () => certificate(attribute(CN, 4, 'x'))],
        ['a name that is no UTF-8', () => certificate(attribute(CN, 0x0c, [0xff]))],
        ['a name of half a character', () => certificate(attribute(CN, 0x1e, [0xc7]))],
        ['a name without a value', () => certificate(der(0x31, seq(CN)))],
        ['no key behind the subject', () => seq(seq(der(2, [1]), seq(), seq(), seq(), seq()))],
    ];
    for (const [name, bytes] of bad)
        test(name, () => {
            assert.equal(commonName(new Uint8Array(bytes())), null);
        });
});
