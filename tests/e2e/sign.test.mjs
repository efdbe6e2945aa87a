// The signing window in both browsers, with the real host and a certificate of
// the real CA: what a person may do, and what nobody may (T171, T180-T189,
// T204-T210, T214-T224).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { SIGN } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk, LONG_TEXT } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { pause } from './lib/program.mjs';
import { present } from './lib/site.mjs';

const lacking = missing();

const TRANSFER = { type: 'transfer', unknownMember: true,
    to: { holder: 'Seoyeon \u202eKim', account: '110-234-567890' },
    amount: { value: '1250000', currency: 'KRW' } };
const CANONICAL = '{"amount":{"currency":"KRW","value":"1250000"},"to":' +
    '{"account":"110-234-567890","holder":"Seoyeon \u202eKim"},' +
    '"type":"transfer","unknownMember":true}';

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`signing in ${name}`, { skip }, () => {
        let desk, t;
        before(async () => {
            desk = await Desk.open(name);
            t = desk.t;
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        /** openssl's word on a signature: the content, or it throws. */
        function opened({ signature }) {
            const at = join(desk.world.folder, 'signature.der');
            writeFileSync(at, Buffer.from(signature, 'base64'));
            return execFileSync('openssl', ['cms', '-verify', '-noverify',
                '-binary', '-inform', 'DER', '-in', at],
            { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
        }

        const texts = [
            ['one word', '가'],
            ['several lines', '한 줄\n두 줄\n\n넷째 줄'],
            ['what looks like HTML', '<script>alert(1)</script><b>1원</b>'],
            ['a long text, read to its end', LONG_TEXT],
        ];
        for (const [what, content] of texts) {
            test(`signs ${what}: openssl finds exactly that`, async () => {
                const { page, window } = content === LONG_TEXT
                    ? await desk.unread({ content })
                    : await desk.signing({ content });
                assert.equal(await window.text({ css: '#content' }), content);
                assert.equal(await window.count({ css: '#content script' }), 0);
                await window.type({ label: t('password') }, OLD_PASSWORD);
                if (content === LONG_TEXT) {
                    await desk.press(window, 'sign_button'); // not read yet
                    assert.match(await window.text({ css: '#gate' }), /120/);
                    await window.press('End');
                    await window.until(() => document.querySelector('#gate')
                        .textContent === '', 'the end to be read');
                }
                await desk.press(window, 'sign_button');
                const { result } = await desk.outcome(page);
                assert.equal(opened(result), content);
                assert.deepEqual(Object.keys(result).sort(),
                    ['certificate', 'code', 'format', 'signature']);
                await desk.noWindow();
                assert.equal(await page.evaluate(() => window.settled), 1);
            });
        }

        test('a transaction is a table, its canonical bytes are signed, and ' +
            'what was shown', async () => {
            const { page, window } = await desk.signing({ content: TRANSFER });
            await window.wait({ role: 'heading', name: t('sign_title_transfer') });
            const shown = await window.text({ css: '#content' });
            for (const word of [t('tx_amount'), '1,250,000원',
                '일백이십오만 원', 'Seoyeon', '⟦U+202E⟧', 'unknownMember'])
                assert.ok(shown.includes(word), word);
            const code = await window.text({ css: '.measure' });
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            const { result } = await desk.outcome(page);
            assert.equal(opened(result), CANONICAL);
            assert.ok(code.includes(result.code), `${code}: ${result.code}`);
            const at = join(desk.world.folder, 'signature.der');
            const parsed = execFileSync('openssl',
                ['asn1parse', '-inform', 'DER', '-in', at]).toString();
            const { origin } = new URL(await page.url());
            assert.match(parsed, new RegExp(`UTF8STRING +:${origin}\n`));
            assert.match(parsed, /PRINTABLESTRING +:transaction\n/);
        });

        test('tokens stand for what the eye would miss, bytes stay',
            async () => {
                const content = '받는 분: 김\u202e서\u200b연';
                const { page, window } = await desk.signing({ content });
                const shown = await window.text({ css: '#content' });
                assert.match(shown, /⟦U\+202E⟧/);
                assert.match(shown, /⟦U\+200B⟧/);
                await window.type({ label: t('password') }, OLD_PASSWORD);
                await desk.press(window, 'sign_button');
                assert.equal(opened((await desk.outcome(page)).result), content);
            });

        test('a wrong password, then the right one', async () => {
            const { page, window } = await desk.signing();
            await window.type({ label: t('password') }, 'wrong-Pass-1');
            await desk.press(window, 'sign_button');
            await window.wait({ css: 'input[aria-invalid=true]' });
            assert.equal(await window.value({ label: t('password') }), '');
            assert.equal((await window.state({ label: t('password') })).focused,
                true);
            assert.equal(await page.evaluate(() => window.outcome), null);
            await window.keys(OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            assert.ok((await desk.outcome(page)).result);
        });

        test('the password and the names reach no page and no store',
            async () => {
                const { page, window } = await desk.signing();
                assert.equal(await page.evaluate(() => window.outcome), null);
                await window.type({ label: t('password') }, OLD_PASSWORD);
                const kept = await window.evaluate(async () => {
                    const api = globalThis.browser ?? globalThis.chrome;
                    return JSON.stringify([await api.storage.local.get(null),
                        await api.storage.session.get(null)]);
                });
                assert.doesNotMatch(kept, /spring-Walk|가나다|홍길동/);
                await desk.press(window, 'cancel');
                assert.equal((await desk.outcome(page)).reason, 'cancelled');
            });

        const ends = [
            ['취소', 'cancelled', window => desk.press(window, 'cancel')],
            ['Escape', 'cancelled', window => window.press('Escape')],
            ['the window closed', 'cancelled', window => window.close()],
            ['the page reloaded', 'page_gone', (window, page) =>
                page.evaluate(() => location.reload())],
            ['another site in the tab', 'page_gone', async (window, page) =>
                page.navigate(await desk.site.origin())],
            ['the tab closed', 'page_gone', (window, page) => page.close()],
        ];
        for (const [what, reason, act] of ends) {
            test(`${what} ends it: ${reason}`, async () => {
                const { page, window } = await desk.signing();
                await window.type({ label: t('password') }, OLD_PASSWORD);
                await act(window, page);
                if (reason === 'cancelled') {
                    const got = await desk.outcome(page);
                    assert.equal(got.reason, reason);
                    assert.equal(got.name, 'IngamError');
                    await desk.noWindow();
                    await pause(100);
                    assert.equal(await page.evaluate(() => window.settled), 1);
                } else {
                    await desk.trouble(window, 'page_gone');
                    assert.equal(await window.count({ css: 'input' }), 0);
                    if (what !== 'the tab closed') {
                        await page.until(() => document.readyState ===
                            'complete', 'the page');
                        assert.equal(await page.evaluate(() =>
                            window.settled), 0);
                    }
                }
            });
        }

        test('a page that comes back by "back" is not answered late',
            async () => {
                const { page, window } = await desk.signing();
                await page.navigate(await desk.site.origin());
                await desk.trouble(window, 'page_gone');
                const left = await page.evaluate(() => location.href);
                await page.evaluate(() => history.back());
                await page.until(url => location.href !== url && window.Ingam &&
                    document.readyState === 'complete', 'the page again',
                { args: [left] });
                const got = await page.evaluate(() => window.outcome);
                assert.equal(got?.reason ?? 'page_gone', 'page_gone');
                await present(page);
            });

        const refused = [
            ['no content', {}, 'invalid_request'],
            ['an empty text', { content: '' }, 'invalid_request'],
            ['a number', { content: 7 }, 'invalid_request'],
            ['an unknown member', { content: 'x', approved: true },
                'invalid_request'],
            ['an unknown format', { content: 'x', format: 'xml' },
                'invalid_request'],
            ['an unknown encoding', { content: 'x', encoding: 'utf-7' },
                'invalid_request'],
            ['half a character', { content: 'a\ud800' }, 'invalid_request'],
            ['a NUL', { content: 'a\0b' }, 'content_not_displayable'],
            ['a noncharacter', { content: 'a\ufffeb' },
                'content_not_displayable'],
            ['a text above the limit', { content: 'x'.repeat(600000) },
                'too_large'],
        ];
        for (const [what, params, reason] of refused) {
            test(`refuses ${what}: ${reason}`, async () => {
                const page = await desk.page();
                await page.evaluate(p => window.ask('sign', p), params);
                const got = await desk.outcome(page);
                assert.equal(got.reason, reason);
                assert.equal(got.retryable, false);
            });
        }

        test('refuses bytes that are no text', async () => {
            const page = await desk.page();
            await page.evaluate(() => window.ask('sign',
                { content: new Uint8Array([0xff, 0xfe, 0x41]) }));
            assert.equal((await desk.outcome(page)).reason,
                'content_not_displayable');
        });

        test('refuses text that EUC-KR does not have, and signs what it has',
            async () => {
                for (const content of ['이체 😀', '이체 1원']) {
                    const { page, window } = await desk.signing(
                        { content, encoding: 'euc-kr' });
                    await window.type({ label: t('password') }, OLD_PASSWORD);
                    await desk.press(window, 'sign_button');
                    const got = await desk.outcome(page);
                    assert.equal(got.reason, content.includes('😀')
                        ? 'encoding_mismatch' : undefined);
                    await desk.clear();
                }
            });

        const hostile = [
            ['a getter that throws', () => ({ get content() {
                throw new Error('mine');
            } })],
            ['a proxy', () => ({ content: new Proxy({}, {}) })],
            ['a function', () => ({ content: () => 'x' })],
            ['a cycle', () => {
                const p = { content: {} };
                p.content.p = p;
                return p;
            }],
            ['a toString of its own', () =>
                ({ content: { toString: () => 'x' } })],
        ];
        test('hostile parameters settle, and the next call works', async () => {
            for (const [what, make] of hostile) {
                const page = await desk.page();
                await page.run(`window.ask('sign', (${make})()) ?? null`)
                    .catch(() => {});
                const got = await page.until(() => window.outcome, what,
                    { ms: 4000 }).catch(() => null);
                assert.equal(got?.reason ?? 'invalid_request',
                    'invalid_request', what);
                await present(page);
                await desk.clear();
            }
        });

        test('a page that has replaced everything it could harms itself only',
            async () => {
                const page = await desk.page();
                await page.evaluate(() => {
                    window.postMessage = () => {};
                    MessagePort.prototype.postMessage = () => {
                        throw new Error('mine');
                    };
                    window.Promise = Map.prototype.get = null;
                    window.ask('sign', { content: 'x' });
                });
                await page.until(() => window.settled === 1, 'an end');
                const next = await desk.page();
                await present(next);
            });

        test('two tabs at once: one window, the other is told busy',
            async () => {
                const { page, window } = await desk.signing();
                const second = await desk.page();
                await second.evaluate(() =>
                    window.ask('sign', { content: '다른 글' }));
                const got = await desk.outcome(second);
                assert.equal(got.reason, 'busy');
                assert.equal(got.retryable, true);
                assert.equal((await desk.windows()).length, 1);
                assert.equal(await window.text({ css: '#content' }), '가나다');
                assert.equal(await page.evaluate(() => window.outcome), null);
            });

        test('a thousand calls at once open one window, and its text stays',
            async () => {
                const page = await desk.page();
                await page.evaluate(() => {
                    window.reasons = [];
                    for (let i = 0; i < 1000; i++)
                        window.Ingam.sign({ content: `글 ${i}` }).catch(e =>
                            window.reasons.push(e.reason));
                });
                const window = await windowOf(desk.browser, SIGN);
                assert.equal(await window.text({ css: '#content' }), '글 0');
                await page.until(() => window.reasons.length === 999,
                    'the others to be refused');
                assert.deepEqual(await page.evaluate(() =>
                    [...new Set(window.reasons)]), ['busy']);
                assert.equal((await desk.windows()).length, 1);
            });

        test('the fourth window of a site in a minute does not open',
            async () => {
                const page = await desk.page();
                for (let i = 0; i < 3; i++) {
                    await page.evaluate(() =>
                        window.ask('sign', { content: 'x' }));
                    const window = await windowOf(desk.browser, SIGN);
                    await window.wait({ role: 'heading' });
                    await window.press('Escape');
                    await desk.outcome(page);
                    await desk.noWindow();
                }
                await page.evaluate(() => window.ask('sign', { content: 'x' }));
                assert.equal((await desk.outcome(page)).reason,
                    'too_many_requests');
                assert.deepEqual(await desk.windows(), []);
            });

        test('the site\'s own time limit is shown, and ends the call',
            async () => {
                const { page, window } = await desk.asked('sign',
                    { content: 'x', timeoutMs: 8000 }, SIGN);
                assert.match(await window.text({ css: 'main:has(#content)' }),
                    new RegExp(t('sign_expires')));
                assert.equal((await desk.outcome(page)).reason,
                    'request_expired');
                await desk.trouble(window, 'request_expired');
            });

        test('a site blocked meanwhile gets nothing, and the way to undo it ' +
            'is shown', async () => {
            const { page, window } = await desk.signing();
            const block = sites => window.evaluate(list => (globalThis.browser ??
                chrome).storage.local.set({ blockedSites: list }), sites);
            await block(['localhost']);
            try {
                await window.type({ label: t('password') }, OLD_PASSWORD);
                await desk.press(window, 'sign_button');
                assert.equal((await desk.outcome(page)).reason, 'site_blocked');
                await window.wait({ role: 'link', name: t('button_manage') });
                assert.match(await window.evaluate(() => document.querySelector(
                    '#manage').href), /ui\/sites\/sites/);
            } finally {
                await block([]);
            }
        });

        test('nothing signs before the window is armed', async () => {
            const { page, window } = await desk.signing();
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await window.resize(430, 700); // a new start of the 500 ms
            await window.until(() => document.querySelector(
                '#deed[aria-disabled=true]'), 'the window to disarm');
            await desk.press(window, 'sign_button');
            await window.press('Enter');
            await pause(250);
            assert.equal(await page.evaluate(() => window.outcome), null);
            await window.wait({ css: '#deed[aria-disabled=false]' });
            await desk.press(window, 'sign_button');
            assert.ok((await desk.outcome(page)).result);
        });

        test('events that nobody made sign nothing', async () => {
            const { page, window } = await desk.signing();
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await window.evaluate(() => {
                const deed = document.querySelector('#deed');
                deed.click();
                deed.dispatchEvent(new MouseEvent('click', { bubbles: true }));
                const field = document.querySelector('input[type=password]');
                for (const type of ['keydown', 'keypress', 'keyup'])
                    field.dispatchEvent(new KeyboardEvent(type,
                        { key: 'Enter', bubbles: true }));
            });
            await pause(300);
            assert.equal(await page.evaluate(() => window.outcome), null);
            assert.equal((await desk.windows()).length, 1);
        });

        test('a held Enter does not sign, nor Enter anywhere but the password',
            async () => {
                const { page, window } = await desk.signing();
                await window.click({ css: '#content' });
                await window.press('Enter');
                await window.click({ label: t('password') });
                await window.press('Enter', { repeat: 5 });
                await window.keys(OLD_PASSWORD);
                await window.keyDown('Enter', {}, true);
                await pause(200);
                if (name === 'chromium') // Firefox has no repeat without a press
                    assert.equal(await page.evaluate(() =>
                        window.outcome), null);
                await window.keyUp('Enter', {});
            });

        test('Enter in the password, typed when armed, signs', async () => {
            const { page, window } = await desk.signing();
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await window.press('Enter');
            assert.ok((await desk.outcome(page)).result);
        });

        test('the window has no opener, no name and no page above it',
            async () => {
                const { window } = await desk.signing();
                assert.deepEqual(await window.evaluate(() =>
                    [window.opener, window.name, window.top === window]),
                [null, '', true]);
            });

        test('the background asleep at every step changes nothing',
            async () => {
                const page = await desk.page();
                await desk.browser.sleepBackground();
                await page.evaluate(() =>
                    window.ask('sign', { content: '가나다' }));
                const window = await windowOf(desk.browser, SIGN);
                await desk.browser.sleepBackground();
                await window.wait({ label: t('password') });
                await desk.browser.sleepBackground();
                await window.wait({ css: '#deed[aria-disabled=false]' });
                await window.type({ label: t('password') }, OLD_PASSWORD);
                await desk.browser.sleepBackground();
                await desk.press(window, 'sign_button');
                assert.ok((await desk.outcome(page)).result);
            });
    });
}
