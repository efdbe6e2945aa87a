/** Around a code: two at once, definitions, damage, the password again. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';

const it = runningCa();
const NAMED = { name: PERSON.name };

const home = async (...more) => new Home(await it.define(...more));

test('two hosts at once with one code: one certificate', async () => {
    const at = await home();
    await it.newPerson();
    const mine = await it.code();
    const both = await Promise.all(
        [at.enrol(mine, NAMED), at.enrol(mine, NAMED)]);
    const reasons = both.map(b => b.reason).sort();
    assert.ok(reasons.includes('ok'), String(reasons));
    assert.ok(['enrolment_pending', 'code_used'].includes(
        reasons.find(r => r !== 'ok')), String(reasons));
    assert.equal((await it.certificates()).length, 1);
    assert.equal((await at.stored()).certificates.length, 1);
});

/* Definitions: the first of a name wins, a broken one hides no other. */
test('definitions are listed, broken ones with a reason', async () => {
    const definition = await it.define();
    const at = new Home(definition);
    const dir = join(at.path, '.config/ingam/ca.d');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'other.json'), JSON.stringify(definition));
    writeFileSync(join(dir, 'bad.json'), '{"name":"bad"');
    writeFileSync(join(dir, 'more.json'), JSON.stringify(
        { ...definition, name: 'more', extra: 1 }));
    const { result } = await at.run('ca.list', {});
    const names = result.cas.filter(c => c.source === 'user');
    assert.deepEqual(names.map(c => c.name), ['test']);
    assert.deepEqual(new Map(result.broken.map(b => [b.file, b.reason])),
        new Map([['other.json', 'param_range'], ['bad.json', 'json_invalid'],
            ['more.json', 'param_unknown']]));
    assert.equal(names[0].folder, 'IngamTest');
    assert.equal(names[0].enabled, true);
});

test('a damaged journal entry is listed as such', async () => {
    const at = await home();
    const dir = join(at.journal, 'ab'.repeat(16));
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, 'ca'), 'test');
    const listed = await at.pending();
    assert.deepEqual(listed, { pending: [],
        broken: [{ id: 'ab'.repeat(16), reason: 'io_error' }] });
    assert.equal((await at.resume('ab'.repeat(16))).reason, 'io_error');
});

test('the new password is needed to resume, and may be tried again',
    async () => {
        const at = await home();
        const got = await at.enrol(await it.code());
        const host = at.start();
        await host.hello();
        const params = { pending: got.result.pending, confirmSubject: true };
        assert.equal(await host.reason(1, 'enrol.resume',
            { ...params, password: 'Not-the-one-1!' }), 'password_wrong');
        assert.equal(await host.reason(2, 'enrol.resume',
            { ...params, password: PASSWORD }), 'ok');
        await host.end();
    });
