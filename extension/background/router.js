/**
 * A page's request, from the content script's first word to the window. The
 * background may be put to sleep after any step: whatever the next step needs
 * is in storage.session, and one message is handled at a time.
 */
import { noteAsked } from '../common/asked.js';
import { refusal } from '../common/errors.js';
import { checkSite } from '../common/policy.js';
import { WINDOWS } from '../common/protocol.js';
import { TOKEN_PREFIX } from '../common/request.js';
import { senderSite } from '../common/sender.js';
import { keepRefusal, spend } from './limits.js';
import { findOpen, openFor, windowClosed } from './open-window.js';

/** Messages that wait for their turn; a page may send any number. */
const WAITING_MAX = 8;

/** Longest time for one of them, in ms. */
const WORK_MS = 5000;

/**
 * A browser that never answers must not hold up the next request.
 * @param {Promise<void>} work
 * @returns {Promise<void>}
 */
function inTime(work) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(reject, WORK_MS);
        work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
}

/** Decides about messages; made once by the background's entry point. */
export class Router {
    #browser;
    #now;
    /** @type {Promise<any>} */
    #last = Promise.resolve();
    #waiting = 0;

    /**
     * @param {any} browser
     * @param {() => number} now ms
     */
    constructor(browser, now = Date.now) {
        this.#browser = browser;
        this.#now = now;
    }

    /**
     * @param {any} message from a content script: attacker data
     * @param {any} sender
     * @param {(answer: object) => void} respond called exactly once
     * @returns {boolean} whether the message is ours to answer
     */
    heard(message, sender, respond) {
        const method = message?.method;
        if (method !== 'show' && !WINDOWS.has(method))
            return false;
        const site = senderSite(sender, this.#browser.runtime.id);
        if (site === null) {
            respond(refusal('invalid_request'));
            return true;
        }
        if (this.#waiting >= WAITING_MAX)
            respond(refusal('busy'));
        else
            this.#queue(method, site, respond, sender.tab.incognito === true);
        return true;
    }

    /**
     * @param {string} method
     * @param {{tabId: number, documentId: string, origin: string}} site
     * @param {(answer: object) => void} respond
     * @param {boolean} unseen a private window: nothing is kept of it
     */
    #queue(method, site, respond, unseen) {
        let answered = false;
        /**
         * @param {object} answer
         * @returns {boolean} the first one counts
         */
        const once = answer => {
            const first = !answered;
            answered = true;
            if (first)
                respond(answer);
            return first;
        };
        this.#waiting += 1;
        this.#inTurn(() => method === 'show' ? this.#show(site, once)
            : this.#ask(method, site, once, unseen))
            .catch(() => once(refusal('internal')))
            .then(() => {
                this.#waiting -= 1;
            });
    }

    /**
     * @param {() => Promise<void>} work
     * @returns {Promise<void>}
     */
    #inTurn(work) {
        const done = this.#last.then(() => inTime(work()));
        this.#last = done.catch(() => {});
        return done;
    }

    /** A window was closed. @param {number} id @returns {Promise<void>} */
    closed(id) {
        return this.#inTurn(() => windowClosed(this.#browser, id))
            .catch(() => {});
    }

    /**
     * Acknowledge first, then open: the window must find the page waiting.
     * @param {string} method
     * @param {{tabId: number, documentId: string, origin: string}} site
     * @param {(answer: object) => boolean} respond
     * @param {boolean} unseen
     */
    async #ask(method, site, respond, unseen) {
        const refused = await this.#refuse(site);
        if (refused) {
            respond(refused);
            await keepRefusal(this.#browser.storage.session, site.origin,
                refused.error, this.#now());
            return;
        }
        const handle = crypto.randomUUID();
        const token = crypto.randomUUID();
        const { session } = this.#browser.storage;
        await session.set({
            [TOKEN_PREFIX + token]: { ...site, method, handle,
                ...unseen && { unseen } },
        });
        if (!respond({ handle })) { // it was told that this took too long
            await session.remove(TOKEN_PREFIX + token);
            return;
        }
        await openFor(this.#browser, `${WINDOWS.get(method)}?token=${token}`,
            { ...site, handle });
        if (!unseen)
            await noteAsked(this.#browser.storage.local, site.origin, method,
                this.#now());
    }

    /**
     * @param {{origin: string}} site
     * @returns {Promise<ReturnType<typeof refusal> | null>}
     */
    async #refuse(site) {
        const refused = await checkSite(this.#browser.storage, site.origin);
        if (refused)
            return refusal(refused);
        if (await this.#showOpen(site))
            return refusal('busy');
        const seconds = await this.#spend('opened', site);
        if (seconds > 0)
            return refusal('too_many_requests', { s: seconds });
        return null;
    }

    /**
     * A page that asks again while its window is open is shown to it.
     * @param {{origin: string}} site
     * @param {(answer: object) => void} respond
     */
    async #show(site, respond) {
        respond({});
        await this.#showOpen(site);
    }

    /**
     * Bring the open window to the front, though not as often as a page likes.
     * @param {{origin: string}} site that asks
     * @returns {Promise<boolean>} there is an open window
     */
    async #showOpen(site) {
        const open = await findOpen(this.#browser);
        if (open && await this.#spend('shown', site) === 0)
            this.#browser.windows.update(open.id, { focused: true })
                .catch(() => {});
        return open !== null;
    }

    /**
     * @param {'opened' | 'shown'} what
     * @param {{origin: string}} site
     */
    #spend(what, site) {
        return spend(this.#browser.storage.session, what, site.origin,
            this.#now());
    }
}
