/** What the popup asks the host and the browser; no element is touched. */
import { callHost } from '../../common/host.js';
import { senderSite } from '../../common/sender.js';

/** A content script answers at once or is not there, in ms. */
const SITE_MS = 500;

/**
 * The site of the tab in front, by the browser's word: its content script is
 * asked to send a message, and only that message's sender counts.
 * @param {any} browser
 * @returns {Promise<string | null>} origin
 */
export async function currentSite(browser) {
    const [tab] = await browser.tabs.query(
        { active: true, currentWindow: true });
    if (!tab)
        return null;
    const { onMessage, id } = browser.runtime;
    return new Promise(resolve => {
        /** @type {(message: any, sender: any) => void} */
        const heard = (message, sender) => {
            const site = senderSite(sender, id);
            if (message?.method === 'site' && site && site.tabId === tab.id)
                resolve(site.origin);
        };
        onMessage.addListener(heard);
        setTimeout(() => {
            onMessage.removeListener(heard);
            resolve(null);
        }, SITE_MS);
        browser.tabs.sendMessage(tab.id, { ask: 'site' }, { frameId: 0 })
            .catch(() => resolve(null));
    });
}

/**
 * A person can keep us away from sites, in the browser's own settings.
 * @param {any} browser
 * @returns {Promise<boolean>} whether we may work on all that we are made for
 */
export function hasAccess({ permissions, runtime }) {
    const [{ matches }] = runtime.getManifest().content_scripts;
    return permissions.contains({ origins: matches });
}

/**
 * @param {() => import('../../common/host.js').Port} connect
 * @returns {Promise<{version: string, certificates: any[], broken: any[],
 *     pending: any[], unreadable: any[], cas: any[]}>} or a rejection with a HostError
 */
export async function hostState(connect) {
    let version = '';
    const listed = await callHost(connect, { method: 'store.list' }, {
        greeted: hello => {
            version = hello.version;
        },
    });
    const { pending, broken: unreadable = [] } =
        await callHost(connect, { method: 'enrol.pending' });
    const { cas } = await callHost(connect, { method: 'ca.list' });
    const { certificates, broken } = listed;
    return { version, certificates, broken, pending, unreadable, cas };
}

/** @param {any} x */
const yes = x => x ? 'yes' : 'no';

/**
 * doctor.run's findings as lines for a person who is being helped.
 * @param {any} found
 * @returns {string[]}
 */
export const doctorLines = found => [
    `ingam ${found.version} (${found.platform})`,
    `openssl ${found.openssl?.version} [${
        (found.openssl?.providers ?? []).join(' ')}]`,
    ...Object.entries(found.libraries ?? {}).map(
        ([name, version]) => `${name} ${version}`),
    ...(found.programs ?? []).map(/** @param {any} p */ p =>
        `${p.name}: ${p.exists ? 'ok' : 'missing'} ${p.folder}`),
    ...(found.browsers ?? []).map(/** @param {any} b */ b =>
        `${b.browser} (${b.scope}): ${b.state} ${b.manifest}${
            b.program ? ` – ${b.program}` : ''}`),
    ...(found.policies ?? []).map(/** @param {any} p */ p =>
        `policy ${p.browser}: ${p.problem} ${p.file}`),
    ...(found.store ?? []).map(/** @param {any} s */ s =>
        `store ${s.root}: ${s.state}`),
    `time-stamps: ${[found.tsa?.state ?? 'unknown', found.tsa?.name,
        found.tsa?.endpoint, found.tsa?.folder].filter(Boolean).join(' ')}`,
    `sandbox: landlock ${found.sandbox?.landlock ?? 'no'}, seccomp ${
        yes(found.sandbox?.seccomp)}`,
];
