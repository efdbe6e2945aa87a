/*
 * ingam.js - a bank page's way to the Ingam extension.
 *
 *   <script src="ingam.js"></script>            gives the global Ingam
 *   import { ingam } from './ingam.mjs';        the same object as a module
 *
 * One source: ingam.mjs loads this file and exports what it defines. Types are
 * in ingam.d.ts. Everything security-relevant happens in the extension; this
 * file only carries calls to it over a MessagePort of its own.
 */
(/** @param {Window & typeof globalThis & {Ingam?: object}} scope */ scope => {
    'use strict';

    const PROTOCOL = 1;
    const HELLO_MS = 1000; /* unanswered for this long: not installed */
    const BEAT_MS = 1000; /* between two signs of life while a call waits */
    const BEATS_MISSED_MAX = 4;

    // what this file needs, before anything else of the page can replace it
    const { MessageChannel, Promise, Map, Error, Object, crypto } = scope;
    const { setTimeout, clearTimeout, setInterval, clearInterval } = scope;
    const post = scope.postMessage.bind(scope);
    const own = Object.prototype.hasOwnProperty.call.bind(
        Object.prototype.hasOwnProperty);
    const freeze = Object.freeze;

    const LONE = /\p{Surrogate}/u; /* half a character: never signed */

    const CODES = {
        invalid_request: 1001,
        too_large: 1002,
        request_expired: 1005,
        not_installed: 8013,
        not_top_frame: 8014,
        reload_page: 8015,
    };

    class IngamError extends Error {
        /** @param {{reason: string, code: number, retryable?: boolean}} why */
        constructor(why) {
            super(`Ingam: ${why.reason}`);
            this.name = 'IngamError';
            this.reason = why.reason;
            this.code = why.code;
            this.retryable = why.retryable === true;
        }
    }

    /** @param {keyof typeof CODES} reason */
    const failure = reason =>
        new IngamError({ reason, code: CODES[reason] });

    /**
     * The way to the content script: {port, version}, made at first use.
     * @type {Promise<{port: MessagePort, version: string}> | null}
     */
    let line = null;

    /** Calls that wait, by id: what settles each. */
    const waiting = new Map();

    /** @type {any} */
    let beat = null;
    let missed = 0;

    /** @returns {Promise<{port: MessagePort, version: string}>} */
    function connect() {
        return new Promise((resolve, reject) => {
            const { port1: port, port2: theirs } = new MessageChannel();
            const timer = setTimeout(() => {
                line = null;
                port.close();
                reject(failure('not_installed'));
            }, HELLO_MS);
            port.onmessage = ({ data }) => {
                clearTimeout(timer);
                if (data && own(data, 'hello')) {
                    port.onmessage = heard;
                    resolve({ port, version: data.version });
                } else {
                    line = null;
                    reject(failure('reload_page'));
                }
            };
            post({ ingam: 'hello', protocol: PROTOCOL },
                scope.location.origin, [theirs]);
        });
    }

    /** @returns {Promise<{port: MessagePort, version: string}>} */
    const connected = () => line ??= connect();

    /** The line is dead: nobody will ever answer what waits on it. */
    function hangUp() {
        line = null;
        for (const settle of [...waiting.values()])
            settle(null, failure('reload_page'));
    }

    /** @param {MessageEvent} event */
    function heard({ data }) {
        missed = 0;
        if (!data || own(data, 'pong') && data.pong !== true) {
            hangUp();
            return;
        }
        const settle = own(data, 'id') ? waiting.get(data.id) : undefined;
        if (!settle)
            return;
        if (own(data, 'error'))
            settle(null, new IngamError(data.error));
        else if (own(data, 'result'))
            settle(data.result, null);
    }

    /**
     * While a call waits, the content script must show that it lives.
     * @param {MessagePort} port
     */
    function watch(port) {
        clearInterval(beat);
        if (waiting.size === 0)
            return;
        missed = 0;
        beat = setInterval(() => {
            missed += 1;
            if (missed > BEATS_MISSED_MAX)
                hangUp();
            else
                port.postMessage({ ping: true });
        }, BEAT_MS);
    }

    /**
     * @param {{port: MessagePort}} connection
     * @param {string} method
     * @param {object} params
     * @param {number | undefined} timeoutMs the page's own limit
     */
    function send({ port }, method, params, timeoutMs) {
        return new Promise((resolve, reject) => {
            const id = crypto.randomUUID();
            /** @type {any} */
            let timer;
            /** @type {(result: any, error: Error | null) => void} */
            const settle = (result, error) => {
                if (!waiting.delete(id))
                    return;
                clearTimeout(timer);
                watch(port);
                if (error)
                    reject(error);
                else
                    resolve(result);
            };
            waiting.set(id, settle);
            try {
                port.postMessage({ id, method, params });
            } catch {
                settle(null, failure('invalid_request'));
                return;
            }
            if (timeoutMs !== undefined)
                timer = setTimeout(() => {
                    port.postMessage({ id, cancel: true });
                    settle(null, failure('request_expired'));
                }, timeoutMs);
            watch(port);
        });
    }

    /** @param {string} method  @param {any} params */
    async function call(method, params) {
        if (scope.top !== scope)
            throw failure('not_top_frame');
        if (typeof params !== 'object' || params === null)
            throw failure('invalid_request');
        const { timeoutMs, ...rest } = params;
        if (timeoutMs !== undefined &&
            !(timeoutMs >= 1000 && timeoutMs <= 86400000))
            throw failure('invalid_request');
        const all = method === 'signBatch' ? rest.items : [rest];
        for (let i = 0; i < all?.length; i++)
            if (typeof all[i]?.content === 'string' &&
                LONE.test(all[i].content))
                throw failure('invalid_request');
        if (timeoutMs !== undefined)
            rest.expiresAt = Date.now() + timeoutMs;
        return send(await connected(), method, rest, timeoutMs);
    }

    const CLEAR = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

    /** The first 30 bits of a digest, as our windows show them. */
    function checkCode(/** @type {string} */ sha256) {
        if (!/^[0-9a-f]{64}$/i.test(sha256))
            return '';
        let bits = Math.floor(parseInt(sha256.slice(0, 8), 16) / 4);
        let code = '';
        for (let i = 0; i < 6; i++, bits = Math.floor(bits / 32))
            code = CLEAR[bits % 32] + (i === 3 ? '-' : '') + code;
        return code;
    }

    async function status() {
        if (scope.top !== scope)
            throw failure('not_top_frame');
        try {
            const { version } = await connected();
            return { installed: true, version };
        } catch (error) {
            if (error instanceof IngamError &&
                error.reason === 'not_installed')
                return { installed: false };
            throw error;
        }
    }

    /** @param {any} file  @param {object} [options] */
    const signFile = async (file, options) => call('signFile',
        { ...options, file, name: file?.name });

    if (!scope.Ingam)
        Object.defineProperty(scope, 'Ingam', {
            enumerable: true,
            value: freeze({
                IngamError,
                checkCode,
                status,
                issue: call.bind(null, 'issue'),
                reissue: call.bind(null, 'reissue'),
                renew: async (params = {}) => call('renew', params),
                revoke: call.bind(null, 'revoke'),
                sign: call.bind(null, 'sign'),
                signBatch: call.bind(null, 'signBatch'),
                signFile,
                login: call.bind(null, 'login'),
            }),
        });
})(window);
