// What can be checked by machine of the windows' accessibility (A01-A18), in
// both browsers, both languages, light and dark, from 440 px to 210 px.

import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { REISSUE, armed } from '../demo/person.mjs';
import { missing, NEW_PASSWORD, OLD_PASSWORD } from '../demo/world.mjs';
import { audit } from './lib/audit.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';

const lacking = missing();
const SHOTS = resolve('build/log/windows');

/** Width, height, zoom, dark, without motion. */
const LOOKS = [[440, 683, 1, false, false], [440, 683, 1, true, false],
    [320, 480, 1, false, true], [210, 340, 2, false, true],
    [210, 340, 2, true, true]];

/** name → how the screen comes about; answers the window. */
const SCREENS = {
    sign: async desk => (await desk.signing({ content:
        '나루은행 이체\n받는 분: 김서연\n금액: 1,250,000원' })).window,
    'sign, a transaction': async desk => (await desk.signing({ content: {
        type: 'transfer', memo: '11월 월세',
        from: { bank: '나루은행', account: '352-11-0098765' },
        to: { bank: '가람은행', account: '110-234-567890', holder: '김서연' },
        amount: { value: '1250000', currency: 'KRW' } } })).window,
    'sign, a form': async desk => (await desk.signing({ form: { fields: [
        ['to', '110-234-567890', '받는 계좌'], ['amt', '1250000&x=1', '금액'],
        ['memo', '11월 월세']] } })).window,
    'sign, a document': async desk => {
        const { window } = await desk.signing({ document: { size: 1234567,
            name: '전세계약서 2026-11.pdf', sha256: 'ab12cd34'.repeat(8),
            type: 'application/pdf' } });
        await desk.press(window, 'sign_button');
        return window;
    },
    login: async desk => {
        const { window } = await desk.asked('login', { nonce: 'n'.repeat(32),
            vidFor: 'A'.repeat(400) }, 'ui/sign/login.html');
        await window.wait({ label: desk.t('password') });
        return window;
    },
    'sign, wrong password': async desk => {
        const { window } = await desk.signing();
        await window.type({ label: desk.t('password') }, 'wrong-Pass-1');
        await desk.press(window, 'sign_button');
        await window.wait({ css: 'input[aria-invalid=true]' });
        return window;
    },
    'sign, strange characters': async desk => (await desk.signing(
        { content: '김\u202e서\u200b연 １２３ 한' })).window,
    'sign, a file': async desk => {
        const page = await desk.page();
        await page.evaluate(() => {
            window.Ingam.signFile(new File(['x'.repeat(1234567)],
                '2026년 임대차 계약서 \u202efdp.exe', { type: 'application/pdf' }))
                .catch(() => {});
        });
        const window = await windowOf(desk.browser, 'ui/file/file.html');
        await window.wait({ label: desk.t('password') });
        await window.until(() => document.querySelector('progress').hidden,
            'the file to be read');
        return window;
    },
    'sign, a batch': async desk => {
        const { window } = await desk.asked('signBatch', { items: [
            { content: { type: 'transfer', to: { bank: '가람은행',
                account: '110-234-567890', holder: '김서연' },
            amount: { value: '1250000', currency: 'KRW' } } },
            { content: '김\u202e서연', title: '둘째' },
            ...Array.from({ length: 20 }, (_, i) => ({ content: `${i}번째 글` }))] },
        'ui/batch/batch.html');
        await window.wait({ label: desk.t('password') });
        await window.click({ css: '#items > li:nth-child(1) summary' });
        await window.wait({ css: '#items details[open] dl' });
        return window;
    },
    'sign, refused': async desk => {
        const { window } = await desk.asked('sign', { content: '\0' });
        await desk.trouble(window, 'content_not_displayable');
        return window;
    },
    prepare: async desk => reissue(desk),
    password: async desk => toPassword(desk, await reissue(desk)),
    'password, a broken rule': async desk => {
        const window = await toPassword(desk, await reissue(desk));
        await window.type({ label: desk.t('new_password') }, 'abc');
        await window.click({ role: 'button', name: desk.t('issue_deed') });
        await window.wait({ css: 'input[aria-invalid=true]' });
        return window;
    },
    'an unknown CA': async desk => {
        const window = await reissue(desk, { ca: 'nobody' });
        await desk.trouble(window, 'unknown_ca');
        return window;
    },
    'codes by hand': async desk => {
        const window = await desk.browser.openExtension(
            'ui/reissue/reissue.html?mode=codes');
        await window.click({ role: 'button', name: desk.t('continue') });
        await window.wait({ label: desk.t('reference_number') });
        return window;
    },
    popup: async desk => {
        const window = await desk.browser.openExtension('ui/popup/popup.html');
        await window.wait({ css: '#certificates' });
        return window;
    },
    manager: async desk => tab(desk, 'manager'),
    'manager, a certificate': async desk => {
        const window = await tab(desk, 'manager', `#${desk.certificate.id}`);
        await window.click({ css: '#full summary' });
        await window.wait({ css: '#full dl' });
        await window.evaluate(() => document.querySelector('h1').focus());
        return window;
    },
    'manager, import': async desk => tab(desk, 'manager', '#import'),
    'manager, delete': async desk => {
        const window = await tab(desk, 'manager',
            `#${desk.certificate.id}/remove`);
        await window.wait({ role: 'heading', name: desk.t('remove_title') });
        return window;
    },
    records: async desk => tab(desk, 'history'),
    sites: async desk => {
        await desk.signing(); // somebody has asked
        return tab(desk, 'sites');
    },
    // the desk's certificate is replaced here
    keep: async desk => {
        const window = await toPassword(desk, await reissue(desk));
        for (const label of ['new_password', 'new_password_again'])
            await window.type({ label: desk.t(label) }, NEW_PASSWORD);
        await window.click({ role: 'button', name: desk.t('issue_deed') });
        await window.wait({ role: 'heading', name: desk.t('keep_title') });
        return window;
    },
    // from here on there is a second certificate, which expires soon
    'renew, a new password': async desk => {
        const window = await ofSoon(desk, 'renew');
        await window.click({ css: 'input[value=change]' });
        await window.evaluate(() => document.querySelector('h1').focus());
        return window;
    },
    'renew, for a page': async desk => {
        await giveSoon(desk);
        const { window } = await desk.asked('renew',
            { filter: { cas: [desk.world.ca.name] } });
        await window.wait({ css: '[data-screen] h1' });
        await window.wait({ css: '#who' });
        return window;
    },
    'revoke, for a page: which one': async desk => {
        await giveSoon(desk);
        await forgetUse(desk);
        const { window } = await desk.asked('revoke',
            { reason: 'superseded' });
        await window.wait({ css: '[data-screen=choose] h1' });
        await desk.press(window, 'continue'); // none is chosen yet
        await window.wait({ text: desk.t('sign_choose') });
        await window.evaluate(() => document.querySelector('h1').focus());
        return window;
    },
    'revoke, for a page: none that matches': async desk => {
        const { window } = await desk.asked('revoke',
            { reason: 'superseded', filter: { policies: ['1.2.3'] } });
        await window.wait({ css: '[data-screen=choose] h1' });
        await window.wait({ text: desk.t('why_other_use') });
        return window;
    },
    'revoke, another name': async desk => {
        const window = await ofSoon(desk, 'revoke');
        await window.click({ css: 'input[value=superseded]' });
        await window.type({ css: 'input[type=text]' }, '홍');
        await armed(window);
        await desk.press(window, 'revoke_deed');
        await window.wait({ css: 'input[aria-invalid=true]' });
        return window;
    },
    'resume, for the help desk': async desk => unfinished(desk),
    discard: async desk => {
        const window = await unfinished(desk);
        await window.click({ css: '#discard' });
        await window.wait({ css: '[data-screen=discard] h1' });
        return window;
    },
    'popup, renewal and unfinished': async desk => {
        const window = await desk.browser.openExtension('ui/popup/popup.html');
        await window.wait({ css: '.pending .box' });
        return window;
    },
    'the switches of the CAs': async desk => {
        const window = await desk.browser.openExtension('ui/ca/ca.html');
        await window.click({ css: '#switch-yessign' });
        await window.wait({ css: '#confirm' });
        return window;
    },
    revoked: async desk => {
        const window = await ofSoon(desk, 'revoke');
        await window.click({ css: 'input[value=keyCompromise]' });
        await window.type({ css: 'input[type=text]' }, desk.soon.name);
        await window.type({ label: desk.t('password') }, OLD_PASSWORD);
        await armed(window);
        await desk.press(window, 'revoke_deed');
        await window.wait({ css: '[data-screen=keep] h1' }, 30000);
        return window;
    },
};

/** A certificate of another person that expires in 20 days. */
async function giveSoon(desk) {
    desk.soon ??= await desk.world.giveCertificate('kim', { days: 20 });
}

/** No site has had a certificate. */
async function forgetUse(desk) {
    const page = await desk.browser.openExtension('ui/popup/popup.html');
    await page.evaluate(() =>
        (globalThis.browser ?? chrome).storage.local.remove('lastUsed'));
    await page.close();
}

/** A window about it. */
async function ofSoon(desk, deed) {
    await giveSoon(desk);
    const window = await desk.browser.openExtension(
        `ui/${deed}/${deed}.html?certificate=${desk.soon.id}`);
    await window.wait({ css: `[data-screen=${deed}] h1` });
    await armed(window);
    return window;
}

/** The window that finishes what is unfinished, with all it can say. */
async function unfinished(desk) {
    desk.left ??= await desk.world.leaveUnfinished();
    const window = await desk.browser.openExtension(
        `ui/reissue/reissue.html?pending=${desk.left.pending}`);
    await window.wait({ css: '[data-screen=resume] h1' });
    await window.evaluate(() => {
        document.querySelector('main details').open = true;
    });
    return window;
}

/** A page in a tab, once all of it is there. */
async function tab(desk, page, where = '') {
    const window = await desk.browser.openExtension(
        `ui/${page}/${page}.html${where}`);
    await window.wait({ css: where === '' ? 'tbody tr' : '.deed, .details' });
    return window;
}

async function reissue(desk, more = {}) {
    const { referenceNumber, authorizationCode } =
        await desk.world.bank.authority.codes(desk.world.person().id,
            'reissue');
    const { window } = await desk.asked('reissue', { ca: 'test', name: '홍길동',
        referenceNumber, authorizationCode, ...more }, REISSUE);
    await window.wait({ css: 'h1' });
    if (!more.ca)
        await window.wait({ role: 'button', name: desk.t('continue') });
    return window;
}

async function toPassword(desk, window) {
    await window.click({ role: 'button', name: desk.t('continue') });
    await window.wait({ label: desk.t('new_password') });
    await armed(window);
    return window;
}

/** Every stop of Tab: is the focus seen, and is it under the button bar? */
async function tabStops(window) {
    const wrong = [];
    for (let i = 0; i < 30; i++) {
        await window.press('Tab');
        const stop = await window.evaluate(() => {
            const e = document.activeElement;
            if (!e || e === document.body)
                return null;
            const { outlineWidth, outlineStyle } = getComputedStyle(e);
            const box = e.getBoundingClientRect();
            const bar = document.querySelector('.bar:not([hidden])');
            const barTop = bar && !bar.contains(e) &&
                /sticky|fixed/.test(getComputedStyle(bar.closest('.foot') ??
                    bar).position) ? bar.getBoundingClientRect().top : Infinity;
            return { what: `${e.tagName} ${e.id || e.textContent.trim()
                .slice(0, 30)}`, first: e.id === 'help-button',
            seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2.9,
            covered: box.height < 200 && box.bottom > barTop + 1 };
        });
        if (stop === null || (stop.first && i > 0))
            break;
        if (!stop.seen)
            wrong.push(`A04 focus not seen: ${stop.what}`);
        if (stop.covered)
            wrong.push(`A04 focus under the bar: ${stop.what}`);
    }
    return wrong;
}

for (const name of BROWSERS) {
    for (const lang of ['ko', 'en']) {
        const skip = lacking ? `${lacking} is not built`
            : installed(name) ? false : `${name} is not installed`;
        describe(`windows in ${name}, ${lang}`, { skip }, () => {
            let desk;
            before(async () => {
                desk = await Desk.open(name, { lang });
            });
            after(() => desk?.close());
            afterEach(() => desk?.clear());

            for (const [screen, make] of Object.entries(SCREENS)) {
                test(`${screen}: language, names, contrast, targets, width`,
                    async () => {
                        const window = await make(desk);
                        const wrong = [];
                        const { tag } = await window.focused();
                        const field = await window.count(
                            { css: '[aria-invalid=true]' });
                        if (tag !== 'H1' && !(field && tag === 'INPUT') &&
                            !/codes|popup|switches/.test(screen) &&
                            !screen.startsWith('sign'))
                            wrong.push(`A02 the focus is on ${tag}`);
                        for (const [width, height, zoom, dark, still] of LOOKS) {
                            await window.resize(width, height, zoom);
                            await window.media({ dark, still });
                            await window.still();
                            const found = await window.evaluate(audit,
                                { lang, ours: true });
                            wrong.push(...found.map(text =>
                                `${text} (${width}px${dark ? ', dark' : ''})`));
                            await window.screenshot(join(SHOTS, `${name}-${lang}-${
                                screen.replace(/\W+/g, '-')}-${width}${
                                dark ? '-dark' : ''}.png`), { full: true });
                        }
                        await window.resize(440, 683, 1);
                        await window.media({ dark: false, still: false });
                        wrong.push(...await tabStops(window));
                        assert.deepEqual([...new Set(wrong)], []);
                    });
            }
        });
    }
}
