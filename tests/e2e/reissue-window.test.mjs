// The window for issue and re-issue in both browsers, with the real host and
// the real CA: what it shows, by keyboard and at any size (A01-A13), and what
// becomes of an issue that goes wrong.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { REISSUE, armed } from '../demo/person.mjs';
import { NEW_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { inspect, SIZES } from './lib/inspect.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';
import { PATIENCE_MS, pause } from './lib/program.mjs';

const lacking = missing();

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`the re-issue window in ${name}`, { skip }, () => {
        let desk, t, person;
        before(async () => {
            desk = await Desk.open(name);
            t = desk.t;
            person = desk.world.person();
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        const codes = (kind = 'reissue') =>
            desk.world.bank.authority.codes(person.id, kind);

        const screen = (window, which, ms = PATIENCE_MS) => window.until(
            want => document.body?.dataset.screen === want, which,
            { args: [which], ms });

        /** A page that asks for a re-issue, and its window. */
        async function asked(given, more = {}) {
            const { page, window } = await desk.asked('reissue', {
                ca: desk.world.ca.name, name: person.name,
                referenceNumber: given.referenceNumber,
                authorizationCode: given.authorizationCode, ...more }, REISSUE);
            await screen(window, 'prepare');
            return { page, window };
        }

        /** From the toolbar: the person types the codes. */
        async function own(query = '?mode=codes') {
            const window = await desk.browser.open(
                `${desk.browser.base}${REISSUE}${query}`);
            await window.until(() => ![undefined, 'loading'].includes(
                document.body?.dataset.screen), 'a screen');
            return window;
        }

        async function typeCodes(window, given) {
            await desk.press(window, 'continue');
            await screen(window, 'apply');
            await window.fill({ label: t('reference_number') },
                given.referenceNumber);
            await window.fill({ label: t('authorization_code') },
                given.authorizationCode);
            await desk.press(window, 'continue');
            await screen(window, 'password');
        }

        async function choose(window) {
            await armed(window);
            await window.type({ label: t('new_password') }, NEW_PASSWORD);
            await window.type({ label: t('new_password_again') }, NEW_PASSWORD);
        }

        async function issue(window) {
            await choose(window);
            await armed(window);
            await desk.press(window, 'issue_deed');
        }

        /** Nothing is wrong with what is shown, at each size. */
        async function sound(window) {
            for (const [width, height] of SIZES) {
                await window.resize(width, height);
                assert.deepEqual(await window.evaluate(inspect), [],
                    `${width} px`);
            }
            await window.resize(440, 683);
            await pause(700); // a new size disarms, a moment later
        }

        const title = n =>
            t('title_step', { deed: t('deed_reissue'), n, of: 4 });

        test('each stage has its title, one focused heading, and fits', async () => {
            const { page, window } = await asked(await codes());
            for (const [which, n, go] of [
                ['prepare', 1, () => desk.press(window, 'continue')],
                ['password', 3, () => issue(window)],
                ['keep', 4, () => {}]]) {
                await screen(window, which);
                assert.equal(await window.evaluate(() => document.title),
                    title(n));
                assert.equal((await window.focused()).tag, 'H1');
                await sound(window);
                await go();
            }
            const { result } = await desk.outcome(page);
            assert.match(result.id, /^[0-9a-f]{64}$/);
        });

        test('typed codes: fits, and an empty field is named', async () => {
            const window = await own();
            await sound(window);
            await desk.press(window, 'continue');
            await screen(window, 'apply');
            await sound(window);
            await desk.press(window, 'continue');
            const field = await window.state({ label: t('reference_number') });
            assert.equal(field.invalid, true);
            assert.equal(field.focused, true);
            await window.wait({ text: t('reference_number_empty') });
            assert.equal(await window.evaluate(() =>
                document.body.dataset.screen), 'apply');
        });

        test('the whole of it by keyboard', async () => {
            const { page, window } = await asked(await codes());
            const tabTo = async id => {
                for (let i = 0; i < 12; i++) {
                    await window.press('Tab');
                    if ((await window.focused()).id === id)
                        return;
                }
                assert.fail(`${id} is not reached by Tab`);
            };
            await tabTo('primary');
            await window.press(' ');
            await screen(window, 'password');
            await armed(window);
            await window.press('Tab');
            await window.keys(NEW_PASSWORD);
            await window.press('Tab');
            await window.press('Tab');
            await window.keys(NEW_PASSWORD);
            await window.press('Enter');
            await screen(window, 'keep');
            assert.ok((await desk.outcome(page)).result);
            await window.press('Escape');
            await desk.noWindow();
        });

        test('Enter in the first field and Enter held down do nothing',
            async () => {
                const { window } = await asked(await codes());
                await desk.press(window, 'continue');
                await choose(window);
                await window.click({ label: t('new_password') });
                await window.press('Enter');
                await window.press('Enter', { repeat: 5 });
                assert.equal(await window.evaluate(() =>
                    document.body.dataset.screen), 'password');
            });

        test('Esc before the request: the page hears cancelled', async () => {
            const { page, window } = await asked(await codes());
            await window.press('Escape');
            await desk.noWindow();
            assert.equal((await desk.outcome(page)).reason, 'cancelled');
        });

        test('the password is in no store, and nothing but the rules is said',
            async () => {
                const { window } = await asked(await codes());
                await desk.press(window, 'continue');
                await choose(window);
                const kept = await window.evaluate(async () => {
                    const { storage } = globalThis.browser ?? chrome;
                    return JSON.stringify([await storage.local.get(null),
                        await storage.session.get(null),
                        location.href, history.state]);
                });
                assert.equal(kept.includes(NEW_PASSWORD), false);
                assert.match(kept, /"phrase":\{"colour"/);
            });

        test('a code used before: the page hears it, nothing is retried',
            async () => {
                const given = await codes();
                const first = await asked(given);
                await desk.press(first.window, 'continue');
                await issue(first.window);
                await screen(first.window, 'keep');
                await first.window.close();
                const { page, window } = await asked(given);
                await desk.press(window, 'continue');
                await issue(window);
                await desk.trouble(window, 'code_used');
                assert.match(await window.text({ css: '.lost' }),
                    new RegExp(t('lost_code').slice(0, 8)));
                assert.equal((await desk.outcome(page)).reason, 'code_used');
                await sound(window);
            });

        test('a mistyped code: what was typed stays, and may be mended',
            async () => {
                const given = await codes();
                const window = await own();
                await typeCodes(window, { ...given, authorizationCode: 'X1Y2' });
                await issue(window);
                await desk.trouble(window, 'code_wrong');
                await desk.press(window, 'button_retry');
                await screen(window, 'apply');
                assert.equal((await window.value(
                    { label: t('reference_number') })).replace(/ /g, ''),
                given.referenceNumber);
                await window.fill({ label: t('authorization_code') },
                    given.authorizationCode);
                await desk.press(window, 'continue');
                await issue(window);
                await screen(window, 'keep');
            });

        test('nobody vouches for the name: it is looked at before it is kept',
            async () => {
                const window = await own();
                const old = await window.count({ css: '#old input' });
                if (old > 0)
                    await window.click({ css: '#old input', nth: old - 1 });
                await typeCodes(window, await codes());
                await issue(window);
                await screen(window, 'confirm');
                await sound(window);
                await window.wait({ text: person.name });
                await armed(window);
                await desk.press(window, 'confirm_deed');
                await screen(window, 'keep');
            });

        test('the CA is down: the code stays unused, and it goes on later',
            async () => {
                const { page, window } = await asked(await codes());
                await desk.press(window, 'continue');
                await desk.world.ca.stop();
                await issue(window);
                await desk.trouble(window, 'ca_unreachable').catch(() => {});
                assert.equal(await window.evaluate(() =>
                    document.body.dataset.screen), 'error');
                assert.match(await window.text({ css: '.lost' }),
                    new RegExp(t('lost_nothing').slice(0, 4)));
                await desk.world.ca.serve();
                await window.click({ css: '#primary' });
                await screen(window, 'keep');
                assert.ok((await desk.outcome(page)).result);
            });

        test('closed in the middle, finished from the toolbar', async () => {
            const given = await codes();
            const { page, window } = await asked(given);
            await desk.press(window, 'continue');
            await desk.world.ca.misbehave('wait-forever');
            await issue(window);
            await window.wait({ css: '.stages .now' });
            await window.until(text => document.querySelector('.stages .now')
                .textContent.includes(text), 'the CA to be waited for',
            { args: [t('progress_wait')] });
            await window.close();
            assert.equal((await desk.outcome(page)).reason,
                'enrolment_pending');
            await desk.world.ca.misbehave('none');
            const [id, ...others] = readdirSync(
                join(desk.world.home, '.local/state/ingam/journal'));
            assert.deepEqual(others, []);
            const again = await own(`?pending=${id}`);
            await screen(again, 'resume');
            await sound(again);
            await armed(again);
            await again.type({ label: t('resume_password') }, 'not-This-1');
            await desk.press(again, 'button_resume');
            await again.wait({ text: t('password_wrong_field') });
            await armed(again);
            await again.type({ label: t('resume_password') }, NEW_PASSWORD);
            await again.press('Enter');
            await screen(again, 'keep');
        });

        test('the page goes away meanwhile: it is finished, and said',
            async () => {
                const { page, window } = await asked(await codes());
                await desk.press(window, 'continue');
                await desk.world.ca.misbehave('wait-forever');
                await issue(window);
                await screen(window, 'progress');
                await page.navigate('about:blank');
                await window.wait({ text: t('progress_page_gone') });
                await desk.world.ca.misbehave('none');
                await screen(window, 'keep');
                assert.equal(await window.text({ css: '#told' }),
                    t('keep_page_gone'));
            });

        test('a CA that nobody knows is named, and the page hears it',
            async () => {
                const { page, window } = await desk.asked('reissue',
                    { ca: 'nobody', referenceNumber: '1',
                        authorizationCode: '2' }, REISSUE);
                await screen(window, 'error');
                assert.match(await window.text({ css: 'h1' }), /nobody/);
                assert.equal((await desk.outcome(page)).reason, 'unknown_ca');
            });
    });
}
