// A path from a certificate to one that is trusted (RFC 5280, 6). What is
// trusted may be an intermediate CA; the certificate itself never counts.

import { SIGNATURES, isStrong } from './algorithms.mjs';
import { allows, constraints, hasStrongKey } from './certificate.mjs';

const BETWEEN = 6; // CAs between a certificate and what is trusted

function isValidAt(certificate, at) {
    return certificate.notBefore <= at && at <= certificate.notAfter;
}

/** Did this CA, at depth CAs above the lowest certificate, sign that one? */
function signed(ca, certificate, below, at) {
    try {
        const { ca: may, depth } = constraints(ca);
        return certificate.x509.checkIssued(ca.x509) && may
            && allows(ca, 'keyCertSign') && below <= depth
            && !ca.strange && isValidAt(ca, at) && hasStrongKey(ca)
            && SIGNATURES.has(certificate.signedBy) && isStrong(certificate.signedBy)
            && certificate.x509.verify(ca.x509.publicKey);
    } catch {
        return false;
    }
}

function climb(path, others, trusted, at) {
    const last = path.at(-1);
    const below = path.length - 1; // CAs of the path so far
    const anchor = trusted.find(ca => signed(ca, last, below, at));
    if (anchor !== undefined)
        return [...path, anchor];
    for (const ca of below < BETWEEN ? others : []) {
        if (path.some(one => one.raw.equals(ca.raw)) || !signed(ca, last, below, at))
            continue;
        const found = climb([...path, ca], others, trusted, at);
        if (found !== null)
            return found;
    }
    return null;
}

/**
 * The path, the certificate first; null: there is none. The dates of the
 * certificate itself are another question.
 * @returns {import('./certificate.mjs').Certificate[] | null}
 */
export function findPath(certificate, others, anchors, at) {
    const trusted = anchors.filter(anchor => !anchor.raw.equals(certificate.raw));
    if (certificate.strange || !hasStrongKey(certificate))
        return null;
    return climb([certificate], others, trusted, at);
}
