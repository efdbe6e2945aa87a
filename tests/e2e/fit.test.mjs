// What must be in view at once: a bank's ordinary transfer with the whole
// signing form under it, in both browsers and languages, without scrolling.

import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { Transfers } from '../bank/transfers.mjs';
import { missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { until } from './lib/program.mjs';

const lacking = missing();
const SHOTS = resolve('build/log/windows');

/** What 720 px leave under a title bar. */
const [WIDTH, HEIGHT] = [440, 683];

/** The text that the demo's bank has people sign. */
function transfer(lang) {
    const fields = { bank: lang === 'ko' ? '다온은행' : 'Daon Bank',
        account: '110-234-567890', amount: '1,250,000',
        holder: lang === 'ko' ? '김서연' : 'Seoyeon Kim',
        memo: lang === 'ko' ? '11월 월세' : 'November rent' };
    return new Transfers({ now: Date.now }).prepare(
        { id: 1, account: '352-11-0098765' }, lang,
        new Map(Object.entries(fields))).transfer.text;
}

/** How much is out of view, in px: of the window, of the text's own box. */
const hidden = window => window.evaluate(() => {
    const over = e => Math.max(0, e.scrollHeight - e.clientHeight);
    return { window: over(document.documentElement),
        text: over(document.querySelector('#content')) };
});

/** Open the toolbar's own popup, and wait until the browser has made it as
 * wide as it wants to be. */
async function openPopup({ browser }, width) {
    const page = await browser.openExtension(
        'ui/reissue/reissue.html?mode=codes');
    await page.evaluate(() =>
        (globalThis.browser ?? globalThis.chrome).action.openPopup());
    if (browser.name === 'firefox') {
        await until(async () => width === await browser.chrome(() =>
            [...Services.wm.getMostRecentBrowserWindow().document
                .querySelectorAll('browser')].find(b => b.currentURI?.spec
                .endsWith('ui/popup/popup.html'))?.clientWidth),
        `a popup of ${width} px`);
        return;
    }
    const popup = await windowOf(browser, 'ui/popup/popup.html');
    await popup.wait({ css: '#host' });
    await popup.until(want => window.innerWidth === want, `${width} px`,
        { args: [width] });
}

for (const name of BROWSERS) {
    for (const lang of ['ko', 'en']) {
        const skip = lacking ? `${lacking} is not built`
            : installed(name) ? false : `${name} is not installed`;
        describe(`what fits in ${name}, ${lang}`, { skip }, () => {
            let desk;
            before(async () => {
                desk = await Desk.open(name, { lang, prefs: {
                    'extensions.openPopupWithoutUserGesture.enabled': true } });
            });
            after(() => desk?.close());
            afterEach(() => desk?.clear());

            /** @param {string} what for the picture's name */
            async function signing(what) {
                const { window } = await desk.signing(
                    { content: transfer(lang) });
                await window.resize(WIDTH, HEIGHT);
                await window.still();
                await window.screenshot(join(SHOTS,
                    `${name}-${lang}-fit-${what}.png`), { full: false });
                return window;
            }

            const windows = ['the first window, which explains the phrase',
                'every later window'];
            for (const [i, what] of windows.entries()) {
                test(`a transfer of eight lines: ${what}`, async () => {
                    const window = await signing(i === 0 ? 'first' : 'later');
                    assert.equal(await window.count(
                        { text: desk.t('phrase_first') }), 1 - i);
                    assert.deepEqual(await hidden(window),
                        { window: 0, text: 0 });
                });
            }

            test('a longer text scrolls in its own box, and says so',
                async () => {
                    const { window } = await desk.unread({ content:
                        `${transfer(lang)}\n`.repeat(4) });
                    await window.resize(WIDTH, HEIGHT);
                    assert.ok((await hidden(window)).text > 0);
                    assert.notEqual(await window.text({ css: '#gate' }), '');
                });

            test('the toolbar\'s popup is 360 px wide', () =>
                openPopup(desk, 360));
        });
    }
}
