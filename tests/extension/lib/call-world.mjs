/**
 * One call, from the page to the host and back: the real library, content
 * script, router and window, joined by fake ports whose messages are delivered
 * one by one when the test says so. The background forgets all between two
 * messages, as one that is put to sleep at every step.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { Router } from '../../../extension/background/router.js';
import { HostError } from '../../../extension/common/host.js';
import { parseSign } from '../../../extension/common/params.js';
import { openRequest } from '../../../extension/common/request.js';
import { OPEN } from '../../../extension/common/windows.js';
import { RequestWindow } from '../../../extension/ui/common/request-window.js';
import { attempt } from '../../../extension/ui/sign/approval.js';
import { FakePort, OWN_ID, fakeBrowser, fakeClock, settled }
    from '../fakes.mjs';
import { FakeMessageChannel, ORIGIN } from '../page.mjs';

const read = path => readFileSync(
    new URL(`../../../extension/${path}`, import.meta.url), 'utf8');

// functions, not contexts of their own: thousands of worlds are made
const RELAY = vm.compileFunction(read('content/relay.js'), ['globalThis',
    'window', 'location', 'setTimeout', 'clearTimeout']);
const LIBRARY = vm.compileFunction(read('page/ingam.js'), ['window']);

export const PASSWORD = 'pass-word-7';
export const CONTENT = 'transfer-9';
export const LIMIT_MS = 2000; // the page's own, where it has one

const SENDER = { id: OWN_ID, frameId: 0, documentId: 'D', origin: ORIGIN,
    url: `${ORIGIN}/`, tab: { id: 7 } };

/** Digests at once, and ids that are the same every time. */
function quickCrypto() {
    let last = 0;
    return {
        randomUUID: () => `${++last}`,
        getRandomValues: array => array.fill(7),
        subtle: { digest: async (_, bytes) => Uint8Array.from(
            createHash('sha256').update(bytes).digest()).buffer },
    };
}

/** A port in two ends; what one says waits until it is delivered. */
class Link {
    toPage = [];
    toWindow = [];
    ends = { page: new FakePort(), window: new FakePort() };
    open = { page: true, window: true };
    /** What the window has answered, in a word each. */
    words = [];

    constructor(name) {
        this.ends.page.name = name;
        this.#join('page', this.toPage, this.toWindow);
        this.#join('window', this.toWindow, this.toPage);
    }

    #join(side, heard, queue) {
        const end = this.ends[side];
        const other = side === 'page' ? 'window' : 'page';
        end.postMessage = message => {
            if (!this.open[side])
                throw new Error('Attempting to use a disconnected port object');
            if (this.open[other])
                queue.push({ message: structuredClone(message) });
            if (side === 'window')
                this.words.push(labelOf({ message }));
        };
        end.disconnect = () => {
            if (this.open[side] && this.open[other])
                queue.push({ end: true });
            this.open[side] = false;
            heard.length = 0; // it hears no more
        };
    }

    /** The next word reaches an end. */
    deliver(side) {
        const { message, end } =
            (side === 'page' ? this.toPage : this.toWindow).shift();
        if (end) {
            this.open[side] = false;
            this.ends[side].end();
        } else {
            this.ends[side].say(message);
        }
    }
}

const labelOf = ({ message, end }) => end ? 'end'
    : message.error?.reason ?? Object.keys(message)[0];

export class CallWorld {
    /** Everything that was said to the page, and to the background. */
    toPage = [];
    toBackground = [];
    /** Words of the background to the page's document, under way. */
    told = [];
    /** What the page's calls came to: {settled, reason, signature}. */
    calls = [];
    hidden = false;
    dead = false;
    link = null;
    window = null;
    hosts = [];
    presses = 0;
    signed = [];
    trouble = null;
    time = 1e6;

    /** @param {{limit: boolean}} how whether the first call has a limit */
    constructor({ limit }) {
        this.limit = limit;
        this.real = { crypto: Object.getOwnPropertyDescriptor(
            globalThis, 'crypto'), now: Date.now };
        Object.defineProperty(globalThis, 'crypto',
            { configurable: true, writable: true, value: quickCrypto() });
        Date.now = () => this.time;
        this.clock = fakeClock();
        this.browser = fakeBrowser({ tabs: {
            connect: (tab, { documentId, name }) => this.#connect(documentId,
                name),
            sendMessage: async (tab, message, { documentId }) =>
                this.#toTab(documentId, message) } });
        this.#makePage();
    }

    close() {
        this.clock.restore();
        Date.now = this.real.now;
        Object.defineProperty(globalThis, 'crypto', this.real.crypto);
    }

    #makePage() {
        const listeners = new Map();
        const world = this;
        const scope = {
            location: { origin: ORIGIN }, crypto, Promise, Map, Error, Object,
            MessageChannel: class extends FakeMessageChannel {
                constructor() {
                    super();
                    const { port2 } = this;
                    const post = port2.postMessage.bind(port2);
                    port2.postMessage = data => {
                        world.toPage.push(structuredClone(data));
                        post(data);
                    };
                }
            },
            addEventListener: (name, f) => listeners.set(name, f),
            postMessage: (data, origin, ports) => queueMicrotask(() =>
                listeners.get('message')({ isTrusted: true, source: scope,
                    origin: ORIGIN, data, ports })),
        };
        scope.top = scope;
        this.pageClock = fakeClock(scope);
        this.fire = name => listeners.get(name)();
        const { runtime } = this.browser;
        runtime.sendMessage = message => this.#toBackground(message);
        RELAY({ browser: this.browser }, scope, scope.location,
            scope.setTimeout, scope.clearTimeout);
        LIBRARY(scope);
        this.ingam = scope.Ingam;
    }

    #toBackground(message) {
        this.toBackground.push(structuredClone(message));
        return new Promise(resolve => new Router(this.browser, Date.now)
            .heard(message, SENDER, resolve));
    }

    #connect(documentId, name) {
        this.link = new Link(name);
        this.link.call = this.calls.find(call => call.settled === 0);
        if (this.hidden || this.dead || documentId !== 'D')
            this.link.ends.page.disconnect();
        else
            this.browser.runtime.onConnect.fire(this.link.ends.page);
        return this.link.ends.window;
    }

    #toTab(documentId, message) {
        if (this.hidden || this.dead || documentId !== 'D')
            throw new Error('Could not establish connection.');
        const call = this.calls.find(({ settled }) => settled === 0);
        this.told.push({ message: structuredClone(message), call });
        if (!call || this.link?.call === call)
            this.tell(); // not listened to, now or later
    }

    /** The next of the background's words reaches the page's document. */
    tell() {
        this.browser.runtime.onMessage.fire(this.told.shift().message);
    }

    /** The page calls. */
    call() {
        const limited = this.limit && this.browser.windows.opened.length === 0;
        const call = { settled: 0, reason: null, signature: null, limited };
        this.calls.push(call);
        this.ingam.sign({ content: CONTENT,
            ...limited && { timeoutMs: LIMIT_MS } }).then(({ signature }) =>
            Object.assign(call, { settled: call.settled + 1, signature }),
        ({ reason }) =>
            Object.assign(call, { settled: call.settled + 1, reason }));
    }

    /** What ui/sign/sign.js does, without a document. */
    openWindow() {
        const { length } = this.browser.windows.opened;
        const { url } = this.browser.windows.opened[length - 1];
        const window = new RequestWindow({
            storage: this.browser.storage,
            take: () => openRequest(this.browser, url),
            close: async () => this.window.window === window &&
                this.closeWindow(),
            trouble: ({ reason }, again) => {
                if (this.window.window === window && this.window.open)
                    this.trouble = { reason, again };
            },
        });
        this.window = { id: length, window, open: true, wanted: null };
        this.trouble = null;
        const start = async () => {
            this.window.wanted = await window.open(parseSign, () => {});
            this.#ask();
        };
        start().catch(error => window.stop(error, null));
    }

    #ask() {
        if (this.window.window.ask())
            this.trouble = null;
    }

    /** A press that counts, whatever is on the screen. */
    press() {
        const { window, wanted } = this.window;
        this.presses += 1;
        window.approve(() => attempt({
            storage: this.browser.storage,
            connect: () => this.#host(),
            request: window.asked,
            now: Date.now,
            code: 'CODE',
            display: CONTENT,
            language: 'ko',
        }, wanted, 'ab'.repeat(32), PASSWORD),
        { busy: () => {}, wrong: () => {}, again: () => this.#ask() });
    }

    #host() {
        const port = new FakePort();
        this.hosts.push(port);
        queueMicrotask(() => port.say({ jsonrpc: '2.0', method: 'hello',
            params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0' } }));
        return port;
    }

    get host() {
        return this.hosts.find(port => port.disconnects === 0 && !port.over);
    }

    sign() {
        const signature = Buffer.from(`signature ${this.hosts.length}`)
            .toString('base64');
        this.signed.push(signature);
        this.host.say({ jsonrpc: '2.0', id: 1, result: { signature,
            certificate: 'Y2VydA==', format: 'cms',
            sha256: createHash('sha256').update(CONTENT).digest('hex') } });
    }

    /** @param {string} reason @param {number} code */
    refuse(reason, code) {
        this.host.say({ jsonrpc: '2.0', id: 1,
            error: { code, message: 'x', data: { reason } } });
    }

    loseHost() {
        const { host } = this;
        host.over = true;
        host.end();
    }

    failList() {
        this.window.window.stop(new HostError('host_missing'),
            () => this.#ask());
    }

    async closeWindow() {
        if (!this.window.open)
            return;
        this.window.open = false;
        this.window.window.hidden();
        this.link?.ends.window.disconnect();
        this.clock.stop(); // its timers and its host are gone with it
        for (const port of this.hosts)
            port.over = true;
        this.trouble = null;
        await this.#closed(this.window.id);
    }

    /** The next window is closed before any script of its has run. */
    closeUnopened() {
        const id = this.browser.windows.opened.length;
        this.window = { id, window: {}, open: false, wanted: null };
        this.trouble = null;
        return this.#closed(id);
    }

    #closed(id) {
        this.browser.windows.close(id);
        return new Router(this.browser, Date.now).closed(id);
    }

    /** Another document, or the cache: this one may come back. */
    hidePage() {
        this.hidden = true;
        this.fire('pagehide');
    }

    /** The tab crashes: no word of it to the page's own scripts. */
    killPage() {
        this.dead = this.hidden = true;
        this.link?.ends.page.disconnect();
    }

    /** A window is open that the page's next call must wait for: one that has
     * answered is closing, and not waited for. */
    get asks() {
        return this.browser.windows.opened.length > (this.window?.id ?? 0) ||
            Boolean(this.window?.open) &&
            this.browser.storage.session.data.has(OPEN);
    }

    /** The page's limit for the call at hand is over. */
    get late() {
        const { wanted } = this.window ?? {};
        return Boolean(wanted?.expiresAt) && this.time >= wanted.expiresAt;
    }

    get #clocks() {
        return this.dead ? [this.clock] : [this.clock, this.pageClock];
    }

    /** @returns {number[]} ms until what is waited for, soonest first */
    get waits() {
        return this.#clocks.flatMap(clock => clock.left()).sort(
            (a, b) => a - b);
    }

    /** As long as the next thing that is waited for takes. */
    async wait() {
        const [ms] = this.waits;
        this.time += ms;
        for (const clock of this.#clocks)
            await clock.advance(ms);
    }

    /** Everything that has not happened yet, in words that can be compared. */
    get key() {
        const { window, open } = this.window ?? {};
        const { session } = this.browser.storage;
        return JSON.stringify([
            this.hidden, this.dead,
            this.calls.filter(c => c.settled === 0).length,
            this.link?.toPage.map(labelOf), this.link?.toWindow.map(labelOf),
            this.told.map(({ call }) => this.calls.indexOf(call)),
            this.link && Object.values(this.link.open),
            this.browser.windows.opened.length, this.window?.id,
            open, window?.request?.state, window?.request?.gone,
            this.trouble?.reason, Boolean(this.trouble?.again),
            Boolean(this.host), this.waits,
            [...session.data.keys()].some(key => key.startsWith('request.')),
            this.asks,
        ]);
    }

    settle() {
        for (const name of [...this.browser.storage.session.data.keys()])
            if (name.startsWith('wrong.')) // counted elsewhere
                this.browser.storage.session.data.delete(name);
        return settled();
    }
}
