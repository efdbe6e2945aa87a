// A page or window of Chromium: the primitives of Page over one session.

import { ifGone } from './calls.mjs';
import { KEYS, Page } from './page.mjs';
import { until } from './program.mjs';

export class ChromiumPage extends Page {
    constructor(browser, target, session) {
        super();
        Object.assign(this, { browser, target, session, where: target,
            dialogs: [] });
    }

    send(method, params = {}, ms = undefined) {
        return this.browser.send(method, params, this.session, ms);
    }

    async run(expression) {
        const answer = await this.send('Runtime.evaluate', { expression,
            awaitPromise: true, returnByValue: true, userGesture: false });
        if (answer.exceptionDetails) {
            const { exception, text } = answer.exceptionDetails;
            throw new Error(exception?.description ?? text);
        }
        return answer.result.value;
    }

    url() {
        return this.browser.targets.get(this.target)?.url ?? '';
    }

    get closed() {
        return !this.browser.targets.has(this.target);
    }

    async navigate(url) {
        await this.send('Page.navigate', { url });
        await this.until(() => document.readyState === 'complete', url);
    }

    async mouse(x, y) {
        const at = { x, y, button: 'left', clickCount: 1 };
        const event = 'Input.dispatchMouseEvent';
        await this.send(event, { type: 'mouseMoved', x, y });
        await ifGone(this.send(event, { ...at, type: 'mousePressed' }));
        await ifGone(this.send(event, { ...at, type: 'mouseReleased' }));
    }

    #key(type, key, { shift, ctrl }, more = {}) {
        const [code, number] = KEYS[key] ?? [keyCode(key), keyNumber(key)];
        return ifGone(this.send('Input.dispatchKeyEvent', { type, key, code,
            windowsVirtualKeyCode: number,
            modifiers: (shift ? 8 : 0) | (ctrl ? 2 : 0), ...more }));
    }

    keyDown(key, modifiers, autoRepeat) {
        const text = key === 'Enter' ? '\r' : key;
        const types = text.length === 1 && !modifiers.ctrl;
        return this.#key(types ? 'keyDown' : 'rawKeyDown', key, modifiers,
            { autoRepeat, ...(types && { text }) });
    }

    keyUp(key, modifiers) {
        return this.#key('keyUp', key, modifiers);
    }

    insert(text) {
        return this.send('Input.insertText', { text });
    }

    /** Choose files in a field for them. @param {string} css */
    async choose(css, files) {
        const { result } = await this.send('Runtime.evaluate', {
            expression: `document.querySelector(${JSON.stringify(css)})` });
        await this.send('DOM.setFileInputFiles',
            { files, objectId: result.objectId });
    }

    front() {
        return this.#state('normal');
    }

    /** Out of sight, and so without the focus. Headless, every window that is
     * in sight has it. */
    away() {
        return this.#state('minimized');
    }

    async #state(windowState) {
        const { windowId } = await this.browser.send(
            'Browser.getWindowForTarget', { targetId: this.target });
        await this.browser.send('Browser.setWindowBounds',
            { windowId, bounds: { windowState } });
    }

    async capture(full) {
        // By itself it would cut off a scroll bar's width on the right.
        const clip = full && { ...await this.evaluate(() => ({ x: 0, y: 0,
            width: innerWidth, height: Math.max(innerHeight,
                document.documentElement.scrollHeight) })), scale: 1 };
        const { data } = await this.send('Page.captureScreenshot',
            { format: 'png', captureBeyondViewport: full, ...(clip && { clip }) });
        return data;
    }

    viewport({ width, height, scale }) {
        return this.send('Emulation.setDeviceMetricsOverride',
            { width, height, deviceScaleFactor: scale, mobile: false });
    }

    media({ dark, still, contrast }) {
        return this.send('Emulation.setEmulatedMedia', { features: [
            { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
            { name: 'prefers-reduced-motion', value: still ? 'reduce' : '' },
            { name: 'forced-colors', value: contrast ? 'active' : 'none' }] });
    }

    async close() {
        await ifGone(this.browser.send('Target.closeTarget',
            { targetId: this.target }));
        await until(() => this.closed, 'the window to close');
    }
}

function keyCode(key) {
    if (/^[a-z]$/i.test(key))
        return `Key${key.toUpperCase()}`;
    return /^\d$/.test(key) ? `Digit${key}` : '';
}

function keyNumber(key) {
    return /^[a-z0-9]$/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0;
}
