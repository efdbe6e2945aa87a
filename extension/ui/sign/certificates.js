/**
 * Which certificates there are, which was last used on a site, and with which
 * the person signed in there since the browser was started.
 */
import { splitHost } from '../../common/domain.js';
import { callHost } from '../../common/host.js';

/** Where the certificate last used on a site is kept, by domain. */
const LAST = 'lastUsed';
const LAST_MAX = 200; // sites

/** Where that of the last login is kept; in storage.session only. */
const LOGINS = 'logins';

/** Entries of one page of store.list. */
const PAGE = 100;

/** @param {string} origin */
const domainOf = origin => splitHost(new URL(origin).hostname).domain;

/**
 * Every certificate, page by page, each an operation of its own.
 * @param {() => import('../../common/host.js').Port} connect
 * @param {string} origin
 * @param {boolean} removable look on USB sticks, too
 * @returns {Promise<{certificates: any[], cas: any[], places: string[],
 *     version: string}>} or a rejection with a HostError
 */
export async function findCertificates(connect, origin, removable) {
    let version = '';
    /** @param {any} hello */
    const greeted = hello => {
        version = hello.version;
    };
    const certificates = [];
    let listed;
    do {
        listed = await callHost(connect, {
            method: 'store.list',
            params: { origin, removable, offset: certificates.length,
                limit: PAGE },
        }, { greeted });
        certificates.push(...listed.certificates);
    } while (listed.certificates.length > 0 &&
        certificates.length < listed.total);
    const { cas } = await callHost(connect,
        { method: 'ca.list', params: { origin } });
    const places = listed.roots.map(/** @param {any} root */ root => root.path);
    return { certificates, cas, places, version };
}

/**
 * @param {any} area of storage
 * @param {string} key
 * @param {string} origin
 * @returns {Promise<string | null>} certificate id
 */
async function recall(area, key, origin) {
    const sites = new Map((await area.get(key))[key] ?? []);
    return sites.get(domainOf(origin)) ?? null;
}

/**
 * @param {any} area of storage
 * @param {string} key
 * @param {string} origin
 * @param {string} id
 */
async function keep(area, key, origin, id) {
    const sites = new Map((await area.get(key))[key] ?? []);
    sites.delete(domainOf(origin));
    sites.set(domainOf(origin), id);
    await area.set({ [key]: [...sites].slice(-LAST_MAX) });
}

/** @param {any} local storage.local @param {string} origin */
export const lastUsed = (local, origin) => recall(local, LAST, origin);

/** @param {any} local storage.local @param {string} origin @param {string} id */
export const remember = (local, origin, id) => keep(local, LAST, origin, id);

/** @param {any} session storage.session @param {string} origin */
export const lastLogin = (session, origin) => recall(session, LOGINS, origin);

/** @param {any} session storage.session @param {string} origin @param {string} id */
export const rememberLogin = (session, origin, id) =>
    keep(session, LOGINS, origin, id);
