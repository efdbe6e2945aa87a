/**
 * What breaks: the network, the disk, the host itself. After each fault the
 * same key gets one certificate, or the code is still good.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { program } from '../host/lib/host.mjs';
import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';
import { between } from './lib/server.mjs';

const it = runningCa();
const km = runningCa('--km');
const NAMED = { name: PERSON.name };
const isRoot = process.getuid() === 0;

const hash = bytes => createHash('sha256').update(bytes).digest('hex');

/** The encrypted key in the one journal entry, as a hash. */
const journalKey = home => {
    const [id] = readdirSync(home.journal).filter(n => !n.startsWith('.'));
    return hash([...home.files(join(home.journal, id))]
        .find(([path]) => path.endsWith('/sign.key'))[1]);
};

/** The key file in NPKI, as a hash. */
const storedKey = home => hash([...home.files(join(home.path, 'NPKI'))]
    .find(([path]) => path.endsWith('/signPri.key'))[1]);

/** Finish whatever is pending; then one certificate, one pair. */
async function finish(home, ca, key) {
    const { pending, broken } = await home.pending();
    assert.deepEqual(broken, []);
    assert.equal(pending.length, 1);
    const got = await home.resume(pending[0].id);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal(got.result.state, 'done');
    assert.equal(storedKey(home), key, 'the same key');
    const signs = (await ca.certificates()).filter(c => c.kind === 'sign');
    assert.deepEqual(signs.map(c => c.state), ['valid']);
    assert.equal((await home.stored()).certificates.length, 1);
    assert.deepEqual((await home.pending()).pending, []);
}

/* --- the host is killed ----------------------------------------------------- */

/* At exact points: the answers are held while the host is killed. */
for (const [name, n] of [['before the certificate arrives', 0],
    ['before the confirmation is acknowledged', 1]])
    test(`killed ${name}, then resumed`, async () => {
        await it.newPerson();
        let home;
        const proxy = await between(it.http, (answer, i, response) => {
            if (i !== n)
                return answer;
            home.hosts.at(-1).child.kill('SIGKILL');
            response.destroy();
            return undefined;
        });
        home = new Home(await it.ca.call('definition', '--name', 'test',
            '--vid', 'encrypted',
            '--endpoint', `http://127.0.0.1:${proxy.port}/cmp`));
        const got = await home.enrol(await it.code(), NAMED);
        assert.equal(got.reason, 'gone');
        const [entry] = (await home.pending()).pending;
        assert.equal(entry.state, n === 0 ? 'sent' : 'received');
        assert.notEqual(entry.sent, 'no');
        await finish(home, it, journalKey(home));
        /* R, encrypted with random padding, stands before the MAC */
        const [first, second] = proxy.seen.filter(r => r.body.length > 900);
        assert.ok(first.body.includes(second.body.subarray(-200, -100)),
            'the same request again');
    });

test('killed between the two certificates of a pair, then resumed',
    async () => {
        await km.newPerson();
        let home;
        const proxy = await between(km.http, (answer, i, response) => {
            if (i !== 2)
                return answer;
            home.hosts.at(-1).child.kill('SIGKILL');
            response.destroy();
            return undefined;
        });
        home = new Home(await km.ca.call('definition', '--name', 'test', '--km',
            '--endpoint', `http://127.0.0.1:${proxy.port}/cmp`));
        assert.equal((await home.enrol(await km.code(), NAMED)).reason, 'gone');
        await finish(home, km, journalKey(home));
        const all = await km.certificates();
        assert.deepEqual(all.map(c => c.state), ['valid', 'valid']);
    });

test('its port is closed while it waits: it goes, and can be resumed',
    async () => {
        await it.newPerson();
        let home;
        const proxy = await between(it.http, (answer, i) => {
            if (i !== 0)
                return answer;
            home.hosts.at(-1).child.stdin.end();
            return undefined;
        });
        home = new Home(await it.ca.call('definition', '--name', 'test',
            '--endpoint', `http://127.0.0.1:${proxy.port}/cmp`));
        const got = await home.enrol(await it.code(), NAMED);
        assert.equal(got.reason, 'gone');
        await finish(home, it, journalKey(home));
    });

/* --- cancelling -------------------------------------------------------------- */

const cancel = host => host.send(
    { jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });

for (const mode of ['send-hang', 'wait-huge', 'wait-forever', 'wait-0'])
    test(`cancelled while the CA is slow (${mode})`, async () => {
        await it.newPerson();
        const home = new Home(await it.define());
        const code = await it.code();
        await it.ca.call('misbehave', mode === 'wait-0' ? 'wait-forever' : mode);
        const ended = home.enrol(code, NAMED);
        await it.taken(code);
        await cancel(home.hosts.at(-1));
        const got = await ended;
        await it.ca.call('misbehave', 'none');
        assert.equal(got.reason, 'cancelled');
        assert.equal('pending' in got.data, true);
        await finish(home, it, journalKey(home));
    });

test('cancelled while keys are made: nothing is left', async () => {
    const home = new Home(await it.define());
    const code = await it.code();
    const got = await home.enrol(code, NAMED, { onStep: (step, host) => {
        if (step === 'keygen')
            cancel(host);
    } });
    assert.equal(got.reason, 'cancelled');
    assert.equal(got.data.sent, 'no');
    assert.deepEqual(await home.pending(), { pending: [], broken: [] });
});

/* --- the network -------------------------------------------------------------- */

test('a CA that is down: nothing was sent, resume later', async () => {
    await it.newPerson();
    const definition = await it.define();
    const home = new Home({ ...definition, endpoint: 'http://127.0.0.1:1/cmp' });
    const got = await home.enrol(await it.code(), NAMED);
    assert.equal(got.reason, 'ca_unreachable');
    assert.equal(got.data.sent, 'no');
    const [entry] = (await home.pending()).pending;
    assert.equal(entry.state, 'prepared');
    assert.equal(entry.sent, 'no');
    home.define(definition);
    await finish(home, it, journalKey(home));
});

test('a computer without a network: offline, the code is still good',
    { skip: !isRoot && 'only root can take the network away' }, async t => {
        const definition = await it.define();
        const home = new Home({ ...definition,
            endpoint: 'http://192.0.2.1/cmp' });
        const code = await it.code();
        try {
            execFileSync('unshare', ['-n', 'true'], { stdio: 'ignore' });
        } catch {
            t.skip('network namespaces are not allowed here');
            return;
        }
        const got = await home.run('enrol.issue', { ca: 'test',
            referenceNumber: code.referenceNumber,
            authorizationCode: code.authorizationCode,
            password: PASSWORD, ...NAMED }, () => {},
        { command: ['unshare', '-n', '{}'] });
        assert.equal(got.reason, 'offline');
        assert.equal(got.data.sent, 'no');
        await fresh(code);
        assert.equal((await home.pending()).pending[0].state, 'prepared');
    });

test('a server that takes the connection and says nothing: cancel', async () => {
    let home;
    const silent = createServer(socket => {
        socket.on('error', () => {});
        cancel(home.hosts.at(-1));
    }).unref();
    await new Promise(done => silent.listen(0, '127.0.0.1', done));
    const definition = await it.define();
    home = new Home({ ...definition,
        endpoint: `https://127.0.0.1:${silent.address().port}/cmp` });
    const got = await home.enrol(await it.code(), NAMED);
    silent.close();
    assert.equal(got.reason, 'cancelled');
    assert.equal(got.data.sent, 'no');
    assert.deepEqual((await home.pending()).pending, []);
});

/* --- the disk ------------------------------------------------------------------ */

const fresh = async code => {
    const known = (await it.ca.call('list')).codes
        .find(c => c.referenceNumber === code.referenceNumber);
    assert.equal(known.state, 'new', 'the code is still good');
};

test('NPKI may not be written: store_permission, before the code is spent',
    async t => {
        /* root may write everything: somebody else tries, who has to reach
         * the program for that */
        const other = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534',
            '--clear-groups'] : [];
        if (isRoot && spawnSync(other[0],
            [...other.slice(1), 'test', '-x', program]).status !== 0) {
            t.skip('nobody else can start a program here');
            return;
        }
        const command = [...other, '{}'];
        const home = new Home(await it.define());
        const code = await it.code();
        mkdirSync(join(home.path, 'NPKI'), { mode: 0o500 });
        if (isRoot)
            execFileSync('chown', ['-R', '65534:65534', home.path]);
        let got;
        try {
            got = await home.run('enrol.issue', { ca: 'test',
                referenceNumber: code.referenceNumber,
                authorizationCode: code.authorizationCode,
                password: PASSWORD, ...NAMED }, () => {}, { command });
        } finally {
            chmodSync(join(home.path, 'NPKI'), 0o700);
        }
        assert.equal(got.reason, 'store_permission', JSON.stringify(got.data));
        assert.equal(got.data.place, join(home.path, 'NPKI'));
        await fresh(code);
    });

/** A tmpfs at NPKI, for root only. */
async function mounted(options, run) {
    const home = new Home(await it.define());
    const npki = join(home.path, 'NPKI');
    mkdirSync(npki, { mode: 0o700 });
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', npki],
            { stdio: 'ignore' });
    } catch {
        return false;
    }
    try {
        await run(home, npki);
    } finally {
        execFileSync('umount', ['-l', npki]);
        rmSync(npki, { recursive: true, force: true });
    }
    return true;
}

test('the disk is full: disk_full, before the code is spent',
    { skip: !isRoot && 'only root can mount a small file system' },
    async t => {
        const ran = await mounted('size=16k,mode=700', async home => {
            const code = await it.code();
            const got = await home.enrol(code, NAMED);
            assert.equal(got.reason, 'disk_full', JSON.stringify(got.data));
            assert.equal(got.data.size, '128 KB');
            assert.equal(got.data.sent, 'no');
            await fresh(code);
            assert.deepEqual((await home.pending()).pending, []);
        });
        if (!ran)
            t.skip('mounting is not allowed here');
    });

test('the file system is read-only: store_readonly, before the code is spent',
    { skip: !isRoot && 'only root can mount' }, async t => {
        const ran = await mounted('ro,mode=700', async home => {
            const code = await it.code();
            const got = await home.enrol(code, NAMED);
            assert.equal(got.reason, 'store_readonly', JSON.stringify(got.data));
            assert.equal(got.data.place, join(home.path, 'NPKI'));
            await fresh(code);
        });
        if (!ran)
            t.skip('mounting is not allowed here');
    });

test('the disk fills up while the CA answers: kept, then resumed',
    { skip: !isRoot && 'only root can mount a small file system' },
    async t => {
        const ran = await mounted('size=200k,mode=700', async (home, npki) => {
            await it.newPerson();
            const fill = () => execFileSync('sh', ['-c',
                `dd if=/dev/zero of='${npki}/filler' bs=4k 2>/dev/null; true`]);
            const code = await it.code();
            // full before the CA gives its answer, a second later
            const got = await it.misbehaving('wait-1', () => home.enrol(code,
                NAMED, { onStep: step => step === 'wait' && fill() }));
            assert.equal(got.reason, 'disk_full', JSON.stringify(got.data));
            assert.equal('pending' in got.data, true);
            rmSync(join(npki, 'filler'));
            await finish(home, it, journalKey(home));
        });
        if (!ran)
            t.skip('mounting is not allowed here');
    });
