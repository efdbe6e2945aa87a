// Is a certificate revoked, as CRLs (RFC 5280, 5) and OCSP answers (RFC 6960)
// that were fetched beforehand have it?

import { createHash, verify } from 'node:crypto';

import { OIDS, SIGNATURES, isStrong } from './algorithms.mjs';
import { allows, comparable, hasStrongKey, parseCertificate } from './certificate.mjs';
import { TAG, algorithm, bits, expect, integer, need, oid, read, readFirst, sequence, time }
    from './der.mjs';

const SKEW = 300; // seconds that clocks may differ

function isSigned(tbs, signedBy, signature, key) {
    return isStrong(signedBy) && key.asymmetricKeyType === SIGNATURES.get(signedBy).key
        && verify(SIGNATURES.get(signedBy).digest, tbs, key, signature);
}

/** [oid, critical, value] of each extension. */
function extensions(element) {
    return element === undefined ? [] : sequence(element).map(one => {
        const parts = sequence(one);
        return [oid(parts[0]), parts[1]?.tag === TAG.boolean && parts[1].body[0] !== 0,
            expect(parts.at(-1), TAG.octets).body];
    });
}

/** The full names of a DistributionPointName, in DER. */
function fullNames(element) {
    return element?.tag === 0xa0 && element.children[0]?.tag === 0xa0
        ? element.children[0].children.map(name => name.raw) : [];
}

function isForPoint(point, certificate) {
    const value = certificate.extensions.get(OIDS.crlPoints);
    const own = value === undefined ? [] : sequence(read(value))
        .flatMap(one => fullNames(sequence(one).find(part => part.tag === 0xa0)));
    return fullNames(point).some(name => own.some(other => other.equals(name)));
}

function coversCertificate(value, certificate) {
    const parts = sequence(read(value));
    const isTrue = tag => parts.some(part => part.tag === tag && part.body[0] !== 0);
    const point = parts.find(part => part.tag === 0xa0);
    return !isTrue(0x82) && !isTrue(0x84) && !isTrue(0x85)
        && !parts.some(part => part.tag === 0x83)
        && (point === undefined || isForPoint(point, certificate));
}

function readCrl(element, certificate, issuer, at) {
    const [tbs, signedBy, signature] = sequence(element);
    const parts = [...sequence(tbs)];
    if (parts[0].tag === TAG.integer)
        parts.shift();
    const [, name, from, until] = parts;
    need(comparable(name.raw) === certificate.issuerName);
    need(isSigned(tbs.raw, algorithm(signedBy).oid, bits(signature), issuer.x509.publicKey));
    need(allows(issuer, 'cRLSign') && time(from) <= at + SKEW);
    const entries = parts[4]?.tag === TAG.sequence ? sequence(parts[4]) : [];
    const whole = parts.find(part => part.tag === 0xa0);
    for (const [id, critical, value] of extensions(whole?.children[0])) {
        need(!critical || id === OIDS.crlPoint);
        need(id !== OIDS.crlPoint || coversCertificate(value, certificate));
    }
    const entry = entries.map(sequence)
        .find(fields => integer(fields[0]) === certificate.serial);
    if (entry === undefined)
        return { good: time(until) >= at - SKEW };
    need(!extensions(entry[2]).some(([, critical]) => critical));
    return { revoked: time(entry[1]) }; // a list that has expired does not take it back
}

/** Did the issuer give this certificate the right to answer for it? */
function isDelegated(responder, issuer, at) {
    const usage = responder.extensions.get(OIDS.extendedUsage);
    return responder.issuerName === comparable(issuer.subject) && isStrong(responder.signedBy)
        && responder.x509.verify(issuer.x509.publicKey) && !responder.x509.ca
        && !responder.strange && usage !== undefined
        && sequence(read(usage)).some(one => oid(one) === OIDS.ocspSigning)
        && (allows(responder, 'digitalSignature') || allows(responder, 'nonRepudiation'))
        && responder.notBefore <= at && at <= responder.notAfter && hasStrongKey(responder);
}

const sha1 = bytes => createHash('sha1').update(bytes).digest();

function keyHash(certificate) {
    const [, key] = sequence(read(certificate.x509.publicKey.export({ type: 'spki', format: 'der' })));
    return sha1(bits(key));
}

function findResponder(id, certificates, issuer) {
    return [issuer, ...certificates].find(one => id.tag === 0xa1
        ? id.children[0].raw.equals(one.subject)
        : expect(id.children[0], TAG.octets).body.equals(keyHash(one)));
}

function isAbout(id, certificate, issuer) {
    const [hash, name, key, serial] = sequence(id);
    return algorithm(hash).oid === '1.3.14.3.2.26' && name.body.equals(sha1(certificate.issuer))
        && key.body.equals(keyHash(issuer)) && integer(serial) === certificate.serial;
}

function readSingle(single, at) {
    const parts = sequence(single);
    const until = parts.find((part, i) => i > 2 && part.tag === 0xa0);
    const more = parts.find((part, i) => i > 2 && part.tag === 0xa1);
    need(!extensions(more?.children[0]).some(([, critical]) => critical));
    need(time(parts[2]) <= at + SKEW);
    if (parts[1].tag === 0xa1)
        return { revoked: time(parts[1].children[0]) };
    const expired = until === undefined || time(until.children[0]) < at - SKEW;
    return { good: parts[1].tag === 0x80 && !expired };
}

function readOcsp(element, certificate, issuer, at) {
    const [status, outer] = sequence(element);
    need(status.body.equals(Buffer.from([0])));
    const [type, inner] = sequence(outer.children[0]);
    need(oid(type) === OIDS.ocspBasic);
    const [data, signedBy, signature, also] = sequence(read(expect(inner, TAG.octets).body));
    const certificates = also === undefined ? []
        : sequence(also.children[0]).map(one => parseCertificate(one.raw));
    const parts = sequence(data).filter(part => part.tag !== 0xa0);
    const responder = findResponder(parts[0], certificates, issuer);
    need(responder !== undefined
        && (responder.raw.equals(issuer.raw) || isDelegated(responder, issuer, at)));
    need(isSigned(data.raw, algorithm(signedBy).oid, bits(signature), responder.x509.publicKey));
    const more = parts.find((part, i) => i > 2 && part.tag === 0xa1);
    need(!extensions(more?.children[0]).some(([, critical]) => critical));
    const single = sequence(parts[2]).find(one => isAbout(sequence(one)[0], certificate, issuer));
    return single === undefined ? { good: false } : readSingle(single, at);
}

/** @returns {{good?: boolean, revoked?: number}} revoked: since when */
function readOne(element, certificate, issuer, at) {
    try {
        return element.children[0]?.tag === TAG.enumerated
            ? readOcsp(element, certificate, issuer, at)
            : readCrl(element, certificate, issuer, at);
    } catch {
        return { good: false };
    }
}

/**
 * Why the first of a path cannot be relied on, or null.
 * @param {Buffer} evidence CRLs and OCSP answers in DER, one behind the other
 * @param {import('./certificate.mjs').Certificate[] | null} path
 * @param {number} [stamped] when the signature was there for certain: what was
 *     revoked later was good then
 */
export function revocationReason(evidence, path, at, stamped = Infinity) {
    let good = false;
    try {
        for (let rest = evidence; path !== null && rest.length > 0;) {
            const [element, behind] = readFirst(rest);
            const state = readOne(element, path[0], path[1], at);
            if (state.revoked <= stamped)
                return 'certificate_revoked';
            good ||= state.good ?? true;
            rest = behind;
        }
    } catch {
        return 'status_unknown';
    }
    return good ? null : 'status_unknown';
}
