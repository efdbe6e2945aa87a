import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, test } from 'node:test';
import { errorRow } from '../../extension/common/errors.js';
import { PROTOCOL, WINDOWS } from '../../extension/common/protocol.js';
import { settled, watch } from './fakes.mjs';
import { FakeMessageChannel, FakePage, ORIGIN } from './page.mjs';

const SIGN = { content: 'a' };

let page;
let ingam;
beforeEach(() => {
    page = new FakePage().relay();
    ingam = page.library();
});

/** A call that has got as far as the background. */
async function begin(params = SIGN) {
    const call = watch(ingam.sign(params));
    await settled();
    return call;
}

describe('a call that goes well', () => {
    test('the background learns the method and nothing else', async () => {
        await begin({ content: 'secret', filter: { cas: ['x'] } });
        assert.deepEqual(page.browser.runtime.sent, [{ method: 'sign' }]);
    });

    test('the window gets the parameters, the page the result', async () => {
        const call = await begin();
        const port = page.connect();
        assert.equal(JSON.stringify(port.sent), JSON.stringify([{ params: SIGN }]));
        port.say({ result: { signature: 'x' } });
        await settled();
        assert.equal(call.value.signature, 'x');
        assert.deepEqual(port.sent[1], { settled: true });
        port.end();
        await settled();
        assert.equal(call.settled, 1);
    });

    test('a refusal of the window reaches the page as it is', async () => {
        const call = await begin();
        page.connect().say({ error: { reason: 'ca_rejected', code: 4004, retryable: false } });
        await settled();
        assert.equal(call.error.name, 'IngamError');
        assert.equal(call.error.reason, 'ca_rejected');
        assert.equal(call.error.code, 4004);
    });

    test('after it the next call starts afresh', async () => {
        const first = await begin();
        page.connect().say({ result: {} });
        await settled();
        const second = await begin({ content: 'b' });
        const port = page.connect();
        assert.equal(port.sent[0].params.content, 'b');
        assert.equal(first.settled, 1);
        assert.equal(second.settled, 0);
    });
});

describe('every way a call can end, and that it ends once', () => {
    const rows = [
        ['the background refuses', 'site_blocked', async () => {
            page.browser.runtime.answer = { error: { reason: 'site_blocked', code: 8003 } };
            return begin();
        }],
        ['the background says nothing', 'internal', async () => {
            page.browser.runtime.answer = undefined;
            return begin();
        }],
        ['the background cannot be reached', 'internal', async () => {
            page.browser.runtime.sendMessage = async () => {
                throw new Error('Could not establish connection.');
            };
            return begin();
        }],
        ['no window connects in 10 s', 'internal', async () => {
            const call = await begin();
            await page.clock.advance(9999);
            assert.equal(call.settled, 0);
            await page.clock.advance(1);
            return call;
        }],
        ['the window is closed', 'cancelled', async () => {
            const call = await begin();
            page.connect().end();
            return call;
        }],
        ['the window is closed before it has connected', 'cancelled', async () => {
            const call = await begin();
            page.browser.runtime.onMessage.fire({ closed: 'H' });
            await settled();
            const port = page.connect(); // that was on its way
            assert.deepEqual([port.sent, port.disconnects], [[], 1]);
            return call;
        }],
        ['the page is hidden for good, or put into the cache', 'page_gone', async () => {
            const call = await begin();
            page.connect();
            page.fire('pagehide');
            return call;
        }],
        ['the same before a window connected', 'page_gone', async () => {
            const call = await begin();
            page.fire('pagehide');
            return call;
        }],
        ['the extension was updated before the call', 'reload_page', async () => {
            await ingam.status();
            page.browser.runtime.id = undefined;
            return begin();
        }],
        ['the extension was updated while the call waited', 'reload_page', async () => {
            const call = await begin();
            page.connect();
            page.browser.runtime.id = undefined;
            await page.clock.advance(2000);
            return call;
        }],
        ['the content script is gone without a word', 'reload_page', async () => {
            const call = await begin();
            page.connect();
            page.cut();
            await page.clock.advance(5000);
            return call;
        }],
        ['the page\'s own time is up', 'request_expired', async () => {
            const call = await begin({ content: 'a', timeoutMs: 1000 });
            const port = page.connect();
            await page.clock.advance(1000);
            await settled();
            assert.equal(port.disconnects, 1, 'the window is told');
            return call;
        }],
    ];
    for (const [name, reason, happen] of rows)
        test(`${name}: ${reason}`, async () => {
            const call = await happen();
            await settled();
            assert.equal(call.error?.reason, reason);
            assert.equal(call.settled, 1);
            page.fire('pagehide');
            await settled();
            assert.equal(call.settled, 1);
        });

    for (const [name, message] of [
        ['of another call', { closed: 'G' }], ['of none', { closed: undefined }],
        ['that is text', 'closed'], ['that is nothing', null]])
        test(`a closed window ${name} ends no call`, async () => {
            page.browser.runtime.answer = new Promise(() => {}); // no handle yet
            const early = await begin();
            page.browser.runtime.onMessage.fire(message);
            page.browser.runtime.onMessage.fire({});
            await settled();
            assert.equal(early.settled, 0);
        });

    test('the background\'s word of a closed window comes before what the ' +
        'window said: that counts', async () => {
        const call = await begin();
        const port = page.connect();
        page.browser.runtime.onMessage.fire({ closed: 'H' });
        await settled();
        assert.equal(call.settled, 0);
        port.say({ error: { reason: 'host_missing', code: 3001 } });
        await settled();
        assert.equal(call.error.reason, 'host_missing');
    });

    test('a window that answers twice is heard once', async () => {
        const call = await begin();
        const port = page.connect();
        port.say({ result: { signature: 'first' } });
        port.say({ result: { signature: 'second' } });
        port.say({ error: { reason: 'internal', code: 9001 } });
        await settled();
        assert.equal(call.value.signature, 'first');
        assert.equal(port.sent.filter(m => m.settled).length, 1);
    });

    test('an answer after the page gave up is not acknowledged', async () => {
        const call = await begin({ content: 'a', timeoutMs: 1000 });
        const port = page.connect();
        await page.clock.advance(1000);
        port.say({ result: { signature: 'late' } });
        await settled();
        assert.equal(call.error.reason, 'request_expired');
        assert.ok(!port.sent.some(m => m.settled), 'the window must not think it arrived');
    });
});

describe('one call at a time', () => {
    test('the second is busy, and the window is shown', async () => {
        const first = await begin();
        page.connect();
        const second = await begin({ content: 'b' });
        assert.equal(second.error.reason, 'busy');
        assert.equal(second.error.retryable, true);
        assert.equal(first.settled, 0);
        assert.deepEqual(page.browser.runtime.sent,
            [{ method: 'sign' }, { method: 'show' }]);
    });

    test('a thousand more are all busy, and the window is wished for once', async () => {
        await begin();
        const calls = Array.from({ length: 1000 },
            () => watch(ingam.sign({ content: 'b' })));
        await settled();
        assert.ok(calls.every(c => c.error?.reason === 'busy'));
        assert.equal(page.browser.runtime.sent.length, 2);
    });

    test('its answer is that of the first, whatever was asked second', async () => {
        const first = await begin({ content: 'pay 1' });
        await begin({ content: 'pay 1000' });
        const port = page.connect();
        assert.equal(port.sent[0].params.content, 'pay 1');
        port.say({ result: { signature: 'x' } });
        await settled();
        assert.equal(first.value.signature, 'x');
    });
});

describe('who may connect', () => {
    const rows = [
        ['a window of another call', 'G'],
        ['a window without a name', ''],
        ['a window named undefined', 'undefined'],
    ];
    for (const [name, handle] of rows)
        test(`${name}: nothing is handed over`, async () => {
            const call = await begin();
            const port = page.connect(handle);
            assert.deepEqual(port.sent, []);
            assert.equal(port.disconnects, 1);
            assert.equal(call.settled, 0);
        });

    test('a second window of the same call: refused', async () => {
        const call = await begin();
        page.connect();
        const port = page.connect();
        assert.deepEqual(port.sent, []);
        assert.equal(port.disconnects, 1);
        assert.equal(call.settled, 0);
    });

    test('a window when nothing is asked: refused', () => {
        const port = page.connect();
        assert.deepEqual(port.sent, []);
        assert.equal(port.disconnects, 1);
    });
});

describe('hellos that are not heard (T172-T174)', () => {
    const good = () => ({
        isTrusted: true, source: page.window, origin: ORIGIN,
        data: { ingam: 'hello', protocol: PROTOCOL },
        ports: [new FakeMessageChannel().port2],
    });
    const rows = [
        ['made by a script', { isTrusted: false }],
        ['from a frame', { source: {} }],
        ['from nowhere', { source: null }],
        ['from another origin', { origin: 'https://evil.example' }],
        ['from an opaque origin', { origin: 'null' }],
        ['without a port', { ports: [] }],
        ['with two ports', { ports: [1, 2] }],
        ['of another kind', { data: { ingam: 'goodbye' } }],
        ['that is text', { data: 'hello' }],
        ['that is nothing', { data: null }],
    ];
    for (const [name, change] of rows)
        test(name, async () => {
            const event = { ...good(), ...change };
            let heard = 0;
            for (const port of event.ports)
                if (port.other)
                    port.other.onmessage = () => { heard += 1; };
            page.fire('message', event);
            await settled();
            assert.equal(heard, 0);
            assert.equal(event.ports[0]?.onmessage ?? null, null);
        });

    test('the good one is heard', async () => {
        const event = good();
        const said = [];
        event.ports[0].other.onmessage = ({ data }) => said.push(data);
        page.fire('message', event);
        await settled();
        assert.deepEqual(JSON.parse(JSON.stringify(said)),
            [{ hello: true, version: '0.1.0' }]);
    });

    test('another protocol is answered with reload_page', async () => {
        const event = good();
        event.data.protocol = 2;
        const said = [];
        event.ports[0].other.onmessage = ({ data }) => said.push(data);
        page.fire('message', event);
        await settled();
        assert.equal(said[0].error.reason, 'reload_page');
    });
});

describe('what a page may send on its port', () => {
    /** A port of our own, past the library. */
    async function port() {
        const { port1, port2 } = new FakeMessageChannel();
        const said = [];
        port1.onmessage = ({ data }) => said.push(data);
        page.window.postMessage({ ingam: 'hello', protocol: PROTOCOL }, ORIGIN, [port2]);
        await settled();
        said.length = 0;
        return { port1, said };
    }
    const silent = [null, undefined, 'x', 7, [], {}, { id: 7, method: 'sign' },
        { id: 'a'.repeat(65), method: 'sign', params: {} }, { ping: 'yes' },
        { cancel: true }];
    silent.forEach((message, i) => test(`row ${i}: not heard`, async () => {
        const { port1, said } = await port();
        port1.postMessage(message);
        await settled();
        assert.deepEqual(page.browser.runtime.sent, []);
        assert.deepEqual(said, []);
    }));

    const refused = ['status', 'show', 'site', 'constructor', '__proto__', '', null,
        ['sign'], 'store.list', 'sign.data'];
    for (const method of refused)
        test(`method ${JSON.stringify(method)}: invalid_request`, async () => {
            const { port1, said } = await port();
            port1.postMessage({ id: '1', method, params: {} });
            await settled();
            assert.equal(said[0].error.reason, 'invalid_request');
            assert.deepEqual(page.browser.runtime.sent, []);
        });

    test('a cancel of another call is not heard', async () => {
        const call = await begin();
        const { port1 } = await port();
        port1.postMessage({ id: 'other', cancel: true });
        await settled();
        assert.equal(call.settled, 0);
    });
});

describe('what the script repeats is what the modules say', () => {
    const text = readFileSync(
        new URL('../../extension/content/relay.js', import.meta.url), 'utf8');

    test('the methods', () => {
        const [, list] = text.match(/const METHODS = \[(.*?)\];/s);
        assert.deepEqual(list.match(/\w+/g), [...WINDOWS.keys()]);
    });

    test('the protocol', () => {
        assert.equal(Number(text.match(/const PROTOCOL = (\d+);/)[1]), PROTOCOL);
    });

    test('the codes', () => {
        const [, table] = text.match(/const CODES = \{(.*?)\};/s);
        const rows = [...table.matchAll(/(\w+): (\d+)/g)];
        assert.ok(rows.length > 3);
        for (const [, reason, code] of rows)
            assert.equal(Number(code), errorRow(reason).code, reason);
    });

    test('it is short and imports nothing', () => {
        assert.ok(text.split('\n').length < 200);
        assert.doesNotMatch(text, /\b(import|require|eval|innerHTML)\b/);
    });
});

test('the popup\'s question is answered by a message, not by a word', async () => {
    page.browser.runtime.onMessage.fire({ ask: 'site' });
    page.browser.runtime.onMessage.fire({ ask: 'codes' });
    page.browser.runtime.onMessage.fire(null);
    await settled();
    assert.deepEqual(page.browser.runtime.sent, [{ method: 'site' }]);
});
