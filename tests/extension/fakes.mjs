/** Stand-ins for what the browsers give, as small as the tests allow. */
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';

// Node 18 keeps it behind a flag
globalThis.crypto ??= webcrypto;

/** An event of the extension API. */
export class FakeEvent {
    listeners = [];

    addListener(listener) {
        this.listeners.push(listener);
    }

    removeListener(listener) {
        this.listeners = this.listeners.filter(one => one !== listener);
    }

    fire(...args) {
        return this.listeners.map(listener => listener(...args));
    }
}

/** One end of a runtime port; what is posted is kept in `sent`. */
export class FakePort {
    sent = [];
    disconnects = 0;
    onMessage = new FakeEvent();
    onDisconnect = new FakeEvent();

    constructor(name = '') {
        this.name = name;
    }

    postMessage(message) {
        this.sent.push(structuredClone(message));
        this.onPost?.(message);
    }

    disconnect() {
        this.disconnects += 1;
    }

    /** The other end speaks. */
    say(message) {
        this.onMessage.fire(message);
    }

    /** The other end ends the port. */
    end(error) {
        this.error = error;
        this.onDisconnect.fire(this);
    }
}

/** One area of storage, with the cloning of the real one. */
export function fakeArea(initial = {}) {
    const data = new Map(Object.entries(initial));
    return {
        data,
        reads: 0,
        async get(key) {
            this.reads += 1;
            const keys = key === null ? [...data.keys()] : [key].flat();
            return Object.fromEntries(keys.filter(k => data.has(k))
                .map(k => [k, structuredClone(data.get(k))]));
        },
        async set(items) {
            for (const [k, v] of Object.entries(items))
                data.set(k, structuredClone(v));
        },
        async remove(key) {
            data.delete(key);
        },
    };
}

export const OWN_ID = 'anciiapdellcbblagdlmkikafgidpipn';

/** The parts of `browser` that our code touches. */
export function fakeBrowser(parts = {}) {
    const windows = new Map();
    return {
        runtime: {
            id: OWN_ID,
            getURL: path => `chrome-extension://${OWN_ID}/${path}`,
            getManifest: () => ({ version: '0.1.0' }),
            onConnect: new FakeEvent(),
            onMessage: new FakeEvent(),
        },
        storage: {
            local: fakeArea(),
            session: fakeArea(),
            managed: fakeArea(),
        },
        windows: {
            opened: [],
            focused: [],
            onCreated: new FakeEvent(),
            onRemoved: new FakeEvent(),
            async create(how) {
                const id = this.opened.push(how);
                windows.set(id, how);
                return { id };
            },
            async get(id) {
                if (!windows.has(id))
                    throw new Error(`No window with id: ${id}.`);
            },
            async update(id) {
                if (!windows.has(id))
                    throw new Error(`No window with id: ${id}.`);
                this.focused.push(id);
            },
            close: id => windows.delete(id),
        },
        tabs: {
            told: [],
            async sendMessage(...words) {
                this.told.push(structuredClone(words));
            },
        },
        ...parts,
    };
}

const { setImmediate: afterAll, setTimeout: later } = globalThis;

/** Digests that another thread is at. */
let away = 0;
const { subtle } = globalThis.crypto;
const digest = subtle.digest.bind(subtle);
const back = () => { away -= 1; };
Object.defineProperty(subtle, 'digest', { configurable: true, value: (...args) => {
    away += 1;
    const done = digest(...args);
    done.then(back, back);
    return done;
} });

/**
 * Let everything that is ready run, and whatever follows from it: promises all
 * have their turn before the next of the loop, digests come from elsewhere.
 */
export async function settled() {
    do
        await new Promise(go => afterAll(go));
    while (away > 0);
}

/**
 * Wait for something that comes from elsewhere, however long it takes: files,
 * timers, another thread.
 * @param {() => any} condition
 */
export async function until(condition) {
    for (const end = performance.now() + 60000; !condition();) {
        assert.ok(performance.now() < end, `never: ${condition}`);
        await new Promise(go => later(go, 2));
    }
}

/**
 * Timers that move only when told to; put in place of the real ones until
 * restore().
 */
export function fakeClock(scope = globalThis) {
    const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
    const real = names.map(name => scope[name]);
    const timers = new Map();
    let now = 0;
    let last = 0;
    const set = every => (call, ms = 0, ...args) => {
        last += 1;
        timers.set(last, { at: now + ms, every: every ? ms : 0, call, args });
        return last;
    };
    const clear = id => timers.delete(id);
    [set(false), clear, set(true), clear].forEach((f, i) => {
        scope[names[i]] = f;
    });
    return {
        /** Let ms pass, timers in their order. */
        async advance(ms) {
            const end = now + ms;
            for (;;) {
                await settled();
                const next = [...timers].filter(([, t]) => t.at <= end)
                    .sort(([, a], [, b]) => a.at - b.at)[0];
                if (!next)
                    break;
                const [id, timer] = next;
                now = timer.at;
                if (timer.every)
                    timer.at += timer.every;
                else
                    timers.delete(id);
                timer.call(...timer.args);
            }
            now = end;
            await settled();
        },
        get waiting() {
            return timers.size;
        },
        /** Whoever set the timers is gone. */
        stop: () => timers.clear(),
        /** ms until each timer that rings once. */
        left: () => [...timers.values()].filter(timer => !timer.every)
            .map(timer => timer.at - now),
        restore: () => names.forEach((name, i) => {
            scope[name] = real[i];
        }),
    };
}

/** What a promise came to, without waiting for it any longer. */
export function watch(promise) {
    const seen = { settled: 0, value: undefined, error: undefined };
    promise.then(
        value => Object.assign(seen, { settled: seen.settled + 1, value }),
        error => Object.assign(seen, { settled: seen.settled + 1, error }));
    return seen;
}
