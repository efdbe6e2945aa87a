// Algorithms and extensions that OpenSSL reads and Ingam's verifiers do not,
// and those beside RSA that they do: docs/verify.md has the rule.
import { generateKeyPairSync } from 'node:crypto';
import { maker, stamps } from './parts.mjs';
import * as w from './write.mjs';

const DAY = 86400;
const ec = (namedCurve, more = {}) => generateKeyPairSync('ec', { namedCurve, ...more });
const UNTRUSTED = 'chain: chain_untrusted';

/** People and CAs below the root, and messages by them. */
function people(world, how) {
    const { pairs, root, sub, make } = world;
    const { simple } = maker(world, how);
    const person = (cn, pair, more = {}) => make({ cn, pair, issuer: sub, ...more });
    const by = (name, who, asked, message = {}) => ({ name, signature: simple({ who, ...message }), ...asked });
    const ca = (cn, more = {}) => make({ cn, pair: pairs.kim, issuer: root, ca: true, ...more });
    const below = (name, issuer, asked) => {
        const who = make({ cn: `Below ${issuer.spec.cn}`, pair: pairs.hong, issuer });
        return by(name, who, { trust: [root], ...asked }, { certificates: [who, issuer] });
    };
    return { simple, person, by, ca, below };
}

const ecdsa = (digest = 'sha256') => ({ options: { digest, names: w.seq(w.oid(w.EC_WITH[digest])) } });

export function goodAlgorithms(world, how) {
    const { attrs } = maker(world, how);
    const { person, by, ca, below } = people(world, how);
    const wide = person('P-384', ec('P-384'));
    const policies = w.extension('2.5.29.32', w.seq(w.seq(w.oid('1.2.410.200005.1.1.1'))), true);
    const mapped = w.extension('2.5.29.36', w.seq(w.tlv(0x80, Buffer.from([0]))), true);
    const pss = world.make({ cn: 'PSS Root', pair: world.pairs.kim, ca: true, digest: 'pss' });
    return [
        by('ECDSA over P-256', person('P-256', ec('P-256')), {}, ecdsa()),
        by('ECDSA over P-384, SHA-384', wide, {}, { digests: ['sha384'], ...ecdsa('sha384'),
            attributes: attrs(world.text, { who: wide, digest: 'sha384' }) }),
        below('a CA of ECDSA', ca('EC CA', { pair: ec('P-521') })),
        below('a CA with critical policies', ca('Policy CA', { more: [policies, mapped] })),
        below('a root that signed itself by RSASSA-PSS', pss, { trust: [pss] }),
    ];
}

function badSigners(world, how) {
    const { simple, person, by } = people(world, how);
    const pss = { options: { names: w.PSS } };
    const sha256 = how.digest(world.text);
    const unsuited = { wrong: ['signature: algorithm_unsuited'], stricter: true };
    const ed = person('Ed25519', generateKeyPairSync('ed25519'));
    const key = person('RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }));
    const curve = (name, pair) => by(name, person(name, pair), { wrong: [UNTRUSTED], stricter: true }, ecdsa());
    return [
        { name: 'RSASSA-PSS', signature: simple(pss), ...unsuited },
        { name: 'RSASSA-PSS without attributes', signature: simple({ ...pss, attributes: null }), ...unsuited },
        { name: 'RSASSA-PSS by its SHA-256', signature: simple({ ...pss, inside: false }), sha256, ...unsuited },
        { name: 'RSASSA-PSS without attributes, by its SHA-256',
            signature: simple({ ...pss, inside: false, attributes: null }), sha256, ...unsuited },
        by('a key for RSASSA-PSS alone', key, { wrong: [...unsuited.wrong, UNTRUSTED], stricter: true }, pss),
        by('a key for RSASSA-PSS alone, called RSA', key, { wrong: ['signature: signature_wrong', UNTRUSTED] },
            { options: { key: world.pairs.hong.privateKey } }),
        by('Ed25519', ed, { wrong: [...unsuited.wrong, UNTRUSTED] }, { options: { names: w.ED25519 } }),
        by('ECDSA, called RSA', person('EC', ec('P-256')), { wrong: ['signature: signature_wrong'], stricter: true }),
        by('RSA, called ECDSA', world.hong, { wrong: ['signature: signature_wrong'] }, ecdsa()),
        by('RSA without attributes, called ECDSA', world.hong, { wrong: ['signature: signature_wrong'] },
            { ...ecdsa(), attributes: null }),
        curve('a key over P-224', ec('P-224')),
        curve('a key over secp256k1', ec('secp256k1')),
        curve('a key over P-256 by its parameters', ec('P-256', { paramEncoding: 'explicit' })),
    ];
}

/** A CA that may issue for names below this one alone. */
const confined = critical => [w.extension('2.5.29.30', w.seq(w.tlv(0xa0, w.seq(w.tlv(0xa4,
    w.seq(w.set(w.seq(w.oid('2.5.4.6'), w.tlv(0x13, Buffer.from('kr'))))))))), critical)];

function badPaths(world, how) {
    const { pairs, root, make } = world;
    const { person, by, ca, below } = people(world, how);
    const untrusted = { wrong: [UNTRUSTED], stricter: true };
    const anchor = make({ cn: 'Confined Root', pair: pairs.kim, ca: true, more: confined(true) });
    const mappings = w.extension('2.5.29.33', w.seq(w.seq(w.oid('1.2.3.4'), w.oid('1.2.3.5'))), true);
    return [
        by('a certificate by RSASSA-PSS', person('By PSS', pairs.hong, { digest: 'pss' }), untrusted),
        below('a CA by RSASSA-PSS', ca('PSS CA', { digest: 'pss' }), untrusted),
        below('a CA whose key is for RSASSA-PSS alone', ca('PSS key CA', { pair: generateKeyPairSync('rsa-pss',
            { modulusLength: 2048, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 }) }),
        { wrong: [UNTRUSTED] }),
        below('a CA confined to names', ca('Confined CA', { more: confined(true) }), untrusted),
        below('a CA confined to names, not critically', ca('Half confined CA', { more: confined(false) }), untrusted),
        below('trust in a CA that is confined to names', anchor, { ...untrusted, trust: [anchor] }),
        by('a person who is confined to names', person('Confined', pairs.hong, { more: confined(false) }), untrusted),
        below('a CA that maps policies', ca('Mapping CA', { more: [mappings] }), untrusted),
        below('a CA of a curve of its own', ca('Odd CA', { pair: ec('P-256', { paramEncoding: 'explicit' }) }),
            { ...untrusted, trust: [root] }),
    ];
}

function badOthers(world, how) {
    const { sub, hong, pairs, below } = world;
    const { simple } = maker(world, how);
    const { authority, stamped, trustTsa } = stamps(world, how);
    const soon = { at: how.at - 60, until: how.at + DAY };
    const unknown = { signature: simple(), wrong: ['revocation: status_unknown'] };
    const responder = below('Responder', pairs.kim, { digest: 'pss',
        more: [w.extension('2.5.29.37', w.seq(w.oid('1.3.6.1.5.5.7.3.9')))] });
    return [
        { name: 'a list by RSASSA-PSS', ...unknown, revocation: w.crl(sub, { ...soon, digest: 'pss' }) },
        { name: 'OCSP by RSASSA-PSS', ...unknown, revocation: w.ocsp(sub, hong, { ...soon, digest: 'pss' }) },
        { name: 'OCSP by a responder by RSASSA-PSS', ...unknown, revocation: w.ocsp(sub, hong, { ...soon, by: responder }) },
        { name: 'a time-stamp by RSASSA-PSS', signature: stamped({ options: { names: w.PSS } }), trustTsa,
            wrong: ['timestamp: tsa_signature'] },
        { name: 'a time-stamp by an authority by RSASSA-PSS', signature: stamped({ tsa: authority({ digest: 'pss' }) }), trustTsa,
            wrong: ['timestamp: tsa_untrusted'] },
    ];
}

export function badAlgorithms(world, how) {
    return [...badSigners(world, how), ...badPaths(world, how), ...badOthers(world, how)];
}
