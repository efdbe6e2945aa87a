// The four stages of a re-issue: prepare, apply, issue, keep.

import { Answer, redirect } from './http.mjs';
import * as pages from './pages.mjs';

export class ReissueDesk {
    /** @param {import('./bank.mjs').Bank} bank */
    constructor(bank) {
        this.bank = bank;
    }

    routes() {
        return {
            'GET /reissue': ({ page, masked }) => pages.prepare(page, masked),
            'POST /reissue': x => this.#apply(x),
            'GET /reissue/identify': x => this.#identify(x),
            'POST /reissue/send': x => this.#send(x),
            'GET /reissue/code': ({ page, masked }) =>
                pages.code(page, masked, '', this.bank.devices),
            'POST /reissue/code': x => this.#code(x),
            'GET /reissue/issue': x => this.#issue(x),
            'POST /reissue/codes': x => this.#codes(x),
            'POST /reissue/done': x => this.#done(x),
            'GET /reissue/done': ({ page, person }) => {
                if (!person.certificate)
                    throw redirect('/reissue');
                return pages.done(page, person.certificate);
            },
        };
    }

    #apply({ fields, session, page, masked }) {
        if (fields.get('agree') !== 'yes')
            return pages.prepare(page, masked, 'must_agree');
        session.applied = true;
        throw redirect('/reissue/identify');
    }

    #identify({ session, page, masked }) {
        if (!session.applied)
            throw redirect('/reissue');
        return pages.identify(page, masked, '');
    }

    async #send({ fields, session, page, masked }) {
        if (!session.applied)
            throw redirect('/reissue');
        const way = fields.get('way') ?? '';
        const fault = await this.bank.identity.send(session, way, number => {
            const text = page.t('sms_text', { code: number });
            return way === 'mail' ? `${page.t('mail_subject')}\n\n${text}`
                : text;
        });
        if (fault)
            return pages.identify(page, masked, fault);
        throw redirect('/reissue/code');
    }

    async #code({ fields, session, page, masked, person }) {
        const fault = this.bank.identity.answer(session, fields.get('code') ?? '');
        if (fault)
            return pages.code(page, masked, fault, this.bank.devices);
        session.codes = await this.bank.authority.codes(person.id, 'reissue',
            this.bank.seconds);
        throw redirect('/reissue/issue');
    }

    #issue({ session, page }) {
        if (!session.identified)
            throw redirect('/reissue');
        return pages.issue(page, this.bank.ca.name);
    }

    /** The CA's two codes, for the page to hand to Ingam. */
    #codes({ session }) {
        if (!session.identified || !session.codes)
            throw new Answer(403, 'Identity check first');
        const { referenceNumber, authorizationCode } = session.codes;
        return { json: { referenceNumber, authorizationCode } };
    }

    /** Register the new certificate, if it is the one the CA issued. */
    async #done({ fields, session, person }) {
        if (!session.codes)
            throw new Answer(403, 'Nothing was applied for');
        const bad = { status: 409, json: { next: '',
            reason: 'certificate_not_issued' } };
        if (!await this.bank.register(person, fields.get('certificate') ?? ''))
            return bad;
        Object.assign(session, { codes: null, applied: false,
            identified: false });
        return { json: { next: '/reissue/done' } };
    }
}
