/*
 * The history: what is written, that damage is found and named, and what a
 * spreadsheet gets. The chain is computed here anew from the description in
 * docs/security.md, not with the program's code.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync,
    chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingam, json, makeCa, makePerson, password, workFolder } from './lib/cli.mjs';
import { Host } from './lib/host.mjs';

const folder = workFolder();
makeCa(folder);
const origin = 'https://bank.example';
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
let homes = 0;

/** A home with one person. */
function newHome(name = '홍길동()0004') {
    const home = join(folder, `home-${homes++}`);
    mkdirSync(home, { mode: 0o700 });
    return { home, person: makePerson(folder, home, { name }) };
}

const place = home => join(home, '.local/state/ingam/history');
const segments = home => readdirSync(place(home)).filter(name => name.endsWith('.jsonl')).sort();
const segment = home => join(place(home), segments(home).at(-1));
const lines = home => segments(home).flatMap(name =>
    readFileSync(join(place(home), name), 'utf8').split('\n').slice(0, -1));

async function host(home, method, params) {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const answer = await host.ask(1, method, params);
    await host.end();
    return answer;
}

const sign = (home, person, content, more = {}) => host(home, 'sign.data', {
    certificate: person.id, password, content: Buffer.from(content).toString('base64'), ...more });

const list = async (home, params = { verify: true }) => (await host(home, 'history.list', params)).result;

/** Node 18 has neither Array.with nor toSpliced. */
const put = (l, at, line) => l.map((old, i) => i === at ? line : old);
const splice = (l, ...how) => {
    const copy = [...l];
    copy.splice(...how);
    return copy;
};

const shared = newHome();
for (const [content, more] of [['이체 1,000,000원', { origin }], ['=HYPERLINK("x")', {}],
    ['\u0001\u0002', { encoding: 'binary' }], ['넷', { origin }], ['다섯', {}]])
    assert.equal((await sign(shared.home, shared.person, content, more)).result?.historyProblem, undefined, content);

/** A record of what must be there, as head's file holds two of. */
function headOf(first, n, prev) {
    const body = `{"first":${first},"n":${n},"prev":"${prev}"`;
    return `${body},"hash":"${sha256(body)}"}\n`.padEnd(512, '\n');
}

/** @returns the records of head's file, newest first */
function heads(home) {
    return readFileSync(join(place(home), 'head'), 'utf8').split('\n').filter(Boolean)
        .map(line => JSON.parse(line)).sort((a, b) => b.n - a.n);
}

/** The shared history in a home of its own. */
function copyOf() {
    const home = join(folder, `copy-${homes++}`);
    mkdirSync(join(home, '.local/state/ingam'), { recursive: true, mode: 0o700 });
    cpSync(place(shared.home), place(home), { recursive: true });
    return home;
}

test('a signature is remembered: when, where, with what, what was shown, its digest', async () => {
    const { entries, total, intact, brokenAt, torn } = await list(shared.home);
    const { person } = shared;
    assert.deepEqual([total, intact, brokenAt, torn, entries.length], [5, true, undefined, false, 5]);
    assert.deepEqual(entries.map(e => e.n), [5, 4, 3, 2, 1]);
    const first = entries.at(-1);
    assert.ok(Math.abs(Date.parse(first.time) - Date.now()) < 600000);
    delete first.time;
    assert.deepEqual(first, { n: 1, kind: 'sign', origin, shown: '이체 1,000,000원',
        digest: sha256('이체 1,000,000원'), detail: 'cms', result: 'done',
        certificate: { ...first.certificate, id: person.id, cn: '홍길동()0004' } });
    assert.match(first.certificate.serial, /^[0-9a-f]+$/);
    assert.equal(entries[2].shown, undefined, 'bytes that are no text');
    assert.equal(entries[2].origin, undefined);
});

test('the chain: each line ends with the hash of what stands before it', () => {
    let before = '0'.repeat(64);
    for (const line of lines(shared.home)) {
        const { prev, hash } = JSON.parse(line);
        assert.equal(prev, before);
        assert.equal(hash, sha256(line.slice(0, line.lastIndexOf(',"hash":"'))));
        before = hash;
    }
    const [newest, older] = heads(shared.home);
    assert.deepEqual([newest.first, newest.n, newest.prev], [1, 5, before]);
    assert.equal(older.n, 4);
});

test('only the person can read it, and no secret is in it', async () => {
    for (const name of readdirSync(place(shared.home)))
        assert.equal(statSync(join(place(shared.home), name)).mode & 0o777, 0o600, name);
    assert.equal(statSync(place(shared.home)).mode & 0o777, 0o700);
    assert.equal(lines(shared.home).join().includes(password), false);
});

test('a wrong password leaves no entry', async () => {
    const { home, person } = newHome();
    const answer = await sign(home, person, 'x', { password: 'Wrong-pass1!' });
    assert.equal(answer.error.data.reason, 'password_wrong');
    assert.equal((await list(home)).total, 0);
});

test('pages of it, from the newest on', async () => {
    const some = async (offset, limit) => (await list(shared.home, { offset, limit })).entries.map(e => e.n);
    assert.deepEqual(await some(0, 2), [5, 4]);
    assert.deepEqual(await some(2, 2), [3, 2]);
    assert.deepEqual(await some(4, 100), [1]);
    assert.deepEqual(await some(5, 1), []);
    assert.deepEqual(await some(1000000, 100), []);
    assert.deepEqual(await some(0, 0), []);
    assert.equal((await list(shared.home, {})).intact, undefined, 'not asked');
});

/** What is done to five entries, and what is said: [brokenAt, problem]. */
const damage = [
    ['a byte of the first entry', l => [l[0].replace('1,000,000', '9,000,000'), ...l.slice(1)], 1, 'altered'],
    ['a byte in the middle', l => put(l, 2, l[2].replace('sign', 'sigN')), 3, 'altered'],
    ['a byte of the last entry', l => put(l, 4, l[4].replace('done', 'gone')), 5, 'altered'],
    ['a hash', l => put(l, 1, `${l[1].slice(0, -4)}ff"}`), 2, 'altered'],
    ['an entry changed with its own hash', l => {
        const text = l[3].replace('넷', '셋').split(',"hash":"')[0];
        return put(l, 3, `${text},"hash":"${sha256(text)}"}`);
    }, 5, 'altered'],
    ['the last entry changed with its own hash', l => {
        const text = l[4].replace('다섯', '여섯').split(',"hash":"')[0];
        return put(l, 4, `${text},"hash":"${sha256(text)}"}`);
    }, 5, 'altered'],
    ['the first entry gone', l => l.slice(1), 1, 'start_missing'],
    ['an entry gone', l => splice(l, 2, 1), 3, 'missing'],
    ['two entries changed places', l => [l[0], l[2], l[1], l[3], l[4]], 2, 'missing'],
    ['an entry twice', l => splice(l, 2, 0, l[2]), 4, 'missing'],
    ['the last entry gone', l => l.slice(0, 4), 5, 'end_missing'],
    ['the last two gone', l => l.slice(0, 3), 4, 'end_missing'],
    ['all entries gone', () => [], 1, 'end_missing'],
    ['a line of rubbish', l => splice(l, 3, 0, 'rubbish'), 4, 'altered'],
    ['an empty line', l => splice(l, 3, 0, ''), 4, 'altered'],
    ['a blank at the end of a line', l => put(l, 2, `${l[2]} `), 3, 'altered'],
    ['another program\'s JSON', l => [...l, '{"n":6,"kind":"sign"}'], 6, 'altered'],
    ['a line far too long', l => put(l, 1, 'x'.repeat(20000)), 2, 'altered'],
];

for (const [name, change, at, problem] of damage) {
    test(`named: ${name}`, async () => {
        const home = copyOf();
        const changed = change(lines(home));
        writeFileSync(segment(home), changed.map(line => `${line}\n`).join(''));
        const said = await list(home);
        assert.deepEqual([said.intact, said.brokenAt, said.problem, said.torn], [false, at, problem, false]);
        const run = await ingam(['history', '--verify'], { home });
        assert.equal(run.status, 1);
        assert.match(run.text, new RegExp(`wrong: ${at} \\(${problem}\\)`));
        // and what is written afterwards does not hide it
        assert.ok((await makeEntry(home)).result);
        const later = await list(home);
        assert.equal(later.intact, false);
        // where head alone knew better, the entry behind is what does not fit
        assert.ok(later.brokenAt === at || (/last entry changed/.test(name) && later.brokenAt === at + 1));
    });
}

/** One more entry without a certificate: clearing would lose the rest. */
function makeEntry(home) {
    cpSync(join(shared.home, 'NPKI'), join(home, 'NPKI'), { recursive: true });
    return sign(home, shared.person, 'later');
}

for (const [name, change] of [
    ['the segment is gone', home => rmSync(segment(home))],
    ['the head is gone', home => rmSync(join(place(home), 'head'))],
    ['the head is rubbish', home => writeFileSync(join(place(home), 'head'), '{"first":1}')],
    ['the head is empty', home => writeFileSync(join(place(home), 'head'), '')],
    ['the head names another hash', home => writeFileSync(join(place(home), 'head'),
        headOf(1, 5, '0'.repeat(64)))],
    ['the head is torn in both records', home => writeFileSync(join(place(home), 'head'),
        readFileSync(join(place(home), 'head'), 'utf8').replaceAll('"n":', '"n":9'))],
    ['a link in place of the segment', home => {
        const file = segment(home);
        writeFileSync(join(home, 'elsewhere'), readFileSync(file));
        rmSync(file);
        symlinkSync(join(home, 'elsewhere'), file);
    }],
    ['a folder in place of the segment', home => {
        const file = segment(home);
        rmSync(file);
        mkdirSync(file);
    }],
]) {
    test(`found: ${name}`, async () => {
        const home = copyOf();
        change(home);
        assert.equal((await list(home)).intact, false);
        const answer = await makeEntry(home);
        assert.ok(answer.result.signature);
        assert.equal(answer.result.historyProblem, undefined);
        if (!/^the head/.test(name)) // a new head cannot know what the old one did
            assert.equal((await list(home)).intact, false, 'still');
    });
}

test('a record of the head that a power cut tore: the other counts', async () => {
    const home = copyOf();
    const file = join(place(home), 'head');
    const bytes = readFileSync(file, 'utf8');
    const at = bytes.indexOf('"n":5');
    writeFileSync(file, bytes.slice(0, at + 20) + '\0'.repeat(60) + bytes.slice(at + 80));
    assert.deepEqual([(await list(home)).intact, (await list(home)).total], [true, 5]);
    assert.equal((await makeEntry(home)).result.historyProblem, undefined);
    assert.deepEqual([(await list(home)).intact, heads(home).map(h => h.n)], [true, [6, 4]]);
    assert.equal(readFileSync(file).length, 1024);
});

for (const [name, rest] of [['half a line', '{"n":6,"kind":"si'], ['a whole line without its end', null],
    ['zeros', '\0'.repeat(300)], ['one byte', '{']]) {
    test(`torn, not tampered with: ${name}`, async () => {
        const home = copyOf();
        const all = lines(home);
        writeFileSync(segment(home), all.map(line => `${line}\n`).join('') + (rest ?? all[4]));
        let said = await list(home);
        assert.deepEqual([said.intact, said.torn, said.total], [true, true, 5]);
        assert.equal((await ingam(['history', '--verify'], { home })).status, 0);
        assert.equal((await makeEntry(home)).result.historyProblem, undefined);
        said = await list(home);
        assert.deepEqual([said.intact, said.torn, said.total], [true, false, 6]);
        assert.equal(said.entries[0].torn, Buffer.byteLength(rest ?? all[4]), 'how much was cut off');
    });
}

test('an entry that cannot be written does not undo the signature, and is said', async () => {
    const { home, person } = newHome();
    mkdirSync(join(home, '.local/state/ingam'), { recursive: true, mode: 0o700 });
    writeFileSync(place(home), 'a file where the folder should be');
    const answer = await sign(home, person, 'x');
    assert.ok(answer.result.signature);
    assert.equal(answer.result.historyProblem, 'store_unsafe');
    assert.equal(readFileSync(place(home), 'utf8'), 'a file where the folder should be');
});

test('a read-only history does not either', { skip: process.getuid() === 0 && 'root writes everywhere' }, async () => {
    const { home, person } = newHome();
    assert.ok((await sign(home, person, 'x')).result);
    chmodSync(place(home), 0o500);
    chmodSync(segment(home), 0o400);
    const answer = await sign(home, person, 'x');
    chmodSync(place(home), 0o700);
    assert.ok(answer.result.signature);
    assert.equal(answer.result.historyProblem, 'store_permission');
});

test('several at once: no entry is lost, the chain holds', async () => {
    const { home, person } = newHome();
    await Promise.all(Array.from({ length: 6 }, (_, i) => sign(home, person, `${i}`)));
    const said = await list(home);
    assert.deepEqual([said.total, said.intact], [6, true]);
    assert.deepEqual(said.entries.map(e => e.shown).sort(), ['0', '1', '2', '3', '4', '5']);
});

test('what was shown is cut between characters', async () => {
    const { home, person } = newHome();
    await sign(home, person, '가'.repeat(5000));
    const [entry] = (await list(home)).entries;
    assert.equal(entry.shown, '가'.repeat(266));
    assert.equal(entry.digest, sha256('가'.repeat(5000)));
});

/** RFC 4180, strictly. */
function parseCsv(text) {
    assert.equal(text.charCodeAt(0), 0xfeff);
    const rows = text.slice(1).split('\r\n');
    assert.equal(rows.pop(), '');
    return rows.map(row => {
        assert.match(row, /^"([^"]|"")*"(,"([^"]|"")*")*$/);
        return [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(m => m[1].replaceAll('""', '"'));
    });
}

test('CSV: a table with a row an entry, oldest first', async () => {
    const rows = parseCsv((await host(shared.home, 'history.export', { form: 'csv' })).result.content);
    assert.deepEqual(rows[0], ['n', 'time', 'kind', 'result', 'origin', 'certificate.cn',
        'certificate.serial', 'certificate.id', 'digest', 'detail', 'shown']);
    assert.deepEqual(rows.slice(1).map(r => [r[0], r[2], r[3], r[4], r[10]]), [
        ['1', 'sign', 'done', origin, '이체 1,000,000원'], ['2', 'sign', 'done', '', '\'=HYPERLINK("x")'],
        ['3', 'sign', 'done', '', ''], ['4', 'sign', 'done', origin, '넷'], ['5', 'sign', 'done', '', '다섯']]);
    assert.equal((await ingam(['history', '--csv'], { home: shared.home })).text.charCodeAt(0), 0xfeff);
});

test('CSV: no cell begins a formula or breaks a row', async () => {
    const { home, person } = newHome('@SUM(1)');
    const evil = ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', 'a\n=1', '=cmd|"/C calc"!A0', 'a","=1'];
    for (const content of evil)
        assert.ok((await sign(home, person, content)).result, content);
    const rows = parseCsv((await host(home, 'history.export', { form: 'csv' })).result.content);
    assert.equal(rows.length, evil.length + 1);
    for (const row of rows) {
        assert.equal(row.length, 11);
        for (const cell of row)
            assert.doesNotMatch(cell, /^[=+\-@\t\r\n]|[\0-\x1f]/);
    }
});

test('a large history: pages of the table join, and both ends are there', async () => {
    const { home } = newHome();
    mkdirSync(place(home), { recursive: true, mode: 0o700 });
    let before = '0'.repeat(64), text = '';
    for (let n = 1; n <= 600; n++) {
        const body = `{"time":"2026-01-01T00:00:00Z","kind":"sign","shown":"${'"x\\"'.slice(1, 4)}${'y'.repeat(700)}",`
            + `"result":"done","n":${n},"prev":"${before}"`;
        before = sha256(body);
        text += `${body},"hash":"${before}"}\n`;
        if (n % 200 === 0) {
            writeFileSync(join(place(home), `0000000${n / 200}.jsonl`), text, { mode: 0o600 });
            text = '';
        }
    }
    writeFileSync(join(place(home), 'head'), headOf(1, 600, before));
    assert.deepEqual([(await list(home)).intact, (await list(home)).total], [true, 600]);
    const run = await ingam(['history', '--csv'], { home });
    const rows = parseCsv(run.text);
    assert.deepEqual(rows.slice(1).map(r => Number(r[0])), Array.from({ length: 600 }, (_, i) => i + 1));
    const all = await json(['history', '--verify'], { home });
    assert.equal(all.value.entries.length, 600);
});

test('cleared: all is gone, but not that it was cleared', async () => {
    const home = copyOf();
    for (const params of [{}, { confirm: false }])
        assert.ok((await host(home, 'history.clear', params)).error);
    assert.equal((await list(home)).total, 5);
    assert.deepEqual((await host(home, 'history.clear', { confirm: true })).result, { cleared: 5 });
    let said = await list(home);
    assert.deepEqual([said.total, said.intact, said.entries[0].kind, said.entries[0].n, said.entries[0].detail],
        [1, true, 'clear', 6, '5 entries']);
    assert.equal(lines(home).length, 1);
    assert.equal(JSON.parse(lines(home)[0]).prev, JSON.parse(lines(shared.home)[4]).hash, 'the chain goes on');
    const run = await json(['history', 'clear', '--confirm'], { home });
    assert.deepEqual([run.status, run.value.cleared], [0, 1]);
    said = await list(home);
    assert.deepEqual([said.total, said.entries[0].n, said.intact], [1, 7, true]);
    assert.equal((await ingam(['history', 'clear'], { home })).status, 2);
});

test('clearing a damaged history says so', async () => {
    const home = copyOf();
    const all = lines(home);
    writeFileSync(segment(home), splice(all, 1, 1).map(line => `${line}\n`).join(''));
    await host(home, 'history.clear', { confirm: true });
    assert.equal((await list(home)).entries[0].detail, '4 entries, missing');
});

test('a home without a history is no error, and reading makes none', async () => {
    const { home } = newHome();
    assert.deepEqual(await list(home), { entries: [], total: 0, intact: true, torn: false });
    assert.equal(existsSync(join(home, '.local/state/ingam/history')), false);
    assert.equal((await ingam(['history', '--verify'], { home })).status, 0);
});

for (const method of ['history.list', 'history.export', 'history.clear']) {
    test(`a page gets no ${method}`, async () => {
        const params = { 'history.list': {}, 'history.export': { form: 'csv' }, 'history.clear': { confirm: true } };
        const home = copyOf();
        const answer = await host(home, method, { ...params[method], origin });
        assert.equal(answer.error.data.reason, 'method_unknown');
        assert.equal((await list(home)).total, 5);
    });
}
