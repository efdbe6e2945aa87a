/** Which certificates there are, and which was last used on a site. */
import { splitHost } from '../../common/domain.js';
import { callHost } from '../../common/host.js';

/** Where the certificate last used on a site is kept, by domain. */
const LAST = 'lastUsed';
const LAST_MAX = 200; // sites

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
 * @param {any} local storage.local
 * @param {string} origin
 * @returns {Promise<string | null>} certificate id
 */
export async function lastUsed(local, origin) {
    const sites = new Map((await local.get(LAST))[LAST] ?? []);
    return sites.get(domainOf(origin)) ?? null;
}

/**
 * @param {any} local storage.local
 * @param {string} origin
 * @param {string} id
 */
export async function remember(local, origin, id) {
    const sites = new Map((await local.get(LAST))[LAST] ?? []);
    sites.delete(domainOf(origin));
    sites.set(domainOf(origin), id);
    await local.set({ [LAST]: [...sites].slice(-LAST_MAX) });
}
