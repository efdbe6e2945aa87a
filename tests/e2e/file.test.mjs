// A file that a page wants signed, in both browsers with the real host: read
// while the person looks, hashed outside of the browser, and never half.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, rmSync,
    truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { until } from './lib/program.mjs';

const lacking = missing();
const FILE = 'ui/file/file.html';
const MIB = 1024 * 1024;
const NAME = '계약서 \u202efdp.exe';

/** A page with a field for a file, and a way to have it signed. */
const PAGES = { '/': { body: `<input type="file"><script>
window.askFile = (options, make) => {
    const file = make ? make() : document.querySelector('input').files[0];
    window.outcome = null;
    Ingam.signFile(file, options).then(
        result => { window.outcome = { result }; },
        error => { window.outcome = { reason: error.reason }; });
};
</script>` } };

/** Processes of ours in a home. @returns {number[]} */
function hostsIn(home) {
    return readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => {
        try {
            return /ingam-host\0/.test(readFileSync(`/proc/${pid}/cmdline`,
                'utf8')) && readFileSync(`/proc/${pid}/environ`, 'utf8')
                .split('\0').includes(`HOME=${home}`);
        } catch {
            return false; // gone meanwhile, or not ours to look at
        }
    });
}

/** KiB that a process had at most. */
const peak = pid => Number(readFileSync(`/proc/${pid}/status`, 'utf8')
    .match(/VmHWM:\s+(\d+)/)[1]);

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`signing a file in ${name}`, { skip }, () => {
        let desk, t, at;
        before(async () => {
            desk = await Desk.open(name, { pages: PAGES });
            t = desk.t;
            at = file => join(desk.world.folder, file);
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        /** A file of so many bytes, which take no place. */
        function sparse(file, size) {
            closeSync(openSync(at(file), 'w'));
            truncateSync(at(file), size);
            return at(file);
        }

        /** A page that has asked for a file from the disk. */
        async function asking(path, options = {}) {
            const page = await desk.page();
            await page.choose('input[type=file]', [path]);
            await page.evaluate(o => window.askFile(o), options);
            return page;
        }

        /** The same as far as the bar, somewhere in a file without end. */
        async function halfway() {
            const page = await asking(sparse('endless.bin', 4095 * MIB));
            const window = await windowOf(desk.browser, FILE);
            await window.wait({ label: t('password') });
            await window.until(() =>
                document.querySelector('progress')?.value > 0, 'some progress');
            assert.ok(hostsIn(desk.world.home).length > 0);
            return { page, window };
        }

        const noHost = () => until(() =>
            hostsIn(desk.world.home).length === 0, 'the host to end');

        test('the whole way: 64 MiB, a name that lies, one wrong password',
            async () => {
                const block = Buffer.from(Array.from({ length: MIB },
                    (_, i) => (i * 31 + (i >> 8)) & 255));
                const bytes = Buffer.concat(Array(64).fill(block));
                const sha256 = createHash('sha256').update(bytes).digest('hex');
                const page = await desk.page();
                await page.evaluate((name, mib) => window.askFile({}, () => {
                    const block = Uint8Array.from({ length: mib },
                        (_, i) => (i * 31 + (i >> 8)) & 255);
                    return new File(Array(64).fill(block), name);
                }), NAME, MIB);
                const window = await windowOf(desk.browser, FILE);
                await window.wait({ role: 'heading', name: t('sign_title_file') });
                await window.until(() => document.querySelector('progress')
                    .hidden, 'the file to be read');
                const shown = await window.text({ css: '#content' });
                for (const word of ['계약서 ⟦U+202E⟧fdp.exe', '64 MB',
                    '67,108,864', sha256.match(/.{8}/g).join(' ')])
                    assert.ok(shown.includes(word), `${word} in ${shown}`);
                const [host] = hostsIn(desk.world.home);
                assert.ok(peak(host) < 32 * 1024, `${peak(host)} KiB`);
                await armed(window);
                const said = await window.text({ css: '.reading' });
                await window.type({ label: t('password') }, 'wrong-Pass-1');
                await desk.press(window, 'sign_button');
                await window.wait({ css: 'input[aria-invalid=true]' });
                await window.keys(OLD_PASSWORD);
                await desk.press(window, 'sign_button');
                const { result } = await desk.outcome(page);
                assert.deepEqual(Object.keys(result).sort(), ['certificate',
                    'code', 'format', 'sha256', 'signature', 'size']);
                assert.deepEqual([result.format, result.sha256, result.size],
                    ['cms-detached', sha256, 64 * MIB]);
                assert.ok(said.includes(result.code), said);
                writeFileSync(at('bytes'), bytes);
                writeFileSync(at('signature'),
                    Buffer.from(result.signature, 'base64'));
                execFileSync('openssl', ['cms', '-verify', '-noverify',
                    '-binary', '-inform', 'DER', '-in', at('signature'),
                    '-content', at('bytes'), '-out', '/dev/null'], { stdio: 'pipe' });
                await desk.noWindow();
                await noHost();
            });

        test('nothing is approved before the end; cancel ends it in the middle',
            async () => {
                const { page, window } = await halfway();
                await window.type({ label: t('password') }, OLD_PASSWORD);
                assert.equal(await window.text({ css: '#gate' }), t('file_gate'));
                await desk.press(window, 'sign_button');
                await window.press('Enter');
                assert.equal(await page.evaluate(() => window.outcome), null);
                await desk.press(window, 'cancel');
                assert.equal((await desk.outcome(page)).reason, 'cancelled');
                await desk.noWindow();
                await noHost();
            });

        test('the window closed in the middle', async () => {
            const { page, window } = await halfway();
            await window.close();
            assert.equal((await desk.outcome(page)).reason, 'cancelled');
            await noHost();
        });

        test('the page gone in the middle', async () => {
            const { page, window } = await halfway();
            await page.close();
            await desk.trouble(window, 'page_gone');
            await noHost();
        });

        test('a file that changes while it is read', async () => {
            const { page, window } = await halfway();
            truncateSync(at('endless.bin'), 0);
            await desk.trouble(window, 'file_unreadable');
            assert.equal((await desk.outcome(page)).reason, 'file_unreadable');
            await noHost();
        });

        test('a small blob with a name, as PKCS#1 in hex', async () => {
            const page = await desk.page();
            await page.evaluate(() => window.askFile({ format: 'pkcs1',
                output: 'hex' }, () => Object.assign(
                new Blob(['가나다'], { type: 'text/plain' }), { name: '글.txt' })));
            const window = await windowOf(desk.browser, FILE);
            await window.wait({ label: t('password') });
            await armed(window);
            assert.match(await window.text({ css: '#content' }),
                /글\.txt[^]*9[^]*text\/plain/);
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            const { result } = await desk.outcome(page);
            assert.match(result.signature, /^[0-9a-f]{512}$/);
            assert.equal(result.sha256,
                createHash('sha256').update('가나다').digest('hex'));
        });

        test('no host at first, then there is one: all that needs it begins',
            async () => {
                const manifest = desk.world.manifest(name);
                const text = readFileSync(manifest, 'utf8');
                rmSync(manifest);
                try {
                    const page = await asking(sparse('late.bin', MIB));
                    const window = await windowOf(desk.browser, FILE);
                    await desk.trouble(window, 'host_missing');
                    writeFileSync(manifest, text);
                    await window.until(() => {
                        document.querySelector('#again')?.click();
                        return document.querySelector(
                            '#deed[aria-disabled=false]') !== null;
                    }, 'the file to be read');
                    await window.type({ label: t('password') }, OLD_PASSWORD);
                    await desk.press(window, 'sign_button');
                    assert.ok((await desk.outcome(page)).result);
                } finally {
                    writeFileSync(manifest, text);
                }
            });

        const refused = [
            ['4 GiB', 'too_large', async () =>
                asking(sparse('large.bin', 4096 * MIB))],
            ['no file', 'invalid_request', async () => {
                const page = await desk.page();
                await page.evaluate(() => window.askFile({}));
                return page;
            }],
            ['a blob without a name', 'invalid_request', async () => {
                const page = await desk.page();
                await page.evaluate(() =>
                    window.askFile({}, () => new Blob(['x'])));
                return page;
            }],
            ['the content inside', 'invalid_request', async () =>
                asking(sparse('any.bin', 1), { format: 'cms' })],
        ];
        for (const [what, reason, act] of refused)
            test(`refused: ${what}`, async () => {
                const page = await act();
                const window = await windowOf(desk.browser, FILE);
                await desk.trouble(window, reason);
                assert.equal((await desk.outcome(page)).reason, reason);
            });
    });
}
