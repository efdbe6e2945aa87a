// The second way: OpenSSL's command line (3.0 or later) on the same signature.
// It looks at the signature, the content and the path; origin, nonce and the
// rest are for verify.mjs. A server that lets both decide relies on no one
// implementation.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM of a certificate in DER. */
function pem(der) {
    const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

async function ask(folder, q) {
    const put = async (name, bytes) => {
        await writeFile(join(folder, name), bytes, { mode: 0o600 });
        return join(folder, name);
    };
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-purpose', 'any',
        '-in', await put('signature.der', q.signature), '-out', join(folder, 'content')];
    if (q.content !== undefined)
        args.push('-content', await put('given', q.content));
    if (q.certificate !== undefined)
        args.push('-certfile', await put('certificate.pem', pem(q.certificate)));
    if (q.trust === undefined)
        args.push('-noverify');
    else
        args.push('-CAfile', await put('trust.pem', q.trust), '-no-CApath', '-no-CAstore',
            '-partial_chain', '-auth_level', '2');
    if (q.at !== undefined && q.trust !== undefined)
        args.push('-attime', String(Date.parse(q.at) / 1000));
    try {
        await run(q.openssl ?? 'openssl', args, { timeout: 30000 });
        return { ok: true, said: '' };
    } catch (error) {
        if (error.code === 'ENOENT')
            throw error;
        return { ok: false, said: String(error.stderr ?? error.message) };
    }
}

/**
 * Does OpenSSL find the CMS signature good? Without trust it looks at the
 * signature alone, whoever signed.
 * @param {{signature: Buffer, content?: Buffer, certificate?: Buffer,
 *     trust?: Buffer | string, at?: string, openssl?: string}} q trust: PEM
 * @returns {Promise<{ok: boolean, said: string}>}
 */
export async function askOpenssl(q) {
    const folder = await mkdtemp(join(tmpdir(), 'verify-'));
    try {
        return await ask(folder, q);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
