/**
 * The one window of a page's request, kept in storage.session: whether it is
 * still there, and, when it was closed, who waits for it.
 */
import { OPEN, openWindow } from '../common/windows.js';

/**
 * @typedef {object} Open
 * @property {number} id of the window
 * @property {number} tabId of the page that asked
 * @property {string} documentId
 * @property {string} handle names the call to the content script
 */

/**
 * Open the window of a call.
 * @param {any} browser
 * @param {string} page path with query
 * @param {{tabId: number, documentId: string, handle: string}} asker
 */
export async function openFor(browser, page, { tabId, documentId, handle }) {
    const open = { id: await opened(browser, page), tabId, documentId, handle };
    if (open.id === null)
        await tellClosed(browser, open);
    else
        await browser.storage.session.set({ [OPEN]: open });
}

/**
 * Firefox never answers for a window that is closed while it opens.
 * @param {any} browser
 * @param {string} page
 * @returns {Promise<number | null>} the window's id; null: it was closed
 */
async function opened(browser, page) {
    const { onCreated, onRemoved } = browser.windows;
    const made = new Set();
    const added = (/** @type {{id: number}} */ { id }) => made.add(id);
    /** @type {(id: number) => void} */
    let removed = () => {};
    const closed = new Promise(resolve => {
        removed = id => made.has(id) && resolve(null);
    });
    onCreated.addListener(added);
    onRemoved.addListener(removed);
    try {
        return await Promise.race([openWindow(browser, page), closed]);
    } finally {
        onCreated.removeListener(added);
        onRemoved.removeListener(removed);
    }
}

/**
 * @param {any} browser
 * @returns {Promise<Open | null>} null also when it was closed unheard
 */
export async function findOpen(browser) {
    const open = await kept(browser);
    try {
        if (open)
            await browser.windows.get(open.id);
        return open;
    } catch {
        await tellClosed(browser, open);
        return null;
    }
}

/**
 * A window was closed, one of ours or another.
 * @param {any} browser
 * @param {number} id
 */
export async function windowClosed(browser, id) {
    const open = await kept(browser);
    if (open?.id === id)
        await tellClosed(browser, open);
}

/** @param {any} browser @returns {Promise<Open | null>} */
async function kept(browser) {
    return (await browser.storage.session.get(OPEN))[OPEN] ?? null;
}

/**
 * The window may not have got as far as to connect to the page: its document
 * hears it from here. One that had its window makes nothing of it.
 * @param {any} browser
 * @param {any} open
 */
async function tellClosed({ storage, tabs }, { tabId, documentId, handle }) {
    await storage.session.remove(OPEN);
    tabs.sendMessage(tabId, { closed: handle }, { frameId: 0, documentId })
        .catch(() => {}); // it is gone, or in the cache
}
