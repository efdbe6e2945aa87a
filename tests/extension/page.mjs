/**
 * A page with the real content script and the real library in it, each in a
 * world of its own as in a browser: the two share nothing but messages.
 */
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { FakePort, fakeBrowser, fakeClock } from './fakes.mjs';

const read = path => readFileSync(
    new URL(`../../extension/${path}`, import.meta.url), 'utf8');
const RELAY = read('content/relay.js');
const LIBRARY = read('page/ingam.js');

/** One end of a MessageChannel that delivers in turn. */
class FakeMessagePort {
    onmessage = null;
    closed = false;

    postMessage(data) {
        const copy = structuredClone(data); // throws as the real one does
        queueMicrotask(() => {
            if (!this.closed && !this.other.closed)
                this.other.onmessage?.({ data: copy });
        });
    }

    close() {
        this.closed = true;
    }
}

export class FakeMessageChannel {
    port1 = new FakeMessagePort();
    port2 = new FakeMessagePort();

    constructor() {
        this.port1.other = this.port2;
        this.port2.other = this.port1;
    }
}

export const ORIGIN = 'https://bank.example';

/** A document; `relay` and `library` put the two scripts in. */
export class FakePage {
    #listeners = new Map();
    /** What was posted on window, by anybody. */
    posted = [];

    constructor({ framed = false } = {}) {
        this.browser = fakeBrowser();
        this.browser.runtime.answer = { handle: 'H' };
        this.browser.runtime.sent = [];
        this.browser.runtime.sendMessage = async message => {
            const { runtime } = this.browser;
            runtime.sent.push(structuredClone(message));
            if (runtime.id === undefined)
                throw new Error('Extension context invalidated.');
            return runtime.answer;
        };
        this.window = {
            location: { origin: ORIGIN },
            MessageChannel: this.#channels(),
            crypto: globalThis.crypto,
            Promise, Map, Error, Object,
            addEventListener: (name, f) => this.#listeners.set(name,
                [...this.#listeners.get(name) ?? [], f]),
            postMessage: (data, origin, ports) => {
                this.posted.push(data);
                if (origin !== ORIGIN)
                    return;
                queueMicrotask(() => this.fire('message', {
                    isTrusted: true, source: this.window, origin: ORIGIN,
                    data: structuredClone(data), ports,
                }));
            },
        };
        this.window.top = framed ? {} : this.window;
        this.clock = fakeClock(this.window);
    }

    /** The channels that the library made. */
    #made = [];

    #channels() {
        const made = this.#made;
        return class extends FakeMessageChannel {
            constructor() {
                super();
                made.push(this);
            }
        };
    }

    /** The content script's end dies without a word. */
    cut() {
        for (const { port2 } of this.#made)
            port2.close();
    }

    /** An event at the window. */
    fire(name, event = {}) {
        for (const listener of this.#listeners.get(name) ?? [])
            listener(event);
    }

    relay() {
        const { window } = this;
        vm.runInNewContext(RELAY, {
            window, browser: this.browser, location: window.location, Date,
            setTimeout: window.setTimeout,
            clearTimeout: window.clearTimeout,
        });
        return this;
    }

    library() {
        const { window } = this;
        vm.runInNewContext(LIBRARY, { window, Date });
        return window.Ingam;
    }

    /** Our window connects for the call of that handle. */
    connect(name = 'H') {
        const port = new FakePort(name);
        this.browser.runtime.onConnect.fire(port);
        return port;
    }
}
