/**
 * The frame of a window that a page's request has opened: the phrase, one view
 * at a time, Esc, and what went wrong.
 */
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { VERSION } from '../../common/protocol.js';
import { watchWindow } from './arming.js';
import { el, fill } from './dom.js';
import { failureView } from './failure-view.js';
import { keepFocusClear } from './focus.js';
import { setTitle, t } from './i18n.js';
import { phraseStrip } from './phrase.js';
import { RequestWindow } from './request-window.js';

/** @typedef {{root: any, bar: any}} View main, and the bar of its buttons */

export class RequestFrame {
    #stage = el('div', { id: 'stage' });
    arming = watchWindow(window);
    /** The host's version, once it has spoken. */
    host = '';

    constructor() {
        this.window = new RequestWindow({
            browser,
            href: location.href,
            close: () => closeWindow(browser),
            trouble: (failure, again) => this.show(failureView(failure, {
                host: this.host,
                extension: VERSION,
                origin: this.window.origin,
                again,
                close: () => this.window.leave(),
            })),
        });
        keepFocusClear(document);
        document.addEventListener('keydown', event => {
            if (event.key === 'Escape' && event.isTrusted && !event.repeat)
                this.window.leave();
        });
        window.addEventListener('pagehide', () => this.window.hidden());
    }

    /**
     * The first line of the window, before anything is asked for.
     * @param {string} title @param {string[]} help keys of its paragraphs
     */
    async open(title, help) {
        setTitle(title);
        document.body.append(await phraseStrip(browser.storage.local,
            help.map(key => t(key))), this.#stage);
    }

    /** Put a view on the stage and the focus on its heading. @param {View} view */
    show(view) {
        fill(this.#stage, view.root, view.bar);
        this.#stage.querySelector('h1')?.focus();
    }
}
