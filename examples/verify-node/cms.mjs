// CMS SignedData (RFC 5652) in DER, read as far as a verifier needs it.

import { OIDS } from './algorithms.mjs';
import { comparable, parseHelper } from './certificate.mjs';
import { TAG, algorithm, expect, integer, need, oid, readFirst, sequence } from './der.mjs';

export const SIGNERS = 16;
const CHOICES = new Set([TAG.sequence, 0xa0, 0xa1, 0xa2, 0xa3]); // of certificates

/**
 * @typedef {object} Signer
 * @property {{issuer: string, serial: bigint} | {keyIdentifier: Buffer}} sid
 * @property {string} digest OID
 * @property {string} algorithm OID of the signature
 * @property {Buffer} signature
 * @property {Attributes | null} attributes those that are signed
 * @property {Buffer} signed the bytes that are signed with attributes
 * @property {Attributes} unsigned
 */

/** Attributes: [{oid, values: Element[]}]. */
export class Attributes {
    constructor(element) {
        this.list = element === undefined ? [] : element.children.map(one => {
            const [type, values, ...rest] = sequence(one);
            need(rest.length === 0);
            return { oid: oid(type), values: expect(values, TAG.set).children };
        });
    }

    all(type) {
        return this.list.filter(one => one.oid === type);
    }

    /** The one value of the one attribute of a type, or undefined. */
    unique(type, tag) {
        const found = this.all(type);
        return found.length === 1 && found[0].values.length === 1
            && found[0].values[0].tag === tag ? found[0].values[0] : undefined;
    }
}

function readSid(element) {
    if (element?.tag === 0x80)
        return { keyIdentifier: element.body };
    const [issuer, serial, ...rest] = sequence(element);
    need(rest.length === 0);
    return { issuer: comparable(expect(issuer, TAG.sequence).raw), serial: integer(serial) };
}

function readSigner(element) {
    const parts = sequence(element);
    integer(parts.shift());
    const sid = readSid(parts.shift());
    const digest = algorithm(parts.shift()).oid;
    const attributes = parts[0]?.tag === 0xa0 ? parts.shift() : undefined;
    const signedBy = algorithm(parts.shift()).oid;
    const signature = expect(parts.shift(), TAG.octets).body;
    const unsigned = parts[0]?.tag === 0xa1 ? parts.shift() : undefined;
    need(parts.length === 0);
    const signed = attributes === undefined ? Buffer.alloc(0)
        : Buffer.concat([Buffer.from([TAG.set]), attributes.raw.subarray(1)]);
    return { sid, digest, algorithm: signedBy, signature, signed,
        attributes: attributes === undefined ? null : new Attributes(attributes),
        unsigned: new Attributes(unsigned) };
}

function readContent(element) {
    const [type, content, ...rest] = sequence(element);
    need(rest.length === 0);
    if (content === undefined)
        return { type: oid(type), content: null };
    need(content.tag === 0xa0 && content.children.length === 1);
    return { type: oid(type), content: expect(content.children[0], TAG.octets).body };
}

function readSignedData(element) {
    const parts = sequence(element);
    integer(parts.shift());
    const digests = expect(parts.shift(), TAG.set).children.map(one => algorithm(one).oid);
    const inside = readContent(parts.shift());
    const certificates = parts[0]?.tag === 0xa0 ? parts.shift().children : [];
    if (parts[0]?.tag === 0xa1)
        parts.shift(); // revocation comes from elsewhere
    need(certificates.every(one => CHOICES.has(one.tag)));
    const signers = expect(parts.shift(), TAG.set).children.map(readSigner);
    need(parts.length === 0);
    return { ...inside, digests, signers, certificates: certificates
        .filter(one => one.tag === TAG.sequence).map(one => parseHelper(one.raw))
        .filter(one => one !== null) };
}

/**
 * A whole message, or the reason why it is none.
 * @param {Buffer} der
 * @param {string} type OID of the content that is expected
 */
export function parseSignedData(der, type) {
    let data;
    let rest;
    try {
        const [whole, behind] = readFirst(der);
        const [id, body, ...more] = sequence(whole);
        need(oid(id) === OIDS.signedData && more.length === 0
            && body?.tag === 0xa0 && body.children.length === 1);
        data = readSignedData(body.children[0]);
        rest = behind;
    } catch {
        return { reason: 'not_signed_data', data: null };
    }
    if (rest.length > 0)
        return { reason: 'trailing_bytes', data: null };
    if (data.type !== type)
        return { reason: 'content_type', data: null };
    if (data.signers.length === 0)
        return { reason: 'no_signer', data };
    return { reason: data.signers.length > SIGNERS ? 'too_many_signers' : null, data };
}
