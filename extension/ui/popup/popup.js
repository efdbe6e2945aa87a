/** The toolbar popup: how things stand, and where to go on. */
import { showButton } from '../../background/badge.js';
import { lastRefusal } from '../../background/limits.js';
import { browser } from '../../common/browser.js';
import { keepExpiries } from '../../common/expiries.js';
import { HostError, callHost } from '../../common/host.js';
import { checkSite, setBlocked } from '../../common/policy.js';
import { HOST_NAME, VERSION } from '../../common/protocol.js';
import { openWindow } from '../../common/windows.js';
import { arrange } from '../common/certificate-model.js';
import { copyButton } from '../common/copy.js';
import { el, fill } from '../common/dom.js';
import { failureView } from '../common/failure-view.js';
import { setTitle, t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { siteView } from '../common/site.js';
import { brokenCard, certificateCard, pendingCard } from './cards.js';
import { currentSite, doctorLines, hasAccess, hostState } from './state.js';

/** So many certificates come at once: fewer are all there are. */
const PAGE = 100;

const connect = () => browser.runtime.connectNative(HOST_NAME);
const stage = el('div', { id: 'stage' });
const diagnosis = el('div', { id: 'diagnosis', role: 'status' });

/** @param {string} page */
async function leaveFor(page) {
    await openWindow(browser, page);
    window.close();
}

async function openManager() {
    await browser.tabs.create(
        { url: browser.runtime.getURL('ui/manager/manager.html') });
    window.close();
}

/** @param {string} hostVersion */
const foot = hostVersion => el('div', {},
    el('p', { class: 'help', id: 'versions' }, t('popup_versions',
        { host: hostVersion || '–', extension: VERSION })),
    el('p', { class: 'help' }, t('popup_diagnose_run'), ' ',
        el('button', { type: 'button', class: 'link', id: 'diagnose',
            onclick: diagnose }, t('popup_diagnose'))),
    diagnosis);

/**
 * @param {string | null} origin of the tab in front
 * @returns {Promise<HTMLElement | null>}
 */
async function siteRow(origin) {
    if (origin === null)
        return await hasAccess(browser) ? null
            : el('p', { class: 'help', id: 'site' }, t('popup_no_access'));
    const verdict = await checkSite(browser.storage, origin);
    const blocked = verdict === 'site_blocked';
    const refused = verdict ? { reason: verdict, data: {} }
        : await lastRefusal(browser.storage.session, origin, Date.now());
    const values = { host: new URL(origin).host, ...refused?.data };
    const root = el('div', { class: 'current', id: 'site' },
        siteView(origin, t(blocked ? 'popup_blocked' : 'popup_this_site')),
        el('button', {
            type: 'button',
            class: 'small',
            onclick: async () => {
                await setBlocked(browser.storage, origin, !blocked);
                root.replaceWith(await siteRow(origin) ?? '');
            },
        }, t(blocked ? 'popup_unblock' : 'popup_block')),
        refused && el('p', { class: 'help' },
            `${t(`error_${refused.reason}`, values)} ${
                t(`error_${refused.reason}_next`, values)}`));
    return root;
}

/**
 * @param {Awaited<ReturnType<typeof hostState>>} state
 * @param {string | null} origin
 */
async function stateView(state, origin) {
    const now = Date.now();
    const { usable, unusable } = arrange(state.certificates, { now });
    const cards = [...usable, ...unusable];
    return el('main', {},
        el('h1', { tabindex: '-1', 'aria-describedby': 'phrase' },
            t('popup_title')),
        el('p', { class: 'help', id: 'host' }, t('popup_ok')),
        el('div', { class: 'pending' },
            ...state.pending.map(
                entry => pendingCard(entry, state.cas, leaveFor)),
            ...state.unreadable.map(entry => brokenCard(entry, leaveFor))),
        el('h2', {}, t('popup_certificates')),
        cards.length > 0
            ? el('ul', { class: 'todo', id: 'certificates' },
                ...cards.map(card =>
                    certificateCard(card, state.cas, now, leaveFor)))
            : el('p', {}, t('certificates_none')),
        state.broken.length > 0 && el('p', { class: 'help' },
            t('certificates_broken', { n: state.broken.length })),
        el('div', { class: 'deeds' },
            el('button', {
                type: 'button',
                id: 'codes',
                onclick: () => leaveFor('ui/reissue/reissue.html?mode=codes'),
            }, t('popup_issue')),
            el('button', {
                type: 'button',
                id: 'cas',
                onclick: () => leaveFor('ui/ca/ca.html'),
            }, t('popup_cas')),
            el('button', {
                type: 'button', id: 'manage', onclick: openManager,
            }, t('button_manage'))),
        await siteRow(origin),
        foot(state.version));
}

async function diagnose() {
    try {
        const found = await callHost(connect, { method: 'doctor.run' },
            { silenceMs: 15000 });
        const lines = doctorLines(found).join('\n');
        fill(diagnosis, el('pre', { class: 'record' }, lines),
            copyButton('copy_record', lines));
    } catch (error) {
        const { reason } = /** @type {HostError} */ (error);
        fill(diagnosis, el('p', {}, `${t(`error_${reason}`)} ${
            t(`error_${reason}_next`)}`));
    }
}

async function refresh() {
    const origin = await currentSite(browser);
    try {
        const state = await hostState(connect);
        fill(stage, await stateView(state, origin));
        await showButton(browser, [...state.pending, ...state.unreadable],
            state.certificates, Date.now());
        if (state.certificates.length < PAGE)
            await keepExpiries(browser.storage.local, state.certificates,
                { removable: false, now: Date.now() });
    } catch (error) {
        const view = failureView(
            error instanceof HostError ? error : new HostError('internal'),
            {
                host: '', extension: VERSION, origin: null,
                again: refresh, close: () => window.close(),
            });
        view.root.append(await siteRow(origin) ?? '', foot(''));
        fill(stage, view.root, view.bar);
    }
    stage.querySelector('h1')?.focus();
}

async function start() {
    setTitle(t('popup_title'));
    const loading = el('main', {},
        el('h1', { tabindex: '-1' }, t('popup_title')),
        el('p', { class: 'help', role: 'status' }, t('loading')));
    document.body.append(
        await phraseStrip(browser.storage.local, [t('help_popup_1')]), stage);
    fill(stage, loading);
    await refresh();
}

start();
