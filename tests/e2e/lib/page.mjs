// One page or window of a browser, the same for both: what a person can do
// with it. The browser's own class gives the few primitives.

import { locate } from './locate.mjs';
import { PATIENCE_MS, until } from './program.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @typedef {import('./locate.mjs').Query} Query */

/**
 * Primitives that a subclass gives: run(source), url(), closed, navigate(url),
 * mouse(x, y), choose(css, files), keyDown(key, modifiers, repeat), keyUp(key, modifiers),
 * insert(text), capture(full), viewport(size), media(features), front(),
 * away(), close().
 */
export class Page {
    /** Run a function inside the page; its answer must be JSON. */
    evaluate(fn, ...args) {
        const list = args.map(arg => JSON.stringify(arg) ?? 'undefined');
        return this.run(`(${fn})(${list.join(', ')})`);
    }

    /** Ask a function inside the page until it answers something true. */
    until(fn, what, { args = [], ms = PATIENCE_MS } = {}) {
        return until(async () => {
            try {
                return await this.evaluate(fn, ...args);
            } catch (error) {
                if (!/context|navigat|destroyed|no such frame/i
                    .test(error.message))
                    throw error;
                return null; // between two documents
            }
        }, `${what} in ${this.where}`, ms);
    }

    /** Wait for an element, and answer its state. @param {Query} query */
    async wait(query, ms = PATIENCE_MS) {
        try {
            return await this.until(locate, JSON.stringify(query),
                { args: [query, 'state'], ms });
        } catch (error) {
            const text = await this.evaluate(() => `${location.pathname}: ${
                document.body.innerText}`).catch(() => 'nothing');
            error.message += `\nThere was: ${text.slice(0, 600)}`;
            throw error;
        }
    }

    /** Wait until no such element is to be seen. @param {Query} query */
    waitGone(query, ms = PATIENCE_MS) {
        return until(async () =>
            await this.count(query) === 0, `no ${JSON.stringify(query)}`, ms);
    }

    count(query) {
        return this.evaluate(locate, query, 'count');
    }

    state(query) {
        return this.evaluate(locate, query, 'state');
    }

    async text(query = { css: 'body' }) {
        await this.wait(query);
        return this.evaluate(locate, query, 'text');
    }

    async value(query) {
        await this.wait(query);
        return this.evaluate(locate, query, 'value');
    }

    /** Where an element is, once two frames in a row agree: after a picture of
     * the whole page the browser takes its time to lay it out as before. */
    async restingPoint(query) {
        let last = null;
        for (let i = 0; i < 50; i++) {
            await this.evaluate(() => new Promise(done => {
                requestAnimationFrame(() => requestAnimationFrame(done));
                setTimeout(done, 200); // a window in the background draws none
            }));
            const next = await this.evaluate(locate, query, 'point');
            if (!next || (next.x === last?.x && next.y === last?.y))
                return next;
            last = next;
        }
        return last;
    }

    /** Press the left button on an element, as the mouse does. */
    async click(query, ms) {
        await this.wait(query, ms);
        const point = await this.restingPoint(query);
        if (!point)
            throw new Error(`gone before the click: ${JSON.stringify(query)}`);
        if (point.covered)
            throw new Error(
                `${JSON.stringify(query)} is under ${point.covered}`);
        await this.mouse(point.x, point.y);
    }

    /** Click into a field until the focus is there, as a person looks for it:
     * a browser drops what comes before a page's first picture. */
    async enter(query) {
        for (let i = 0; i < 5; i++) {
            await this.click(query);
            if ((await this.state(query))?.focused)
                return;
        }
        throw new Error(`no focus for ${JSON.stringify(query)}`);
    }

    /** Enter a field and type: one key at a time where a key has it. */
    async type(query, text) {
        await this.enter(query);
        await this.keys(text);
    }

    /** Empty a field and type into it. */
    async fill(query, text) {
        await this.enter(query);
        await this.evaluate(() => {
            const field = document.activeElement;
            if ('select' in field)
                field.select();
        });
        await this.press('Delete');
        await this.keys(text);
    }

    async keys(text) {
        for (const character of text) {
            if (/^[ -~]$/.test(character))
                await this.press(character);
            else
                await this.insert(character);
        }
    }

    /** @param {string} key 'Enter', 'Tab', 'a' … */
    async press(key, { shift = false, ctrl = false, repeat = 0 } = {}) {
        const modifiers = { shift, ctrl };
        await this.keyDown(key, modifiers, false);
        for (let i = 0; i < repeat; i++)
            await this.keyDown(key, modifiers, true);
        await this.keyUp(key, modifiers);
    }

    /** Save what the window shows as a PNG. */
    async screenshot(path, { full = true } = {}) {
        mkdirSync(dirname(path), { recursive: true });
        const png = Buffer.from(await this.capture(full), 'base64');
        writeFileSync(path, png);
        return png;
    }

    /** Wait until nothing moves any more. */
    still() {
        return this.until(() => document.getAnimations().every(
            ({ playState }) => playState !== 'running'), 'rest');
    }

    /** CSS pixels; `zoom` 2 draws each twice as large (200 %). */
    resize(width, height, zoom = 1) {
        return this.viewport({ width, height, scale: zoom });
    }

    /** The focused element: tag, name, id. */
    focused() {
        return this.evaluate(() => {
            const e = document.activeElement;
            const label = e?.labels?.[0]?.textContent;
            return { tag: e?.tagName ?? '', id: e?.id ?? '', text: (label ??
                e?.getAttribute('aria-label') ?? e?.textContent ?? '')
                .replace(/\s+/g, ' ').trim().slice(0, 80) };
        });
    }
}

/** Keys with a name: DOM's → [code, Windows key code, WebDriver's]. */
export const KEYS = {
    Enter: ['Enter', 13, '\uE007'], Tab: ['Tab', 9, '\uE004'],
    Escape: ['Escape', 27, '\uE00C'], Backspace: ['Backspace', 8, '\uE003'],
    Delete: ['Delete', 46, '\uE017'], ' ': ['Space', 32, ' '],
    ArrowUp: ['ArrowUp', 38, '\uE013'], ArrowDown: ['ArrowDown', 40, '\uE015'],
    ArrowLeft: ['ArrowLeft', 37, '\uE012'],
    ArrowRight: ['ArrowRight', 39, '\uE014'], Home: ['Home', 36, '\uE011'],
    End: ['End', 35, '\uE010'], PageUp: ['PageUp', 33, '\uE00E'],
    PageDown: ['PageDown', 34, '\uE00F'],
    Shift: ['ShiftLeft', 16, '\uE008'], Control: ['ControlLeft', 17, '\uE009'],
};
