// A CMS signature with the attribute "signed display", written by hand: what
// Ingam's own would say, and what it would never say.

import { createHash, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { algorithm, elements, explicit, inside, integer, octets, oid, printable,
    sequence, set, tlv, utf8 } from '../../ca/der.mjs';

const DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const RSA = '1.2.840.113549.1.1.1';
const DISPLAY = tlv(6, Buffer.from(
    '6983b7e5cdb9c297e2b58d93f6cefd9a84f1d37401', 'hex'));

const sha256 = bytes => createHash('sha256').update(bytes).digest();
const attribute = (type, value) => sequence(type, set(value));

/** @param {{kind, origin, language?, displayed?: Buffer}} said */
const display = ({ kind, origin, language = 'ko',
    displayed = Buffer.alloc(32) }) => attribute(DISPLAY, sequence(integer(0),
    printable(kind), utf8(origin), printable(language), octets(displayed)));

/**
 * @param {string} content
 * @param {{key: string, crt: string}} signer paths of PEM files
 * @param {object} said what the signed display says
 * @returns {string} base64 DER
 */
export function signedDisplayed(content, { key, crt }, said) {
    const certificate = Buffer.from(readFileSync(crt, 'utf8')
        .replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const tbs = elements(inside(certificate)[0].value);
    const attributes = [
        attribute(oid(CONTENT_TYPE), oid(DATA)),
        attribute(oid(MESSAGE_DIGEST), octets(sha256(Buffer.from(content)))),
        display(said),
    ].sort(Buffer.compare); // a SET OF in DER
    const signature = sign('sha256', set(...attributes), readFileSync(key));
    const signer = sequence(integer(1), sequence(tbs[3].whole, tbs[1].whole),
        algorithm(SHA256), tlv(0xa0, ...attributes), algorithm(RSA),
        octets(signature));
    return sequence(oid(SIGNED_DATA), explicit(0, sequence(integer(1),
        set(algorithm(SHA256)),
        sequence(oid(DATA), explicit(0, octets(Buffer.from(content)))),
        tlv(0xa0, certificate), set(signer)))).toString('base64');
}
