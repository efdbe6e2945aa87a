// What of a certificate Node's X509Certificate does not tell.

import { X509Certificate } from 'node:crypto';

import { CURVES, OIDS } from './algorithms.mjs';
import { TAG, algorithm, expect, integer, need, oid, read, sequence, time } from './der.mjs';

// critical extensions that a path may have (RFC 5280); others break it
const KNOWN = new Set([OIDS.keyUsage, OIDS.altName, OIDS.basicConstraints,
    OIDS.crlPoints, OIDS.extendedUsage, '2.5.29.32', '2.5.29.36', '2.5.29.54']);

/**
 * @typedef {object} Certificate
 * @property {X509Certificate} x509
 * @property {Buffer} raw
 * @property {bigint} serial
 * @property {Buffer} issuer DER of the name
 * @property {string} issuerName as it is compared
 * @property {Buffer} subject DER of the name
 * @property {number} notBefore seconds since 1970 UTC
 * @property {number} notAfter
 * @property {string} signedBy OID of the issuer's signature
 * @property {Map<string, Buffer>} extensions DER of the values
 * @property {Set<string>} critical which of them are
 * @property {boolean} strange it has a critical extension that is not known,
 *     or name constraints, which are not looked at
 */

function readExtensions(element) {
    const extensions = new Map();
    const critical = new Set();
    for (const extension of element === undefined ? [] : sequence(element.children[0])) {
        const parts = sequence(extension);
        const id = oid(parts[0]);
        const said = parts[1]?.tag === TAG.boolean;
        need(parts.length === (said ? 3 : 2));
        extensions.set(id, expect(parts.at(-1), TAG.octets).body);
        if (said && parts[1].body[0] !== 0)
            critical.add(id);
    }
    return { extensions, critical, strange: extensions.has(OIDS.nameConstraints)
        || [...critical].some(id => !KNOWN.has(id)) };
}

/**
 * A certificate in DER. Throws when it is none.
 * @returns {Certificate}
 */
export function parseCertificate(der) {
    const x509 = new X509Certificate(der);
    const whole = read(der);
    const [tbs, signature] = sequence(whole);
    const fields = sequence(tbs);
    if (fields[0].tag === 0xa0)
        fields.shift();
    const [serial, , issuer, validity, subject] = fields;
    const [from, until] = sequence(validity);
    return { x509, raw: whole.raw, serial: integer(serial), issuer: issuer.raw,
        issuerName: comparable(issuer.raw), subject: subject.raw, notBefore: time(from), notAfter: time(until),
        signedBy: algorithm(signature).oid,
        ...readExtensions(fields.find(field => field.tag === 0xa3)) };
}

/**
 * A certificate that came along: one that OpenSSL reads and that is not what
 * we can judge is passed over. Throws when it is none at all.
 * @returns {Certificate | null}
 */
export function parseHelper(der) {
    void new X509Certificate(der);
    try {
        return parseCertificate(der);
    } catch {
        return null;
    }
}

/** Certificates of a text or file: PEM blocks, or DER one after another. */
export function parseCertificates(bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
    need(blocks !== null || bytes[0] === TAG.sequence, 'no certificate');
    if (blocks === null)
        return [parseCertificate(Buffer.from(bytes))];
    return blocks.map(block => parseCertificate(Buffer.from(
        block.replace(/-----[^-]*-----|\s/g, ''), 'base64')));
}

const TEXTS = new Set([TAG.utf8, TAG.printable, 0x14, 0x16, 0x1a]);

/**
 * A name as it is compared (RFC 5280, 7.1): letters without their case, runs of
 * spaces as one.
 * @param {Buffer} name DER
 */
export function comparable(name) {
    return JSON.stringify(sequence(read(name)).map(set => expect(set, TAG.set).children.map(one => {
        const [type, value, ...rest] = sequence(one);
        need(rest.length === 0);
        return [oid(type), TEXTS.has(value.tag)
            ? value.body.toString('utf8').replace(/[A-Z]/g, letter => letter.toLowerCase())
                .trim().replace(/\s+/g, ' ')
            : value.raw.toString('hex')];
    }).sort()));
}

const USAGES = ['digitalSignature', 'nonRepudiation', 'keyEncipherment',
    'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign'];

/** Does the key usage, if it names any, allow this? */
export function allows(certificate, usage) {
    const value = certificate.extensions.get(OIDS.keyUsage);
    if (value === undefined)
        return true;
    try {
        const { body } = expect(read(value), TAG.bits);
        const at = USAGES.indexOf(usage);
        return body.length > 1 && (body[1] & 0x80 >> at) !== 0;
    } catch {
        return false;
    }
}

/** May it issue certificates: {ca, depth}, depth at most that many below. */
export function constraints(certificate) {
    const value = certificate.extensions.get(OIDS.basicConstraints);
    if (value === undefined)
        return { ca: false, depth: Infinity };
    const parts = sequence(read(value));
    const ca = parts[0]?.tag === TAG.boolean && parts[0].body[0] !== 0;
    const depth = parts.find(part => part.tag === TAG.integer);
    return { ca, depth: depth === undefined ? Infinity : Number(integer(depth)) };
}

/** Is the key good for 112 bits of strength? */
export function hasStrongKey(certificate) {
    const key = certificate.x509.publicKey;
    if (key.asymmetricKeyType === 'rsa')
        return key.asymmetricKeyDetails.modulusLength >= 2048;
    if (key.asymmetricKeyType !== 'ec')
        return false;
    const [, curve] = sequence(sequence(read(key.export({ type: 'spki', format: 'der' })))[0]);
    return curve.tag === TAG.oid && CURVES.has(oid(curve));
}

/** The key, or undefined for one that cannot be read. */
export function keyOf(certificate) {
    try {
        return certificate.x509.publicKey;
    } catch {
        return undefined;
    }
}
