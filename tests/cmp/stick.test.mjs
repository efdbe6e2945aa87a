/**
 * A USB stick that goes while it is needed and comes back, and one that knows
 * no modes. It is a folder that the host's own mount namespace shows under
 * /mnt, and goes by another name when it is pulled.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PASSWORD, folder } from './lib/enrol.mjs';
import { mounting } from './lib/mount.mjs';
import { ALL, FEW, office, scene, stoppedAt } from './lib/scenes.mjs';
import { Weather } from './lib/weather.mjs';

const at = office();
const ROOT = '/mnt/STICK/NPKI';
const NEEDS = { skip: mounting.skip };

/** A home with a stick. */
async function plugged(row) {
    const media = folder('media'), table = folder('table');
    const home = new Home(await at.define(row.dialect));
    home.options.command =
        mounting.over('mount --bind "$0" /mnt', media);
    mkdirSync(join(media, 'STICK'));
    const s = await scene(at, row, { home, root: ROOT });
    s.files = join(media, 'STICK/NPKI');
    s.pull = () => renameSync(join(media, 'STICK'), join(table, 'STICK'));
    s.plug = () => renameSync(join(table, 'STICK'), join(media, 'STICK'));
    s.point = () => mkdirSync(join(media, 'STICK')); // a mount point is left
    s.clear = () => renameSync(join(media, 'STICK'), join(table, 'point'));
    return s;
}

for (const row of FEW) {
    test(`${row.name} on a stick`, NEEDS, async () => {
        const s = await plugged(row);
        const got = await s.go();
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        await s.settled();
        assert.equal(existsSync(join(s.home.path, 'NPKI/IngamTest')), false);
    });

    test(`${row.name}: pulled before: nothing is sent`, NEEDS, async () => {
        const s = await plugged(row);
        s.pull();
        const got = await s.go();
        assert.equal(got.reason, row.kind === 'issue' ? 'medium_removed'
            : 'certificate_not_found');
        assert.equal(got.data?.sent ?? 'no', 'no');
        s.plug();
        await s.untouched();
        await s.finish();
    });

    if (row.kind !== 'revoke')
        test(`${row.name} on a stick, not in its NPKI: nothing is sent`, NEEDS,
            async () => {
                const s = await plugged(row);
                s.more.root = '/mnt/STICK';
                const got = await s.go();
                assert.equal(got.reason, 'param_range');
                assert.equal(got.data.sent, 'no');
                s.more.root = ROOT;
                await s.untouched();
                await s.finish();
            });

    /* The root was looked at just before; the answer is all the CA's. */
    for (const [name, stop] of [['the request', '>sent'],
        ...row.kind === 'revoke' ? [] : [['the answer', '>sign.certificate'],
            ['the confirmation', '>sign.confirmed']],
        ['the last step', '>swapping']])
        test(`${row.name}: pulled before ${name}, and put back`, NEEDS,
            async () => {
                const s = await plugged(row);
                const { child, end } = await stoppedAt(s, stop);
                s.pull();
                if (stop === '>swapping')
                    s.point();
                child.kill('SIGCONT');
                const got = await end;
                assert.equal(got.reason, 'medium_removed');
                assert.equal(got.data.sent, 'yes');
                const { id } = await s.pending();
                assert.equal(got.data.pending, id);
                const still = await s.home.resume(id);
                assert.equal(still.reason, 'medium_removed', 'still out');
                assert.equal((await s.pending()).id, id);
                if (stop === '>swapping')
                    s.clear();
                s.plug();
                await s.finish();
            });
}

test('a renewal that has not left: the old key is wanted again', NEEDS,
    async () => {
        const s = await plugged({ dialect: 'rfc9483', kind: 'renew' });
        const { child, end } = await stoppedAt(s, '>sent');
        s.pull();
        child.kill('SIGKILL');
        await end;
        const { id } = await s.pending();
        assert.equal((await s.home.resume(id)).reason, 'medium_removed');
        s.plug();
        await s.finish();
    });

test('it is pulled while the pair is written: what is there is whole or cleared',
    NEEDS, async () => {
        const s = await plugged(ALL[1]);
        const { child, end } = await stoppedAt(s, '+signPri.key');
        s.pull();
        child.kill('SIGKILL');
        await end;
        s.plug();
        await s.usable(s.old.id);
        await s.finish();
        assert.deepEqual(readdirSync(join(s.files, 'IngamTest/USER'))
            .filter(n => n.startsWith('.')), []);
    });

for (const row of FEW)
    test(`${row.name} on a medium without modes`, async () => {
        const s = await scene(at, row);
        const weather = new Weather();
        weather.fat();
        s.home.env = weather.env;
        const got = await s.go();
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        await s.settled();
    });

/* The same certificate in two places: what is meant is the one that was named. */

test('an old pair under another name leaves the stick, its copy on disk stays',
    NEEDS, async () => {
        const s = await plugged({ dialect: 'rfc9483', kind: 'reissue' });
        delete s.more.root;
        await s.home.run('store.copy', { certificate: s.old.id,
            password: PASSWORD, root: join(s.home.path, 'NPKI') }, () => {});
        s.more.root = ROOT;
        s.person = await at.person(); // the same name, another number behind it
        s.code = await at.code(s.person, 'issue');
        const got = await s.go();
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        assert.deepEqual((await s.stored()).certificates
            .map(c => [c.id, c.location.medium]).sort(),
        [[s.old.id, 'disk'], [got.result.certificate.id, 'removable']].sort());
    });

test('a revocation cut off at its very end does not take a copy', NEEDS,
    async () => {
        const s = await plugged({ dialect: 'rfc9483', kind: 'revoke' });
        await s.home.run('store.copy', { certificate: s.old.id,
            password: PASSWORD, root: join(s.home.path, 'NPKI') }, () => {});
        const entry = createHash('sha256').update(`test\0revoke ${s.old.id}`)
            .digest('hex').slice(0, 32);
        const { child, end } = await stoppedAt(s, `>.gone-${entry}`);
        child.kill('SIGKILL');
        await end;
        const { id } = await s.pending();
        assert.equal(id, entry);
        assert.equal((await s.home.resume(id)).reason, 'ok');
        assert.deepEqual((await s.stored()).certificates
            .map(c => [c.id, c.location.medium]), [[s.old.id, 'removable']]);
        assert.equal(await s.pending(), undefined);
    });
