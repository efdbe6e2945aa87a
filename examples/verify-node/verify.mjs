// Check signatures and logins made by Ingam, with Node's own crypto and
// nothing else (Node 18 or later). docs/verify.md has the verdict's members,
// checks and reasons; libingam-verify and `ingam verify --json` say the same.

import { createPrivateKey } from 'node:crypto';

import { OIDS } from './algorithms.mjs';
import { allows, keyOf, parseCertificate, parseCertificates } from './certificate.mjs';
import { findPath } from './chain.mjs';
import { identityReason, instant, loginReason, openVid, vidReason } from './login.mjs';
import { Attributes } from './cms.mjs';
import { Verdict, checkMessage, settleContent } from './message.mjs';
import { revocationReason } from './revocation.mjs';
import { sha256, verifiesDigest } from './signer.mjs';
import { timestampOf } from './timestamp.mjs';
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
 * @property {Buffer | string} [trustTsa] CA certificates of time-stamp
 *     authorities, of which one must have confirmed the time; PEM or DER
 * @property {Buffer} [revocation] CRLs and OCSP answers, one behind the other
 */

/** A bare RSASSA-PKCS1-v1_5 value with SHA-256. */
function checkValue(verdict, q) {
    verdict.add('structure', null);
    const known = settleContent(verdict, null, q);
    const certificate = q.certificate === undefined ? null : parseCertificate(q.certificate);
    verdict.add('certificate', certificate === null ? 'certificate_missing' : null, 0);
    verdict.signers.push({ certificate: null, unsigned: new Attributes() });
    if (!known || certificate === null || !verdict.checks[1].ok)
        return;
    verdict.signers[0].certificate = certificate;
    const good = verifiesDigest({ signature: q.signature }, certificate,
        q.sha256 ?? sha256(verdict.content));
    verdict.add('signature', good ? null : 'signature_wrong', 0);
}

/** A time-stamp that nobody vouches for is passed over: anybody may add one. */
function checkTimestamps(verdict, q, at) {
    const anchors = q.trustTsa === undefined ? [] : parseCertificates(Buffer.from(q.trustTsa));
    for (const [i, signer] of verdict.signers.entries()) {
        const { state, time, problem } = timestampOf(signer, anchors, at);
        signer.stamped = state === 'good' ? time : undefined;
        if (q.trustTsa !== undefined || state === 'good' || state === 'bad')
            verdict.add('timestamp', problem, i);
    }
}

function checkTrust(verdict, { certificate, stamped }, i, { others, anchors, now, idn, r, evidence }) {
    const at = stamped ?? now;
    verdict.add('key_usage', allows(certificate, 'digitalSignature') ? null : 'key_usage', i);
    verdict.add('validity', at < certificate.notBefore ? 'certificate_not_yet_valid'
        : at > certificate.notAfter ? 'certificate_expired' : null, i);
    const path = keyOf(certificate) === undefined ? null
        : findPath(certificate, others, anchors, at);
    verdict.add('chain', path === null ? 'chain_untrusted' : null, i);
    if (evidence !== undefined)
        verdict.add('revocation', revocationReason(evidence, path, now, stamped), i);
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
    const others = q.format === 'pkcs1' ? [] : checkMessage(verdict, q,
        q.type === 'login' ? OIDS.login : OIDS.data);
    if (q.format === 'pkcs1')
        checkValue(verdict, q);
    const anchors = parseCertificates(Buffer.from(q.trust));
    checkTimestamps(verdict, q, at);
    verdict.signers.forEach((signer, i) => signer.certificate !== null
        && checkTrust(verdict, signer, i, { others, anchors, now: at, idn: q.idn,
            r: opened?.r ?? q.r, evidence: q.revocation }));
    if (q.type === 'login')
        verdict.add('login', loginReason(verdict.content ?? Buffer.alloc(0), { ...q, at }));
    if (q.transaction !== undefined || q.kind === 'transaction')
        verdict.add('transaction', transactionReason(verdict.content, q.transaction));
    if (q.vid !== undefined)
        verdict.add('vid', vidReason(opened, verdict.content));
    return { verdict: { ok: verdict.ok, checks: verdict.checks, detached: verdict.detached,
        ...verdict.content !== null && { sha256: sha256(verdict.content).toString('hex') },
        signers: verdict.signers.map(({ certificate, display, stamped }) => ({
            ...display !== undefined && { display },
            ...stamped !== undefined && { stampedAt: new Date(stamped * 1000).toISOString() },
            ...certificate !== null && { id: sha256(certificate.raw).toString('hex') } })) },
    content: verdict.ok ? verdict.content : null };
}
