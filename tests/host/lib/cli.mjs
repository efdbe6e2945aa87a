/**
 * The real `ingam` with a home of its own, and certificates made by openssl's
 * program for it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { home as nobody, program, root } from './host.mjs';

export const ingamProgram = process.env.INGAM
    ?? join(root, 'build/stage/usr/bin/ingam');
export const password = 'Seal!2026-test';

/** Run openssl (or another tool); its stdout. */
export function tool(name, args, options = {}) {
    return execFileSync(name, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
}

export const openssl = (args, options) => tool('openssl', args, options);

export function has(name) {
    try {
        execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

/**
 * @param {string[]} args
 * @param {{home?: string, env?: object, input?: string | Buffer,
 *     secrets?: string[], stdout?: any, wait?: boolean}} options
 *     secrets: what waits on descriptors 3, 4, …
 * @returns {Promise<{status: number | null, signal: string | null,
 *     stdout: Buffer, text: string, errors: string}>}
 */
export function ingam(args, options = {}) {
    const secrets = options.secrets ?? [];
    const child = spawn(ingamProgram, args, {
        env: { HOME: options.home ?? nobody, LANG: 'C.UTF-8', ...options.env },
        stdio: ['pipe', options.stdout ?? 'pipe', 'pipe', ...secrets.map(() => 'pipe')],
        detached: true, // no terminal to ask on
    });
    const out = [], errors = [];
    child.stdout?.on('data', data => out.push(data));
    child.stderr.on('data', data => errors.push(data));
    secrets.forEach((secret, i) => {
        child.stdio[3 + i].on('error', () => {});
        child.stdio[3 + i].end(secret);
    });
    child.stdin.on('error', () => {});
    if (options.running)
        options.running(child);
    child.stdin.end(options.input ?? '');
    return new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', (status, signal) => {
            const stdout = Buffer.concat(out);
            done({ status, signal, stdout, text: stdout.toString(),
                errors: Buffer.concat(errors).toString() });
        });
    });
}

/** The result of a command with --json; the error object when it failed. */
export async function json(args, options) {
    const run = await ingam([...args, '--json'], options);
    return { ...run, value: JSON.parse(run.text) };
}

/** A root CA in a folder: ca.pem, ca.key. */
export function makeCa(folder, name = 'Test Root') {
    openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '3650',
        '-subj', `/C=KR/O=IngamTest/CN=${name}`, '-keyout', join(folder, 'ca.key'),
        '-out', join(folder, 'ca.pem'), '-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
    return join(folder, 'ca.pem');
}

/**
 * A person's certificate in a home's NPKI tree.
 * @param {string} ca folder of the CA
 * @param {string} home
 * @param {{name?: string, from?: string, until?: string, usage?: string,
 *     folder?: string, kdf?: string}} how times as 20260101000000Z
 * @returns {{id: string, dir: string, pem: string}}
 */
export function makePerson(ca, home, how = {}) {
    const name = how.name ?? 'Hong';
    const work = mkdtempSync(join(ca, 'person-'));
    const dir = join(home, 'NPKI/IngamTest/USER',
        how.folder ?? `cn=${name},ou=test,o=IngamTest,c=kr`);
    const at = file => join(work, file);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(at('ca.cnf'), `
[ca]
default_ca = this
[this]
new_certs_dir = ${work}
database = ${at('index')}
serial = ${at('serial')}
default_md = sha256
policy = any
x509_extensions = usr
string_mask = utf8only
[any]
C = optional
O = optional
OU = optional
CN = supplied
[usr]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
keyUsage = ${how.usage ?? 'critical,digitalSignature,nonRepudiation'}
`);
    writeFileSync(at('index'), '');
    writeFileSync(at('serial'), `${Date.now().toString(16)}00`.slice(-10));
    openssl(['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-utf8',
        '-subj', `/C=KR/O=IngamTest/OU=test/CN=${name}`, '-keyout', at('key.pem'), '-out', at('csr.pem')]);
    openssl(['ca', '-batch', '-config', at('ca.cnf'), '-in', at('csr.pem'), '-notext', '-utf8',
        '-cert', join(ca, 'ca.pem'), '-keyfile', join(ca, 'ca.key'), '-out', at('cert.pem'),
        '-startdate', how.from ?? '20260101000000Z', '-enddate', how.until ?? '20991231145959Z']);
    openssl(['x509', '-in', at('cert.pem'), '-outform', 'DER', '-out', join(dir, 'signCert.der')]);
    openssl(['pkcs8', '-topk8', '-in', at('key.pem'), '-outform', 'DER', '-out', join(dir, 'signPri.key'),
        '-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256', '-iter', '2048', '-passout', `pass:${password}`]);
    const id = openssl(['dgst', '-sha256', '-r', join(dir, 'signCert.der')]).toString().slice(0, 64);
    return { id, dir, pem: at('cert.pem') };
}

/**
 * So many certificates of nobody, listed before those of makePerson(): one
 * page of store.list and more.
 */
export function crowd(home, count = 101) {
    const [first, ...others] = Array.from({ length: count },
        (_, i) => join(home, 'NPKI/IngamTest/USER', `cn=crowd${i}`));
    mkdirSync(first, { recursive: true, mode: 0o700 });
    openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/C=KR/CN=nobody', '-keyout', '/dev/null',
        '-outform', 'DER', '-out', join(first, 'signCert.der')]);
    for (const other of others)
        cpSync(first, other, { recursive: true });
}

/** A folder for one file of tests, removed at its end. */
export function workFolder() {
    mkdirSync(join(root, 'build/tmp'), { recursive: true });
    const folder = mkdtempSync(join(root, 'build/tmp/cli-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

export { program, root };

/**
 * Run `ingam` at a terminal of its own and answer what it asks, in order.
 * @param {string[]} args
 * @param {{home: string, after?: string}} options after: a shell command to
 *     run at the same terminal when ingam is done
 * @param {[RegExp, string][]} dialogue
 * @returns {Promise<{status: number, text: string}>} text: all that the
 *     terminal showed
 */
export function typed(args, options, dialogue) {
    const line = [ingamProgram, ...args].map(word => `'${word.replaceAll('\'', '\'\\\'\'')}'`).join(' ');
    const child = spawn('script', ['-qec', `trap : INT; ${line}; s=$?; ${options.after ?? ':'}; exit $s`, '/dev/null'],
        { env: { HOME: options.home, LANG: 'C.UTF-8', PATH: process.env.PATH, SHELL: '/bin/sh' } });
    let text = '', from = 0;
    const left = [...dialogue];
    child.stdout.setEncoding('utf8').on('data', data => {
        text += data;
        while (left.length > 0 && left[0][0].test(text.slice(from))) {
            from = text.length;
            const [, answer] = left.shift();
            child.stdin.write(answer); // echo was off before it was asked
        }
    });
    return new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', status => done({ status, text }));
    });
}
