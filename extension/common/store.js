/**
 * The store as the manager uses it: every command is an operation of its own,
 * on a port that is closed again before the next one opens.
 */
import { HostPort } from './host.js';

/** @typedef {import('../ui/common/certificate-model.js').Certificate} Certificate */

/**
 * @typedef {{path: string, medium: string}} Root
 * @typedef {{path: string, medium: string, reason: string}} Broken
 *
 * @typedef {object} Page
 * @property {Certificate[]} certificates
 * @property {number} total of all pages
 * @property {Broken[]} broken the same on every page
 * @property {Root[]} roots
 * @property {boolean} [cut] a folder holds more than is looked at
 */

/** A store that changes while it is read must not be read for ever. */
const PAGES_MAX = 1000;

/** A command that asks the network, or many files, may be silent for long. */
const SLOW_MS = 60_000;

export class Store {
    #connect;

    /** @param {() => import('./host.js').Port} connect */
    constructor(connect) {
        this.#connect = connect;
        this.version = ''; // of the host, once it has spoken
    }

    /**
     * @param {string} method
     * @param {Record<string, any>} [params] what is empty is left out
     * @returns {Promise<any>} the result, or a rejection with a HostError
     */
    async ask(method, params = {}) {
        const port = new HostPort(this.#connect, { silenceMs: SLOW_MS });
        try {
            return await port.call(method, Object.fromEntries(
                Object.entries(params).filter(([, value]) =>
                    value !== '' && value !== null && value !== undefined)));
        } finally {
            this.version = port.hello?.version ?? this.version;
            port.close();
        }
    }

    /**
     * The certificates, a page at a time, so that the first can be shown
     * while the next is read; on one port, whose host reads the store once.
     * @param {boolean} removable look at removable media too: only after the
     *     person asked
     * @returns {AsyncGenerator<Page>}
     */
    async *pages(removable) {
        const port = new HostPort(this.#connect, { silenceMs: SLOW_MS });
        try {
            let offset = 0;
            for (let n = 0; n < PAGES_MAX; n++) {
                const page = await port.call('store.list',
                    { offset, ...(removable && { removable }) });
                yield page;
                offset += page.certificates.length;
                if (page.certificates.length === 0 || offset >= page.total)
                    return;
            }
        } finally {
            this.version = port.hello?.version ?? this.version;
            port.close();
        }
    }

    /**
     * All of this computer's, removable media left aside.
     * @returns {Promise<Certificate[]>}
     */
    async all() {
        const found = [];
        for await (const { certificates } of this.pages(false))
            found.push(...certificates);
        return found;
    }
}
