/**
 * What every window does that a page's request has opened: it takes the
 * request, lets one press at a time through to the host, and ends the call.
 * What may happen when is the table's to say (common/call-table.js); what is
 * shown is the caller's. Knows no document.
 */
import { HostError } from '../../common/host-error.js';
import { checkSite } from '../../common/policy.js';
import { clock } from './dates.js';
import { watchExpiry } from './expiry.js';

/** @typedef {import('../../common/page-request.js').PageRequest} PageRequest */

/**
 * @typedef {object} World
 * @property {any} storage browser.storage
 * @property {() => Promise<PageRequest>} take the page's request, or a
 *     rejection with a HostError
 * @property {() => Promise<void>} close the window
 * @property {(failure: HostError, again: (() => void) | null) => void} trouble
 *     show it; again: what the one button does, null when it is the end
 * @property {() => number} [now] ms
 *
 * @typedef {{kind: 'wrong', count: number, seconds: number}} Wrong password;
 *     seconds to wait before the next try
 * @typedef {Wrong | {kind: 'signed', arrived: boolean, left?: any}} Tried
 *     arrived: the page took it; left: a view that is still to be seen
 *
 * @typedef {object} Form
 * @property {(on: boolean) => void} busy the host is at work
 * @property {(tried: Wrong) => void} wrong ask for the password again
 * @property {() => void} again look at what is there, show the form
 * @property {(view: any) => void} [left] show what is still to be seen
 */

/** Whether another try can help: the person's side, or a passing one. */
const isMendable = (/** @type {HostError} */ { retryable, code }) =>
    retryable || code >= 2000 && code < 4000;

export class RequestWindow {
    #world;
    #now;
    /** @type {PageRequest | null} */
    request = null;
    /** @type {number | null} */
    #expiresAt = null;

    /** @param {World} world */
    constructor(world) {
        this.#world = world;
        this.#now = world.now ?? Date.now;
    }

    /** The request, in a window that has one. */
    get asked() {
        return /** @type {PageRequest} */ (this.request);
    }

    /** @returns {string | null} who asks, once it is known */
    get origin() {
        return this.request?.origin ?? null;
    }

    /** The call has its end: nothing is asked of the person any more. */
    get over() {
        return ['sent', 'settled'].includes(this.request?.state ?? '');
    }

    /** @returns {boolean} the form may be shown: nothing stands in its way */
    ask() {
        const may = this.request?.state === 'shown';
        if (may)
            this.asked.ask();
        return may;
    }

    /**
     * Take the request, if the site may ask and its parameters are right.
     * @template {{expiresAt: number | null}} Wanted
     * @param {(params: any, request: PageRequest) =>
     *     Wanted | Promise<Wanted>} parse
     * @param {() => void} soon the site's own limit is near
     * @returns {Promise<Wanted>} or a rejection with a HostError
     */
    async open(parse, soon) {
        this.request = await this.#world.take();
        this.request.onGone(from => this.#gone(from));
        const refused = await checkSite(this.#world.storage,
            this.request.origin);
        if (refused)
            throw new HostError(refused);
        const wanted = await parse(this.request.params, this.request);
        this.#expiresAt = wanted.expiresAt;
        watchExpiry(wanted.expiresAt, this.#now(),
            { soon, over: () => this.#expire() });
        return wanted;
    }

    /**
     * A press that counts. While one is at work, or when the call is over,
     * another does nothing.
     * @param {() => Promise<Tried>} work asks the host, and gives the page its
     *     answer; rejects with a HostError when nothing came of it
     * @param {Form} form
     */
    async approve(work, form) {
        if (!this.request?.approve())
            return;
        form.busy(true);
        try {
            const tried = await work();
            form.busy(false);
            await this.#tried(tried, form);
        } catch (error) {
            form.busy(false);
            if (this.request.gone)
                this.#pageGone();
            else
                this.#stop(error, isMendable(/** @type {HostError} */ (error))
                    ? form.again : null);
        }
    }

    /** @param {Tried} tried @param {Form} form */
    async #tried(tried, form) {
        if (tried.kind === 'signed' && tried.arrived) {
            if (tried.left)
                form.left?.(tried.left);
            else
                await this.#world.close();
        } else if (tried.kind === 'signed') {
            this.#world.trouble(new HostError('signed_not_delivered'), null);
        } else if (this.asked.gone) {
            this.#pageGone();
        } else {
            this.asked.ask();
            form.wrong(tried);
        }
    }

    /**
     * An end of the request, or a stop on the way: what can be mended here
     * stays open, the rest is told to the page at once. What is over has been
     * shown its end, and what the host is at ends by itself.
     * @param {any} error
     * @param {(() => void) | null} again null: the end
     */
    stop(error, again) {
        if (!this.over && this.request?.state !== 'approved')
            this.#stop(error, again);
    }

    /** @param {any} error @param {(() => void) | null} again */
    #stop(error, again) {
        const failure = error instanceof HostError ? error
            : new HostError('internal');
        this.request?.[again ? 'trouble' : 'fail'](failure.reason);
        this.#world.trouble(failure, again);
    }

    /** The person closes the window; the page hears why. */
    async leave() {
        await this.request?.cancel();
        await this.#world.close();
    }

    /** The window is going, however. */
    hidden() {
        this.request?.leave();
    }

    /**
     * What the host is at, or what is on its way, ends by itself.
     * @param {import('../../common/call-table.js').State} from
     */
    #gone(from) {
        if (from !== 'approved' && from !== 'sent')
            this.#pageGone();
    }

    #pageGone() {
        const limit = this.#expiresAt;
        // the page's own clock may be the first to say so
        if (limit !== null && this.#now() >= limit - 1000)
            this.#expired();
        else
            this.#world.trouble(new HostError('page_gone'), null);
    }

    #expire() {
        if (this.request?.expire())
            this.#expired();
    }

    #expired() {
        const time = clock(new Date(this.#expiresAt ?? 0).toISOString());
        this.#world.trouble(
            new HostError('request_expired', { data: { time } }), null);
    }
}
