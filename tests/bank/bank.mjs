// The demo bank: a small real site with the four stages of a re-issue
// (prepare, apply, issue, keep), and a transfer signed with the new
// certificate. `startBank` is all that others need.

import { readFileSync } from 'node:fs';
import { Authority, describe, fromBase64 } from './authority.mjs';
import { ConsoleDesk } from './console.mjs';
import { redirect, serve } from './http.mjs';
import { IdentityCheck } from './identity.mjs';
import * as pages from './pages.mjs';
import { ReissueDesk } from './reissue.mjs';
import { Limit, Sessions, passwordHash, passwordRight } from './sessions.mjs';
import { sendMail } from './smtp.mjs';
import { translator } from './texts.mjs';
import { TransferDesk } from './transfer.mjs';
import { Transfers } from './transfers.mjs';
import { Verifier } from './verify.mjs';

const file = path => readFileSync(new URL(path, import.meta.url), 'utf8');
const mask = {
    phone: number => number.replace(/^(\d+)-\d+-/, '$1-****-'),
    mail: address => address.replace(/^(..)[^@]*/, '$1***'),
};

/**
 * @typedef {object} Customer
 * @property {string} user
 * @property {string} password
 * @property {string} name as registered
 * @property {string} english
 * @property {string} idn
 * @property {string} phone
 * @property {string} mail
 * @property {string} account
 * @property {number} balance
 */

export class Bank {
    /**
     * @param {object} given
     * @param {{program, folder, name, ocsp: string}} given.ca
     * @param {{host: string, port: number}} given.smtp
     * @param {(number: string, text: string) => void} given.sms
     * @param {string} given.tmp folder for verification
     * @param {string} [given.devices] address of the phone and mailbox
     * @param {number} [given.seconds] how long the CA's codes hold
     * @param {() => number} [given.now]
     */
    constructor({ ca, smtp, sms, tmp, devices, seconds = 600,
        now = Date.now }) {
        Object.assign(this, { ca, smtp, tmp, devices, seconds, now });
        this.authority = new Authority(ca);
        this.people = new Map();
        this.sessions = new Sessions(now);
        this.logins = new Limit(5, 5 * 60 * 1000, now);
        this.identity = new IdentityCheck({ sms, now, mail: (to, text) =>
            sendMail(smtp, { from: 'no-reply@naru-bank.example', to, text,
                subject: text.split('\n')[0] }) });
    }

    async start(port = 0) {
        const issuer = await this.authority.pem('ca');
        const chain = issuer + await this.authority.pem('root');
        this.verifier = new Verifier(
            { tmp: this.tmp, issuer, chain, ocsp: this.ca.ocsp });
        this.transfers = new Transfers({ now: this.now,
            verifier: this.verifier, origin: () => this.url });
        this.server = await serve(this.#routes(), port, exchange => {
            exchange.session = this.sessions.of(exchange);
            if (exchange.fields)
                this.sessions.check(exchange, exchange.session);
        });
        this.url = `http://localhost:${this.server.address().port}`;
        return this;
    }

    /** The same bank at a new address, which to a browser is another site. */
    async move() {
        await this.close();
        return this.start();
    }

    close() {
        this.server.closeAllConnections();
        return new Promise(done => this.server.close(done));
    }

    /** Take a customer on: at the bank and, through the bank, at the CA. */
    async enrol(customer) {
        const { person, dn } = await this.authority.register(customer);
        const known = { ...customer, id: person, dn, certificate: null,
            password: passwordHash(customer.password) };
        this.people.set(customer.user, known);
        this.demo ??= { user: customer.user, password: customer.password };
        return known;
    }

    #routes() {
        const open = {
            'GET /': ({ page }) => pages.home(page),
            'GET /login': ({ page }) => pages.login(page, '', this.demo),
            'POST /login': x => this.#login(x),
            'GET /language': x => this.#language(x),
        };
        const closed = {
            'POST /logout': x => this.#logout(x),
            'GET /center': ({ page }) => pages.center(page),
            ...new ReissueDesk(this).routes(),
            ...new TransferDesk(this).routes(),
            ...new ConsoleDesk(this).routes(),
        };
        const routes = new Map(Object.entries({
            '/bank.css': ['text/css', file('public/bank.css')],
            ...Object.fromEntries(['bank.js', 'console.js'].map(name =>
                [`/${name}`, ['text/javascript', file(`public/${name}`)]])),
            ...Object.fromEntries(['ingam.js', 'ingam.mjs'].map(name =>
                [`/${name}`, ['text/javascript',
                    file(`../../extension/page/${name}`)]])),
        }).map(([path, [type, text]]) => [`GET ${path}`,
            () => ({ type, text })]));
        for (const [key, handler] of Object.entries(open))
            routes.set(key, x => handler(this.#view(x)));
        for (const [key, handler] of Object.entries(closed))
            routes.set(key, x => handler(this.#view(this.#mustLogIn(x))));
        return routes;
    }

    #mustLogIn(exchange) {
        if (!exchange.session.person)
            throw redirect('/login');
        return exchange;
    }

    /** What the pages need to know of a request. */
    #view(exchange) {
        const { session, path } = exchange;
        const { person, lang } = session;
        return Object.assign(exchange, { person,
            page: { t: translator(lang), lang, session, path },
            masked: person && { phone: mask.phone(person.phone),
                mail: mask.mail(person.mail) } });
    }

    #language({ session, query, request }) {
        session.lang = query.get('to') === 'en' ? 'en' : 'ko';
        const from = /^https?:\/\/[^/]+(\/[\w/-]*(\?nonce=\w+)?)$/.exec(
            request.headers.referer ?? '');
        throw redirect(from ? from[1] : '/');
    }

    #login(exchange) {
        const { session, fields, page } = exchange;
        const user = fields.get('user') ?? '';
        if (!this.logins.take(user))
            return pages.login(page, 'login_often', this.demo);
        const person = this.people.get(user);
        if (!person || !passwordRight(fields.get('password') ?? '',
            person.password))
            return pages.login(page, 'login_wrong', this.demo);
        this.logins.forget(user);
        this.sessions.renew(exchange, session, person);
        throw redirect('/center');
    }

    #logout(exchange) {
        this.sessions.renew(exchange, exchange.session, null);
        throw redirect('/');
    }

    /** @returns {Promise<boolean>} whether the CA issued it to this person */
    async register(person, base64) {
        let certificate;
        try {
            certificate = describe(fromBase64(base64));
        } catch {
            return false;
        }
        const issued = await this.authority.certificates(person.id);
        if (!issued.some(({ serial, state }) => state === 'valid' &&
            BigInt(`0x${serial}`).toString(16) === certificate.serial))
            return false;
        person.certificate = certificate;
        return true;
    }
}
