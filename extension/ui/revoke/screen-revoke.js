/** 폐지: what can no longer be done, why, the name, the password, the deed. */
import { REASONS } from '../../common/life-params.js';
import { radios } from '../common/choices.js';
import { longDate } from '../common/dates.js';
import { box, el, rows } from '../common/dom.js';
import { language, t } from '../common/i18n.js';
import { PasswordField } from '../common/password-field.js';
import { siteView } from '../common/site.js';
import { TypedWord } from '../common/typed-word.js';
import { hasPassword, withProblem } from '../enrol/password.js';
import { otherChoice } from '../enrol/screen-choose.js';
import { heading } from '../enrol/shell.js';
import { certificateOf } from '../enrol/state.js';
import { certificateLine, deedText, whyText } from '../enrol/words.js';

/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

const LOST = ['revoke_final', 'revoke_no_sign', 'note_copies',
    'revoke_no_banks', 'revoke_signed'];

/**
 * @param {Certificate} c
 * @param {import('../enrol/state.js').State} state
 * @param {import('../enrol/flow.js').Flow} flow
 */
const about = (c, state, flow) => [
    state.mode === 'page' && box('warn', el('p', {}, t('revoke_asked'))),
    el('p', { id: 'about' }, el('strong', {}, certificateLine(c, state))),
    otherChoice(state, flow),
    rows([[t('record_expiry'), longDate(c.notAfter, language())],
        [t('record_serial'), c.serial]]),
    el('h2', {}, t('revoke_lost')),
    el('ol', { class: 'notes' }, ...LOST.map(key => el('li', {}, t(key)))),
    box('info', el('p', {}, t('revoke_reissue')))];

/**
 * @param {import('../enrol/state.js').State} state
 * @param {import('../enrol/window.js').Frame} frame
 * @returns {import('../enrol/shell.js').Screen}
 */
export function revokeScreen(state, { flow, arming, close }) {
    const c = /** @type {Certificate} */ (certificateOf(state));
    const problem = el('p', {
        class: 'problem', id: 'why-problem', role: 'alert',
    });
    const reasons = radios(t('revoke_why'),
        REASONS.map(why => /** @type {[string, string]} */ (
            [why, whyText(why)])), state.why, why => {
            problem.textContent = '';
            flow.send({ type: 'chose', what: { why } });
        }, 'why');
    reasons.setAttribute('aria-describedby', 'why-problem');
    const name = new TypedWord(c.name, t('revoke_typed', { name: c.name }));
    const password = new PasswordField({ arming, label: t('password'),
        help: t('password_case'), onEnter: () => go() });

    /** @returns {boolean} whether anything is still missing; it says what */
    function lacks() {
        if (flow.state.why === '') {
            problem.textContent = t('revoke_why_empty');
            reasons.querySelector('input')?.focus();
            return true;
        }
        return !name.check() || !hasPassword(password);
    }

    function go() {
        if (lacks())
            return;
        const { value } = password;
        password.wipe();
        flow.begin({ password: value });
    }
    return {
        deed: deedText(state),
        content: [heading(t('revoke_title')), siteView(state.origin),
            ...about(c, state, flow),
            el('div', { class: 'stack' }, reasons, problem),
            name.root, password.root],
        secondary: { label: t('cancel'), press: close },
        primary: { label: t('revoke_deed'), press: go, armed: true,
            danger: true },
        ...withProblem(password, state),
    };
}
