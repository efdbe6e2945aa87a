/**
 * The page's request as a window sees it: it comes over a port to the page's
 * document, and the answer goes back over it. The port's end before an answer
 * means that the page is gone.
 */
import { ASKED, step } from './call-table.js';
import { refusal } from './errors.js';
import { HostError } from './host-error.js';

/**
 * @typedef {import('./call-table.js').Event} Event
 * @typedef {import('./call-table.js').State} State
 * @typedef {import('./request.js').Ticket} Ticket
 */

/** Longest wait for the request, and for word that an answer arrived, in ms. */
const WAIT_MS = 5000;

/**
 * A page's request, from the window's opening to its one answer: it goes from
 * state to state as common/call-table.js says and in no other way.
 */
export class PageRequest {
    #port;
    #call = ASKED;
    /** @type {((from: State) => void)[]} */
    #onGone = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer;
    /** @type {(error: HostError | null) => void} */
    #opened = () => {};
    /** @type {Promise<boolean>} */
    #arrival = Promise.resolve(false);
    /** @type {(arrived: boolean) => void} */
    #arrived = () => {};

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
        port.onDisconnect.addListener(() => this.#happen('pageGone'));
    }

    /** @returns {Promise<void>} settles when the request has come */
    opened() {
        this.#timer = setTimeout(() => this.#happen('pageGone'), WAIT_MS);
        return new Promise((resolve, reject) => {
            this.#opened = error => error ? reject(error) : resolve();
        });
    }

    /** @returns {State} */
    get state() {
        return this.#call.state;
    }

    /** The page can no longer be answered. */
    get gone() {
        return this.#call.says === 'page_gone';
    }

    /**
     * @param {(from: State) => void} callback called once with the state it
     *     happened in, also when the page is gone already
     */
    onGone(callback) {
        if (this.gone)
            callback(this.state);
        else
            this.#onGone.push(callback);
    }

    /** A press that counts. @returns {boolean} the host may be asked, once */
    approve() {
        return this.#happen('approved');
    }

    /** The question is on the screen again: a wrong password, a second try. */
    ask() {
        this.#happen('shown');
    }

    /** Not now, but it may be tried again. @param {string} reason */
    trouble(reason) {
        this.#happen('hostGone', reason);
    }

    /**
     * Give the page what was approved.
     * @param {object} result
     * @returns {Promise<boolean>} whether the page's document took it
     */
    answer(result) {
        return this.#send('answered', undefined, { result });
    }

    /**
     * Tell the page that its request failed.
     * @param {string} reason
     * @param {object} [data]
     * @returns {Promise<boolean>} whether the page's document took it
     */
    fail(reason, data) {
        return this.#send('refused', reason, refusal(reason, data));
    }

    /** @returns {Promise<boolean>} the person leaves: the page hears why */
    cancel() {
        return this.#send('cancelled');
    }

    /** @returns {boolean} the site's own limit is over, and that ends it */
    expire() {
        return this.#happen('timedOut');
    }

    /** The window goes. @param {string} [reason] unless what was seen last */
    leave(reason) {
        this.#happen('windowGone', reason);
    }

    /**
     * @param {Event} event
     * @param {string} [reason]
     * @param {object} [message]
     * @returns {Promise<boolean>}
     */
    #send(event, reason, message) {
        return this.#happen(event, reason, message) ? this.#arrival
            : Promise.resolve(false);
    }

    /** @param {any} message */
    #heard(message) {
        if (this.state === 'asked' && message?.params !== undefined) {
            this.params = message.params;
            this.#happen('shown');
        } else if (message?.settled === true) {
            this.#happen('arrived');
        } // a second request under the same handle is not listened to
    }

    /**
     * @param {Event} event
     * @param {string} [reason]
     * @param {object} [message] to the page, unless it is just the reason
     * @returns {boolean} whether the event was listened to
     */
    #happen(event, reason, message) {
        const from = this.#call;
        this.#call = step(from, event, reason);
        if (this.#call === from)
            return false;
        const { state, says } = this.#call;
        if (state === from.state)
            return true;
        clearTimeout(this.#timer);
        if (from.state === 'asked')
            this.#opened(state === 'shown' ? null
                : new HostError('page_gone'));
        if (state === 'sent')
            this.#await(message ?? refusal(says ?? 'internal'));
        if (state === 'settled')
            this.#end(event, from.state);
        return true;
    }

    /** @param {object} message that the page's document must take */
    #await(message) {
        this.#timer = setTimeout(() => this.#happen('pageGone'), WAIT_MS);
        this.#arrival = new Promise(resolve => {
            this.#arrived = resolve;
        });
        this.#port.postMessage(message);
    }

    /**
     * @param {Event} event
     * @param {State} from
     */
    #end(event, from) {
        const { says } = this.#call;
        if (event === 'windowGone' && says !== null)
            this.#port.postMessage(refusal(says));
        this.#port.disconnect();
        this.#arrived(event === 'arrived');
        if (this.gone)
            for (const callback of this.#onGone.splice(0))
                callback(from);
    }
}
