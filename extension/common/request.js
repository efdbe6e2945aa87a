/**
 * The page's request as a window sees it: the one-time token is taken, a port
 * to the very document that asked is opened, and the answer goes back over
 * that port. The port's end before an answer means that the page is gone.
 */
import { HostError } from './host-error.js';

/** Longest wait for the request, and for word that an answer arrived, in ms. */
const WAIT_MS = 5000;

/** The prefix of a one-time token's key in storage.session. */
export const TOKEN_PREFIX = 'request.';

/**
 * @typedef {object} Ticket what the background left under the token
 * @property {number} tabId
 * @property {string} documentId
 * @property {string} origin from the browser, never from the page
 * @property {string} method
 * @property {boolean} [unseen] from a private window: nothing is kept of it
 * @property {string} handle names the call to the content script
 */

/**
 * Take the window's ticket; a second window, a reload or a restored session
 * finds none.
 * @param {any} browser
 * @param {string} href of the window
 * @returns {Promise<Ticket>} or a rejection with a HostError `no_token`
 */
async function takeTicket(browser, href) {
    const token = new URL(href).searchParams.get('token') ?? '';
    const key = TOKEN_PREFIX + token;
    const found = (await browser.storage.session.get(key))[key];
    await browser.storage.session.remove(key);
    if (token === '' || found === undefined)
        throw new HostError('no_token');
    return found;
}

/** A page's request, from the window's opening to its one answer. */
export class PageRequest {
    #port;
    /** @type {'asking' | 'open' | 'answering' | 'settled' | 'gone'} */
    #state = 'asking';
    /** @type {(() => void)[]} */
    #onGone = [];
    /** @type {(arrived: boolean) => void} */
    #arrived = () => {};
    /** @type {(error: HostError | null) => void} */
    #opened = () => {};

    /**
     * @param {any} port
     * @param {Ticket} ticket
     */
    constructor(port, ticket) {
        this.#port = port;
        this.origin = ticket.origin;
        this.method = ticket.method;
        this.unseen = ticket.unseen === true;
        /** @type {any} as the page gave it: to be checked before use */
        this.params = null;
        port.onMessage.addListener(
            /** @param {any} message */ message => this.#heard(message));
        port.onDisconnect.addListener(() => this.#lost());
    }

    /** @returns {Promise<void>} settles when the request has come */
    opened() {
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => this.#lost(), WAIT_MS);
            this.#opened = error => {
                clearTimeout(timer);
                if (error)
                    reject(error);
                else
                    resolve();
            };
        });
    }

    /** The page can no longer be answered. */
    get gone() {
        return this.#state === 'gone';
    }

    /** @param {() => void} callback called once, also when it is gone already */
    onGone(callback) {
        if (this.gone)
            callback();
        else
            this.#onGone.push(callback);
    }

    /**
     * Give the page its result.
     * @param {object} result
     * @returns {Promise<boolean>} whether the page's document took it
     */
    answer(result) {
        return this.#send({ result });
    }

    /**
     * Tell the page that its request failed. It learns the reason, never the
     * details, unless they are given here.
     * @param {string} reason
     * @param {object} [data]
     * @returns {Promise<boolean>} whether the page's document took it
     */
    fail(reason, data) {
        const { code, retryable } = new HostError(reason);
        return this.#send({ error: { reason, code, retryable, data } });
    }

    /**
     * @param {object} message
     * @returns {Promise<boolean>}
     */
    #send(message) {
        if (this.#state !== 'open')
            return Promise.resolve(false);
        this.#state = 'answering';
        return new Promise(resolve => {
            const timer = setTimeout(() => this.#lost(), WAIT_MS);
            this.#arrived = arrived => {
                clearTimeout(timer);
                resolve(arrived);
            };
            this.#port.postMessage(message);
        });
    }

    /** @param {any} message */
    #heard(message) {
        if (this.#state === 'asking' && message?.params !== undefined) {
            this.params = message.params;
            this.#state = 'open';
            this.#opened(null);
        } else if (this.#state === 'answering' && message?.settled === true) {
            this.#state = 'settled';
            this.#arrived(true);
            this.#port.disconnect();
        } // a second request under the same handle is not listened to
    }

    #lost() {
        if (this.#state === 'settled' || this.#state === 'gone')
            return;
        this.#state = 'gone';
        this.#port.disconnect();
        this.#opened(new HostError('page_gone'));
        this.#arrived(false);
        for (const callback of this.#onGone.splice(0))
            callback();
    }
}

/**
 * What a window does at its start.
 * @param {any} browser
 * @param {string} href location.href of the window
 * @returns {Promise<PageRequest>} or a rejection with a HostError, `no_token`
 *     or `page_gone`
 */
export async function openRequest(browser, href) {
    const ticket = await takeTicket(browser, href);
    // both, always: frameId alone reaches another origin's new document,
    // documentId alone never settles while the page is in Chromium's bfcache
    const port = browser.tabs.connect(ticket.tabId, {
        frameId: 0,
        documentId: ticket.documentId,
        name: ticket.handle,
    });
    const request = new PageRequest(port, ticket);
    await request.opened();
    return request;
}
