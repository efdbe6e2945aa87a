/** The store from an extension page: all pages of a list on one port, every
 * other command on a port of its own; none is left open. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Store } from '../../extension/common/store.js';
import { FakePort } from './fakes.mjs';

const HELLO = { jsonrpc: '2.0', method: 'hello',
    params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0' } };

/** A host that answers each request by a function: a result, or a reason. */
function host(answer) {
    const ports = [];
    const asked = [];
    const connect = () => {
        assert.ok(ports.every(port => port.disconnects > 0),
            'a port is still open');
        const port = new FakePort();
        ports.push(port);
        port.onPost = ({ id, method, params }) => {
            asked.push({ method, params });
            const said = answer(params, asked.length);
            queueMicrotask(() => port.say(typeof said === 'string'
                ? { jsonrpc: '2.0', id, error: { code: 3008,
                    data: { reason: said } } }
                : { jsonrpc: '2.0', id, result: said }));
        };
        queueMicrotask(() => port.say(HELLO));
        return port;
    };
    return { store: new Store(connect), ports, asked };
}

const list = (n, from, total) => ({ total, broken: [], roots: [],
    certificates: Array.from({ length: n }, (_, i) => ({ id: from + i })) });

async function all(store, removable = false) {
    const pages = [];
    for await (const page of store.pages(removable))
        pages.push(page.certificates.length);
    return pages;
}

describe('the pages of the list', () => {
    test('are asked for from where the last one ended', async () => {
        const { store, ports, asked } = host(({ offset }) =>
            list(Math.min(100, 250 - offset), offset, 250));
        assert.deepEqual(await all(store), [100, 100, 50]);
        assert.deepEqual(asked.map(a => a.params.offset), [0, 100, 200]);
        assert.deepEqual(ports.map(p => p.disconnects > 0), [true],
            'one port, closed');
        assert.equal(store.version, '0.1.0');
    });

    for (const [name, answer, want] of [
        ['nothing there is one page', () => list(0, 0, 0), [0]],
        ['a page may be smaller than asked for', ({ offset }) =>
            list(Math.min(30, 70 - offset), offset, 70), [30, 30, 10]],
        ['a store that shrinks ends the list', (_, n) =>
            n === 1 ? list(100, 0, 300) : list(0, 0, 90), [100, 0]],
        ['a total that is wrong ends it too', (_, n) =>
            n < 3 ? list(10, n, 1e9) : list(0, 0, 1e9), [10, 10, 0]],
    ])
        test(name, async () => {
            assert.deepEqual(await all(host(answer).store), want);
        });

    test('removable media are named only after the person asked', async () => {
        const { store, asked } = host(() => list(0, 0, 0));
        await all(store);
        await all(store, true);
        assert.deepEqual(asked.map(a => a.params),
            [{ offset: 0 }, { offset: 0, removable: true }]);
    });

    test('a failure in the middle is the whole\'s, and closes its port',
        async () => {
            const { store, ports } = host((_, n) =>
                n === 1 ? list(100, 0, 200) : 'store_permission');
            await assert.rejects(all(store), { reason: 'store_permission' });
            assert.ok(ports.every(p => p.disconnects > 0));
        });

    test('whoever stops in the middle leaves no port behind', async () => {
        const { store, ports } = host(() => list(100, 0, 1000));
        for await (const page of store.pages(false))
            if (page.certificates.length > 0)
                break;
        assert.equal(ports[0].disconnects, 1);
    });

    test('all of this computer\'s come as one', async () => {
        const { store } = host(({ offset }) =>
            list(Math.min(100, 120 - offset), offset, 120));
        assert.equal((await store.all()).length, 120);
    });
});

describe('a command', () => {
    test('is sent without what is empty, and with what is false or 0',
        async () => {
            const { store, asked } = host(() => ({}));
            await store.ask('store.x', { a: '', b: null, c: undefined, d: 0,
                e: false, f: 'x' });
            assert.deepEqual(asked[0].params, { d: 0, e: false, f: 'x' });
        });

    for (const reason of ['password_wrong', 'medium_removed'])
        test(`that fails with ${reason} rejects and closes its port`,
            async () => {
                const { store, ports } = host(() => reason);
                await assert.rejects(store.ask('store.x'), { reason });
                assert.equal(ports[0].disconnects, 1);
            });

    test('without a program rejects', async () => {
        const store = new Store(() => { throw new Error(
            'Specified native messaging host not found.'); });
        await assert.rejects(store.ask('store.x'), { reason: 'host_missing' });
    });
});
