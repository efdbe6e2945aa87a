// Check signatures and logins made by Ingam, with Node's own crypto and
// nothing else (Node 18 or later). docs/verify.md has the verdict's members,
// checks and reasons; libingam-verify and `ingam verify --json` say the same.

import { createPrivateKey } from 'node:crypto';

import { DIGESTS, OIDS } from './algorithms.mjs';
import { allows, keyOf, parseCertificate, parseCertificates } from './certificate.mjs';
import { findPath } from './chain.mjs';
import { parseSignedData } from './cms.mjs';
import { identityReason, instant, loginReason, openVid, vidReason } from './login.mjs';
import { revocationReason } from './revocation.mjs';
import { attributesFit, attributesVerify, certificateOf, contentReason, hasStrongDigest,
    readDisplay, sha256, verifiesDigest } from './signer.mjs';
import { transactionReason } from './transaction.mjs';

/**
 * @typedef {object} Question
 * @property {Buffer} signature DER of a CMS SignedData, or a bare PKCS#1 value
 * @property {Buffer | string} trust CA certificates, PEM or DER
 * @property {'cms' | 'pkcs1'} [format]
 * @property {'data' | 'login'} [type]
 * @property {Buffer} [content] the signed bytes, where they are not inside
 * @property {Buffer} [sha256] their SHA-256, in their place or beside them
 * @property {Buffer} [certificate] DER of the expected signer
 * @property {string} [at] time to judge by, as 2027-03-14T14:59:59Z; now
 * @property {string} [origin] site that must have asked
 * @property {'text' | 'transaction' | 'file' | 'document'} [kind] of what was shown
 * @property {string} [nonce] that a login must answer
 * @property {object} [transaction] the members that a transaction must have
 * @property {string} [idn] identity number, with r or vid
 * @property {Buffer} [r] the certificate's random number
 * @property {Buffer} [vid] DER of what came as vid with a login
 * @property {import('node:crypto').KeyObject | string} [serverKey] to open vid
 * @property {Buffer} [revocation] CRLs and OCSP answers, one behind the other
 */

/** The answers, in order. */
class Verdict {
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

function settleContent(verdict, inside, q) {
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
    verdict.signers.push({ certificate: certificate ?? null });
    verdict.add('certificate', certificate === undefined ? 'certificate_missing' : null, i);
    if (certificate === undefined)
        return;
    if (q.certificate !== undefined && !certificate.raw.equals(q.certificate))
        verdict.add('certificate', 'other_signer', i);
    verdict.add('digest', hasStrongDigest(signer) ? null : 'digest_weak', i);
    if (signer.attributes !== null) {
        verdict.add('attributes', attributesFit(signer, data.type, certificate, certificates)
            ? null : 'attributes_wrong', i);
        verdict.add('signature', attributesVerify(signer, certificate)
            ? null : 'signature_wrong', i);
    }
    verdict.signers[i].display = checkDisplay(verdict, signer, q, i);
    if (!known)
        return;
    const reason = contentReason(signer, certificate, data.digests,
        { content: verdict.content, digest: q.sha256 ?? null });
    if (reason !== null || signer.attributes === null)
        verdict.add('signature', reason, i);
}

/** @returns {import('./certificate.mjs').Certificate[]} that came along */
function checkMessage(verdict, q) {
    const type = q.type === 'login' ? OIDS.login : OIDS.data;
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

/** A bare RSASSA-PKCS1-v1_5 value with SHA-256. */
function checkValue(verdict, q) {
    verdict.add('structure', null);
    const known = settleContent(verdict, null, q);
    const certificate = q.certificate === undefined ? null : parseCertificate(q.certificate);
    verdict.add('certificate', certificate === null ? 'certificate_missing' : null, 0);
    verdict.signers.push({ certificate: null });
    if (!known || certificate === null || !verdict.checks[1].ok)
        return;
    verdict.signers[0].certificate = certificate;
    const good = verifiesDigest({ signature: q.signature }, certificate,
        q.sha256 ?? sha256(verdict.content));
    verdict.add('signature', good ? null : 'signature_wrong', 0);
}

function checkTrust(verdict, certificate, i, { others, anchors, at, idn, r, evidence }) {
    verdict.add('key_usage', allows(certificate, 'digitalSignature') ? null : 'key_usage', i);
    verdict.add('validity', at < certificate.notBefore ? 'certificate_not_yet_valid'
        : at > certificate.notAfter ? 'certificate_expired' : null, i);
    const path = keyOf(certificate) === undefined ? null
        : findPath(certificate, others, anchors, at);
    verdict.add('chain', path === null ? 'chain_untrusted' : null, i);
    if (evidence !== undefined)
        verdict.add('revocation', revocationReason(evidence, path, at), i);
    if (idn !== undefined && r !== undefined)
        verdict.add('identity', identityReason(certificate, idn, r), i);
}

/**
 * Answer everything.
 * @param {Question} q
 * @returns {{verdict: {ok: boolean, checks: object[], detached: boolean,
 *     sha256?: string, signers: object[]}, content: Buffer | null}} content:
 *     the bytes that were signed, when the verdict is good and they are known
 */
export function verify(q) {
    const verdict = new Verdict();
    const at = q.at === undefined ? Math.floor(Date.now() / 1000) : instant(q.at);
    const opened = q.vid === undefined ? null
        : openVid(q.vid, createPrivateKey(q.serverKey));
    const others = q.format === 'pkcs1' ? [] : checkMessage(verdict, q);
    if (q.format === 'pkcs1')
        checkValue(verdict, q);
    const anchors = parseCertificates(Buffer.from(q.trust));
    verdict.signers.forEach(({ certificate }, i) => certificate !== null
        && checkTrust(verdict, certificate, i, { others, anchors, at, idn: q.idn,
            r: opened?.r ?? q.r, evidence: q.revocation }));
    if (q.type === 'login')
        verdict.add('login', loginReason(verdict.content ?? Buffer.alloc(0), { ...q, at }));
    if (q.transaction !== undefined || q.kind === 'transaction')
        verdict.add('transaction', transactionReason(verdict.content, q.transaction));
    if (q.vid !== undefined)
        verdict.add('vid', vidReason(opened, verdict.content));
    return { verdict: { ok: verdict.ok, checks: verdict.checks, detached: verdict.detached,
        ...verdict.content !== null && { sha256: sha256(verdict.content).toString('hex') },
        signers: verdict.signers.map(({ certificate, display }) => ({
            ...display !== undefined && { display },
            ...certificate !== null && { id: sha256(certificate.raw).toString('hex') } })) },
    content: verdict.ok ? verdict.content : null };
}
