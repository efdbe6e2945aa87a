// What entries of the corpus are put together from.
import { constants, createCipheriv, publicEncrypt } from 'node:crypto';
import * as w from './write.mjs';

export const ORIGIN = 'https://bank.example';
export const NONCE = 'nonce-of-the-server-0123456789';
export const TRANSFER = { amount: { currency: 'KRW', value: '1250000' }, nonce: 'n-1',
    to: { account: '110-234-567890', bank: '나루은행' }, type: 'transfer' };

/** RFC 8785 for what transactions may hold. */
export function canonical(value) {
    if (typeof value !== 'object')
        return JSON.stringify(value);
    return `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

export const token = (how, more = {}) => Buffer.from(canonical({ expires: how.instant(how.at + 240),
    issued: how.instant(how.at - 60), nonce: NONCE, origin: ORIGIN, type: 'login', ...more }));

/** `vid` for a server: what Ingam sends beside a login. */
export function envelope(server, content) {
    const key = Buffer.alloc(32, 3), iv = Buffer.alloc(16, 4);
    const cipher = createCipheriv('aes-256-cbc', key, iv);
    const body = Buffer.concat([cipher.update(content), cipher.final()]);
    const sha256 = w.seq(w.oid(w.DIGEST.sha256));
    const oaep = w.seq(w.oid('1.2.840.113549.1.1.7'), w.seq(w.tlv(0xa0, sha256),
        w.tlv(0xa1, w.seq(w.oid('1.2.840.113549.1.1.8'), sha256))));
    const wrapped = publicEncrypt({ key: server.spec.pair.publicKey, oaepHash: 'sha256',
        padding: constants.RSA_PKCS1_OAEP_PADDING }, key);
    const recipient = w.seq(w.int(0), w.seq(w.name(server.spec.cn), w.int(server.spec.serial)), oaep, w.octets(wrapped));
    return w.seq(w.oid('1.2.840.113549.1.7.3'), w.tlv(0xa0, w.seq(w.int(0), w.setAsIs(recipient),
        w.seq(w.oid(w.DATA), w.seq(w.oid('2.16.840.1.101.3.4.1.42'), w.octets(iv)), w.tlv(0x80, body)))));
}

/** Short ways to say what most entries say. */
export function maker(world, how) {
    const attrs = (content, more = {}) => w.attributes(content, { at: how.at, who: more.who ?? world.hong, ...more });
    /** A message by one signer; attrs: null for none. */
    const simple = ({ content = world.text, who = world.hong, inside = true, type = w.DATA, attributes, options,
        certificates = [who, world.sub], ...rest } = {}) => w.message({ content: inside ? content : null, type, certificates,
        signers: [w.signer(who, content, attributes === undefined ? attrs(content, { who, type }) : attributes, options)],
        ...rest });
    const shown = kind => ({ display: w.attribute(w.A.display, w.display({ kind })) });
    const transaction = (tree = TRANSFER, kind = 'transaction') => {
        const content = Buffer.isBuffer(tree) ? tree : Buffer.from(canonical(tree));
        return simple({ content, attributes: attrs(content, { replace: shown(kind) }) });
    };
    const login = (content = token(how), more = {}) => simple({ content, type: w.LOGIN,
        attributes: attrs(content, { type: w.LOGIN, replace: { display: null } }), ...more });
    const secret = { serverKey: world.pairs.server.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
    const asLogin = { type: 'login', origin: ORIGIN, nonce: NONCE };
    return { attrs, simple, shown, transaction, login, secret, asLogin };
}

/** Time-stamps of an hour ago, and who makes them. */
export function stamps(world, how) {
    const { attrs, simple } = maker(world, how);
    const purpose = (critical = true, oid = '1.3.6.1.5.5.7.3.8') => [w.extension('2.5.29.37', w.seq(w.oid(oid)), critical)];
    const authority = (more = {}) => world.make({ cn: 'TSA', pair: world.pairs.server, issuer: world.root,
        usage: ['digitalSignature'], more: purpose(), ...more });
    const known = authority();
    const stamped = ({ who = world.hong, tsa = known, stamp, over = value => value, ...more } = {}) => simple({ who,
        attributes: attrs(world.text, { who }), options: { stamp: stamp
            ?? (value => w.timestamp(tsa, over(value), { at: how.at - 3600, ...more })) } });
    return { authority, stamped, purpose, known, trustTsa: [world.root] };
}
