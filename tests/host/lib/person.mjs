/** A person with everything a Korean certificate has: R, and a second pair. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePerson, openssl, password } from './cli.mjs';
import { lock, withR } from './keyfile.mjs';

export const R = Buffer.from('a1b2c3d4e5f60718293a4b5c6d7e8f9001020304', 'hex');

/** PrivateKeyInfo of the key that makePerson left beside a certificate. */
export function infoOf(pem) {
    return openssl(['pkcs8', '-topk8', '-nocrypt', '-outform', 'DER', '-in', join(dirname(pem), 'key.pem')]);
}

/**
 * Put a person into a home: signPri.key holds R, and with km a pair to
 * encrypt lies beside it.
 * @returns {{id: string, dir: string, pem: string, info: Buffer, kmPem?: string}}
 */
export function putPerson(ca, home, { name = '홍길동', km = false } = {}) {
    const person = makePerson(ca, home, { name });
    const info = withR(infoOf(person.pem), R);
    writeFileSync(join(person.dir, 'signPri.key'), lock(info, password));
    if (!km)
        return { ...person, info };
    const second = makePerson(ca, home, { name, folder: 'second', usage: 'critical,keyEncipherment' });
    renameSync(join(second.dir, 'signCert.der'), join(person.dir, 'kmCert.der'));
    renameSync(join(second.dir, 'signPri.key'), join(person.dir, 'kmPri.key'));
    rmSync(second.dir, { recursive: true });
    return { ...person, info, kmPem: second.pem };
}
