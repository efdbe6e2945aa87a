/* The process: who starts it, with what around it. T052 to T054, T150 to
 * T168 as far as they can be seen from outside. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
    chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromiumArguments, home, Host, ids, program, start, temporary } from './lib/host.mjs';

const [id] = ids.chromium;
const [addon] = ids.firefox;
const manifest = '/usr/lib/mozilla/native-messaging-hosts/kr.ingam.host.json';

const strangers = [
    ['T052 no argument', []],
    ['T052 an empty argument', ['']],
    ['T052 another id', [`chrome-extension://${'a'.repeat(32)}/`]],
    ['T052 the id and more', [`chrome-extension://${id}x/`]],
    ['T052 the id without its slash', [`chrome-extension://${id}`]],
    ['T052 the id with a path', [`chrome-extension://${id}/x`]],
    ['T052 the id in capitals', [`chrome-extension://${id.toUpperCase()}/`]],
    ['T052 half of the id', [`chrome-extension://${id.slice(0, 16)}/`]],
    ['T052 another scheme', [`moz-extension://${id}/`]],
    ['T052 a web origin', ['https://bank.example/']],
    ['T052 the id as the second argument', ['x', `chrome-extension://${id}/`]],
    ['T053 another add-on', [manifest, 'other@example.org']],
    ['T053 the add-on and more', [manifest, `${addon}.x`]],
    ['T053 the add-on in capitals', [manifest, addon.toUpperCase()]],
    ['T053 the add-on alone', [addon]],
    ['T053 a manifest that is no path', ['kr.ingam.host.json', addon]],
    ['T053 the manifest alone', [manifest]],
    ['an option that is none', ['--help']],
    ['--describe and more', ['--describe', 'x']],
    ['--version and more', ['--version', '--describe']],
];

for (const [name, args] of strangers) {
    test(`${name}: the host ends before it reads or says anything`, async () => {
        const host = new Host({ args });
        const { code } = await host.gone();
        assert.equal(code, 1);
        assert.deepEqual(host.frames, []);
        assert.equal(host.errors, 'ingam: started by something else than the extension\n');
    });
}

for (const [name, args] of [
    ['Chromium', chromiumArguments],
    ['Chromium on Windows, from a worker', [...chromiumArguments, '--parent-window=0']],
    ['Firefox', [manifest, addon]],
    ['T054 10,000 arguments', [...chromiumArguments, ...Array(10000).fill('x')]],
    ['T054 a megabyte of arguments', [...chromiumArguments, ...Array(10).fill('x'.repeat(100000))]],
]) {
    test(`${name}: the host says hello`, async t => {
        const host = await start(t, { args });
        assert.equal((await host.end()).code, 0);
    });
}

test('--version says the version', () => {
    assert.match(execFileSync(program, ['--version'], { encoding: 'utf8' }),
        /^ingam-host \d+\.\d+\.\d+\n$/);
});

/** Lines of strace's view of a whole session. */
async function traced(t, env, methods = ['doctor.run']) {
    const log = join(temporary(t), 'strace');
    const host = new Host({ env, command: ['strace', '-f', '-s', '300', '-o', log, '{}'] });
    t.after(() => host.child.kill('SIGKILL'));
    await host.hello();
    for (const [i, method] of methods.entries())
        await host.ask(i + 1, method, {});
    await host.end();
    return readFileSync(log, 'utf8').split('\n');
}

// the host lets nobody but root look into its memory, where the names are
const strace = process.getuid() === 0 && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
    ? {} : { skip: 'strace is not installed or may not look' };

test('T154 T155 what OPENSSL_CONF, OPENSSL_MODULES and others name is not opened', strace,
    async t => {
        const trap = temporary(t);
        for (const name of ['openssl.cnf', 'legacy.so', 'libcrypto.so.3', 'gconv-modules'])
            writeFileSync(join(trap, name), 'not what you want');
        const lines = await traced(t, {
            HOME: home, OPENSSL_CONF: join(trap, 'openssl.cnf'), OPENSSL_MODULES: trap,
            OPENSSL_ENGINES: trap, GCONV_PATH: trap, LOCPATH: trap, SSL_CERT_FILE: join(trap, 'x'),
            SSLKEYLOGFILE: join(trap, 'keys'), TMPDIR: trap, CTLOG_FILE: join(trap, 'x'),
        });
        assert.ok(lines.some(line => line.includes('libcrypto.so')));
        assert.deepEqual(lines.filter(line => line.includes(trap) && !line.includes('execve(')), []);
        assert.deepEqual(lines.filter(line => /open.*openssl\.cnf/.test(line)), []);
        assert.equal(readdirSync(trap).length, 4);
    });

test('T155 the programs carry no path of their own to libraries', () => {
    const dynamic = execFileSync('readelf', ['-d', program], { encoding: 'utf8' });
    assert.doesNotMatch(dynamic, /RPATH|RUNPATH/);
    assert.match(dynamic, /NEEDED.*libcrypto/);
    assert.doesNotMatch(dynamic, /libcurl|libssl/);
});

test('T160 T151 after hello nothing is started and no socket is made', strace, async t => {
    const lines = await traced(t, { HOME: home });
    assert.equal(lines.filter(line => line.includes('execve(')).length, 1);
    const filter = lines.findIndex(line => line.includes('SECCOMP_SET_MODE_FILTER'));
    assert.ok(filter > 0);
    // before that glibc may ask nscd for the home, nobody else is asked
    assert.deepEqual(lines.filter(line => /\b(bind|listen|connect)\(/.test(line)
        && !line.includes('/nscd/')), []);
    assert.deepEqual(lines.slice(filter)
        .filter(line => /\b(clone3?|v?fork|socket)\(|ENOSYS/.test(line)), []);
});

/** Which home does the host believe in? */
async function homeOf(t, env) {
    const host = await start(t, { env });
    const answer = await host.ask(1, 'doctor.run', {});
    host.child.stdin.end();
    await host.gone();
    return answer.result.store[0].root.replace(/\/NPKI$/, '');
}

const homeless = existsSync(userInfo().homedir) ? {} : { skip: 'the user has no home' };

test('T156 HOME is believed when it is a folder of ours alone', homeless, async t => {
    const folder = temporary(t);
    const passwd = userInfo().homedir;
    for (const name of ['mine', 'open'])
        mkdirSync(join(folder, name), { mode: 0o700 });
    chmodSync(join(folder, 'open'), 0o777);
    symlinkSync(join(folder, 'mine'), join(folder, 'link'));
    writeFileSync(join(folder, 'file'), '');
    assert.equal(await homeOf(t, { HOME: join(folder, 'mine') }), join(folder, 'mine'));
    assert.equal(await homeOf(t, { HOME: join(folder, 'link') }), join(folder, 'link'));
    for (const env of [{}, { HOME: '' }, { HOME: '/' }, { HOME: 'mine' }, { HOME: '.' },
        { HOME: join(folder, 'open') }, { HOME: join(folder, 'file') },
        { HOME: join(folder, 'none') }, { HOME: `/${'x'.repeat(4096)}` }, { TMPDIR: folder }])
        assert.equal(await homeOf(t, env), passwd, JSON.stringify(env).slice(0, 80));
});

test('T157 100,000 variables', async t => {
    const env = { HOME: home };
    for (let i = 0; i < 100000; i++)
        env[`V${i}`] = '';
    const host = await start(t, { env });
    assert.equal(await host.reason(1, 'doctor.run', {}), 'ok');
});

for (const limit of ['-n 8', '-v 262144', '-s 256', '-f 1', '-t 5']) {
    test(`T158 ulimit ${limit}: the host answers, and ends when asked`, async t => {
        const host = await start(t,
            { command: ['/bin/sh', '-c', `ulimit ${limit}; exec "$@"`, 'sh', '{}'] });
        assert.match(await host.reason(1, 'doctor.run', {}), /^(ok|internal|io_error|no_memory)$/);
        assert.equal((await host.end()).code, 0);
    });
}

test('T160 once a command is known: filtered, no new privileges, two threads', async t => {
    const host = await start(t);
    const status = () => readFileSync(`/proc/${host.child.pid}/status`, 'utf8');
    assert.match(status(), /^NoNewPrivs:\t1$/m);
    assert.match(status(), /^Threads:\t1$/m);
    const answer = await host.ask(1, 'doctor.run', {});
    assert.match(status(), /^Threads:\t2$/m);
    if (answer.result.sandbox.seccomp)
        assert.match(status(), /^Seccomp:\t2$/m);
});

for (const [what, calls] of [['Landlock', ['landlock_create_ruleset']],
    ['seccomp', ['seccomp']], ['either', ['landlock_create_ruleset', 'seccomp']]]) {
    test(`T164 a kernel without ${what}: the host works and says so`, strace, async t => {
        const host = await start(t, {
            command: ['strace', '-f', '-o', '/dev/null',
                ...calls.flatMap(call => ['-e', `inject=${call}:error=ENOSYS`]), '{}'],
        });
        const { result } = await host.ask(1, 'doctor.run', {});
        if (calls.includes('seccomp'))
            assert.equal(result.sandbox.seccomp, false);
        if (calls.includes('landlock_create_ruleset'))
            assert.equal(result.sandbox.landlock, 0);
        assert.equal((await host.end()).code, 0);
    });
}

test('T151 the host holds three pipes and nothing else', async t => {
    const host = await start(t);
    // hello comes before the home is looked up; an answer, after it
    assert.equal(await host.reason(1, 'none.such', {}), 'method_unknown');
    const folder = `/proc/${host.child.pid}/fd`;
    let names;
    try {
        names = readdirSync(folder);
    } catch {
        t.skip('the host may not be looked into, as it should be');
        return;
    }
    const targets = names.map(name => readlinkSync(join(folder, name)));
    // node's pipes are sockets, made by the parent
    assert.equal(new Set(targets).size, 3, targets.join(' '));
});

test('descriptors that a browser leaks are closed', async t => {
    const host = await start(t, {
        command: ['/bin/sh', '-c', 'exec 7< /etc/passwd 9> /dev/null; exec "$@"', 'sh', '{}'],
    });
    let names;
    try {
        names = readdirSync(`/proc/${host.child.pid}/fd`);
    } catch {
        t.skip('the host may not be looked into, as it should be');
        return;
    }
    assert.ok(!names.includes('7') && !names.includes('9'), names.join(' '));
});

test('T150 EOF while idle: gone within a second', async t => {
    let took = Infinity;
    // the quickest of some: a busy machine may hold any of them up
    for (let n = 0; n < 5 && took >= 1000; n++) {
        const host = await start(t);
        assert.equal(await host.reason(1, 'doctor.run', {}), 'ok');
        const since = Date.now();
        assert.equal((await host.end()).code, 0);
        took = Math.min(took, Date.now() - since);
    }
    assert.ok(took < 1000, `${took} ms`);
});
