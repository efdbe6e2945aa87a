// A writer of DER, and what is made with it: certificates, CRLs, OCSP answers
// and CMS messages of every kind, wrong ones too. Nothing of ours is used.
import { constants, createHash, sign as plain } from 'node:crypto';
import { algorithm as named, bits, integer as int, octets, oid, printable, sequence as seq, tlv, utf8 }
    from '../../ca/der.mjs';

export { int, octets, oid, seq, tlv };

export const set = (...parts) => tlv(0x31, ...parts.sort(Buffer.compare)); // as DER has it
export const setAsIs = (...parts) => tlv(0x31, ...parts);
const yes = Buffer.from([1, 1, 0xff]);

/** UTCTime of seconds since 1970, as Korean CAs write it until 2049. */
export function time(seconds) {
    const text = new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
    return text < '2050' ? tlv(0x17, Buffer.from(`${text.slice(2)}Z`)) : tlv(0x18, Buffer.from(`${text}Z`));
}

export const full = seconds => tlv(0x18,
    Buffer.from(`${new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

export const DIGEST = { md5: '1.2.840.113549.2.5', sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1',
    sha384: '2.16.840.1.101.3.4.2.2', sha512: '2.16.840.1.101.3.4.2.3' };
export const RSA = '1.2.840.113549.1.1.1';
export const RSA_WITH = { md5: '1.2.840.113549.1.1.4', sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11', sha384: '1.2.840.113549.1.1.12', sha512: '1.2.840.113549.1.1.13' };
export const EC_WITH = { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' };
export const hash = (name, bytes) => createHash(name).update(bytes).digest();

/** RSASSA-PSS with SHA-256 and 32 bytes of salt: the "digest" pss. */
export const PSS = seq(oid('1.2.840.113549.1.1.10'), seq(tlv(0xa0, named(DIGEST.sha256)),
    tlv(0xa1, seq(oid('1.2.840.113549.1.1.8'), named(DIGEST.sha256))), tlv(0xa2, int(32))));
export const ED25519 = seq(oid('1.3.101.112'));

/** A signature by a key and a digest, or by RSASSA-PSS. */
export function sign(digest, bytes, key) {
    if (key.asymmetricKeyType === 'ed25519')
        return plain(null, bytes, key);
    return digest === 'pss' ? plain('sha256', bytes, { key, saltLength: 32,
        padding: constants.RSA_PKCS1_PSS_PADDING }) : plain(digest, bytes, key);
}

function signedBy(key, digest) {
    if (key.asymmetricKeyType === 'ed25519')
        return ED25519;
    if (digest === 'pss')
        return PSS;
    return key.asymmetricKeyType === 'ec' ? seq(oid(EC_WITH[digest])) : named(RSA_WITH[digest]);
}

const signed = (tbs, key, digest) => seq(tbs, signedBy(key, digest), bits(sign(digest, tbs, key)));

export const name = cn => seq(set(seq(oid('2.5.4.6'), printable('kr'))),
    set(seq(oid('2.5.4.10'), utf8('IngamCorpus'))), set(seq(oid('2.5.4.3'), utf8(cn))));
export const extension = (id, value, critical = false) =>
    seq(oid(id), ...critical ? [yes] : [], octets(value));

export const KU = { digitalSignature: 0x80, nonRepudiation: 0x40, keyEncipherment: 0x20,
    keyCertSign: 0x04, cRLSign: 0x02 };
const usage = names => bits(Buffer.from([names.reduce((all, one) => all | KU[one], 0)]));

/** subjectAltName with the identifyData of KCAC.TS.SIVID. */
export function identity({ realName, idn, r, digest = 'sha256' }) {
    const content = seq(printable(idn), bits(r));
    const value = hash(digest, hash(digest, content));
    const info = seq(seq(oid('1.2.410.200004.10.1.1.1'),
        seq(named(DIGEST[digest]), tlv(0xa0, octets(value)))));
    return seq(tlv(0xa0, oid('1.2.410.200004.10.1.1'), tlv(0xa0, seq(utf8(realName), info))));
}

/** A certificate: {der, spec}. issuer: the same of the CA, or none for a root. */
export function certificate(spec) {
    const { cn, pair, issuer, serial, from, until, digest = 'sha256' } = spec;
    const extensions = [];
    if (spec.ca)
        extensions.push(extension('2.5.29.19', seq(yes, ...spec.depth === undefined ? [] : [int(spec.depth)]), true));
    const usages = spec.usage ?? (spec.ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature', 'nonRepudiation']);
    if (usages.length > 0)
        extensions.push(extension('2.5.29.15', usage(usages), true));
    if (spec.identity)
        extensions.push(extension('2.5.29.17', identity(spec.identity)));
    extensions.push(extension('2.5.29.14', octets(hash('sha1', spki(pair.publicKey)))), ...spec.more ?? []);
    const key = (issuer?.spec ?? spec).pair.privateKey;
    const tbs = seq(tlv(0xa0, int(2)), int(serial), signedBy(key, digest), name(issuer?.spec.cn ?? cn),
        seq(time(from), time(until)), name(cn), spki(pair.publicKey), tlv(0xa3, seq(...extensions)));
    return { der: signed(tbs, key, digest), spec };
}

export const spki = key => key.export({ type: 'spki', format: 'der' });

/** A CRL of a CA: [[serial, at, ...extensions]]. */
export function crl(issuer, { revoked = [], at, until, digest = 'sha256', pair = issuer.spec.pair, more = [] }) {
    const entries = revoked.map(([serial, when, ...rest]) =>
        seq(int(serial), time(when), ...rest.length ? [seq(...rest)] : []));
    const key = pair.privateKey;
    return signed(seq(int(1), signedBy(key, digest), name(issuer.spec.cn), time(at), time(until),
        ...entries.length ? [seq(...entries)] : [], tlv(0xa0, seq(extension('2.5.29.20', int(1)), ...more))), key, digest);
}

/** An OCSP answer of a CA, or of whom it appointed, about a certificate. */
export function ocsp(issuer, about, { state = 'good', at, until, by = issuer, serial = about.spec.serial, digest = 'sha256' }) {
    const keyBits = spki(issuer.spec.pair.publicKey).subarray(24); // RSA-2048: behind the algorithm
    const id = seq(named(DIGEST.sha1), octets(hash('sha1', name(issuer.spec.cn))),
        octets(hash('sha1', keyBits)), int(serial));
    const states = { good: tlv(0x80), revoked: tlv(0xa1, full(at - 60)), unknown: tlv(0x82) };
    const data = seq(tlv(0xa1, name(by.spec.cn)), full(at), seq(seq(id, states[state], full(at),
        ...until === undefined ? [] : [tlv(0xa0, full(until))])));
    const key = by.spec.pair.privateKey;
    const basic = seq(data, signedBy(key, digest), bits(sign(digest, data, key)),
        ...by === issuer ? [] : [tlv(0xa0, seq(by.der))]);
    return seq(tlv(0x0a, Buffer.from([0])), tlv(0xa0, seq(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))));
}

export const attribute = (id, ...values) => seq(oid(id), setAsIs(...values));
export const A = { contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4',
    signingTime: '1.2.840.113549.1.9.5', signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
    display: '2.25.292293108776468909223655752328592255476.1' };
export const DATA = '1.2.840.113549.1.7.1';
export const TST = '1.2.840.113549.1.9.16.1.4';
export const LOGIN = '2.25.292293108776468909223655752328592255476.2';

export const display = ({ version = 0, kind = 'text', origin = 'https://bank.example', language = 'ko',
    displayed = Buffer.alloc(32, 7) } = {}) =>
    seq(int(version), printable(kind), utf8(origin), printable(language), octets(displayed));

/** The attributes that Ingam signs; each may be replaced, or left out by null. */
export function attributes(content, { type = DATA, digest = 'sha256', at, who, replace = {}, also = [] }) {
    const all = { contentType: attribute(A.contentType, oid(type)),
        signingTime: attribute(A.signingTime, time(at)),
        messageDigest: attribute(A.messageDigest, octets(hash(digest, content))),
        signingCertificateV2: attribute(A.signingCertificateV2, seq(seq(seq(octets(hash('sha256', who.der)))))),
        display: attribute(A.display, display()), ...replace };
    return [...Object.values(all).filter(one => one !== null), ...also];
}

/**
 * One SignerInfo.
 * @param {Buffer[] | null} attrs signed, null: none
 */
export function signer(who, content, attrs, { digest = 'sha256', names = RSA, sid, damage = x => x,
    key = who.spec.pair.privateKey, stamp } = {}) {
    const what = attrs === null ? content : set(...attrs);
    const value = damage(sign(names === PSS ? 'pss' : digest, what, key));
    const issuer = who.spec.issuer?.spec.cn ?? who.spec.cn;
    return seq(int(sid ? 3 : 1), sid ?? seq(name(issuer), int(who.spec.serial)), named(DIGEST[digest]),
        ...attrs === null ? [] : [Buffer.concat([Buffer.from([0xa0]), what.subarray(1)])],
        Buffer.isBuffer(names) ? names : named(names), octets(value),
        ...stamp ? [tlv(0xa1, attribute('1.2.840.113549.1.9.16.2.14', stamp(value)))] : []);
}

/** A whole SignedData. content null: outside. */
export function message({ content, type = DATA, certificates, signers, digests = ['sha256'], version = 1, outer }) {
    return seq(oid(outer ?? '1.2.840.113549.1.7.2'), tlv(0xa0, seq(int(version),
        set(...digests.map(one => named(DIGEST[one] ?? one))),
        seq(oid(type), ...content === null ? [] : [tlv(0xa0, octets(content))]),
        ...certificates.length ? [tlv(0xa0, ...certificates.map(one => one.der))] : [], setAsIs(...signers))));
}

/** A time-stamp token of an authority over some bytes (RFC 3161). */
export function timestamp(tsa, bytes, { at, version = 1, digest = 'sha256', replace = {}, options, certificates = [tsa] }) {
    const info = seq(int(version), oid('1.2.3.4.1'), seq(named(DIGEST[digest]), octets(hash(digest, bytes))), int(7), full(at));
    const attrs = attributes(info, { type: TST, at, who: tsa, replace: { display: null, ...replace } });
    return message({ content: info, type: TST, version: 3, certificates, signers: [signer(tsa, info, attrs, options)] });
}
