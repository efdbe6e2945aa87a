// Entries that must be refused, each for its reasons: "check: reason".
import { elements } from '../../ca/der.mjs';
import { badAlgorithms } from './algorithms.mjs';
import { badCertificates } from './bad_certificates.mjs';
import { badStamps } from './bad_stamps.mjs';
import { badContents } from './bad_contents.mjs';
import { ORIGIN, maker } from './parts.mjs';
import * as w from './write.mjs';

/** Cut, lengthened, or written as BER allows and DER does not. */
function badBytes(world, how) {
    const { simple } = maker(world, how);
    const whole = simple();
    const no = ['structure: not_signed_data'];
    const head = whole.subarray(0, 4); // 30 82 xx xx
    const cut = n => ({ name: `cut ${n < 0 ? `${-n} before its end` : `at ${n}`}`, signature: whole.subarray(0, n), wrong: no });
    const inner = whole.subarray(4);
    return [
        { name: 'nothing', signature: Buffer.alloc(0), wrong: no },
        { name: 'one byte', signature: Buffer.from([0x30]), wrong: no },
        cut(2), cut(4), cut(20), cut(100), cut(1000), cut(-257), cut(-1),
        { name: 'a byte behind', signature: Buffer.concat([whole, Buffer.alloc(1)]), wrong: ['structure: trailing_bytes'] },
        { name: 'twice', signature: Buffer.concat([whole, whole]), wrong: ['structure: trailing_bytes'] },
        { name: 'indefinite length', signature: Buffer.concat([Buffer.from([0x30, 0x80]), inner, Buffer.alloc(2)]), wrong: no },
        { name: 'indefinite lengths, all of it', signature: loose(whole), wrong: no },
        { name: 'a length with a zero too many', signature: Buffer.concat([Buffer.from([0x30, 0x83, 0]), head.subarray(2), inner]), wrong: no },
        { name: 'a length of 4 GiB', signature: Buffer.concat([Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), inner]), wrong: no },
        { name: 'a length of 2^64', signature: Buffer.concat([Buffer.from([0x30, 0x88]), Buffer.alloc(8, 0xff), inner]), wrong: no },
        { name: 'a length of 127 bytes', signature: Buffer.concat([Buffer.from([0x30, 0xff]), inner]), wrong: no },
        { name: 'text', signature: Buffer.from('MIIB'), wrong: no },
        { name: 'PEM', signature: Buffer.from(`-----BEGIN PKCS7-----\n${whole.toString('base64')}\n-----END PKCS7-----\n`), wrong: no },
        { name: 'a certificate', signature: world.hong.der, wrong: no },
        { name: 'another type of message', signature: w.seq(w.oid(w.DATA), w.tlv(0xa0, w.octets(world.text))), wrong: no },
        { name: 'deep nesting', signature: Array.from({ length: 400 }).reduce(inside => w.seq(inside), w.int(1)), wrong: no },
        { name: 'content in pieces', wrong: no, signature: pieces(world, how) },
    ];
}

/** Everything that is constructed with an indefinite length, as BER has it. */
function loose(der) {
    const { tag, value, whole } = elements(der)[0];
    return (tag & 0x20) === 0 ? whole
        : Buffer.concat([Buffer.from([tag, 0x80]), ...elements(value).map(one => loose(one.whole)), Buffer.alloc(2)]);
}

/** An OCTET STRING of two, as BER has it. */
function pieces(world, how) {
    const whole = maker(world, how).simple();
    const { text } = world;
    const one = w.tlv(0xa0, w.octets(text)), two = w.tlv(0xa0, w.tlv(0x24, w.octets(text.subarray(0, 5)), w.octets(text.subarray(5))));
    const at = whole.indexOf(one);
    const grown = Buffer.concat([whole.subarray(0, at), two, whole.subarray(at + one.length)]);
    const more = two.length - one.length;
    for (const [place, by] of [[2, more], [21, more]]) // the two outer lengths, two bytes each
        grown.writeUInt16BE(grown.readUInt16BE(place) + by, place);
    return grown;
}

function badSignatures(world, how) {
    const { hong, kim, sub, text } = world;
    const { attrs, simple } = maker(world, how);
    const flip = bytes => Buffer.concat([bytes.subarray(0, 100), Buffer.from([bytes[100] ^ 1]), bytes.subarray(101)]);
    const replaced = (replace, also) => simple({ attributes: attrs(text, { replace, also }) });
    const again = name => attrs(text).find(one => one.includes(w.oid(w.A[name])));
    const display = value => ({ display: w.attribute(w.A.display, value) });
    const both = (...signers) => w.message({ content: text, certificates: [hong, kim, sub], signers });
    const fields = (...parts) => w.seq(...parts);
    const good = w.signer(hong, text, attrs(text));
    return [
        { name: 'a bit of the value turned', signature: simple({ options: { damage: flip } }), wrong: ['signature: signature_wrong'] },
        { name: 'no attributes, a bit of the value turned', signature: simple({ attributes: null, options: { damage: flip } }),
            wrong: ['signature: signature_wrong'] },
        { name: 'an empty value', signature: simple({ options: { damage: () => Buffer.alloc(0) } }), wrong: ['signature: signature_wrong'] },
        { name: 'the key of another', signature: simple({ options: { key: kim.spec.pair.privateKey } }), wrong: ['signature: signature_wrong'] },
        { name: 'an attribute changed afterwards', signature: tampered(simple()), wrong: ['signature: signature_wrong'] },
        { name: 'a wrong messageDigest', signature: replaced({ messageDigest: w.attribute(w.A.messageDigest, w.octets(Buffer.alloc(32))) }),
            wrong: ['signature: digest_differs'] },
        { name: 'no messageDigest', signature: replaced({ messageDigest: null }), wrong: ['signature: signature_wrong', 'signature: digest_differs'] },
        { name: 'no contentType', signature: replaced({ contentType: null }), wrong: ['attributes: attributes_wrong', 'signature: signature_wrong'] },
        { name: 'contentType of a login', signature: replaced({ contentType: w.attribute(w.A.contentType, w.oid(w.LOGIN)) }),
            wrong: ['attributes: attributes_wrong'] },
        { name: 'messageDigest twice', signature: replaced({}, [w.attribute(w.A.messageDigest, w.octets(Buffer.alloc(32)))]),
            wrong: ['signature: signature_wrong', 'signature: digest_differs'] },
        { name: 'signingTime twice', signature: replaced({}, [w.attribute(w.A.signingTime, w.time(how.at - 5))]), wrong: ['signature: signature_wrong'] },
        { name: 'signingCertificateV2 twice', signature: replaced({}, [w.attribute(w.A.signingCertificateV2,
            w.seq(w.seq(w.seq(w.octets(w.hash('sha256', kim.der))))))]), wrong: ['signature: signature_wrong'] },
        { name: 'signingCertificateV2 of another', signature: replaced({ signingCertificateV2: w.attribute(w.A.signingCertificateV2,
            w.seq(w.seq(w.seq(w.octets(w.hash('sha256', kim.der)))))) }), wrong: ['attributes: attributes_wrong'] },
        { name: 'two values of contentType', signature: replaced({ contentType: w.attribute(w.A.contentType, w.oid(w.DATA), w.oid(w.DATA)) }),
            wrong: ['attributes: attributes_wrong', 'signature: signature_wrong'] },
        { name: 'the display twice', signature: replaced({}, [again('display')]), origin: ORIGIN, wrong: ['display: display_wrong'] },
        { name: 'the display twice, nobody asks', signature: replaced({}, [w.attribute(w.A.display, w.display({ kind: 'file' }))]),
            wrong: ['display: display_wrong'] },
        { name: 'a display of version 1', signature: replaced(display(w.display({ version: 1 }))), wrong: ['display: display_wrong'] },
        { name: 'a display with 31 bytes of digest', signature: replaced(display(w.display({ displayed: Buffer.alloc(31) }))), wrong: ['display: display_wrong'] },
        { name: 'a display with a member more', signature: replaced(display(fields(w.int(0), w.octets(text)))), wrong: ['display: display_wrong'] },
        { name: 'a display that is a text', signature: replaced(display(w.octets(text))), wrong: ['display: display_wrong'] },
        { name: 'a display of an endless origin', signature: replaced(display(w.display({ origin: `https://${'a'.repeat(300)}` }))),
            wrong: ['display: display_wrong'] },
        { name: 'a display with broken UTF-8', wrong: ['display: display_wrong'], signature: replaced(display(fields(w.int(0), w.tlv(0x13, Buffer.from('text')),
            w.tlv(0x0c, Buffer.from([0xff])), w.tlv(0x13, Buffer.from('ko')), w.octets(Buffer.alloc(32))))) },
        { name: 'SHA-1', signature: simple({ digests: ['sha1'], attributes: attrs(text, { digest: 'sha1' }), options: { digest: 'sha1' } }),
            wrong: ['digest: digest_weak'] },
        { name: 'MD5', signature: simple({ digests: ['md5'], attributes: null, options: { digest: 'md5' } }), wrong: ['digest: digest_weak'] },
        { name: 'an algorithm that names SHA-1', signature: simple({ options: { names: w.RSA_WITH.sha1 } }), wrong: ['digest: digest_weak'] },
        { name: 'SHA-512 by a SHA-256', signature: simple({ inside: false, digests: ['sha512'], attributes: attrs(text, { digest: 'sha512' }),
            options: { digest: 'sha512' } }), sha256: how.digest(text), wrong: ['signature: digest_unsuited'] },
        { name: 'a digest that nobody knows', signature: simple({ digests: ['1.2.3.4.5'] }), wrong: ['structure: digest_unknown'] },
        { name: 'a digest that the message does not name', signature: simple({ digests: ['sha512'] }), wrong: ['signature: digest_differs'] },
        { name: 'nobody', signature: w.message({ content: text, certificates: [hong], signers: [] }), wrong: ['structure: no_signer'] },
        { name: 'seventeen signers', signature: both(...Array.from({ length: 17 }, () => good)), wrong: ['structure: too_many_signers'] },
        { name: 'two signers, the second damaged', signature: both(good, w.signer(kim, text, attrs(text, { who: kim }), { damage: flip })),
            wrong: ['signature: signature_wrong'] },
        { name: 'two signers, the first over other content', signature: both(w.signer(kim, text, attrs(Buffer.from('x'), { who: kim })), good),
            wrong: ['signature: digest_differs'] },
        { name: 'two signers, one without a certificate', wrong: ['certificate: certificate_missing'],
            signature: w.message({ content: text, certificates: [hong, sub], signers: [good, w.signer(kim, text, attrs(text, { who: kim }))] }) },
    ];
}

/** The origin of the signed display, another in place. */
function tampered(message) {
    const copy = Buffer.from(message);
    copy.write('https://bonk.example', copy.indexOf(ORIGIN));
    return copy;
}

export function bad(world, how) {
    return [...badBytes(world, how), ...badSignatures(world, how), ...badContents(world, how), ...badCertificates(world, how),
        ...badStamps(world, how), ...badAlgorithms(world, how)];
}
