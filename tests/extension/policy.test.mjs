import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import {
    checkSite, mirrorPolicy, setBlocked,
} from '../../extension/common/policy.js';
import { fakeArea, fakeClock, watch } from './fakes.mjs';

let storage;
beforeEach(() => {
    storage = {
        local: fakeArea(), session: fakeArea(), managed: fakeArea(),
    };
});

test('without lists every site may ask', async () => {
    assert.equal(await checkSite(storage, 'https://bank.example'), null);
});

describe('the person\'s blocks', () => {
    const rows = [
        ['https://evil.example', 'site_blocked'],
        ['https://www.evil.example', 'site_blocked'],
        ['https://a.b.evil.example:8443', 'site_blocked'],
        ['https://notevil.example', null],
        ['https://evil.example.kr', null],
        ['https://example', null],
    ];
    for (const [origin, verdict] of rows)
        test(`${origin}: ${verdict}`, async () => {
            await setBlocked(storage, 'https://login.evil.example', true);
            assert.equal(await checkSite(storage, origin), verdict);
        });

    test('an address is blocked whole', async () => {
        await setBlocked(storage, 'https://192.0.2.1', true);
        assert.equal(await checkSite(storage, 'https://192.0.2.1:9'), 'site_blocked');
        assert.equal(await checkSite(storage, 'https://192.0.2.11'), null);
    });

    test('unblocking takes one away and leaves the others', async () => {
        await setBlocked(storage, 'https://a.example', true);
        await setBlocked(storage, 'https://a.example', true);
        await setBlocked(storage, 'https://b.example', true);
        await setBlocked(storage, 'https://a.example', false);
        assert.equal(await checkSite(storage, 'https://a.example'), null);
        assert.equal(await checkSite(storage, 'https://b.example'), 'site_blocked');
    });
});

describe('the administrator\'s lists', () => {
    const lists = {
        allowedSites: ['https://bank.example', '*.gov.example'],
        blockedSites: ['https://old.gov.example'],
    };
    const rows = [
        ['https://bank.example', null],
        ['https://gov.example', null],
        ['https://tax.gov.example', null],
        ['https://tax.gov.example:8443', null],
        ['https://bank.example:8443', 'site_not_allowed'],
        ['http://localhost', 'site_not_allowed'],
        ['https://www.bank.example', 'site_not_allowed'],
        ['https://notgov.example', 'site_not_allowed'],
        ['https://gov.example.evil.example', 'site_not_allowed'],
        ['https://old.gov.example', 'site_not_allowed'],
    ];
    for (const [origin, verdict] of rows)
        test(`${origin}: ${verdict}`, async () => {
            await storage.managed.set(lists);
            assert.equal(await checkSite(storage, origin), verdict);
        });

    for (const allowedSites of [[], 'https://bank.example', 7, null, {}, [7],
        ['bank.example'], ['https://bank.example/'], ['*'], ['https://*']])
        test(`allowedSites ${JSON.stringify(allowedSites)} allows nothing`, async () => {
            await storage.managed.set({ allowedSites });
            assert.equal(await checkSite(storage, 'https://bank.example'),
                'site_not_allowed');
        });

    test('a person cannot lift it, an allowed site can be blocked', async () => {
        await storage.managed.set(lists);
        await setBlocked(storage, 'https://bank.example', true);
        assert.equal(await checkSite(storage, 'https://bank.example'), 'site_blocked');
    });
});

describe('when the managed store does not say', () => {
    const failing = message => ({
        async get() {
            throw new Error(message);
        },
    });

    test('Firefox without a policy: every site may ask', async () => {
        storage.managed = failing('Managed storage manifest not found');
        assert.equal(await checkSite(storage, 'https://bank.example'), null);
    });

    for (const message of ['An unexpected error occurred', 'corrupt', ''])
        test(`"${message}": refused`, async () => {
            storage.managed = failing(message);
            assert.equal(await checkSite(storage, 'https://bank.example'),
                'site_not_allowed');
        });

    test('Chromium just after its start: the mirror holds', async () => {
        await storage.managed.set({ allowedSites: ['https://bank.example'] });
        await mirrorPolicy(storage);
        storage.managed = fakeArea();
        assert.equal(await checkSite(storage, 'https://bank.example'), null);
        assert.equal(await checkSite(storage, 'https://evil.example'),
            'site_not_allowed');
    });

    for (const [what, get] of [
        ['that never answers', () => new Promise(() => {})],
        ['that fails later', () => new Promise((_, fail) => {
            setTimeout(fail, 5000, new Error('corrupt'));
        })],
    ])
        test(`a store ${what}: the mirror holds`, async () => {
            const clock = fakeClock();
            await storage.managed.set(
                { allowedSites: ['https://bank.example'] });
            await mirrorPolicy(storage);
            storage.managed = { get };
            const verdicts = ['https://bank.example', 'https://evil.example']
                .map(origin => watch(checkSite(storage, origin)));
            await clock.advance(2000);
            assert.deepEqual(verdicts.map(({ value }) => value),
                [null, 'site_not_allowed']);
            await clock.advance(4000);
            clock.restore();
        });

    test('a store that answers late, though in time, is believed',
        async () => {
            const clock = fakeClock();
            storage.managed = { get: () => new Promise(done => {
                setTimeout(done, 500, { allowedSites: [] });
            }) };
            const verdict = watch(checkSite(storage, 'https://bank.example'));
            await clock.advance(500);
            clock.restore();
            assert.equal(verdict.value, 'site_not_allowed');
        });

    test('a policy that was taken away leaves the mirror too', async () => {
        await storage.managed.set({ allowedSites: [] });
        await mirrorPolicy(storage);
        storage.managed = fakeArea();
        await mirrorPolicy(storage);
        assert.equal(await checkSite(storage, 'https://bank.example'), null);
    });
});
