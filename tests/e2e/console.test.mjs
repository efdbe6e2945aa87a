// The demo bank's console in both browsers: every call made once by a person,
// and the server's verdict read. Then one signature by each adapter of examples/.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CALLS } from '../bank/console-calls.mjs';
import { TEXTS } from '../bank/texts.mjs';
import { Person, SIGN, armed } from '../demo/person.mjs';
import { OLD_PASSWORD, World, missing } from '../demo/world.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { until } from './lib/program.mjs';

const lacking = missing();
const LOGIN = 'ui/sign/login.html';
const BATCH = 'ui/batch/batch.html';
const FILE = 'ui/file/file.html';

/** What a person does in the windows of a call; other calls open none. */
const signing = path => async ({ open, sign }) => sign(await open(path));
const ACTS = {
    login: signing(LOGIN),
    login_vid: async ({ open, sign, t }) => {
        const window = await open(LOGIN);
        await window.click({ label: t('login_vid_allow') });
        await sign(window);
    },
    ...Object.fromEntries(['text', 'transaction', 'form', 'no_attributes',
        'detached', 'pkcs1', 'same', 'envelope', 'timestamp',
        'encoding_mismatch']
        .map(name => [name, signing(SIGN)])),
    batch: signing(BATCH),
    file: signing(FILE),
    document: async ({ open, sign, t, page }) => {
        const window = await open(SIGN);
        const code = await page.text({ css: '#call-document .code' });
        await window.type({ label: t('document_code') }, code);
        await window.click({ label: t('document_read') });
        await sign(window);
    },
    add: async ({ open, sign, browser, own }) => {
        const first = await open(SIGN);
        await sign(first);
        await until(async () => await browser.windows(own) && first.closed,
            'the first window to close');
        await sign(await open(SIGN), '김서연');
    },
    cancelled: async ({ open, press }) => press(await open(SIGN), 'cancel'),
    busy: async ({ open, press }) => press(await open(SIGN), 'cancel'),
    no_matching_certificate: async ({ browser }) => {
        const window = await windowOf(browser, SIGN);
        await window.wait({ role: 'heading' });
        await window.press('Escape');
    },
    request_expired: async () => {},
    renew: async ({ browser, press }) => {
        const window = await windowOf(browser, 'ui/renew/renew.html');
        await window.wait({ css: '[data-screen=choose] h1' });
        await press(window, 'close');
    },
    revoke: async ({ browser, t, press }) => {
        const window = await windowOf(browser, 'ui/revoke/revoke.html');
        await window.wait({ css: '[data-screen=choose] h1, ' +
            '[data-screen=revoke] h1' });
        if (await window.count({ css: '#another' }))
            await window.click({ css: '#another' });
        await window.click({ label: '홍길동…' });
        await press(window, 'continue');
        await window.wait({ css: '[data-screen=revoke] h1' });
        await armed(window);
        await window.type({ label: t('revoke_typed', { name: '홍길동' }) },
            '홍길동');
        await window.type({ label: t('password') }, OLD_PASSWORD);
        await armed(window);
        await press(window, 'revoke_deed');
        await window.wait({ css: '[data-screen=keep] h1' });
    },
};

/** Windows that a call opens; what cannot be read is refused in one, too. */
const windowsOf = call => ({ status: 0, same: 2, add: 2 })[call] ?? 1;
const ACCEPTED = new RegExp(
    `${TEXTS.ko.console_good}|${TEXTS.ko.console_expected}`);

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`every call in ${name}`, { skip }, () => {
        let world, person, page, hands;
        let windows = 3;
        before(async () => {
            world = await World.make(`console-${name}`);
            await world.giveCertificate();
            await world.giveCertificate('kim'); // for a second signer
            const browser = await world.launch(name);
            person = new Person(world, browser);
            const { t } = person;
            hands = { browser, t, own: new RegExp(`^${browser.base}`),
                open: async path => {
                    const window = await windowOf(browser, path);
                    await window.wait({ label: t('password') });
                    await armed(window);
                    return window;
                },
                press: (window, key) => window.click(
                    { role: 'button', name: t(key) }),
                sign: async (window, who = '홍길동') => {
                    await window.click({ label: `${who}…` });
                    await window.type({ label: t('password') }, OLD_PASSWORD);
                    await armed(window);
                    await window.click({ css: 'button.primary' });
                } };
            await person.logIn();
            ({ page } = person);
            hands.page = page;
        });
        after(() => world?.close());

        /** The console on a new origin where the windows of a call would be
         * too many: three a minute are a site's lot. */
        async function allow(more) {
            if (windows + more > 3 || !(await page.url()).includes('/console')) {
                await world.bank.move();
                windows = 0;
                await page.navigate(`${world.bank.url}/console`);
                await page.wait({ css: '#console[data-ready=yes]' });
            }
            windows += more;
        }

        /** Make a call. @returns what its part of the page says then */
        async function made(call) {
            await page.click({ css: `[data-call=${call}]` });
            try {
                await ACTS[call]?.(hands);
            } catch (error) {
                error.message += `\nThe page: ${
                    await page.text({ css: `#call-${call}` })}`;
                throw error;
            }
            const part = { css: `#call-${call}[data-verdict]` };
            await page.wait(part);
            return page.text(part);
        }

        for (const call of Object.keys(CALLS)) {
            test(call, async () => {
                await allow(windowsOf(call));
                if (call === 'same')
                    assert.match(await made('login'), ACCEPTED);
                assert.match(await made(call), ACCEPTED);
                for (const window of await hands.browser.windows(hands.own))
                    await window.close();
            });
        }
    });
}
