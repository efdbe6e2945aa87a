/* The host with its network worker: what each may do, and how both end. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { folder, Home, PASSWORD, runningCa } from '../cmp/lib/enrol.mjs';
import { Weather } from '../cmp/lib/weather.mjs';
import { program, reasonOf, request, until } from './lib/host.mjs';

const ca = runningCa();

/** A CA that takes every request and never answers. */
let asked = 0;
const silent = createServer(incoming => {
    incoming.resume();
    incoming.on('end', () => { asked++; });
});
before(() => new Promise(done => silent.listen(0, '127.0.0.1', done)));
after(() => {
    silent.closeAllConnections?.();
    silent.close();
});

const parameters = code => ({
    ca: 'test', referenceNumber: code.referenceNumber, authorizationCode: code.authorizationCode,
    password: PASSWORD,
});

function childrenOf(pid) {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(name => {
        try {
            return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1] === `${pid}`;
        } catch {
            return false;
        }
    }).map(Number);
}

/** Is it gone, or only its entry left for init to reap? */
function isGone(pid) {
    try {
        return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
        return true;
    }
}

/** A host that has sent its request and waits for an answer. */
async function waiting(t) {
    const home = new Home({
        ...await ca.define(), endpoint: `http://127.0.0.1:${silent.address().port}/cmp`,
    });
    const host = home.start();
    t.after(() => host.child.kill('SIGKILL'));
    await host.hello();
    const before = asked;
    await host.send(request(1, 'enrol.issue', parameters(await ca.code())));
    await until(() => asked > before);
    const workers = childrenOf(host.child.pid);
    assert.equal(workers.length, 1);
    return { host, home, worker: workers[0] };
}

test('T150 the CA is silent and the browser goes: host and worker gone within a second', async t => {
    const { host, home, worker } = await waiting(t);
    assert.equal((await host.end()).code, 1);
    await until(() => isGone(worker));
    const { pending } = await home.pending();
    assert.equal(pending.length, 1);
    assert.notEqual(pending[0].sent, 'no');
});

test('T150 the browser kills the host: the worker does not outlive it', async t => {
    const { host, worker } = await waiting(t);
    host.child.kill('SIGKILL');
    await until(() => isGone(worker));
});

test('cancel while the CA is waited for is answered, and says what has left', async t => {
    const { host } = await waiting(t);
    await host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });
    let message;
    do
        message = await host.read();
    while (message?.method === 'progress');
    assert.equal(reasonOf(message), 'cancelled');
    assert.notEqual(message.error.data.sent, 'no');
    assert.match(message.error.data.pending, /./);
    assert.equal((await host.end()).code, 0);
});

test('progress names the request, steps in order, never past the last', async t => {
    const home = new Home(await ca.define());
    const host = home.start();
    t.after(() => host.child.kill('SIGKILL'));
    await host.hello();
    await host.send(request(7, 'enrol.issue', parameters(await ca.code())));
    const steps = [];
    let message = await host.read();
    for (; message.method === 'progress'; message = await host.read()) {
        assert.equal(message.params.id, 7);
        assert.equal(message.params.of, 6);
        steps.push(message.params.n);
    }
    assert.equal(message.id, 7);
    assert.equal(reasonOf(message), 'ok');
    assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
    assert.ok(steps.length >= 5 && steps.every(n => n >= 1 && n <= 6), steps.join(' '));
});

// the host lets nobody but root look into its memory, where the names are
const strace = process.getuid() === 0 && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
    ? {} : { skip: 'strace is not installed or may not look' };

test('T160 T163 one worker is started; the host writes in the store and the state only', strace,
    async t => {
        const home = new Home(await ca.define());
        const log = join(folder('strace'), 'log');
        const host = home.start({ command: ['strace', '-f', '-s', '300', '-o', log, '{}'] });
        t.after(() => host.child.kill('SIGKILL'));
        await host.hello();
        const answer = await host.ask(1, 'enrol.issue', parameters(await ca.code()));
        assert.equal(reasonOf(answer), 'ok');
        await host.end();
        const lines = readFileSync(log, 'utf8').split('\n');
        const started = lines.filter(line => line.includes('execve('));
        assert.equal(started.length, 2);
        assert.match(started[1], /\/ingam-net"/);
        const worker = started[1].split(' ')[0];
        const own = lines.filter(line => !line.startsWith(`${worker} `));
        const filter = own.findIndex(line => line.includes('SECCOMP_SET_MODE_FILTER'));
        assert.ok(filter > 0);
        assert.deepEqual(own.slice(filter).filter(line =>
            /\b(v?fork|clone3?|execve|socket|connect)\(|ENOSYS|EACCES|EPERM|SIGSYS/.test(line)), []);
        const written = own.slice(filter)
            .filter(line => /O_WRONLY|O_RDWR|O_CREAT|mkdir/.test(line))
            .flatMap(line => line.match(/"(\/[^"]*)"/)?.[1] ?? []);
        for (const path of written)
            assert.ok(path.startsWith(join(home.path, 'NPKI'))
                || path.startsWith(join(home.path, '.local/state/ingam')), path);
        // the worker never comes near the person's files
        assert.deepEqual(lines.filter(line => line.startsWith(`${worker} `))
            .filter(line => /NPKI|\.local\/state/.test(line)), []);
    });

/** What a running worker gets when it opens this: 0 or an errno. */
async function opens(path) {
    const weather = new Weather();
    weather.try(path);
    const worker = spawn(join(dirname(program), 'ingam-net'), [],
        { env: weather.env, stdio: ['pipe', 'ignore', 'inherit'] });
    worker.stdin.end(); // it looks once its channel has said something
    assert.deepEqual(await once(worker, 'exit'), [0, null]);
    return weather.opened;
}

test('T162 the worker reads names and anchors, and nothing of the person', async t => {
    const home = new Home(await ca.define());
    const { result } = await home.run('doctor.run', {});
    if (result.sandbox.landlock === 0) {
        t.skip('this kernel has no Landlock');
        return;
    }
    const key = join(home.path, 'signPri.key');
    writeFileSync(key, 'a key');
    for (const path of ['/etc/hosts', '/etc/nsswitch.conf', '/etc/ssl/certs', '/usr/lib'])
        assert.equal(await opens(path), 0, path);
    for (const path of [key, home.path, '/', '/etc/passwd', '/home', '/tmp', '/proc/self/environ'])
        assert.equal(await opens(path), constants.errno.EACCES, path);
});
