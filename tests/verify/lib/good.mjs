// Entries that must be accepted.
import { sign } from 'node:crypto';
import { goodAlgorithms } from './algorithms.mjs';
import { ORIGIN, TRANSFER, envelope, maker, stamps, token } from './parts.mjs';
import * as w from './write.mjs';

export function good(world, how) {
    const { hong, kim, sub, root, text } = world;
    const { attrs, simple, shown, transaction, login, secret, asLogin } = maker(world, how);
    const r = 'obLD1OX2BxgpOktcbX6PkAECAwQ=';
    const both = (a, b) => w.message({ content: text, certificates: [hong, kim, sub], signers: [a, b] });
    const idn = '9001011234567';
    const soon = { at: how.at - 60, until: how.at + 86400 };
    const { authority, stamped, trustTsa } = stamps(world, how);
    const old = world.below('Old', hong.spec.pair, { until: how.at - 1800 });
    const responder = world.below('Responder', world.pairs.kim,
        { more: [w.extension('2.5.29.37', w.seq(w.oid('1.3.6.1.5.5.7.3.9')))] });
    return [
        { name: 'attached, with attributes', signature: simple() },
        { name: 'with origin and kind', signature: simple(), origin: ORIGIN, kind: 'text' },
        { name: 'attached, without attributes', signature: simple({ attributes: null }) },
        { name: 'without the signed display', signature: simple({ attributes: attrs(text, { replace: { display: null } }) }) },
        { name: 'with the three attributes of old', signature: simple({ attributes:
            attrs(text, { replace: { display: null, signingCertificateV2: null } }) }) },
        { name: 'the same content beside it', signature: simple(), content: text },
        { name: 'detached', signature: simple({ inside: false }), content: text },
        { name: 'detached, by its SHA-256', signature: simple({ inside: false }), sha256: how.digest(text) },
        { name: 'detached without attributes, by its SHA-256', signature: simple({ inside: false, attributes: null }),
            sha256: how.digest(text) },
        { name: 'no byte', signature: simple({ content: Buffer.alloc(0) }) },
        { name: 'bytes that are no text', signature: simple({ content: Buffer.from([0, 0xff, 0xfe, 13, 10]) }) },
        { name: 'PKCS#1', format: 'pkcs1', signature: sign('sha256', text, hong.spec.pair.privateKey), content: text,
            certificate: hong.der },
        { name: 'PKCS#1 by its SHA-256', format: 'pkcs1', signature: sign('sha256', text, hong.spec.pair.privateKey),
            sha256: how.digest(text), certificate: hong.der },
        { name: 'SHA-512', signature: simple({ digests: ['sha512'], attributes: attrs(text, { digest: 'sha512' }),
            options: { digest: 'sha512', names: w.RSA_WITH.sha512 } }) },
        { name: 'the algorithm with its digest in its name', signature: simple({ options: { names: w.RSA_WITH.sha256 } }) },
        { name: 'two signers', signature: both(w.signer(hong, text, attrs(text)), w.signer(kim, text, attrs(text, { who: kim }))) },
        { name: 'the intermediate from the site', signature: simple({ certificates: [hong] }) },
        { name: 'the intermediate from the message', signature: simple(), trust: [root] },
        { name: 'trust in the intermediate alone', signature: simple(), trust: [sub] },
        { name: 'no certificate inside', signature: simple({ certificates: [] }), certificate: hong.der },
        { name: 'named by its key', signature: simple({ options: { sid: w.tlv(0x80, w.hash('sha1', w.spki(hong.spec.pair.publicKey))) } }) },
        { name: 'a transaction', signature: transaction(), kind: 'transaction', origin: ORIGIN },
        { name: 'a transaction and its members', signature: transaction(), kind: 'transaction', transaction: TRANSFER },
        { name: 'a transaction and one of its members', signature: transaction(), transaction: { nonce: 'n-1' } },
        { name: 'a file by its SHA-256', signature: simple({ inside: false, attributes: attrs(text, { replace: shown('file') }) }),
            sha256: how.digest(text), kind: 'file' },
        { name: 'a login', signature: login(), ...asLogin },
        { name: 'a login, a minute of clocks later', signature: login(), ...asLogin, at: how.instant(how.at + 300) },
        { name: 'a login whose nonce is not asked about', signature: login(), type: 'login' },
        { name: 'a login with quotes in its nonce', signature: login(token(how, { nonce: '"\\/nonce-of-16-or-so' })), type: 'login',
            nonce: '"\\/nonce-of-16-or-so' },
        { name: 'the identity number, and R in the clear', signature: simple(), idn, r },
        { name: 'a login with vid', signature: login(), ...asLogin, ...secret, idn,
            vid: envelope(world.server, token(how, { type: 'login-r', r })) },
        { name: 'a login with vid, nobody asks for the number', signature: login(), ...asLogin, ...secret,
            vid: envelope(world.server, token(how, { type: 'login-r', r })) },
        { name: 'not revoked, as the CRL has it', signature: simple(), revocation: w.crl(sub, { ...soon,
            revoked: [[1, how.at - 99]] }) },
        { name: 'not revoked, as OCSP has it', signature: simple(), revocation: w.ocsp(sub, hong, soon) },
        { name: 'not revoked, by an appointed responder', signature: simple(), revocation: w.ocsp(sub, hong, { ...soon, by: responder }) },
        { name: 'not revoked, the second list', signature: simple(), revocation: Buffer.concat([w.crl(root, soon), w.crl(sub, soon)]) },
        { name: 'time-stamped, nobody asks', signature: stamped() },
        { name: 'time-stamped by whom nobody knows, nobody asks', signature: stamped({ tsa: authority({ issuer: root }) }) },
        { name: 'time-stamped, and it must be', signature: stamped(), trustTsa },
        { name: 'time-stamped before it expired', signature: stamped({ who: old }), trustTsa },
        { name: 'time-stamped before it was revoked', signature: stamped(), trustTsa, revocation:
            w.crl(sub, { ...soon, revoked: [[hong.spec.serial, how.at - 1800]] }) },
        { name: 'a login, not revoked', signature: login(), ...asLogin,
            revocation: w.crl(sub, soon) },
        ...goodAlgorithms(world, how),
    ];
}
