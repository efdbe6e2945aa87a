/* make install, make uninstall, ingam register and unregister. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ids, root, temporary } from './lib/host.mjs';

const name = 'kr.ingam.host.json';

/** Every file below a folder, relative to it. */
function files(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => entry.isDirectory()
        ? files(join(folder, entry.name)).map(below => join(entry.name, below)) : [entry.name]).sort();
}

function make(target, destdir, prefix = '/usr') {
    execFileSync('make', ['-s', target, `PREFIX=${prefix}`, `DESTDIR=${destdir}`],
        { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
}

function ingam(program, home, ...args) {
    const { status, stdout, stderr } = spawnSync(program, args,
        { env: { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }, encoding: 'utf8' });
    return { status, stdout, stderr };
}

test('install: programs, the library for banks, manifests for all users and manual pages, nothing else', t => {
    const folder = temporary(t);
    make('install', folder);
    const found = files(folder).filter(file => !file.startsWith('usr/share/ingam/ca.d/'));
    assert.deepEqual(found, [
        `etc/chromium/native-messaging-hosts/${name}`,
        `etc/opt/chrome/native-messaging-hosts/${name}`,
        'usr/bin/ingam',
        'usr/include/ingam/verify.h',
        'usr/lib/ingam/ingam-host',
        'usr/lib/ingam/ingam-net',
        'usr/lib/libingam-verify.a',
        'usr/lib/libingam-verify.so',
        'usr/lib/libingam-verify.so.0',
        'usr/lib/libingam-verify.so.0.1.0',
        `usr/lib/mozilla/native-messaging-hosts/${name}`,
        'usr/lib/pkgconfig/ingam-verify.pc',
        'usr/share/doc/ingam/LICENSE',
        'usr/share/man/man1/ingam.1',
        'usr/share/man/man8/ingam-host.8',
    ]);
    for (const file of found) {
        const mode = statSync(join(folder, file)).mode & 0o7777;
        const program = /\/(ingam|ingam-host|ingam-net)$/.test(file);
        assert.equal(mode, program ? 0o755 : 0o644, file);
    }
});

test('install: a manifest names one absolute program and our ids, without a wildcard', t => {
    const folder = temporary(t);
    make('install', folder, '/opt/ingam');
    const chromium = JSON.parse(readFileSync(join(folder, 'etc/chromium/native-messaging-hosts', name), 'utf8'));
    assert.deepEqual(chromium, { name: 'kr.ingam.host', description: chromium.description,
        path: '/opt/ingam/lib/ingam/ingam-host', type: 'stdio',
        allowed_origins: ids.chromium.map(id => `chrome-extension://${id}/`) });
    const firefox = JSON.parse(readFileSync(join(folder, 'usr/lib/mozilla/native-messaging-hosts', name), 'utf8'));
    assert.deepEqual(firefox, { name: 'kr.ingam.host', description: firefox.description,
        path: '/opt/ingam/lib/ingam/ingam-host', type: 'stdio', allowed_extensions: ids.firefox });
});

test('uninstall: every file that install put there is gone, every other stays', t => {
    const folder = temporary(t);
    mkdirSync(join(folder, 'etc/chromium/native-messaging-hosts'), { recursive: true });
    execFileSync('touch', [join(folder, 'etc/chromium/native-messaging-hosts/other.json')]);
    make('install', folder);
    make('uninstall', folder);
    assert.deepEqual(files(folder), ['etc/chromium/native-messaging-hosts/other.json']);
});

test('a relocated tree knows its own place, also under a name with a space and Hangul', t => {
    const folder = join(temporary(t), '홍 길동');
    make('install', folder);
    const program = join(folder, 'usr/bin/ingam');
    const home = temporary(t);
    assert.equal(ingam(program, home, 'register', '--browser', 'chromium').status, 0);
    const written = JSON.parse(readFileSync(
        join(home, '.config/chromium/NativeMessagingHosts', name), 'utf8'));
    assert.equal(written.path, join(folder, 'usr/lib/ingam/ingam-host'));
});

const staged = join(root, 'build/stage/usr/bin/ingam');

test('register: the browsers marked so in the list when none is named', t => {
    const home = temporary(t);
    assert.equal(ingam(staged, home, 'register').status, 0);
    assert.deepEqual(files(home), [`.config/chromium/NativeMessagingHosts/${name}`,
        `.config/google-chrome/NativeMessagingHosts/${name}`,
        `.mozilla/native-messaging-hosts/${name}`]);
    assert.equal(ingam(staged, home, 'register').status, 0, 'a second time changes nothing');
    assert.equal(ingam(staged, home, 'unregister').status, 0);
    assert.deepEqual(files(home), []);
    assert.equal(ingam(staged, home, 'unregister').status, 0, 'and nothing is there to remove');
});

test('register: a profile folder of a Chromium-like browser', t => {
    const home = temporary(t);
    const profile = join(home, 'profile');
    mkdirSync(profile);
    assert.equal(ingam(staged, home, 'register', '--user-data-dir', profile).status, 0);
    assert.deepEqual(files(home), [`profile/NativeMessagingHosts/${name}`]);
    assert.equal(ingam(staged, home, 'unregister', '--user-data-dir', profile).status, 0);
    assert.deepEqual(files(home), []);
});

test('register: every browser of the list by its name', t => {
    const list = readFileSync(join(root, 'installer/browsers.tsv'), 'utf8').split('\n')
        .filter(line => line !== '' && !line.startsWith('#')).map(line => line.split('\t'));
    assert.ok(list.length >= 3);
    for (const [browser, family, , place] of list) {
        const home = temporary(t);
        assert.equal(ingam(staged, home, 'register', '--browser', browser).status, 0, browser);
        const [base, below] = place.split(':');
        const file = join(home, base === 'home' ? '' : '.config', below, name);
        const members = Object.keys(JSON.parse(readFileSync(file, 'utf8')));
        assert.ok(members.includes(family === 'firefox' ? 'allowed_extensions' : 'allowed_origins'));
    }
});

const refused = [
    ['a browser that is not in the list', () => ['--browser', 'mosaic'], 2],
    ['a profile folder for Firefox', home => ['--browser', 'firefox', '--user-data-dir', home], 2],
    ['a profile folder that is not there', home => ['--user-data-dir', join(home, 'gone')], 2],
    ['a relative profile folder', () => ['--user-data-dir', 'profile'], 1],
    ['an option without its value', () => ['--browser'], 2],
    ['a word too many', () => ['chromium'], 2],
];
for (const [what, args, status] of refused) {
    test(`register: refused: ${what}`, t => {
        const home = temporary(t);
        const result = ingam(staged, home, 'register', ...args(home));
        assert.equal(result.status, status, result.stderr);
        assert.notEqual(result.stderr, '');
        assert.deepEqual(files(home), []);
    });
}

test('register: no link below the folder is written through', t => {
    const home = temporary(t);
    const folder = join(home, '.config/chromium/NativeMessagingHosts');
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(home, 'other'));
    execFileSync('touch', [join(home, 'other/target')]);
    symlinkSync(join(home, 'other/target'), join(folder, name));
    assert.equal(ingam(staged, home, 'register', '--browser', 'chromium').status, 0);
    assert.equal(readFileSync(join(home, 'other/target'), 'utf8'), '', 'the link was replaced');
});

test('nothing starts by itself, no trust store is touched (T152, T153)', t => {
    const folder = temporary(t);
    make('install', folder);
    const words = /autostart|systemd|cron|init\.d|ssl|ca-certificates|nssdb|\.pki/;
    assert.deepEqual(files(folder).filter(file => words.test(file)), []);
});
