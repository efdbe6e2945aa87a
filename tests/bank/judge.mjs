// The console's verdicts: what a server checks of each kind of result, by
// openssl and Node alone, and once more by the verifier that examples/ gives to
// banks. A verdict is a list of {check, ok, said}.

import { execFile } from 'node:child_process';
import { X509Certificate, createHash, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { verify as verifier } from '../../examples/verify-node/verify.mjs';
import { identifyData, virtualId } from '../ca/vid.mjs';
import { describe } from './authority.mjs';
import { contentType, stampOf } from './display.mjs';
import { canonical, checkCode } from './transaction.mjs';
import { Refused } from './verify.mjs';

const run = promisify(execFile);
const LOGIN = '6983b7e5cdb9c297e2b58d93f6cefd9a84f1d37402'; // id-ingam-login

export const row = (check, ok, said = '') => ({ check, ok, said });

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** examples/verify-node on the same question. */
function again(bank, question) {
    const { checks, ok } =
        verifier({ trust: bank.verifier.chain, ...question }).verdict;
    const failed = checks.filter(check => !check.ok)
        .map(({ check, reason }) => `${check} ${reason}`);
    return row('verify_node', ok, failed.join(', ') || `${checks.length} ✓`);
}

/** openssl's verdict first; what it refuses needs no more rows. */
async function checked(bank, base64, detached, more) {
    let found;
    try {
        found = await bank.verifier.check(base64, detached);
    } catch (error) {
        if (!(error instanceof Refused))
            throw error;
        return [row('signature', false, error.reason)];
    }
    return [row('signature', true, 'openssl cms'),
        row('signer', true, found.signers.map(signer =>
            describe(signer).name).join(', ')),
        row('state', true, 'OCSP'), ...more(found)];
}

/**
 * A CMS signature. `expect`: content, kind ('' for one without attributes),
 * detached, signers (how many), hex.
 */
export function judgeCms(bank, result, { content, kind, detached = false,
    signers = 1, hex = false }) {
    const der = Buffer.from(result.signature ?? '', hex ? 'hex' : 'base64');
    const bytes = Buffer.from(content);
    return checked(bank, der.toString('base64'), detached ? bytes : null,
        found => [
            row('content', found.content.equals(bytes), sha256(bytes)),
            ...signers > 1 ? [row('signers', found.signers.length === signers,
                String(found.signers.length))] : [],
            ...found.displays.flatMap(display => kind === ''
                ? [row('no_attributes', display === null)]
                : [row('origin', display?.origin === bank.url,
                    display?.origin),
                row('kind', display?.kind === kind, display?.kind)]),
            row('code', result.code === checkCode(bytes), result.code),
            again(bank, { signature: der, content: bytes,
                ...kind !== '' && { kind, origin: bank.url } })]);
}

/** A bare RSA value, with the certificate beside it. */
export async function judgePkcs1(bank, { signature, certificate, code },
    { content }) {
    const signer = new X509Certificate(Buffer.from(certificate, 'base64'));
    const issuer = new X509Certificate(bank.verifier.issuer);
    return [row('signature', verify('sha256', Buffer.from(content),
        signer.publicKey, Buffer.from(signature, 'base64')), 'RSA, SHA-256'),
    row('signer', true, describe(signer).name),
    row('chain', signer.checkIssued(issuer) && signer.verify(issuer.publicKey),
        describe(signer).issuer),
    row('code', code === checkCode(Buffer.from(content)), code),
    again(bank, { format: 'pkcs1', signature: Buffer.from(signature, 'base64'),
        content: Buffer.from(content),
        certificate: Buffer.from(certificate, 'base64') })];
}

/** Files in a folder of their own, for openssl. */
async function withFiles(bank, files, work) {
    const folder = await mkdtemp(join(bank.tmp, 'judge-'));
    const at = name => join(folder, name);
    try {
        for (const [name, data] of Object.entries(files))
            await writeFile(at(name), data);
        return await work(at);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Open what was enveloped for the server. @returns {Promise<Buffer>} */
export const opened = (bank, base64, { key, pem }) => withFiles(bank,
    { envelope: Buffer.from(base64, 'base64'), key, pem }, async at => {
        const { stdout } = await run('openssl', ['cms', '-decrypt', '-binary',
            '-inform', 'DER', '-in', at('envelope'), '-inkey', at('key'),
            '-recip', at('pem'), '-provider', 'default', '-provider',
            'legacy'], { encoding: 'buffer', timeout: 15000 });
        return stdout;
    });

/** The time-stamp over the signature, by `openssl ts`. */
export const judgeStamp = async (bank, { signature, timestamp }) => {
    const { token, value } = stampOf(Buffer.from(signature, 'base64'));
    return withFiles(bank, { token, chain: bank.verifier.chain }, async at => {
        const { stdout } = await run('openssl', ['ts', '-verify', '-token_in',
            '-in', at('token'), '-digest', sha256(value), '-CAfile',
            at('chain')], { timeout: 15000 });
        return row('timestamp', /Verification: OK/.test(stdout) &&
            Math.abs(Date.parse(timestamp) - Date.now()) < 60000, timestamp);
    });
};

/** The identity number fits the certificate, by the R that came enveloped. */
async function judgeVid(bank, person, server, { vid, certificate }, token) {
    const { type, r, nonce, origin } =
        JSON.parse(await opened(bank, vid, server));
    const { vid: inside } = identifyData(Buffer.from(certificate, 'base64'));
    return [row('vid_login', type === 'login-r' && nonce === token.nonce &&
        origin === token.origin, type),
    row('vid', virtualId(person.idn, Buffer.from(r, 'base64'))
        .toString('hex') === inside, inside)];
}

/** A login token: for this site, this nonce and now. */
export async function judgeLogin(bank, person, server, result, { nonce }) {
    const type = contentType(Buffer.from(result.token, 'base64'));
    let token = {};
    const rows = await checked(bank, result.token, null, ({ content }) => {
        const text = content.toString();
        token = JSON.parse(text);
        const now = bank.now();
        return [row('token_type', type === LOGIN && token.type === 'login' &&
            canonical(token) === text, token.type),
        row('origin', token.origin === bank.url, token.origin),
        row('nonce', token.nonce === nonce, token.nonce),
        row('fresh', Date.parse(token.issued) - 60000 <= now &&
            now <= Date.parse(token.expires) + 60000, token.expires),
        again(bank, { type: 'login', origin: bank.url, nonce,
            signature: Buffer.from(result.token, 'base64'),
            ...result.vid && { idn: person.idn, serverKey: server.key,
                vid: Buffer.from(result.vid, 'base64') } })];
    });
    return result.vid === undefined ? rows
        : [...rows, ...await judgeVid(bank, person, server, result, token)];
}
