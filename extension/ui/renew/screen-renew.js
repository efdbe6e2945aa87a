/** 갱신: how long it still holds, what changes, the password, the deed. */
import { radios } from '../common/choices.js';
import { renewal } from '../common/certificate-model.js';
import { daysUntil, longDate } from '../common/dates.js';
import { box, el, rows } from '../common/dom.js';
import { toLatinKeys } from '../common/hangul.js';
import { language, t } from '../common/i18n.js';
import { NewPassword } from '../common/new-password.js';
import { PasswordField } from '../common/password-field.js';
import { siteView } from '../common/site.js';
import { hasPassword, withProblem } from '../enrol/password.js';
import { otherChoice } from '../enrol/screen-choose.js';
import { heading } from '../enrol/shell.js';
import { certificateOf } from '../enrol/state.js';
import { certificateLine, deedText, placeText } from '../enrol/words.js';

/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

const CHANGES = ['renew_key', 'renew_old', 'renew_copies'];

/** @param {Certificate} c @param {number} now ms */
function daysLeft(c, now) {
    const urged = renewal(c, now) === 'urged';
    const n = daysUntil(c.notAfter, now);
    const key = n === 0 ? 'renew_urged_today'
        : `renew_${urged ? 'urged' : 'offered'}`;
    return box(urged ? 'warn' : 'info',
        el('p', { id: 'days-left' }, t(key, { n })));
}

/** @param {Certificate} c */
const dates = c => rows([
    [t('renew_now'), longDate(c.notAfter, language())],
    [t('renew_then'), t('renew_then_value')],
    [t('record_place'), placeText(c)],
]);

/**
 * @param {import('../enrol/state.js').State} state
 * @param {import('../enrol/window.js').Frame} frame
 * @returns {import('../enrol/shell.js').Screen}
 */
export function renewScreen(state, { flow, arming, close }) {
    const c = /** @type {Certificate} */ (certificateOf(state));
    const old = new PasswordField({ arming, label: t('renew_password'),
        help: t('password_case'), onEnter: () => go() });
    const fresh = new NewPassword(arming, () => go(),
        [c.name, toLatinKeys(c.name)]);
    const change = el('div', { id: 'change', hidden: !state.weak }, fresh.root);
    const keep = radios(t('renew_password_then'),
        [['keep', t('renew_password_keep')],
            ['change', t('renew_password_change')]],
        state.weak ? 'change' : 'keep', chosen => {
            change.hidden = chosen === 'keep';
            fresh.wipe();
        }, 'then');

    function go() {
        if (!hasPassword(old))
            return;
        const newPassword = change.hidden ? undefined : fresh.take();
        if (newPassword === null)
            return;
        const password = old.value;
        old.wipe();
        fresh.wipe();
        flow.begin({ password, newPassword });
    }
    return {
        deed: deedText(state),
        content: [heading(t('renew_title')), siteView(state.origin),
            el('p', { id: 'about' }, el('strong', {},
                certificateLine(c, state))), otherChoice(state, flow),
            daysLeft(c, Date.now()), dates(c),
            el('h2', {}, t('renew_changes')),
            el('ul', { class: 'notes' }, ...CHANGES.map(key =>
                el('li', {}, t(key)))),
            old.root, keep, change],
        secondary: { label: t('later'), press: close },
        primary: { label: t('renew_deed'), press: go, armed: true },
        ...withProblem(old, state),
    };
}
