/**
 * The native host as seen from an extension page: one port, one operation,
 * one process. JSON-RPC 2.0; the host speaks first (hello).
 */
import { HostError } from './host-error.js';
import { lostBecause } from './host-lost.js';
import { checkHello, parseMessage } from './host-message.js';
import { SILENCE_MS } from './protocol.js';

export { HostError };

/**
 * @typedef {object} Port what runtime.connectNative gives
 * @property {(message: object) => void} postMessage
 * @property {() => void} disconnect
 * @property {{addListener: (f: (message: any) => void) => void}} onMessage
 * @property {{addListener: (f: (port: any) => void) => void}} onDisconnect
 *
 * @typedef {object} How
 * @property {number} [silenceMs] longest wait for the next word of the host
 * @property {number} [unanswered] calls that may be under way at a time
 * @property {boolean} [patient] the command spends a code: once it is sent it
 *     is never cut off from here
 * @property {(hello: any) => void} [greeted] the host has said who it is
 * @property {(params: any) => void} [progress]
 * @property {() => string | undefined} [lastError] the browser's own words
 *     when a port ends; asked inside the listener
 *
 * @typedef {{method: string, params?: object}} Request
 */

/** @returns {string | undefined} */
const browserLastError = () =>
    /** @type {any} */ (globalThis).chrome?.runtime?.lastError?.message;

/**
 * One port to one host process, for sequences and second tries: a call is
 * made when the one before is answered, or with `unanswered` some sooner; any
 * failure that is not the host's own answer ends the port. Close it when the
 * operation is over.
 */
export class HostPort {
    #port;
    #how;
    #id = 0;
    /** @type {Map<number, {resolve: Function, reject: Function, how: How}>} */
    #calls = new Map(); // by id; 0 is the hello
    /** @type {HostError | null} why it has ended; null while it has not */
    ended = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer;

    /**
     * @param {() => Port} connect injected, so that a test can stand in
     * @param {How} [how]
     */
    constructor(connect, how = {}) {
        this.#how = how;
        /** @type {any} the host's hello parameters, once it has spoken */
        this.hello = null;
        /** @type {Promise<any>} settled by the host's hello */
        this.ready = new Promise((resolve, reject) => {
            this.#calls.set(0,
                { resolve, reject, how: { ...how, patient: false } });
        });
        this.ready.catch(() => {});
        try {
            this.#port = connect();
        } catch (error) {
            this.#end(lostBecause(String(error), false));
            return;
        }
        this.#port.onMessage.addListener(message => this.#heard(message));
        this.#port.onDisconnect.addListener(port => {
            const lastError = how.lastError ?? browserLastError;
            const words = port?.error?.message ?? lastError() ?? '';
            this.#end(lostBecause(words, this.hello !== null));
        });
        this.#wait();
    }

    /**
     * Send one command and wait for its answer; false starts throw.
     * @param {string} method
     * @param {object} [params]
     * @param {How} [how] over the port's own
     * @returns {Promise<any>} the result, or a rejection with a HostError
     */
    async call(method, params = {}, how = {}) {
        await this.ready;
        if (this.ended)
            throw this.ended;
        const all = { ...this.#how, ...how };
        if (this.#calls.size >= (all.unanswered ?? 1))
            throw new HostError('bad_state');
        return new Promise((resolve, reject) => {
            this.#id += 1;
            this.#calls.set(this.#id, { resolve, reject, how: all });
            this.#wait();
            this.#port?.postMessage({ jsonrpc: '2.0', id: this.#id, method, params });
        });
    }

    /** Ask the host to stop the running command; its answer still comes. */
    cancel() {
        const id = this.#oldest();
        if (this.hello && id !== undefined)
            this.#port?.postMessage(
                { jsonrpc: '2.0', method: 'cancel', params: { id } });
    }

    /** End the operation and with it the host process. */
    close() {
        this.#end('cancelled');
    }

    /** @returns {number | undefined} id of the call that is answered next */
    #oldest() {
        return this.#calls.keys().next().value;
    }

    #wait() {
        clearTimeout(this.#timer);
        const calls = [...this.#calls.values()];
        if (calls.length > 0 && !calls.some(({ how }) => how.patient))
            this.#timer = setTimeout(() => this.#end('host_silent'),
                calls[0].how.silenceMs ?? SILENCE_MS);
    }

    /** @param {any} raw */
    #heard(raw) {
        const message = parseMessage(raw, this.hello === null, this.#calls);
        if (this.ended)
            return;
        if (message.kind === 'hello')
            this.#greet(message.params);
        else if (message.kind === 'progress')
            this.#progress(message.params);
        else if (message.kind === 'result')
            this.#settle(message.id, call => call.resolve(message.result));
        else if (message.kind === 'error' && this.#calls.size > 0)
            this.#settle(message.id ?? this.#oldest(),
                call => call.reject(HostError.from(message.error)));
        else
            this.#end('internal');
    }

    /** @param {any} hello */
    #greet(hello) {
        const refused = checkHello(hello);
        if (refused) {
            this.#end(refused.reason, refused.data);
            return;
        }
        this.hello = hello;
        this.#how.greeted?.(hello);
        this.#settle(0, call => call.resolve(hello));
    }

    /** @param {{id: number}} params */
    #progress(params) {
        this.#wait();
        this.#calls.get(params.id)?.how.progress?.(params);
    }

    /** @param {number} id @param {(call: any) => void} how */
    #settle(id, how) {
        const call = this.#calls.get(id);
        this.#calls.delete(id);
        this.#wait();
        if (call)
            how(call);
    }

    /** @param {string} reason @param {object} [data] */
    #end(reason, data) {
        if (this.ended)
            return;
        this.ended = new HostError(reason, { data });
        for (const id of [...this.#calls.keys()])
            this.#settle(id, call => call.reject(this.ended));
        this.#port?.disconnect();
    }
}

/**
 * One operation of one command; the host process lives no longer than that.
 * @param {() => Port} connect
 * @param {Request} request
 * @param {How} [how]
 * @returns {Promise<any>} the result, or a rejection with a HostError
 */
export async function callHost(connect, request, how = {}) {
    const host = new HostPort(connect, how);
    try {
        return await host.call(request.method, request.params);
    } finally {
        host.close();
    }
}
