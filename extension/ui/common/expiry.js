/** A site's own time limit. */

/** The person is told this long before the site's time is up, in ms. */
const SOON_MS = 60000;

/** A longer timer would ring at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/**
 * The site's own limit, if it set one: the window has none of its own.
 * @param {number | null} expiresAt ms since 1970
 * @param {number} now
 * @param {{soon: () => void, over: () => void}} what
 */
export function watchExpiry(expiresAt, now, { soon, over }) {
    if (expiresAt === null)
        return;
    const left = Math.min(Math.max(0, expiresAt - now), TIMER_MAX_MS);
    if (left > SOON_MS)
        setTimeout(soon, left - SOON_MS);
    setTimeout(over, left);
}
