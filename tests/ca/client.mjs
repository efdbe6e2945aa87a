/**
 * A CMP client written from the RFCs for the tests of the CA: it sends what
 * `openssl cmp` cannot (EncryptedVID, bad messages) and shows every field of
 * what comes back. It trusts nothing and checks nothing by itself.
 */
import {
    createHash,
    createHmac,
    generateKeyPairSync,
    randomBytes,
    sign,
} from 'node:crypto';
import http from 'node:http';

import {
    algorithm,
    bits,
    elements,
    explicit,
    inside,
    integer,
    octets,
    oid,
    sequence,
    set,
    tlv,
    utf8,
} from './der.mjs';

const PBM = '1.2.840.113533.7.66.13';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const RSA_SHA256 = '1.2.840.113549.1.1.11';
const EXTENSION_REQUEST_USE = { sign: 'c0', km: '30' };

export const FAIL = [
    'badAlg', 'badMessageCheck', 'badRequest', 'badTime', 'badCertId',
    'badDataFormat', 'wrongAuthority', 'incorrectData', 'missingTimeStamp',
    'badPOP', 'certRevoked', 'certConfirmed', 'wrongIntegrity',
    'badRecipientNonce', 'timeNotAvailable', 'unacceptedPolicy',
    'unacceptedExtension', 'addInfoNotAvailable', 'badSenderNonce',
    'badCertTemplate', 'signerNotTrusted', 'transactionIdInUse',
    'unsupportedVersion', 'notAuthorized', 'systemUnavail', 'systemFailure',
    'duplicateCertReq',
];

const POOL = 4;
const pool = [];
let taken = 0;

/** RSA-2048 pair: one of a few, never the same as the one before. */
export function makeKey() {
    if (pool.length < POOL)
        pool.push(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    return pool[taken++ % pool.length];
}

/** Name with one CN; no argument: the empty name. */
export function name(cn) {
    return cn === undefined
        ? sequence()
        : sequence(set(sequence(oid('2.5.4.3'), utf8(cn))));
}

function pbmKey(code, salt, iterations) {
    let key = Buffer.concat([Buffer.from(code), salt]);
    for (let i = 0; i < iterations; i++)
        key = createHash('sha256').update(key).digest();
    return key;
}

/** MAC of header and body by a code. */
export function mac(code, salt, iterations, header, body) {
    return createHmac('sha256', pbmKey(code, salt, iterations))
        .update(sequence(header, body))
        .digest();
}

/** One enrolment: a code, a key, a transaction. */
export class Client {
    /** @param {{referenceNumber: string, authorizationCode: string}} code */
    constructor(code, options = {}) {
        this.code = code;
        this.key = options.key ?? makeKey();
        this.transaction = options.transaction ?? randomBytes(16);
        this.options = options;
        this.nonce = Buffer.alloc(0);
    }

    /** A protected message; `how` spoils it. */
    message(body, how = {}) {
        const salt = randomBytes(16);
        const iterations = how.iterations ?? 1000;
        this.sent = randomBytes(16);
        const header = sequence(
            integer(how.pvno ?? 2),
            explicit(4, name(this.code.referenceNumber)),
            explicit(4, name('CA')),
            explicit(1, sequence(oid(PBM), sequence(
                octets(salt), algorithm(how.owf ?? SHA256),
                integer(iterations), algorithm(how.mac ?? HMAC_SHA256)))),
            explicit(2, octets(Buffer.from(this.code.referenceNumber))),
            explicit(4, octets(this.transaction)),
            explicit(5, octets(this.sent)),
            this.nonce.length > 0 ? explicit(6, octets(this.nonce)) : []);
        const code = how.code ?? this.code.authorizationCode;
        const value = mac(code, salt, Math.min(iterations, 1e6), header, body);
        return sequence(header, body, explicit(0, bits(value)));
    }

    /** CertReqMsg for the key. */
    certRequest({ km = false, subject = name(), vid, popKey } = {}) {
        const { publicKey, privateKey } = this.key;
        const spki = publicKey.export({ type: 'spki', format: 'der' });
        const use = EXTENSION_REQUEST_USE[km ? 'km' : 'sign'];
        const request = sequence(integer(0), sequence(
            subject === null ? [] : explicit(5, subject),
            tlv(0xa6, elements(spki)[0].value),
            tlv(0xa9, sequence(oid('2.5.29.15'), tlv(0x01, Buffer.from([0xff])),
                octets(tlv(0x03, Buffer.from(`04${use}`, 'hex')))))));
        const signature = sign('sha256', request, popKey ?? privateKey);
        return sequence(
            request,
            tlv(0xa1, algorithm(RSA_SHA256), bits(signature)),
            vid === undefined ? [] : sequence(sequence(
                oid('1.2.410.200004.10.1.1.2'), vid)));
    }

    /** ir (or cr) for one certificate; `how` goes to both parts. */
    request(how = {}) {
        return this.message(
            explicit(how.cr ? 2 : 0, sequence(this.certRequest(how))), how);
    }

    confirm(certificate, how = {}) {
        const hash = createHash('sha256').update(certificate).digest();
        return this.message(explicit(24, sequence(sequence(
            octets(hash), integer(0),
            how.reject ? sequence(integer(2)) : []))), how);
    }

    poll() {
        return this.message(explicit(25, sequence(sequence(integer(0)))));
    }

    /** Send, and take the answer apart if it is DER. */
    async exchange(port, der) {
        const answer = await post(port, '/cmp', der);
        const parsed = parse(answer.body);
        this.nonce = parsed.senderNonce ?? Buffer.alloc(0);
        return { ...answer, ...parsed };
    }

    /** The answer's MAC is by our code. */
    isAuthentic(answer) {
        if (answer.mac === undefined || answer.pbm === undefined)
            return false;
        const [salt, , count] = answer.pbm;
        return mac(this.code.authorizationCode, salt.value,
            count.value.readUIntBE(0, count.value.length),
            answer.header, answer.wholeBody).equals(answer.mac);
    }
}

function parseStatus(list, ret) {
    ret.status = list[0].value.readIntBE(0, list[0].value.length);
    for (const item of list.slice(1)) {
        if (item.tag === 0x30)
            ret.text = elements(item.value).map(t => t.value);
        if (item.tag === 0x03) {
            const flags = item.value.subarray(1);
            ret.fail = [...flags].flatMap((byte, i) =>
                [0, 1, 2, 3, 4, 5, 6, 7]
                    .filter(bit => byte & (0x80 >> bit))
                    .map(bit => FAIL[i * 8 + bit] ?? `bit${i * 8 + bit}`));
        }
    }
}

/** Fields of a PKIMessage; throws when it is not DER. */
export function parse(der) {
    const [header, body, ...rest] = inside(der);
    const fields = elements(header.value);
    const ret = {
        header: header.whole,
        wholeBody: body.whole,
        kind: body.tag & 0x1f,
        pvno: fields[0].value[0],
        senderTag: fields[1].tag,
    };
    for (const field of fields.slice(3)) {
        const [value] = elements(field.value);
        const n = field.tag & 0x1f;
        if (n === 0)
            ret.time = value.value.toString();
        if (n === 1 && elements(value.value)[1]?.tag === 0x30)
            ret.pbm = elements(elements(value.value)[1].value);
        if (n === 1)
            ret.algorithm = value.whole;
        if (n === 4)
            ret.transaction = value.value;
        if (n === 5)
            ret.senderNonce = value.value;
        if (n === 6)
            ret.recipientNonce = value.value;
        if (n === 8)
            ret.generalInfo = value.whole;
    }
    for (const part of rest) {
        if (part.tag === 0xa0)
            ret.mac = elements(part.value)[0].value.subarray(1);
        if (part.tag === 0xa1)
            ret.extraCerts = elements(elements(part.value)[0].value).length;
    }
    if ([1, 3, 8].includes(ret.kind))
        parseRep(elements(elements(body.value)[0].value), ret);
    if (ret.kind === 23)
        parseStatus(elements(inside(body.value)[0].value), ret);
    if (ret.kind === 26)
        ret.poll = elements(inside(body.value)[0].value);
    return ret;
}

function parseRep(list, ret) {
    if (list[0].tag === 0xa1) {
        ret.caPubs = elements(elements(list.shift().value)[0].value);
    }
    const responses = elements(list[0].value);
    ret.responses = responses.length;
    if (responses.length === 0)
        return;
    const [id, status, pair] = elements(responses[0].value);
    ret.requestId = id.value[0];
    parseStatus(elements(status.value), ret);
    if (pair !== undefined) {
        const [choice] = elements(pair.value);
        ret.choice = choice.tag & 0x1f;
        ret.certificate = elements(choice.value)[0].whole;
    }
}

/** POST and collect; rejects when the connection breaks. */
export function post(port, path, body, how = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request({
            host: '127.0.0.1', port, path,
            method: how.method ?? 'POST',
            headers: { 'Content-Type': how.type ?? 'application/pkixcmp' },
            timeout: how.timeout ?? 60000,
        }, response => {
            const parts = [];
            let size = 0;
            response.on('data', part => {
                parts.push(part);
                size += part.length;
                if (how.limit !== undefined && size > how.limit)
                    response.destroy(new Error('limit'));
            });
            response.on('error', reject);
            response.on('aborted', () => reject(new Error('aborted')));
            response.on('end', () => resolve({
                httpStatus: response.statusCode,
                type: response.headers['content-type'],
                headers: response.headers,
                body: Buffer.concat(parts),
            }));
        });
        request.on('timeout', () => request.destroy(new Error('timeout')));
        request.on('error', reject);
        request.end(body);
    });
}
