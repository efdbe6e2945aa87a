// What the window tests share: a world with one certificate, a browser, and
// pages that ask, each from an origin of its own so that no test uses up
// another's share of windows.

import { words, World } from '../../demo/world.mjs';
import { SIGN, armed } from '../../demo/person.mjs';
import { windowOf } from './launch.mjs';
import { pause, until } from './program.mjs';
import { Site, outcome } from './site.mjs';

const LONG = Array.from({ length: 120 }, (_, i) => `${i + 1}번째 줄`);
export const LONG_TEXT = LONG.join('\n');

export class Desk {
    #pages = [];

    /** @param {'chromium' | 'firefox'} name @param {object} options */
    static async open(name, { lang = 'ko', certificate = true, world,
        ...more } = {}) {
        const desk = new Desk();
        desk.t = words(lang);
        desk.world = world ?? await World.make(`desk-${name}`);
        if (certificate)
            desk.certificate = await desk.world.giveCertificate();
        desk.site = new Site(more.pages);
        desk.browser = await desk.world.launch(name, { lang, ...more });
        desk.own = new RegExp(`^${desk.browser.base}`);
        return desk;
    }

    async close() {
        await this.site?.close();
        await this.world?.close();
    }

    /** A page on a new origin. */
    async page(path = '/') {
        const page = await this.browser.open(await this.site.origin() + path);
        this.#pages.push(page);
        return page;
    }

    windows() {
        return this.browser.windows(this.own);
    }

    /** Close every window and page: the next test starts with none. */
    async clear() {
        for (const window of await this.windows())
            await window.close();
        for (const page of this.#pages.splice(0)) {
            if (!page.closed && page.browser === this.browser)
                await page.close();
        }
    }

    async noWindow() {
        await until(async () => (await this.windows()).length === 0,
            'our window to close');
    }

    /** A page that has asked, and the window that came of it. */
    async asked(method, params, path = `ui/${method}/${method}.html`) {
        const page = await this.page();
        await page.evaluate((m, p) => window.ask(m, p), method, params);
        return { page, window: await windowOf(this.browser, path) };
    }

    /** A page that wants a text signed, as far as the password. */
    async signing(params = { content: '가나다' }) {
        const { page, window } = await this.asked('sign', params, SIGN);
        await window.wait({ label: this.t('password') });
        await armed(window);
        return { page, window };
    }

    /** The same with a text whose end is not in view: not armed yet. */
    async unread(params) {
        const { page, window } = await this.asked('sign', params, SIGN);
        await window.wait({ label: this.t('password') });
        await pause(700);
        return { page, window };
    }

    press(window, key) {
        return window.click({ role: 'button', name: this.t(key) });
    }

    /** The window's error: its heading. */
    async trouble(window, reason) {
        const title = this.t(`error_${reason}`).replace(/\.$/, '')
            .replace(/[({].*/, '…'); // what a placeholder holds is not known
        await window.wait({ role: 'heading', name: `✕ ${title}` });
    }

    /** Keep every progress line that is under way from now on. */
    watchSteps(window) {
        return window.evaluate(() => {
            globalThis.steps = [];
            new MutationObserver(() => {
                const now = document.querySelector('.stages .now');
                if (now)
                    globalThis.steps.push(
                        now.children[1].firstChild.textContent);
            }).observe(document.querySelector('main'),
                { childList: true, subtree: true });
        });
    }

    steps(window) {
        return window.evaluate(() => globalThis.steps);
    }

    outcome(page, ms) {
        return outcome(page, ms);
    }
}
