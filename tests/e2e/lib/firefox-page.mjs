// A tab or window of Firefox: the primitives of Page over one context.

import { ifGone } from './calls.mjs';
import { KEYS, Page } from './page.mjs';
import { until } from './program.mjs';

export const valueOf = result => {
    if (result.type === 'exception')
        throw new Error(result.exceptionDetails.text);
    const text = result.result?.value;
    return text === undefined ? undefined : JSON.parse(text);
};

export class FirefoxPage extends Page {
    constructor(browser, context) {
        super();
        Object.assign(this, { browser, context, where: context, closed: false,
            dialogs: [], last: '' });
    }

    send(method, params = {}) {
        return this.browser.send(method, { context: this.context, ...params },
            this.context);
    }

    /** JSON both ways: BiDi's own value format would need a second reading. */
    async run(expression) {
        const answer = await this.browser.send('script.evaluate', {
            expression: `(async () => JSON.stringify(await (${expression})))()`,
            target: { context: this.context }, awaitPromise: true,
        }, this.context);
        return valueOf(answer);
    }

    url() {
        return this.last;
    }

    navigate(url) {
        return this.send('browsingContext.navigate', { url, wait: 'complete' });
    }

    async mouse(x, y) {
        const at = { x: Math.round(x), y: Math.round(y) };
        await ifGone(this.send('input.performActions', { actions: [{
            type: 'pointer', id: 'mouse', actions: [
                { type: 'pointerMove', ...at },
                { type: 'pointerDown', button: 0 },
                { type: 'pointerUp', button: 0 }] }] }));
    }

    #keys(actions) {
        return ifGone(this.send('input.performActions',
            { actions: [{ type: 'key', id: 'keyboard', actions }] }));
    }

    async keyDown(key, { shift, ctrl }, repeat) {
        const down = name =>
            ({ type: 'keyDown', value: KEYS[name]?.[2] ?? name });
        await this.#keys([...(shift && !repeat ? [down('Shift')] : []),
            ...(ctrl && !repeat ? [down('Control')] : []), down(key)]);
    }

    async keyUp(key, { shift, ctrl }) {
        const up = name => ({ type: 'keyUp', value: KEYS[name]?.[2] ?? name });
        await this.#keys([up(key), ...(shift ? [up('Shift')] : []),
            ...(ctrl ? [up('Control')] : [])]);
    }

    insert(text) {
        return this.#keys([...text].flatMap(character => [
            { type: 'keyDown', value: character },
            { type: 'keyUp', value: character }]));
    }

    /** Choose files in a field for them. @param {string} css */
    async choose(css, files) {
        const { nodes: [{ sharedId }] } = await this.send(
            'browsingContext.locateNodes',
            { locator: { type: 'css', value: css } });
        await this.send('input.setFiles', { element: { sharedId }, files });
    }

    front() {
        return this.send('browsingContext.activate');
    }

    /** Behind another window, and so without the focus. */
    async away() {
        const other = (await this.browser.windows(/./))
            .find(page => page !== this);
        await other.front();
    }

    async capture(full) {
        const { data } = await this.send('browsingContext.captureScreenshot',
            { origin: full ? 'document' : 'viewport' });
        return data;
    }

    viewport({ width, height, scale }) {
        return this.send('browsingContext.setViewport',
            { viewport: { width, height }, devicePixelRatio: scale });
    }

    media({ dark, still }) {
        return this.browser.chrome((isDark, isStill) => {
            const set = (name, on) => Services.prefs.setIntPref(name, on);
            set('layout.css.prefers-color-scheme.content-override',
                isDark ? 0 : 1);
            set('ui.prefersReducedMotion', isStill ? 1 : 0);
        }, Boolean(dark), Boolean(still));
    }

    async close() {
        await ifGone(
            this.send('browsingContext.close', { promptUnload: false }));
        await until(async () => {
            await this.browser.windows(/./);
            return this.closed;
        }, 'the window to close');
    }
}
