/** A certificate and its key in an NPKI tree, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const password = 'Right-pass1!';

/** PBKDF2's count in the file; another value of the same length goes in. */
const written = Buffer.from('0203009c40', 'hex'); // INTEGER 40000
const patched = Buffer.from('02037fffff', 'hex'); // INTEGER 8388607

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

/**
 * Put a pair under home/NPKI. With slow its key file asks for 8,388,607
 * rounds: seconds of work, and then the wrong key comes out.
 * @returns {string} the certificate's id
 */
export function putPair(home, { slow = false, name = '홍길동' } = {}) {
    const folder = join(home, 'NPKI/IngamTest/USER', `cn=${name}()0001,ou=personal,o=IngamTest,c=kr`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const pem = join(home, 'key.pem');
    const certificate = join(folder, 'signCert.der');
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', pem, '-days', '300',
        '-utf8', '-subj', `/C=kr/O=IngamTest/OU=personal/CN=${name}()0001`,
        '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation',
        '-outform', 'DER', '-out', certificate);
    let key = openssl('pkcs8', '-topk8', '-in', pem, '-outform', 'DER', '-v2', 'aes-256-cbc',
        '-v2prf', 'hmacWithSHA256', '-iter', '40000', '-passout', `pass:${password}`);
    if (slow) {
        const at = key.indexOf(written);
        key = Buffer.concat([key.subarray(0, at), patched, key.subarray(at + patched.length)]);
    }
    writeFileSync(join(folder, 'signPri.key'), key, { mode: 0o600 });
    const der = openssl('dgst', '-sha256', '-r', certificate).toString();
    writeFileSync(pem, readFileSync(pem).fill(0));
    return der.split(' ')[0];
}

/** Many certificates, each with a name of so many parts of 64 letters. */
export function putMany(home, count, parts) {
    const pem = join(home, 'key.pem');
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', pem);
    const subject = `/C=kr${`/OU=${'x'.repeat(64)}`.repeat(parts)}/CN=many`;
    for (let i = 0; i < count; i++) {
        const folder = join(home, 'NPKI/IngamTest/USER', `cn=many${i},c=kr`);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        openssl('req', '-x509', '-key', pem, '-subj', subject, '-set_serial', String(i + 1),
            '-days', '300', '-outform', 'DER', '-out', join(folder, 'signCert.der'));
    }
}
