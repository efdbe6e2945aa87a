// Every form of a signature that a page may ask for beside plain text, in both
// browsers, with the real host; each result is opened by openssl, as a server
// would.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { armed } from '../demo/person.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';

const lacking = missing();
const LOGIN = 'ui/sign/login.html';
const FORM = { fields: [['to', '110-234-567890', '받는 계좌'],
    ['amt', '1250000', '금액'], ['메모', '월세']] };

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`forms of a signature in ${name}`, { skip }, () => {
        let desk, t, at;
        before(async () => {
            desk = await Desk.open(name);
            t = desk.t;
            at = file => join(desk.world.folder, file);
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        /** openssl's word on a signature: the content, or it throws. */
        function opened(der) {
            writeFileSync(at('signature.der'), der);
            return execFileSync('openssl', ['cms', '-verify', '-noverify',
                '-binary', '-inform', 'DER', '-in', at('signature.der')],
            { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
        }

        /** The password, the press, and what the page gets. */
        async function signed({ page, window }) {
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            const { result, reason } = await desk.outcome(page);
            assert.ok(result, reason);
            return result;
        }

        test('a form is shown as fields and as its text, which is signed; ' +
            'hex where the page asks', async () => {
            const both = await desk.signing({ form: FORM, output: 'hex' });
            const shown = await both.window.text({ css: '#content' });
            const text = 'to=110-234-567890&amt=1250000&메모=월세';
            for (const word of ['받는 계좌', '110-234-567890', '금액', 'amt',
                text])
                assert.ok(shown.includes(word), word);
            assert.equal(await both.window.count({ css: '.box.warn' }), 0);
            const { signature } = await signed(both);
            assert.match(signature, /^[0-9a-f]+$/);
            assert.equal(opened(Buffer.from(signature, 'hex')), text);
        });

        test('a value that holds the delimiter is pointed at, and signed ' +
            'as it is', async () => {
            const both = await desk.signing({ form: { delimiter: '|', fields:
                [['to', '1|amount=9'], ['to', '\u200b2']] } });
            await both.window.wait({ text: t('form_split', { word: '|' }) });
            await both.window.wait({ text: `▲ ${t('form_row_split')}` });
            await both.window.wait({ text: t('form_twice', { word: 'to' }) });
            assert.match(await both.window.text({ css: '#content' }),
                /⟦U\+200B⟧/);
            const { signature } = await signed(both);
            assert.equal(opened(Buffer.from(signature, 'base64')),
                'to=1|amount=9|to=\u200b2');
        });

        test('the certificate of the login: none yet, then that one, which ' +
            'another filter may still refuse', async () => {
            const page = await desk.page();
            const filter = { sameAsLogin: true };
            const ask = (method, params) => page.evaluate((m, p) =>
                window.ask(m, p), method, params);
            await ask('sign', { content: 'a', filter });
            let window = await windowOf(desk.browser, 'ui/sign/sign.html');
            await desk.trouble(window, 'not_logged_in');
            assert.equal((await desk.outcome(page)).reason, 'not_logged_in');
            await window.close();
            await desk.noWindow();

            await ask('login', { nonce: 'nonce-of-the-server' });
            window = await windowOf(desk.browser, LOGIN);
            await window.wait({ label: t('password') });
            await armed(window);
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'login_button');
            assert.ok((await desk.outcome(page)).result);
            await desk.noWindow();

            await ask('sign', { content: 'a', filter });
            window = await windowOf(desk.browser, 'ui/sign/sign.html');
            await window.wait({ label: t('password') });
            await armed(window);
            const { signature } = await signed({ page, window });
            assert.equal(opened(Buffer.from(signature, 'base64')), 'a');
        });

        test('what a site does not accept is shown with the reason, and the ' +
            'page learns nothing', async () => {
            const { page, window } = await desk.signing({ content: 'a',
                filter: { issuers: ['no such issuer'] } });
            await window.wait({ text: t('certificates_unaccepted', { n: 1 }) });
            await window.click({ css: 'summary', name:
                t('certificates_unaccepted', { n: 1 }) });
            await window.wait({ text: t('why_other_ca') });
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            await window.wait({ text: t('sign_choose') });
            await desk.press(window, 'cancel');
            assert.equal((await desk.outcome(page)).reason, 'cancelled');
        });
    });
}
