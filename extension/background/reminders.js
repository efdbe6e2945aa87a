/**
 * Reminders before a certificate expires: one alarm for the next moment, a
 * notification without a name, a click that opens the manager at it. Between
 * alarms nothing is kept but until when was reminded.
 */
import { keepExpiries, readExpiries, silenced } from '../common/expiries.js';
import { daysUntil, longDate, shortDate } from '../ui/common/dates.js';
import { fillText } from '../ui/common/i18n.js';
import { plan } from './reminder-plan.js';

/** @typedef {import('../common/expiries.js').Expiry} Expiry */
/** @typedef {import('./reminder-plan.js').Due} Due */

/** More than these at once are one sentence. */
const SINGLY_MAX = 3;

/** Until when was reminded, in ms. */
const UNTIL = 'remindedUntil';

const ALARM = 'expiry';
const AGAIN = 'again.';
const NOTE = 'expiry.';

/**
 * @param {Due} due
 * @returns {{key: string, date: string}}
 */
function sentence({ n, notAfter }) {
    const key = n < 0 ? 'remind_expired' : n === 0 ? 'remind_today'
        : n === 1 ? 'remind_tomorrow' : 'remind_days';
    return { key, date: notAfter };
}

export class Reminders {
    #browser;
    #list;
    #now;
    /** @type {Promise<void>} */
    #last = Promise.resolve();

    /**
     * @param {any} browser
     * @param {() => Promise<any[]>} list all certificates, from the host
     * @param {() => number} [now] ms
     */
    constructor(browser, list, now = Date.now) {
        this.#browser = browser;
        this.#list = list;
        this.#now = now;
    }

    /** Say what is due and set the alarm; one look at a time. */
    look() {
        this.#last = this.#last.then(() => this.#look()).catch(() => {});
        return this.#last;
    }

    /** @returns {Promise<Expiry[]>} */
    async #expiries() {
        const { local } = this.#browser.storage;
        const off = new Set(await silenced(local));
        return (await readExpiries(local)).filter(e => !off.has(e.id));
    }

    async #look() {
        const { local } = this.#browser.storage;
        const now = this.#now();
        const since = (await local.get(UNTIL))[UNTIL] ?? now;
        let found = plan(await this.#expiries(), since, now);
        if (found.due.length > 0) {
            // one that was renewed or deleted meanwhile is not spoken of
            await this.#refresh(now);
            found = plan(await this.#expiries(), since, now);
        }
        await this.#say(found.due);
        await local.set({ [UNTIL]: now });
        await this.#browser.alarms.clear(ALARM);
        if (found.next !== null)
            await this.#browser.alarms.create(ALARM, { when: found.next });
    }

    /** @param {number} now ms */
    async #refresh(now) {
        try {
            await keepExpiries(this.#browser.storage.local, await this.#list(),
                { removable: false, now });
        } catch {
            // without the program what is known has to do
        }
    }

    /** @param {Due[]} due */
    async #say(due) {
        if (due.length > SINGLY_MAX)
            await this.#notify(NOTE, this.#text('remind_many',
                { n: due.length }), false);
        else
            for (const one of due) {
                const { key, date } = sentence(one);
                await this.#notify(NOTE + one.id, this.#text(key,
                    { n: one.n, date }), one.n >= 0);
            }
    }

    /**
     * @param {string} key
     * @param {{n: number, date?: string}} values
     */
    #text(key, { n, date }) {
        const { i18n } = this.#browser;
        const language = i18n.getMessage('language') === 'ko' ? 'ko' : 'en';
        return fillText(i18n.getMessage(key), { n: String(n),
            date: date && (language === 'ko' ? shortDate(date)
                : longDate(date, language)) }, () => '');
    }

    /**
     * @param {string} id
     * @param {string} message
     * @param {boolean} renewable
     */
    async #notify(id, message, renewable) {
        const { i18n, notifications, runtime } = this.#browser;
        const what = {
            type: 'basic', message, title: i18n.getMessage('remind_title'),
            iconUrl: runtime.getURL('icons/128.png'),
        };
        try {
            await notifications.create(id, renewable ? { ...what,
                buttons: ['remind_renew', 'remind_later'].map(key =>
                    ({ title: i18n.getMessage(key) })) } : what);
        } catch {
            // Firefox has no buttons, and refuses the whole call
            await notifications.create(id, what);
        }
    }

    /** @param {{name: string}} alarm */
    async rang({ name }) {
        if (name === ALARM)
            await this.look();
        if (!name.startsWith(AGAIN))
            return;
        const id = name.slice(AGAIN.length);
        const now = this.#now();
        const one = (await this.#expiries()).find(e => e.id === id);
        if (one)
            await this.#say([{ ...one, n: daysUntil(one.notAfter, now) }]);
    }

    /** @param {string} note id of a notification that was pressed */
    async pressed(note) {
        if (!note.startsWith(NOTE))
            return;
        const { notifications, runtime, tabs } = this.#browser;
        await tabs.create({ url: runtime.getURL(
            `ui/manager/manager.html#${note.slice(NOTE.length)}`) });
        await notifications.clear(note);
    }

    /** @param {string} note @param {number} button */
    async pressedButton(note, button) {
        if (button === 0) {
            await this.pressed(note);
        } else if (note.startsWith(NOTE)) {
            await this.#browser.alarms.create(
                AGAIN + note.slice(NOTE.length), { delayInMinutes: 24 * 60 });
            await this.#browser.notifications.clear(note);
        }
    }
}
