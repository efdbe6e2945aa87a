/** What the pages in a tab have in common: the phrase, the ways between them,
 * one screen at a time. */
import { browser } from '../../common/browser.js';
import { HOST_NAME } from '../../common/protocol.js';
import { openWindow } from '../../common/windows.js';
import { watchWindow } from '../common/arming.js';
import { el } from '../common/dom.js';
import { keepFocusClear } from '../common/focus.js';
import { t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { Shell } from '../enrol/shell.js';

const PAGES = ['manager', 'history', 'sites'];

/** @param {string} current one of PAGES */
const pageLinks = current => el('nav', { 'aria-label': t('manage_pages') },
    el('ul', {}, ...PAGES.map(page => el('li', {}, el('a', {
        href: `../${page}/${page}.html`,
        'aria-current': page === current ? 'page' : null,
    }, t(`page_${page}`)))), el('li', {}, el('button', {
        type: 'button', class: 'link', id: 'cas',
        onclick: () => openWindow(browser, 'ui/ca/ca.html'),
    }, t('popup_cas')))));

export const connect = () => browser.runtime.connectNative(HOST_NAME);

/**
 * @param {string} current one of PAGES
 * @param {string[]} help keys
 */
export async function openTab(current, help) {
    const arming = watchWindow(window);
    keepFocusClear(document);
    const byId = /** @param {string} id */ id =>
        /** @type {HTMLElement} */ (document.getElementById(id));
    const shell = new Shell(arming, byId('main'), byId('bar'));
    const strip = await phraseStrip(browser.storage.local,
        help.map(key => t(key)));
    document.body.prepend(strip, pageLinks(current));
    return { arming, shell };
}
