/**
 * The enveloped XML signature of a tax invoice (XMLDSIG, RSA and SHA-256, with
 * the transforms that the e-tax standard prescribes), without an XML library:
 *
 *     node sign.mjs invoice.json CERTIFICATE-ID > signed.xml
 *
 * asks for the password of the certificate. Ingam signs the exact bytes of
 * SignedInfo as PKCS#1; it neither reads nor makes XML (docs/signing.md).
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { taxInvoice } from './invoice.mjs';
import { attributesText, canonical, element, namespacesOf } from './xml.mjs';

/** @typedef {import('./xml.mjs').Element} Element */

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const XPATH = 'not(self::*[name() = \'TaxInvoice\'] | ancestor-or-self::*[name() = \'ExchangedDocument\']'
    + ' | ancestor-or-self::ds:Signature)';

/** @param {Buffer} bytes */
const sha256 = bytes => createHash('sha256').update(bytes).digest('base64');

/**
 * What is digested: the document after both transforms. TaxInvoice itself is
 * not in the node-set, its namespaces and attributes are (Canonical XML 1.0,
 * 2.3): they are written without the tag, and again at each of its children.
 * @param {Element} document
 * @returns {Buffer}
 */
export function digested(document) {
    const children = document.children.filter(child => typeof child === 'string'
        || !['ExchangedDocument', 'ds:Signature'].includes(child.name));
    return Buffer.from(attributesText(document.attributes)
        + children.map(child => canonical(child, namespacesOf(document))).join(''));
}

/** @param {string} digest */
const signedInfo = digest => element('ds:SignedInfo', {},
    element('ds:CanonicalizationMethod', { Algorithm: C14N }),
    element('ds:SignatureMethod', { Algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' }),
    element('ds:Reference', { URI: '' },
        element('ds:Transforms', {},
            element('ds:Transform', { Algorithm: C14N }),
            element('ds:Transform', { Algorithm: 'http://www.w3.org/TR/1999/REC-xpath-19991116' },
                element('ds:XPath', {}, XPATH))),
        element('ds:DigestMethod', { Algorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' }),
        element('ds:DigestValue', {}, digest)));

/**
 * @param {Element} document without a signature
 * @param {(bytes: Buffer) => {signature: string, certificate: string}} sign
 *     PKCS#1 over these bytes with SHA-256, and the signer's certificate, both
 *     in base64
 * @returns {string} the signed document
 */
export function signed(document, sign) {
    const info = signedInfo(sha256(digested(document)));
    const namespaces = [...namespacesOf(document), /** @type {[string, string]} */ (['xmlns:ds', DS])];
    const { signature, certificate } = sign(Buffer.from(canonical(info, namespaces)));
    const at = document.children.findIndex(child => typeof child !== 'string'
        && child.name === 'TaxInvoiceDocument');
    const children = [...document.children];
    children.splice(at, 0, element('ds:Signature', { 'xmlns:ds': DS }, info,
        element('ds:SignatureValue', {}, signature),
        element('ds:KeyInfo', {}, element('ds:X509Data', {},
            element('ds:X509Certificate', {}, certificate)))));
    return `<?xml version="1.0" encoding="UTF-8"?>\n${canonical({ ...document, children })}\n`;
}

/**
 * @param {string} id of the certificate
 * @param {{program?: string, options?: string[], how?: object}} [more]
 * @returns {(bytes: Buffer) => {signature: string, certificate: string}}
 */
export function ingam(id, { program = 'ingam', options = [], how = {} } = {}) {
    return bytes => JSON.parse(execFileSync(program,
        ['sign', id, '--format', 'pkcs1', '--json', ...options],
        { input: bytes, encoding: 'utf8', ...how }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const [file, id] = process.argv.slice(2);
    if (id === undefined) {
        console.error('usage: node sign.mjs invoice.json CERTIFICATE-ID > signed.xml');
        process.exit(2);
    }
    const invoice = JSON.parse(readFileSync(file, 'utf8'));
    process.stdout.write(signed(taxInvoice(invoice), ingam(id)));
}
