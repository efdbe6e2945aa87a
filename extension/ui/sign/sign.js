/** The signing window: from the page's request to the one answer. */
import { browser } from '../../common/browser.js';
import { checkCode } from '../../common/bytes.js';
import { digestOf } from '../../common/content.js';
import { keepExpiries } from '../../common/expiries.js';
import { HostError } from '../../common/host.js';
import { parseLogin, parseSign } from '../../common/params.js';
import { HOST_NAME } from '../../common/protocol.js';
import { language, t } from '../common/i18n.js';
import { RequestFrame } from '../common/request-frame.js';
import { wrongText } from '../common/wrong-text.js';
import { attempt } from './approval.js';
import { contentOf } from './content.js';
import { findCertificates, lastLogin, lastUsed } from './certificates.js';
import { SignForm } from './form.js';

const { local } = browser.storage;
const connect = () => browser.runtime.connectNative(HOST_NAME);
const frame = new RequestFrame();
const isLogin = document.body.dataset.method === 'login'; // else sign

/** @type {SignForm | null} */
let form = null;
/** @type {import('../../common/params.js').Wanted} */
let wanted;
/** @type {import('./content.js').Content | null} */
let content = null;
/** @type {string | null} certificate of the site's last login, if asked for */
let login = null;
let code = ''; // the check code, told to the page too

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
        view.content.look();
    } catch (error) {
        frame.window.stop(error, () => fillForm(removable));
    }
}

/** The form is on the screen: what stood in its way is mended. */
function ask() {
    if (frame.window.over)
        return;
    frame.window.asked.ask();
    frame.show(/** @type {SignForm} */ (form));
}

/** A press that counts, with a certificate chosen and a password typed. */
async function approve() {
    if (content?.question?.answer() === 'decline') {
        frame.window.stop(new HostError('identity_declined'), null);
        return;
    }
    const view = /** @type {SignForm} */ (form);
    const deps = { storage: browser.storage, connect,
        request: frame.window.asked, now: Date.now, code,
        display: content?.display ?? '', language: language() };
    const id = view.list?.certificate?.id ?? '';
    await frame.window.approve(
        () => attempt(deps, wanted, id, view.password.value), {
            busy: on => view.setBusy(on),
            wrong: tried => view.wrongPassword(wrongText(tried)),
            again: () => fillForm(false),
        });
}

async function start() {
    await frame.open(t(isLogin ? 'login_button' : 'sign_deed'),
        ['help_sign_1', 'help_sign_2', 'help_sign_3']);
    wanted = await frame.window.open(isLogin ? parseLogin : parseSign,
        () => form?.say(t('sign_expires_soon')));
    const { origin } = frame.window.asked;
    if (wanted.filter.sameAsLogin)
        login = await lastLogin(browser.storage.session, origin);
    if (wanted.filter.sameAsLogin && login === null)
        throw new HostError('not_logged_in');
    content = contentOf(wanted, origin);
    if (content === null)
        throw new HostError('content_not_displayable');
    code = checkCode(await digestOf(wanted));
    form = new SignForm({
        arming: frame.arming,
        origin,
        wanted,
        content,
        checkCode: code,
        onApprove: approve,
        onCancel: () => frame.window.leave(),
        onFind: () => fillForm(true),
    });
    ask();
    window.addEventListener('resize', () => form?.content.look());
    await fillForm(false);
}

start().catch(error => frame.window.stop(error, null));
