// Every form of a signature that a page may ask for beside plain text, in both
// browsers, with the real host; each result is opened by openssl, as a server
// would.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { armed } from '../demo/person.mjs';
import { checkCode } from '../../extension/common/bytes.js';
import { crowd } from './lib/crowd.mjs';
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
            openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-utf8',
                '-keyout', at('server.key'), '-out', at('server.pem'), '-subj',
                '/CN=한빛은행 서버', '-addext',
                'keyUsage=critical,digitalSignature,keyEncipherment');
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        const openssl = (...args) => execFileSync('openssl', args,
            { stdio: ['ignore', 'pipe', 'ignore'] });

        /** openssl's word on a signature: the content, or it throws. */
        function opened(der, ...more) {
            writeFileSync(at('signature.der'), der);
            return openssl('cms', '-verify', '-noverify', '-binary', '-inform',
                'DER', '-in', at('signature.der'), ...more).toString();
        }

        const fromText = base64 => Buffer.from(base64, 'base64');

        /** What somebody else has signed. */
        const joined = (file, ...more) => openssl('cms', '-sign', '-binary',
            '-md', 'sha256', '-in', at(file), '-signer', at('server.pem'),
            '-inkey', at('server.key'), '-outform', 'DER', ...more)
            .toString('base64');

        /** How many signed what was opened last. */
        const signers = () => openssl('cms', '-cmsout', '-print', '-inform',
            'DER', '-in', at('signature.der')).toString()
            .match(/d\.issuerAndSerialNumber/g).length;

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
                [['to', '1|amount=9'], ['to', '\u200b2'], ['x', 'p\u0430y']] } });
            await both.window.wait({ text: t('form_split', { word: '|' }) });
            await both.window.wait({ text: `▲ ${t('form_row_split')}` });
            await both.window.wait({ text: t('form_twice', { word: 'to' }) });
            await both.window.wait({ text: t('sign_mixed',
                { word: 'p\u0430y' }) });
            assert.match(await both.window.text({ css: '#content' }),
                /⟦U\+200B⟧/);
            const { signature } = await signed(both);
            assert.equal(opened(fromText(signature)),
                'to=1|amount=9|to=\u200b2|x=p\u0430y');
        });

        test('a document is signed unseen only by who has its code from the ' +
            'site and says to have read it (T221)', async () => {
            const bytes = Buffer.from('%PDF-1.7 계약서');
            const digest = createHash('sha256').update(bytes).digest();
            const code = checkCode(digest);
            writeFileSync(at('document'), bytes);
            const { page, window } = await desk.signing({ document: {
                name: '계약서.pdf', sha256: digest.toString('hex'),
                size: bytes.length }, addTo: joined('document', '-nosmimecap') });
            await window.wait({ text: t('document_unshown') });
            const shown = await window.text({ css: 'main' });
            assert.match(shown, /한빛은행 서버 · /);
            assert.ok(shown.includes('계약서.pdf'), shown);
            assert.ok(shown.includes(digest.toString('hex').slice(0, 8)));
            assert.ok(!shown.includes(code), 'the code comes from the site');
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            await window.wait({ text: t('document_code_differs') });
            await window.fill({ label: t('document_code') },
                code === '222-222' ? '333333' : '222222');
            await desk.press(window, 'sign_button');
            await window.wait({ text: t('document_code_differs') });
            await window.fill({ label: t('document_code') },
                code.replace('-', '').toLowerCase());
            await desk.press(window, 'sign_button');
            await window.wait({ text: t('document_tick') });
            assert.equal(await page.evaluate(() => window.outcome), null);
            await window.press(' '); // the focus is on the box
            await desk.press(window, 'sign_button');
            const { result } = await desk.outcome(page);
            assert.equal(result.format, 'cms-detached');
            assert.equal(result.code, code);
            opened(fromText(result.signature), '-content', at('document'));
            assert.equal(signers(), 2);
            writeFileSync(at('document'), `${bytes}1`);
            assert.throws(() => opened(fromText(result.signature), '-content',
                at('document')));
        });

        test('what stands behind five thousand empty lines is reached before ' +
            'it is signed (T219)', async () => {
            const content = `이체 1원${'\n'.repeat(5000)}금액: 9,000,000원`;
            const { page, window } = await desk.unread({ content });
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            assert.match(await window.text({ css: '#gate' }), /5001/);
            await window.evaluate(() =>
                document.querySelector('#content').focus());
            await window.press('PageDown');
            assert.match(await window.text({ css: '#gate' }), /5001/);
            assert.equal(await page.evaluate(() => window.outcome), null);
            await window.press('End');
            await window.until(() => document.querySelector('#gate')
                .textContent === '', 'the end to be read');
            await armed(window);
            await desk.press(window, 'sign_button');
            const { result } = await desk.outcome(page);
            assert.equal(opened(fromText(result.signature)), content);
        });

        test('one more signer: the window says who signed before', async () => {
            writeFileSync(at('content'), '임대차 계약');
            const addTo = joined('content', '-nodetach');
            const both = await desk.signing({ content: '임대차 계약', addTo });
            const shown = await both.window.text({ css: 'main' });
            assert.match(shown, /한빛은행 서버 · \d{4}\.\d/);
            assert.ok(shown.includes(t('sign_signers_unsure')), shown);
            const { signature } = await signed(both);
            assert.equal(opened(fromText(signature)), '임대차 계약');
            assert.equal(signers(), 2);

            const other = await desk.asked('sign',
                { content: '다른 계약', addTo });
            await desk.trouble(other.window, 'invalid_request');
            assert.equal((await desk.outcome(other.page)).reason,
                'invalid_request');
        });

        test('closed for a server, whose name the window says', async () => {
            const both = await desk.signing({ content: '비밀',
                cipher: 'seed-cbc', envelopeFor: readFileSync(at('server.pem'),
                    'utf8').replace(/-----.*?-----|\n/g, '') });
            assert.ok((await both.window.text({ css: 'main' }))
                .includes('한빛은행 서버'));
            const result = await signed(both);
            assert.equal(result.signature, undefined);
            writeFileSync(at('envelope'), fromText(result.envelope));
            assert.equal(opened(openssl('cms', '-decrypt', '-binary', '-inform',
                'DER', '-in', at('envelope'), '-inkey', at('server.key'),
                '-recip', at('server.pem'), '-provider', 'default',
                '-provider', 'legacy')), '비밀');
        });

        test('a time-stamp: the window says whom it asks, or that there is ' +
            'nobody', async () => {
            const settings = join(desk.world.home, '.config/ingam/tsa.json');
            const { name: tsa } = JSON.parse(readFileSync(settings));
            renameSync(settings, `${settings}.kept`);
            try {
                const none = await desk.asked('sign',
                    { content: 'a', timestamp: true });
                await desk.trouble(none.window, 'timestamp_unavailable');
                assert.equal((await desk.outcome(none.page)).reason,
                    'timestamp_unavailable');
            } finally {
                renameSync(`${settings}.kept`, settings);
            }
            await desk.clear();
            const both = await desk.signing({ content: 'a', timestamp: true });
            await both.window.wait({ text: t('sign_timestamp_asked',
                { name: tsa, place: new URL(desk.world.ca.url).host }) });
            const result = await signed(both);
            assert.equal(opened(fromText(result.signature)), 'a');
            assert.ok(Math.abs(Date.parse(result.timestamp) - Date.now()) <
                120_000, result.timestamp);
            assert.match(openssl('cms', '-cmsout', '-print', '-inform',
                'DER', '-in', at('signature.der')).toString(),
            /id-smime-aa-timeStampToken/);
        });

        test('an expired certificate, where the site takes them', async () => {
            const users = join(desk.world.home, 'NPKI/IngamTest/USER');
            crowd(users, 1, { begins: Date.parse('2025-01-01T00:00:00Z') });
            try {
                const refused = await desk.signing({ content: 'a' });
                assert.equal(await refused.window.count(
                    { css: 'input[type=radio]' }), 1);
                await desk.clear();
                const both = await desk.signing(
                    { content: 'a', filter: { expired: true } });
                await both.window.click(
                    { css: 'label.card:has(.badge.danger)' });
                const result = await signed(both);
                assert.equal(opened(fromText(result.signature)), 'a');
                assert.notEqual(result.certificate, (await desk.world.ingamOk(
                    ['show', desk.certificate.id, '--json'])).der);
            } finally {
                rmSync(join(users, 'cn=crowd00000'), { recursive: true });
            }
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
            assert.equal(opened(fromText(signature)), 'a');
        });

        test('what a site does not accept is shown with the reason, and the ' +
            'page learns nothing', async () => {
            const { page, window } = await desk.signing({ content: 'a',
                filter: { issuers: ['no such issuer'] } });
            await window.wait({ text: t('certificates_unaccepted', { n: 1 }) });
            await window.wait({ text: t('certificates_none_fit') });
            await window.wait({ text: t('why_other_ca') });
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'sign_button');
            await window.wait({ text: t('sign_choose') });
            await desk.press(window, 'cancel');
            assert.equal((await desk.outcome(page)).reason, 'cancelled');
        });
    });
}
