/* `ingam reissue` and its kin against the test CA, by descriptors and typed. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, Home, PASSWORD, PERSON, runningCa } from '../cmp/lib/enrol.mjs';
import { between } from '../cmp/lib/server.mjs';
import { has, ingam, json, typed } from './lib/cli.mjs';

const it = runningCa();
const fds = ['--auth-fd', '3', '--password-fd', '4'];
const secretsOf = code => [`${code.authorizationCode}\n`, `${PASSWORD}\n`];
const order = code => ['--ca', 'test', '--ref', code.referenceNumber];
const named = ['--name', PERSON.name];

/** Run an enrolment with codes by descriptors. */
const enrol = (home, code, more = named, options = {}) => json(
    ['issue', ...order(code), ...fds, ...more],
    { home: home.path, secrets: secretsOf(code), ...options });

test('issue, list, show, sign, verify: the whole way by descriptors', async () => {
    const home = new Home(await it.define());
    assert.equal((await enrol(home, await it.code())).status, 0);
    const code = await it.code('reissue');
    const run = await ingam(['reissue', ...order(code), ...fds, ...named, '--idn-fd', '5'],
        { home: home.path, secrets: [...secretsOf(code), `${PERSON.idn}\n`], env: { LANG: 'ko_KR.UTF-8' } });
    assert.equal(run.status, 0, run.errors);
    assert.match(run.text, /^인증서를 저장했어요\.\n이름 +홍길동/);
    assert.match(run.text, /^기록한 때 20\d\d-/m);
    const steps = run.errors.trim().split('\n');
    assert.equal(steps.length, 6);
    steps.forEach((line, i) => assert.match(line, new RegExp(`^\\[${i + 1}/6\\] [가-힣]`)));
    const list = await json(['list'], { home: home.path });
    assert.equal(list.value.total, 1);
    const { id } = list.value.certificates[0];
    const lines = (await ingam(['list'], { home: home.path, env: { LANG: 'ko_KR.UTF-8' } })).text.trim().split('\n');
    assert.match(lines[0], /^ID +이름 +용도 +발급기관 +만료일 +남은 날 +상태$/);
    assert.match(lines[1], new RegExp(`^${id.slice(0, 8)}  홍길동 .* 20\\d\\d-\\d\\d-\\d\\d +\\d+ +정상$`));
    const show = await ingam(['show', id.slice(0, 10)], { home: home.path });
    assert.match(show.text, new RegExp(`^ID +${id}$`, 'm'));
    assert.match(show.text, /^Expires +20\d\d-\d\d-\d\d 23:59:59$/m);
    const signed = await ingam(['sign', id.slice(0, 8), '--password-fd', '3'],
        { home: home.path, secrets: [PASSWORD], input: '이체' });
    assert.equal(signed.status, 0, signed.errors);
    const known = await json(['verify'], { home: home.path, input: signed.stdout });
    assert.equal(known.status, 0, JSON.stringify(known.value));
    const unknown = await json(['verify'], { home: folder('nobody'), input: signed.stdout });
    assert.equal(unknown.status, 1);
    const ca = await ingam(['ca'], { home: home.path });
    assert.match(ca.text, /^test +.* on +user/m);
});

test('no secret of an enrolment is printed, or seen on the process', async () => {
    const home = new Home(await it.define());
    const code = await it.code();
    const seen = [];
    const run = await enrol(home, code, named, { running: child => {
        for (const name of ['cmdline', 'environ']) {
            try {
                seen.push(readFileSync(`/proc/${child.pid}/${name}`));
            } catch {
                seen.push(Buffer.alloc(0)); // not even readable
            }
        }
    } });
    assert.equal(run.status, 0);
    for (const secret of [code.authorizationCode, PASSWORD])
        for (const place of [...seen, run.stdout, Buffer.from(run.errors)])
            assert.equal(place.includes(secret), false);
});

/** name, arguments in place of the good ones, secrets, reason, status */
const refusals = [
    ['a wrong code', {}, ['WRONGCODE\n', `${PASSWORD}\n`], null, 3],
    ['an unknown CA', { ca: 'nobody' }, null, 'unknown_ca', 1],
    ['a weak password', {}, [null, 'short\n'], 'password_too_weak', 4],
    ['another holder', { name: '김철수' }, null, 'certificate_unexpected', 3],
    ['a place that is none', { to: '/etc' }, null, 'param_range', 2],
    ['an unknown key scheme', { 'key-scheme': 'rot13' }, null, 'param_range', 2],
    ['no reference number', { ref: undefined }, null, 'param_missing', 2],
    ['a certificate to replace that is not there', { old: 'f'.repeat(64) }, null, 'certificate_not_found', 1],
];
for (const [name, change, secrets, reason, status] of refusals) {
    test(`refused: ${name}`, async () => {
        const home = new Home(await it.define());
        const code = await it.code();
        const options = { ca: 'test', ref: code.referenceNumber, name: PERSON.name, ...change };
        const args = Object.entries(options).filter(([, value]) => value !== undefined)
            .flatMap(([key, value]) => [`--${key}`, value]);
        const good = secretsOf(code);
        const run = await json(['issue', ...args, ...fds],
            { home: home.path, secrets: good.map((secret, i) => secrets?.[i] ?? secret) });
        assert.equal(run.status, status, run.text);
        if (reason !== null)
            assert.equal(run.value.error.data.reason, reason);
        assert.equal((await json(['list'], { home: home.path })).value.total, 0);
    });
}

test('a used code is refused by the CA, in its own words', async () => {
    const home = new Home(await it.define()), code = await it.code();
    assert.equal((await enrol(home, code)).status, 0);
    const again = await ingam(['issue', ...order(code), ...fds, ...named],
        { home: new Home(await it.define()).path, secrets: secretsOf(code), env: { LANG: 'ko_KR.UTF-8' } });
    assert.equal(again.status, 3);
    assert.doesNotMatch(again.errors, /[{}]/);
    assert.match(again.errors, /ingam: [^\n]*[가-힣]/);
});

test('CA down is exit status 1 and nothing was sent', async () => {
    const home = new Home({ ...await it.define(), endpoint: 'http://127.0.0.1:1/cmp' });
    const run = await enrol(home, await it.code());
    assert.equal(run.status, 1);
    assert.equal(run.value.error.data.reason, 'ca_unreachable');
    assert.equal(run.value.error.data.sent, 'no');
});

test('Ctrl-C cancels in an orderly way, and resume finishes', async () => {
    let first;
    const middle = await between(it.http, (answer, n) => {
        if (n > 0)
            return answer;
        first.kill('SIGINT');
        return undefined; // the first answer never comes
    });
    const definition = await it.define();
    const home = new Home({ ...definition, endpoint: `http://127.0.0.1:${middle.port}/cmp` });
    const code = await it.code();
    const run = await enrol(home, code, named, { running: child => { first = child; } });
    assert.equal(run.signal, null);
    assert.equal(run.status, 1);
    assert.equal(run.value.error.data.reason, 'cancelled');
    const { pending } = run.value.error.data;
    const list = await json(['resume'], { home: home.path });
    assert.deepEqual(list.value.pending.map(p => p.id), [pending]);
    assert.match((await ingam(['resume'], { home: home.path })).text, new RegExp(`^${pending} +test +issue`, 'm'));
    const wrong = await json(['resume', pending, '--password-fd', '3'], { home: home.path, secrets: ['wrong\n'] });
    assert.equal(wrong.status, 4);
    const done = await json(['resume', pending, '--password-fd', '3'], { home: home.path, secrets: [PASSWORD] });
    assert.equal(done.status, 0, done.text);
    assert.equal(done.value.state, 'done');
    assert.match((await ingam(['resume'], { home: home.path })).text, /Nothing is unfinished/);
});

test('a subject that nobody vouches for waits for the person', async () => {
    const home = new Home(await it.define()), code = await it.code();
    const run = await ingam(['issue', ...order(code), ...fds], { home: home.path, secrets: secretsOf(code) });
    assert.equal(run.status, 1);
    const [, pending] = run.errors.match(/ingam resume (\S+) --confirm-subject/);
    assert.equal((await json(['list'], { home: home.path })).value.total, 0);
    const done = await json(['resume', pending, '--confirm-subject', '--password-fd', '3'],
        { home: home.path, secrets: [PASSWORD] });
    assert.equal(done.value.state, 'done');
});

const terminal = { skip: !has('script') && 'script is not installed' };

test('at a terminal: codes and passwords are asked for and not shown', terminal, async () => {
    const home = new Home(await it.define()), code = await it.code();
    const run = await typed(['issue', ...order(code)], { home: home.path }, [
        [/Authorisation code: /, `${code.authorizationCode}\n`],
        [/New password: /, `${PASSWORD}\n`],
        [/New password, again: /, `${PASSWORD}\n`],
        [/Is that you\? \(y\/n\) /, 'y\n'],
    ]);
    assert.equal(run.status, 0, run.text);
    assert.match(run.text, /Stored\./);
    for (const secret of [code.authorizationCode, PASSWORD])
        assert.equal(run.text.includes(secret), false);
});

test('at a terminal: two passwords that differ', terminal, async () => {
    const home = new Home(await it.define()), code = await it.code();
    const run = await typed(['issue', ...order(code), ...named], { home: home.path }, [
        [/Authorisation code: /, `${code.authorizationCode}\n`],
        [/New password: /, `${PASSWORD}\n`],
        [/New password, again: /, `${PASSWORD}x\n`],
    ]);
    assert.equal(run.status, 4, run.text);
    assert.match(run.text, /passwords differ/);
});

test('at a terminal: a wrong password is asked for again, and the third is the last', terminal, async () => {
    const home = new Home(await it.define());
    const { value } = await enrol(home, await it.code());
    const { id } = value.certificate;
    writeFileSync(join(home.path, 'content'), 'x');
    const args = ['sign', id, '--in', join(home.path, 'content'), '--out', join(home.path, 'out')];
    const good = await typed(args, { home: home.path },
        [[/Password: /, 'wrong\n'], [/Password: /, `${PASSWORD}\n`]]);
    assert.equal(good.status, 0, good.text);
    assert.ok(readFileSync(join(home.path, 'out')).length > 1000);
    const bad = await typed(args, { home: home.path },
        [[/Password: /, 'a\n'], [/Password: /, 'b\n'], [/Password: /, 'c\n']]);
    assert.equal(bad.status, 4, bad.text);
});

test('at a terminal: Ctrl-C at a prompt ends it with the echo back', terminal, async () => {
    const home = new Home(await it.define()), code = await it.code();
    const run = await typed(['issue', ...order(code)], { home: home.path, after: 'stty -a' },
        [[/Authorisation code: /, '\x03']]);
    assert.equal(run.status, 1, run.text);
    assert.match(run.text, /[^-]echo /);
});
