// Signing in with a certificate, in both browsers, with the real host: the
// token that a server checks, and what the person is asked before R is sent.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';

const lacking = missing();
const LOGIN = 'ui/sign/login.html';
const NONCE = 'nonce-of-the-server-0123456789';
const read = path => readFileSync(
    new URL(`../../${path}`, import.meta.url), 'utf8');
const script = html => ({ html, headers: { 'Content-Type': 'text/javascript' } });
const answer = value => ({ html: JSON.stringify(value),
    headers: { 'Content-Type': 'application/json' } });

/** The smallest page with a module (examples/page), and its server's words. */
const MODULE = {
    '/module.html': { html: read('examples/page/module.html') },
    '/module.mjs': script(read('examples/page/module.mjs')),
    '/ingam.mjs': script(read('extension/page/ingam.mjs')),
    '/nonce': answer({ nonce: NONCE }),
    '/login': answer({ name: '홍길동' }),
};
const program = resolve('build/stage/usr/bin/ingam');

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`signing in with ${name}`, { skip }, () => {
        let desk, t, at;
        before(async () => {
            desk = await Desk.open(name, { pages: MODULE });
            t = desk.t;
            at = file => join(desk.world.folder, file);
            execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048',
                '-nodes', '-keyout', at('server.key'), '-out', at('server.pem'),
                '-subj', '/CN=server', '-addext',
                'keyUsage=critical,keyEncipherment'], { stdio: 'ignore' });
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        /** A page that asks, and the window with the password typed. */
        async function asking(more = {}) {
            const { page, window } = await desk.asked('login',
                { nonce: NONCE, ...more }, LOGIN);
            await window.wait({ label: t('password') });
            await armed(window);
            await window.type({ label: t('password') }, OLD_PASSWORD);
            return { page, window };
        }

        const serverCertificate = () => readFileSync(at('server.pem'), 'utf8')
            .replace(/-----.*?-----|\n/g, '');

        /** What `ingam verify` says for a site that expects this. */
        function verdict(token, args) {
            writeFileSync(at('token'), Buffer.from(token, 'base64'));
            try {
                return JSON.parse(execFileSync(program, ['verify', '--json',
                    '--in', at('token'), ...args], { env: { HOME:
                        desk.world.home }, stdio: ['ignore', 'pipe', 'ignore'] }));
            } catch (error) {
                return JSON.parse(error.stdout);
            }
        }

        test('the token is for this site and this nonce, and no signature',
            async () => {
                const { page, window } = await asking();
                const { origin, host } = new URL(await page.url());
                await window.wait({ role: 'heading',
                    name: t('login_title', { host }) });
                await window.wait({ text: t('login_only') });
                assert.equal(await window.count({ css: '#identity' }), 0);
                await desk.press(window, 'login_button');
                const { result } = await desk.outcome(page);
                assert.deepEqual(Object.keys(result).sort(),
                    ['certificate', 'expires', 'token']);
                const good = ['--type', 'login', '--expect-origin', origin,
                    '--expect-nonce', NONCE];
                assert.equal(verdict(result.token, good).valid, true);
                assert.equal(verdict(result.token, ['--type', 'login',
                    '--expect-nonce', `${NONCE}x`]).valid, false);
                assert.equal(verdict(result.token, []).valid, false);
                await desk.noWindow();
            });

        test('R goes only when the person allows it, and only to the server',
            async () => {
                const { page, window } = await asking(
                    { vidFor: serverCertificate() });
                assert.equal(await window.count(
                    { css: '#identity input:checked' }), 0);
                await desk.press(window, 'login_button'); // not chosen yet
                await window.wait({ text: t('login_vid_choose') });
                assert.equal(await page.evaluate(() => window.outcome), null);
                await window.click({ label: t('login_vid_allow') });
                await desk.press(window, 'login_button');
                const { result } = await desk.outcome(page);
                writeFileSync(at('vid'), Buffer.from(result.vid, 'base64'));
                const opened = JSON.parse(execFileSync('openssl', ['cms',
                    '-decrypt', '-binary', '-inform', 'DER', '-in', at('vid'),
                    '-inkey', at('server.key'), '-recip', at('server.pem')]));
                assert.equal(opened.nonce, NONCE);
                assert.equal(Buffer.from(opened.r, 'base64').length, 20);
            });

        test('declined: the page hears so, and nothing was signed', async () => {
            const { page, window } = await asking(
                { vidFor: serverCertificate() });
            await window.click({ label: t('login_vid_decline') });
            await desk.press(window, 'login_button');
            const outcome = await desk.outcome(page);
            assert.equal(outcome.reason, 'identity_declined');
            assert.equal(outcome.result, undefined);
            await desk.trouble(window, 'identity_declined');
        });

        test('the smallest page with a module logs in', async () => {
            const page = await desk.page('/module.html');
            await page.wait({ css: '#login:enabled' });
            await page.evaluate(() => {
                const real = window.fetch;
                window.fetch = (path, how) => {
                    if (path === '/login')
                        window.sent = JSON.parse(how.body).token;
                    return real(path, how);
                };
            });
            /** Press the page's button; the window, as far as the password. */
            const begin = async () => {
                await page.click({ css: '#login' });
                const window = await windowOf(desk.browser, LOGIN);
                await window.wait({ label: t('password') });
                await armed(window);
                return window;
            };
            await desk.press(await begin(), 'cancel');
            await page.wait({ text: '로그인하지 않았어요 (cancelled).' });
            await desk.noWindow();
            await page.wait({ css: '#login:enabled' });
            const window = await begin();
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'login_button');
            await page.wait({ text: '홍길동 님, 안녕하세요.' });
            assert.equal(verdict(await page.evaluate(() => window.sent),
                ['--type', 'login', '--expect-nonce', NONCE, '--expect-origin',
                    new URL(await page.url()).origin]).valid, true);
        });

        test('a certificate that is none stops it with a reason', async () => {
            const { page, window } = await asking({ vidFor: 'A'.repeat(400) });
            await window.click({ label: t('login_vid_allow') });
            await desk.press(window, 'login_button');
            assert.ok((await desk.outcome(page)).reason);
        });
    });
}
