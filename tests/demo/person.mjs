// What a person does in the journey, by mouse and keys, in either language and
// browser. Each step can be looked at: `look(name, page)` takes the pictures.

import { windowOf } from '../e2e/lib/launch.mjs';
import { translator } from '../bank/texts.mjs';
import { NEW_PASSWORD, words } from './world.mjs';
import { PEOPLE } from './people.mjs';

export const SIGN = 'ui/sign/sign.html';
export const REISSUE = 'ui/reissue/reissue.html';

const button = name => ({ role: 'button', name });

/** Wait until the window's deed may be done. */
export const armed = window => window.until(() => document.querySelector(
    'button.primary[aria-disabled=false]') !== null, 'arming');

export class Person {
    /**
     * @param {import('./world.mjs').World} world
     * @param {object} browser
     * @param {{lang?: 'ko' | 'en', look?: Function, who?: object}} options
     */
    constructor(world, browser, { lang = 'ko', look = async () => {},
        who = PEOPLE[0] } = {}) {
        Object.assign(this, { world, browser, lang, look, who });
        this.says = translator(lang); // the bank
        this.t = words(lang); // the extension
    }

    async visit(path = '/') {
        this.page ??= await this.browser.open(`${this.world.bank.url}${path}`);
        return this.page;
    }

    async logIn() {
        const page = await this.visit();
        if (await page.count(button(this.says('logout'))))
            await page.click(button(this.says('logout')));
        if (this.lang === 'en')
            await page.click({ role: 'link', name: 'English' });
        await page.wait({ role: 'heading', name: this.says('home_title') });
        await this.look('home', page);
        await page.click({ css: 'main a' });
        await page.type({ label: this.says('user') }, this.who.user);
        await page.type({ label: this.says('password') }, this.who.password);
        await this.look('login', page);
        await page.click(button(this.says('login')));
        await page.wait({ role: 'heading', name: this.says('center_title') });
        await this.look('center', page);
    }

    /** Stages 1 and 2: as far as the button that asks Ingam. */
    async apply(way = 'sms') {
        const { page, says } = this;
        await page.click({ role: 'link', name: `${says('center_lost')}…` });
        await page.wait({ role: 'heading', name: says('prepare_title') });
        await this.look('prepare', page);
        await page.click({ role: 'checkbox' });
        await page.click(button(says('go_on')));
        await page.click({ css: `#${way}` });
        await this.look('identify', page);
        await page.click(button(says('send_code')));
        await page.wait({ role: 'heading', name: says('code_title') });
        await page.type({ label: says('code') }, this.world.devices.code(way));
        await this.look('code', page);
        await page.click(button(says('confirm')));
        await page.wait({ role: 'heading', name: says('issue_title') });
        await this.ready();
        await this.look('issue', page);
    }

    /** The page's script has found the extension. */
    ready() {
        return this.page.wait({ css: '#deed[data-ready=yes]' });
    }

    /** Ask Ingam for the re-issue. @returns the extension's window */
    async askReissue() {
        await this.page.click(button(this.says('issue_button')));
        const window = await windowOf(this.browser, REISSUE);
        await window.wait({ role: 'heading',
            name: this.t('prepare_title_reissue') });
        return window;
    }

    /** The window's first screen to the password's. */
    async toPassword(window) {
        await this.look('window-prepare', window);
        await window.click(button(this.t('continue')));
        await window.wait({ role: 'heading', name: this.t('issue_title') });
        await armed(window);
    }

    async choosePassword(window, password = NEW_PASSWORD) {
        await window.type({ label: this.t('new_password') }, password);
        await window.type({ label: this.t('new_password_again') }, password);
        await this.look('window-password', window);
    }

    async issue(window) {
        await armed(window); // a picture disarms: it resizes the window
        await window.click(button(this.t('issue_deed')));
    }

    /** The whole of stage 3, to the window's last screen. */
    async reissue() {
        const window = await this.askReissue();
        await this.toPassword(window);
        await this.choosePassword(window);
        await this.issue(window);
        await window.wait({ role: 'heading', name: this.t('keep_title') });
        return window;
    }

    /** Stage 4 on the bank's page. */
    async seeNew() {
        await this.page.wait(
            { role: 'heading', name: this.says('done_title') });
        await this.look('done', this.page);
    }

    /** Fill in a transfer, to the button that asks for the signature. */
    async prepareTransfer({ amount = '1250000' } = {}) {
        const { page, says } = this;
        await page.navigate(`${this.world.bank.url}/transfer`);
        await page.type({ label: says('to_account') }, '110-234-567890');
        await page.type({ label: says('to_holder') },
            this.lang === 'ko' ? '김서연' : 'Seoyeon Kim');
        await page.type({ label: says('amount') }, amount);
        await page.type({ label: says('memo') },
            this.lang === 'ko' ? '11월 월세' : 'November rent');
        await this.look('transfer', page);
        await page.click(button(says('go_on')));
        await page.wait({ role: 'heading', name: says('sign_title') });
        await this.ready();
        await this.look('transfer-confirm', page);
    }

    /** Ask Ingam for the signature. @returns the extension's window */
    async askSignature() {
        await this.page.click(button(this.says('sign_button')));
        const window = await windowOf(this.browser, SIGN);
        await window.wait({ label: this.t('password') });
        await window.until(() => { // a table that is longer is read
            const content = document.querySelector('#content');
            content.scrollTop = content.scrollHeight;
            return document.querySelector(
                'button.primary[aria-disabled=false]') !== null;
        }, 'arming');
        return window;
    }

    async sign(password = NEW_PASSWORD) {
        const window = await this.askSignature();
        await window.type({ label: this.t('password') }, password);
        await this.look('window-sign', window);
        await armed(window);
        await window.click(button(this.t('sign_button')));
        return window;
    }

    async seeTransferred() {
        await this.page.wait(
            { role: 'heading', name: this.says('result_title') });
        await this.look('transferred', this.page);
    }
}
