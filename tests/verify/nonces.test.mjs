/* The nonce store: once, in time, bounded, over restarts, crashes and several
 * processes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NonceStore } from '../../examples/verify-node/nonces.mjs';
import { root, workFolder } from '../host/lib/cli.mjs';

const above = workFolder();
const LIFE = 1000;

/** A store in a folder of its own, with a clock to be set. */
function store(t, how = {}) {
    const folder = mkdtempSync(join(above, 'nonces-'));
    const clock = { now: 1795000000000 };
    const open = more => new NonceStore(folder, { lifeMs: LIFE, now: () => clock.now, ...how, ...more });
    const nonces = open();
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return { folder, clock, open, nonces };
}

test('a nonce is used once', t => {
    const { nonces } = store(t);
    const nonce = nonces.issue();
    assert.match(nonce, /^[\x21-\x7e]{16,256}$/);
    assert.equal(nonces.use(nonce), true);
    assert.equal(nonces.use(nonce), false);
    assert.equal(nonces.use(nonce), false);
});

test('what was never issued is not used', t => {
    const { nonces } = store(t);
    const nonce = nonces.issue();
    const others = ['', 'x', nonce.slice(1), `${nonce}x`, `${nonce} `, `${nonce}\n`, nonce.toUpperCase(), `-${nonce}`,
        nonce.replace(/.$/, c => (c === 'A' ? 'B' : 'A')), `../${nonce}`, `zzzzzzzzzz-${'a'.repeat(32)}`,
        undefined, null, 1, {}, [nonce, nonce]];
    for (const other of others)
        assert.equal(nonces.use(other), false, String(other));
    assert.equal(nonces.use(nonce), true);
});

for (const [name, after, good] of [['at once', 0, true], ['at its end', LIFE, true], ['a moment later', LIFE + 1, false],
    ['in the next but one stretch', 2 * LIFE, false], ['a day later', 86400000, false],
    ['before it was issued by hours', -7200000, false]]) {
    test(`a nonce, used ${name}: ${good ? 'good' : 'refused'}`, t => {
        const { nonces, clock } = store(t);
        clock.now += 700;
        const nonce = nonces.issue();
        clock.now += after;
        assert.equal(nonces.use(nonce), good);
        assert.equal(nonces.use(nonce), false);
    });
}

test('what was used before a restart is not used after it, what was not, is', t => {
    const { nonces, open } = store(t);
    const [used, unused] = [nonces.issue(), nonces.issue()];
    assert.equal(nonces.use(used), true);
    nonces.close();
    const again = open();
    assert.equal(again.use(used), false);
    assert.equal(again.use(unused), true);
    assert.equal(open().use(unused), false);
});

test('beyond its bound nothing is issued, until one is used or time passes', t => {
    const { nonces, clock } = store(t, { max: 3 });
    const all = [nonces.issue(), nonces.issue(), nonces.issue()];
    assert.equal(nonces.issue(), null);
    assert.equal(nonces.size, 3);
    assert.equal(nonces.use(all[1]), true);
    assert.notEqual(nonces.issue(), null);
    assert.equal(nonces.issue(), null);
    clock.now += 2 * LIFE;
    assert.equal(nonces.size, 0);
    assert.notEqual(nonces.issue(), null);
});

test('files of the past go, and only those of ours', t => {
    const { nonces, clock, folder } = store(t);
    appendFileSync(join(folder, 'notes'), 'x');
    for (let i = 0; i < 10; i++, clock.now += LIFE)
        nonces.issue();
    const left = readdirSync(folder);
    assert.ok(left.includes('notes'));
    assert.equal(left.length, 3);
    assert.equal(statSync(join(folder, left.find(name => name !== 'notes'))).mode & 0o777, 0o600);
});

test('a line that was cut off at any byte by a crash counts for nothing, and harms no later one', t => {
    const { nonces, folder } = store(t);
    const nonce = nonces.issue();
    assert.equal(nonces.use(nonce), true);
    nonces.close();
    const name = readdirSync(folder).sort().at(-1);
    const lines = readFileSync(join(folder, name), 'latin1').split('\n').filter(line => line !== '');
    const other = mkdtempSync(join(above, 'cut-'));
    for (let cut = 0; cut <= lines[1].length; cut++) {
        const one = join(other, name);
        rmSync(one, { force: true });
        appendFileSync(one, `\n${lines[0]}\n\n${lines[1].slice(0, cut)}`);
        const after = new NonceStore(other, { lifeMs: LIFE, now: () => 1795000000000 });
        const next = after.issue();
        // a whole line is a use that nobody was told of: it stays one
        assert.equal(after.use(nonce), cut < lines[1].length, `cut at ${cut}`);
        assert.equal(after.use(next), true);
        after.close();
    }
    rmSync(other, { recursive: true });
});

test('a link in place of the file is not followed', t => {
    const { clock, folder, open, nonces } = store(t);
    nonces.close();
    clock.now += 100 * LIFE;
    symlinkSync('/dev/null', join(folder, `nonces-${Math.floor(clock.now / LIFE).toString(36)}`));
    assert.throws(() => open());
});

test('two processes and many nonces: each is used by exactly one of them', async () => {
    const shared = mkdtempSync(join(above, 'shared-'));
    const life = 600000;
    const nonces = new NonceStore(shared, { lifeMs: life });
    const all = Array.from({ length: 40 }, () => nonces.issue());
    const program = `import { NonceStore } from ${JSON.stringify(join(root, 'examples/verify-node/nonces.mjs'))};
        const store = new NonceStore(${JSON.stringify(shared)}, { lifeMs: ${life} });
        process.stdout.write('ready\\n');
        process.stdin.once('data', () => {
            const won = ${JSON.stringify(all)}.filter(nonce => store.use(nonce));
            process.stdout.write(JSON.stringify(won), () => process.exit(0));
        });`;
    const children = [1, 2].map(() => spawn(process.execPath, ['--input-type=module', '-e', program],
        { stdio: ['pipe', 'pipe', 'inherit'] }));
    const said = children.map(() => '');
    const ready = children.map((child, i) => new Promise(done => child.stdout.on('data', data => {
        said[i] += data;
        if (said[i].includes('\n'))
            done();
    })));
    await Promise.all(ready);
    const ended = children.map(child => new Promise(done => child.on('close', done)));
    children.forEach(child => child.stdin.write('go\n'));
    await Promise.all(ended);
    const won = said.map(text => JSON.parse(text.slice(text.indexOf('\n'))));
    assert.deepEqual(won.flat().sort(), [...all].sort());
    assert.equal(nonces.size, 0);
    assert.ok(all.every(nonce => !nonces.use(nonce)));
});
