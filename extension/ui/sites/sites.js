/** Per-site permissions: who asked, when, for what; block and forget. */
import { forgetAsked, readAsked } from '../../common/asked.js';
import { browser } from '../../common/browser.js';
import { blockedSites, checkSite, setBlocked } from '../../common/policy.js';
import { dateTime } from '../common/dates.js';
import { el, fill } from '../common/dom.js';
import { hasText, t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { heading } from '../enrol/shell.js';
import { headRow, tableRow } from '../manager/table.js';
import { openTab } from '../manager/tab.js';
import { toSites } from './sites-model.js';

/** @typedef {import('./sites-model.js').Site} Site */

const COLUMNS = ['site', 'asked', 'last', 'state', 'deeds'];

const { local } = browser.storage;
const { shell } = await openTab('sites', ['help_sites_1', 'help_sites_2']);
const said = el('p', { class: 'help', role: 'status', id: 'said' });
const list = el('div', {});
const title = heading(t('sites_title'));

/** Key of what a method of the library is for. @param {string} method */
function deedOf(method) {
    const key = `sites_for_${method === 'signBatch' ? 'batch' : method}`;
    return hasText(key) ? key : 'sites_for_other';
}

/** @param {Site} site */
const askedText = ({ asked }) => asked.map(([method, n]) => t('sites_times',
    { what: t(deedOf(method)), n })).join(', ') || t('sites_never');

/** @param {Site} site */
async function stateText({ origin, blocked }) {
    if (blocked)
        return t('popup_blocked');
    return t(await checkSite(browser.storage, origin) === null
        ? 'sites_may_ask' : 'sites_administrator');
}

/**
 * @param {string} key
 * @param {Site} site
 * @param {() => Promise<void>} change
 * @param {string} done key of what is said afterwards
 */
function button(key, { origin }, change, done) {
    const { host } = new URL(origin);
    return el('button', {
        type: 'button', class: 'small', 'aria-label': `${host}: ${t(key)}`,
        onclick: async () => {
            await change();
            await show();
            said.textContent = t(done, { host });
            const same = [...list.querySelectorAll('button')].find(b =>
                b.getAttribute('aria-label')?.startsWith(`${host}: `));
            (same ?? title).focus();
        },
    }, t(key));
}

/** @param {Site} site */
async function rowOf(site) {
    const { origin, last, blocked } = site;
    return tableRow('sites_column', COLUMNS, [
        siteView(origin, ''),
        askedText(site),
        last === null ? '–' : dateTime(new Date(last).toISOString()),
        await stateText(site),
        el('span', { class: 'buttons' },
            button(blocked ? 'popup_unblock' : 'popup_block', site,
                () => setBlocked(browser.storage, origin, !blocked),
                blocked ? 'sites_unblocked' : 'sites_blocked'),
            last !== null && button('sites_forget', site,
                () => forgetAsked(local, origin), 'sites_forgotten')),
    ]);
}

async function show() {
    const sites = toSites(await readAsked(local),
        await blockedSites(browser.storage));
    fill(list, sites.length === 0 ? el('p', {}, t('sites_none'))
        : el('table', { class: 'grid sites', role: 'table' },
            el('caption', { class: 'spoken' }, t('sites_title')),
            headRow('sites_column', COLUMNS),
            el('tbody', { role: 'rowgroup' },
                ...await Promise.all(sites.map(rowOf)))));
}

await show();
shell.mount('sites', {
    deed: t('sites_title'),
    content: [title, el('p', { class: 'help' }, t('sites_intro')), said, list],
});
