/**
 * What the toolbar button says unasked: that something was left unfinished, and
 * how many certificates expire soon.
 */
import { keepExpiries } from '../common/expiries.js';
import { badgeOf, toCards } from '../ui/common/certificate-model.js';

/**
 * @param {any[]} pending of enrol.pending, with what cannot be read
 * @param {any[]} certificates of store.list
 * @param {number} now ms
 * @returns {{key: string, n: number, mark: string}} key and number of the
 *     title, mark on the button: "!" or how many expire soon
 */
export function buttonState(pending, certificates, now) {
    const n = toCards(certificates, now).filter(card =>
        card.why === '' && badgeOf(card.certificate, now).kind === 'warn').length;
    if (pending.length > 0)
        return { key: 'action_pending', n: pending.length, mark: '!' };
    return { key: n > 0 ? 'action_expiring' : 'action_title', n,
        mark: n > 0 ? String(n) : '' };
}

/**
 * @param {any} browser
 * @param {any[]} pending
 * @param {any[]} certificates
 * @param {number} now ms
 */
export async function showButton(browser, pending, certificates, now) {
    const { key, n, mark } = buttonState(pending, certificates, now);
    const title = browser.i18n.getMessage(key).replace('{n}', String(n));
    await browser.action.setBadgeText({ text: mark });
    await browser.action.setTitle({ title });
}

/**
 * Asked once at the browser's start. A host that cannot be reached is the
 * popup's matter.
 * @param {any} browser
 * @param {import('../common/store.js').Store} store
 */
export async function lookAtStart(browser, store) {
    try {
        const now = Date.now();
        const { pending, broken = [] } = await store.ask('enrol.pending');
        const certificates = await store.all();
        await showButton(browser, [...pending, ...broken], certificates, now);
        await keepExpiries(browser.storage.local, certificates,
            { removable: false, now });
    } catch {
        // shown when the popup is opened
    }
}
