import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { buttonState, lookAtStart } from '../../extension/background/badge.js';
import { Store } from '../../extension/common/store.js';
import { keepRefusal, lastRefusal } from '../../extension/background/limits.js';
import {
    currentSite, doctorLines, hasAccess, hostState,
} from '../../extension/ui/popup/state.js';
import {
    FakeEvent, FakePort, OWN_ID, fakeArea, fakeClock, settled, watch,
} from './fakes.mjs';

describe('whether the browser lets us work on sites', () => {
    const { content_scripts: scripts } = JSON.parse(readFileSync(
        new URL('../../extension/manifest.json', import.meta.url), 'utf8'));
    const all = scripts[0].matches;
    for (const [what, granted, expected] of [
        ['none is taken away', all, true],
        ['all are taken away', [], false],
        ['one is taken away', all.slice(1), false],
        ['some are allowed', ['https://bank.example/*'], false],
    ])
        test(`${what}: ${expected}`, async () => {
            assert.equal(await hasAccess({
                runtime: { getManifest: () => ({ content_scripts: scripts }) },
                permissions: { contains: async ({ origins }) =>
                    origins.every(origin => granted.includes(origin)) },
            }), expected);
        });
});

const sender = (change = {}) => ({
    id: OWN_ID,
    frameId: 0,
    documentId: 'D',
    origin: 'https://bank.example',
    url: 'https://bank.example/',
    tab: { id: 7 },
    ...change,
});

let browser;
let clock;
beforeEach(() => {
    clock = fakeClock();
    browser = {
        runtime: { id: OWN_ID, onMessage: new FakeEvent() },
        tabs: {
            front: [{ id: 7 }],
            asked: [],
            query: async () => browser.tabs.front,
            sendMessage: async (...args) => { browser.tabs.asked.push(args); },
        },
        action: {
            async setBadgeText({ text }) { this.text = text; },
            async setTitle({ title }) { this.title = title; },
        },
        i18n: { getMessage: key => key },
        storage: { local: fakeArea() },
    };
    browser.runtime.onMessage.removeListener = listener => {
        const { listeners } = browser.runtime.onMessage;
        listeners.splice(listeners.indexOf(listener), 1);
    };
});
afterEach(() => { clock.restore(); });

describe('the site of the tab in front', () => {
    async function ask(message, from) {
        const site = watch(currentSite(browser));
        await settled();
        browser.runtime.onMessage.fire(message, from);
        await settled();
        return site;
    }

    test('is the browser\'s word about the sender', async () => {
        const site = await ask({ method: 'site' }, sender());
        assert.equal(site.value, 'https://bank.example');
        assert.deepEqual(browser.tabs.asked, [[7, { ask: 'site' }, { frameId: 0 }]]);
    });

    const notHeard = [
        ['a claim in the message', { method: 'site', origin: 'https://bank.example' }, sender({ origin: 'null' })],
        ['another tab', { method: 'site' }, sender({ tab: { id: 8 } })],
        ['another kind of message', { method: 'sign' }, sender()],
        ['no message', null, sender()],
        ['a frame', { method: 'site' }, sender({ frameId: 1 })],
        ['another extension', { method: 'site' }, sender({ id: 'x' })],
    ];
    for (const [name, message, from] of notHeard)
        test(`${name}: not heard, null after half a second`, async () => {
            const site = await ask(message, from);
            assert.equal(site.settled, 0);
            await clock.advance(500);
            assert.equal(site.value, null);
            assert.deepEqual(browser.runtime.onMessage.listeners, []);
        });

    test('a tab without our script: null at once', async () => {
        browser.tabs.sendMessage = async () => {
            throw new Error('Receiving end does not exist.');
        };
        const site = watch(currentSite(browser));
        await settled();
        assert.equal(site.value, null);
    });

    test('no tab: null', async () => {
        browser.tabs.front = [];
        const site = watch(currentSite(browser));
        await settled();
        assert.equal(site.value, null);
    });
});

const HELLO = {
    jsonrpc: '2.0',
    method: 'hello',
    params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0' },
};

/** A host that knows some answers; each connection is a process. */
function host(answers) {
    const asked = [];
    const connect = () => {
        const port = new FakePort();
        port.onPost = ({ id, method }) => {
            asked.push(method);
            queueMicrotask(() => port.say(answers[method]
                ? { jsonrpc: '2.0', id, result: answers[method] }
                : { jsonrpc: '2.0', id, error: { code: 3008, data: { reason: 'store_permission' } } }));
        };
        queueMicrotask(() => port.say(HELLO));
        return port;
    };
    return { connect, asked };
}

describe('the host\'s state', () => {
    const answers = {
        'store.list': { certificates: [1], broken: [], total: 1, roots: [] },
        'enrol.pending': { pending: [2] },
        'ca.list': { cas: [3] },
    };

    test('is asked for in three operations', async () => {
        const { connect, asked } = host(answers);
        const state = watch(hostState(connect));
        await settled();
        assert.deepEqual(state.value, {
            version: '0.1.0', certificates: [1], broken: [], pending: [2],
            unreadable: [], cas: [3],
        });
        assert.deepEqual(asked, ['store.list', 'enrol.pending', 'ca.list']);
    });

    for (const missing of Object.keys(answers))
        test(`${missing} that fails is the whole's failure`, async () => {
            const { connect } = host({ ...answers, [missing]: undefined });
            const state = watch(hostState(connect));
            await settled();
            assert.equal(state.error.reason, 'store_permission');
        });
});

const NOW = Date.parse('2026-11-24T00:00:00Z');
const certificate = (id, notAfter, change = {}) => ({
    id, notAfter, notBefore: '2026-01-01T00:00:00Z', state: 'valid',
    keyScheme: 'compat', serial: '01', name: id, ca: 'x', ...change,
});

describe('the toolbar button', () => {
    const soon = certificate('a', '2026-12-08T14:59:59Z');
    const rows = [
        ['nothing to say', [], [], { key: 'action_title', n: 0, mark: '' }],
        ['one unfinished', [1], [], { key: 'action_pending', n: 1, mark: '!' }],
        ['one expires soon', [], [soon], { key: 'action_expiring', n: 1, mark: '1' }],
        ['both: the unfinished', [1], [soon], { key: 'action_pending', n: 1, mark: '!' }],
        ['twice the same', [], [soon, soon], { key: 'action_expiring', n: 1, mark: '1' }],
        ['a year left', [], [certificate('b', '2027-12-08T14:59:59Z')], { key: 'action_title', n: 0, mark: '' }],
        ['expired: no nagging', [], [certificate('c', '2025-12-08T14:59:59Z')], { key: 'action_title', n: 0, mark: '' }],
        ['soon, but revoked', [], [{ ...soon, state: 'revoked' }], { key: 'action_title', n: 0, mark: '' }],
        ['soon, but without its key', [], [{ ...soon, keyScheme: null }], { key: 'action_title', n: 0, mark: '' }],
    ];
    for (const [name, pending, certificates, want] of rows)
        test(name, () => {
            assert.deepEqual(buttonState(pending, certificates, NOW), want);
        });

    test('is set at the browser\'s start', async () => {
        const { connect } = host({
            'enrol.pending': { pending: [1] }, 'store.list': { certificates: [] },
        });
        await lookAtStart(browser, new Store(connect));
        assert.equal(browser.action.text, '!');
        assert.equal(browser.action.title, 'action_pending');
    });

    test('the start is when expiries are noted for the reminders', async () => {
        const id = 'a'.repeat(64);
        const notAfter = new Date(Date.now() + 1e9).toISOString();
        const { connect } = host({
            'enrol.pending': { pending: [] }, 'store.list': { total: 1,
                certificates: [certificate(id, notAfter)] },
        });
        await lookAtStart(browser, new Store(connect));
        assert.deepEqual(browser.storage.local.data.get('expiries'),
            [{ id, notAfter }]);
    });

    for (const connect of [host({}).connect, () => { throw new Error('no'); }])
        test('a host that cannot say leaves it as it is', async () => {
            await lookAtStart(browser, new Store(connect));
            assert.equal(browser.action.text, undefined);
        });
});

describe('the last refusal, for the popup', () => {
    const rows = [
        ['the site\'s own, fresh', 'https://a.example', 59999, 'too_many_requests'],
        ['another site\'s', 'https://b.example', 0, undefined],
        ['a minute old', 'https://a.example', 60000, undefined],
    ];
    for (const [name, origin, age, want] of rows)
        test(name, async () => {
            const session = fakeArea();
            await keepRefusal(session, 'https://a.example',
                { reason: 'too_many_requests', data: { s: 5 } }, 1000);
            const found = await lastRefusal(session, origin, 1000 + age);
            assert.equal(found?.reason, want);
        });

    test('none', async () => {
        assert.equal(await lastRefusal(fakeArea(), 'https://a.example', 0), null);
    });
});

describe('the diagnosis', () => {
    test('is lines, one a finding', () => {
        const lines = doctorLines({
            version: '0.1.0', platform: 'linux',
            openssl: { version: '3.0.22', providers: ['default'] },
            libraries: { cjson: '1.7.15' },
            programs: [{ name: 'ingam-host', folder: '/usr/lib/ingam', exists: false }],
            browsers: [{ browser: 'firefox', scope: 'user', manifest: '/m', state: 'wrong_id', program: '/p' }],
            policies: [], store: [{ root: '/r', state: 'ok' }],
            tsa: { state: 'ok', name: 'naru', endpoint: 'https://tsa.example/', folder: '/etc/ingam' },
            sandbox: { landlock: 2, seccomp: true },
        });
        assert.deepEqual(lines, [
            'ingam 0.1.0 (linux)',
            'openssl 3.0.22 [default]',
            'cjson 1.7.15',
            'ingam-host: missing /usr/lib/ingam',
            'firefox (user): wrong_id /m – /p',
            'store /r: ok',
            'time-stamps: ok naru https://tsa.example/ /etc/ingam',
            'sandbox: landlock 2, seccomp yes',
        ]);
    });

    test('a host that leaves things out is no crash', () => {
        assert.ok(doctorLines({}).length > 0);
    });
});
