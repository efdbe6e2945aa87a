/* `ingam ca enable` and `disable`, and why one cannot be switched on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Home } from '../cmp/lib/enrol.mjs';
import { ingam, json } from './lib/cli.mjs';

const CA = { name: 'mine', title: { ko: '내 인증기관', en: 'My CA' }, folder: 'Mine', dialect: 'npki',
    endpoint: 'tcp://192.0.2.1:4512', issuers: ['cn=MineCA,o=Mine,c=kr'], anchors: [{ sha256: '0'.repeat(64) }],
    profile: { vid: 'encrypted', km: false }, verified: false, enabled: false };

function home(change = {}) {
    const definition = { ...CA, ...change };
    for (const [name, value] of Object.entries(definition))
        if (value === undefined)
            delete definition[name];
    return new Home(definition);
}

const isOn = async at => (await json(['ca'], { home: at.path })).value.cas.find(ca => ca.name === 'mine').enabled;

test('on, and off again', async () => {
    const at = home();
    assert.equal(await isOn(at), false);
    assert.equal((await json(['ca', 'enable', 'mine'], { home: at.path })).status, 0);
    assert.equal(await isOn(at), true);
    assert.equal((await json(['ca', 'disable', 'mine'], { home: at.path })).status, 0);
    assert.equal(await isOn(at), false);
});

for (const [what, change] of [['anchors', { anchors: [] }], ['endpoint', { endpoint: undefined }]])
    test(`${what} not known: ca_incomplete, and it stays off`, async () => {
        const at = home(change);
        const run = await json(['ca', 'enable', 'mine'], { home: at.path });
        assert.equal(run.status, 1);
        assert.equal(run.value.error.code, 1009);
        assert.deepEqual([run.value.error.data.reason, run.value.error.data.what], ['ca_incomplete', what]);
        assert.equal(await isOn(at), false);
        for (const [LANG, words] of [['ko_KR.UTF-8', /mine의 인증서나 주소를.*\n.*업데이트/], ['C.UTF-8', /mine cannot be.*\n.*Update/]]) {
            const said = await ingam(['ca', 'enable', 'mine'], { home: at.path, env: { LANG } });
            assert.match(said.errors, words);
        }
    });

test('nobody knows it: unknown_ca', async () => {
    const run = await json(['ca', 'enable', 'nobody'], { home: home().path });
    assert.equal(run.value.error.data.reason, 'unknown_ca');
});

for (const method of ['ca.enable', 'ca.disable'])
    test(`${method} is not for pages`, async () => {
        const at = home();
        const got = await at.run(method, { name: 'mine', origin: 'https://bank.example' });
        assert.equal(got.reason, 'method_unknown');
        assert.equal(await isOn(at), false);
    });
