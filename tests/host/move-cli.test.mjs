/** import, export, copy, passwd, delete and repair, as a person types them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, statSync, symlinkSync, truncateSync,
    writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { crowd, has, ingam, json, makeCa, password, typed, workFolder } from './lib/cli.mjs';
import { unlock } from './lib/keyfile.mjs';
import { putPerson } from './lib/person.mjs';

const work = workFolder();
const ca = join(work, 'ca');
mkdirSync(ca);
makeCa(ca);
const NAME = '홍길동';
const FRESH = 'Stamp-of-42!';
const script = { skip: !has('script') && 'script is not installed' };

const folder = () => mkdtempSync(join(work, 'home-'));

/** A home with a person in it. */
function inhabited(how) {
    const home = folder();
    return { home, ...putPerson(ca, home, how) };
}

const source = inhabited({ km: true });
const listed = async home => (await json(['list'], { home })).value.certificates.map(c => c.id);
const reason = run => run.value.error?.data.reason ?? 'ok';

// --- import ------------------------------------------------------------------

test('import a folder, whatever case its names have', async () => {
    const from = folder(), home = folder();
    for (const name of ['signCert.der', 'signPri.key', 'kmCert.der', 'kmPri.key'])
        writeFileSync(join(from, name.toUpperCase()), readFileSync(join(source.dir, name)));
    const run = await ingam(['import', from, '--password-fd', '3', '--new-password-fd', '4'],
        { home, secrets: [password, FRESH] });
    assert.equal(run.status, 0, run.errors);
    assert.match(run.text, /^Imported\./);
    const [place] = (await json(['list'], { home })).value.certificates;
    assert.equal(basename(place.location.path), `cn=${NAME},ou=test,o=IngamTest,c=KR`);
    assert.ok(place.hasKm);
    assert.ok(unlock(readFileSync(join(place.location.path, 'signPri.key')), FRESH).info.equals(source.info));
});

test('import two files', async () => {
    const home = folder();
    const run = await json(['import', join(source.dir, 'signCert.der'), '--key-file', join(source.dir, 'signPri.key'),
        '--password-fd', '3'], { home, secrets: [password] });
    assert.equal(reason(run), 'ok');
    assert.deepEqual(await listed(home), [source.id]);
});

const cut = (name, bytes) => {
    writeFileSync(join(work, name), bytes);
    return join(work, name);
};
const refusedImports = {
    'a file of 50 MB': () => {
        writeFileSync(join(work, 'large.p12'), '');
        truncateSync(join(work, 'large.p12'), 50 << 20);
        return [join(work, 'large.p12'), 1, 'import_too_large'];
    },
    'a file just above the limit': () => [cut('above.p12', Buffer.alloc((1 << 20) + 1)), 1, 'import_too_large'],
    'an empty file': () => [cut('empty.p12', ''), 1, 'import_invalid'],
    'a text': () => [cut('text.p12', 'my certificate'), 1, 'import_invalid'],
    'a certificate alone': () => [join(source.dir, 'signCert.der'), 1, 'import_invalid'],
    'a file that is not there': () => [join(work, 'none.p12'), 2, 'param_range'],
    'an empty folder': () => [folder(), 1, 'import_invalid'],
    'a folder without a key': () => {
        const from = folder();
        writeFileSync(join(from, 'signCert.der'), readFileSync(join(source.dir, 'signCert.der')));
        return [from, 1, 'key_file_missing'];
    },
    'a folder whose certificate is a pipe': () => {
        const from = folder();
        execFileSync('mkfifo', [join(from, 'signCert.der')]);
        return [from, 1, 'store_unsafe'];
    },
    'a folder whose key is a link': () => {
        const from = folder();
        writeFileSync(join(from, 'signCert.der'), readFileSync(join(source.dir, 'signCert.der')));
        symlinkSync(join(source.dir, 'signPri.key'), join(from, 'signPri.key'));
        return [from, 1, 'store_unsafe'];
    },
};
for (const [name, make] of Object.entries(refusedImports))
    test(`import ${name} is refused`, async () => {
        const [path, status, wanted] = make();
        const home = folder();
        const run = await json(['import', path, '--password-fd', '3'], { home, secrets: [password] });
        assert.equal(reason(run), wanted);
        assert.equal(run.status, status);
        assert.ok(!existsSync(join(home, 'NPKI/IngamTest')));
    });

test('import into a root that is a link is refused, and so is listing it', async () => {
    const home = folder();
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), join(home, 'NPKI'));
    const run = await json(['import', source.dir, '--password-fd', '3'], { home, secrets: [password] });
    assert.equal(reason(run), 'store_unsafe');
    assert.equal(reason(await json(['list'], { home })), 'store_unsafe');
    assert.ok(!existsSync(join(home, 'elsewhere/IngamTest')));
});

test('import what is there already is refused until --replace says so', async () => {
    const home = folder();
    const args = ['import', source.dir, '--password-fd', '3'];
    assert.equal((await ingam(args, { home, secrets: [password] })).status, 0);
    const again = await json(args, { home, secrets: [password] });
    assert.equal(reason(again), 'already_exists');
    assert.equal(again.value.error.data.certificate, source.id);
    const told = await json([...args, '--replace'], { home, secrets: [password] });
    assert.equal(told.value.replaced, true);
});

test('import nothing is wrong usage', async () => {
    assert.equal((await ingam(['import'], { home: folder() })).status, 2);
    assert.equal((await ingam(['import', '--key-file', join(source.dir, 'signPri.key')], { home: folder() })).status, 2);
});

// --- export, copy -------------------------------------------------------------

test('export makes a file for its owner alone, and never over another', async () => {
    const out = join(work, 'once.p12');
    const args = ['export', source.id.slice(0, 8), '--to', out, '--password-fd', '3'];
    const first = await ingam(args, { home: source.home, secrets: [password] });
    assert.equal(first.status, 0, first.errors);
    assert.match(first.text, /identity checks is in it/);
    assert.match(first.errors, /give it to nobody/);
    assert.equal(statSync(out).mode & 0o777, 0o600);
    const before = readFileSync(out);
    const second = await ingam(args, { home: source.home, secrets: [password] });
    assert.equal(second.status, 1);
    assert.match(second.errors, /--yes replaces it/);
    assert.ok(readFileSync(out).equals(before));
    chmodSync(out, 0o644);
    assert.equal((await ingam([...args, '--yes'], { home: source.home, secrets: [password] })).status, 0);
    assert.equal(statSync(out).mode & 0o777, 0o600);
});

test('export to a folder that is not there fails, with a wrong password it ends with 4', async () => {
    const args = ['export', source.id, '--password-fd', '3', '--to'];
    assert.equal((await ingam([...args, join(work, 'none/x.p12')], { home: source.home, secrets: [password] })).status, 2);
    const wrong = await json([...args, join(work, 'wrong.p12')], { home: source.home, secrets: [FRESH] });
    assert.equal(wrong.status, 4);
    assert.equal(wrong.value.error.data.n, 1);
    assert.ok(!existsSync(join(work, 'wrong.p12')));
});

test('copy to a place that is none is wrong usage', async () => {
    const run = await json(['copy', source.id, '--to', join(work, 'NPKI'), '--password-fd', '3'],
        { home: source.home, secrets: [password] });
    assert.equal(run.status, 2);
    assert.equal(reason(run), 'param_range');
});

// --- passwd --------------------------------------------------------------------

test('passwd asks for the old password and twice for the new one', script, async () => {
    const { home, id, dir, info } = inhabited();
    const run = await typed(['passwd', id.slice(0, 8)], { home }, [[/Password: /, `${password}\n`],
        [/New password: /, `${FRESH}\n`], [/again: /, `${FRESH}\n`]]);
    assert.equal(run.status, 0, run.text);
    assert.match(run.text, /password is changed/);
    assert.ok(!run.text.includes(FRESH));
    assert.ok(unlock(readFileSync(join(dir, 'signPri.key')), FRESH).info.equals(info));
});

test('passwd says which rule a new password breaks', async () => {
    const { home, id } = inhabited();
    const run = await json(['passwd', id, '--password-fd', '3', '--new-password-fd', '4'],
        { home, secrets: [password, 'Short1!'] });
    assert.equal(run.status, 4);
    assert.equal(run.value.error.data.rule, 'length');
});

test('after five wrong passwords the next has to wait, in another process too', async () => {
    const { home, id } = inhabited();
    const attempt = secret => json(['export', id, '--to', join(work, 'never.p12'), '--password-fd', '3'], { home, secrets: [secret] });
    for (let n = 1; n <= 5; n++) {
        const run = await attempt('Wrong-stamp-1!');
        assert.equal(reason(run), 'password_wrong');
        assert.equal(run.value.error.data.n, n);
        assert.equal('s' in run.value.error.data, n === 5);
    }
    // the clock of a slow machine may pass the two seconds: then a sixth is counted
    const run = await attempt('Wrong-stamp-1!');
    assert.ok(['password_slowed', 'password_wrong'].includes(reason(run)), reason(run));
    const said = await ingam(['sign', id, '--password-fd', '3'], { home, secrets: [FRESH], input: 'x' });
    assert.equal(said.status, 4);
    assert.ok(!existsSync(join(work, 'never.p12')));
});

// --- delete ----------------------------------------------------------------------

for (const [what, answer, done] of [['the name', NAME, true], ['another name', '김철수', false], ['nothing', '', false]])
    test(`delete, ${what} typed: ${done ? 'removed' : 'nothing happens'}`, script, async () => {
        const { home, id, dir } = inhabited();
        const run = await typed(['delete', id.slice(0, 8)], { home }, [[/to remove it: /, `${answer}\n`]]);
        assert.equal(run.status, done ? 0 : 1, run.text);
        assert.match(run.text, /not revoked/);
        assert.equal(existsSync(dir), !done);
        assert.match(run.text, done ? /Flash memory|may still be on the disk/ : /name typed is not/);
    });

test('delete says whose it is among more than a page of others', script, async () => {
    const { home, id } = inhabited();
    crowd(home);
    const run = await typed(['delete', id.slice(0, 8)], { home }, [[/to remove it: /, '\n']]);
    assert.equal(run.status, 1, run.text);
    assert.match(run.text, new RegExp(`${NAME}[^]*to remove it: `));
});

test('delete without a terminal wants --confirm', async () => {
    const { home, id } = inhabited();
    assert.equal((await ingam(['delete', id], { home })).status, 2);
    assert.equal(reason(await json(['delete', id, '--confirm', '홍길'], { home })), 'confirmation_wrong');
    assert.deepEqual(await listed(home), [id]);
    const run = await json(['delete', id, '--confirm', NAME], { home });
    assert.equal(reason(run), 'ok');
    assert.equal(run.value.removed.length, 1);
    assert.deepEqual(await listed(home), []);
});

// --- repair ----------------------------------------------------------------------

test('repair and doctor --fix put names and permissions right', async () => {
    for (const words of [['repair'], ['doctor', '--fix']]) {
        const { home, id, dir } = inhabited();
        chmodSync(dir, 0o755);
        renameSync(join(dir, 'signPri.key'), join(dir, 'SIGNPRI.KEY'));
        const run = await ingam(words, { home });
        assert.equal(run.status, 0, run.errors);
        assert.match(run.text, /^Repaired: .* \(permissions\)$/m);
        assert.match(run.text, /^Repaired: .*SIGNPRI\.KEY \(case of the name\)$/m);
        assert.equal(statSync(dir).mode & 0o777, 0o700);
        assert.ok(existsSync(join(dir, 'signPri.key')));
        assert.deepEqual(await listed(home), [id]);
    }
});

test('repair has nothing to do where there is no store', async () => {
    const run = await ingam(['repair'], { home: folder() });
    assert.equal(run.status, 0, run.errors);
    assert.match(run.text, /^Nothing to repair/);
});

test('what was moved is in the history, without a secret', async () => {
    const { home, id } = inhabited();
    const opened = { home, secrets: [password, FRESH] };
    await ingam(['export', id, '--to', join(work, 'history.p12'), '--password-fd', '3'], opened);
    await ingam(['passwd', id, '--password-fd', '3', '--new-password-fd', '4'], opened);
    await ingam(['delete', id, '--confirm', NAME], { home });
    const { value } = await json(['history'], { home });
    const kinds = value.entries.map(entry => entry.kind).sort();
    assert.deepEqual(kinds, ['export', 'password', 'remove']);
    assert.ok(value.entries.every(entry => entry.certificate.id === id && entry.result === 'done'));
    const text = JSON.stringify(value);
    assert.ok(!text.includes(password) && !text.includes(FRESH));
});
