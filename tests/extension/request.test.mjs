import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openRequest } from '../../extension/common/request.js';
import { FakePort, fakeBrowser, fakeClock, settled, watch } from './fakes.mjs';

const TICKET = {
    tabId: 7,
    documentId: 'D7',
    origin: 'https://bank.example',
    method: 'sign',
    handle: 'H',
};
const HREF = 'chrome-extension://x/ui/sign/sign.html?token=T';

let browser;
let port;
let clock;
beforeEach(async () => {
    clock = fakeClock();
    port = new FakePort();
    browser = fakeBrowser({
        tabs: {
            calls: [],
            connect(...args) {
                this.calls.push(args);
                return port;
            },
        },
    });
    await browser.storage.session.set({ 'request.T': TICKET });
});
afterEach(() => { clock.restore(); });

/** A request that has come. */
async function opened(params = { content: 'a' }) {
    const opening = openRequest(browser, HREF);
    await settled();
    port.say({ params });
    return opening;
}

/** A request that has come and was approved. */
async function approved() {
    const request = await opened();
    assert.equal(request.approve(), true);
    return request;
}

describe('opening', () => {
    test('the very document is connected to, and named by both', async () => {
        const request = await opened();
        assert.deepEqual(browser.tabs.calls,
            [[7, { frameId: 0, documentId: 'D7', name: 'H' }]]);
        assert.equal(request.origin, 'https://bank.example');
        assert.equal(request.method, 'sign');
        assert.deepEqual(request.params, { content: 'a' });
    });

    test('the token is used up before anything else happens', async () => {
        watch(openRequest(browser, HREF));
        await settled();
        assert.equal(browser.storage.session.data.size, 0);
    });

    const bad = [
        ['a second window with the same token', HREF, true],
        ['no token', 'chrome-extension://x/ui/sign/sign.html', false],
        ['an empty token', 'chrome-extension://x/ui/sign/sign.html?token=', false],
        ['a token that was never given', 'chrome-extension://x/ui/sign/sign.html?token=U', false],
        ['a token in the fragment', 'chrome-extension://x/ui/sign/sign.html#token=T', false],
        ['the name of another entry', 'chrome-extension://x/ui/sign/sign.html?token=../window', false],
    ];
    for (const [name, href, used] of bad)
        test(`${name}: no_token, and no page is spoken to`, async () => {
            await browser.storage.session.set({ request: TICKET, window: 1 });
            if (used) {
                await opened();
                browser.tabs.calls.length = 0;
            }
            const seen = watch(openRequest(browser, href));
            await settled();
            assert.equal(seen.error.reason, 'no_token');
            assert.equal(browser.tabs.calls.length, 0);
        });

    test('the page went away before its request came: page_gone', async () => {
        const seen = watch(openRequest(browser, HREF));
        await settled();
        port.end();
        await settled();
        assert.equal(seen.error.reason, 'page_gone');
        assert.equal(seen.settled, 1);
    });

    test('no request in 5 s: page_gone, and the port is closed', async () => {
        const seen = watch(openRequest(browser, HREF));
        await clock.advance(5000);
        assert.equal(seen.error.reason, 'page_gone');
        assert.equal(port.disconnects, 1);
    });

    for (const message of [null, undefined, 'x', {}, { result: 1 }, { settled: true }])
        test(`${JSON.stringify(message)} is no request`, async () => {
            const seen = watch(openRequest(browser, HREF));
            await settled();
            port.say(message);
            await settled();
            assert.equal(seen.settled, 0);
        });

    test('a second request on the same port changes nothing (T224)', async () => {
        const request = await opened({ content: 'pay 1' });
        port.say({ params: { content: 'pay 1000' } });
        assert.deepEqual(request.params, { content: 'pay 1' });
    });
});

describe('answering', () => {
    test('the page took it: true, and the port is closed', async () => {
        const request = await approved();
        const seen = watch(request.answer({ signature: 'x' }));
        await settled();
        assert.deepEqual(port.sent, [{ result: { signature: 'x' } }]);
        assert.equal(seen.settled, 0);
        port.say({ settled: true });
        await settled();
        assert.equal(seen.value, true);
        assert.equal(port.disconnects, 1);
        assert.equal(clock.waiting, 0);
    });

    test('a failure tells the reason, its code and nothing else', async () => {
        const request = await opened();
        watch(request.fail('password_wrong'));
        assert.deepEqual(port.sent, [{
            error: {
                reason: 'password_wrong', code: 2001, retryable: true,
                data: undefined,
            },
        }]);
    });

    const lost = [
        ['the port ends', () => port.end()],
        ['nothing is heard for 5 s', () => clock.advance(5000)],
    ];
    for (const [name, happen] of lost)
        test(`${name}: false, so that the person can be told`, async () => {
            const request = await approved();
            const seen = watch(request.answer({}));
            await settled();
            await happen();
            await settled();
            assert.equal(seen.value, false);
            assert.equal(request.gone, true);
        });

    const unapproved = [
        ['nothing was approved', () => {}],
        ['a wrong password came of it', r => r.approve() && r.ask()],
        ['the host went', r => r.approve() && r.trouble('host_gone')],
    ];
    for (const [name, before] of unapproved)
        test(`${name}: no answer is sent`, async () => {
            const request = await opened();
            before(request);
            assert.equal(await request.answer({ signature: 'x' }), false);
            assert.deepEqual(port.sent, []);
            assert.equal(request.state, 'shown');
        });

    test('one press is one try: the second is not let through', async () => {
        const request = await approved();
        assert.equal(request.approve(), false);
        request.ask();
        assert.equal(request.approve(), true);
    });

    test('only the first answer is sent', async () => {
        const request = await approved();
        watch(request.answer({ a: 1 }));
        const second = watch(request.fail('cancelled'));
        await settled();
        assert.equal(second.value, false);
        assert.equal(port.sent.length, 1);
    });

    test('an answer after the page went is not sent', async () => {
        const request = await approved();
        port.end();
        const seen = watch(request.answer({}));
        await settled();
        assert.equal(seen.value, false);
        assert.deepEqual(port.sent, []);
    });

    test('"settled" before any answer is not believed', async () => {
        const request = await approved();
        port.say({ settled: true });
        const seen = watch(request.answer({}));
        await settled();
        assert.equal(seen.settled, 0);
        assert.equal(port.sent.length, 1);
    });
});

describe('the page goes away', () => {
    test('each callback is called once', async () => {
        const request = await opened();
        let calls = 0;
        request.onGone(() => { calls += 1; });
        request.onGone(() => { calls += 1; });
        port.end();
        port.end();
        assert.equal(calls, 2);
    });

    test('a callback that comes late is called at once', async () => {
        const request = await opened();
        port.end();
        let calls = 0;
        request.onGone(() => { calls += 1; });
        assert.equal(calls, 1);
    });

    test('the end of an answered port is not "gone"', async () => {
        const request = await approved();
        let calls = 0;
        request.onGone(() => { calls += 1; });
        watch(request.answer({}));
        port.say({ settled: true });
        port.end();
        assert.equal(calls, 0);
        assert.equal(request.gone, false);
    });
});

describe('the window goes away', () => {
    const rows = [
        ['from the form', () => {}, 'cancelled'],
        ['with an error on the screen', r => r.trouble('host_missing'),
            'host_missing'],
        ['after the error was mended', r => {
            r.trouble('host_missing');
            r.ask();
        }, 'cancelled'],
        ['while the host is at work', r => r.approve(), 'cancelled'],
    ];
    for (const [name, before, reason] of rows)
        test(`${name}: ${reason}, and the port is closed`, async () => {
            const request = await opened();
            before(request);
            request.leave();
            assert.equal(port.sent[0].error.reason, reason);
            assert.equal(port.disconnects, 1);
            assert.equal(request.gone, false);
            assert.equal(clock.waiting, 0);
        });

    test('a person who leaves waits for the page to hear it', async () => {
        const request = await opened();
        const seen = watch(request.cancel());
        assert.equal(port.sent[0].error.reason, 'cancelled');
        await settled();
        assert.equal(seen.settled, 0);
        port.say({ settled: true });
        await settled();
        assert.equal(seen.value, true);
    });

    test('what the window knows better is said', async () => {
        const request = await approved();
        request.leave('enrolment_pending');
        assert.equal(port.sent[0].error.reason, 'enrolment_pending');
    });
});
