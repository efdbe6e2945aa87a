/* `ingam renew` and `ingam revoke` against the test CA. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Home, PASSWORD, PERSON, runningCa } from '../cmp/lib/enrol.mjs';
import { crowd, has, ingam, json, typed } from './lib/cli.mjs';

const it = runningCa();
const NEW = 'Another-seal-43!';

async function holder() {
    await it.newPerson();
    const home = new Home(await it.define());
    const got = await home.enrol(await it.code('issue', '--days', 20), { name: PERSON.name });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    return { home, id: got.result.certificate.id };
}

const ids = async home => (await home.stored()).certificates.map(c => c.id);

test('renew by the start of an id, with a new password', async () => {
    const { home, id } = await holder();
    const run = await ingam(['renew', id.slice(0, 8), '--password-fd', '3', '--new-password-fd', '4'],
        { home: home.path, secrets: [`${PASSWORD}\n`, `${NEW}\n`] });
    assert.equal(run.status, 0, run.errors);
    assert.match(run.text, /^Stored\./);
    assert.match(run.text, /^The old one would have ended 20\d\d-\d\d-\d\d \((19|20) days left\)$/m);
    assert.match(run.text, /registered again/);
    const [now] = await ids(home);
    assert.notEqual(now, id);
    const signed = await ingam(['sign', now, '--password-fd', '3'], { home: home.path, secrets: [NEW], input: 'x' });
    assert.equal(signed.status, 0, signed.errors);
    const early = await json(['renew', now, '--password-fd', '3'], { home: home.path, secrets: [NEW] });
    assert.equal(early.status, 1);
    assert.equal(early.value.error.data.reason, 'renewal_too_early');
});

test('revoke with --yes', async () => {
    const { home, id } = await holder();
    const run = await json(['revoke', id, '--reason', 'keyCompromise', '--yes', '--password-fd', '3'],
        { home: home.path, secrets: [PASSWORD] });
    assert.equal(run.status, 0, JSON.stringify(run.value));
    assert.equal(run.value.revoked.certificate, id);
    assert.deepEqual(await ids(home), []);
});

const refused = {
    'no --yes and no terminal': [[], 2, [PASSWORD]],
    'no reason': [['--yes'], 2, [PASSWORD], true],
    'a reason that is none': [['--yes', '--reason', 'hold'], 2, [PASSWORD], true],
    'a wrong password': [['--yes'], 4, ['Seal-stone-43!']],
};
for (const [name, [more, status, secrets, bare]] of Object.entries(refused))
    test(`revoke: ${name} ends with ${status}, and nothing happens`, async () => {
        const { home, id } = await holder();
        const run = await ingam(['revoke', id, ...bare ? [] : ['--reason', 'superseded'], ...more, '--password-fd', '3'],
            { home: home.path, secrets });
        assert.equal(run.status, status, run.errors);
        assert.deepEqual(await ids(home), [id]);
    });

for (const [word, done] of [['revoke', true], ['yes', false], ['', false]])
    test(`typed "${word}": ${done ? 'revoked' : 'cancelled'}`,
        { skip: !has('script') && 'script is not installed' }, async () => {
            const { home, id } = await holder();
            const run = await typed(['revoke', id.slice(0, 10), '--reason', 'unspecified'], { home: home.path }, [
                [/go on: /, `${word}\n`], ...done ? [[/Password: /, `${PASSWORD}\n`]] : []]);
            assert.match(run.text, new RegExp(PERSON.name), 'it says whose');
            assert.equal(run.status, done ? 0 : 1, run.text);
            assert.deepEqual(await ids(home), done ? [] : [id]);
        });

test('revoke says whose it is among more than a page of others',
    { skip: !has('script') && 'script is not installed' }, async () => {
        const { home, id } = await holder();
        crowd(home.path);
        const run = await typed(['revoke', id.slice(0, 10), '--reason', 'unspecified'], { home: home.path },
            [[/go on: /, '\n']]);
        assert.equal(run.status, 1, run.text);
        assert.match(run.text, new RegExp(`${PERSON.name}[^]*go on: `));
    });
