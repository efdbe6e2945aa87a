/**
 * The toolbar button says when an issue was left unfinished: a browser that
 * was closed in the middle is the one thing a person must be told unasked.
 */
import { callHost } from '../common/host.js';

/**
 * @param {any} browser
 * @param {number} pending unfinished enrolments
 */
export async function showPending(browser, pending) {
    const { action, i18n } = browser;
    await action.setBadgeText({ text: pending > 0 ? '!' : '' });
    await action.setTitle({
        title: i18n.getMessage(pending > 0 ? 'action_pending' : 'action_title'),
    });
}

/**
 * Asked once at the browser's start. A host that cannot be reached is the
 * popup's matter.
 * @param {any} browser
 * @param {() => import('../common/host.js').Port} connect
 */
export async function lookForPending(browser, connect) {
    try {
        const { pending } =
            await callHost(connect, { method: 'enrol.pending' });
        await showPending(browser, pending.length);
    } catch {
        // shown when the popup is opened
    }
}
