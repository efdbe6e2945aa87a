// The window of issue and re-issue when things go wrong, in both browsers with
// the real host and CA: each trouble has its own sentence, the page hears one
// reason, nothing is lost (T185, T186; the list "Bad input").

import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, symlinkSync,
    writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { REISSUE, armed } from '../demo/person.mjs';
import { NEW_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { pause } from './lib/program.mjs';

const lacking = missing();
const POPUP = 'ui/popup/popup.html';

/** The host's place is taken by a script: what a browser may find there. */
const OTHERS = {
    'dies at once': ['host_gone', '#!/bin/sh\nexit 1\n'],
    'is too old': ['host_outdated', '#!/bin/sh\nm=\'{"jsonrpc":"2.0",' +
        '"method":"hello","params":{"protocol":0,"version":"0.0.1",' +
        '"minExtension":"0.0.1","platform":"linux","features":[]}}\'\n' +
        'printf "\\\\$(printf %o ${#m})\\\\000\\\\000\\\\000%s" "$m"\n' +
        'cat > /dev/null\n'],
    'says nothing': ['host_silent', '#!/bin/sh\ncat > /dev/null\n'],
    'cannot be run': ['host_missing', null],
};

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`issue in ${name}`, { skip }, () => {
        let desk, t, world;
        before(async () => {
            desk = await Desk.open(name, { certificate: false });
            ({ t, world } = desk);
        });
        after(() => desk?.close());
        afterEach(async () => {
            await world.ca.misbehave('none');
            await desk.clear();
            world.loseCertificates();
            rmSync(join(world.home, '.local'),
                { recursive: true, force: true });
        });

        const codes = (seconds = 600) => world.bank.authority.codes(
            world.person().id, 'issue', seconds);

        /** Ask, and go on to the window's password screen. */
        async function asked(more = {}) {
            const { referenceNumber, authorizationCode } = await codes();
            const got = await desk.asked('issue', { ca: 'test', referenceNumber,
                authorizationCode, name: '홍길동', ...more }, REISSUE);
            return { ...got, referenceNumber };
        }

        async function toPassword(window) {
            await window.click({ role: 'button', name: t('continue') });
            await window.wait({ role: 'heading', name: t('issue_title') });
            await armed(window);
            for (const label of ['new_password', 'new_password_again'])
                await window.type({ label: t(label) }, NEW_PASSWORD);
        }

        async function issue(window) {
            await toPassword(window);
            await window.click({ role: 'button', name: t('issue_deed') });
        }

        const done = window => window.wait(
            { role: 'heading', name: t('keep_title') });

        const codeState = async referenceNumber => (await world.ca.call('list'))
            .codes.find(c => c.referenceNumber === referenceNumber).state;

        /** Finish what was left, from the popup, as the person would. */
        async function resume() {
            const popup = await desk.browser.openExtension(POPUP);
            await popup.wait({ text: t('popup_pending') });
            await popup.click({ role: 'button', name: t('button_resume') });
            const window = await windowOf(desk.browser, REISSUE);
            await window.wait({ label: t('resume_password') });
            await armed(window);
            return window;
        }

        async function finish(window, password = NEW_PASSWORD) {
            await window.type({ label: t('resume_password') }, password);
            await window.click({ role: 'button', name: t('button_resume') });
        }

        test('a first certificate arrives, and the page gets it', async () => {
            const { page, window } = await asked();
            await issue(window);
            await done(window);
            const { result } = await desk.outcome(page);
            assert.deepEqual(Object.keys(result).sort(),
                ['certificate', 'id', 'notAfter']);
            assert.equal(world.stored().length, 1);
        });

        const ends = [
            ['취소 before anything', window => desk.press(window, 'cancel')],
            ['Escape', window => window.press('Escape')],
            ['the window closed', window => window.close()],
        ];
        for (const [what, act] of ends) {
            test(`${what}: cancelled, and the code is not used`, async () => {
                const { page, window, referenceNumber } = await asked();
                await window.wait({ role: 'heading',
                    name: t('prepare_title_issue') });
                await act(window);
                assert.equal((await desk.outcome(page)).reason, 'cancelled');
                assert.equal(await codeState(referenceNumber), 'new');
                assert.equal(await page.evaluate(() => window.settled), 1);
            });
        }

        const weak = [['short', 'aB3!aB3!'], ['without a digit', 'abcdefgh!!xx'],
            ['common', 'password123!'], ['with a space', 'aB3! aB3!aB3'],
            ['of Hangul', '비밀번호는한글이에요1!']];
        test('refuses passwords that break a rule, and two that differ',
            async () => {
                const { window } = await asked();
                await window.click({ role: 'button', name: t('continue') });
                await window.wait({ label: t('new_password') });
                await armed(window);
                for (const [what, password] of weak) {
                    await window.fill({ label: t('new_password') }, password);
                    await window.click({ role: 'button',
                        name: t('issue_deed') });
                    assert.equal((await window.state(
                        { label: t('new_password') })).invalid, true, what);
                }
                await window.fill({ label: t('new_password') }, NEW_PASSWORD);
                await window.fill({ label: t('new_password_again') },
                    `${NEW_PASSWORD}x`);
                await window.click({ role: 'button', name: t('issue_deed') });
                await window.wait({ text: t('new_password_differ') });
            });

        const refused = [
            ['an unknown CA', { ca: 'nobody' }, 'unknown_ca'],
            ['a code of another shape', { authorizationCode: 'a b\n' },
                'invalid_request'],
            ['no code', { authorizationCode: '' }, 'invalid_request'],
            ['a reference number of another type', { referenceNumber: 7 },
                'invalid_request'],
            ['an address in the CA\'s place', { ca: 'http://127.0.0.1/' },
                /unknown_ca|invalid_request/],
        ];
        for (const [what, params, reason] of refused) {
            test(`refuses ${what}`, async () => {
                const { page, window } = await asked(params);
                const got = await desk.outcome(page);
                assert.match(got.reason, new RegExp(reason));
                await desk.trouble(window, got.reason);
            });
        }

        const wrong = [
            ['a wrong code', async () => ({ authorizationCode: 'WRONGCODE123' }),
                'ca_answer_untrusted|code_wrong'],
            ['an unknown reference number',
                async () => ({ referenceNumber: '000000' }),
                'code_wrong|ca_answer_untrusted|ca_rejected'],
            ['an expired code', async () => {
                const { referenceNumber, authorizationCode } = await codes(1);
                await pause(1500);
                return { referenceNumber, authorizationCode };
            }, 'code_expired|ca_rejected|code_wrong|ca_answer_untrusted'],
            ['another person\'s name', async () => ({ name: '김서연' }),
                'certificate_unexpected'],
        ];
        for (const [what, make, reason] of wrong) {
            test(`${what}: its own sentence, nothing stored`, async () => {
                const { window } = await asked(await make());
                await issue(window);
                const h1 = await window.text({ css: '[role=alert] h1' });
                assert.ok(reason.split('|').some(r => h1.includes(
                    t(`error_${r}`).replace(/\.$|\{.*/g, '').slice(0, 20)) ||
                    t(`error_${r}`).startsWith('{')), h1);
                assert.deepEqual(world.stored(), []);
            });
        }

        const answers = [['mac-wrong', 'ca_answer_untrusted'],
            ['protection-none', 'ca_answer_untrusted'],
            ['cert-other-key', 'certificate_unexpected'],
            ['cert-other-name', 'certificate_unexpected'],
            ['bytes-truncated', 'ca_answer_invalid'],
            ['http-503', 'ca_busy'], ['send-close', 'ca_timeout']];
        for (const [mode, reason] of answers) {
            test(`an answer that is ${mode}: ${reason}`, async () => {
                const { window } = await asked();
                await world.ca.misbehave(mode);
                await issue(window);
                const h1 = await window.text({ css: '[role=alert] h1' });
                const [, tail] = t(`error_${reason}`).split('}');
                const want = (tail ?? t(`error_${reason}`)).split('(')[0]
                    .replace(/\.$/, '').trim();
                assert.ok(h1.includes(want), `${h1} | ${want}`);
                assert.deepEqual(world.stored(), []);
                await window.wait({ css: '#record', hidden: true });
                const record = await window.evaluate(() =>
                    document.querySelector('#record').textContent);
                assert.match(record, new RegExp(reason));
                assert.doesNotMatch(record, /autumn!|[A-Z0-9]{14}/);
            });
        }

        test('the CA down: nothing was sent; up again, "resume" finishes',
            async () => {
                const { page, window, referenceNumber } = await asked();
                await toPassword(window);
                await world.ca.stop();
                await armed(window);
                await window.click({ role: 'button', name: t('issue_deed') });
                await window.wait({ css: '[role=alert] h1' });
                await world.ca.serve();
                assert.equal(await codeState(referenceNumber), 'new');
                await window.click({ css: '#primary' });
                await done(window);
                assert.ok((await desk.outcome(page)).result);
            });

        test('a code that was used: told so, and not asked twice', async () => {
            const first = await asked();
            await issue(first.window);
            await done(first.window);
            const { authorizationCode } = await codes();
            await desk.clear();
            const { window } = await asked({
                referenceNumber: first.referenceNumber, authorizationCode });
            await issue(window);
            await window.wait({ css: '[role=alert] h1' });
            assert.equal(world.stored().length, 1);
        });

        test('the window closed after the request left: resumed from the popup',
            async () => {
                const { page, window } = await asked();
                await world.ca.misbehave('confirm-hang');
                await issue(window);
                await window.wait({ role: 'button', name: t('close_window') });
                await window.close();
                assert.equal((await desk.outcome(page)).reason,
                    'enrolment_pending');
                assert.deepEqual(world.stored(), []);
                await world.ca.misbehave('none');
                const again = await resume();
                await finish(again, 'not-The-One-1');
                await again.wait({ css: 'input[aria-invalid=true]' });
                await armed(again);
                await finish(again);
                await done(again);
                assert.equal(world.stored().length, 1);
            });

        test('the page gone in the middle: the window finishes and says so',
            async () => {
                const { page, window } = await asked();
                await world.ca.misbehave('wait-1'); // "ask again in a second"
                await issue(window);
                await window.wait({ role: 'button', name: t('close_window') });
                await page.close();
                await window.wait({ text: t('progress_page_gone') });
                await done(window);
                assert.match(await window.text({ css: '#told' }),
                    new RegExp(t('keep_page_gone')));
                assert.equal(world.stored().length, 1);
            });

        test('codes typed by hand, from the popup to the end', async () => {
            const { referenceNumber, authorizationCode } = await codes();
            const popup = await desk.browser.openExtension(POPUP);
            await popup.click({ role: 'button', name: t('popup_issue') });
            const window = await windowOf(desk.browser, REISSUE);
            await window.click({ css: 'input[value=issue]' });
            await window.click({ role: 'button', name: t('continue') });
            await window.type({ label: t('reference_number') },
                referenceNumber);
            await window.click({ role: 'button', name: t('continue') });
            await window.wait({ css: '#authorization-code[aria-invalid=true]' });
            await window.type({ label: t('authorization_code') },
                authorizationCode.replace(/(....)/g, '$1 '));
            await toPassword(window);
            await window.click({ role: 'button', name: t('issue_deed') });
            await window.until(() => ['confirm', 'keep'].includes(
                document.body.dataset.screen), 'the certificate');
            if (await window.count({ css: '[data-screen=confirm]' })) {
                await armed(window);
                await window.click({ role: 'button', name: t('confirm_deed') });
            }
            await done(window);
        });

        test('a store that points elsewhere is not used', async () => {
            symlinkSync('/tmp', join(world.home, 'NPKI'));
            const { window } = await asked();
            await window.until(() => document.querySelector('h1')
                ?.textContent.length > 3, 'a screen');
            if (await window.count({ role: 'button', name: t('continue') }))
                await issue(window);
            await window.wait({ css: '[role=alert] h1' });
            rmSync(join(world.home, 'NPKI'));
        });

        for (const [what, [reason, script]] of Object.entries(OTHERS)) {
            test(`a host that ${what}: ${reason}, said with what to do`,
                async () => {
                    const manifest = world.manifest(name);
                    const real = readFileSync(manifest, 'utf8');
                    const path = join(world.folder, 'other-host');
                    rmSync(path, { force: true });
                    if (script) {
                        writeFileSync(path, script);
                        chmodSync(path, 0o755);
                    }
                    writeFileSync(manifest, JSON.stringify(
                        { ...JSON.parse(real), path }));
                    try {
                        const { window } = await asked();
                        await desk.trouble(window, reason);
                        const { text } = await window.focused();
                        assert.match(text, /✕/);
                        writeFileSync(manifest, real);
                        if (await window.count({ css: '#primary' })) {
                            await window.click({ css: '#primary' });
                            await window.wait({ role: 'heading',
                                name: t('prepare_title_issue') });
                        }
                    } finally {
                        writeFileSync(manifest, real);
                    }
                });
        }

        test('the browser killed in the middle: resumed at the next start',
            async () => {
                const { window } = await asked();
                await world.ca.misbehave('confirm-hang');
                await issue(window);
                await window.wait({ role: 'button', name: t('close_window') });
                await desk.browser.kill();
                await world.ca.misbehave('none');
                desk.browser = await world.launch(name);
                const again = await resume();
                await finish(again);
                await done(again);
                assert.equal(world.stored().length, 1);
            });
    });
}
