// The console: every call of the page library made once, with the server's
// request before it and the server's verdict after it.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CALLS } from './console-calls.mjs';
import { page } from './console-page.mjs';
import { Answer } from './http.mjs';
import { row } from './judge.mjs';
import { token } from './sessions.mjs';

const run = promisify(execFile);

export class ConsoleDesk {
    /** Requests that wait for their result: one use each. */
    #asked = new Map();

    /** @param {import('./bank.mjs').Bank} bank */
    constructor(bank) {
        this.bank = bank;
    }

    routes() {
        return {
            'GET /console': ({ page: view }) => page(view, CALLS),
            'POST /console/ask': x => this.#ask(x),
            'POST /console/verdict': x => this.#verdict(x),
        };
    }

    /** The server's own key and certificate, for what is enveloped. */
    #serverKey() {
        this.bank.serverKey ??= (async () => {
            const at = name => join(this.bank.tmp, `server.${name}`);
            await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048',
                '-nodes', '-keyout', at('key'), '-out', at('pem'), '-days',
                '2', '-subj', '/CN=bank-server', '-addext',
                'keyUsage=critical,keyEncipherment'], { timeout: 20000 });
            const [key, pem] = await Promise.all(['key', 'pem'].map(name =>
                readFile(at(name), 'utf8')));
            return { key, pem, der: pem.replace(/-----[^-]+-----|\s/g, '') };
        })();
        return this.bank.serverKey;
    }

    async #given({ person, page: { lang } }) {
        return { bank: this.bank, person, lang,
            server: await this.#serverKey() };
    }

    /** The request, as the server makes it. */
    async #ask(exchange) {
        const name = exchange.fields.get('call') ?? '';
        if (!Object.hasOwn(CALLS, name))
            throw new Answer(404, 'No such call');
        const { method, make, how = '', file = null } = CALLS[name];
        const { params, expect } = make(await this.#given(exchange));
        const ticket = token();
        this.#asked.set(ticket, { name, expect, person: exchange.person.id });
        return { json: { ticket, method, how, file,
            ...params && { params } } };
    }

    /** What the server thinks of what came back. */
    async #verdict(exchange) {
        const ticket = exchange.fields.get('ticket') ?? '';
        const asked = this.#asked.get(ticket);
        this.#asked.delete(ticket);
        if (asked?.person !== exchange.person.id)
            throw new Answer(409, 'This was not asked, or is answered');
        const { reason = '', judge } = CALLS[asked.name];
        const { result, error } = parsed(exchange.fields.get('outcome'));
        if (reason || error)
            return { json: { rows: [row('reason', reason !== '' &&
                error?.reason === reason, error?.reason ?? '—')] } };
        try {
            return { json: { rows: await judge(await this.#given(exchange),
                asked.expect, result) } };
        } catch (fault) {
            return { json: { rows: [row('readable', false, fault.message)] } };
        }
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        throw new Answer(400, 'Not JSON');
    }
}
