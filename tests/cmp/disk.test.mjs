/**
 * Disks that are full, read-only or broken, at whatever moment that shows:
 * the reason is said, and what was there or what was ordered is not lost.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Home, folder } from './lib/enrol.mjs';
import { mounting } from './lib/mount.mjs';
import { ALL, FEW, office, scene, stoppedAt } from './lib/scenes.mjs';
import { Weather } from './lib/weather.mjs';

const at = office();
const { ENOSPC, EDQUOT, EROFS, EIO, ENODEV } = constants.errno;
const EVERY = process.env.SLOW ? 1 : 59; // calls between two tries

for (const row of FEW) {
    test(`${row.name}: NPKI is mounted read-only`, { skip: mounting.skip },
        async () => {
            const s = await scene(at, row);
            const npki = join(s.home.path, 'NPKI');
            mkdirSync(npki, { recursive: true });
            const got = await s.go(() => {}, { command: mounting.over(
                'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"',
                npki) });
            assert.equal(got.reason, 'store_readonly');
            assert.equal(got.data.place, npki);
            assert.equal(got.data.sent, 'no');
            await s.untouched();
        });

    test(`${row.name}: no file may grow`, async () => {
        const s = await scene(at, row);
        const got = await s.go(() => {}, { command: ['/bin/sh', '-c',
            'ulimit -f 0 && exec "$@"', 'sh', '{}'] });
        assert.equal(got.reason, 'disk_full');
        assert.equal(got.data.size, '128 KB');
        assert.equal(got.data.sent, 'no');
        await s.untouched();
        await s.finish();
    });
}

/* --- every call that changes a disk fails, once or from there on ----------- */

const faults = [
    ['ENOSPC once', ENOSPC, false, 'disk_full'],
    ['ENOSPC from then on', ENOSPC, true, 'disk_full'],
    ['EDQUOT from then on', EDQUOT, true, 'disk_full'],
    ['EROFS from then on', EROFS, true, 'store_readonly'],
    ['EIO from then on', EIO, true, 'io_error'],
    ['ENODEV from then on', ENODEV, true, 'medium_removed'],
];

let first = 1; // so that the rows together try other calls
for (const [i, row] of ALL.entries())
    for (const [name, error, on, reason] of faults.filter((_, j) =>
        process.env.SLOW || (i + j) % faults.length === 0))
        test(`${row.name}: ${name}`, async t => {
            let tried = 0;
            for (let n = first++ % EVERY + 1; ; n += EVERY) {
                const s = await scene(at, row);
                const weather = new Weather();
                weather.fail(n, error, { on });
                const got = await s.go(() => {},
                    { env: { HOME: s.home.path, ...weather.env } });
                if (weather.calls < n) {
                    assert.equal(got.reason, 'ok');
                    break; // it has no more calls than that
                }
                if (got.reason !== 'ok') {
                    assert.equal(got.reason, reason, `at call ${n}`);
                    if (got.data.pending === undefined) // but what was asked
                        assert.equal(got.data.sent, 'no', `at call ${n}`);
                }
                await s.finish();
                tried++;
            }
            t.diagnostic(`${tried} points`);
        });

/* --- a real small disk ------------------------------------------------------ */

test('the whole home fills up while the CA answers: kept, then resumed',
    { skip: !mounting.here && 'only root can mount for all' }, async t => {
        const path = folder('small');
        try {
            execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k,mode=700',
                'none', path], { stdio: 'ignore' });
        } catch {
            t.skip('mounting is not allowed here');
            return;
        }
        after(() => execFileSync('umount', ['-l', path]));
        const home = new Home();
        home.path = path;
        home.journal = join(path, '.local/state/ingam/journal');
        home.define(await at.define('rfc9483'));
        const s = await scene(at, ALL[1], { home });
        const filler = join(path, 'filler');
        const { child, end } = await stoppedAt(s, '>sent');
        execFileSync('sh',
            ['-c', 'dd if=/dev/zero of="$0" bs=4k 2>/dev/null; true', filler]);
        child.kill('SIGCONT');
        const got = await end;
        assert.ok(statSync(filler).size > 0);
        assert.equal(got.reason, 'disk_full');
        assert.equal(typeof got.data.pending, 'string');
        await s.usable(s.old.id);
        rmSync(filler);
        await s.finish();
    });
