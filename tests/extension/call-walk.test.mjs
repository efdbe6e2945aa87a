/**
 * Whatever happens to a call, in whatever order: all that twelve events can
 * come to (tens of millions of orders), over the real library, content script,
 * router and window (T180-T189). Every state that can be reached is gone on
 * from by every event; that a state tells all that matters of what came before
 * it is tried with every order of five events, and with some of twelve.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTENT, CallWorld, PASSWORD } from './lib/call-world.mjs';

const LENGTH = 12;
const CALLS = 2; // windows that a page has opened, one after the other

/** The second of them is gone with as far as its form. */
const shows = world => world.window?.open && world.window.wanted &&
    world.window.id < CALLS;

/** @type {Record<string, [(world: CallWorld) => boolean, (world: CallWorld) => any]>} */
const EVENTS = {
    'the page calls': [w => !w.hidden && !w.dead &&
        (w.browser.windows.opened.length < CALLS || busy(w)), w => w.call()],
    'the window opens': [w => w.browser.windows.opened.length >
        (w.window?.id ?? 0), w => w.openWindow()],
    'a word reaches the page': [w => w.link?.toPage.length > 0,
        w => w.link.deliver('page')],
    'a word reaches the window': [w => w.link?.toWindow.length > 0 &&
        w.window.open, w => w.link.deliver('window')],
    'no certificates': [shows, w => w.failList()],
    'again': [w => w.window?.open && w.trouble?.again, w => w.trouble.again()],
    'approved': [w => shows(w) && !w.trouble, w => w.press()],
    'signed': [w => w.host, w => w.sign()],
    'wrong password': [w => w.host, w => w.refuse('password_wrong', 2001)],
    'refused': [w => w.host, w => w.refuse('encoding_mismatch', 1004)],
    'host gone': [w => w.host, w => w.loseHost()],
    'cancelled': [w => w.window?.open, w => { w.window.window.leave(); }],
    'window gone': [w => w.window?.open, w => w.closeWindow()],
    'window gone unopened': [w => w.browser.windows.opened.length >
        (w.window?.id ?? 0), w => w.closeUnopened()],
    'the background says so': [w => w.told.length > 0 && !w.hidden,
        w => w.tell()],
    'page gone': [w => !w.hidden && !w.dead, w => w.hidePage()],
    'page back': [w => w.hidden && !w.dead, w => { w.hidden = false; }],
    'page killed': [w => !w.dead, w => w.killPage()],
    'time': [w => w.waits.length > 0, w => w.wait()],
};

/** A call is under way, or a window asks. */
const busy = w => w.calls.some(c => c.settled === 0) || w.asks;

/** What the window tells the page at an event; nothing at any other. */
const SAYS = {
    'approved': ({ state }, { late }) => state === 'shown' && late &&
        'request_expired',
    'signed': ({ state }) => state === 'approved' && 'result',
    'refused': ({ state }) => state === 'approved' && 'encoding_mismatch',
    'cancelled': ({ state, why }) => /shown|approved/.test(state) && why,
    'window gone': ({ state, why }) => /shown|approved/.test(state) && why,
    'time': ({ state }, { window }) => state === 'shown' &&
        window.wanted?.expiresAt && 'request_expired',
};

/** What the page's call comes to at an event; it goes on at any other. */
const ENDS = {
    'a word reaches the page': ({ word, link }, world, call) =>
        link.call !== call ? 'nothing' : word === 'end' ? 'cancelled' : word,
    'the background says so': () => 'cancelled',
    'page gone': () => 'page_gone',
    'time': (before, world, { limited }) =>
        limited ? 'request_expired' : 'internal',
};

const labelOf = ({ message, end }) => end ? 'end'
    : message.error?.reason ?? Object.keys(message)[0];

const look = world => ({
    state: world.window?.window.request?.state ?? 'none',
    why: world.trouble?.again ? world.trouble.reason : 'cancelled',
    word: world.link?.toPage.length > 0 && labelOf(world.link.toPage[0]),
    busy: busy(world), hosts: world.hosts.length, said: world.link?.words.length ?? 0,
    link: world.link, told: world.told[0]?.call,
    calls: world.calls.map(call => ({ ...call })),
});

/** Everything that must hold after any event. */
function check(world, event, before) {
    const said = world.link === before.link ? before.said : 0;
    const words = world.link?.words.slice(said) ?? [];
    const want = SAYS[event]?.(before, world);
    assert.deepEqual(words, want ? [want] : []);
    assert.ok(!world.link || world.link.words.length <= 1, 'one answer');
    for (const [i, call] of world.calls.entries()) {
        assert.ok(call.settled <= 1, 'settled once');
        const was = before.calls[i];
        if (!was && before.busy)
            assert.equal(call.reason, 'busy');
        else if (call.settled !== (was?.settled ?? 0))
            assert.equal(call.reason ?? 'result',
                ENDS[event]?.(before, world, call));
        if (call.signature)
            assert.ok(world.signed.includes(call.signature));
    }
    if (event === 'page gone')
        assert.ok(world.calls.every(call => call.settled === 1), 'at once');
    if (event === 'a word reaches the page')
        assert.ok((world.link.call?.settled ?? 1) === 1, 'at once');
    if (world.window?.window.request?.state === 'settled' && world.window.open)
        assert.ok(!world.link.open.window, 'the port is closed');
    if (event === 'the background says so' && world.link?.call !== before.told)
        assert.ok((before.told?.settled ?? 1) === 1, 'at once');
    const ids = world.toPage.map(({ id }) => id).filter(Boolean);
    assert.equal(new Set(ids).size, ids.length, 'one word for each call');
    if (event === 'approved')
        assert.equal(world.hosts.length - before.hosts,
            before.state === 'shown' && !world.late ? 1 : 0, 'one press, one try');
    else
        assert.equal(world.hosts.length, before.hosts);
    const heard = JSON.stringify([world.toBackground, world.toPage,
        [...world.browser.storage.session.data],
        [...world.browser.storage.local.data]]);
    assert.ok(!heard.includes(PASSWORD) && !heard.includes(CONTENT));
}

/** Let everything come to its end. */
async function drain(world) {
    for (let i = 0; i < 40; i++) {
        const left = ['a word reaches the page', 'a word reaches the window',
            'the background says so', 'the window opens', 'window gone', 'time']
            .find(name => EVENTS[name][0](world));
        if (!left)
            break;
        await EVENTS[left][1](world);
        await world.settle();
    }
    assert.deepEqual(world.waits, []);
    assert.ok(world.calls.every(call => call.settled === 1 || world.dead));
    assert.ok(!world.link || !world.link.open.window, 'a port is left open');
    assert.ok(!world.link || world.dead || !world.link.open.page);
    assert.ok(world.hosts.every(port => port.disconnects > 0 || port.over));
}

/**
 * Every state that can be reached, with what each event makes of it. A state
 * is all that has not happened yet (CallWorld.key).
 */
class Walk {
    /** @type {Map<string, {path: string[], untried: string[],
     *     ways: Map<string, string>}>} */
    states = new Map();

    /** @param {{limit: boolean}} how */
    constructor(how) {
        this.how = how;
    }

    /**
     * A new world after a path's events, and what is done with it then.
     * @param {string[]} path
     * @param {(world: CallWorld, done: string[]) => Promise<void>} [go]
     */
    async #follow(path, go) {
        const world = new CallWorld(this.how);
        const done = [...path];
        try {
            for (const event of path) {
                await EVENTS[event][1](world);
                await world.settle();
            }
            this.#visit(world, path);
            await go?.(world, done);
        } catch (error) {
            error.message += `\n  after: ${done.join(', ')}`;
            throw error;
        } finally {
            world.close();
        }
    }

    #visit(world, path) {
        const { key } = world;
        if (!this.states.has(key))
            this.states.set(key, { path: [...path], ways: new Map(),
                untried: Object.keys(EVENTS).filter(e => EVENTS[e][0](world)) });
        return key;
    }

    /** One event, and all that must hold after it. */
    async #step(world, event, path) {
        const { ways } = this.states.get(world.key), before = look(world);
        path.push(event);
        await EVENTS[event][1](world);
        await world.settle();
        check(world, event, before);
        const to = this.#visit(world, path);
        assert.equal(to, ways.get(event) ?? to, 'it led elsewhere before');
        ways.set(event, to);
    }

    /** Go every way from every state, until there is no new one. */
    async all() {
        await this.#follow([]);
        for (const { path, untried } of this.states.values())
            while (untried.length > 0)
                await this.#follow(path, async (world, done) => {
                    for (let event; (event =
                        this.states.get(world.key).untried.pop());)
                        await this.#step(world, event, done);
                });
    }

    /** From every state everything comes to its end. */
    async ends() {
        for (const { path } of this.states.values())
            await this.#follow(path, drain);
    }

    /** All orders of so many events. @returns {string[][]} */
    orders(length, key = this.states.keys().next().value) {
        const { ways } = this.states.get(key);
        return length === 0 || ways.size === 0 ? [[]]
            : [...ways].flatMap(([event, to]) => this.orders(length - 1, to)
                .map(rest => [event, ...rest]));
    }

    /** One order of so many events, the same for a seed. */
    some(length, seed) {
        const order = [];
        let key = this.states.keys().next().value, n = seed;
        while (order.length < length && this.states.get(key).ways.size > 0) {
            const ways = [...this.states.get(key).ways];
            n = (n * 48271) % 0x7fffffff;
            const [event, to] = ways[n % ways.length];
            order.push(event);
            key = to;
        }
        return order;
    }

    /** Go an order from its start: it must lead where its parts led. */
    go(order) {
        return this.#follow([], async (world, done) => {
            for (const event of order)
                await this.#step(world, event, done);
        });
    }

    /** @returns {number} how many orders of so many events there are */
    count(length) {
        let ends = new Map([[this.states.keys().next().value, 1]]);
        for (let i = 0; i < length; i++) {
            const next = new Map();
            for (const [key, n] of ends)
                for (const to of this.states.get(key).ways.values())
                    next.set(to, (next.get(to) ?? 0) + n);
            ends = next;
        }
        return [...ends.values()].reduce((sum, n) => sum + n, 0);
    }
}

for (const limit of [false, true])
    describe(limit ? 'a site with a limit of its own' : 'a site without', () => {
        const walk = new Walk({ limit });

        test('each call settles once, with its reason, in every state that ' +
            'can be reached', { timeout: 240000 }, async () => {
            await walk.all();
            assert.ok(walk.states.size > 200);
            assert.ok(walk.count(LENGTH) > 1e6);
        });

        test('and from each of them all comes to an end, no port left open',
            { timeout: 240000 }, () => walk.ends());

        test('all orders of five events, and some of twelve, lead where ' +
            'their parts have led', { timeout: 240000 }, async () => {
            const some = Array.from({ length: 150 },
                (_, seed) => walk.some(LENGTH, seed + 1));
            for (const order of [...walk.orders(5), ...some])
                await walk.go(order);
        });
    });
