// The driver itself, in both browsers, with a small extension made here: what
// the other tests rely on, and that nothing is left of a browser afterwards.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, installed, launch, windowOf } from './lib/launch.mjs';
import { processesOf, until } from './lib/program.mjs';

/** How often each browser is started and ended; 30 was tried by hand. */
const LAUNCHES = Number(process.env.LAUNCHES ?? 2);

const FILES = {
    'manifest.json': JSON.stringify({
        manifest_version: 3, name: 'driver', version: '1',
        default_locale: 'en', background: { service_worker: 'background.js',
            scripts: ['background.js'] },
        browser_specific_settings: { gecko: { id: 'ingam@ingam.kr' } },
        content_scripts: [{ matches: ['http://localhost/*'],
            js: ['content.js'] }],
    }),
    '_locales/ko/messages.json': '{"word":{"message":"안녕"}}',
    '_locales/en/messages.json': '{"word":{"message":"hello"}}',
    'background.js': `const api = globalThis.browser ?? chrome;
        api.runtime.onMessage.addListener((message, from, answer) => {
            api.windows.create({ url: 'ask/ask.html', type: 'popup',
                width: 440, height: 720 });
            answer(1);
        });`,
    'content.js': `window.addEventListener('message', () =>
        (globalThis.browser ?? chrome).runtime.sendMessage('open'));`,
    'ask/ask.html': `<!doctype html><html lang="en"><meta charset="utf-8">
        <title>ask</title><h1>Ask</h1>
        <label>Password <input type="password"></label>
        <button id="b">Sign</button><button id="q">Close</button>
        <div style="position:relative"><button id="u">Under</button>
        <div style="position:absolute;inset:0">over</div></div>
        <p role="status"></p><script src="ask.js"></script>`,
    'ask/ask.js': `const api = globalThis.browser ?? chrome;
        const field = document.querySelector('input');
        const seen = [];
        field.addEventListener('keydown', event =>
            seen.push([event.isTrusted, event.repeat]));
        document.querySelector('#b').addEventListener('click', event => {
            document.querySelector('p').textContent = JSON.stringify({
                typed: field.value, trusted: event.isTrusted, seen,
                word: api.i18n.getMessage('word') });
        });
        document.querySelector('#q').addEventListener('mousedown', () =>
            window.close());`,
};
const PAGE = '<!doctype html><html lang="ko"><title>page</title>' +
    '<button onclick="window.postMessage(1)">열기</button>';

const root = resolve('build/tmp');
mkdirSync(root, { recursive: true });
const folder = mkdtempSync(join(root, 'driver-'));
const server = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    answer.end(PAGE);
});
let address;

before(async () => {
    for (const [name, text] of Object.entries(FILES)) {
        mkdirSync(join(folder, 'ext', name, '..'), { recursive: true });
        writeFileSync(join(folder, 'ext', name), text);
    }
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    address = `http://localhost:${server.address().port}/`;
});
after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
});

function start(name, home, lang = 'ko') {
    return launch(name, { home, lang, extension: join(folder, 'ext') });
}

for (const name of BROWSERS) {
    const skip = installed(name) ? false : `${name} is not installed`;
    describe(name, { skip }, () => {
        let browser, page, ask;
        const home = join(folder, name);
        before(async () => {
            browser = await start(name, home);
            page = await browser.open(address);
        });
        after(() => browser?.close());

        test('an extension window is found and has the size asked for',
            async () => {
                await page.click({ role: 'button', name: '열기' });
                ask = await windowOf(browser, 'ask/ask.html');
                const width = await ask.evaluate(() => window.outerWidth);
                assert.equal(width, 440);
            });

        test('typing and clicking are a person\'s own, in Korean too',
            async () => {
                await ask.type({ label: 'Password' }, 'aB1!가');
                await ask.press('x', { repeat: 2 });
                await ask.click({ role: 'button', name: 'Sign' });
                const got = JSON.parse(await ask.text({ role: 'status' }));
                assert.equal(got.typed, 'aB1!가xxx');
                assert.equal(got.trusted, true);
                assert.equal(got.word, '안녕');
                assert.deepEqual(got.seen.slice(-3),
                    [[true, false], [true, true], [true, true]]);
            });

        const refused = [
            ['an element that is not there', /waited/,
                () => ask.wait({ role: 'button', name: 'Nothing' }, 200)],
            ['a label that only looks alike', /waited/,
                () => ask.wait({ label: 'Passwor' }, 200)],
            ['a click on something covered', /is under/,
                () => ask.click({ css: '#u' })],
            ['a script that throws', /on purpose/,
                () => ask.evaluate(() => { throw new Error('on purpose'); })],
            ['an answer that never comes', /no answer|waited/,
                () => windowOf(browser, 'ask/none.html', 200)],
        ];
        for (const [what, error, act] of refused)
            test(`refuses ${what}`, () => assert.rejects(act, error));

        test('draws at another size, zoom and colour scheme', async () => {
            await ask.resize(320, 600, 2);
            await ask.media({ dark: true, still: true });
            assert.deepEqual(await ask.evaluate(() => [innerWidth,
                devicePixelRatio,
                matchMedia('(prefers-color-scheme: dark)').matches,
                matchMedia('(prefers-reduced-motion: reduce)').matches]),
            [320, 2, true, true]);
            const png = await ask.screenshot(join(folder, 'ask.png'));
            assert.equal(png.readUInt32BE(16), 640); // its width, in pixels
        });

        test('puts the background to sleep, and a request wakes it',
            async () => {
                assert.equal(await browser.backgroundAwake(), true);
                await browser.sleepBackground();
                assert.equal(await browser.backgroundAwake(), false);
                await ask.close();
                await page.click({ role: 'button', name: '열기' });
                ask = await windowOf(browser, 'ask/ask.html');
            });

        test('a window that closes during the press has been pressed',
            async () => {
                await ask.click({ role: 'button', name: 'Close' });
                await until(async () =>
                    (await browser.windows(/ask\.html/)).length === 0,
                'the window to close');
            });

        test('nothing is left of a browser that was closed or killed',
            async () => {
                await browser.close();
                assert.deepEqual(processesOf(home), []);
                for (let i = 0; i < LAUNCHES; i++) {
                    browser = await start(name, home, 'en');
                    page = await browser.open(address);
                    await page.click({ role: 'button', name: '열기' });
                    ask = await windowOf(browser, 'ask/ask.html');
                    await ask.click({ role: 'button', name: 'Sign' });
                    assert.match(await ask.text({ role: 'status' }), /hello/);
                    await (i % 2 ? browser.close() : browser.kill());
                    assert.deepEqual(processesOf(home), []);
                }
            });
    });
}
