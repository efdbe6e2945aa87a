/**
 * The host as this window uses it: lists, each an operation of its own, and
 * the one enrolment with its second tries on the same port.
 */
import { HostError, HostPort } from '../../common/host.js';

/** @typedef {import('../common/error-model.js').Failure} Failure */

/** @param {any} error @returns {Failure} */
export const failureOf = error => error instanceof HostError
    ? { reason: error.reason, code: error.code, data: { ...error.data } }
    : { reason: 'internal', code: 9001, data: {} };

export class Enrol {
    #connect;
    #origin;
    #asker;
    /** @type {HostPort | null} */
    #port = null;

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
                ([, value]) => value !== '' && value !== null));
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
     * @returns {Promise<{certificates: import('./model.js').Certificate[],
     *     roots: import('./model.js').Root[]}>}
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

    /** What the first screen needs: CAs, unfinished issues, certificates. */
    async facts() {
        await this.#mayGoOn();
        const { cas } = await this.ask('ca.list');
        const { pending } = await this.ask('enrol.pending');
        const { certificates, roots } = await this.list({});
        return { host: this.version, cas, pendings: pending, certificates,
            roots };
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
        if (method !== 'enrol.resume')
            await this.#mayGoOn();
        this.#port ??= new HostPort(this.#connect);
        return this.#port.call(method, this.#params(params),
            { patient: true, progress: ({ step }) => progress(step) });
    }

    cancel() {
        this.#port?.cancel();
    }

    end() {
        this.#port?.close();
        this.#port = null;
    }

    /**
     * The entry that a process that died has left, so that it can be resumed.
     * @param {{ca: string, referenceNumber: string, pending: string | null}} of
     * @returns {Promise<string | undefined>} its id
     */
    async leftBehind({ ca, referenceNumber, pending }) {
        try {
            const { pending: found } = await this.ask('enrol.pending');
            return found.find(/** @param {any} p */ p => p.id === pending ||
                (p.ca === ca && p.referenceNumber === referenceNumber))?.id;
        } catch {
            return pending ?? undefined; // the host says so at the next try
        }
    }
}
