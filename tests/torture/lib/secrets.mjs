/** What must never lie about in the clear, and how a key file is opened by
 * something that is not Ingam. */
import assert from 'node:assert/strict';
import { createDecipheriv, createPrivateKey, pbkdf2Sync, X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';

import { elements } from '../../ca/der.mjs';

const R_ATTRIBUTE = Buffer.from('060a2a831a8c9a440a010103', 'hex');

/** PrivateKeyInfo and RSAPrivateKey as they begin, keys of 1024 bits and more. */
const CLEAR = [
    Buffer.from('020100300d06092a864886f70d01010105000482', 'hex'),
    Buffer.from('0201000282', 'hex'),
    Buffer.from('-----BEGIN'),
];

/** PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC: scheme `strong`. */
export function openKeyFile(file, password) {
    const [[algorithm, encrypted]] = [elements(elements(file)[0].value)];
    const [, params] = elements(algorithm.value);
    const [kdf, cipher] = elements(params.value);
    const [salt, rounds] = elements(elements(kdf.value)[1].value);
    const [, iv] = elements(cipher.value);
    const key = pbkdf2Sync(password, salt.value,
        Number(BigInt(`0x${rounds.value.toString('hex')}`)), 32, 'sha256');
    const open = createDecipheriv('aes-256-cbc', key, iv.value);
    return Buffer.concat([open.update(encrypted.value), open.final()]);
}

/**
 * The key opens with the password and belongs to the certificate; says what
 * of it is secret.
 * @returns {Buffer[]}
 */
export function checkPair(certificate, file, password) {
    const info = openKeyFile(file, password);
    const key = createPrivateKey({ key: info, format: 'der', type: 'pkcs8' });
    const x = new X509Certificate(certificate);
    assert.ok(x.checkPrivateKey(key), 'the key is the certificate\'s');
    const secrets = ['d', 'p', 'q'].map(name =>
        Buffer.from(key.export({ format: 'jwk' })[name], 'base64url'));
    const at = info.indexOf(R_ATTRIBUTE);
    if (at >= 0) // SET { BIT STRING }: tag, length, tag, length, unused bits
        secrets.push(info.subarray(at + R_ATTRIBUTE.length + 5).subarray(0, 20));
    return secrets;
}

/** The same by openssl's own program. */
export function checkByOpenssl(certificate, file, password) {
    const run = (input, ...args) => execFileSync('openssl', args,
        { input, stdio: ['pipe', 'pipe', 'ignore'] }).toString();
    const pem = run(file, 'pkcs8', '-inform', 'DER', '-passin',
        `pass:${password}`);
    assert.equal(run(pem, 'pkey', '-pubout'),
        run(certificate, 'x509', '-inform', 'DER', '-noout', '-pubkey'));
}

/** No file of the tree holds one of the secrets, or a key in the clear. */
export function nothingClear(tree, secrets) {
    const needles = secrets.map(secret => Buffer.from(secret));
    for (const needle of [...needles]) { // texts may be written otherwise, too
        needles.push(Buffer.from(needle.toString('base64').replace(/=+$/, '')),
            Buffer.from(needle.toString('hex')));
    }
    for (const [path, bytes] of tree.files)
        for (const needle of [...needles, ...CLEAR])
            assert.equal(bytes.indexOf(needle), -1, `a secret lies in ${path}`);
}
