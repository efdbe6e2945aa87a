/** Codes: wrong, used, expired, sent twice; and CAs that cannot be asked. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';

const it = runningCa();
const NAMED = { name: PERSON.name };

const home = async (...more) => new Home(await it.define(...more));

test('a wrong code: code_wrong, and the right one can be typed', async () => {
    const at = await home();
    const code = await it.code();
    const wrong = { ...code, authorizationCode: 'not-the-code-1' };
    const got = await at.enrol(wrong, NAMED);
    assert.equal(got.reason, 'code_wrong');
    assert.equal(got.data.ca.authenticated, false, 'nobody can prove that');
    assert.deepEqual(got.data.ca.failInfo, ['badMessageCheck']);
    assert.equal(got.data.sent, 'yes');
    assert.equal((await at.enrol(code, NAMED)).reason, 'ok');
    assert.deepEqual((await at.pending()).pending, []);
});

test('a wrong code may be corrected with another new password', async () => {
    const at = await home();
    const code = await it.code();
    const wrong = { ...code, authorizationCode: 'not-the-code-1' };
    assert.equal((await at.enrol(wrong, NAMED)).reason, 'code_wrong');
    const got = await at.enrol(code, { ...NAMED, password: 'Other-stone-43!' });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
});

test('the same wrong code again is not a new request', async () => {
    const at = await home();
    const wrong = { ...await it.code(), authorizationCode: 'not-the-code-1' };
    const first = await at.enrol(wrong, NAMED);
    const got = await at.enrol(wrong, NAMED);
    assert.equal(got.reason, 'enrolment_pending');
    assert.equal(got.data.pending, first.data.pending);
    assert.equal(got.data.sent, 'yes', 'what is true of the unfinished one');
    assert.match(got.data.date, /^\d{4}-\d\d-\d\dT[\d:]+Z$/);
});

test('an unknown reference number: code_wrong', async () => {
    const code = { ...await it.code(), referenceNumber: '000000' };
    const got = await (await home()).enrol(code, NAMED);
    assert.equal(got.reason, 'code_wrong');
});

test('a used code: code_used', async () => {
    const code = await it.code();
    assert.equal((await (await home()).enrol(code, NAMED)).reason, 'ok');
    const other = await home();
    const got = await other.enrol(code, NAMED);
    assert.equal(got.reason, 'code_used');
    assert.equal(got.data.ca.authenticated, true);
    assert.equal('pending' in got.data, false);
    assert.deepEqual((await other.pending()).pending, []);
});

test('an expired code: code_expired', async () => {
    const code = await it.code('issue', '--expires', 1);
    await new Promise(done => setTimeout(done, 2100));
    const got = await (await home()).enrol(code, NAMED);
    assert.equal(got.reason, 'code_expired');
    assert.equal(got.data.ca.authenticated, true);
});

test('a locked code: ca_rejected with the CA\'s words', async () => {
    const code = await it.code();
    const wrong = n => ({ ...code, authorizationCode: `not-the-code-${n}` });
    const at = await home();
    for (let n = 0; n < 10; n++)
        assert.equal((await at.enrol(wrong(n), NAMED)).reason, 'code_wrong');
    const got = await at.enrol(code, NAMED);
    assert.equal(got.reason, 'ca_rejected');
    assert.deepEqual(got.data.ca.failInfo, ['notAuthorized']);
    assert.match(got.data.ca.text[0], /잠겼습니다/);
    assert.equal(got.data.ca.title.ko.length > 0, true);
});

test('two hosts at once with one code: one certificate', async () => {
    const at = await home();
    const code = await it.code();
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
    assert.ok(code);
});

/* What is refused before a byte leaves: the code is still good. */
const refused = {
    'an unknown CA': { params: { ca: 'nobody' }, reason: 'unknown_ca' },
    'a CA that is switched off': { change: d => { d.enabled = false; },
        reason: 'ca_disabled' },
    'a weak password': { params: { password: 'short' },
        reason: 'password_too_weak', rule: 'length' },
    'a password with the holder\'s name': {
        params: { password: 'hong-12345!', name: 'hong' },
        reason: 'password_too_weak', rule: 'name' },
    'an empty reference number': { params: { referenceNumber: '' },
        reason: 'param_range' },
    'a reference number with a line break': {
        params: { referenceNumber: '12\r\n34' }, reason: 'param_range' },
    'a reference number above its bound': {
        params: { referenceNumber: '1'.repeat(33) }, reason: 'param_range' },
    'an empty code': { params: { authorizationCode: '' },
        reason: 'param_range' },
    'a code above its bound': { params: { authorizationCode: '1'.repeat(65) },
        reason: 'param_range' },
    'an unknown key scheme': { params: { keyScheme: 'rot13' },
        reason: 'param_range' },
    'a place that is none': { params: { root: '/tmp' },
        reason: 'param_range' },
    'a place that leads out of the media': {
        params: { root: '/media/../tmp/x' }, reason: 'param_range' },
    'an old certificate that is not there': { params: { old: 'a'.repeat(64) },
        reason: 'certificate_not_found' },
    'an address given by the page': { params: { endpoint: 'http://x/' },
        reason: 'param_unknown' },
};
for (const [name, row] of Object.entries(refused))
    test(`${name}: ${row.reason}`, async () => {
        const definition = await it.define();
        row.change?.(definition);
        const at = new Home(definition);
        const code = await it.code();
        const got = await at.enrol(code, { ...NAMED, ...row.params });
        assert.equal(got.reason, row.reason, JSON.stringify(got.data));
        assert.equal(got.data.rule, row.rule);
        assert.deepEqual((await at.pending()).pending, []);
        const known = (await it.ca.call('list')).codes
            .find(c => c.referenceNumber === code.referenceNumber);
        assert.equal(known.state, 'new');
        assert.equal(known.attempts, 0);
    });

test('re-issue of a certificate of another issuer is refused at once',
    async () => {
        const definition = await it.define();
        const at = new Home(definition);
        const old = await at.enrol(await it.code(), NAMED);
        definition.issuers = ['cn=Somebody else,c=kr'];
        at.define(definition);
        const got = await at.enrol(await it.code('reissue'),
            { old: old.result.certificate.id }, { method: 'enrol.reissue' });
        assert.equal(got.reason, 'no_matching_certificate');
        assert.equal(got.data.sent, 'no');
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

test('resuming what is not there', async () => {
    const at = await home();
    for (const id of ['0'.repeat(32), 'x', 'a'.repeat(31)])
        assert.equal((await at.resume(id)).reason, 'pending_not_found');
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
