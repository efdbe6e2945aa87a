/*
 * The relay between a page and the extension: a classic script, since a
 * content script cannot be a module. It keeps the page's call in memory,
 * tells the background only its method, and hands the call itself to the
 * window that connects to this document. It shows nothing and trusts nothing:
 * who asks is what the browser says of this document's messages.
 */
(() => {
    'use strict';

    const PROTOCOL = 1;
    const METHODS = ['issue', 'reissue', 'sign', 'login'];
    const WINDOW_WAIT_MS = 10000; /* a window must have connected by then */
    const CALL_ID_MAX = 64; /* characters */
    const SHOW_MS = 1000; /* between two wishes to see the window */

    /** @type {Record<string, number>} */
    const CODES = {
        invalid_request: 1001,
        cancelled: 2002,
        internal: 9001,
        busy: 8001,
        page_gone: 8005,
        reload_page: 8015,
    };

    const scope = /** @type {any} */ (globalThis);
    const browser = scope.browser ?? scope.chrome;

    /**
     * The one call of this document that is under way:
     * {id, page, method, params, handle, window, timer}
     * @type {any}
     */
    let call = null;
    let shown = 0; /* when the window was last wished for */

    /** @param {string} reason  @param {boolean} [retryable] */
    const failure = (reason, retryable = false) =>
        ({ error: { reason, code: CODES[reason], retryable } });

    /**
     * Answer the page; the first word wins, everything later is dropped.
     * @param {any} ended the call to settle
     * @param {object} outcome {result} or {error}
     */
    function settle(ended, outcome) {
        if (ended !== call || call === null)
            return;
        call = null;
        clearTimeout(ended.timer);
        ended.page.postMessage({ id: ended.id, ...outcome });
        ended.window?.disconnect();
    }

    /** @returns {boolean} this script still belongs to a living extension */
    function alive() {
        try {
            return typeof browser.runtime.id === 'string';
        } catch {
            return false;
        }
    }

    /**
     * Ask the background for a window.
     * @param {any} asked the call
     */
    async function ask(asked) {
        try {
            const answer =
                await browser.runtime.sendMessage({ method: asked.method });
            if (answer?.error)
                settle(asked, { error: answer.error });
            else if (typeof answer?.handle === 'string')
                asked.handle = answer.handle;
            else
                settle(asked, failure('internal', true));
        } catch {
            settle(asked, alive() ? failure('internal', true)
                : failure('reload_page'));
        }
    }

    /** Have the open window brought to the front, though not for every call. */
    function show() {
        if (Date.now() - shown < SHOW_MS)
            return;
        shown = Date.now();
        browser.runtime.sendMessage({ method: 'show' }).catch(() => {});
    }

    /**
     * A call from the page's library.
     * @param {MessagePort} page
     * @param {any} data
     */
    function called(page, data) {
        const { id, method, params } = data;
        if (!METHODS.includes(method) || typeof params !== 'object') {
            page.postMessage({ id, ...failure('invalid_request') });
            return;
        }
        if (!alive()) {
            page.postMessage({ id, ...failure('reload_page') });
            return;
        }
        if (call !== null) {
            page.postMessage({ id, ...failure('busy', true) });
            show();
            return;
        }
        const asked = { id, page, method, params };
        call = asked;
        call.timer = setTimeout(
            () => settle(asked, failure('internal', true)), WINDOW_WAIT_MS);
        ask(asked);
    }

    /**
     * The library's hello hands over its port; everything else is on the port.
     * @param {MessageEvent} event
     */
    function greeted(event) {
        if (!event.isTrusted || event.source !== window ||
            event.origin !== location.origin || event.ports.length !== 1 ||
            event.data?.ingam !== 'hello')
            return;
        const page = event.ports[0];
        page.onmessage = ({ data }) => {
            if (data?.ping === true)
                page.postMessage({ pong: alive() });
            else if (data?.cancel === true && call?.id === data.id)
                settle(call, failure('cancelled'));
            else if (typeof data?.id === 'string' &&
                data.id.length <= CALL_ID_MAX)
                called(page, data);
        };
        page.postMessage(alive() && event.data.protocol === PROTOCOL
            ? { hello: true, version: browser.runtime.getManifest().version }
            : failure('reload_page'));
    }

    /**
     * Our window for the call connects, named by the background's handle.
     * @param {any} port
     */
    function connected(port) {
        const asked = call;
        if (asked === null || asked.window || port.name !== asked.handle) {
            port.disconnect();
            return;
        }
        clearTimeout(asked.timer);
        asked.window = port;
        port.onDisconnect.addListener(
            () => settle(asked, failure('cancelled')));
        port.onMessage.addListener(/** @param {any} message */ message => {
            if (asked !== call || (!message?.result && !message?.error))
                return;
            port.postMessage({ settled: true });
            asked.window = null; /* the window closes the port itself */
            settle(asked, message.error ? { error: message.error }
                : { result: message.result });
        });
        try {
            port.postMessage({ params: asked.params });
        } catch {
            settle(asked, failure('invalid_request'));
        }
    }

    window.addEventListener('message', greeted);
    browser.runtime.onConnect.addListener(connected);
    // Firefox keeps a port over the back-forward cache; we do not
    window.addEventListener('pagehide', () => {
        if (call !== null)
            settle(call, failure('page_gone'));
    });
    // the toolbar popup wants to know which site this is: it reads the
    // browser's word about the sender, not ours
    browser.runtime.onMessage.addListener(/** @param {any} message */ message => {
        if (message?.ask === 'site')
            browser.runtime.sendMessage({ method: 'site' }).catch(() => {});
    });
})();
