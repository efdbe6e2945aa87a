/**
 * A client of dialect npki, written from its description for the tests of
 * the CA. It shows what comes back; it trusts nothing and checks nothing.
 */
import {
    createCipheriv, createHash, createHmac, createPublicKey, randomBytes, sign,
    X509Certificate,
} from 'node:crypto';
import net from 'node:net';

import { FAIL, makeKey } from './client.mjs';
import {
    algorithm, bits, elements, explicit, inside, integer, octets, oid, sequence,
    tlv,
} from './der.mjs';
import { encryptedVid } from './vid.mjs';

const PBM = '1.2.840.113533.7.66.13';
const SHA1 = '1.3.14.3.2.26';
const DES_MAC = '1.3.14.3.2.10';
const HMAC_SHA1 = '1.3.6.1.5.5.8.1.2';
const RSA_SHA256 = '1.2.840.113549.1.1.11';
const PROT_ENC = '1.3.6.1.5.5.7.4.1';
const SALT = Buffer.from('aaaaabbbbb');
const WAIT_MS = 60000; // patience: machines are busy
export const BODY = { ir: 0, ip: 1, kur: 7, kup: 8, krr: 9, krp: 10, rr: 11,
    rp: 12, pkiconf: 19, genm: 21, genp: 22, error: 23 };
const ANY_NAME = explicit(4, sequence());
const sha1 = bytes => createHash('sha1').update(bytes).digest();
const spkiOf = key => createPublicKey(key).export(
    { type: 'spki', format: 'der' });

/** What a family's form is, from the definition's profile. */
export const DEFAULTS = { pvno: 1, sender: 'mail', transactionId: true,
    mac: 'des-mac', secret: 'salt-first', pad: 'always', reissue: 'ir',
    genm: 'empty', serial: 'decimal', vidCertificate: 'caCert', renewProof: 'poposkInput',
    revoke: 'reasonFlags', revokeGenm: false };

/** MAC of a protected part by a code. */
export function npkiMac(form, code, data) {
    const parts = [SALT, Buffer.from(code)];
    if (form.secret === 'secret-first')
        parts.reverse();
    const key = sha1(sha1(Buffer.concat(parts)));
    if (form.mac === 'hmac-sha1')
        return createHmac('sha1', key).update(data).digest();
    const over = data.length % 8;
    const pad = over === 0 && form.pad === 'needed' ? 0 : 8 - over;
    const des = key.subarray(0, 8);
    const cipher = createCipheriv('des-ede3-cbc',
        Buffer.concat([des, des, des]), Buffer.alloc(8)).setAutoPadding(false);
    return Buffer.concat([cipher.update(data), cipher.update(Buffer.alloc(pad)),
        cipher.final()]).subarray(-8);
}

/** One connection: frames in and out. */
export class Connection {
    constructor(port) {
        this.socket = net.connect(port, '127.0.0.1');
        this.socket.setNoDelay(true);
        this.bytes = Buffer.alloc(0);
        this.ended = false;
        this.chunks = 0;
        this.wake = () => {};
        this.socket.on('data', part => {
            this.chunks++;
            this.bytes = Buffer.concat([this.bytes, part]);
            this.wake();
        });
        for (const event of ['end', 'close', 'error'])
            this.socket.on(event, () => {
                this.ended = true;
                this.wake();
            });
    }

    send(flag, content) {
        const head = Buffer.alloc(5);
        head.writeUInt32BE(content.length + 1);
        head[4] = flag;
        this.socket.write(Buffer.concat([head, content]));
    }

    /** At least so many bytes, or what there is at the end; else 'silent'. */
    async wait(length, ms) {
        const until = Date.now() + ms;
        while (this.bytes.length < length && !this.ended) {
            const left = until - Date.now();
            if (left <= 0)
                throw new Error('silent');
            await new Promise(resolve => {
                const timer = setTimeout(resolve, left);
                this.wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
    }

    /** {flag, content}; throws 'closed', 'truncated', 'length N', 'silent'. */
    async receive(ms = WAIT_MS) {
        await this.wait(4, ms);
        if (this.bytes.length === 0)
            throw new Error('closed');
        if (this.bytes.length < 4)
            throw new Error('truncated');
        const length = this.bytes.readUInt32BE();
        if (length < 1 || length > 1 << 20)
            throw new Error(`length ${length}`);
        await this.wait(4 + length, ms);
        if (this.bytes.length < 4 + length)
            throw new Error('truncated');
        const content = this.bytes.subarray(5, 4 + length);
        const flag = this.bytes[4];
        this.bytes = this.bytes.subarray(4 + length);
        return { flag, content };
    }

    close() {
        this.socket.destroy();
    }
}

/** One dialogue. */
export class Npki {
    /**
     * @param {object} form of the family
     * @param {{code?: object, signer?: {key: object, certificate: Buffer}}} by
     */
    constructor(port, form, by) {
        this.form = { ...DEFAULTS, ...form };
        this.by = by;
        this.connection = new Connection(port);
        this.transaction = randomBytes(16);
    }

    header(body, how) {
        this.sent = randomBytes(16);
        const mail = tlv(0x81, Buffer.from(this.form.mail ?? ' '));
        const sender = body === BODY.genm && this.form.sender === 'mail'
            ? mail : ANY_NAME;
        const signed = this.by.signer !== undefined;
        const kid = how.reference ?? (signed
            ? this.senderKid(body) : this.by.code.referenceNumber);
        const id = how.transaction ?? this.transaction;
        return sequence(
            integer(how.pvno ?? this.form.pvno), how.sender ?? sender,
            this.form.recipient === 'mail' ? mail : ANY_NAME,
            explicit(1, signed ? algorithm(RSA_SHA256) : sequence(oid(PBM),
                sequence(octets(how.salt ?? SALT), algorithm(SHA1),
                    integer(how.iterations ?? 2), algorithm(how.mac ??
                    (this.form.mac === 'des-mac' ? DES_MAC : HMAC_SHA1))))),
            explicit(2, octets(Buffer.from(kid))),
            this.form.transactionId !== (how.otherTransaction ?? false)
                ? explicit(4, octets(id)) : [],
            explicit(5, octets(this.sent)),
            this.nonce === undefined ? [] : explicit(6, octets(this.nonce)));
    }

    /** genm: the serial number as text; later: the key identifier. */
    senderKid(body) {
        const { certificate, key } = this.by.signer;
        if (body === BODY.genm)
            return BigInt(`0x${new X509Certificate(certificate).serialNumber}`)
                .toString(this.form.serial === 'hex' ? 16 : 10);
        return sha1(elements(elements(spkiOf(key))[0].value)[1].value
            .subarray(1));
    }

    message(body, content, how = {}) {
        const header = this.header(body, how);
        const whole = explicit(body, content);
        const part = sequence(header, whole);
        const { signer, code } = this.by;
        const value = signer !== undefined
            ? sign('sha256', part, how.signWith ?? signer.key)
            : npkiMac({ ...this.form, ...how.form },
                how.code ?? code.authorizationCode, part);
        return sequence(header, whole, explicit(0, bits(value)),
            signer !== undefined && body !== BODY.genm
                ? explicit(1, sequence(signer.certificate)) : []);
    }

    genm(how = {}) {
        const item = how.item ?? this.form.genm === 'caProtEncCert';
        return this.message(BODY.genm,
            sequence(item ? sequence(oid(PROT_ENC)) : []), how);
    }

    /** POPOSigningKeyInput under [0], signed as a SEQUENCE. */
    proof(key, spki, request, how) {
        const plain = this.by.signer !== undefined &&
            this.form.renewProof === 'certReq';
        if (how.plain ?? plain)
            return tlv(0xa1, algorithm(RSA_SHA256),
                bits(sign('sha256', request, how.popKey ?? key)));
        const salt = randomBytes(16);
        let mac = Buffer.concat([Buffer.from(how.keyCode ??
            this.by.code?.authorizationCode ?? 'none'), salt]);
        for (let i = 0; i < 1024; i++)
            mac = sha1(mac);
        mac = createHmac('sha1', mac).update(how.macKey ?? spki).digest();
        const input = [sequence(sequence(oid(PBM), sequence(octets(salt),
            algorithm(SHA1), integer(1024), algorithm(HMAC_SHA1))),
        bits(mac)), spki];
        return tlv(0xa1, tlv(0xa0, ...input), algorithm(RSA_SHA256),
            bits(sign('sha256', tlv(how.popTag ?? 0x30, ...input),
                how.popKey ?? key)));
    }

    /** CertReqMsg. */
    certRequest(id, key, how = {}) {
        const spki = spkiOf(key);
        const { old } = how;
        const request = sequence(integer(id),
            sequence(old ? explicit(5, subjectOf(old)) : [],
                tlv(0xa6, elements(spki)[0].value)),
            old ? sequence(sequence(oid('1.3.6.1.5.5.7.5.1.5'),
                sequence(explicit(4, issuerOf(old)), serialOf(old)))) : []);
        return sequence(request, this.proof(key, spki, request, how),
            how.r === undefined ? [] : sequence(sequence(
                oid('1.2.410.200004.10.1.1.2'),
                encryptedVid(how.vidFor ?? this.recipient(), how.r))));
    }

    /** For whom R is encrypted, of the genp. */
    recipient() {
        return this.infos[this.form.vidCertificate === 'caCert'
            ? '2a831a8c9a45010a01' : '2b06010505070401'];
    }

    requests(body, list, how = {}) {
        return this.message(body, sequence(...list), how);
    }

    rr(certificate, reason, how = {}) {
        const flags = how.details ?? this.form.revoke === 'crlEntryDetails'
            ? sequence(sequence(oid('2.5.29.21'),
                octets(tlv(0x0a, Buffer.from([reason])))))
            : tlv(0x03, Buffer.from([0, 0x80 >> reason]));
        const serial = tlv(0x81, elements(serialOf(certificate))[0].value);
        return this.message(BODY.rr,
            sequence(sequence(sequence(serial), flags)), how);
    }

    pkiconf(how = {}) {
        return this.message(BODY.pkiconf, tlv(0x05), how);
    }

    /** Send a message; the answer's fields, or its frame if it is none. */
    async exchange(der, ms) {
        this.connection.send(0, der);
        return this.answer(ms);
    }

    async answer(ms) {
        const frame = await this.connection.receive(ms);
        if (frame.flag !== 0 && frame.flag !== 5)
            return frame;
        const parsed = parse(frame.content);
        this.nonce = parsed.senderNonce;
        if (parsed.kind === BODY.genp)
            this.infos = parsed.infos;
        return { ...frame, ...parsed };
    }

    /** genm, answered. */
    greet(how) {
        return this.exchange(this.genm(how));
    }

    isAuthentic(answer, form = {}) {
        return answer.protection?.equals(npkiMac({ ...this.form, ...form },
            this.by.code.authorizationCode, answer.part)) ?? false;
    }

    close() {
        this.connection.close();
    }
}

const tbs = certificate => elements(inside(certificate)[0].value);
const issuerOf = certificate => tbs(certificate)[3].whole;
const subjectOf = certificate => tbs(certificate)[5].whole;
const serialOf = certificate => tbs(certificate)[1].whole;

function statusOf(list) {
    const ret = { status: list[0].value.readIntBE(0, list[0].value.length) };
    for (const item of list.slice(1)) {
        if (item.tag === 0x30)
            ret.text = elements(item.value)[0].value;
        if (item.tag === 0x03)
            for (let bit = 0; bit < 8 * (item.value.length - 1); bit++)
                if (item.value[1 + (bit >> 3)] & (0x80 >> (bit & 7)))
                    ret.fail = FAIL[bit] ?? `bit${bit}`;
    }
    return ret;
}

/** The certificate under [0] of a CertifiedKeyPair's content. */
const pairOf = content => elements(elements(content)[0].value)[0].whole;

function bodyOf(kind, [content]) {
    const list = elements(content.value);
    if (kind === BODY.genp)
        return { infos: Object.fromEntries(list.map(item => {
            const [type, value] = elements(item.value);
            return [type.value.toString('hex'), value.whole];
        })) };
    if (kind === BODY.error)
        return statusOf(elements(list[0].value));
    if (kind === BODY.rp)
        return statusOf(elements(elements(list[0].value)[0].value));
    if (kind === BODY.krp) {
        const ret = statusOf(elements(list[0].value));
        for (const item of list.slice(1)) {
            if (item.tag === 0xa0)
                ret.certificate = elements(item.value)[0].whole;
            if (item.tag === 0xa2)
                ret.second = { certificate: pairOf(
                    elements(elements(item.value)[0].value)[0].value) };
        }
        return ret;
    }
    if (kind !== BODY.ip && kind !== BODY.kup)
        return {};
    const responses = elements(list.at(-1).value).map(response => {
        const [id, status, pair] = elements(response.value);
        return { id: id.value[0], ...statusOf(elements(status.value)),
            ...pair && { certificate: pairOf(pair.value) } };
    });
    return { ...responses[0], second: responses[1] };
}

/** Fields of a PKIMessage; throws when it is not DER. */
export function parse(der) {
    const [header, body, ...rest] = inside(der);
    const fields = elements(header.value);
    const kind = body.tag & 0x1f;
    const field = n => {
        const found = fields.slice(3).find(f => f.tag === (0xa0 | n));
        return found && elements(found.value)[0];
    };
    const protection = rest.find(part => part.tag === 0xa0);
    const extra = rest.find(part => part.tag === 0xa1);
    return {
        kind, pvno: fields[0].value[0],
        algorithm: field(1)?.whole, transaction: field(4)?.value,
        senderNonce: field(5)?.value, recipientNonce: field(6)?.value,
        part: sequence(header.whole, body.whole),
        protection: protection &&
            elements(protection.value)[0].value.subarray(1),
        extraCerts: extra && elements(elements(extra.value)[0].value)
            .map(c => c.whole),
        ...bodyOf(kind, elements(body.value)),
    };
}

/**
 * A whole issue or re-issue: {npki, keys, answer}; the dialogue stays open.
 * @param {{km?: boolean, r?: Buffer, body?: number, ms?: number}} how
 */
export async function enrol(port, form, code, how = {}) {
    const npki = new Npki(port, form, { code });
    await npki.greet();
    const keys = how.keys ?? (how.km ? [makeKey(), makeKey()] : [makeKey()]);
    const answer = await npki.exchange(npki.requests(how.body ?? BODY.ir,
        keys.map(({ privateKey }, i) => npki.certRequest(i, privateKey,
            { r: i === 0 ? how.r : undefined, ...how })), how), how.ms);
    return { npki, keys, answer };
}
