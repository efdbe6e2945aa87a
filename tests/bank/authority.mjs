// The bank as registration authority: it tells the CA who a customer is, and
// asks it for the two codes of a re-issue.

import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class Authority {
    /**
     * @param {object} ca
     * @param {string} ca.program path of ingam-test-ca
     * @param {string} ca.folder where the CA keeps its registry
     * @param {string} ca.name the CA's name in the Ingam program
     */
    constructor({ program, folder, name }) {
        Object.assign(this, { program, folder, name });
    }

    async #ask(command, ...args) {
        const { stdout } = await run(this.program,
            [command, this.folder, ...args], { timeout: 20000 });
        return JSON.parse(stdout);
    }

    /** Register a customer. @returns {Promise<{person: number, dn: string}>} */
    register({ name, english, idn, phone }) {
        return this.#ask('person', '--name', name, '--english', english,
            '--idn', idn, '--contact', phone);
    }

    /** Two codes, each good for one use. @param {'issue' | 'reissue'} kind */
    codes(person, kind, seconds = 600) {
        return this.#ask('code', '--person', String(person), '--kind', kind,
            '--expires', String(seconds));
    }

    /** Certificates for signing that the CA has issued to a customer. */
    async certificates(person) {
        const { certificates } = await this.#ask('list');
        return certificates.filter(certificate =>
            certificate.kind === 'sign' && certificate.person === person);
    }

    async pem(what) {
        return (await this.#ask('cert', '--what', what)).pem;
    }
}

/** What a certificate says, for a page. @param {X509Certificate} certificate */
export function describe(certificate) {
    const part = (dn, key) => dn.split('\n').findLast(line =>
        line.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
    // NPKI writes more after the name: 홍길동(hong)0099…
    return { name: part(certificate.subject, 'cn').replace(/\(.*/, ''),
        issuer: part(certificate.issuer, 'cn'),
        serial: BigInt(`0x${certificate.serialNumber}`).toString(16),
        notAfter: new Date(certificate.validTo).toISOString(),
        fingerprint: certificate.fingerprint256.replaceAll(':', '')
            .toLowerCase() };
}

export const fromBase64 = text =>
    new X509Certificate(Buffer.from(text, 'base64'));
