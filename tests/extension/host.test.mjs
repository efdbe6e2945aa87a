import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { HostError, HostPort, callHost } from '../../extension/common/host.js';
import { lostBecause } from '../../extension/common/host-lost.js';
import {
    checkHello, olderThan, parseMessage,
} from '../../extension/common/host-message.js';
import { FakePort, fakeClock, settled, watch } from './fakes.mjs';

const HELLO = {
    jsonrpc: '2.0',
    method: 'hello',
    params: {
        protocol: 1, version: '0.1.0', minExtension: '0.1.0',
        platform: 'linux', features: ['store.list'],
    },
};
const answer = (id, result) => ({ jsonrpc: '2.0', id, result });
const refusal = (id, reason, code = 2001) => ({
    jsonrpc: '2.0',
    id,
    error: { code, message: '…', data: { reason, retryable: true } },
});
const progress = (id, n) => ({
    jsonrpc: '2.0', method: 'progress', params: { id, step: 'keygen', n, of: 6 },
});

/** @type {ReturnType<typeof fakeClock>} */
let clock;
beforeEach(() => { clock = fakeClock(); });
afterEach(() => { clock.restore(); });

/** One call over a fake port, as the host saw it. */
function begin(how = {}) {
    const port = new FakePort();
    const call = watch(callHost(() => port,
        { method: 'store.list', params: { limit: 1 } }, how));
    return { port, call };
}

test('the request goes out after the hello, and the port closes after the answer', async () => {
    const { port, call } = begin();
    await settled();
    assert.deepEqual(port.sent, []);
    port.say(HELLO);
    await settled();
    assert.deepEqual(port.sent, [
        { jsonrpc: '2.0', id: 1, method: 'store.list', params: { limit: 1 } },
    ]);
    port.say(answer(1, { total: 0 }));
    await settled();
    assert.deepEqual(call.value, { total: 0 });
    assert.equal(port.disconnects, 1);
    assert.equal(clock.waiting, 0);
});

describe('what the host says instead of an answer', () => {
    const cases = [
        ['a refusal', refusal(1, 'password_wrong'), 'password_wrong'],
        ['a refusal of an unreadable request', refusal(null, 'json_invalid', -32700), 'json_invalid'],
        ['an answer to another request', answer(2, {}), 'internal'],
        ['an answer without its id', { jsonrpc: '2.0', result: {} }, 'internal'],
        ['a result that is no object', answer(1, 'yes'), 'internal'],
        ['a result that is a list', answer(1, []), 'internal'],
        ['a refusal without a reason', { jsonrpc: '2.0', id: 1, error: { code: 1, data: {} } }, 'internal'],
        ['a refusal without data', { jsonrpc: '2.0', id: 1, error: { code: 1 } }, 'internal'],
        ['a refusal to another request', refusal(7, 'password_wrong'), 'internal'],
        ['a second hello', HELLO, 'internal'],
        ['an unknown notification', { jsonrpc: '2.0', method: 'shout', params: {} }, 'internal'],
        ['progress of another request', progress(2, 1), 'internal'],
        ['text', 'hello', 'internal'],
        ['null', null, 'internal'],
        ['a list', [1], 'internal'],
        ['another version of JSON-RPC', { jsonrpc: '1.0', id: 1, result: {} }, 'internal'],
        ['no version of JSON-RPC', { id: 1, result: {} }, 'internal'],
    ];
    for (const [name, message, reason] of cases)
        test(`${name}: ${reason}, once`, async () => {
            const { port, call } = begin();
            port.say(HELLO);
            await settled();
            port.say(message);
            port.say(message);
            port.end();
            await settled();
            assert.equal(call.settled, 1);
            assert.ok(call.error instanceof HostError);
            assert.equal(call.error.reason, reason);
            assert.equal(port.disconnects, 1);
            assert.equal(clock.waiting, 0);
        });
});

describe('what may come in place of the hello', () => {
    const change = params => ({ ...HELLO, params: { ...HELLO.params, ...params } });
    const cases = [
        ['an answer', answer(0, {}), 'internal'],
        ['progress', progress(0, 1), 'internal'],
        ['an older protocol', change({ protocol: 0 }), 'host_outdated'],
        ['a newer protocol', change({ protocol: 2 }), 'extension_outdated'],
        ['an older host', change({ version: '0.0.9' }), 'host_outdated'],
        ['a host that wants a newer extension', change({ minExtension: '0.1.1' }), 'extension_outdated'],
        ['a version that is none', change({ version: 'new' }), 'internal'],
        ['a version of two numbers', change({ version: '0.1' }), 'internal'],
        ['no minimum', change({ minExtension: undefined }), 'internal'],
        ['a protocol in words', change({ protocol: '1' }), 'internal'],
        ['no parameters', { jsonrpc: '2.0', method: 'hello' }, 'internal'],
    ];
    for (const [name, message, reason] of cases)
        test(`${name}: ${reason}`, async () => {
            const { port, call } = begin();
            port.say(message);
            port.say(HELLO);
            await settled();
            assert.equal(call.error.reason, reason);
            assert.deepEqual(port.sent, [], 'nothing was asked');
            assert.equal(port.disconnects, 1);
        });

    test('versions are numbers, not words', () => {
        assert.equal(olderThan('0.9.0', '0.10.0'), true);
        assert.equal(olderThan('0.10.0', '0.9.0'), false);
        assert.equal(olderThan('1.0.0', '1.0.0'), false);
        assert.equal(olderThan('1.0.0', '0.9.9'), false);
    });

    test('the person is told which version is needed', () => {
        const refused = checkHello({ ...HELLO.params, version: '0.0.1' });
        assert.deepEqual(refused.data, { have: '0.0.1', need: '0.1.0' });
        const other = checkHello({ ...HELLO.params, minExtension: '9.0.0' });
        assert.deepEqual(other.data, { have: '0.1.0', need: '9.0.0' });
    });

    for (const protocol of [0, 2])
        test(`protocol ${protocol}: equal versions are not told apart`, () => {
            const refused = checkHello({ ...HELLO.params, protocol });
            assert.equal(refused.reason,
                protocol === 0 ? 'host_outdated' : 'extension_outdated');
            assert.equal('data' in refused, false);
        });

    test('a hello with members that are not known is a hello', () => {
        assert.equal(parseMessage({ ...HELLO, params: { ...HELLO.params, more: 1 } },
            true, 0).kind, 'hello');
    });
});

describe('why a port ended', () => {
    const rows = [
        // Chromium's words
        ['Specified native messaging host not found.', 'host_missing'],
        ['Access to the specified native messaging host is forbidden.', 'host_forbidden'],
        ['Failed to start native messaging host.', 'host_forbidden'],
        ['Native host has exited.', 'host_gone'],
        ['Error when communicating with the native messaging host.', 'host_gone'],
        // Firefox's
        ['No such native application kr.ingam.host', 'host_missing'],
        ['An unexpected error occurred', 'host_missing'],
        ['Native application tried to send a message of 1048577 bytes, which exceeds the limit of 1048576 bytes.', 'host_gone'],
        ['', 'host_gone'],
    ];
    for (const [words, reason] of rows) {
        test(`before the hello, "${words}": ${reason}`, async () => {
            const { port, call } = begin();
            port.end(words === '' ? null : { message: words });
            await settled();
            assert.equal(call.error.reason, reason);
            assert.equal(call.settled, 1);
        });
        test(`after the hello, "${words}": host_gone`, () => {
            assert.equal(lostBecause(words, true), 'host_gone');
        });
    }

    test('Chromium leaves its words in runtime.lastError', async () => {
        const { port, call } = begin(
            { lastError: () => 'Specified native messaging host not found.' });
        port.end();
        await settled();
        assert.equal(call.error.reason, 'host_missing');
    });

    test('connectNative that throws is a missing host', async () => {
        const call = watch(callHost(() => {
            throw new TypeError('browser.runtime.connectNative is not a function');
        }, { method: 'store.list' }));
        await settled();
        assert.equal(call.error.reason, 'host_missing');
        assert.equal(clock.waiting, 0);
    });
});

describe('silence', () => {
    test('no hello in time: host_silent, and the port is closed', async () => {
        const { port, call } = begin();
        await clock.advance(4999);
        assert.equal(call.settled, 0);
        await clock.advance(1);
        assert.equal(call.error.reason, 'host_silent');
        assert.equal(call.error.retryable, true);
        assert.equal(port.disconnects, 1);
    });

    test('no answer in time: host_silent', async () => {
        const { port, call } = begin({ silenceMs: 100 });
        port.say(HELLO);
        await clock.advance(99);
        port.say(progress(1, 1)); // a word starts the time again
        await clock.advance(99);
        assert.equal(call.settled, 0);
        await clock.advance(1);
        assert.equal(call.error.reason, 'host_silent');
    });

    test('an answer after the silence is not listened to', async () => {
        const { port, call } = begin({ silenceMs: 100 });
        port.say(HELLO);
        await clock.advance(100);
        port.say(answer(1, {}));
        await settled();
        assert.equal(call.settled, 1);
        assert.equal(call.value, undefined);
    });

    test('a command that spends a code is never cut off', async () => {
        const port = new FakePort();
        const host = new HostPort(() => port, { silenceMs: 100 });
        const call = watch(host.call('enrol.reissue', {}, { patient: true }));
        port.say(HELLO);
        await clock.advance(600000);
        assert.equal(call.settled, 0);
        port.say(answer(1, { state: 'done' }));
        await settled();
        assert.deepEqual(call.value, { state: 'done' });
    });

    test('but its hello is waited for as any other', async () => {
        const { call } = begin({ patient: true, silenceMs: 100 });
        await clock.advance(100);
        assert.equal(call.error.reason, 'host_silent');
    });
});

describe('a port for several requests', () => {
    let port;
    let host;
    beforeEach(() => {
        port = new FakePort();
        host = new HostPort(() => port);
        port.say(HELLO);
    });

    test('a wrong password is tried again on the same port', async () => {
        const first = watch(host.call('sign.data', { password: 'a' }));
        await settled();
        port.say(refusal(1, 'password_wrong'));
        await settled();
        assert.equal(first.error.reason, 'password_wrong');
        assert.equal(port.disconnects, 0);
        const second = watch(host.call('sign.data', { password: 'b' }));
        await settled();
        port.say(answer(2, { signature: 'x' }));
        await settled();
        assert.equal(second.value.signature, 'x');
        assert.deepEqual(port.sent.map(m => m.id), [1, 2]);
    });

    test('a waiting person between two calls is no silence', async () => {
        await clock.advance(600000);
        assert.equal(port.disconnects, 0);
    });

    test('two calls at once: the second is refused', async () => {
        const first = watch(host.call('a'));
        await settled();
        const second = watch(host.call('b'));
        await settled();
        assert.equal(second.error.reason, 'bad_state');
        assert.equal(first.settled, 0);
        assert.equal(port.sent.length, 1);
    });

    test('a call after the end fails with the reason of the end', async () => {
        port.end();
        const call = watch(host.call('a'));
        await settled();
        assert.equal(call.error.reason, 'host_gone');
        assert.deepEqual(port.sent, []);
    });

    test('closing ends a running call as cancelled, once', async () => {
        const call = watch(host.call('a'));
        await settled();
        host.close();
        host.close();
        port.end();
        await settled();
        assert.equal(call.error.reason, 'cancelled');
        assert.equal(call.settled, 1);
        assert.equal(port.disconnects, 1);
    });

    test('cancel is a notification and leaves the answer to come', async () => {
        const call = watch(host.call('a'));
        await settled();
        host.cancel();
        assert.deepEqual(port.sent[1],
            { jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });
        assert.equal(call.settled, 0);
    });

    test('cancel without a call says nothing', () => {
        host.cancel();
        assert.deepEqual(port.sent, []);
    });

    test('an answer that nobody asked for ends the port', async () => {
        port.say(answer(0, {}));
        assert.equal(port.disconnects, 1);
    });

    test('progress reaches the caller', async () => {
        const steps = [];
        const call = watch(host.call('a', {}, { progress: p => steps.push(p.n) }));
        await settled();
        port.say(progress(1, 1));
        port.say(progress(1, 2));
        assert.deepEqual(steps, [1, 2]);
        assert.equal(call.settled, 0);
    });
});

test('an error carries the host\'s code, data and whether to try again', () => {
    const error = HostError.from({
        code: 4003,
        data: { reason: 'code_used', retryable: false, sent: 'yes', pending: 'x' },
    });
    assert.equal(error.code, 4003);
    assert.equal(error.retryable, false);
    assert.equal(error.data.sent, 'yes');
});

test('a reason that is not known has a code all the same', () => {
    assert.equal(new HostError('no_such_reason').code, 9001);
});

describe('several calls at a time', () => {
    /** A port that is greeted, and calls that wait, ids 1 to n. */
    async function waiting(n, how = { unanswered: 8 }) {
        const port = new FakePort();
        const host = new HostPort(() => port, how);
        port.say(HELLO);
        const calls = Array.from({ length: n }, (_, i) => watch(host.call('sign.item', { n: i + 1 })));
        await settled();
        return { port, host, calls };
    }

    test('each gets its own answer, in whatever order', async () => {
        const { port, calls } = await waiting(3);
        assert.deepEqual(port.sent.map(({ id, params }) => [id, params.n]), [[1, 1], [2, 2], [3, 3]]);
        port.say({ jsonrpc: '2.0', id: 2, result: { is: 2 } });
        port.say({ jsonrpc: '2.0', id: 3, error: { code: 1004, data: { reason: 'encoding_mismatch' } } });
        port.say({ jsonrpc: '2.0', id: 1, result: { is: 1 } });
        await settled();
        assert.deepEqual(calls.map(({ value }) => value?.is), [1, 2, undefined]);
        assert.equal(calls[2].error.reason, 'encoding_mismatch');
        assert.equal(port.disconnects, 0);
    });

    test('one too many is refused and spoils nothing', async () => {
        const { port, calls } = await waiting(9);
        assert.equal(calls[8].error.reason, 'bad_state');
        assert.equal(port.sent.length, 8);
        port.say({ jsonrpc: '2.0', id: 1, result: {} });
        await settled();
        assert.equal(calls[0].settled, 1);
    });

    for (const [name, message] of [
        ['an answer that came before', { jsonrpc: '2.0', id: 1, result: {} }],
        ['an answer to nobody', { jsonrpc: '2.0', id: 4, result: {} }],
        ['progress of nobody', { jsonrpc: '2.0', method: 'progress', params: { id: 9, step: 'x' } }],
    ]) {
        test(`${name} ends all`, async () => {
            const { port, calls } = await waiting(3);
            port.say({ jsonrpc: '2.0', id: 1, result: {} });
            port.say(message);
            await settled();
            assert.deepEqual(calls.map(({ error }) => error?.reason), [undefined, 'internal', 'internal']);
            assert.equal(port.disconnects, 1);
        });
    }

    test('the end of the port is the end of every call, once', async () => {
        const { port, calls } = await waiting(3);
        port.end({ message: 'Native host has exited.' });
        port.end({ message: 'Native host has exited.' });
        await settled();
        assert.ok(calls.every(({ settled: n, error }) => n === 1 && error instanceof HostError));
    });
});
