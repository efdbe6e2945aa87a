/** A deed that a page asks for, from its request to the one answer. */
import { browser } from '../../common/browser.js';
import { openRequest } from '../../common/request.js';
import { watchExpiry } from '../common/expiry.js';
import { t } from '../common/i18n.js';
import { pageAsker, PERSON } from './asker.js';
import { isBefore } from './state.js';
import { runDeed } from './window.js';

/**
 * @typedef {import('../../common/page-request.js').PageRequest} PageRequest
 * @typedef {Partial<import('./state.js').State>} Start
 * @typedef {(request: PageRequest) => Start | Promise<Start>} Read what the
 *     page asks for; or a HostError
 */

/**
 * @param {PageRequest} request
 * @param {import('./state.js').Kind} kind
 * @param {Record<string, import('./window.js').Make>} screens
 * @param {Read} read
 */
async function runForPage(request, kind, screens, read) {
    /** @type {Start} */
    const start = { mode: 'page', origin: request.origin, kind };
    try {
        Object.assign(start, await read(request));
    } catch (error) {
        const asker = pageAsker(request, browser.storage, null);
        runDeed(screens, asker, start).flow.fail(error);
        return;
    }
    const expiresAt = start.expiresAt ?? null;
    const { flow, shell } = runDeed(screens,
        pageAsker(request, browser.storage, expiresAt), start);
    watchExpiry(expiresAt, Date.now(), {
        soon: () => isBefore(flow.state) && shell.say(t('sign_expires_soon')),
        over: () => flow.send({ type: 'expired' }),
    });
    await flow.load();
}

/**
 * @param {(method: string) => import('./state.js').Kind} kindOf a method
 * @param {Record<string, import('./window.js').Make>} screens
 * @param {Read} read
 */
export async function openForPage(kindOf, screens, read) {
    try {
        const request = await openRequest(browser, location.href);
        await runForPage(request, kindOf(request.method), screens, read);
    } catch (error) {
        runDeed(screens, PERSON, { mode: 'page', kind: kindOf('') })
            .flow.fail(error);
    }
}
