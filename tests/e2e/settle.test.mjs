// Each call of a page settles once and for the right reason, whatever happens
// while the host is at work, an error is on the screen, or the extension goes:
// in both browsers, with the real host (T180-T182, T185-T187). What happens
// while the form is on the screen, and who is told `busy`, is in sign.test.mjs.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync,
    rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { SIGN, armed } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { Program, processesOf, until } from './lib/program.mjs';
import { present } from './lib/site.mjs';

const lacking = missing();
const root = resolve('build/tmp');
mkdirSync(root, { recursive: true });
const folder = mkdtempSync(join(root, 'settle-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { version } = JSON.parse(
    readFileSync(resolve('extension/manifest.json'), 'utf8'));

/** The extension as it stays in Firefox over a restart. */
function packed() {
    execFileSync(process.execPath, [resolve('installer/ext.mjs'), version,
        folder], { stdio: 'ignore' });
    return join(folder, `ingam-${version}-firefox.xpi`);
}

/** With these each start shows what the last one had open. */
const RESTORES = {
    chromium: { args: ['--restore-last-session',
        '--disable-features=DisableLoadExtensionCommandLineSwitch',
        `--load-extension=${resolve('extension')}`] },
    firefox: { prefs: { 'browser.startup.page': 3,
        'browser.sessionstore.restore_on_demand': false,
        'xpinstall.signatures.required': false } },
};

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`how a call ends in ${name}`, { skip }, () => {
        let desk, t, world, held;
        before(async () => {
            desk = await Desk.open(name, name === 'firefox'
                ? { ...RESTORES[name], extension: packed() } : {});
            ({ t, world } = desk);
        });
        after(() => desk?.close());
        afterEach(async () => {
            await letGo();
            await desk?.clear();
        });

        const hosts = () => processesOf(world.home).filter(
            ({ command }) => command.includes('ingam-host'));

        /** Somebody else is having a password tried: the host waits its turn. */
        async function hold() {
            const folder = join(world.home, '.local/state/ingam/tries');
            mkdirSync(folder, { recursive: true, mode: 0o700 });
            held = new Program('flock', [join(folder, 'lock'), 'sh', '-c',
                'echo held; exec sleep 600']);
            await held.said(/held/);
        }

        /** The other one has done. */
        async function letGo() {
            await held?.end();
            held = null;
        }

        /** As far as the host's work. */
        async function working() {
            const { page, window } = await desk.signing();
            await until(() => hosts().length === 0, 'the list to be there');
            await hold();
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            await window.wait({ text: t('sign_working') });
            await until(() => hosts().length > 0, 'the host');
            return { page, window };
        }

        /** The tab whose page has asked, as the extension knows it. */
        const asker = window => window.until(async () => {
            const { session } = (globalThis.browser ?? chrome).storage;
            return (await session.get('window')).window?.tabId;
        }, 'the tab that asks');

        /** How often the page's calls have settled, once nothing comes any more. */
        async function once(page, reason) {
            const got = await desk.outcome(page);
            assert.equal(got.reason, reason);
            assert.equal(await page.evaluate(() => window.settled), 1);
            return got;
        }

        /** The same page once more, by the browser's "duplicate". */
        async function duplicate(page, window) {
            const url = await page.evaluate(() => location.href);
            await window.evaluate(async tabId => {
                await (globalThis.browser ?? chrome).tabs.duplicate(tabId);
            }, await asker(window));
            const copy = await until(async () => (await desk.browser.windows(
                new RegExp(`^${url}$`))).find(other => other !== page),
            'the copy');
            await copy.until(() => document.readyState === 'complete' &&
                window.ask && true, 'the copy');
            return copy;
        }

        async function sign(window) {
            await window.wait({ label: t('password') });
            await armed(window);
            await window.fill({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
        }

        test('the host killed at its work: said, tried again, signed once',
            async () => {
                const { page, window } = await working();
                for (const { pid } of hosts())
                    process.kill(pid, 'SIGKILL');
                await desk.trouble(window, 'host_gone');
                assert.equal(await page.evaluate(() => window.outcome), null);
                await letGo();
                await window.click({ css: '#again' });
                await sign(window);
                assert.ok((await once(page)).result);
                await desk.noWindow();
            });

        test('the host killed, the window closed: host_gone', async () => {
            const { page, window } = await working();
            for (const { pid } of hosts())
                process.kill(pid, 'SIGKILL');
            await desk.trouble(window, 'host_gone');
            await window.close();
            await once(page, 'host_gone');
        });

        const closed = {
            'the window closed': window => window.close(),
            'Esc': window => window.press('Escape'),
        };
        for (const [what, act] of Object.entries(closed))
            test(`${what} while the host is at work: cancelled, no host left`,
                async () => {
                    const { page, window } = await working();
                    await act(window);
                    await once(page, 'cancelled');
                    await until(() => hosts().length === 0, 'the host to end');
                    await desk.noWindow();
                });

        /** A page of ours, beside the page that asks. */
        const helper = () => desk.browser.openExtension('ui/sites/sites.html');

        test('a window closed while it opens: cancelled at once', async () => {
            const other = await helper();
            await other.evaluate(() => {
                const { windows } = globalThis.browser ?? chrome;
                windows.onCreated.addListener(({ id }) => windows.remove(id));
            });
            const page = await desk.page();
            await page.evaluate(() => window.ask('sign', { content: '가' }));
            await once(page, 'cancelled');
            await other.close();
            await desk.noWindow();
        });

        test('a window closed that never connected, the background asleep: ' +
            'cancelled at once', async () => {
            const other = await helper();
            await other.evaluate(() => {
                const { session } = (globalThis.browser ?? chrome).storage;
                session.onChanged.addListener(changes => {
                    for (const key of Object.keys(changes))
                        if (key.startsWith('request.'))
                            session.remove(key);
                });
            });
            const { page, window } =
                await desk.asked('sign', { content: '가' }, SIGN);
            await window.wait({ role: 'alert' }); // it has no ticket
            await desk.browser.sleepBackground();
            await window.close();
            await once(page, 'cancelled');
        });

        const left = {
            'another site in the tab': async page =>
                page.navigate(await desk.site.origin()),
            'the tab closed': page => page.close(),
        };
        for (const [what, act] of Object.entries(left))
            test(`${what} while the host is at work: nobody gets the signature`,
                async () => {
                    const { page, window } = await working();
                    await act(page);
                    await letGo();
                    await desk.trouble(window, 'signed_not_delivered');
                    if (!page.closed)
                        assert.equal(await page.evaluate(() =>
                            window.settled), 0);
                });

        test('the background put to sleep while the host is at work: signed',
            async () => {
                const { page } = await working();
                await desk.browser.sleepBackground();
                await letGo();
                assert.ok((await once(page)).result);
            });

        for (const [what, act] of Object.entries(closed))
            test(`${what} with an error on the screen: the page hears which`,
                async () => {
                    const manifest = world.manifest(name);
                    const text = readFileSync(manifest, 'utf8');
                    rmSync(manifest);
                    try {
                        const { page, window } = await desk.asked('sign',
                            { content: '가나다' }, SIGN);
                        await desk.trouble(window, 'host_missing');
                        assert.equal(await page.evaluate(() =>
                            window.outcome), null);
                        await act(window);
                        await once(page, 'host_missing');
                    } finally {
                        writeFileSync(manifest, text);
                    }
                });

        test('a page back from the cache has heard page_gone, and may ask again',
            async () => {
                const { page, window } = await desk.signing();
                await page.evaluate(() => {
                    window.kept = 'kept';
                });
                const from = await page.evaluate(() => location.href);
                await page.navigate(await desk.site.origin());
                await desk.trouble(window, 'page_gone');
                await window.close();
                await page.evaluate(() => history.back());
                await page.until(url => location.href === url && window.Ingam &&
                    document.readyState === 'complete', 'the page again',
                { args: [from] });
                if (await page.evaluate(() => window.kept) === 'kept')
                    await once(page, 'page_gone');
                await page.evaluate(() => {
                    window.settled = 0;
                    window.ask('sign', { content: '다시' });
                });
                const again = await until(async () => (await desk.browser
                    .windows(desk.own))[0], 'the window');
                await sign(again);
                assert.ok((await once(page)).result);
            });

        test('a tab moved to a window of its own is the same page: signed',
            async () => {
                const { page, window } = await desk.signing();
                await window.evaluate(async tabId => {
                    await (globalThis.browser ?? chrome).windows.create(
                        { tabId });
                }, await asker(window));
                await window.front(); // the other one came over it
                await sign(window);
                assert.ok((await once(page)).result);
            });

        test('a tab whose page the browser puts away: the person is told',
            async () => {
                const { page, window } = await desk.signing();
                const tabs = await window.evaluate(async tabId => {
                    const { tabs } = globalThis.browser ?? chrome;
                    const { windowId } = await tabs.get(tabId);
                    const other = await tabs.create({ windowId });
                    await tabs.discard(tabId);
                    return [other.id, (await tabs.query({ discarded: true }))
                        .length];
                }, await asker(window));
                assert.equal(tabs[1], 1);
                await desk.trouble(window, 'page_gone');
                await page.close();
                await window.evaluate(async other => {
                    await (globalThis.browser ?? chrome).tabs.remove(other);
                }, tabs[0]);
            });

        test('a tab duplicated: the copy is told busy, the first signs',
            async () => {
                const { page, window } = await desk.signing();
                const copy = await duplicate(page, window);
                await copy.evaluate(() =>
                    window.ask('sign', { content: '복사' }));
                await once(copy, 'busy');
                assert.equal(await page.evaluate(() => window.outcome), null);
                await window.front();
                await sign(window);
                assert.ok((await once(page)).result);
                await once(copy, 'busy');
                await copy.close();
            });

        test('a tab duplicated, the first closed: the copy hears nothing of it',
            async () => {
                const { page, window } = await desk.signing();
                const copy = await duplicate(page, window);
                await page.close();
                await desk.trouble(window, 'page_gone');
                await window.close();
                await desk.noWindow();
                assert.equal(await copy.evaluate(() => window.settled), 0);
                await copy.evaluate(() =>
                    window.ask('sign', { content: '복사' }));
                await sign(await windowOf(desk.browser, SIGN));
                assert.ok((await once(copy)).result);
                await copy.close();
            });

        /** The host in no group of the browser's: only it can end itself. */
        function outOfGroup(manifest, now) {
            const path = join(world.folder, 'alone.sh');
            writeFileSync(path,
                `#!/bin/sh\nexec setsid --wait '${now.path}' "$@"\n`);
            chmodSync(path, 0o755);
            writeFileSync(manifest, JSON.stringify({ ...now, path }));
        }

        async function startAgain() {
            const { base, extensionId } = desk.browser;
            desk.browser = await world.launch(name,
                { ...RESTORES[name], extension: undefined });
            Object.assign(desk.browser, { base, extensionId });
        }

        async function asksAnew(url, stale) {
            const page = await until(async () => (await desk.browser.windows(
                new RegExp(`^${url}$`)))[0], 'the page of the last time');
            await present(page);
            const own = await helper();
            assert.deepEqual(await own.evaluate(() =>
                (globalThis.browser ?? chrome).storage.session.get()), {});
            await own.close();
            await page.evaluate(() => window.ask('sign', { content: '다시' }));
            const fresh = await until(async () => (await desk.windows()).find(
                window => window.url() !== stale), 'the window');
            if (name === 'firefox') { // it shows our windows again, too
                const old = await until(async () => (await desk.windows()).find(
                    window => window.url() === stale), 'the old window');
                await desk.trouble(old, 'no_token');
                await fresh.front();
            }
            await sign(fresh);
            assert.ok((await once(page)).result);
        }

        /** While a file or folder is not there. */
        async function without(path, act) {
            renameSync(path, `${path}-kept`);
            try {
                await act();
            } finally {
                rmSync(path, { recursive: true, force: true });
                renameSync(`${path}-kept`, path);
            }
        }

        /** While the person has blocked all sites of the tests. */
        async function blocked(act) {
            const own = await helper();
            const set = blockedSites => own.evaluate(sites =>
                (globalThis.browser ?? chrome).storage.local.set(
                    { blockedSites: sites }), blockedSites);
            await set(['localhost']);
            try {
                await act();
            } finally {
                await set([]);
            }
        }

        const states = {
            'a certificate': act => act(),
            'no certificate': act => without(join(world.home, 'NPKI'), act),
            'no program': act => without(world.manifest(name), act),
            'the site blocked': blocked,
        };
        for (const [what, state] of Object.entries(states))
            test(`${what}: unasked a page is told the same, and nothing wakes`,
                () => state(async () => {
                    const page = await desk.page();
                    await until(async () => {
                        await desk.browser.sleepBackground();
                        const told = [await present(page), await page.until(
                            () => window.raw().then(heard =>
                                heard !== 'silence' && heard), 'a hello')];
                        assert.deepEqual(told, [{ installed: true, version },
                            { hello: true, version }]);
                        return !await desk.browser.backgroundAwake() &&
                            hosts().length === 0;
                    }, 'an answer that wakes nothing');
                }));

        test('no certificate: the page hears what it hears of one not chosen',
            () => without(join(world.home, 'NPKI'), async () => {
                const { page, window } = await desk.asked('sign',
                    { content: '가나다' }, SIGN);
                await window.wait({ text: t('certificates_none') });
                assert.equal(await page.evaluate(() => window.outcome), null);
                await window.close();
                assert.deepEqual(await once(page, 'cancelled'),
                    { reason: 'cancelled', code: 2002, retryable: false,
                        name: 'IngamError' });
            }));

        /** Pages are opened until one hears this: its setting is on its way. */
        const pageThatHears = what => until(async () => {
            const page = await desk.page();
            const heard = await page.evaluate(() => window.raw());
            return (heard.hello ? 'hello' : heard) === what && page;
        }, `a page that hears ${what}`);

        test('access to sites taken away: the call under way ends as asked, ' +
            'the next page has no Ingam, the popup says why', async () => {
            const { page, window } = await desk.signing();
            await desk.browser.siteAccess(false);
            try {
                await window.front();
                await sign(window);
                assert.ok((await once(page)).result);
                const next = await pageThatHears('silence');
                await next.evaluate(() => window.ask('sign', { content: '가' }));
                await once(next, 'not_installed');
                const popup =
                    await desk.browser.openExtension('ui/popup/popup.html');
                await popup.wait({ text: t('popup_no_access') });
            } finally {
                await desk.browser.siteAccess(true);
            }
            const popup =
                await desk.browser.openExtension('ui/popup/popup.html');
            await popup.wait({ css: '#versions' });
            assert.equal(await popup.count({ text: t('popup_no_access') }), 0);
            await pageThatHears('hello');
        });

        test('the browser quit while the host is at work: the host ends, ' +
            'nothing is signed, the page of the next start asks anew',
        async () => {
            const manifest = world.manifest(name);
            const text = readFileSync(manifest, 'utf8');
            outOfGroup(manifest, JSON.parse(text));
            try {
                const recorded = await world.ingamOk(['history', '--json']);
                const { page, window } = await working();
                const url = await page.evaluate(() => location.href);
                const stale = window.url();
                await desk.browser.quit();
                await until(() => hosts().length === 0, 'the host to end');
                await letGo();
                assert.deepEqual(await world.ingamOk(['history', '--json']),
                    recorded);
                await startAgain();
                await asksAnew(url, stale);
            } finally {
                writeFileSync(manifest, text);
            }
        });

        test('the extension started anew in the middle: reload_page',
            async () => {
                const { page, window } = await desk.signing();
                await window.evaluate(() => {
                    (globalThis.browser ?? chrome).runtime.reload();
                }).catch(() => {}); // it goes with its window
                await once(page, 'reload_page');
            });
    });
}
