/** Enrolment that goes well: what the CA granted is stored and usable. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Home, PERSON, runningCa } from './lib/enrol.mjs';

const it = runningCa();

test('a first certificate is issued, confirmed and stored', async () => {
    const home = new Home(await it.define());
    const got = await home.enrol(await it.code(), { name: PERSON.name });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal(got.result.state, 'done');
    assert.deepEqual(got.steps, ['keygen', 'request', 'wait', 'check',
        'confirm', 'store']);
});
