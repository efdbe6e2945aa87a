// The bank as a visitor meets it by HTTP, and the bank itself with its CA.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync,
    writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Bank } from '../../bank/bank.mjs';
import { Devices } from '../../demo/devices.mjs';
import { PEOPLE } from '../../demo/people.mjs';
import { TestCa } from '../../demo/test-ca.mjs';

export const run = promisify(execFile);

/** A browser's part: cookies, forms, redirects; nothing more. */
export class Visitor {
    #cookies = new Map();

    constructor(url) {
        this.url = url;
    }

    async get(path, options = {}) {
        const answer = await fetch(this.url + path, { redirect: 'manual',
            ...options, headers: { ...options.headers,
                Cookie: [...this.#cookies].map(c => c.join('=')).join('; ') } });
        for (const cookie of answer.headers.getSetCookie?.() ?? [])
            this.#cookies.set(...cookie.split(';')[0].split('='));
        const text = await answer.text();
        this.csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ??
            /data-csrf="([^"]+)"/.exec(text)?.[1] ?? this.csrf;
        const location = answer.headers.get('location');
        return location && !options.stay ? this.get(location)
            : { status: answer.status, text, location, headers: answer.headers };
    }

    post(path, fields, { stay = false, headers = {} } = {}) {
        return this.get(path, { method: 'POST', stay, headers,
            body: new URLSearchParams({ csrf: this.csrf ?? '', ...fields }) });
    }

    async json(path, object) {
        const { status, text } = await this.get(path, { method: 'POST',
            body: JSON.stringify(object), headers: {
                'Content-Type': 'application/json', 'X-CSRF': this.csrf } });
        return { status, ...JSON.parse(text) };
    }

    get cookie() {
        return this.#cookies.get('sid');
    }
}

/** A bank with its CA, phone and mailbox, and a clock that can be moved. */
export class Branch {
    skew = 0;

    async start() {
        const root = resolve('build/tmp');
        mkdirSync(root, { recursive: true });
        this.folder = mkdtempSync(join(root, 'bank-'));
        this.ca = await new TestCa(join(this.folder, 'ca')).start();
        this.devices = await new Devices().start();
        this.bank = await new Bank({ ca: this.ca, tmp: this.folder,
            smtp: this.devices.smtp, sms: this.devices.sms,
            devices: this.devices.url,
            now: () => Date.now() + this.skew }).start();
        for (const person of PEOPLE)
            await this.bank.enrol(person);
        return this;
    }

    async close() {
        await this.bank?.close();
        await this.devices?.close();
        await this.ca?.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }

    async loggedIn({ user, password } = PEOPLE[0]) {
        const visitor = new Visitor(this.bank.url);
        await visitor.get('/login');
        await visitor.post('/login', { user, password });
        return visitor;
    }

    /** As far as the page where the code is typed. */
    async asked(visitor, way = 'sms') {
        await visitor.get('/reissue');
        await visitor.post('/reissue', { agree: 'yes' });
        return visitor.post('/reissue/send', { way });
    }

    /** Stage 3 without a browser: a certificate by openssl's own client. */
    async certify(codes, name) {
        const at = file => join(this.folder, `${name}.${file}`);
        await run('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt',
            'rsa_keygen_bits:2048', '-out', at('key')]);
        await run('openssl', ['cmp', '-cmd', 'ir', '-config', '', '-batch',
            '-server', `127.0.0.1:${this.ca.port}/cmp`, '-recipient', '/CN=CA',
            '-ref', codes.referenceNumber,
            '-secret', `pass:${codes.authorizationCode}`,
            '-newkey', at('key'), '-subject', `/CN=${codes.referenceNumber}`,
            '-mac', 'hmacWithSHA256', '-certout', at('crt')],
        { timeout: 20000 });
        const der = readFileSync(at('crt'), 'utf8')
            .replace(/-----[^-]+-----|\s/g, '');
        return { der, key: at('key'), crt: at('crt') };
    }

    /** A signature by openssl. @returns {Promise<string>} base64 of DER */
    async signed(text, { key, crt }) {
        const at = join(this.folder, 'text');
        writeFileSync(at, text);
        const { stdout } = await run('openssl', ['cms', '-sign', '-binary',
            '-nodetach', '-outform', 'DER', '-in', at, '-signer', crt,
            '-inkey', key], { encoding: 'buffer' });
        return stdout.toString('base64');
    }
}
