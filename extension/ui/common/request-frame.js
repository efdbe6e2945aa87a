/**
 * The frame of a window that a page's request has opened: the phrase, one view
 * at a time, Esc, and what went wrong.
 */
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { VERSION } from '../../common/protocol.js';
import { openRequest } from '../../common/request.js';
import { el, endView, fill } from './dom.js';
import { keepFocusClear } from './focus.js';
import { setTitle, t } from './i18n.js';
import { phraseStrip } from './phrase.js';
import { RequestWindow } from './request-window.js';

/**
 * @typedef {{root: any, bar?: any}} View main, and the bar of its buttons once
 *     there is one
 */

export class RequestFrame {
    #stage = el('div', { id: 'stage' });
    /** @type {Promise<void>} */
    #framed = Promise.resolve();
    #shown = 0;
    /** The host's version, once it has spoken. */
    host = '';

    constructor() {
        this.window = new RequestWindow({
            storage: browser.storage,
            take: () => openRequest(browser, location.href),
            close: () => closeWindow(browser),
            trouble: (failure, again) => this.#fail(failure, again),
        });
        document.body.append(this.#stage);
        keepFocusClear(document);
        document.addEventListener('keydown', event => {
            if (event.key === 'Escape' && event.isTrusted && !event.repeat)
                this.window.leave();
        });
        window.addEventListener('pagehide', () => this.window.hidden());
    }

    /**
     * The first line of the window.
     * @param {string} title @param {string[]} help keys of its paragraphs
     */
    open(title, help) {
        setTitle(title);
        this.#framed = phraseStrip(browser.storage.local,
            help.map(key => t(key))).then(strip => document.body.prepend(strip));
        return this.#framed;
    }

    /**
     * Put a view on the stage and the focus on its heading; one that is there
     * gets its bar.
     * @param {View} view
     */
    show({ root, bar }) {
        this.#shown += 1;
        if (root.parentNode === this.#stage) {
            this.#stage.append(bar);
            return;
        }
        fill(this.#stage, root, bar);
        root.querySelector('h1')?.focus();
    }

    /**
     * @param {import('../../common/host-error.js').HostError} failure
     * @param {(() => void) | null} again
     */
    async #fail(failure, again) {
        const close = () => this.window.leave();
        this.#shown += 1;
        const shown = this.#shown;
        const { failureView } = await import('./failure-view.js')
            .catch(() => ({ failureView: null }));
        await this.#framed.catch(() => {});
        if (shown === this.#shown)
            this.show(failureView?.(failure, {
                host: this.host,
                extension: VERSION,
                origin: this.window.origin,
                again,
                close,
            }) ?? endView(t('error_internal'), t('button_close'), close));
    }
}
