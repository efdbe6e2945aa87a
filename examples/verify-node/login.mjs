// What is inside: login tokens, transactions, and vid (docs/signing.md).

import { constants, createDecipheriv, createHash, privateDecrypt } from 'node:crypto';

import { OIDS } from './algorithms.mjs';
import { TAG, algorithm, expect, need, oid, read, sequence } from './der.mjs';

const LIFE = 300; // seconds
const SKEW = 60;
const R = 20; // bytes
const HASHES = new Map([['2.16.840.1.101.3.4.2.1', 'sha256'], ['1.3.14.3.2.26', 'sha1'],
    ['2.16.840.1.101.3.4.2.2', 'sha384'], ['2.16.840.1.101.3.4.2.3', 'sha512']]);

const BROKEN = /[\ud800-\udfff\0]/u; // half of a surrogate pair, or U+0000

const decode = bytes => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** An object of texts with exactly these members, printed canonically. */
function readTexts(bytes, names) {
    const text = decode(bytes);
    const tree = JSON.parse(text);
    need(tree !== null && typeof tree === 'object');
    const only = Object.fromEntries(names.map(name => [name, tree[name]]));
    need(names.every(name => typeof only[name] === 'string' && !BROKEN.test(only[name]))
        && JSON.stringify(only) === text);
    return only;
}

/** RFC 3339 UTC in whole seconds, in seconds since 1970. */
export function instant(text) {
    need(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text), 'no time');
    const ms = Date.parse(text);
    need(Number.isFinite(ms) && new Date(ms).toISOString() === text.replace('Z', '.000Z'));
    return ms / 1000;
}

function readToken(content) {
    const token = readTexts(content, ['expires', 'issued', 'nonce', 'origin', 'type']);
    const issued = instant(token.issued);
    const expires = instant(token.expires);
    need(token.type === 'login' && expires > issued && expires <= issued + LIFE);
    return { ...token, issued, expires };
}

/** Why a login token does not hold, or null. */
export function loginReason(content, { origin, nonce, at }) {
    let token;
    try {
        token = readToken(content);
    } catch {
        return 'token_malformed';
    }
    if (origin !== undefined && token.origin !== origin)
        return 'origin_differs';
    if (nonce !== undefined && token.nonce !== nonce)
        return 'nonce_differs';
    if (at > token.expires + SKEW)
        return 'token_expired';
    return at < token.issued - SKEW ? 'token_not_yet_valid' : null;
}

/** What an EnvelopedData holds for this key: RSAES-OAEP and AES-256-CBC. */
function openEnvelope(der, key) {
    const [type, outer] = sequence(read(der));
    need(oid(type) === OIDS.envelopedData && outer?.tag === 0xa0);
    const parts = sequence(outer.children[0]).filter(part => part.tag !== 0xa0);
    const [, recipients, encrypted] = parts;
    const [, , wrapping, wrapped] = sequence(expect(recipients, TAG.set).children[0]);
    const [inner, cipher, body] = sequence(encrypted);
    const { oid: cipherOid, parameters } = algorithm(cipher);
    need(oid(inner) === OIDS.data && cipherOid === OIDS.aes256 && body?.tag === 0x80
        && algorithm(wrapping).oid === OIDS.oaep);
    const secret = privateDecrypt({ key, oaepHash: 'sha256',
        padding: constants.RSA_PKCS1_OAEP_PADDING }, expect(wrapped, TAG.octets).body);
    const open = createDecipheriv('aes-256-cbc', secret, expect(parameters, TAG.octets).body);
    return Buffer.concat([open.update(body.body), open.final()]);
}

/**
 * Open `vid`: R, and the token that it belongs to. null: it cannot be opened.
 * @returns {{r: Buffer, token: Buffer} | null}
 */
export function openVid(der, key) {
    try {
        const text = openEnvelope(der, key);
        const { r, ...token } = readTexts(text,
            ['expires', 'issued', 'nonce', 'origin', 'r', 'type']);
        const random = Buffer.from(r, 'base64');
        need(token.type === 'login-r' && random.length === R && random.toString('base64') === r);
        return { r: random, token: Buffer.from(JSON.stringify({ ...token, type: 'login' })) };
    } catch {
        return null;
    }
}

/** Why vid does not belong to this token, or null. */
export function vidReason(opened, content) {
    if (opened === null)
        return 'vid_unreadable';
    return content !== null && opened.token.equals(content) ? null : 'vid_other_login';
}

function readVid(certificate) {
    const names = sequence(read(certificate.extensions.get(OIDS.altName)));
    const own = names.find(name => name.tag === 0xa0 && oid(name.children[0]) === OIDS.identifyData);
    const [, info] = sequence(own.children[1].children[0]);
    const item = sequence(info).map(sequence).find(one => oid(one[0]) === OIDS.vid);
    const [hash, tagged] = sequence(item[1]);
    need(tagged.tag === 0xa0);
    const name = HASHES.get(algorithm(hash).oid);
    need(name !== undefined);
    return { name, value: expect(tagged.children[0], TAG.octets).body };
}

/** Why the certificate is not that of this identity number and R, or null. */
export function identityReason(certificate, idn, r) {
    let vid;
    try {
        vid = readVid(certificate);
    } catch {
        return 'identity_value_missing';
    }
    const digits = Buffer.from(idn, 'latin1');
    const body = Buffer.concat([Buffer.from([TAG.printable, digits.length]), digits,
        Buffer.from([TAG.bits, r.length + 1, 0]), r]);
    const hash = bytes => createHash(vid.name).update(bytes).digest();
    const content = Buffer.concat([Buffer.from([TAG.sequence, body.length]), body]);
    return hash(hash(content)).equals(vid.value) ? null : 'identity_differs';
}
