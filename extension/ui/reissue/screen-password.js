/** 3/4 발급, before the deed: the new password and where to keep it. */
import { radios } from '../common/choices.js';
import { box, el, fill } from '../common/dom.js';
import { toLatinKeys } from '../common/hangul.js';
import { t } from '../common/i18n.js';
import { NewPassword } from '../common/new-password.js';
import { siteView } from '../common/site.js';
import { heading } from '../enrol/shell.js';
import { deedText } from '../enrol/words.js';

/** @typedef {import('../enrol/state.js').State} State */
/** @typedef {import('../enrol/flow.js').Flow} Flow */

/** @param {State} state @returns {[string, string][]} */
const places = state => [['', t('place_disk')],
    ...state.roots.filter(root => root.medium === 'removable').map(root =>
        /** @type {[string, string]} */ (
            [root.path, t('place_usb', { path: root.path })]))];

/** @param {State} first @param {Flow} flow */
function placeChoice(first, flow) {
    const said = el('p', { class: 'help', role: 'status' });
    const choice = el('div', {});
    const find = el('button', {
        type: 'button', class: 'small', id: 'find-usb',
        onclick: async () => {
            const found = await flow.findUsb().catch(() => false);
            show(flow.state);
            find.focus();
            said.textContent =
                t(found ? 'place_usb_found' : 'place_usb_none');
        },
    }, t('place_find_usb'));
    const warning = el('div', {});
    /** @param {State} state */
    function show(state) {
        const group = radios(t('issue_place'), places(state), state.root,
            root => {
                flow.send({ type: 'chose', what: { root } });
                warn(root);
            }, 'place');
        group.querySelector('.choices')?.append(find);
        fill(choice, group);
        warn(state.root);
    }
    /** @param {string} root */
    function warn(root) {
        fill(warning, root !== '' &&
            box('warn', el('p', {}, t('place_usb_warning'))));
    }
    show(first);
    return el('div', {}, choice, warning, said);
}

/**
 * @param {State} state
 * @param {import('../enrol/window.js').Frame} frame
 * @returns {import('../enrol/shell.js').Screen}
 */
export function passwordScreen(state, { flow, arming, close }) {
    const names = state.holder === '' ? []
        : [state.holder, toLatinKeys(state.holder)];
    const password = new NewPassword(arming, () => issue(), names);
    function issue() {
        const value = password.take();
        if (value === null)
            return;
        password.wipe();
        flow.begin({ password: value });
    }
    return {
        deed: deedText(state),
        stage: 'issue',
        applied: state.mode === 'page' ? t('step_done_at_bank') : undefined,
        content: [heading(t('issue_title')), siteView(state.origin),
            el('p', {}, t('issue_intro')),
            password.root,
            placeChoice(state, flow),
            el('p', { class: 'help' }, t('new_password_shared'))],
        secondary: { label: t('back'), press: () => {
            password.wipe();
            flow.send({ type: 'back' });
        } },
        primary: { label: t('issue_deed'), press: issue, armed: true },
        escape: close,
    };
}
