// Object identifiers and what Node's crypto calls them.

/** Digests that OpenSSL knows; those a signature may use have a strength. */
export const DIGESTS = new Map([
    ['1.2.840.113549.2.5', { name: 'md5' }],
    ['1.3.14.3.2.26', { name: 'sha1' }],
    ['2.16.840.1.101.3.4.2.4', { name: 'sha224' }],
    ['2.16.840.1.101.3.4.2.1', { name: 'sha256', strong: true }],
    ['2.16.840.1.101.3.4.2.2', { name: 'sha384', strong: true }],
    ['2.16.840.1.101.3.4.2.3', { name: 'sha512', strong: true }],
]);

/**
 * Signature algorithms that are read; those that name no digest take the
 * signer's. No Korean CA's profile has RSASSA-PSS, EdDSA or DSA.
 */
export const SIGNATURES = new Map([
    ['1.2.840.113549.1.1.1', { key: 'rsa' }],
    ['1.2.840.113549.1.1.4', { key: 'rsa', digest: 'md5' }],
    ['1.2.840.113549.1.1.5', { key: 'rsa', digest: 'sha1' }],
    ['1.2.840.113549.1.1.14', { key: 'rsa', digest: 'sha224' }],
    ['1.2.840.113549.1.1.11', { key: 'rsa', digest: 'sha256' }],
    ['1.2.840.113549.1.1.12', { key: 'rsa', digest: 'sha384' }],
    ['1.2.840.113549.1.1.13', { key: 'rsa', digest: 'sha512' }],
    ['1.2.840.10045.4.1', { key: 'ec', digest: 'sha1' }],
    ['1.2.840.10045.4.3.1', { key: 'ec', digest: 'sha224' }],
    ['1.2.840.10045.4.3.2', { key: 'ec', digest: 'sha256' }],
    ['1.2.840.10045.4.3.3', { key: 'ec', digest: 'sha384' }],
    ['1.2.840.10045.4.3.4', { key: 'ec', digest: 'sha512' }],
]);

const STRONG = new Set(['sha256', 'sha384', 'sha512']);

/** Curves whose keys are read: P-256, P-384, P-521. */
export const CURVES = new Set(['1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35']);

/** May a CA's signature by this algorithm still be believed? */
export function isStrong(oid) {
    return STRONG.has(SIGNATURES.get(oid)?.digest ?? '');
}

export const OIDS = Object.freeze({
    data: '1.2.840.113549.1.7.1',
    signedData: '1.2.840.113549.1.7.2',
    envelopedData: '1.2.840.113549.1.7.3',
    login: '2.25.292293108776468909223655752328592255476.2',
    display: '2.25.292293108776468909223655752328592255476.1',
    contentType: '1.2.840.113549.1.9.3',
    messageDigest: '1.2.840.113549.1.9.4',
    signingTime: '1.2.840.113549.1.9.5',
    signingCertificate: '1.2.840.113549.1.9.16.2.12',
    signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
    receiptRequest: '1.2.840.113549.1.9.16.2.1',
    timeStampToken: '1.2.840.113549.1.9.16.2.14',
    tstInfo: '1.2.840.113549.1.9.16.1.4',
    timeStamping: '1.3.6.1.5.5.7.3.8',
    countersignature: '1.2.840.113549.1.9.6',
    keyIdentifier: '2.5.29.14',
    keyUsage: '2.5.29.15',
    altName: '2.5.29.17',
    basicConstraints: '2.5.29.19',
    nameConstraints: '2.5.29.30',
    crlPoints: '2.5.29.31',
    crlPoint: '2.5.29.28',
    crlReason: '2.5.29.21',
    extendedUsage: '2.5.29.37',
    ocspSigning: '1.3.6.1.5.5.7.3.9',
    ocspBasic: '1.3.6.1.5.5.7.48.1.1',
    identifyData: '1.2.410.200004.10.1.1',
    vid: '1.2.410.200004.10.1.1.1',
    oaep: '1.2.840.113549.1.1.7',
    aes256: '2.16.840.1.101.3.4.1.42',
});
