/* store.list in pages on one port: the store is read once, for the first. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { start, temporary } from './lib/host.mjs';
import { putMany } from './lib/store.mjs';

const COUNT = 7;

/** A home with certificates; put as NPKI of a test's own. */
function homeOf(t) {
    const home = temporary(t);
    putMany(home, COUNT, 1);
    return home;
}

const ids = result => result.certificates.map(c => c.id);

test('pages on one port join, and are those of one reading', async t => {
    const home = homeOf(t);
    const host = await start(t, { env: { HOME: home } });
    const page = async (id, offset, limit = 3) =>
        (await host.ask(id, 'store.list', { offset, limit })).result;
    const first = await page(1, 0);
    renameSync(join(home, 'NPKI/IngamTest/USER/cn=many6,c=kr'), join(home, 'gone'));
    const second = await page(2, 3), third = await page(3, 6);
    assert.deepEqual([first.total, second.total, third.total], [COUNT, COUNT, COUNT]);
    assert.equal(new Set([...ids(first), ...ids(second), ...ids(third)]).size, COUNT);
    const again = await page(4, 0, 100);
    assert.equal(again.total, COUNT - 1, 'the first page reads the store as it is');
    assert.deepEqual(ids(await page(5, 0, 0)), []);
});

test('a page behind the first on a port of its own reads for itself', async t => {
    const home = homeOf(t);
    const host = await start(t, { env: { HOME: home } });
    const { result } = await host.ask(1, 'store.list', { offset: 5, limit: 100 });
    assert.deepEqual([result.total, result.certificates.length], [COUNT, 2]);
});

test('what is kept is not that of another question', async t => {
    const home = homeOf(t);
    const host = await start(t, { env: { HOME: home } });
    await host.ask(1, 'store.list', { limit: 3 });
    renameSync(join(home, 'NPKI/IngamTest/USER/cn=many6,c=kr'), join(home, 'gone'));
    const { result } = await host.ask(2, 'store.list', { offset: 3, removable: true });
    assert.equal(result.total, COUNT - 1);
});

for (const [name, method, params] of [['store.show', 'store.show', { certificate: '0'.repeat(64) }],
    ['doctor.run', 'doctor.run', {}], ['history.list', 'history.list', {}]]) {
    test(`${name} cannot follow on the port of a list`, async t => {
        const host = await start(t, { env: { HOME: temporary(t) } });
        assert.equal(await host.reason(1, 'store.list', {}), 'ok');
        assert.equal(await host.reason(2, method, params), 'bad_state');
    });
}

test('limits: 500 at most, none is a page too', async t => {
    const host = await start(t, { env: { HOME: temporary(t) } });
    assert.equal(await host.reason(1, 'store.list', { limit: 500 }), 'ok');
    assert.equal(await host.reason(2, 'store.list', { limit: 501 }), 'param_range');
});

test('names in other case, and files that are none of ours, in a folder', async t => {
    const home = homeOf(t);
    const folder = join(home, 'NPKI/IngamTest/USER/cn=many0,c=kr');
    renameSync(join(folder, 'signCert.der'), join(folder, 'SIGNCERT.DER'));
    writeFileSync(join(folder, 'Thumbs.db'), 'x');
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(home, 'NPKI/IngamTest/USER/a file'), 'x');
    const host = await start(t, { env: { HOME: home } });
    const { result } = await host.ask(1, 'store.list', {});
    assert.deepEqual([result.total, result.broken], [COUNT, []]);
});
