/**
 * The host as these windows use it: lists, each an operation of its own, and
 * the one enrolment: its keys made ahead, its second tries on the same port.
 */
import { HostError, HostPort } from '../../common/host.js';

/** @typedef {import('../common/error-model.js').Failure} Failure */

/** @param {any} error @returns {Failure} */
export const failureOf = error => error instanceof HostError
    ? { reason: error.reason, code: error.code, data: { ...error.data } }
    : { reason: 'internal', code: 9001, data: {} };

export class Operation {
    #connect;
    #origin;
    #asker;
    /** @type {HostPort | null} */
    #port = null;
    /** @type {Promise<void> | null} while keys are made; never rejects */
    #preparing = null;
    #cancelled = false;

    /**
     * @param {() => import('../../common/host.js').Port} connect
     * @param {string | null} origin
     * @param {import('./asker.js').Asker} asker
     */
    constructor(connect, origin, asker) {
        this.#connect = connect;
        this.#origin = origin;
        this.#asker = asker;
        this.version = ''; // of the host, once it has spoken
    }

    /**
     * @param {Record<string, any>} params what is empty is left out
     * @returns {Record<string, any>}
     */
    #params(params) {
        return Object.fromEntries(
            Object.entries({ origin: this.#origin, ...params }).filter(
                ([, value]) => value !== '' && value !== null &&
                    value !== undefined));
    }

    /**
     * @param {string} method
     * @param {Record<string, any>} [params]
     * @returns {Promise<any>}
     */
    async ask(method, params = {}) {
        const port = new HostPort(this.#connect);
        try {
            return await port.call(method, this.#params(params));
        } finally {
            this.version = port.hello?.version ?? this.version;
            port.close();
        }
    }

    /**
     * All certificates, page by page.
     * @param {Record<string, any>} params
     * @returns {Promise<{certificates: import('./state.js').Certificate[],
     *     roots: import('./state.js').Root[]}>}
     */
    async list(params) {
        const first = await this.ask('store.list', params);
        const { certificates, roots, total } = first;
        for (let page = first; page.certificates.length > 0 &&
            certificates.length < total;) {
            page = await this.ask('store.list',
                { ...params, offset: certificates.length });
            certificates.push(...page.certificates);
        }
        return { certificates, roots };
    }

    /** Asked at the start and before the deed. */
    async #mayGoOn() {
        const refused = await this.#asker.refused();
        if (refused)
            throw new HostError(refused);
    }

    /**
     * What the first screen needs: CAs, what is unfinished, certificates.
     * @param {boolean} removable those on USB sticks, too
     */
    async facts(removable) {
        await this.#mayGoOn();
        const { cas } = await this.ask('ca.list');
        const { pending, broken = [] } = await this.ask('enrol.pending');
        const { certificates, roots } =
            await this.list({ removable: removable || null });
        return { host: this.version, cas, pendings: pending, broken,
            certificates, roots };
    }

    /**
     * Have the keys made while the person still reads and types. Whatever
     * becomes of it, run() goes on: with these keys or without.
     */
    prepare() {
        const port = this.#port ??= new HostPort(this.#connect);
        const over = () => {
            if (this.#port === port)
                this.#preparing = null;
        };
        this.#preparing = port.call('enrol.prepare', this.#params({}),
            { patient: true }).then(over, over);
    }

    /**
     * The port of the keys if it is still there, else a new one.
     * @param {(step: string) => void} progress
     */
    async #ready(progress) {
        if (this.#preparing) {
            progress('keygen');
            await this.#preparing;
        }
        if (this.#cancelled)
            throw new HostError('cancelled');
        if (!this.#port || this.#port.ended)
            this.#port = new HostPort(this.#connect);
        return this.#port;
    }

    /**
     * One command of the enrolment; it is never cut off from here. What was
     * begun may be finished whatever the site's limit says.
     * @param {string} method
     * @param {Record<string, any>} params
     * @param {(step: string) => void} progress
     * @returns {Promise<any>}
     */
    async run(method, params, progress) {
        this.#cancelled = false;
        if (method !== 'enrol.resume')
            await this.#mayGoOn();
        const port = await this.#ready(progress);
        return port.call(method, this.#params(params),
            { patient: true, progress: ({ step }) => progress(step) });
    }

    cancel() {
        this.#cancelled = true;
        this.#port?.cancel();
    }

    end() {
        this.#port?.close();
        this.#port = null;
        this.#preparing = null;
    }

    /** @returns {Promise<import('./state.js').Pending[] | null>} null: the
     *     host cannot say */
    async pendings() {
        try {
            return (await this.ask('enrol.pending')).pending;
        } catch {
            return null; // it says so at the next try
        }
    }
}
