/* doctor.run: what it says of each kind of manifest and policy. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { ingam } from './lib/cli.mjs';
import { Host, ids, program, request, temporary } from './lib/host.mjs';

const name = 'kr.ingam.host';
const places = {
    chromium: '.config/chromium/NativeMessagingHosts',
    firefox: '.mozilla/native-messaging-hosts',
};

/** The manifest that lets a browser find the host under test. */
function manifest(browser, changes = {}) {
    const own = browser === 'firefox'
        ? { allowed_extensions: ids.firefox }
        : { allowed_origins: ids.chromium.map(id => `chrome-extension://${id}/`) };
    return { name, description: 'Ingam', path: program, type: 'stdio', ...own, ...changes };
}

async function doctor(environment) {
    const host = new Host({ env: environment });
    await host.hello();
    host.send(request(1, 'doctor.run'));
    const answer = await host.read();
    await host.end();
    assert.ok(answer.result, JSON.stringify(answer));
    return answer.result;
}

const json = value => file => writeFileSync(file, JSON.stringify(value));
const rows = [
    ['no manifest', 'chromium', () => {}, 'missing'],
    ['a right manifest', 'chromium', json(manifest('chromium')), 'ok'],
    ['a right manifest for Firefox', 'firefox', json(manifest('firefox')), 'ok'],
    ['more ids than ours', 'chromium', json(manifest('chromium', { allowed_origins: [
        'chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/', `chrome-extension://${ids.chromium[0]}/`] })), 'ok'],
    ['an empty file', 'chromium', file => writeFileSync(file, ''), 'invalid'],
    ['something that is not JSON', 'chromium', file => writeFileSync(file, '{"name":'), 'invalid'],
    ['a JSON array', 'chromium', json([]), 'invalid'],
    ['another name', 'chromium', json(manifest('chromium', { name: 'kr.ingam.other' })), 'invalid'],
    ['another type', 'chromium', json(manifest('chromium', { type: 'socket' })), 'invalid'],
    ['no path', 'chromium', json(manifest('chromium', { path: undefined })), 'invalid'],
    ['a path that is a number', 'chromium', json(manifest('chromium', { path: 7 })), 'invalid'],
    ['a program that is gone', 'chromium', json(manifest('chromium', { path: '/nowhere/ingam-host' })), 'wrong_path'],
    ['another program', 'firefox', json(manifest('firefox', { path: '/bin/true' })), 'wrong_path'],
    ['a relative path', 'chromium', json(manifest('chromium', { path: 'ingam-host' })), 'wrong_path'],
    ['another extension', 'chromium', json(manifest('chromium',
        { allowed_origins: ['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/'] })), 'wrong_id'],
    ['an origin without its slash', 'chromium', json(manifest('chromium',
        { allowed_origins: [`chrome-extension://${ids.chromium[0]}`] })), 'wrong_id'],
    ['no ids', 'firefox', json(manifest('firefox', { allowed_extensions: undefined })), 'wrong_id'],
    ['Chromium\'s member in Firefox\'s manifest', 'firefox',
        json({ ...manifest('chromium'), ...manifest('firefox') }), 'invalid'],
    ['a link', 'chromium', file => symlinkSync('/etc/hostname', file), 'unreadable'],
    ['a folder', 'chromium', file => mkdirSync(file), 'unreadable'],
    ['a FIFO', 'chromium', file => execFileSync('mkfifo', [file]), 'unreadable'],
    ['a file of 1 MiB', 'chromium', file => writeFileSync(file, ' '.repeat(1 << 20)), 'unreadable'],
];

for (const [what, browser, make, state] of rows) {
    test(`doctor: ${what} is ${state}`, async t => {
        const home = temporary(t);
        const folder = join(home, places[browser]);
        mkdirSync(folder, { recursive: true });
        make(join(folder, `${name}.json`));
        const { browsers } = await doctor({ HOME: home });
        const found = browsers.find(row => row.browser === browser && row.scope === 'user');
        assert.equal(found.state, state);
        assert.equal(found.manifest, folder);
    });
}

test('doctor: a configuration home of the person\'s own is looked at', async t => {
    const home = temporary(t);
    const folder = join(home, 'settings/chromium/NativeMessagingHosts');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(manifest('chromium')));
    const { browsers } = await doctor({ HOME: home, XDG_CONFIG_HOME: join(home, 'settings') });
    assert.equal(browsers.find(row => row.browser === 'chromium').state, 'ok');
});

test('doctor: versions, providers, programs, store and sandbox', async t => {
    const home = temporary(t);
    const result = await doctor({ HOME: home });
    assert.match(result.version, /^\d+\.\d+\.\d+$/);
    const openssl = execFileSync('openssl', ['version'], { encoding: 'utf8' });
    assert.ok(openssl.includes(result.openssl.version));
    assert.deepEqual(result.openssl.providers, ['default', 'legacy']);
    assert.deepEqual(result.programs.map(row => [row.name, row.folder, row.exists]), [
        ['ingam-host', dirname(program), true], ['ingam-net', dirname(program), true]]);
    assert.deepEqual(result.store, [{ root: join(home, 'NPKI'), state: 'missing' }]);
    assert.equal(typeof result.sandbox.seccomp, 'boolean');
    mkdirSync(join(home, 'NPKI'));
    assert.equal((await doctor({ HOME: home })).store[0].state, 'ok');
});

test('doctor: a store that is a link is not called good', async t => {
    const home = temporary(t);
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync('elsewhere', join(home, 'NPKI'));
    assert.equal((await doctor({ HOME: home })).store[0].state, 'store_unsafe');
});

/** A tsa.json that is right. */
function authority(home) {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=TSA', '-keyout', '/dev/null',
        '-outform', 'DER', '-out', join(home, 'tsa.der')], { stdio: 'ignore' });
    return { name: 'naru', endpoint: 'https://tsa.example/tsr',
        anchors: [{ certificate: readFileSync(join(home, 'tsa.der'), 'base64') }] };
}
const tsaRows = [
    ['cut off', () => '{"name":', 'json_invalid'],
    ['empty', () => '', 'json_invalid'],
    ['of no anchors', right => JSON.stringify({ ...right, anchors: [] }), 'param_range'],
    ['with a damaged anchor', right => JSON.stringify({ ...right, anchors: [{ certificate: 'AAAA' }] }), 'certificate_damaged'],
    ['without an endpoint', right => JSON.stringify({ ...right, endpoint: undefined }), 'param_missing'],
    ['with a member that nobody knows', right => JSON.stringify({ ...right, user: 'x' }), 'param_unknown'],
];

test('doctor: the time-stamp authority: none, one, and a file that is not right', async t => {
    const home = temporary(t);
    const folder = join(home, '.config/ingam');
    const words = async env => (await ingam(['doctor'], { home, env })).text;
    assert.deepEqual((await doctor({ HOME: home })).tsa, { state: 'missing' });
    assert.match(await words(), /^time-stamps: none is set up$/m);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const right = authority(home);
    writeFileSync(join(folder, 'tsa.json'), JSON.stringify(right));
    assert.deepEqual((await doctor({ HOME: home })).tsa,
        { state: 'ok', folder, name: right.name, endpoint: right.endpoint });
    assert.ok((await words()).includes(`time-stamps: naru https://tsa.example/tsr ${folder}/tsa.json (ok)\n`));
    for (const [what, make, state] of tsaRows) {
        writeFileSync(join(folder, 'tsa.json'), make(right));
        assert.deepEqual((await doctor({ HOME: home })).tsa, { state, folder }, what);
    }
    assert.ok((await words({ LANG: 'ko_KR.UTF-8' })).includes(`타임스탬프 기관: ${folder}/tsa.json (param_unknown)\n`));
});

/* System folders, in a mount namespace of the test's own. */
const policies = [
    ['no policy', {}, []],
    ['everything blocked', { NativeMessagingBlocklist: ['*'] }, ['all_blocked']],
    ['everything but us blocked', { NativeMessagingBlocklist: ['*'], NativeMessagingAllowlist: [name] }, []],
    ['we are blocked', { NativeMessagingBlocklist: [name] }, ['blocked']],
    ['manifests of one person ignored', { NativeMessagingUserLevelHosts: false }, ['user_level_ignored']],
    ['manifests of one person allowed', { NativeMessagingUserLevelHosts: true }, []],
];
const namespace = process.getuid?.() === 0 && existsSync('/etc/chromium')
    && spawnSync('unshare', ['-m', 'true']).status === 0;

for (const [what, policy, problems] of policies) {
    test(`doctor: policies: ${what}`, { skip: namespace ? false : 'needs root, mount namespaces and /etc/chromium' }, async t => {
        const system = temporary(t);
        mkdirSync(join(system, 'policies/managed'), { recursive: true });
        mkdirSync(join(system, 'native-messaging-hosts'));
        writeFileSync(join(system, 'policies/managed/site.json'), JSON.stringify(policy));
        writeFileSync(join(system, `native-messaging-hosts/${name}.json`),
            JSON.stringify(manifest('chromium')));
        const home = temporary(t);
        const folder = join(home, places.chromium);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${name}.json`),
            JSON.stringify(manifest('chromium', { path: '/tmp/evil' })));
        const host = new Host({ env: { HOME: home }, command: ['/bin/sh', '-c',
            'export PATH=/usr/bin:/bin:/usr/sbin:/sbin; exec unshare -m /bin/sh -c '
            + '\'mount --bind "$0" /etc/chromium && exec "$@"\' "$@"',
            'sh', system, '{}'] });
        await host.hello();
        host.send(request(1, 'doctor.run'));
        const { result } = await host.read();
        await host.end();
        assert.deepEqual(result.policies.map(row => row.problem), problems);
        const states = result.browsers.filter(row => row.browser === 'chromium').map(row => row.state);
        assert.deepEqual(states, ['wrong_path', 'shadowed']);
    });
}
