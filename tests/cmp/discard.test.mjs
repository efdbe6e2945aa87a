/** Giving an unfinished enrolment up, and what to tell the CA about one. */
import assert from 'node:assert/strict';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { has, ingam, json, typed } from '../host/lib/cli.mjs';
import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';
import { between } from './lib/server.mjs';

const it = runningCa();
const NAMED = { name: PERSON.name };
const NOWHERE = 'http://127.0.0.1:1/cmp';

const discard = (home, pending, confirm) =>
    home.run('enrol.discard', { pending, confirm });

/** An entry whose request never left: the CA is down. */
async function prepared() {
    const home = new Home({ ...await it.define(), endpoint: NOWHERE });
    const code = await it.code();
    const got = await home.enrol(code, NAMED);
    assert.equal(got.reason, 'ca_unreachable');
    return { home, id: got.data.pending, word: code.referenceNumber, code };
}

/** A certificate that nobody has said is theirs. */
async function unclaimed() {
    const home = new Home(await it.define());
    const code = await it.code();
    const got = await home.enrol(code);
    assert.equal(got.result.state, 'confirm');
    return { home, id: got.result.pending, word: code.referenceNumber, code };
}

async function holder() {
    await it.newPerson();
    const home = new Home(await it.define());
    const got = await home.enrol(await it.code('issue', '--days', 20), NAMED);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    home.define({ ...await it.define(), endpoint: NOWHERE });
    return { home, old: got.result.certificate };
}

async function cutOff(method, more) {
    const { home, old } = await holder();
    const got = await home.run(method,
        { certificate: old.id, password: PASSWORD, ...more });
    assert.equal(got.reason, 'ca_unreachable', JSON.stringify(got.data));
    const { pending: [entry] } = await home.pending();
    return { home, old, id: entry.id, word: entry.id, entry };
}

const renewing = () => cutOff('enrol.renew', {});

/** A revocation that left, its answer lost: one that did not leave is gone. */
async function revoking() {
    const { home, old } = await holder();
    home.define(await it.define());
    await it.ca.call('misbehave', 'protection-none');
    const got = await home.run('enrol.revoke',
        { certificate: old.id, password: PASSWORD, reason: 'superseded' });
    await it.ca.call('misbehave', 'none');
    assert.equal(got.reason, 'ca_answer_untrusted', JSON.stringify(got.data));
    const { pending: [entry] } = await home.pending();
    return { home, old, id: entry.id, word: entry.id, entry };
}

/** A field is gone: nothing can go on with it. */
async function damaged() {
    const made = await prepared();
    rmSync(join(made.home.journal, made.id, 'entry'));
    assert.equal((await made.home.pending()).broken[0].id, made.id);
    return { ...made, word: made.id, other: made.word };
}

function kept(home) {
    const old = join(home.path, '.local/state/ingam/old');
    const [name, ...more] = readdirSync(old)
        .filter(found => found.startsWith('code-'));
    assert.deepEqual(more, []);
    return readdirSync(join(old, name));
}

const makers = { prepared, unclaimed, renewing, revoking, damaged };
for (const [name, make] of Object.entries(makers))
    test(`${name}: given up by its own word only`, async () => {
        const { home, id, word, other } = await make();
        const before = await home.pending();
        for (const wrong of ['', `${word} `, word.slice(1), id.toUpperCase(),
            other ?? (word === id ? 'renew' : id)])
            assert.equal((await discard(home, id, wrong)).reason, 'param_range',
                wrong);
        assert.deepEqual(await home.pending(), before);
        const got = await discard(home, id, word);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        assert.deepEqual(got.result, { state: 'discarded', pending: id });
        assert.deepEqual(await home.pending(), { pending: [], broken: [] });
        const files = kept(home);
        assert.equal(files.includes('secret'), false, 'the code is wiped');
        assert.equal(files.includes('sign.key'), make !== revoking);
        assert.equal(files.includes('sign.certificate'), make === unclaimed);
        assert.equal((await home.resume(id)).reason, 'pending_not_found');
        assert.equal((await discard(home, id, word)).reason,
            'pending_not_found');
    });

test('a code that never left serves again afterwards', async () => {
    const { home, id, word, code } = await prepared();
    home.define(await it.define());
    assert.equal((await home.enrol(code, NAMED)).reason, 'enrolment_pending');
    assert.equal((await discard(home, id, word)).reason, 'ok');
    assert.equal((await home.enrol(code, NAMED)).reason, 'ok');
    assert.equal(kept(home).includes('sign.key'), true);
});

for (const [name, make, method, more] of [
    ['renewal', renewing, 'enrol.renew', {}],
    ['revocation', revoking, 'enrol.revoke', { reason: 'superseded' }]])
    test(`after a ${name} was given up the pair is as before`, async () => {
        const { home, old, id } = await make();
        assert.equal((await discard(home, id, id)).reason, 'ok');
        assert.deepEqual((await home.stored()).certificates.map(c => c.id),
            [old.id]);
        home.define(await it.define());
        const got = await home.run(method,
            { certificate: old.id, password: PASSWORD, ...more });
        /* the CA had heard of the revocation and says so */
        assert.equal(got.reason,
            make === renewing ? 'ok' : 'certificate_revoked');
    });

test('a pair that was set aside for the new one goes back', async () => {
    const { home, old, id } = await renewing();
    const { path } = old.location;
    writeFileSync(join(home.journal, id, 'swapping'), '1');
    renameSync(path, join(path, '..', `.ingam-${id}.old`)); // killed there
    assert.deepEqual((await home.stored()).certificates, []);
    assert.equal((await home.pending()).pending[0].state, 'swapping');
    assert.equal((await discard(home, id, id)).reason, 'ok');
    assert.deepEqual((await home.stored()).certificates.map(c => c.id),
        [old.id]);
});

test('another program is at it: store_busy, and it goes on', async () => {
    const home = new Home(await it.define());
    const code = await it.code();
    await it.ca.call('misbehave', 'send-hang');
    const got = await home.enrol(code, NAMED, { onStep: async (step, host) => {
        if (step !== 'wait')
            return;
        const { pending: [{ id }] } = await home.pending();
        const other = await discard(home, id, code.referenceNumber);
        assert.equal(other.reason, 'store_busy');
        host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });
    } });
    await it.ca.call('misbehave', 'none');
    assert.equal(got.reason, 'cancelled');
    const { pending: [entry] } = await home.pending();
    assert.equal((await home.resume(entry.id)).reason, 'ok');
});

for (const [name, params, reason] of [
    ['an id nobody has', { pending: '0'.repeat(32) }, 'pending_not_found'],
    ['an id that is a path', { pending: '../../old' }, 'param_type'],
    ['no word', { confirm: undefined }, 'param_missing'],
    ['a word that is too long', { confirm: '1'.repeat(33) }, 'param_range'],
    ['a page asks', { origin: 'https://bank.example' }, 'method_unknown']])
    test(`${name}: ${reason}`, async () => {
        const { home, id, word } = await prepared();
        const got = await home.run('enrol.discard',
            { pending: id, confirm: word, ...params });
        assert.equal(got.reason, reason, JSON.stringify(got.data));
        assert.equal((await home.pending()).pending.length, 1);
    });

test('what the CA is told about it, and never the code', async () => {
    const proxy = await between(it.http, (answer, n, response) => {
        response.destroy();
        return undefined;
    });
    const definition = { ...await it.define(),
        contact: { ko: '고객센터 1577-0000', en: 'Help desk 1577-0000' },
        endpoint: `http://127.0.0.1:${proxy.port}/cmp` };
    const home = new Home(definition);
    const code = await it.code();
    assert.equal((await home.enrol(code, NAMED)).reason, 'ca_timeout');
    const all = await home.pending();
    const [entry] = all.pending;
    assert.deepEqual(entry.title, definition.title);
    assert.deepEqual(entry.contact, definition.contact);
    assert.equal(entry.referenceNumber, code.referenceNumber);
    assert.ok(['yes', 'unknown'].includes(entry.sent), entry.sent);
    assert.ok(Math.abs(Date.parse(entry.started) - Date.now()) < 600000);
    assert.match(entry.transaction, /^[0-9a-f]{32}$/);
    assert.ok(proxy.seen[0].body.includes(Buffer.from(entry.transaction, 'hex')),
        'it is the one that was sent');
    assert.ok(!JSON.stringify(all).includes(code.authorizationCode));
    const { text } = await ingam(['resume'], { home: home.path });
    for (const word of ['Help desk 1577-0000', code.referenceNumber,
        entry.transaction])
        assert.ok(text.includes(word), text);
    assert.ok(!text.includes(code.authorizationCode));
    rmSync(join(home.path, '.config/ingam/ca.d/test.json'));
    const [bare] = (await home.pending()).pending;
    assert.equal('title' in bare, false, 'its definition is gone');
    assert.equal(bare.referenceNumber, code.referenceNumber);
});

/* --- on the command line ------------------------------------------------------ */

test('ingam discard: a word, no word, another word', async () => {
    const { home, id, word } = await prepared();
    const args = ['discard', id];
    assert.equal((await ingam(args, { home: home.path })).status, 2);
    assert.equal((await ingam([...args, '--confirm', '0'],
        { home: home.path })).status, 2);
    const { text } = await ingam(['resume'], { home: home.path });
    assert.doesNotMatch(text, /When you ask the CA/, 'it knows nothing of it');
    const run = await json([...args, '--confirm', word], { home: home.path });
    assert.equal(run.status, 0, run.text);
    assert.equal(run.value.state, 'discarded');
});

test('ingam discard: a damaged one is listed and can go', async () => {
    const { home, id } = await damaged();
    const { text } = await ingam(['resume'], { home: home.path });
    assert.match(text, new RegExp(`Cannot be read: ${id}`));
    const run = await ingam(['discard', id, '--confirm', id],
        { home: home.path });
    assert.match(run.text, /Given up/);
});

for (const [what, status] of [['right', 0], ['wrong', 2]])
    test(`typed, ${what}`, { skip: !has('script') && 'script is not installed' },
        async () => {
            const { home, id, word } = await prepared();
            const run = await typed(['discard', id], { home: home.path },
                [[/reference number/, `${status === 0 ? word : '1'}\n`]]);
            assert.equal(run.status, status, run.text);
            assert.equal((await home.pending()).pending.length,
                status === 0 ? 0 : 1);
        });
