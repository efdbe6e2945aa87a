/*
 * bridge.js - for the TOP page: Ingam answers no frame, so the top page asks
 * for a frame that it names. What the person sees, and what the signature
 * says, is the TOP page's origin, never the frame's: name only frames whose
 * requests you answer for.
 *
 *   IngamBridge.serve({ origins: ['https://pay.example'], methods: ['sign'] });
 *
 * A gateway that wants its own name in the window opens a page of its own (a
 * new tab, or by redirection) and needs no bridge.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const KNOWN = ['status', 'sign', 'signBatch', 'signFile', 'login'];

    /** @param {any} error */
    const shape = error => ({ error: {
        reason: typeof error?.reason === 'string' ? error.reason : 'internal',
        code: error?.code ?? 9001, retryable: error?.retryable === true } });

    /**
     * The frame of this very document that a message came from, or null.
     * @param {any} source
     */
    const frameOf = source => [...scope.document.querySelectorAll('iframe')]
        .find(frame => frame.contentWindow === source) ?? null;

    /**
     * @param {{origins: string[], methods?: string[]}} allowed
     * @returns {() => void} stops serving new frames
     */
    function serve({ origins, methods = ['sign'] }) {
        if (scope.top !== scope)
            throw new Error('IngamBridge.serve is for the top page');
        for (const origin of origins)
            if (new URL(origin).origin !== origin || origin === 'null')
                throw new Error(`not an origin: ${origin}`);
        const wrong = methods.find(method => !KNOWN.includes(method));
        if (wrong !== undefined)
            throw new Error(`no such method: ${wrong}`);

        /** @param {MessagePort} port */
        const answer = port => async (/** @type {MessageEvent} */ { data }) => {
            const { id, method, params } = data ?? {};
            if (typeof id !== 'number')
                return;
            if (!methods.includes(method)) {
                port.postMessage({ id, ...shape({ reason: 'not_allowed',
                    code: 0 }) });
                return;
            }
            try {
                port.postMessage({ id,
                    result: await scope.Ingam[method](...params) });
            } catch (error) {
                port.postMessage({ id, ...shape(error) });
            }
        };

        /** @param {MessageEvent} event */
        const hello = event => {
            const [port] = event.ports;
            if (!event.isTrusted || event.data?.ingamBridge !== 1 || !port ||
                !origins.includes(event.origin) || !frameOf(event.source))
                return; // no answer: a stranger learns nothing
            port.onmessage = answer(port);
            port.postMessage({ ready: true });
        };
        scope.addEventListener('message', hello);
        return () => scope.removeEventListener('message', hello);
    }

    scope.IngamBridge = Object.freeze({ serve });
})(window);
