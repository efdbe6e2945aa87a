/** Our own windows: always a window of the browser, never part of a page. */

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
