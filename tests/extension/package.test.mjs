/** What is packed: manifest, ids, rules that hold for every file (T190). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
    existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MIN_HOST, VERSION, WINDOWS } from '../../extension/common/protocol.js';
import { unzip } from './lib/unzip.mjs';
import { olderThan } from '../../extension/common/host-message.js';

const TOP = new URL('../../', import.meta.url).pathname;
const EXTENSION = join(TOP, 'extension');
const read = path => readFileSync(join(EXTENSION, path), 'utf8');
const manifest = JSON.parse(read('manifest.json'));
const ids = JSON.parse(read('ids'));

function files(folder = '') {
    return readdirSync(join(EXTENSION, folder), { withFileTypes: true })
        .flatMap(entry => entry.isDirectory()
            ? files(join(folder, entry.name)) : [join(folder, entry.name)]);
}
const all = files();
const code = all.filter(path => /\.m?js$/.test(path));

describe('the manifest', () => {
    const exactly = {
        permissions: ['nativeMessaging', 'storage', 'alarms', 'notifications'],
        host_permissions: undefined,
        optional_permissions: undefined,
        optional_host_permissions: undefined,
        web_accessible_resources: undefined,
        externally_connectable: { ids: [] },
        message_serialization: 'structured_clone',
        minimum_chrome_version: '148',
        content_scripts: [{
            matches: ['https://*/*', 'http://localhost/*'],
            js: ['content/relay.js'],
            run_at: 'document_start',
            all_frames: false,
        }],
        background: {
            service_worker: 'background/main.js',
            scripts: ['background/main.js'],
            type: 'module',
        },
    };
    for (const [name, value] of Object.entries(exactly))
        test(`${name} is exactly what was agreed`, () => {
            assert.deepEqual(manifest[name], value);
        });

    test('no member is new', () => {
        assert.deepEqual(Object.keys(manifest).sort(), ['action', 'background',
            'browser_specific_settings', 'content_scripts',
            'content_security_policy', 'default_locale', 'description',
            'externally_connectable', 'icons', 'key', 'manifest_version',
            'message_serialization', 'minimum_chrome_version', 'name',
            'permissions', 'storage', 'version']);
    });

    test('its pages may load their own files, and never be framed', () => {
        const csp = manifest.content_security_policy.extension_pages;
        for (const rule of ["default-src 'none'", "script-src 'self'",
            "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"])
            assert.ok(csp.includes(rule), rule);
        assert.doesNotMatch(csp, /unsafe|https?:|data:|blob:|\*/);
    });

    test('Firefox is told that nothing is collected', () => {
        const { gecko } = manifest.browser_specific_settings;
        assert.deepEqual(gecko.data_collection_permissions,
            { required: ['none'] });
        assert.deepEqual(ids.firefox, [gecko.id]);
    });

    test('the id is that of the key', () => {
        const hash = createHash('sha256')
            .update(Buffer.from(manifest.key, 'base64')).digest('hex');
        const id = [...hash.slice(0, 32)].map(digit => String.fromCharCode(
            97 + parseInt(digit, 16))).join('');
        assert.deepEqual(ids.chromium, [id]);
    });

    test('the versions agree', () => {
        assert.equal(manifest.version, VERSION);
        assert.equal(olderThan(VERSION, MIN_HOST), false);
    });

    test('every file that is named is there', () => {
        const named = [
            ...Object.values(manifest.icons),
            ...Object.values(manifest.action.default_icon),
            manifest.action.default_popup,
            manifest.storage.managed_schema,
            ...WINDOWS.values(),
        ];
        for (const path of named)
            assert.ok(existsSync(join(EXTENSION, path)), path);
    });
});

describe('every file', () => {
    const banned = [
        ['markup from text', /\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write/],
        ['code from text', /\beval\s*\(|new Function\b|setTimeout\(\s*['"`]/],
        ['the network', /\bfetch\s*\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|importScripts/],
        ['synced storage', /storage\.sync\b/],
        ['a message to anybody', /postMessage\([^)]*,\s*['"]\*['"]/],
        ['Math.random', /Math\.random/],
        ['a logged word', /\bconsole\./],
        ['a source map', /sourceMappingURL/],
    ];
    for (const [name, pattern] of banned)
        test(`no script has ${name}`, () => {
            for (const path of code)
                assert.doesNotMatch(read(path), pattern, path);
        });

    test('no page has script, style or handlers of its own', () => {
        for (const path of all.filter(p => p.endsWith('.html'))) {
            assert.doesNotMatch(read(path), /\son\w+=|\sstyle=|<style|<base|<form/, path);
            for (const [, rest] of read(path).matchAll(/<script([^>]*)>/g))
                assert.match(rest, /type="module" src="[\w./-]+"/, path);
        }
    });

    test('nothing points out of the extension', () => {
        for (const path of code)
            for (const [, target] of read(path).matchAll(
                /^(?:import|export) .*?from '([^']+)'|^import '([^']+)'/gm))
                if (target !== undefined)
                    assert.ok(existsSync(join(EXTENSION, dirname(path), target)),
                        `${path}: ${target}`);
        for (const path of all.filter(p => /\.(html|css)$/.test(p)))
            assert.doesNotMatch(read(path), /https?:\/\//, path);
    });

    test('a password is never given to storage', () => {
        for (const path of code)
            assert.doesNotMatch(read(path),
                /storage\.[a-z]+\.set\([^)]*(password|authorizationCode)/i, path);
    });
});

describe('the packages', () => {
    let folder;
    before(() => {
        mkdirSync(join(TOP, 'build/tmp'), { recursive: true });
        folder = mkdtempSync(join(TOP, 'build/tmp/ext-'));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));
    const pack = (version, name) => execFileSync('sh',
        [join(TOP, 'installer/ext.sh'), version, join(folder, name)],
        { stdio: 'pipe', encoding: 'utf8' }).trim().split('\n');

    let made;
    before(() => {
        made = pack(VERSION, 'a');
    });

    test('are the same bytes each time', () => {
        const second = pack(VERSION, 'b');
        assert.equal(made.length, 2);
        made.forEach((path, i) => assert.deepEqual(
            readFileSync(path), readFileSync(second[i])));
    });

    test('hold every file as it was reviewed, and no other', () => {
        const held = unzip(readFileSync(made[0]));
        const own = all.filter(path => !/^page\/|^ids$/.test(path)).sort();
        assert.deepEqual([...held.keys()], own);
        for (const path of own.filter(name => name !== 'manifest.json'))
            assert.deepEqual(held.get(path), readFileSync(
                join(EXTENSION, path)), path);
    });

    test('hold no development key, no page library, no list of ids', () => {
        for (const path of made) {
            const held = unzip(readFileSync(path));
            assert.ok(held.has('background/main.js'));
            assert.ok(!held.has('page/ingam.js') && !held.has('ids'));
            for (const [name, bytes] of held)
                assert.ok(!bytes.includes(manifest.key), name);
        }
    });

    test('are less than half of what they hold', () => {
        for (const path of made) {
            const bytes = readFileSync(path);
            const whole = [...unzip(bytes).values()]
                .reduce((sum, { length }) => sum + length, 0);
            assert.ok(bytes.length < whole / 2, `${bytes.length} of ${whole}`);
        }
    });

    test('are read by others', { skip: existsSync('/usr/bin/unzip') ? false
        : 'unzip is not installed' }, () => {
        for (const path of made)
            execFileSync('unzip', ['-tq', path], { stdio: 'pipe' });
    });

    test('are not made of another version', () => {
        assert.throws(() => pack('9.9.9', 'c'), /not 9\.9\.9/);
    });
});
