/**
 * Key files and their R, read and written by the tests' own code: node's
 * crypto for what it has, seed.mjs for SEED, der.mjs for the rest.
 */
import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { elements, explicit, integer, octets, oid, sequence, set, tlv } from '../../ca/der.mjs';
import { decryptCbc } from './seed.mjs';

const OIDS = {
    seedSha1: '1.2.410.200004.1.15', seedCbc: '1.2.410.200004.1.4', pbes2: '1.2.840.113549.1.5.13',
    pbkdf2: '1.2.840.113549.1.5.12', sha256: '1.2.840.113549.2.9', aes256: '2.16.840.1.101.3.4.1.42',
    random: '1.2.410.200004.10.1.1.3',
};
const is = (element, name) => element.whole.equals(oid(OIDS[name]));
const inside = element => elements(element.value);
const number = element => parseInt(element.value.toString('hex'), 16);

/** Put R into a PrivateKeyInfo that has no attributes. */
export function withR(info, r) {
    const [outer] = elements(info);
    const value = tlv(0x03, Buffer.from([0]), r);
    return sequence(outer.value, explicit(0, sequence(oid(OIDS.random), set(value))));
}

/** R of a PrivateKeyInfo, or null. */
export function rOf(info) {
    const [outer] = elements(info);
    const attributes = inside(outer).find(element => element.tag === 0xa0);
    for (const attribute of attributes === undefined ? [] : inside(attributes)) {
        const [type, values] = inside(attribute);
        if (is(type, 'random'))
            return inside(values)[0].value.subarray(1);
    }
    return null;
}

/** A key file by PBES2 with AES-256. */
export function lock(info, password) {
    const salt = Buffer.alloc(8, 7), iv = Buffer.alloc(16, 9);
    const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, 2048, 32, 'sha256'), iv);
    const kdf = sequence(oid(OIDS.pbkdf2), sequence(octets(salt), integer(2048), sequence(oid(OIDS.sha256), tlv(0x05))));
    return sequence(
        sequence(oid(OIDS.pbes2), sequence(kdf, sequence(oid(OIDS.aes256), octets(iv)))),
        octets(Buffer.concat([cipher.update(info), cipher.final()])));
}

/** KISA's PBKDF1: key from the hash, and what the IV is made of (npki: 2.2). */
function unlockSeedSha1(parameters, encrypted, password) {
    const [salt, rounds] = inside(parameters);
    let t = createHash('sha1').update(password).update(salt.value).digest();
    for (let i = 1; i < number(rounds); i++)
        t = createHash('sha1').update(t).digest();
    const iv = createHash('sha1').update(t.subarray(16)).digest().subarray(0, 16);
    return { info: decryptCbc(t.subarray(0, 16), iv, encrypted), scheme: 'seed-sha1', rounds: number(rounds) };
}

/** The PrivateKeyInfo in a key file, its scheme and rounds; throws for a wrong password. */
export function unlock(file, password) {
    const [outer] = elements(file);
    const [algorithm, encrypted] = inside(outer);
    const [type, parameters] = inside(algorithm);
    if (is(type, 'seedSha1'))
        return unlockSeedSha1(parameters, encrypted.value, password);
    if (!is(type, 'pbes2'))
        throw new Error('an unknown scheme');
    const [kdf, cipher] = inside(parameters);
    const [salt, rounds, ...prf] = inside(inside(kdf)[1]);
    const digest = prf.length > 0 && is(inside(prf.at(-1))[0], 'sha256') ? 'sha256' : 'sha1';
    const [name, iv] = inside(cipher);
    if (is(name, 'seedCbc')) {
        const key = pbkdf2Sync(password, salt.value, number(rounds), 16, digest);
        return { info: decryptCbc(key, iv.value, encrypted.value), scheme: `pbes2-seed-${digest}`, rounds: number(rounds) };
    }
    const key = pbkdf2Sync(password, salt.value, number(rounds), 32, digest);
    const opened = createDecipheriv('aes-256-cbc', key, iv.value);
    return { info: Buffer.concat([opened.update(encrypted.value), opened.final()]), scheme: `pbes2-aes-${digest}`, rounds: number(rounds) };
}
