/**
 * Who asks: the browser's word about the sender of a message and nothing that
 * the message says.
 */

/** @param {URL} url */
const mayAsk = url =>
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && url.hostname === 'localhost');

/**
 * @param {any} sender runtime.MessageSender
 * @param {string} ownId runtime.id
 * @returns {{tabId: number, documentId: string, origin: string} | null} null
 *     when this is not a live top document of a site that may ask
 */
export function senderSite(sender, ownId) {
    if (sender?.id !== ownId || sender.frameId !== 0)
        return null;
    if (!Number.isInteger(sender.tab?.id) || sender.tab.id < 0)
        return null;
    if (typeof sender.documentId !== 'string' || sender.documentId === '')
        return null;
    // Firefox does not say
    if ((sender.documentLifecycle ?? 'active') !== 'active')
        return null;
    const origin = senderOrigin(sender);
    if (origin === null)
        return null;
    return { tabId: sender.tab.id, documentId: sender.documentId, origin };
}

/**
 * A sandboxed document has the origin "null" under the bank's own URL: the
 * two must agree.
 * @param {any} sender
 * @returns {string | null}
 */
function senderOrigin(sender) {
    if (typeof sender.origin !== 'string' || !URL.canParse(sender.url))
        return null;
    const url = new URL(sender.url);
    if (sender.origin === 'null' || sender.origin !== url.origin)
        return null;
    return mayAsk(url) ? sender.origin : null;
}
