/*
 * The relay between a page and the extension: a classic script, since a
 * content script cannot be a module. It keeps the page's call, tells the
 * background only its method, and hands it to the window that connects. It
 * shows nothing and trusts nothing: the browser says who asks.
 */
(() => {
    'use strict';

    const PROTOCOL = 1;
    const METHODS = ['issue', 'reissue', 'renew', 'revoke', 'sign', 'signBatch', 'signFile', 'login'];
    const WINDOW_WAIT_MS = 10000; /* a window must have connected by then */
    const CALL_ID_MAX = 64; /* characters */
    const SHOW_MS = 1000; /* between two wishes to see the window */

    /** @type {Record<string, number>} */
    const CODES = { invalid_request: 1001, request_expired: 1005,
        cancelled: 2002, busy: 8001, page_gone: 8005, reload_page: 8015,
        internal: 9001 };

    /** @type {(says?: string) => [string, string?]} */
    const end = says => ['settled', says];

    /**
     * What this end of a call sees of common/call-table.js, where it is
     * explained: state and event → the next state, what the page hears.
     * @type {Record<string, Record<string, [string, string?]>>}
     */
    const TABLE = {
        idle: { called: ['asked'] },
        asked: { called: ['asked', 'busy'], shown: ['shown'], refused: end(),
            timedOut: end('request_expired'), pageGone: end('page_gone'),
            windowGone: end('cancelled') },
        shown: { called: ['shown', 'busy'], arrived: end(), refused: end(),
            timedOut: end('request_expired'), pageGone: end('page_gone'),
            windowGone: end('cancelled') },
        settled: {},
    };

    const scope = /** @type {any} */ (globalThis);
    const browser = scope.browser ?? scope.chrome;

    /**
     * The last call: {state, id, page, method, params, handle, window, timer}
     * @type {any}
     */
    let call = { state: 'idle' };
    let wished = 0; /* when the window was last wished for */

    /** @param {string} [reason] */
    const failure = (reason = 'internal') => ({ error: { reason,
        code: CODES[reason], retryable: /busy|internal/.test(reason) } });

    /**
     * Something happens to a call: its first end is told to the page, and
     * whatever comes later is not listened to.
     * @param {any} to the call
     * @param {string} event
     * @param {object} [told] {result} or {error}; else the table's reason
     * @returns {boolean} whether it was listened to
     */
    function happen(to, event, told) {
        const [next, reason] = TABLE[to.state][event] ?? [null];
        to.state = next ?? to.state;
        if (next === 'settled') {
            clearTimeout(to.timer);
            to.params = null;
            to.page.postMessage({ id: to.id, ...told ?? failure(reason) });
            to.window?.disconnect();
        }
        return next !== null;
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
            const { handle, error = failure().error } =
                await browser.runtime.sendMessage({ method: asked.method }) ?? {};
            asked.handle = handle;
            if (typeof handle !== 'string')
                happen(asked, 'refused', { error });
        } catch {
            const lost = alive() ? 'internal' : 'reload_page';
            happen(asked, 'refused', failure(lost));
        }
    }

    /** Have the open window brought to the front, though not for every call. */
    function show() {
        if (Date.now() - wished < SHOW_MS)
            return;
        wished = Date.now();
        browser.runtime.sendMessage({ method: 'show' }).catch(() => {});
    }

    /**
     * A call from the page's library.
     * @param {MessagePort} page
     * @param {any} data
     */
    function called(page, data) {
        const { id, method, params } = data;
        const wrong = !METHODS.includes(method) || typeof params !== 'object'
            ? 'invalid_request' : alive() ? null : 'reload_page';
        if (wrong !== null) {
            page.postMessage({ id, ...failure(wrong) });
            return;
        }
        const [state, refused] = TABLE[call.state].called ?? TABLE.idle.called;
        if (refused) {
            page.postMessage({ id, ...failure(refused) });
            show();
            return;
        }
        call = { state, id, page, method, params };
        const asked = call;
        asked.timer = setTimeout(
            happen, WINDOW_WAIT_MS, asked, 'refused', failure());
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
            else if (data?.cancel === true && call.id === data.id)
                happen(call, 'timedOut'); /* by the page's own limit */
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
        if (port.name !== asked.handle || !happen(asked, 'shown')) {
            port.disconnect();
            return;
        }
        clearTimeout(asked.timer);
        asked.window = port;
        port.onDisconnect.addListener(() => happen(asked, 'windowGone'));
        port.onMessage.addListener(/** @param {any} message */ message => {
            const { result, error } = message ?? {};
            if (asked.state !== 'shown' || !result && !error)
                return;
            port.postMessage({ settled: true });
            asked.window = null; /* the window closes the port itself */
            happen(asked, error ? 'refused' : 'arrived',
                error ? { error } : { result });
        });
        try {
            port.postMessage({ params: asked.params });
        } catch {
            happen(asked, 'refused', failure('invalid_request'));
        }
    }

    window.addEventListener('message', greeted);
    browser.runtime.onConnect.addListener(connected);
    // Firefox keeps a port over the back-forward cache; we do not
    window.addEventListener('pagehide', () => happen(call, 'pageGone'));
    browser.runtime.onMessage.addListener(/** @param {any} message */ message => {
        if (message?.closed && message.closed === call.handle && !call.window)
            happen(call, 'windowGone'); /* it never connected */
        if (message?.ask === 'site') /* the browser tells the popup who we are */
            browser.runtime.sendMessage({ method: 'site' }).catch(() => {});
    });
})();
