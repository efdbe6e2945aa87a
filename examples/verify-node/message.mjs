// A message and its signers, whoever they are: what trusts nobody.

import { DIGESTS } from './algorithms.mjs';
import { parseCertificate } from './certificate.mjs';
import { parseSignedData } from './cms.mjs';
import { attributesFit, attributesReason, certificateOf, contentReason, hasStrongDigest,
    readDisplay, sha256 } from './signer.mjs';

/** The answers, in order. */
export class Verdict {
    checks = [];
    signers = [];
    content = null;
    detached = false;

    add(check, reason, signer) {
        this.checks.push({ check, ok: reason === null,
            ...reason !== null && { reason }, ...signer !== undefined && { signer } });
    }

    get ok() {
        return this.checks.length > 0 && this.checks.every(check => check.ok);
    }
}

export function settleContent(verdict, inside, q) {
    verdict.detached = inside === null;
    verdict.content = inside ?? q.content ?? null;
    const same = verdict.content === null
        || ((q.content === undefined || q.content.equals(verdict.content))
            && (q.sha256 === undefined || q.sha256.equals(sha256(verdict.content))));
    const known = verdict.content !== null || q.sha256 !== undefined;
    verdict.add('content', !known ? 'content_missing' : same ? null : 'content_differs');
    return known;
}

function checkDisplay(verdict, signer, q, i) {
    const origin = q.type === 'login' ? undefined : q.origin;
    const asked = origin !== undefined || q.kind !== undefined;
    const { found, reason, display } = readDisplay(signer);
    const why = reason ?? (!found ? asked ? 'display_missing' : null
        : origin !== undefined && display.origin !== origin ? 'origin_differs'
            : q.kind !== undefined && display.kind !== q.kind ? 'kind_differs' : null);
    if (asked || why !== null)
        verdict.add('display', why, i);
    return display;
}

function checkSigner(verdict, data, signer, certificates, q, known) {
    const i = verdict.signers.length;
    const certificate = certificateOf(signer, certificates);
    verdict.signers.push({ ...signer, certificate: certificate ?? null });
    verdict.add('certificate', certificate === undefined ? 'certificate_missing' : null, i);
    if (certificate === undefined)
        return;
    if (q.certificate !== undefined && !certificate.raw.equals(q.certificate))
        verdict.add('certificate', 'other_signer', i);
    verdict.add('digest', hasStrongDigest(signer) ? null : 'digest_weak', i);
    if (signer.attributes !== null) {
        verdict.add('attributes', attributesFit(signer, data.type, certificate, certificates)
            ? null : 'attributes_wrong', i);
        verdict.add('signature', attributesReason(signer, certificate), i);
    }
    verdict.signers[i].display = checkDisplay(verdict, signer, q, i);
    if (!known)
        return;
    const reason = contentReason(signer, certificate, data.digests,
        { content: verdict.content, digest: q.sha256 ?? null });
    if (reason !== null || signer.attributes === null)
        verdict.add('signature', reason, i);
}

/**
 * Structure, content, and each signer's signature.
 * @param {string} type OID of the content that is expected
 * @returns {import('./certificate.mjs').Certificate[]} that came along
 */
export function checkMessage(verdict, q, type) {
    const { reason, data } = parseSignedData(q.signature, type);
    verdict.add('structure', reason);
    if (reason !== null)
        return [];
    let known = settleContent(verdict, data.content, q);
    if (known && q.sha256 === undefined && !data.digests.every(id => DIGESTS.has(id))) {
        verdict.add('structure', 'digest_unknown');
        known = false;
    }
    const certificates = q.certificate === undefined ? data.certificates
        : [...data.certificates, parseCertificate(q.certificate)];
    for (const signer of data.signers)
        checkSigner(verdict, data, signer, certificates, q, known);
    return data.certificates;
}
