/** The record of what was done with certificates: look, check, keep, clear. */
import { browser } from '../../common/browser.js';
import { Store } from '../../common/store.js';
import { box, el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { deedScreen, perform } from '../manager/deed.js';
import { saveLink } from '../manager/files.js';
import { connect, openTab } from '../manager/tab.js';
import { World } from '../manager/world.js';
import { stateOf } from './history-model.js';
import { recordsTable, recordRow } from './records-view.js';

const PAGE = 100;
const PRINTED_MAX = 5000;

const { arming, shell } = await openTab('history',
    [1, 2, 3].map(n => `help_history_${n}`));
const world = new World({ browser, arming, shell,
    store: new Store(connect), show });
const title = heading(t('history_title'));
const state = el('div', { id: 'state' });
const said = el('p', { class: 'help', role: 'status', id: 'said' });
const body = el('tbody', { role: 'rowgroup' });
const table = recordsTable(body);
const none = el('p', { hidden: true }, t('history_none'));
const more = el('button', { type: 'button', id: 'more', hidden: true,
    onclick: () => tell(readMore()) }, t('history_more'));
let total = 0;

/** @param {Promise<void>} work */
async function tell(work) {
    try {
        await work;
    } catch (error) {
        world.fail(error, start);
    }
}

/** @param {any} listed of history.list */
function add({ entries, total: all }) {
    total = all;
    body.append(...entries.map(recordRow));
    table.hidden = body.childElementCount === 0;
    none.hidden = !table.hidden;
    more.hidden = body.childElementCount >= total || entries.length === 0;
    title.textContent = t('history_title_n', { n: total });
}

async function readMore() {
    const before = body.childElementCount;
    add(await world.store.ask('history.list',
        { offset: before, limit: PAGE }));
    const next = /** @type {HTMLElement | undefined} */ (
        body.children[before]?.querySelector('summary, a'));
    if (more.hidden)
        (next ?? title).focus();
}

/** All of it, opened, for paper. */
async function print() {
    while (!more.hidden && body.childElementCount < PRINTED_MAX)
        await readMore();
    for (const details of body.querySelectorAll('details'))
        details.open = true;
    window.print();
}

async function load() {
    const listed = await world.store.ask('history.list',
        { limit: PAGE, verify: true });
    fill(body);
    add(listed);
    const { kind, key, n } = stateOf(listed);
    fill(state, total > 0 && (kind === 'ok' ? el('p', {}, t(key))
        : box('danger', el('p', {}, el('strong', {}, t(key, { n }))),
            el('p', {}, t('history_broken_next')))));
}

async function saveCsv() {
    /** @type {string[]} */
    const parts = [];
    /** @type {number | undefined} */
    let offset = 0;
    while (offset !== undefined) {
        /** @type {{content: string, next?: number}} */
        const part = await world.store.ask('history.export',
            { form: 'csv', offset });
        parts.push(part.content);
        offset = part.next;
    }
    saveLink('ingam-record.csv', parts.join(''), 'text/csv;charset=utf-8',
        'csv').click();
    said.textContent = t('history_saved', { name: 'ingam-record.csv' });
}

function clear() {
    shell.mount('clear', deedScreen(world, {
        deed: 'history_title', title: t('history_clear_title'),
        content: [
            el('ul', { class: 'notes' }, ...[1, 2, 3].map(
                n => el('li', {}, t(`history_clear_${n}`))))],
        label: t('history_clear_deed'), danger: true,
        press: async () => {
            if (await perform(world, 'history.clear', { confirm: true }))
                await start();
        },
    }));
}

function show() {
    shell.mount('list', { deed: t('history_title'), content: [
        title, el('p', { class: 'help' }, t('history_intro')), state,
        el('div', { class: 'tools screen' }, el('div', { class: 'buttons' },
            el('button', { type: 'button', id: 'print',
                onclick: () => tell(print()) },
            t('keep_print')),
            el('button', { type: 'button', id: 'csv',
                onclick: () => tell(saveCsv()) }, t('history_csv')),
            el('button', { type: 'button', id: 'clear', onclick: clear },
                t('history_clear')))),
        said, table, none, more] });
}

async function start() {
    table.hidden = true;
    show();
    await tell(load());
}

await start();
