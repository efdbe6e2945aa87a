/**
 * What every window does in which something is signed for a page, from the
 * request to the one answer; what it is comes with its job (job.js).
 */
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { keepExpiries } from '../../common/expiries.js';
import { HostError } from '../../common/host.js';
import { checkSite } from '../../common/policy.js';
import { HOST_NAME, VERSION } from '../../common/protocol.js';
import { openRequest } from '../../common/request.js';
import { watchWindow } from '../common/arming.js';
import { clock } from '../common/dates.js';
import { el, fill } from '../common/dom.js';
import { watchExpiry } from '../common/expiry.js';
import { failureView } from '../common/failure-view.js';
import { keepFocusClear } from '../common/focus.js';
import { language, setTitle, t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { wrongText } from '../common/wrong-text.js';
import { findCertificates, lastLogin, lastUsed } from './certificates.js';
import { SignForm } from './form.js';

const { local } = browser.storage;
const connect = () => browser.runtime.connectNative(HOST_NAME);
const arming = watchWindow(window);
keepFocusClear(document);
const stage = el('div', { id: 'stage' });

/** @typedef {import('../../common/request.js').PageRequest} PageRequest */

/** @type {PageRequest | null} */
let request = null;
/** @type {SignForm | null} */
let form = null;
/** @type {import('./job.js').Asked} */
let asked;
/** @type {string | null} certificate of the site's last login, if asked for */
let login = null;
let hostVersion = '';
let ended = false; // the page has its answer, or will never have one
let reason = 'cancelled'; // what the page hears if the window is closed now

/** Put a view on the stage and the focus on its heading. @param {any} view */
function show(view) {
    fill(stage, view.root, view.bar);
    if (view === form)
        reason = 'cancelled';
    stage.querySelector('h1')?.focus();
}

/** Close the window; the page hears why. */
async function leave() {
    await request?.fail(reason);
    await closeWindow(browser);
}

/**
 * The end of the request, or a stop on the way: what can be mended here stays
 * open, the rest is told to the page at once.
 * @param {any} error
 * @param {(() => void) | null} again what the button does; null: the end
 */
async function stop(error, again) {
    const failure = error instanceof HostError ? error
        : new HostError('internal');
    reason = failure.reason;
    if (again === null) {
        ended = true;
        request?.fail(failure.reason);
    }
    show(failureView(failure, {
        host: hostVersion,
        extension: VERSION,
        origin: request?.origin ?? null,
        again,
        close: leave,
    }));
}

/** @param {boolean} removable look on USB sticks, too */
async function fillForm(removable) {
    const { origin, unseen } =
        /** @type {NonNullable<typeof request>} */ (request);
    const view = /** @type {SignForm} */ (form);
    try {
        const found = await findCertificates(connect, origin, removable);
        if (ended)
            return;
        hostVersion = found.version;
        view.setCertificates(found,
            { removable, login, lastUsed: await lastUsed(local, origin) });
        if (!unseen)
            await keepExpiries(local, found.certificates,
                { removable, now: Date.now() });
        if (!view.root?.isConnected)
            show(view);
        view.view.look();
    } catch (error) {
        stop(error, () => fillForm(removable));
    }
}

/** A press that counts, with a certificate chosen and a password typed. */
async function approve() {
    if (asked.question?.answer() === 'decline') {
        stop(new HostError('identity_declined'), null);
        return;
    }
    const view = /** @type {SignForm} */ (form);
    const means = { storage: browser.storage, connect, now: Date.now,
        request: /** @type {PageRequest} */ (request), language: language() };
    const id = view.list?.certificate?.id ?? '';
    view.setBusy(true); // before anything is waited for: one press, one try
    try {
        const tried =
            await asked.attempt(means, id, view.password.value, view);
        view.setBusy(false);
        if (tried.kind === 'wrong')
            view.wrongPassword(wrongText(tried));
        else if (!tried.arrived)
            stop(new HostError('signed_not_delivered'), null);
        else
            await finish(tried.left);
    } catch (error) {
        view.setBusy(false);
        notSigned(error);
    }
}

/** @param {any} left a view that is still to be seen, if any */
async function finish(left) {
    ended = true;
    if (left)
        show(left);
    else
        await closeWindow(browser);
}

/** @param {any} error of a signature that did not come about */
function notSigned(error) {
    const mendable = error.retryable || error.code >= 2000 && error.code < 4000;
    if (request?.gone)
        gone();
    else
        stop(error, mendable ? () => fillForm(false) : null);
}

/** The page is gone or its time is up; `approve` ends what is being made. */
function gone() {
    if (form?.busy || ended)
        return;
    const limit = asked?.expiresAt;
    const expired = limit && Date.now() >= limit - 1000;
    stop(expired
        ? new HostError('request_expired',
            { data: { time: clock(new Date(limit).toISOString()) } })
        : new HostError('page_gone'), null);
}

/** @param {import('./job.js').Job} job */
async function start(job) {
    setTitle(t(job.title));
    document.body.append(await phraseStrip(local,
        [t('help_sign_1'), t('help_sign_2'), t('help_sign_3')]), stage);
    request = await openRequest(browser, location.href);
    const refused = await checkSite(browser.storage, request.origin);
    if (refused)
        throw new HostError(refused);
    asked = await job.read(request);
    if (asked.filter.sameAsLogin)
        login = await lastLogin(browser.storage.session, request.origin);
    if (asked.filter.sameAsLogin && login === null)
        throw new HostError('not_logged_in');
    form = new SignForm({
        arming,
        origin: request.origin,
        subject: asked,
        onApprove: approve,
        onCancel: leave,
        onFind: () => fillForm(true),
    });
    show(form);
    request.onGone(gone);
    watchExpiry(asked.expiresAt, Date.now(), {
        soon: () => form?.say(t('sign_expires_soon')),
        over: gone,
    });
    window.addEventListener('resize', () => form?.view.look());
    await fillForm(false);
}

document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && event.isTrusted && !event.repeat)
        leave();
});
window.addEventListener('pagehide', () => request?.fail(reason));

/** @param {import('./job.js').Job} job what this window is for */
export const run = job => start(job).catch(error => stop(error, null));
