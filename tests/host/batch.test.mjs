/*
 * sign.batch and sign.item: many contents, one key, an answer for each; judged
 * by openssl, and by the history that is left.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ingam, json, makeCa, makePerson, openssl, password, workFolder } from './lib/cli.mjs';
import { Host, frame, reasonOf, request } from './lib/host.mjs';

const folder = workFolder();
const ca = makeCa(folder);
const origin = 'https://bank.example';
const at = name => join(folder, name);
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const base64 = bytes => Buffer.from(bytes).toString('base64');
const hosts = new Set();
after(() => hosts.forEach(host => host.child.kill('SIGKILL')));

const first = at('home');
mkdirSync(first, { mode: 0o700 });
const person = makePerson(folder, first, { name: '홍길동()0004' });
const old = makePerson(folder, first, { name: 'Old', from: '20200101000000Z', until: '20210101145959Z' });
let homes = 0;

/** A home with that person and no history. */
function newHome() {
    const home = at(`home-${homes++}`);
    mkdirSync(home, { mode: 0o700 });
    cpSync(join(first, 'NPKI'), join(home, 'NPKI'), { recursive: true });
    return home;
}

async function start(home) {
    const host = new Host({ env: { HOME: home } });
    hosts.add(host);
    await host.hello();
    return host;
}

/** One command in a process of its own. */
async function once(home, method, params) {
    const host = await start(home);
    const answer = await host.ask(1, method, params);
    await host.end();
    return answer;
}

const batchParams = (items, more = {}) => ({ origin, certificate: person.id, password, items, ...more });
const itemParams = (n, content, more = {}) => ({ origin, n, content: base64(content), ...more });

/** A host with a batch of so many begun; the next id is 2. */
async function begin(home, items) {
    const host = await start(home);
    const answer = await host.ask(1, 'sign.batch', batchParams(items));
    assert.equal(answer.result.ready, items);
    assert.equal(sha256(Buffer.from(answer.result.certificate, 'base64')), person.id);
    return host;
}

/** Send items, at most eight of them unanswered; the answers by their order. */
async function signAll(host, items, firstId = 2) {
    const answers = [];
    for (let sent = 0; answers.length < items.length;) {
        while (sent < items.length && sent - answers.length < 8)
            await host.send(request(firstId + sent, 'sign.item', items[sent++]));
        const answer = await host.read();
        assert.equal(answer?.id, firstId + answers.length);
        answers.push(answer);
    }
    return answers;
}

/** What openssl says that was signed. */
function contentOf(signature, more = []) {
    writeFileSync(at('signed'), Buffer.from(signature, 'base64'));
    return openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('signed'), '-CAfile', ca,
        '-purpose', 'any', ...more]).toString();
}

/** The history, oldest first; its chain must be whole. */
async function history(home) {
    const { result } = await once(home, 'history.list', { verify: true, limit: 100 });
    assert.equal(result.intact, true, JSON.stringify(result));
    return { total: result.total, digests: result.entries.map(entry => entry.digest).reverse(),
        entries: result.entries.reverse() };
}

test('each item has its own signature, in order and in its own form', async () => {
    const home = newHome(), host = await begin(home, 20);
    const forms = [{}, { format: 'cms-detached' }, { format: 'pkcs1' }, { attributes: false },
        { encoding: 'euc-kr' }];
    const texts = Array.from({ length: 20 }, (_, i) => `이체 ${i}원`);
    const answers = await signAll(host, texts.map((text, i) => itemParams(i + 1, text, forms[i % forms.length])));
    answers.forEach(({ result }, i) => {
        const { format = 'cms', encoding } = forms[i % forms.length];
        assert.deepEqual(Object.keys(result).sort(), ['format', 'sha256', 'signature'], `item ${i}`);
        assert.equal(result.format, format);
        if (encoding === undefined)
            assert.equal(result.sha256, sha256(texts[i]));
        writeFileSync(at('text'), texts[i]);
        if (format === 'cms-detached') {
            assert.equal(contentOf(result.signature, ['-content', at('text')]), texts[i]);
        } else if (format === 'cms' && encoding === undefined) {
            assert.equal(contentOf(result.signature), texts[i]);
        } else if (format === 'pkcs1') {
            writeFileSync(at('value'), Buffer.from(result.signature, 'base64'));
            openssl(['x509', '-in', person.pem, '-noout', '-pubkey', '-out', at('pub')]);
            openssl(['dgst', '-sha256', '-verify', at('pub'), '-signature', at('value'), at('text')]);
        }
    });
    assert.equal(await host.reason(50, 'sign.item', itemParams(21, 'x')), 'bad_state');
    await host.end();
    const { digests, entries } = await history(home);
    assert.deepEqual(digests, answers.map(({ result }) => result.sha256));
    assert.ok(entries.every(entry => entry.kind === 'sign' && entry.origin === origin && entry.result === 'done'));
    assert.equal(entries[3].shown, '이체 3원');
});

test('what was shown is signed with each item', async () => {
    const host = await begin(newHome(), 2);
    const displayed = sha256('what the window showed');
    const [one, two] = await signAll(host, [itemParams(1, 'a', { language: 'ko', displayed }),
        itemParams(2, 'b', { displayed })]);
    const verdict = await once(newHome(), 'verify.signature', { signature: one.result.signature });
    const { display } = verdict.result.signers[0];
    assert.deepEqual([display.origin, display.language, display.displayed], [origin, 'ko', displayed]);
    assert.equal(reasonOf(two), 'param_missing');
    await host.end();
});

/** name, what is wrong with the item, its reason */
const bad = [
    ['an emoji in EUC-KR', ['😀', { encoding: 'euc-kr' }], 'encoding_mismatch'],
    ['bytes that are no text', [Buffer.from([0xff]), {}], 'content_not_displayable'],
    ['too much', [Buffer.alloc(700001, 32), {}], 'too_large'],
    ['a transaction that is not canonical', ['{"b":1,"a":2}', { kind: 'transaction' }], 'invalid_request'],
    ['an unknown format', ['x', { format: 'digest' }], 'param_range'],
    ['an unknown parameter', ['x', { digest: sha256('x') }], 'param_unknown'],
    ['a password again', ['x', { password }], 'param_unknown'],
];
test('an item that fails does not stop the others', async () => {
    const home = newHome(), host = await begin(home, 2 * bad.length + 1);
    const items = bad.flatMap(([, [content, more]], i) =>
        [itemParams(2 * i + 1, `good ${i}`), itemParams(2 * i + 2, content, more)]);
    const answers = await signAll(host, [...items, itemParams(2 * bad.length + 1, 'last')]);
    bad.forEach(([name, , reason], i) => {
        assert.equal(reasonOf(answers[2 * i]), 'ok', `before ${name}`);
        assert.equal(reasonOf(answers[2 * i + 1]), reason, name);
    });
    assert.equal(reasonOf(answers.at(-1)), 'ok');
    await host.end();
    const good = [...bad.map((_, i) => `good ${i}`), 'last'];
    assert.deepEqual((await history(home)).digests, good.map(sha256));
});

test('the last item may be the one that fails', async () => {
    const home = newHome(), host = await begin(home, 2);
    const answers = await signAll(host, [itemParams(1, 'a'), itemParams(2, Buffer.from([0xff]))]);
    assert.deepEqual(answers.map(reasonOf), ['ok', 'content_not_displayable']);
    assert.equal(await host.reason(9, 'sign.item', itemParams(2, 'b')), 'bad_state');
    await host.end();
    assert.deepEqual((await history(home)).digests, [sha256('a')]);
});

test('a wrong password may be tried again; until then there is no batch', async () => {
    const home = newHome(), host = await start(home);
    assert.equal(await host.reason(1, 'sign.batch', batchParams(1, { password: 'Wrong!2026' })), 'password_wrong');
    assert.equal(await host.reason(2, 'sign.batch', batchParams(1)), 'ok');
    const [answer] = await signAll(host, [itemParams(1, 'a')], 3);
    assert.equal(contentOf(answer.result.signature), 'a');
    await host.end();
    const other = await start(home);
    assert.equal(await other.reason(1, 'sign.batch', batchParams(1, { password: 'Wrong!2026' })), 'password_wrong');
    assert.equal(await other.reason(2, 'sign.item', itemParams(1, 'a')), 'bad_state');
    await other.end();
});

/** name, how many items, frames after the batch was begun, their reasons */
const orders = [
    ['an item before a batch', 0, [['sign.item', itemParams(1, 'a')]], ['bad_state']],
    ['another command in between', 2, [['sign.item', itemParams(1, 'a')], ['sign.data',
        { origin, certificate: person.id, password, content: base64('a') }], ['sign.item', itemParams(2, 'b')]],
    ['ok', 'bad_state', 'ok']],
    ['a second batch', 1, [['sign.batch', batchParams(1)]], ['bad_state']],
    ['the same item twice', 3, [['sign.item', itemParams(2, 'a')], ['sign.item', itemParams(2, 'a')],
        ['sign.item', itemParams(1, 'a')], ['sign.item', itemParams(3, 'a')]],
    ['ok', 'param_range', 'param_range', 'ok']],
    ['an item beyond the last', 1, [['sign.item', itemParams(2, 'a')], ['sign.item', itemParams(1, 'a')]],
        ['param_range', 'ok']],
    ['item 0', 1, [['sign.item', itemParams(0, 'a')]], ['param_range']],
];
for (const [name, items, frames, reasons] of orders) {
    test(`order: ${name}`, async () => {
        const host = items === 0 ? await start(newHome()) : await begin(newHome(), items);
        for (const [i, [method, params]] of frames.entries())
            assert.equal(await host.reason(i + 2, method, params), reasons[i], `frame ${i}`);
        await host.end();
    });
}

test('the origin cannot change between items', async () => {
    const host = await begin(newHome(), 2);
    const answer = await host.ask(2, 'sign.item', itemParams(1, 'a', { origin: 'https://evil.example' }));
    assert.equal(answer.error.data.reason, 'origin_changed');
    assert.equal((await host.gone()).code, 1);
});

test('an expired certificate signs only where that is asked for', async () => {
    const host = await start(newHome());
    const params = batchParams(1, { certificate: old.id });
    assert.equal(await host.reason(1, 'sign.batch', params), 'certificate_expired');
    assert.equal(await host.reason(2, 'sign.batch', { ...params, expired: true }), 'ok');
    assert.equal(await host.reason(3, 'sign.item', itemParams(1, 'a')), 'ok');
    await host.end();
});

test('at most a thousand items', async () => {
    for (const [items, reason] of [[0, 'param_range'], [1001, 'param_range'], [1000, 'ok']])
        assert.equal(reasonOf(await once(newHome(), 'sign.batch', batchParams(items))), reason, `${items}`);
});

test('at most 16 MiB in all', async () => {
    const host = await begin(newHome(), 30), big = Buffer.alloc(699050, 97); // 24 of them are 16 MiB, less 16
    const items = Array.from({ length: 24 }, (_, i) => itemParams(i + 1, big));
    const answers = await signAll(host, [...items, itemParams(25, 'b'.repeat(17)), itemParams(26, 'b'.repeat(16)),
        itemParams(27, 'b')]);
    assert.ok(answers.slice(0, 24).every(answer => reasonOf(answer) === 'ok'));
    assert.deepEqual(answers.slice(24).map(reasonOf), ['too_large', 'ok', 'too_large']);
    assert.equal(answers[24].error.data.max, 16777216);
    await host.end();
});

test('too many unanswered: each is answered once, and none is lost', async () => {
    const home = newHome(), host = await begin(home, 300);
    await host.write(Buffer.concat(Array.from({ length: 299 },
        (_, i) => frame(request(i + 2, 'sign.item', itemParams(i + 1, `item ${i + 1}`))))));
    const done = new Map();
    while (done.size < 299) {
        const answer = await host.read();
        assert.equal(done.has(answer.id), false);
        done.set(answer.id, reasonOf(answer));
    }
    const signed = [...done].filter(([, reason]) => reason === 'ok').map(([id]) => id).sort((a, b) => a - b);
    assert.ok(signed.length >= 8);
    assert.ok([...done.values()].every(reason => ['ok', 'queue_full'].includes(reason)));
    assert.equal(await host.reason(400, 'sign.item', itemParams(300, 'last')), 'ok');
    await host.end();
    const { total } = await history(home);
    assert.equal(total, signed.length + 1);
});

test('an item that is cancelled while it waits is not signed; the rest is', async () => {
    const home = newHome(), host = await begin(home, 400), items = 8;
    const large = 'x'.repeat(600000); // the first keeps the host busy meanwhile
    await host.write(Buffer.concat([
        ...Array.from({ length: items }, (_, i) =>
            frame(request(i + 2, 'sign.item', itemParams(i + 1, i === 0 ? large : `item ${i}`)))),
        frame({ jsonrpc: '2.0', method: 'cancel', params: { id: items + 1 } }),
    ]));
    const answers = [];
    for (let i = 0; i < items; i++)
        answers.push(reasonOf(await host.read()));
    // the cancel may come too late, but never hits another item
    assert.ok(answers.slice(0, -1).every(reason => reason === 'ok'));
    assert.ok(['ok', 'cancelled'].includes(answers.at(-1)));
    await host.end();
    assert.equal((await history(home)).total, answers.filter(reason => reason === 'ok').length);
});

test('a host that dies in the middle leaves every answered item in the history', async () => {
    const home = newHome(), host = await begin(home, 100);
    const answers = await signAll(host, Array.from({ length: 30 }, (_, i) => itemParams(i + 1, `item ${i}`)));
    host.child.kill('SIGKILL');
    await host.exit;
    assert.deepEqual((await history(home)).digests, answers.map(({ result }) => result.sha256));
    assert.equal(reasonOf(await once(home, 'sign.data',
        { origin, certificate: person.id, password, content: base64('after') })), 'ok');
    assert.equal((await history(home)).digests.at(-1), sha256('after'));
});

test('the window that closes in the middle, too', async () => {
    const home = newHome(), host = await begin(home, 100);
    const answers = await signAll(host, Array.from({ length: 10 }, (_, i) => itemParams(i + 1, `item ${i}`)));
    await host.end();
    assert.deepEqual((await history(home)).digests, answers.map(({ result }) => result.sha256));
});

test('others may write the history between two items, or clear it', async () => {
    const home = newHome(), host = await begin(home, 9);
    const data = text => once(home, 'sign.data',
        { origin, certificate: person.id, password, content: base64(text) });
    const one = n => host.reason(n + 1, 'sign.item', itemParams(n, `item ${n}`));
    assert.equal(await one(1), 'ok');
    assert.equal(reasonOf(await data('between')), 'ok');
    assert.equal(await one(2), 'ok');
    assert.equal(await one(3), 'ok');
    assert.deepEqual((await history(home)).digests,
        ['item 1', 'between', 'item 2', 'item 3'].map(sha256));
    assert.equal(reasonOf(await once(home, 'history.clear', { confirm: true })), 'ok');
    assert.equal(await one(4), 'ok');
    assert.equal(await one(9), 'ok');
    await host.end();
    assert.deepEqual((await history(home)).digests, [undefined, sha256('item 4'), sha256('item 9')]);
});

test('two batches at once write one history', async () => {
    const home = newHome(), hosts = await Promise.all([begin(home, 120), begin(home, 120)]);
    await Promise.all(hosts.map((host, k) =>
        signAll(host, Array.from({ length: 120 }, (_, i) => itemParams(i + 1, `${k}: ${i}`)))));
    await Promise.all(hosts.map(host => host.end()));
    assert.equal((await history(home)).total, 240);
});

test('a batch that fills more than one file of the history', async () => {
    const home = newHome(), host = await begin(home, 500), long = '가'.repeat(266);
    const answers = await signAll(host,
        Array.from({ length: 500 }, (_, i) => itemParams(i + 1, `${i} ${long}`)));
    assert.ok(answers.every(answer => reasonOf(answer) === 'ok' && answer.result.historyProblem === undefined));
    await host.end();
    assert.equal((await history(home)).total, 500);
});

test('a history that cannot be written is said with each item, which is signed', async () => {
    const home = newHome();
    mkdirSync(join(home, '.local/state/ingam'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, '.local/state/ingam/history'), 'no folder');
    const host = await begin(home, 2);
    const answers = await signAll(host, [itemParams(1, 'a'), itemParams(2, 'b')]);
    for (const { result } of answers) {
        assert.equal(typeof result.historyProblem, 'string');
        assert.ok(contentOf(result.signature));
    }
    await host.end();
});

/* --- ingam sign-batch --- */

const fd = ['--password-fd', '3'], secrets = [`${password}\n`];

/** Files with these contents, as options; and the folder for what comes of them. */
function filesOf(contents) {
    const dir = at(`files-${homes++}`);
    mkdirSync(dir);
    const args = Object.entries(contents).flatMap(([name, content]) => {
        writeFileSync(join(dir, name), content);
        return ['--in', join(dir, name)];
    });
    return { dir, out: join(dir, 'out'), args };
}

test('ingam sign-batch: each file has its signature, the one that fails is named', async () => {
    const home = newHome(), { dir, out, args } = filesOf({ 'a.txt': '하나', 'b.txt': Buffer.from([0xff]), 'c.txt': '셋' });
    const run = await json(['sign-batch', person.id.slice(0, 10), ...args, '--in', join(dir, 'none.txt'), '--out', out,
        ...fd], { home, secrets });
    assert.equal(run.status, 1);
    assert.deepEqual([run.value.signed, run.value.failed], [2, 2]);
    assert.deepEqual(run.value.items.map(item => item.reason),
        [undefined, 'content_not_displayable', undefined, 'param_range']);
    assert.deepEqual(readdirSync(out).sort(), ['a.txt.p7', 'c.txt.p7']);
    for (const [i, text] of [[0, '하나'], [2, '셋']]) {
        assert.equal(contentOf(readFileSync(run.value.items[i].out).toString('base64')), text);
        assert.equal(run.value.items[i].sha256, sha256(text));
    }
    assert.deepEqual((await history(home)).digests, [sha256('하나'), sha256('셋')]);
});

test('ingam sign-batch: in words, and in another form', async () => {
    const { out, args } = filesOf({ a: 'x', b: 'y' });
    const run = await ingam(['sign-batch', person.id, ...args, '--format', 'pkcs1', '--encoding', 'binary', '--out', out,
        ...fd], { home: newHome(), secrets });
    assert.equal(run.status, 0, run.errors);
    assert.match(run.text, /^signed .*a > .*a\.sig\nsigned .*b > .*b\.sig\n$/);
    assert.equal(readFileSync(join(out, 'a.sig')).length, 256);
});

const one = () => filesOf({ a: 'x' });
/** name, arguments, secrets, status, reason */
const refused = [
    ['no file', f => ['--out', f.out], secrets, 2, 'param_missing'],
    ['no folder', f => f.args, secrets, 2, 'param_missing'],
    ['a folder that is a file', f => [...f.args, '--out', join(f.dir, 'a')], secrets, 2, 'param_range'],
    ['a folder in none', f => [...f.args, '--out', join(f.dir, 'x/y')], secrets, 2, 'param_range'],
    ['two files of one name', f => [...f.args, ...f.args, '--out', f.out], secrets, 2, 'param_range'],
    ['an unknown format', f => [...f.args, '--format', 'xml', '--out', f.out], secrets, 1, null],
    ['more than a thousand', f => [...Array.from({ length: 1001 }, (_, i) => `--in=${i}`), '--out', f.out], secrets, 2,
        'param_range'],
    ['a wrong password', f => [...f.args, '--out', f.out], ['Wrong!2026\n'], 4, 'password_wrong'],
];
for (const [name, args, given, status, reason] of refused) {
    test(`ingam sign-batch refuses ${name}`, async () => {
        const files = one();
        const run = await json(['sign-batch', person.id, ...args(files), ...fd], { home: newHome(), secrets: given });
        assert.equal(run.status, status, run.text);
        if (reason !== null)
            assert.equal(run.value.error?.data.reason, reason);
        assert.deepEqual(existsSync(files.out) ? readdirSync(files.out) : [], []);
    });
}
