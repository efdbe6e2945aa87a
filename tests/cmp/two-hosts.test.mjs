/**
 * Two hosts at once, and locks that somebody left or will not give: one of
 * them gets there, the other is told why not, and nothing is lost.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, describe, test } from 'node:test';

import { ALL, FEW, office, scene, Scene, stoppedAt } from './lib/scenes.mjs';
import { stopped } from './lib/weather.mjs';

const at = office();
const PATIENCE_MS = 5000; // of a host that waits for the lock
const [ISSUE] = ALL;

const lockOf = home => join(home.path, '.local/state/ingam/lock');

/** Another program that has the store's lock and is stopped. */
async function holder(home) {
    mkdirSync(dirname(lockOf(home)), { recursive: true, mode: 0o700 });
    const child = spawn('flock', ['-F', '-x', lockOf(home), 'sleep', '60'],
        { stdio: 'ignore' });
    after(() => child.kill('SIGKILL'));
    while (spawnSync('flock', ['-n', lockOf(home), 'true']).status === 0)
        await sleep(10);
    child.kill('SIGSTOP');
    await stopped(child);
    return child;
}

async function killed(child) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
}

for (const row of ALL) {
    test(`${row.name}, asked for twice: enrolment_pending for the second`,
        async () => {
            const s = await scene(at, row);
            const first = await stoppedAt(s, '>sent');
            const second = await s.go();
            assert.equal(second.reason, 'enrolment_pending');
            assert.match(second.data.date, /^20/);
            const { id } = await s.pending();
            assert.equal(second.data.pending, id);
            const third = await s.home.resume(id);
            assert.equal(third.reason, 'store_busy', 'the first is at it');
            first.child.kill('SIGCONT');
            const got = await first.end;
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
            await s.settled();
        });

    test(`${row.name}: killed with the lock, the next one has it`, async () => {
        const s = await scene(at, row);
        const first = await stoppedAt(s, '>swapping');
        await killed(first.child);
        assert.equal((await first.end).reason, 'gone');
        await s.finish();
    });
}

for (const row of FEW)
    test(`${row.name}, twice at the same moment: once`, async () => {
        const s = await scene(at, row);
        const ends = await Promise.all([s.go(), s.go()]);
        const reasons = ends.map(e => e.reason).sort();
        assert.ok(reasons.includes('ok'), reasons.join());
        /* from the third on: the first was through before the second came */
        for (const reason of reasons.filter(r => r !== 'ok'))
            assert.ok(['enrolment_pending', 'store_busy', 'code_used',
                'already_renewed', 'certificate_not_found'].includes(reason),
            reason);
        await s.settled();
    });

test('killed with the lock before its entry is there: nothing has happened',
    async () => {
        const s = await scene(at, ISSUE);
        const first = await stoppedAt(s, '+.new-');
        await killed(first.child);
        assert.equal((await first.end).reason, 'gone');
        await s.untouched();
        await s.finish();
    });

test('two codes at the same moment: two pairs', async () => {
    const a = await scene(at, ISSUE);
    const b = await new Scene(at, ISSUE.dialect, 'issue').set({ home: a.home });
    for (const got of await Promise.all([a.go(), b.go()]))
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    const { certificates, broken } = await a.stored();
    assert.deepEqual(broken, []);
    assert.equal(certificates.length, 2);
    for (const { id } of certificates)
        await a.usable(id);
    assert.equal(await a.pending(), undefined);
});

/* What the other host sees and does, from the request to the last step. */
for (const [name, state] of [['>sent', 'prepared'],
    ['>sign.certificate', 'sent'], ['>sign.confirmed', 'received'],
    ['>swapping', 'confirmed']])
    test(`while one re-issues (${state}) another lists, shows, signs and asks`,
        async () => {
            const s = await scene(at, { dialect: 'rfc9483', kind: 'reissue' });
            const first = await stoppedAt(s, name);
            const { certificates } = await s.stored();
            assert.deepEqual(certificates.map(c => c.id), [s.old.id]);
            const shown = await s.home.run('store.show',
                { certificate: s.old.id });
            assert.equal(shown.result.certificate.id, s.old.id);
            await s.usable(s.old.id);
            assert.equal((await s.pending()).state, state);
            first.child.kill('SIGCONT');
            assert.equal((await first.end).reason, 'ok');
            await s.settled();
        });

test('while one waits for its CA another changes the store', async () => {
    const one = await scene(at, { dialect: 'rfc9483', kind: 'renew' });
    const first = await stoppedAt(one, '>sign.certificate');
    const other = await new Scene(at, 'rfc9483', 'issue')
        .set({ home: one.home });
    const got = await other.go();
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    first.child.kill('SIGCONT');
    assert.equal((await first.end).reason, 'ok');
    const { certificates } = await one.stored();
    assert.equal(certificates.length, 2);
    assert.ok(certificates.some(c => c.id === got.result.certificate.id));
    assert.ok(certificates.every(c => c.id !== one.old.id));
});

/* Five seconds each: they wait together. */
describe('a stopped program has the lock', { concurrency: 8 }, () => {
    for (const row of FEW) {
        test(`${row.name}: store_busy after five seconds, untouched`,
            async () => {
                const s = await scene(at, row);
                const other = await holder(s.home);
                const since = Date.now();
                const got = await s.go();
                const took = Date.now() - since;
                assert.equal(got.reason, 'store_busy');
                assert.equal(got.data.sent, 'no');
                assert.ok(took >= PATIENCE_MS && took < 12 * PATIENCE_MS,
                    `${took} ms`);
                await s.untouched();
                await killed(other);
                await s.finish();
            });

        test(`${row.name}: from the CA's answer on, resumed later`, async () => {
            const s = await scene(at, row);
            const first = await stoppedAt(s,
                s.kind === 'revoke' ? '>sent' : '>sign.confirmed');
            const other = await holder(s.home);
            first.child.kill('SIGCONT');
            const got = await first.end;
            assert.equal(got.reason, 'store_busy');
            assert.equal(got.data.sent, 'yes');
            assert.equal(got.data.pending, (await s.pending()).id);
            if (s.old !== null)
                await s.usable(s.old.id);
            await killed(other);
            await s.finish();
        });
    }
});

/* What lies where the lock belongs. */
const odd = {
    'of a dead program, with its number in it':
        [path => writeFileSync(path, '4194304\n', { mode: 0o400 }), 'ok'],
    'a pipe': [path => spawnSync('mkfifo', [path]), 'ok'],
    'a folder': [path => mkdirSync(path), 'store_unsafe'],
    'a link': [path => symlinkSync('elsewhere', path), 'store_unsafe'],
};
for (const [name, [make, reason]] of Object.entries(odd))
    test(`the lock is ${name}: ${reason}`, async () => {
        const s = await scene(at, ISSUE);
        mkdirSync(dirname(lockOf(s.home)), { recursive: true, mode: 0o700 });
        make(lockOf(s.home));
        assert.equal((await s.go()).reason, reason);
        await (reason === 'ok' ? s.settled() : s.untouched());
    });
