/**
 * Which sites may ask: the person's own blocks and the administrator's lists
 * (storage.managed). Chromium's managed store is empty or silent for some
 * seconds after its start, so the list is mirrored to storage.local and the
 * mirror holds until the store speaks.
 */
import { splitHost } from './domain.js';

/** Registrable domains (or addresses) that the person has blocked. */
const BLOCKED = 'blockedSites';

/** Longest wait for the managed store, in ms. */
const MANAGED_MS = 1000;

/** The mirror of the administrator's lists. */
const MIRROR = 'managedPolicy';

/**
 * @param {any} x
 * @returns {string[] | undefined}
 */
const list = x => Array.isArray(x)
    ? x.filter(item => typeof item === 'string') : undefined;

/**
 * @param {string} rule an origin, or "*." and a host for all under it
 * @param {URL} site
 * @returns {boolean}
 */
function covers(rule, site) {
    if (rule.startsWith('*.'))
        return site.hostname === rule.slice(2) ||
            site.hostname.endsWith(rule.slice(1));
    return site.origin === rule;
}

/**
 * @param {any} storage browser.storage
 * @returns {Promise<any>} {allowedSites?, blockedSites?}, {} when it has
 *     nothing to say, undefined when that is for the mirror to say; null when
 *     the browser failed to say, which must refuse
 */
async function readManaged(storage) {
    let timer;
    const silence = new Promise(resolve => {
        timer = setTimeout(resolve, MANAGED_MS, {});
    });
    try {
        const managed = await Promise.race([storage.managed.get(null), silence]);
        return Object.keys(managed).length > 0 ? managed : undefined;
    } catch (error) {
        // Firefox: no policy is installed for us
        return /manifest not found/i.test(String(error)) ? {} : null;
    } finally {
        clearTimeout(timer);
    }
}

/**
 * Keep the administrator's lists for the next start.
 * @param {any} storage browser.storage
 */
export async function mirrorPolicy(storage) {
    await storage.local.set({ [MIRROR]: await storage.managed.get(null) });
}

/**
 * Asked when a page asks, when its window opens and before approval.
 * @param {any} storage browser.storage
 * @param {string} origin
 * @returns {Promise<'site_blocked' | 'site_not_allowed' | null>}
 */
export async function checkSite(storage, origin) {
    const site = new URL(origin);
    const [{ [BLOCKED]: blocked = [], [MIRROR]: mirror = {} }, managed] =
        await Promise.all([storage.local.get([BLOCKED, MIRROR]),
            readManaged(storage)]);
    if (blocked.includes(splitHost(site.hostname).domain))
        return 'site_blocked';
    const policy = managed === undefined ? mirror : managed;
    if (policy === null)
        return 'site_not_allowed';
    if (list(policy.blockedSites)?.some(rule => covers(rule, site)))
        return 'site_not_allowed';
    // a list that is there but is no list refuses everything
    if (policy.allowedSites !== undefined &&
        !list(policy.allowedSites)?.some(rule => covers(rule, site)))
        return 'site_not_allowed';
    return null;
}

/**
 * Block or unblock a site with all its sub-domains, for the person.
 * @param {any} storage browser.storage
 * @param {string} origin
 * @param {boolean} block
 */
export async function setBlocked(storage, origin, block) {
    const { domain } = splitHost(new URL(origin).hostname);
    const found = (await storage.local.get(BLOCKED))[BLOCKED] ?? [];
    const others = found.filter(
        /** @param {string} other */ other => other !== domain);
    await storage.local.set({ [BLOCKED]: block ? [...others, domain] : others });
}

/**
 * @param {any} storage browser.storage
 * @returns {Promise<string[]>} registrable domains that the person has blocked
 */
export async function blockedSites(storage) {
    return list((await storage.local.get(BLOCKED))[BLOCKED]) ?? [];
}
