// The bank's judgement of a signature, by an implementation that is not ours:
// openssl's cms and ocsp commands.

import { execFile } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { signedDisplays } from './display.mjs';

const run = promisify(execFile);
const LIMIT = { timeout: 15000, maxBuffer: 1 << 20 };

export class Refused extends Error {
    /** @param {string} reason stable name of what did not hold */
    constructor(reason, detail = '') {
        super(detail || reason);
        this.reason = reason;
    }
}

export class Verifier {
    /** @param {{tmp, chain, issuer, ocsp}} at folder, two PEMs, address */
    constructor({ tmp, chain, issuer, ocsp }) {
        Object.assign(this, { tmp, chain, issuer, ocsp });
    }

    /**
     * Check a CMS signature and its signer's state at the CA.
     * @param {string} base64 DER of SignedData
     * @param {Buffer | null} detached the content, where it is not inside
     * @returns {Promise<{content: Buffer, signer: X509Certificate, display,
     *     displays: object[], signers: X509Certificate[], sha256: string}>}
     * @throws {Refused} signature_unreadable, signature_invalid,
     *     signer_revoked, signer_unknown, status_unknown
     */
    async check(base64, detached = null) {
        if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
            throw new Refused('signature_unreadable');
        const folder = await mkdtemp(join(this.tmp, 'verify-'));
        try {
            return await this.#checkIn(folder, Buffer.from(base64, 'base64'),
                detached);
        } finally {
            await rm(folder, { recursive: true, force: true });
        }
    }

    async #checkIn(folder, der, detached) {
        const at = name => join(folder, name);
        if (detached)
            await writeFile(at('detached'), detached);
        await writeFile(at('chain.pem'), this.chain);
        await writeFile(at('issuer.pem'), this.issuer);
        await writeFile(at('signature.der'), der);
        try {
            await run('openssl', ['cms', '-verify', '-binary', '-inform', 'DER',
                '-in', at('signature.der'), '-CAfile', at('chain.pem'),
                '-no-CApath', '-no-CAstore', '-purpose', 'any',
                '-signer', at('signers.pem'), '-out', at('content'),
                ...detached ? ['-content', at('detached')] : []], LIMIT);
        } catch (error) {
            const said = String(error.stderr ?? '');
            throw new Refused(/certificate verify error/i.test(said)
                ? 'signer_unknown' : 'signature_invalid', said);
        }
        const content = await readFile(at('content'));
        const signers = (await readFile(at('signers.pem'), 'utf8'))
            .match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g);
        for (const pem of signers) {
            await writeFile(at('signer.pem'), pem);
            await this.#alive(at);
        }
        const displays = signedDisplays(der);
        const all = signers.map(pem => new X509Certificate(pem));
        return { content, signer: all[0], signers: all, displays,
            display: displays.length === 1 ? displays[0] : null,
            sha256: createHash('sha256').update(content).digest('hex') };
    }

    /** Ask the CA whether the signer's certificate still holds. */
    async #alive(at) {
        let said;
        try {
            const { stdout, stderr } = await run('openssl', ['ocsp',
                '-issuer', at('issuer.pem'), '-cert', at('signer.pem'),
                '-url', this.ocsp, '-CAfile', at('chain.pem'), '-no-CApath',
                '-no-CAstore', '-timeout', '3'], LIMIT);
            said = `${stderr}\n${stdout}`;
        } catch (error) {
            throw new Refused('status_unknown', String(error.stderr ?? ''));
        }
        const state = /signer\.pem: (\w+)/.exec(said)?.[1];
        if (!/Response verify OK/.test(said))
            throw new Refused('status_unknown', said);
        if (state === 'revoked')
            throw new Refused('signer_revoked');
        if (state !== 'good')
            throw new Refused('signer_unknown');
    }
}
