// The life of a certificate after its issue, in both browsers with the real
// host and the real CA: renewed, revoked, finished later, given up.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { missing, NEW_PASSWORD, OLD_PASSWORD } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';

const lacking = missing();
const POPUP = 'ui/popup/popup.html';
const WRONG = 'not-The-One-1';

for (const name of BROWSERS) {
    for (const lang of ['ko', 'en']) {
        const skip = lacking ? `${lacking} is not built`
            : installed(name) ? false : `${name} is not installed`;
        describe(`the life of a certificate in ${name}, ${lang}`, { skip },
            () => journeys(name, lang));
    }
}

/** @param {string} name @param {'ko' | 'en'} lang */
function journeys(name, lang) {
    let desk, t, world;
    before(async () => {
        desk = await Desk.open(name, { lang, certificate: false });
        ({ t, world } = desk);
    });
    after(() => desk?.close());
    afterEach(async () => {
        await world.ca.misbehave('none');
        await desk.clear();
        world.loseCertificates();
        rmSync(join(world.home, '.local'), { recursive: true, force: true });
    });

    /** A certificate that ends in so many days. */
    const give = (days, user) => world.giveCertificate(user, { days });

    const stateOf = async certificate => (await world.ca.certificates())
        .find(c => c.serial === certificate.serial)?.state;

    const open = (deed, query) =>
        desk.browser.openExtension(`ui/${deed}/${deed}.html?${query}`);

    const screen = (window, which, ms = 30000) =>
        window.wait({ css: `[data-screen=${which}] h1` }, ms);

    /** As the person comes there: the popup, the button of the certificate. */
    async function fromPopup(deed, { name: who, policy }) {
        const popup = await desk.browser.openExtension(POPUP);
        await popup.click({ role: 'button', name: t(`popup_${deed}_label`,
            { name: who, usage: policy.usage[lang] }) });
        const window = await windowOf(desk.browser, `ui/${deed}/${deed}.html`);
        await screen(window, deed);
        return window;
    }

    /** Type a password and press the deed's button. */
    async function go(window, label, password, button) {
        await armed(window);
        await window.type({ label: t(label) }, password);
        await armed(window);
        await desk.press(window, button);
    }

    /** A deed whose window is closed once the request has left. */
    async function leftUnfinished(window, mode, label, button) {
        await world.ca.misbehave(mode);
        await go(window, label, OLD_PASSWORD, button);
        await window.wait({ role: 'button', name: t('close_window') }, 20000);
        await window.close();
        await world.ca.misbehave('none');
    }

    /** The popup's card of what is unfinished. */
    async function resume(deed) {
        const popup = await desk.browser.openExtension(POPUP);
        await popup.wait({ text: t(deed ? `popup_pending_${deed}`
            : 'popup_pending') });
        await popup.click({ role: 'button', name: t('button_resume') });
        const window = await windowOf(desk.browser, 'ui/reissue/reissue.html');
        await screen(window, 'resume');
        return window;
    }

    test('renewed from the popup: a wrong password first, keys made before',
        async () => {
            const old = await give(20);
            const window = await fromPopup('renew', old);
            assert.equal(await window.text({ css: '#days-left' }),
                t('renew_urged', { n: 20 }));
            await go(window, 'renew_password', WRONG, 'renew_deed');
            await window.wait({ css: 'input[aria-invalid=true]' }, 15000);
            await desk.watchSteps(window);
            await go(window, 'renew_password', OLD_PASSWORD, 'renew_deed');
            await screen(window, 'keep');
            await window.wait({ role: 'heading', name: t('keep_title_renew') });
            const steps = await desk.steps(window);
            assert.ok(steps.length > 0);
            assert.ok(!steps.includes(t('progress_keygen')), String(steps));
            assert.equal(await stateOf(old), 'revoked');
            const printed = await window.evaluate(() =>
                document.querySelector('.printed').textContent);
            const [now] = (await world.ingamOk(['list', '--json']))
                .certificates;
            assert.ok(Date.parse(now.notAfter) > Date.parse(old.notAfter));
            for (const word of [now.serial, old.serial, t('deed_renew'),
                t('todo_renew_register')])
                assert.ok(printed.includes(word), word);
        });

    test('revoked from the popup: nothing before reason, name and password',
        async () => {
            const old = await give(200);
            const window = await fromPopup('revoke', old);
            await armed(window);
            await desk.press(window, 'revoke_deed');
            await window.wait({ text: t('revoke_why_empty') });
            await window.click({ css: 'input[value=keyCompromise]' });
            const typed = { label: t('revoke_typed', { name: old.name }) };
            await window.fill(typed, '홍길');
            await desk.press(window, 'revoke_deed');
            await window.wait({ text: t('typed_differs') });
            await window.fill(typed, old.name);
            await go(window, 'password', WRONG, 'revoke_deed');
            await window.wait({ css: 'input[aria-invalid=true]' }, 15000);
            assert.equal(await stateOf(old), 'valid');
            await window.fill(typed, old.name);
            await go(window, 'password', OLD_PASSWORD, 'revoke_deed');
            await screen(window, 'keep');
            assert.ok((await window.text({ css: '.screen .todo' }))
                .includes(t('todo_revoke_check')));
            assert.equal(await stateOf(old), 'revoked');
            assert.deepEqual(world.stored(), []);
            const printed = await window.evaluate(() =>
                document.querySelector('.printed').textContent);
            for (const word of [old.serial, old.name,
                t('why_revoke_keycompromise'), t('record_title_revoke')])
                assert.ok(printed.includes(word), word);
        });

    if (lang === 'en')
        return;

    test('the popup urges at 20 days, offers at 45, and is silent at 200',
        async () => {
            const [first, second, third] = [...world.bank.people.keys()];
            await give(20, first);
            await give(45, second);
            if (third)
                await give(200, third);
            const popup = await desk.browser.openExtension(POPUP);
            await popup.wait({ css: '#certificates' });
            const cards = await popup.evaluate(() => [...document
                .querySelectorAll('#certificates > li')].map(li => ({
                urged: li.querySelector('.primary') !== null,
                words: li.textContent })));
            const said = words => cards.find(c => c.words.includes(words));
            assert.equal(said(t('badge_soon', { n: 20 })).urged, true);
            assert.ok(said(t('popup_renew_urged')));
            const offered = said(t('badge_renewable', { n: 45 }));
            assert.equal(offered.urged, false);
            assert.ok(offered.words.includes(t('popup_renew')));
            assert.equal(cards.filter(c => c.words.includes(
                t('popup_renew'))).length, 2);
        });

    test('renewed with a new password; too early and unknown are said',
        async () => {
            const old = await give(30);
            const window = await open('renew', `certificate=${old.id}`);
            await screen(window, 'renew');
            await armed(window); // keys before that are dropped
            await window.click({ css: 'input[value=change]' });
            for (const label of ['new_password', 'new_password_again'])
                await window.type({ label: t(label) }, NEW_PASSWORD);
            await go(window, 'renew_password', OLD_PASSWORD, 'renew_deed');
            await screen(window, 'keep');
            await window.close();
            const [now] = (await world.ingamOk(['list', '--json']))
                .certificates;
            const early = await open('renew', `certificate=${now.id}`);
            await desk.trouble(early, 'renewal_too_early');
            const none = await open('renew', `certificate=${old.id}`);
            await desk.trouble(none, 'certificate_not_found');
        });

    const unchanged = {
        '나중에': window => desk.press(window, 'later'),
        'Esc': window => window.press('Escape'),
        'the window closed': window => window.close(),
    };
    test('나중에, Esc and a closed window leave everything as it is',
        async () => {
            const old = await give(20);
            for (const act of Object.values(unchanged)) {
                const window = await open('renew', `certificate=${old.id}`);
                await screen(window, 'renew');
                await window.type({ label: t('renew_password') }, OLD_PASSWORD);
                await act(window);
                await desk.noWindow();
            }
            assert.equal(await stateOf(old), 'valid');
            assert.deepEqual(
                (await world.ingamOk(['resume', '--json'])).pending ?? [], []);
        });

    test('a renewal closed in the middle is finished from the popup',
        async () => {
            const old = await give(20);
            const window = await open('renew', `certificate=${old.id}`);
            await screen(window, 'renew');
            await leftUnfinished(window, 'confirm-hang', 'renew_password',
                'renew_deed');
            const again = await resume('renew');
            await again.wait({ css: '#happened' });
            await go(again, 'resume_password_renew', WRONG, 'button_resume');
            await again.wait({ css: 'input[aria-invalid=true]' }, 15000);
            await go(again, 'resume_password_renew', OLD_PASSWORD,
                'button_resume');
            await screen(again, 'keep');
            await again.wait({ role: 'heading', name: t('keep_title_renew') });
            assert.equal(await stateOf(old), 'revoked');
        });

    test('a revocation cut off is told so, and finished with its password',
        async () => {
            const old = await give(200);
            const window = await open('revoke', `certificate=${old.id}`);
            await screen(window, 'revoke');
            await window.click({ css: 'input[value=superseded]' });
            await window.fill(
                { label: t('revoke_typed', { name: old.name }) }, old.name);
            await world.ca.misbehave('send-close');
            await go(window, 'password', OLD_PASSWORD, 'revoke_deed');
            await desk.trouble(window, 'ca_timeout');
            await window.close();
            await world.ca.misbehave('none');
            const again = await resume('revoke');
            assert.equal(await again.text({ css: '#happened' }),
                t('happened_revoke_sent'));
            await go(again, 'resume_password_revoke', OLD_PASSWORD,
                'button_resume');
            await screen(again, 'keep');
            assert.equal(await stateOf(old), 'revoked');
            assert.deepEqual(world.stored(), []);
        });

    test('given up: the help desk\'s record has no code, the number is typed',
        async () => {
            const { referenceNumber, authorizationCode } =
                await world.leaveUnfinished();
            const window = await resume();
            await window.click({ css: 'details > summary',
                text: t('resume_not') });
            const record = await window.text({ css: '#help-desk' });
            assert.ok(record.includes(referenceNumber));
            assert.ok(!record.includes(authorizationCode));
            await window.click({ css: '#discard' });
            await screen(window, 'discard');
            const typed = { label: t('discard_typed',
                { digits: referenceNumber }) };
            await window.fill(typed, '0000');
            await armed(window);
            await desk.press(window, 'discard_button');
            await window.wait({ text: t('typed_differs') });
            await window.fill(typed, referenceNumber);
            await armed(window);
            await desk.press(window, 'discard_button');
            await screen(window, 'discarded');
            const popup = await desk.browser.openExtension(POPUP);
            await popup.wait({ css: '#host' });
            assert.equal(await popup.count({ css: '.pending .box' }), 0);
        });

    test('an answer that proves nothing: resume, or what to tell the CA',
        async () => {
            const old = await give(20);
            await world.ca.misbehave('protection-none');
            const window = await open('renew', `certificate=${old.id}`);
            await screen(window, 'renew');
            await go(window, 'renew_password', OLD_PASSWORD, 'renew_deed');
            await desk.trouble(window, 'ca_answer_untrusted');
            await window.click({ css: 'details > summary',
                text: t('resume_not') });
            const record = await window.text({ css: '#help-desk' });
            for (const word of [old.serial, t('deed_renew'),
                t('record_transaction'), t('record_sent_yes')])
                assert.ok(record.includes(word), word);
            await window.click({ css: '#discard' });
            await screen(window, 'discard');
            await armed(window);
            await desk.press(window, 'discard_button');
            await screen(window, 'discarded');
        });

    test('a CA is switched on after a word of warning, and off again',
        async () => {
            const enabled = async which => (await world.ingamOk(
                ['ca', '--json'])).cas.find(ca => ca.name === which).enabled;
            const window = await desk.browser.openExtension('ui/ca/ca.html');
            await window.click({ css: '#switch-yessign' });
            await window.wait({ text: t('cas_confirm_unverified') });
            await window.click({ css: '#not-now' });
            assert.equal(await enabled('yessign'), false);
            await window.click({ css: '#switch-yessign' });
            await armed(window);
            await window.click({ css: '#confirm' });
            await window.wait({ css: '#switch-yessign',
                text: t('cas_disable') });
            assert.equal(await enabled('yessign'), true);
            await window.click({ css: '#switch-yessign' });
            await window.wait({ css: '#switch-yessign',
                text: t('cas_enable') });
            assert.equal(await enabled('yessign'), false);
            assert.equal(await window.count({ css: '#switch-tradesign' }), 0);
            assert.ok((await window.text({ css: '#cas' }))
                .includes(t('cas_incomplete')));
        });

    test('a CA whose pin has gone is not switched on, and it is said why',
        async () => {
            const whole = await world.ca.definition();
            const define = more => world.define({ name: 'pinless',
                definition: async () => ({ ...whole, name: 'pinless',
                    title: { ko: '핀 없는 곳', en: 'Pinless' },
                    enabled: false, ...more }) });
            await define({});
            const window = await desk.browser.openExtension('ui/ca/ca.html');
            await window.click({ css: '#switch-pinless' });
            await define({ anchors: [] });
            await armed(window);
            await window.click({ css: '#confirm' });
            await window.wait({ text: t('cas_missing_anchors') });
            rmSync(join(world.home, '.config/ingam/ca.d/pinless.json'));
        });
}
