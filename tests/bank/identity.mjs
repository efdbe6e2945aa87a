// The identity check: a six digit code that reaches the person's own phone or
// mailbox, holds for three minutes, and allows five guesses.

import { randomInt } from 'node:crypto';
import { Limit, same } from './sessions.mjs';

const CODE_MS = 3 * 60 * 1000;
const TRIES = 5;

export class IdentityCheck {
    /** @param {{sms, mail, now: () => number}} ways how a code is sent */
    constructor({ sms, mail, now }) {
        Object.assign(this, { sms, mail, now });
        this.sending = new Limit(5, 10 * 60 * 1000, now);
    }

    /**
     * Send a code; the session remembers it.
     * @returns {Promise<string>} '' or the reason why not
     */
    async send(session, way, words) {
        if (way !== 'sms' && way !== 'mail')
            return 'way_unknown';
        if (!this.sending.take(session.person.id))
            return 'sent_too_often';
        const code = String(randomInt(1000000)).padStart(6, '0');
        session.check = { way, code, tries: 0, until: this.now() + CODE_MS };
        session.identified = false;
        const text = words(code);
        if (way === 'sms')
            await this.sms(session.person.phone, text);
        else
            await this.mail(session.person.mail, text);
        return '';
    }

    /** @returns {string} '' when right, or the reason why not */
    answer(session, code) {
        const { check } = session;
        if (!check)
            return 'code_not_sent';
        if (this.now() > check.until)
            return 'code_expired';
        if (check.tries >= TRIES)
            return 'code_locked';
        check.tries++;
        if (!same(code.replace(/\s/g, ''), check.code))
            return 'code_wrong';
        session.check = null;
        session.identified = true;
        return '';
    }
}
