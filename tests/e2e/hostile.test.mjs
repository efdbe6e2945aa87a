// Others who would like a say, in both browsers: a second extension, a private
// window, a window over ours, a page that steals the focus or looks for the
// phrase (T177, T184, T204, T210, T211).

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';
import { pause, until } from './lib/program.mjs';

const lacking = missing();

const SIZE = 'popup,width=440,height=720';
const OVER = /\/over$/;
const PAGES = { '/over': { body: '' }, '/': { body: `<button
    onclick="window.open('/over', '', '${SIZE}')">위에 열기</button>` } };

/** What another extension's background can try against ours. */
const BACKGROUND = id => `const api = globalThis.browser ?? globalThis.chrome;
const OURS = ${JSON.stringify(id)};
const word = error => 'refused: ' + (error?.message ?? error);
const listen = port => new Promise(done => {
    port.onMessage.addListener(message => done(message));
    port.onDisconnect.addListener(() =>
        done(word(port.error ?? api.runtime.lastError)));
    try {
        port.postMessage({ method: 'sign', params: { content: 'x' } });
    } catch (error) {
        done(word(error));
    }
});
const tries = {
    sign: () => api.runtime.sendMessage(OURS, { method: 'sign' }),
    show: () => api.runtime.sendMessage(OURS, { method: 'show' }),
    site: () => api.runtime.sendMessage(OURS, { method: 'site' }),
    connect: () => listen(api.runtime.connect(OURS, { name: 'x' })),
    host: () => listen(api.runtime.connectNative('kr.ingam.host')),
};
api.runtime.onMessage.addListener((name, from, answer) => {
    const late = new Promise(done => setTimeout(done, 2000, 'refused: silence'));
    Promise.race([Promise.resolve().then(tries[name]), late])
        .then(got => answer(JSON.stringify(got ?? 'refused: nothing')),
            error => answer(JSON.stringify(word(error))));
    return true;
});`;

/** Its content script: asks for one try after the other, tells the page. */
const CONTENT = `const api = globalThis.browser ?? globalThis.chrome;
(async () => {
    const heard = {};
    for (const name of ['sign', 'show', 'site', 'connect', 'host'])
        heard[name] = JSON.parse(await api.runtime.sendMessage(name));
    document.documentElement.dataset.heard = JSON.stringify(heard);
})();`;

/** Make the other extension. @returns {string} its folder */
function otherExtension(folder, ours) {
    const files = { 'background.js': BACKGROUND(ours), 'content.js': CONTENT,
        'manifest.json': JSON.stringify({ manifest_version: 3, name: 'other',
            version: '1', permissions: ['nativeMessaging', 'storage'],
            background: { service_worker: 'background.js',
                scripts: ['background.js'] },
            browser_specific_settings: { gecko: { id: 'other@ingam.kr' } },
            content_scripts: [{ matches: ['http://localhost/*'],
                js: ['content.js'] }] }) };
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files))
        writeFileSync(join(folder, name), text);
    return folder;
}

/** Every string that a script can reach from the page's window. */
function reachable() {
    const seen = new Set(), texts = [
        new window.XMLSerializer().serializeToString(document)];
    const look = (value, depth) => {
        if (typeof value === 'string')
            texts.push(value);
        if (value === null || !/object|function/.test(typeof value) ||
            seen.has(value) || depth > 4 || seen.size > 20000)
            return;
        seen.add(value);
        for (const key of Reflect.ownKeys(value)) {
            texts.push(String(key));
            try {
                look(value[key], depth + 1);
            } catch {
                // It may not be read.
            }
        }
    };
    look(window, 0);
    return texts.join('\n');
}

/** A page's ways to get between the person and a window. */
function steal() {
    window.heard = [];
    for (const type of ['keydown', 'keypress', 'keyup', 'input', 'paste',
        'compositionend'])
        addEventListener(type, event => window.heard.push(
            `${type} ${event.key ?? event.data ?? ''}`), true);
    for (let i = 0; i < 20; i++)
        window.open('/over', `w${i}`, 'popup,width=440,height=720');
    const field = document.body.appendChild(document.createElement('input'));
    const grab = () => {
        window.focus();
        field.focus();
        document.documentElement.requestFullscreen?.().catch(() => {});
        document.documentElement.requestPointerLock?.()?.catch?.(() => {});
    };
    grab();
    window.grabbing = setInterval(grab, 50);
    setTimeout(() =>
        document.defaultView.alert('여기 비밀번호를 넣으세요'), 100);
}

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`others in ${name}`, { skip }, () => {
        let desk, t;
        before(async () => {
            desk = await Desk.open(name, { pages: PAGES });
            t = desk.t;
        });
        after(() => desk?.close());
        afterEach(async () => {
            for (const window of await desk.browser.windows(OVER))
                await window.close();
            await desk.clear();
        });

        /** The page's own window is there. */
        const over = () => until(async () =>
            (await desk.browser.windows(OVER)).length > 0, 'the window over it');

        const disarmed = window => window.until(() => document.querySelector(
            '#deed[aria-disabled=true]') !== null, 'the window to disarm');

        test('out of sight or focus: disarmed; armed anew when it is back',
            async () => {
                const { page, window } = await desk.signing();
                await window.type({ label: t('password') }, OLD_PASSWORD);
                await window.away();
                await disarmed(window);
                await pause(700); // longer than arming takes
                assert.equal((await window.state({ css: '#deed' })).disabled,
                    true);
                await window.front();
                await armed(window);
                assert.equal(await window.value({ label: t('password') }),
                    OLD_PASSWORD);
                await desk.press(window, 'sign_button');
                assert.ok((await desk.outcome(page)).result);
            });

        test('a window over ours disarms it', { skip: name === 'chromium' &&
            'headless, every window has the focus' }, async () => {
            const { page, window } = await desk.signing();
            await page.click({ role: 'button', name: '위에 열기' });
            await over();
            await disarmed(window);
            assert.equal(await page.evaluate(() => window.outcome), null);
        });

        test('a page that steals the focus hears no key and changes nothing',
            async () => {
                const { page, window } = await desk.signing();
                await page.evaluate(steal);
                await until(() => page.dialogs?.length > 0 ||
                    name === 'firefox', 'the alert');
                await pause(300);
                assert.equal(await window.text({ css: '#content' }), '가나다');
                await page.evaluate(() => clearInterval(window.grabbing));
                await window.front();
                await armed(window);
                await window.type({ label: t('password') }, OLD_PASSWORD);
                assert.equal(await window.value({ label: t('password') }),
                    OLD_PASSWORD);
                await desk.press(window, 'sign_button');
                assert.ok((await desk.outcome(page)).result);
                assert.deepEqual(await page.evaluate(() => window.heard), []);
            });

        test('the phrase is nowhere that a page can look', async () => {
            const { page, window } = await desk.signing();
            const { colour, words } = await window.evaluate(async () =>
                (await (globalThis.browser ?? chrome).storage.local.get(
                    'phrase')).phrase);
            assert.match(await window.text({ css: '#phrase' }),
                new RegExp(words));
            const texts = await page.evaluate(reachable);
            assert.ok(texts.includes('addEventListener'), 'nothing was read');
            assert.equal(texts.includes(words), false);
            assert.equal(texts.includes(`"${colour}"`), false);
            await desk.press(window, 'cancel');
            assert.doesNotMatch(JSON.stringify(await desk.outcome(page)),
                new RegExp(words));
        });

        test('a private window has no Ingam until the person allows it',
            async () => {
                const page = await desk.browser.openPrivate(
                    await desk.site.origin());
                assert.deepEqual(await page.evaluate(() =>
                    window.Ingam.status().then(s => s.installed)), false);
                assert.equal(await page.evaluate(() => window.raw()),
                    'silence');
                await page.close();
            });

        test('another extension reaches neither ours nor the host',
            async () => {
                await desk.browser.install(otherExtension(
                    join(desk.world.folder, 'other'), desk.browser.extensionId));
                const page = await desk.page();
                const heard = JSON.parse(await page.until(() =>
                    document.documentElement.dataset.heard, 'the tries'));
                assert.deepEqual(Object.keys(heard),
                    ['sign', 'show', 'site', 'connect', 'host']);
                for (const [what, got] of Object.entries(heard))
                    assert.match(String(got), /^refused: /, `${what}: ${
                        JSON.stringify(got)}`);
                assert.match(heard.host, /forbidden|No such native/);
                assert.deepEqual(await desk.windows(), []);
            });
    });
}
