// Entries whose signature is good and whose signer is not to be believed.
import { generateKeyPairSync } from 'node:crypto';
import { maker } from './parts.mjs';
import * as w from './write.mjs';

const DAY = 86400;
const IDN = '9001011234567';
const R = 'obLD1OX2BxgpOktcbX6PkAECAwQ=';

function badPaths(world, how) {
    const { pairs, root, sub, below, make } = world;
    const { simple } = maker(world, how);
    const by = (name, who, wrong, more = {}) => ({ name, signature: simple({ who, certificates: [who, sub], ...more.message }), wrong, ...more.asked });
    const untrusted = ['chain: chain_untrusted'];
    const stranger = make({ cn: 'Root', pair: pairs.kim, ca: true });
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const leaf = (cn, issuer, more = {}) => make({ cn, pair: pairs.hong, issuer, ...more });
    const via = (name, issuer, wrong = untrusted) => {
        const who = leaf(`Below ${name}`, issuer);
        return by(name, who, wrong, { message: { certificates: [who, issuer] }, asked: { trust: [root] } });
    };
    const ca = (cn, more) => make({ cn, pair: pairs.kim, issuer: root, ca: true, ...more });
    const strange = [w.extension('1.2.3.4', w.int(1), true)];
    return [
        by('expired', leaf('Old', sub, { until: how.at - 1 }), ['validity: certificate_expired']),
        by('not valid yet', leaf('Young', sub, { from: how.at + 1 }), ['validity: certificate_not_yet_valid']),
        by('a key for encryption', leaf('Km', sub, { usage: ['keyEncipherment'] }), ['key_usage: key_usage']),
        by('another root', world.hong, untrusted, { asked: { trust: [make({ cn: 'Other', pair: pairs.kim, ca: true })] } }),
        by('a root of the same name', world.hong, untrusted, { asked: { trust: [stranger] } }),
        by('the intermediate is missing', world.hong, untrusted, { message: { certificates: [world.hong] }, asked: { trust: [root] } }),
        by('trust in the signer alone', world.hong, untrusted, { asked: { trust: [world.hong], stricter: true } }),
        by('a certificate that signed itself', make({ cn: 'Self', pair: pairs.hong }), untrusted),
        by('a certificate of SHA-1', leaf('Sha1', sub, { digest: 'sha1' }), untrusted),
        by('a signer with a short key', make({ cn: 'Weak', pair: weak, issuer: sub }), untrusted),
        by('an unknown extension that is critical', leaf('Strange', sub, { more: strange }), untrusted),
        via('a person as a CA', world.kim),
        via('a CA that has expired', ca('Old CA', { until: how.at - 1 })),
        via('a CA of tomorrow', ca('Young CA', { from: how.at + DAY })),
        via('a CA whose key may not sign certificates', ca('Crl CA', { usage: ['cRLSign'] })),
        via('a CA with a critical extension that is unknown', ca('Strange CA', { more: strange })),
        via('a CA below one that may have none', make({ cn: 'Below Sub', pair: pairs.kim, issuer: sub, ca: true }), untrusted),
        by('another signer than expected', world.hong, ['certificate: other_signer'], { asked: { certificate: world.kim.der } }),
        by('no certificate at all', world.hong, ['certificate: certificate_missing'], { message: { certificates: [] } }),
        by('a certificate with another serial number', below('Hong', pairs.hong), ['certificate: certificate_missing'],
            { message: { certificates: [world.hong] } }),
        by('an identity number of another', world.hong, ['identity: identity_differs'], { asked: { idn: '8001011234567', r: R } }),
        by('R of another', world.hong, ['identity: identity_differs'], { asked: { idn: IDN, r: Buffer.alloc(20, 9).toString('base64') } }),
        by('a certificate without identity', leaf('Bare', sub), ['identity: identity_value_missing'], { asked: { idn: IDN, r: R } }),
    ];
}

function badStates(world, how) {
    const { pairs, root, sub, hong, make, below } = world;
    const { simple } = maker(world, how);
    const soon = { at: how.at - 60, until: how.at + DAY };
    const { serial } = hong.spec;
    const reason = [w.extension('2.5.29.21', w.tlv(0x0a, Buffer.from([1])))];
    const critical = [w.extension('1.2.3.4.6', w.int(1), true)];
    const no = (name, revocation, wrong = 'status_unknown', asked = {}) =>
        ({ name, signature: simple(), revocation, wrong: [`revocation: ${wrong}`], ...asked });
    const scope = (...parts) => w.crl(sub, { ...soon, more: [w.extension('2.5.29.28', w.seq(...parts), true)] });
    const plain = below('Plain', pairs.kim);
    const responder = more => make({ cn: 'Responder', pair: pairs.kim, issuer: sub,
        more: [w.extension('2.5.29.37', w.seq(w.oid('1.3.6.1.5.5.7.3.9')))], ...more });
    return [
        no('revoked', w.crl(sub, { ...soon, revoked: [[1, how.at - 99], [serial, how.at - 99]] }), 'certificate_revoked'),
        no('revoked, with a reason', w.crl(sub, { ...soon, revoked: [[serial, how.at - 99, ...reason]] }), 'certificate_revoked'),
        no('revoked, as OCSP has it', w.ocsp(sub, hong, { ...soon, state: 'revoked' }), 'certificate_revoked'),
        no('revoked, as one of two has it', Buffer.concat([w.crl(sub, soon), w.ocsp(sub, hong, { ...soon, state: 'revoked' })]), 'certificate_revoked'),
        no('revoked in a list that has expired', w.crl(sub, { at: how.at - 9 * DAY, until: how.at - DAY, revoked: [[serial, how.at - 10 * DAY]] }),
            'certificate_revoked'),
        no('a list that has expired', w.crl(sub, { at: how.at - 9 * DAY, until: how.at - DAY })),
        no('a list of tomorrow', w.crl(sub, { at: how.at + DAY, until: how.at + 2 * DAY })),
        no('a list of another CA', w.crl(root, soon)),
        no('a list signed by another', w.crl(sub, { ...soon, pair: pairs.kim })),
        no('a list of SHA-1', w.crl(sub, { ...soon, digest: 'sha1' })),
        no('a list with an extension that is unknown', w.crl(sub, { ...soon, more: critical })),
        no('an entry with an extension that is unknown', w.crl(sub, { ...soon, revoked: [[serial, how.at - 99, ...critical]] })),
        no('a list of CAs only', scope(w.tlv(0x82, Buffer.from([0xff])))),
        no('an indirect list', scope(w.tlv(0x84, Buffer.from([0xff])))),
        no('a list for some reasons', scope(w.tlv(0x83, Buffer.from([6, 0x40])))),
        no('a list of another place', scope(w.tlv(0xa0, w.tlv(0xa0, w.tlv(0x86, Buffer.from('http://a/crl')))))),
        no('a list that is rubbish', w.seq(w.int(1))),
        no('OCSP that knows nothing', w.ocsp(sub, hong, { ...soon, state: 'unknown' })),
        no('OCSP about another', w.ocsp(sub, world.kim, soon)),
        no('OCSP that has expired', w.ocsp(sub, hong, { at: how.at - 9 * DAY, until: how.at - DAY })),
        no('OCSP without an end', w.ocsp(sub, hong, { at: how.at - 60 })),
        no('OCSP by a person', w.ocsp(sub, hong, { ...soon, by: plain })),
        no('OCSP by a responder of yesterday', w.ocsp(sub, hong, { ...soon, by: responder({ until: how.at - DAY }) })),
        no('OCSP by a responder of another CA', w.ocsp(sub, hong, { ...soon, by: responder({ issuer: root }) })),
        no('OCSP that could not answer', w.seq(w.tlv(0x0a, Buffer.from([3])))),
        { ...no('revoked, and by nobody who is trusted', w.crl(sub, { ...soon, revoked: [[serial, how.at - 99]] })),
            trust: [world.kim], wrong: ['chain: chain_untrusted', 'revocation: status_unknown'] },
    ];
}

export function badCertificates(world, how) {
    return [...badPaths(world, how), ...badStates(world, how)];
}
