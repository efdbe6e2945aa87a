/** Our own windows: always a window of the browser, never part of a page. */

/** Where the one window of a page's request is kept, in storage.session. */
export const OPEN = 'window';

/** Outer size, in CSS px. */
const SIZE = { width: 440, height: 720 };

/**
 * @param {any} browser
 * @param {string} page path with query
 * @returns {Promise<number>} the window's id
 */
export async function openWindow(browser, page) {
    const opened = await browser.windows.create(
        { url: browser.runtime.getURL(page), type: 'popup', ...SIZE });
    return opened.id;
}

/**
 * A window that closes by itself when its answer has arrived: the page may go
 * on at once, and must not be told that a window is open.
 * @param {any} session storage.session
 */
export const leaving = session => session.remove(OPEN).catch(() => {});
