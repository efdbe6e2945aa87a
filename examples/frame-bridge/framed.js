/*
 * framed.js - for the page in the frame: the calls of Ingam, carried to the
 * top page and its bridge.js.
 *
 *   const ingam = await IngamFramed.connect('https://shop.example');
 *   const { signature } = await ingam.sign({ content: '…' });
 *
 * The window shows the top page's origin, and so does the signature: the
 * server behind this frame expects https://shop.example when it verifies.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const HELLO_MS = 3000; /* a top page without a bridge says nothing */
    const METHODS = ['status', 'sign', 'signBatch', 'signFile', 'login'];

    class IngamFramedError extends Error {
        /** @param {any} why */
        constructor({ reason, code, retryable }) {
            super(`Ingam: ${reason}`);
            this.name = 'IngamFramedError';
            Object.assign(this, { reason, code, retryable });
        }
    }

    /** @param {MessagePort} port */
    function caller(port) {
        const waiting = new Map();
        let last = 0;
        port.onmessage = ({ data }) => {
            const settle = waiting.get(data?.id);
            waiting.delete(data?.id);
            settle?.(data);
        };
        return (/** @type {string} */ method) => (/** @type {any[]} */
            ...params) => new Promise((resolve, reject) => {
            const id = ++last;
            waiting.set(id, answer => answer.error
                ? reject(new IngamFramedError(answer.error))
                : resolve(answer.result));
            port.postMessage({ id, method, params });
        });
    }

    /**
     * @param {string} topOrigin whom this frame lets ask for it: nobody else
     *     hears what it says
     * @returns {Promise<any>} the calls; rejects with bridge_missing
     */
    const connect = topOrigin => new Promise((resolve, reject) => {
        const { port1, port2 } = new MessageChannel();
        const timer = setTimeout(() => {
            port1.close();
            reject(new IngamFramedError({ reason: 'bridge_missing', code: 0,
                retryable: false }));
        }, HELLO_MS);
        port1.onmessage = () => {
            clearTimeout(timer);
            const call = caller(port1);
            resolve(Object.freeze(Object.fromEntries(METHODS.map(method =>
                [method, call(method)]))));
        };
        scope.top.postMessage({ ingamBridge: 1 }, topOrigin, [port2]);
    });

    scope.IngamFramed = Object.freeze({ connect });
})(window);
