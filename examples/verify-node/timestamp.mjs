// Time-stamps of a signature (RFC 3161): a token says that the signature's
// value was there at a time. docs/signing.md has the problems.

import { createHash } from 'node:crypto';

import { DIGESTS, OIDS } from './algorithms.mjs';
import { allows } from './certificate.mjs';
import { findPath } from './chain.mjs';
import { TAG, algorithm, expect, integer, need, oid, read, sequence, time } from './der.mjs';
import { Verdict, checkMessage } from './message.mjs';

const TOKENS = 8; // of one signer
const SKEW = 300; // seconds that clocks may differ
const PROBLEMS = new Map([['certificate', 'tsa_certificate'], ['attributes', 'tsa_certificate'],
    ['digest', 'tsa_signature'], ['signature', 'tsa_signature']]);

/** What is wrong with the token as a signature, or null. */
function signatureProblem(verdict) {
    const failed = verdict.checks.find(check => !check.ok);
    if (failed !== undefined)
        return PROBLEMS.get(failed.check) ?? 'tsa_malformed';
    const [signer, ...others] = verdict.signers;
    if (others.length > 0 || signer.attributes === null)
        return 'tsa_malformed';
    return signer.attributes.unique(OIDS.signingCertificate, TAG.sequence) !== undefined
        || signer.attributes.unique(OIDS.signingCertificateV2, TAG.sequence) !== undefined
        ? null : 'tsa_certificate';
}

/** For time-stamps and nothing else, and critically so (RFC 3161, 2.3). */
function isForTimestamps(certificate) {
    const usage = certificate.extensions.get(OIDS.extendedUsage);
    const others = ['keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign'];
    try {
        const purposes = sequence(read(usage)).map(oid);
        return certificate.critical.has(OIDS.extendedUsage)
            && purposes.length === 1 && purposes[0] === OIDS.timeStamping
            && (!certificate.extensions.has(OIDS.keyUsage)
                || !others.some(name => allows(certificate, name)))
            && (allows(certificate, 'digitalSignature') || allows(certificate, 'nonRepudiation'));
    } catch {
        return false;
    }
}

/** TSTInfo, as far as it is looked at. Throws when it is none. */
function readInfo(content) {
    const [version, policy, imprint, serial, at, ...more] = sequence(read(content));
    const [hash, message, ...rest] = sequence(imprint);
    oid(policy);
    integer(serial);
    need(rest.length === 0);
    const tags = more.map(part => part.tag);
    const known = [TAG.sequence, TAG.boolean, TAG.integer, 0xa0, 0xa1];
    need(tags.every((tag, i) => known.includes(tag)
        && (i === 0 || known.indexOf(tags[i - 1]) < known.indexOf(tag))));
    const extensions = more.find(part => part.tag === 0xa1)?.children ?? [];
    return { version: integer(version), at: time(expect(at, TAG.time)),
        digest: DIGESTS.get(algorithm(hash).oid), message: expect(message, TAG.octets).body,
        tsa: more.find(part => part.tag === 0xa0)?.children[0],
        critical: extensions.some(one => sequence(one)[1].tag === TAG.boolean
            && sequence(one)[1].body[0] !== 0) };
}

function contentProblem(info, stamped, certificate) {
    const { tsa, digest } = info;
    const named = tsa === undefined || tsa.tag !== 0xa4 || tsa.body.equals(certificate.subject);
    if (info.version !== 1n || info.critical || !named)
        return 'tsa_malformed';
    return digest?.strong === true
        && createHash(digest.name).update(stamped).digest().equals(info.message)
        ? null : 'tsa_other_signature';
}

/** Does the TSA's certificate lead to an anchor, then and now? */
function trustProblem(certificate, others, anchors, at, stamp) {
    if (findPath(certificate, others, anchors, at) === null)
        return 'tsa_untrusted';
    if (at > certificate.notAfter)
        return 'tsa_expired';
    if (at < certificate.notBefore)
        return 'tsa_not_yet';
    if (stamp > at + SKEW)
        return 'tsa_time';
    if (stamp < certificate.notBefore)
        return 'tsa_not_yet';
    return stamp > certificate.notAfter ? 'tsa_expired' : null;
}

function judge(token, stamped, anchors, at) {
    const verdict = new Verdict();
    const others = checkMessage(verdict, { signature: token }, OIDS.tstInfo);
    const problem = signatureProblem(verdict);
    if (problem !== null)
        return { state: 'bad', problem };
    const { certificate } = verdict.signers[0];
    let info;
    try {
        info = readInfo(verdict.content);
    } catch {
        return { state: 'bad', problem: 'tsa_malformed' };
    }
    const wrong = isForTimestamps(certificate)
        ? contentProblem(info, stamped, certificate) : 'tsa_usage';
    if (wrong !== null)
        return { state: 'bad', problem: wrong };
    const distrust = trustProblem(certificate, others, anchors, at, info.at);
    return { state: distrust === null ? 'good' : 'untrusted', time: info.at, problem: distrust };
}

/**
 * The time-stamp of a signer: the first good one, else the last.
 * @param {import('./cms.mjs').Signer} signer
 * @returns {{state: 'none' | 'good' | 'untrusted' | 'bad', time?: number, problem: string | null}}
 */
export function timestampOf(signer, anchors, at) {
    const tokens = signer.unsigned.all(OIDS.timeStampToken).flatMap(one => one.values);
    let last = { state: 'none', problem: 'timestamp_missing' };
    for (const token of tokens.slice(0, TOKENS)) {
        last = judge(token.raw, signer.signature, anchors, at);
        if (last.state === 'good')
            break;
    }
    return last;
}
