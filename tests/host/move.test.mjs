/** store.* over the wire, in the sandbox: what moves, protects and removes. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCa, password, workFolder } from './lib/cli.mjs';
import { description, start } from './lib/host.mjs';
import { rOf, unlock } from './lib/keyfile.mjs';
import { putPerson, R } from './lib/person.mjs';

const work = workFolder();
const ca = join(work, 'ca');
mkdirSync(ca);
makeCa(ca);
const NAME = '홍길동';
const FRESH = 'Stamp-of-42!';
const folder = () => mkdtempSync(join(work, 'home-'));
const source = { home: folder() };
Object.assign(source, putPerson(ca, source.home, { km: true }));

const at = home => ({ env: { HOME: home } });
const base64 = path => readFileSync(path).toString('base64');

/** One operation: one host. */
async function once(t, home, method, params) {
    const host = await start(t, at(home));
    const answer = await host.ask(1, method, params);
    await host.end();
    return answer.result ?? { reason: answer.error.data.reason, data: answer.error.data };
}

test('in as two pairs of files, out as .p12, in elsewhere, another password, and gone', async t => {
    const first = folder(), second = folder();
    const taken = await once(t, first, 'store.import', {
        certificateFile: base64(join(source.dir, 'signCert.der')), keyFile: base64(join(source.dir, 'signPri.key')),
        kmCertificateFile: base64(join(source.dir, 'kmCert.der')), kmKeyFile: base64(join(source.dir, 'kmPri.key')),
        password, keyScheme: 'legacy',
    });
    assert.equal(taken.certificate?.id, source.id, JSON.stringify(taken));
    assert.ok(taken.km.serial.length > 0);
    assert.equal(taken.der, base64(join(source.dir, 'signCert.der')));
    const out = await once(t, first, 'store.export', { certificate: source.id, password, form: 'npki', newPassword: FRESH });
    assert.equal(out.hasR, true);
    assert.equal(out.hasKm, true);
    assert.match(out.name, /^홍길동_[0-9a-f]{8}\.p12$/);
    const again = await once(t, second, 'store.import', { content: out.content, password: FRESH, keyScheme: 'legacy' });
    assert.equal(again.certificate?.id, source.id, JSON.stringify(again));
    const changed = await once(t, second, 'store.changePassword',
        { certificate: source.id, password: FRESH, newPassword: password, keyScheme: 'compat' });
    assert.equal(changed.certificate?.keyScheme, 'pbes2-seed-sha1', JSON.stringify(changed));
    const key = readFileSync(join(changed.certificate.location.path, 'signPri.key'));
    assert.ok(rOf(unlock(key, password).info).equals(R));
    assert.deepEqual(readdirSync(join(changed.certificate.location.path, '..')).length, 1);
    const gone = await once(t, second, 'store.remove', { certificate: source.id, confirm: NAME });
    assert.deepEqual(gone.removed, [changed.certificate.location.path]);
    assert.equal(typeof gone.overwritten, 'boolean');
    assert.equal((await once(t, second, 'store.list', {})).total, 0);
    assert.deepEqual((await once(t, second, 'history.list', {})).entries.map(e => e.kind).sort(),
        ['import', 'password', 'remove']);
});

test('permissions are repaired inside the sandbox', async t => {
    const home = folder();
    const { dir } = putPerson(ca, home);
    chmodSync(join(dir, 'signPri.key'), 0o644);
    const done = await once(t, home, 'store.repair', {});
    assert.ok(done.fixed?.some(f => f.path.endsWith('/signPri.key') && f.what === 'permissions'), JSON.stringify(done));
    assert.deepEqual(done.failed, []);
});

test('a wrong password may be typed again on the same port, and five are slowed on any', async t => {
    const home = folder();
    const { id } = putPerson(ca, home);
    const host = await start(t, at(home));
    const params = { certificate: id, password: 'Wrong-stamp-1!', form: 'npki' };
    for (let n = 1; n <= 4; n++) {
        const { error } = await host.ask(n, 'store.export', params);
        assert.equal(error.data.reason, 'password_wrong');
        assert.equal(error.data.n, n);
    }
    await host.end();
    // enough wrong ones, on port after port: in the end the right one has to wait too
    let slowed, since;
    for (let n = 0; n < 6 && slowed === undefined; n++) {
        since = Date.now();
        const answer = await once(t, home, 'store.export', params);
        slowed = answer.reason === 'password_slowed' ? answer : undefined;
    }
    assert.ok(slowed !== undefined && slowed.data.n >= 5 && slowed.data.s > 0, JSON.stringify(slowed));
    const right = await once(t, home, 'store.export', { ...params, password });
    if (Date.now() - since < (slowed.data.s - 1) * 1000) // a slow machine may be past it
        assert.equal(right.reason, 'password_slowed');
});

const moving = ['store.import', 'store.export', 'store.copy', 'store.changePassword', 'store.remove', 'store.repair'];
for (const method of moving)
    test(`${method} is not for pages`, async t => {
        const params = { origin: 'https://bank.example' };
        for (const param of description.commands.find(c => c.name === method).params)
            if (param.required)
                params[param.name] = { certificateId: source.id, choice: 'npki' }[param.type] ?? NAME;
        assert.equal((await once(t, source.home, method, params)).reason, 'method_unknown');
        assert.ok(existsSync(join(source.dir, 'signPri.key')));
    });

const refused = [
    ['store.import', { password }, 'param_missing'],
    ['store.import', { password, content: 'AAAA', keyFile: 'AAAA' }, 'param_range'],
    ['store.import', { password, content: 'AAAA' }, 'import_invalid'],
    ['store.import', { password, content: 'AAAA', folder: '/etc' }, 'param_unknown'],
    ['store.import', { password, content: 'AAAA', root: '/etc' }, 'param_range'],
    ...['/mnt/USB', '/mnt/USB/', '/mnt/USB/npki', '/mnt/USB/NPKI/', '/mnt/USB/deep/NPKI', '/mnt/USB/NPKI/NPKI',
        '/mnt/../NPKI', '/mnt/./NPKI', '/mnt//NPKI', '/mnt/NPKI', '/mnt/USB/..', '/mntUSB/NPKI', 'NPKI', '']
        .map(root => ['store.import', { password, content: 'AAAA', root }, 'param_range']),
    ['store.import', { content: 'AAAA' }, 'param_missing'],
    ['store.export', { certificate: source.id, password }, 'param_missing'],
    ['store.export', { certificate: 'f'.repeat(64), password, form: 'npki' }, 'certificate_not_found'],
    ['store.export', { certificate: source.id, password, form: 'npki', root: '/media/nobody/x/NPKI' }, 'param_range'],
    ['store.copy', { certificate: source.id, password }, 'param_missing'],
    ['store.copy', { certificate: source.id, password, root: '/tmp/NPKI' }, 'param_range'],
    ['store.changePassword', { certificate: source.id, password }, 'param_missing'],
    ['store.changePassword', { certificate: source.id, password, newPassword: 'short' }, 'password_too_weak'],
    ['store.remove', { certificate: source.id }, 'param_missing'],
    ['store.remove', { certificate: source.id, confirm: '김철수' }, 'confirmation_wrong'],
    ['store.repair', { path: '/etc' }, 'param_range'],
    ['store.repair', { path: '../..' }, 'param_range'],
];
for (const [method, params, wanted] of refused)
    test(`${method} ${Object.keys(params)} ${params.root ?? ''}: ${wanted}`, async t => {
        const before = readFileSync(join(source.dir, 'signPri.key'));
        assert.equal((await once(t, source.home, method, params)).reason, wanted);
        assert.ok(readFileSync(join(source.dir, 'signPri.key')).equals(before));
    });
