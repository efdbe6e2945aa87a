/** Who asked for the issue: a page, or the person in our own pages. */
import { checkSite } from '../../common/policy.js';
import { remember } from '../sign/certificates.js';

/**
 * @typedef {object} Asker
 * @property {(f: () => void) => void} onGone the page can no longer be told
 * @property {() => void} approve the host is asked: an answer may follow
 * @property {(reason: string) => void} trouble nothing came of it, so far
 * @property {(result: any) => Promise<boolean> | undefined} answer whether
 *     the page took it; undefined when there is no page
 * @property {(reason: string) => void} fail what is told after an answer is
 *     not heard
 * @property {(reason: string) => void} leave the window goes
 * @property {() => Promise<string | null>} refused why it may not go on now
 */

/** @type {Asker} */
export const PERSON = {
    onGone: () => {},
    approve: () => {},
    trouble: () => {},
    answer: () => undefined,
    fail: () => {},
    leave: () => {},
    refused: async () => null,
};

/**
 * @param {any} request a PageRequest
 * @param {any} storage browser.storage
 * @param {number | null} expiresAt the site's own limit, in ms
 * @param {() => number} [now] ms
 * @returns {Asker}
 */
export const pageAsker = (request, storage, expiresAt, now = Date.now) => ({
    onGone: f => request.onGone(() => f()),
    approve: () => {
        request.approve();
    },
    trouble: reason => request.trouble(reason),
    answer: async result => {
        const told = await request.answer(result);
        if (result.certificate && !request.unseen)
            await remember(storage.local, request.origin, result.id)
                .catch(() => {}); // the deed is done whatever becomes of it
        return told;
    },
    fail: reason => {
        request.fail(reason);
    },
    leave: reason => request.leave(reason),
    refused: async () => {
        if (expiresAt !== null && now() >= expiresAt)
            return 'request_expired';
        return checkSite(storage, request.origin);
    },
});
