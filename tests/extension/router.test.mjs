import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setBlocked } from '../../extension/common/policy.js';
import { leaving } from '../../extension/common/windows.js';
import { Router } from '../../extension/background/router.js';
import { OWN_ID, fakeBrowser, fakeClock, settled } from './fakes.mjs';

const site = (tab = 7, host = 'bank.example') => ({
    id: OWN_ID,
    frameId: 0,
    documentId: `D${tab}`,
    origin: `https://${host}`,
    url: `https://${host}/`,
    tab: { id: tab },
});

let browser;
let router;
let now;
beforeEach(() => {
    browser = fakeBrowser();
    now = 1000000;
    router = new Router(browser, () => now);
});

/** One message; how often it was answered, and with what. */
async function say(message, sender = site()) {
    const said = { answers: [], ours: false };
    said.ours = router.heard(message, sender, a => said.answers.push(a));
    await settled();
    return said;
}

const reason = said => said.answers[0]?.error?.reason;

describe('a request that is good', () => {
    test('is acknowledged, then its window opens', async () => {
        let openedBefore = true;
        const answers = [];
        router.heard({ method: 'sign' }, site(), a => {
            openedBefore = browser.windows.opened.length > 0;
            answers.push(a);
        });
        await settled();
        assert.equal(openedBefore, false);
        assert.equal(answers.length, 1);
        assert.match(answers[0].handle, /^[0-9a-f-]{36}$/);
        const [how] = browser.windows.opened;
        assert.equal(how.type, 'popup');
        assert.deepEqual([how.width, how.height], [440, 720]);
        assert.match(how.url, /\/ui\/sign\/sign\.html\?token=[0-9a-f-]{36}$/);
    });

    test('leaves its ticket under the token: browser\'s word only', async () => {
        const { answers: [{ handle }] } = await say({
            method: 'reissue',
            origin: 'https://evil.example',
            approved: true,
            tabId: 1,
        });
        const token = new URL(browser.windows.opened[0].url)
            .searchParams.get('token');
        assert.notEqual(token, handle, 'the page side never learns the token');
        assert.deepEqual(browser.storage.session.data.get(`request.${token}`), {
            tabId: 7,
            documentId: 'D7',
            origin: 'https://bank.example',
            method: 'reissue',
            handle,
        });
    });

    test('of it storage.local keeps who, when and what for', async () => {
        await say({ method: 'sign', params: { content: 'secret' } });
        assert.deepEqual([...browser.storage.local.data], [['askedSites', [
            { origin: 'https://bank.example', last: now, times: { sign: 1 } },
        ]]]);
    });

    test('of a private window nothing is kept', async () => {
        await say({ method: 'sign' }, { ...site(),
            tab: { ...site().tab, incognito: true } });
        assert.equal(browser.windows.opened.length, 1);
        assert.equal(browser.storage.local.data.size, 0);
        const [, ticket] = [...browser.storage.session.data].find(
            ([key]) => key.startsWith('request.'));
        assert.equal(ticket.unseen, true); // the window keeps nothing, either
    });

    test('a request that is refused is not kept as one', async () => {
        await setBlocked(browser.storage, 'https://bank.example', true);
        await say({ method: 'sign' });
        assert.equal(browser.storage.local.data.has('askedSites'), false);
    });
});

describe('messages that are not for the router', () => {
    const rows = [undefined, null, 'sign', 7, [], {}, { method: 'status' },
        { method: 'site' }, { method: 'constructor' }, { method: '__proto__' },
        { method: 'hasOwnProperty' }, { method: ['sign'] },
        { method: { toString: () => 'sign' } }, { method: 'SIGN' }];
    rows.forEach((message, i) =>
        test(`row ${i}: not answered, no window`, async () => {
            const said = await say(message);
            assert.equal(said.ours, false);
            assert.deepEqual(said.answers, []);
            assert.equal(browser.windows.opened.length, 0);
        }));
});

describe('a sender that may not ask', () => {
    for (const [name, sender] of [
        ['a frame', { ...site(), frameId: 2 }],
        ['another extension', { ...site(), id: 'x' }],
        ['an opaque origin', { ...site(), origin: 'null' }],
    ])
        for (const method of ['sign', 'show'])
            test(`${name}, ${method}: refused, no window`, async () => {
                const said = await say({ method }, sender);
                assert.equal(reason(said), 'invalid_request');
                assert.equal(said.answers.length, 1);
                assert.equal(browser.windows.opened.length, 0);
            });
});

describe('one window at a time', () => {
    test('a second request, of any tab, is busy and shows the window', async () => {
        await say({ method: 'sign' });
        for (const sender of [site(7), site(8), site(9, 'other.example')]) {
            const said = await say({ method: 'sign' }, sender);
            assert.equal(reason(said), 'busy');
            assert.equal(said.answers[0].error.retryable, true);
        }
        assert.equal(browser.windows.opened.length, 1);
        assert.deepEqual(browser.windows.focused, [1, 1, 1]);
    });

    test('a hundred tabs at once: one window, the others busy', async () => {
        const all = await Promise.all(Array.from({ length: 100 },
            (_, i) => say({ method: 'sign' }, site(i, `s${i}.example`))));
        assert.equal(browser.windows.opened.length, 1);
        await settled();
        assert.equal(browser.windows.opened.length, 1);
        assert.ok(browser.storage.session.reads < 200, 'most are not even looked at');
        assert.equal(all.filter(s => reason(s) === 'busy').length, 99);
        assert.ok(all.every(s => s.answers.length === 1));
    });

    test('a flood does not hold up what comes after it', async () => {
        for (let i = 0; i < 1000; i++)
            router.heard({ method: 'show' }, site(i, 'evil.example'), () => {});
        await settled();
        const said = await say({ method: 'sign' });
        assert.ok(said.answers[0].handle);
    });

    test('a closed window is forgotten', async () => {
        await say({ method: 'sign' });
        browser.windows.close(1);
        const said = await say({ method: 'sign' });
        assert.ok(said.answers[0].handle);
        assert.equal(browser.windows.opened.length, 2);
    });

    const TOLD = handle => [7, { closed: handle },
        { frameId: 0, documentId: 'D7' }];

    for (const slept of [false, true])
        test(`a closed window is told to the document that asked${
            slept ? ', by a background that slept' : ''}`, async () => {
            const { answers: [{ handle }] } = await say({ method: 'sign' });
            if (slept)
                router = new Router(browser, () => now);
            browser.windows.close(1);
            await router.closed(1);
            assert.deepEqual(browser.tabs.told, [TOLD(handle)]);
            await router.closed(1);
            assert.equal(browser.tabs.told.length, 1, 'once');
            assert.ok((await say({ method: 'sign' })).answers[0].handle);
        });

    test('closed while it opens: told when its number is known', async () => {
        const { create } = browser.windows;
        browser.windows.create = async how => {
            const opened = await create.call(browser.windows, how);
            browser.windows.close(opened.id);
            router.closed(opened.id);
            return opened;
        };
        const { answers: [{ handle }] } = await say({ method: 'sign' });
        assert.deepEqual(browser.tabs.told, [TOLD(handle)]);
        assert.equal(browser.storage.session.data.has('window'), false);
    });

    test('closed while it opens, and the browser never says that it opened: ' +
        'told at once', async () => {
        const { windows } = browser;
        windows.create = how => {
            windows.opened.push(how);
            windows.onCreated.fire({ id: 5 });
            windows.onRemoved.fire(4); // another
            return new Promise(() => {});
        };
        const { answers: [{ handle }] } = await say({ method: 'sign' });
        assert.deepEqual(browser.tabs.told, []);
        windows.onRemoved.fire(5);
        await settled(60);
        assert.deepEqual(browser.tabs.told, [TOLD(handle)]);
        assert.equal(windows.onRemoved.listeners.length +
            windows.onCreated.listeners.length, 0);
    });

    test('closed unheard: told when the next one asks', async () => {
        const { answers: [{ handle }] } = await say({ method: 'sign' });
        browser.windows.close(1);
        await say({ method: 'sign' }, site(8));
        assert.deepEqual(browser.tabs.told, [TOLD(handle)]);
    });

    test('another window, closed: nobody is told, it is still busy', async () => {
        await say({ method: 'sign' });
        await router.closed(2);
        assert.deepEqual(browser.tabs.told, []);
        assert.equal(reason(await say({ method: 'sign' })), 'busy');
    });

    test('a window that was answered, closed: nobody is told', async () => {
        await say({ method: 'sign' });
        await leaving(browser.storage.session);
        await router.closed(1);
        assert.deepEqual(browser.tabs.told, []);
    });

    test('a document that is gone cannot be told: no harm', async () => {
        browser.tabs.sendMessage = async () => {
            throw new Error('Could not establish connection.');
        };
        await say({ method: 'sign' });
        browser.windows.close(1);
        await router.closed(1);
        assert.ok((await say({ method: 'sign' })).answers[0].handle);
    });

    test('the background slept in between: busy all the same', async () => {
        await say({ method: 'sign' });
        router = new Router(browser, () => now);
        assert.equal(reason(await say({ method: 'sign' })), 'busy');
    });

    test('"show" brings the window to the front, and is counted', async () => {
        await say({ method: 'sign' });
        for (let i = 0; i < 5; i++)
            await say({ method: 'show' });
        assert.equal(browser.windows.focused.length, 3);
    });

    test('"show" without a window opens none', async () => {
        const said = await say({ method: 'show' });
        assert.deepEqual(said.answers, [{}]);
        assert.equal(browser.windows.opened.length, 0);
    });
});

describe('three windows a minute for a site', () => {
    async function openAndClose(sender) {
        const said = await say({ method: 'sign' }, sender);
        browser.windows.close(browser.windows.opened.length);
        return said;
    }

    test('the fourth is refused with the seconds to wait', async () => {
        for (let i = 0; i < 3; i++) {
            assert.equal(reason(await openAndClose()), undefined);
            now += 1000;
        }
        const said = await openAndClose();
        assert.equal(reason(said), 'too_many_requests');
        assert.deepEqual(said.answers[0].error.data, { s: 57 });
        assert.equal(browser.windows.opened.length, 3);
    });

    test('a minute after the first there is one more', async () => {
        for (let i = 0; i < 3; i++)
            await openAndClose();
        now += 59999;
        assert.equal(reason(await openAndClose()), 'too_many_requests');
        now += 1;
        assert.equal(reason(await openAndClose()), undefined);
    });

    test('another site is not held up; another tab of the site is', async () => {
        for (let i = 0; i < 3; i++)
            await openAndClose(site(i));
        assert.equal(reason(await openAndClose(site(9))), 'too_many_requests');
        assert.equal(reason(await openAndClose(site(9, 'other.example'))),
            undefined);
    });

    test('sleep does not forget', async () => {
        for (let i = 0; i < 3; i++)
            await openAndClose();
        router = new Router(browser, () => now);
        assert.equal(reason(await openAndClose()), 'too_many_requests');
    });

    test('a clock that was set back does not lock a site out', async () => {
        for (let i = 0; i < 3; i++)
            await openAndClose();
        now -= 86400000;
        assert.equal(reason(await openAndClose()), undefined);
    });

    test('a busy answer spends no window, nor is the front had for ever', async () => {
        for (let i = 0; i < 20; i++)
            await say({ method: 'sign' });
        assert.equal(reason(await say({ method: 'sign' })), 'busy');
        assert.equal(browser.windows.focused.length, 3);
        browser.windows.close(1);
        assert.equal(reason(await openAndClose()), undefined);
    });
});

describe('sites that are refused open nothing', () => {
    test('blocked by the person', async () => {
        await browser.storage.local.set({ blockedSites: ['bank.example'] });
        assert.equal(reason(await say({ method: 'sign' })), 'site_blocked');
        assert.equal(browser.windows.opened.length, 0);
    });

    test('not allowed by the administrator', async () => {
        await browser.storage.managed.set({ allowedSites: [] });
        assert.equal(reason(await say({ method: 'sign' })), 'site_not_allowed');
        assert.equal(browser.windows.opened.length, 0);
    });
});

describe('when the browser fails', () => {
    test('storage that is full: an answer, no window', async () => {
        const { set } = browser.storage.session;
        browser.storage.session.set = async items => {
            if (Object.keys(items)[0].startsWith('request.'))
                throw new Error('QUOTA_BYTES quota exceeded');
            return set.call(browser.storage.session, items);
        };
        const said = await say({ method: 'sign' });
        assert.equal(reason(said), 'internal');
        assert.equal(browser.windows.opened.length, 0);
    });

    test('a window that cannot open does not stop the next request', async () => {
        const { create } = browser.windows;
        browser.windows.create = async () => {
            throw new Error('no');
        };
        await say({ method: 'sign' });
        browser.windows.create = create;
        const said = await say({ method: 'sign' });
        assert.ok(said.answers[0].handle);
        assert.equal(browser.windows.opened.length, 1);
    });

    test('a browser that never answers holds nobody up', async () => {
        const clock = fakeClock();
        const { create } = browser.windows;
        browser.windows.create = () => new Promise(() => {});
        await say({ method: 'sign' });
        browser.windows.create = create;
        const said = await say({ method: 'sign' }, site(8));
        assert.deepEqual(said.answers, []);
        await clock.advance(5000);
        await settled();
        clock.restore();
        assert.ok(said.answers[0].handle);
    });

    test('a page that was told it failed gets no window later', async () => {
        const clock = fakeClock();
        const { local } = browser.storage;
        const { get } = local;
        local.get = async (...keys) => {
            await new Promise(go => setTimeout(go, 6000));
            return get.apply(local, keys);
        };
        const said = await say({ method: 'sign' });
        await clock.advance(5000);
        assert.equal(reason(said), 'internal');
        await clock.advance(5000);
        clock.restore();
        assert.equal(said.answers.length, 1);
        assert.equal(browser.windows.opened.length, 0);
        assert.deepEqual(Object.keys(await browser.storage.session.get())
            .filter(key => key.startsWith('request.')), []);
    });

    test('storage that cannot be read: an answer all the same', async () => {
        browser.storage.local.get = async () => {
            throw new Error('corrupt');
        };
        const said = await say({ method: 'sign' });
        assert.equal(reason(said), 'internal');
        assert.equal(said.answers.length, 1);
    });
});
