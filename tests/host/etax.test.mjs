/*
 * examples/etax: the XML signature of a tax invoice, made without an XML
 * library and signed by `ingam`, as xmlsec1 and openssl see it.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createVerify } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { taxInvoice } from '../../examples/etax/invoice.mjs';
import { taxPackage } from '../../examples/etax/package.mjs';
import { digested, ingam, signed } from '../../examples/etax/sign.mjs';
import { attributesText, canonical, element } from '../../examples/etax/xml.mjs';
import { has, ingamProgram, makeCa, makePerson, openssl, password, root, workFolder } from './lib/cli.mjs';

const folder = workFolder();
const at = name => join(folder, name);
mkdirSync(at('home'), { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, at('home'));
const invoice = JSON.parse(readFileSync(join(root, 'examples/etax/invoice.json'), 'utf8'));
const document = taxInvoice(invoice);
const skip = !has('xmlsec1') && 'no xmlsec1';

writeFileSync(at('password'), `${password}\n`);

/** Sign with the certificate in the home; the password waits on descriptor 3. */
function sign(bytes) {
    const fd = openSync(at('password'), 'r');
    try {
        return ingam(hong.id, { program: ingamProgram, options: ['--password-fd', '3'], how: {
            env: { HOME: at('home'), LANG: 'C.UTF-8' }, stdio: ['pipe', 'pipe', 'pipe', fd],
        } })(bytes);
    } finally {
        closeSync(fd);
    }
}

let exact;
const xml = signed(document, bytes => {
    exact = bytes;
    return sign(bytes);
});

/** Does xmlsec1 believe it? Its words, when they are wanted. */
function judge(text, more = []) {
    writeFileSync(at('signed.xml'), text);
    return spawnSync('xmlsec1', ['--verify', '--trusted-pem', ca, '--enabled-reference-uris', 'empty',
        '--enabled-key-data', 'x509', ...more, at('signed.xml')], { encoding: 'utf8' });
}

test('xmlsec1 accepts the signature, and digests the very bytes that we do', { skip }, () => {
    const run = judge(xml, ['--store-references', '--store-signatures']);
    assert.equal(run.status, 0, run.stderr);
    const buffer = name => run.stdout.split(`== ${name} data - start buffer:\n`)[1]
        .split(`\n== ${name} data - end buffer`)[0];
    assert.equal(buffer('PreDigest'), digested(document).toString());
    assert.equal(buffer('PreSigned'), exact.toString());
});

test('what was signed is text, and PKCS#1 over exactly that', () => {
    const value = xml.match(/<ds:SignatureValue>([^<]+)</)[1];
    assert.ok(createVerify('sha256').update(exact).verify(readFileSync(hong.pem), value, 'base64'));
    assert.ok(!createVerify('sha256').update(`${exact} `).verify(readFileSync(hong.pem), value, 'base64'));
    assert.match(exact.toString(), /^<ds:SignedInfo xmlns="urn:kr:or:kec:[^"]+" xmlns:ds="[^"]+" xmlns:xsi="/);
});

const spoiled = [
    ['another amount', '<GrandTotalAmount>81400<', '<GrandTotalAmount>81401<'],
    ['another buyer', '1111111111', '2222222222'],
    ['one more item', '</TaxInvoice>', '<TaxInvoiceTradeLineItem></TaxInvoiceTradeLineItem></TaxInvoice>'],
    ['a line end between elements', '<TaxInvoiceDocument>', '\n<TaxInvoiceDocument>'],
    ['another digest method', 'xmlenc#sha256', 'xmlenc#sha512'],
    ['another transform', 'ancestor-or-self::ds:Signature)', 'ancestor-or-self::ds:Signature )'],
    ['another namespace', 'xmlns:xsi="http://www.w3.org/2001', 'xmlns:xsi="http://www.w3.org/2002'],
    ['another digest', /<ds:DigestValue>./, '<ds:DigestValue>_'],
    ['another value', /<ds:SignatureValue>./, '<ds:SignatureValue>_'],
];

for (const [name, from, to] of spoiled)
    test(`xmlsec1 refuses it with ${name}`, { skip }, () => {
        const text = xml.replace(from, to.replace('_', '/'));
        assert.notEqual(text, xml);
        assert.notEqual(judge(text).status, 0);
    });

test('the standard leaves ExchangedDocument out: xmlsec1 does not see it change', { skip }, () => {
    assert.equal(judge(xml.replace('20261125-0001-EXAMPLE', 'another')).status, 0);
});

test('xmlsec1 refuses it where the CA is not trusted', { skip }, () => {
    mkdirSync(at('other'));
    const other = makeCa(at('other'), 'Other Root');
    writeFileSync(at('signed.xml'), xml);
    assert.notEqual(spawnSync('xmlsec1', ['--verify', '--trusted-pem', other, at('signed.xml')]).status, 0);
});

test('the writer is canonical by xmllint', { skip: !has('xmllint') && 'no xmllint' }, () => {
    for (const text of [xml, canonical(element('a', { 'b:z': '1', 'y': '<&">\t\n\r', 'xmlns:b': 'urn:b', 'xmlns': 'urn:a' },
        'x<&>\r"\'\t', element('c', { xmlns: 'urn:a2' }), element('d', { 'B': '', 'a': '' }, '한글 😀')))]) {
        writeFileSync(at('plain.xml'), text);
        assert.equal(execFileSync('xmllint', ['--c14n', at('plain.xml')], { encoding: 'utf8' }),
            text.replace(/^<\?.*\?>\n/, '').replace(/\n$/, ''));
    }
    assert.equal(attributesText([['xmlns:b', '2'], ['a', '3'], ['xmlns', '1']]), ' xmlns="1" xmlns:b="2" a="3"');
});

test('the package is as the tax service reads it, and opens with its key', () => {
    const r = Buffer.alloc(20, 7);
    writeFileSync(at('package'), taxPackage([{ r, xml }, { r, xml: '<b/>' }]));
    const lines = openssl(['asn1parse', '-inform', 'DER', '-in', at('package')]).toString().trim().split('\n')
        .map(line => line.match(/d=(\d) .*(?:cons|prim): (\S+(?: STRING)?)/).slice(1).join(' '));
    assert.deepEqual(lines, ['0 SEQUENCE', '1 INTEGER', '1 SET', '2 SEQUENCE', '3 OCTET STRING', '3 OCTET STRING',
        '2 SEQUENCE', '3 OCTET STRING', '3 OCTET STRING']);
    openssl(['cms', '-encrypt', '-binary', '-des3', '-outform', 'DER', '-in', at('package'), '-out', at('envelope'), hong.pem]);
    assert.deepEqual(openssl(['cms', '-decrypt', '-inform', 'DER', '-in', at('envelope'), '-inkey',
        hong.pem.replace('cert.pem', 'key.pem')]), readFileSync(at('package')));
    assert.throws(() => taxPackage([]), RangeError);
    assert.throws(() => taxPackage(Array(101).fill({ r, xml })), RangeError);
    assert.throws(() => taxPackage([{ r: r.subarray(1), xml }]), RangeError);
});
