/** Who asked, and whether they still may. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageAsker, PERSON } from '../../extension/ui/enrol/asker.js';
import { fakeArea } from './fakes.mjs';

test('a page\'s asker refuses blocked sites and passed limits', async () => {
    const storage = { local: fakeArea({ blockedSites: ['evil.example'] }),
        managed: fakeArea() };
    const asker = (origin, limit) =>
        pageAsker({ origin }, storage, limit, () => 1000).refused();
    assert.equal(await asker('https://bank.example', null), null);
    assert.equal(await asker('https://bank.example', 1001), null);
    assert.equal(await asker('https://bank.example', 1000),
        'request_expired');
    assert.equal(await asker('https://www.evil.example', null),
        'site_blocked');
    assert.equal(await PERSON.refused(), null);
});
