/** What the tests of the CA share: folders of their own and `openssl`. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

import { TestCa } from './ca.mjs';

const top = path.resolve(fileURLToPath(import.meta.url), '../../..');
const OPENSSL_MS = 120000;

export const SUPERSEDED = 'superseded';

/** A new folder under build/tmp. */
export function makeFolder() {
    mkdirSync(path.join(top, 'build/tmp'), { recursive: true });
    return mkdtempSync(path.join(top, 'build/tmp/ca-'));
}

/**
 * A CA that runs while the file's tests run, with one person registered.
 * @param {...string} options of init
 * @returns {{ca: TestCa, dir: string, http: number, https: number}} filled in
 *     before the first test
 */
export function runningCa(...options) {
    const it = {};
    before(async () => {
        it.dir = makeFolder();
        it.ca = new TestCa(path.join(it.dir, 'ca'));
        await it.ca.call('init', ...options);
        await it.ca.call('person', '--name', '홍길동', '--english', 'hong',
            '--idn', '9001011234567');
        Object.assign(it, await it.ca.serve());
        for (const what of ['ca', 'root', 'tls'])
            writeFileSync(path.join(it.dir, `${what}.pem`),
                (await it.ca.call('cert', '--what', what)).pem);
    });
    after(() => it.ca.stop());
    return it;
}

/** A new code for person 1. */
export const newCode = (ca, kind = 'issue', ...options) =>
    ca.call('code', '--person', 1, '--kind', kind, ...options);

/**
 * Run openssl; never rejects.
 * @returns {Promise<{status: number, text: string}>} stdout and stderr together
 */
export function openssl(...args) {
    return new Promise(resolve => {
        execFile('openssl', args.map(String), { timeout: OPENSSL_MS },
            (error, stdout, stderr) => resolve({
                status: error === null ? 0 : error.code ?? -1,
                text: stdout + stderr,
            }));
    });
}

/** Options of `openssl cmp` common to all requests of a code. */
export function cmpOptions(it, code, key, out) {
    return ['cmp', '-config', '', '-batch', '-cmd', 'ir',
        '-server', `127.0.0.1:${it.http}/cmp`, '-recipient', '/CN=CA',
        '-ref', code.referenceNumber,
        '-secret', `pass:${code.authorizationCode}`,
        '-mac', 'hmacWithSHA256', '-newkey', key,
        '-subject', `/CN=${code.referenceNumber}`,
        '-certout', out, '-total_timeout', 60];
}

let keys = 0;

/** A new RSA key in a file of the folder. */
export async function keyFile(it) {
    const file = path.join(it.dir, `key${keys++}.pem`);
    await openssl('genrsa', '-out', file, 2048);
    return file;
}
