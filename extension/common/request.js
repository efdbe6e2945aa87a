/**
 * How a window comes by the page's request: it takes the one-time token, and
 * opens a port to the very document that asked.
 */
import { HostError } from './host-error.js';
import { PageRequest } from './page-request.js';

/** The prefix of a one-time token's key in storage.session. */
export const TOKEN_PREFIX = 'request.';

/**
 * @typedef {object} Ticket what the background left under the token
 * @property {number} tabId
 * @property {string} documentId
 * @property {string} origin from the browser, never from the page
 * @property {string} method
 * @property {boolean} [unseen] from a private window: nothing is kept of it
 * @property {string} handle names the call to the content script
 */

/**
 * Take the window's ticket; a second window, a reload or a restored session
 * finds none.
 * @param {any} browser
 * @param {string} href of the window
 * @returns {Promise<Ticket>} or a rejection with a HostError `no_token`
 */
async function takeTicket(browser, href) {
    const token = new URL(href).searchParams.get('token') ?? '';
    const key = TOKEN_PREFIX + token;
    const found = (await browser.storage.session.get(key))[key];
    await browser.storage.session.remove(key);
    if (token === '' || found === undefined)
        throw new HostError('no_token');
    return found;
}

/**
 * What a window does at its start.
 * @param {any} browser
 * @param {string} href location.href of the window
 * @returns {Promise<PageRequest>} or a rejection with a HostError, `no_token`
 *     or `page_gone`
 */
export async function openRequest(browser, href) {
    const ticket = await takeTicket(browser, href);
    // both, always: frameId alone reaches another origin's new document,
    // documentId alone never settles while the page is in Chromium's bfcache
    const port = browser.tabs.connect(ticket.tabId, {
        frameId: 0,
        documentId: ticket.documentId,
        name: ticket.handle,
    });
    const request = new PageRequest(port, ticket);
    await request.opened();
    return request;
}
