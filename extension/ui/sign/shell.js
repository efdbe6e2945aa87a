/**
 * What every window does in which something is signed for a page, from the
 * request to the one answer; what it is comes with its job (job.js).
 */
import { browser } from '../../common/browser.js';
import { keepExpiries } from '../../common/expiries.js';
import { HostError } from '../../common/host.js';
import { HOST_NAME } from '../../common/protocol.js';
import { language, t } from '../common/i18n.js';
import { RequestFrame } from '../common/request-frame.js';
import { wrongText } from '../common/wrong-text.js';
import { findCertificates, lastLogin, lastUsed } from './certificates.js';
import { SignForm } from './form.js';

const { local } = browser.storage;
const connect = () => browser.runtime.connectNative(HOST_NAME);
const frame = new RequestFrame();

/** @type {SignForm | null} */
let form = null;
/** @type {import('./job.js').Asked} */
let asked;
/** @type {string | null} certificate of the site's last login, if asked for */
let login = null;

/** @param {boolean} removable look on USB sticks, too */
async function fillForm(removable) {
    const { origin, unseen } = frame.window.asked;
    const view = /** @type {SignForm} */ (form);
    try {
        const found = await findCertificates(connect, origin, removable);
        if (frame.window.over)
            return;
        frame.host = found.version;
        view.setCertificates(found,
            { removable, login, lastUsed: await lastUsed(local, origin) });
        if (!unseen)
            await keepExpiries(local, found.certificates,
                { removable, now: Date.now() });
        if (!view.root?.isConnected)
            ask();
        view.view.look();
    } catch (error) {
        frame.window.stop(error, () => fillForm(removable));
    }
}

/** Put the form on the screen: what stood in its way is mended. */
function ask() {
    if (frame.window.ask())
        frame.show(/** @type {SignForm} */ (form));
}

/** A press that counts, with a certificate chosen and a password typed. */
async function approve() {
    if (asked.question?.answer() === 'decline') {
        frame.window.stop(new HostError('identity_declined'), null);
        return;
    }
    const view = /** @type {SignForm} */ (form);
    const means = { storage: browser.storage, connect, now: Date.now,
        request: frame.window.asked, language: language() };
    const id = view.list?.certificate?.id ?? '';
    await frame.window.approve(
        () => asked.attempt(means, id, view.password.value, view), {
            busy: on => view.setBusy(on),
            wrong: tried => view.wrongPassword(wrongText(tried)),
            again: () => fillForm(false),
            left: seen => frame.show(seen),
        });
}

/** @param {import('./job.js').Job} job */
async function start(job) {
    await frame.open(t(job.title),
        ['help_sign_1', 'help_sign_2', 'help_sign_3']);
    asked = await frame.window.open((_, request) => job.read(request, connect),
        () => form?.say(t('sign_expires_soon')));
    const { origin } = frame.window.asked;
    if (asked.filter.sameAsLogin)
        login = await lastLogin(browser.storage.session, origin);
    if (asked.filter.sameAsLogin && login === null)
        throw new HostError('not_logged_in');
    form = new SignForm({
        arming: frame.arming,
        origin,
        subject: asked,
        onApprove: approve,
        onCancel: () => frame.window.leave(),
        onFind: () => fillForm(true),
    });
    ask();
    asked.begin?.(connect, (error, again) => frame.window.stop(error,
        again && (() => {
            ask();
            again();
        })));
    window.addEventListener('resize', () => form?.view.look());
    await fillForm(false);
}

/** @param {import('./job.js').Job} job what this window is for */
export const run = job =>
    start(job).catch(error => frame.window.stop(error, null));
