// One signer of a message: attributes, what was shown, and the signature.

import { constants, createHash, publicDecrypt, verify } from 'node:crypto';

import { DIGESTS, OIDS, SIGNATURES } from './algorithms.mjs';
import { keyOf } from './certificate.mjs';
import { TAG, algorithm, expect, integer, need, oid, read, sequence } from './der.mjs';

const TEXT = 300; // bytes of each text of the signed display
const DISPLAY = 1024; // bytes of the whole
const ONCE = [OIDS.contentType, OIDS.messageDigest, OIDS.signingTime,
    OIDS.signingCertificate, OIDS.signingCertificateV2, OIDS.receiptRequest];

export const sha256 = bytes => createHash('sha256').update(bytes).digest();

/** The signer's certificate among those at hand. */
export function certificateOf(signer, certificates) {
    const { sid } = signer;
    return certificates.find(one => sid.keyIdentifier === undefined
        ? one.serial === sid.serial && one.issuerName === sid.issuer
        : keyIdentifier(one)?.equals(sid.keyIdentifier));
}

function keyIdentifier(certificate) {
    const value = certificate.extensions.get(OIDS.keyIdentifier);
    return value === undefined ? undefined : expect(read(value), TAG.octets).body;
}

/** A digest that still proves something, and the same as the signature's. */
export function hasStrongDigest(signer) {
    const digest = DIGESTS.get(signer.digest);
    const named = SIGNATURES.get(signer.algorithm)?.digest;
    return digest?.strong === true && (named === undefined || named === digest.name);
}

/** Attributes where RFC 5652, 11 and RFC 5035 allow them. */
function isWellPlaced(signer) {
    const { attributes, unsigned } = signer;
    const needed = [OIDS.contentType, OIDS.messageDigest];
    return ONCE.every(type => {
        const found = attributes.all(type);
        return unsigned.all(type).length === 0 && found.length <= 1
            && found.every(one => one.values.length === 1);
    }) && (attributes.list.length === 0
        || needed.every(type => attributes.all(type).length === 1))
        && attributes.all(OIDS.countersignature).length === 0;
}

/** Does an ESSCertID or ESSCertIDv2 mean this certificate? */
function means(id, certificate, v2) {
    const parts = sequence(id);
    const named = v2 && parts[0]?.tag === TAG.sequence ? algorithm(parts.shift()).oid : null;
    const name = !v2 ? 'sha1' : named === null ? 'sha256' : DIGESTS.get(named)?.name;
    const hash = expect(parts.shift(), TAG.octets).body;
    need(name !== undefined && parts.length <= 1);
    if (!createHash(name).update(certificate.raw).digest().equals(hash))
        return false;
    if (parts.length === 0)
        return true;
    const [names, serial] = sequence(parts[0]);
    const issuer = sequence(names)[0]; // [4] EXPLICIT Name
    return issuer.tag === 0xa4 && issuer.body.equals(certificate.issuer)
        && integer(serial) === certificate.serial;
}

function namesCertificate(attributes, type, certificate, certificates) {
    const value = attributes.unique(type, TAG.sequence);
    if (value === undefined)
        return true;
    try {
        const ids = sequence(sequence(value)[0]);
        const v2 = type === OIDS.signingCertificateV2;
        return ids.length > 0 && ids.every((id, i) => i === 0
            ? means(id, certificate, v2)
            : certificates.some(one => means(id, one, v2)));
    } catch {
        return false;
    }
}

function isOid(element, type) {
    try {
        return oid(element) === type;
    } catch {
        return false;
    }
}

/** Do the attributes name the content's type and the signer's certificate? */
export function attributesFit(signer, type, certificate, certificates) {
    const { attributes } = signer;
    const named = attributes.unique(OIDS.contentType, TAG.oid);
    return named !== undefined && isOid(named, type)
        && namesCertificate(attributes, OIDS.signingCertificate, certificate, certificates)
        && namesCertificate(attributes, OIDS.signingCertificateV2, certificate, certificates);
}

/** Can a signature by its algorithm be this key's? null, or why not. */
function algorithmReason(signer, certificate) {
    const kind = SIGNATURES.get(signer.algorithm)?.key;
    if (kind === undefined)
        return 'algorithm_unsuited';
    return keyOf(certificate)?.asymmetricKeyType === kind ? null : 'signature_wrong';
}

function verifies(signer, certificate, bytes) {
    const digest = DIGESTS.get(signer.digest);
    const key = keyOf(certificate);
    if (digest === undefined)
        return false;
    try {
        return verify(digest.name, bytes, key, signer.signature);
    } catch {
        return false;
    }
}

/** Is it the signer's signature over the attributes? null, or the reason. */
export function attributesReason(signer, certificate) {
    return algorithmReason(signer, certificate)
        ?? (isWellPlaced(signer) && verifies(signer, certificate, signer.signed)
            ? null : 'signature_wrong');
}

/**
 * Is it that content that was signed? null, or the reason.
 * @param {{content: Buffer | null, digest: Buffer | null}} what
 */
export function contentReason(signer, certificate, digests, { content, digest }) {
    const own = DIGESTS.get(signer.digest)?.name;
    const unfit = signer.attributes === null ? algorithmReason(signer, certificate) : null;
    if (unfit !== null)
        return unfit;
    if (digest !== null && own !== 'sha256')
        return 'digest_unsuited';
    if (signer.attributes === null)
        return (digest !== null ? verifiesDigest(signer, certificate, digest)
            : digests.includes(signer.digest) && verifies(signer, certificate, content))
            ? null : 'signature_wrong';
    const value = signer.attributes.unique(OIDS.messageDigest, TAG.octets);
    const want = digest ?? (own === undefined || !digests.includes(signer.digest) ? null
        : createHash(own).update(content).digest());
    return value !== undefined && want !== null && value.body.equals(want)
        ? null : 'digest_differs';
}

/** A signature over bytes of which only the SHA-256 is known: RSA only. */
export function verifiesDigest(signer, certificate, digest) {
    const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const key = keyOf(certificate);
    if (key?.asymmetricKeyType !== 'rsa')
        return false;
    try {
        return signer.signature.length === key.asymmetricKeyDetails.modulusLength / 8
            && publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signer.signature)
                .equals(Buffer.concat([info, digest]));
    } catch {
        return false;
    }
}

/** @returns {{found: boolean, reason?: string, display?: object}} */
export function readDisplay(signer) {
    const found = signer.attributes?.all(OIDS.display) ?? [];
    if (found.length === 0)
        return { found: false };
    try {
        const value = signer.attributes.unique(OIDS.display, TAG.sequence);
        need(value !== undefined && value.raw.length <= DISPLAY);
        const [version, kind, origin, language, displayed, ...rest] = sequence(value);
        need(rest.length === 0 && integer(version) === 0n
            && expect(displayed, TAG.octets).body.length === 32);
        return { found: true, display: { kind: text(kind, TAG.printable),
            origin: text(origin, TAG.utf8), language: text(language, TAG.printable),
            displayed: displayed.body.toString('hex') } };
    } catch {
        return { found: true, reason: 'display_wrong' };
    }
}

function text(element, tag) {
    const { body } = expect(element, tag);
    need(body.length <= TEXT);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
}
