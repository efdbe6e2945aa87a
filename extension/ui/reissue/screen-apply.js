/** 2/4 신청: the two codes, when the person types them. */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { heading } from '../enrol/shell.js';
import { deedText } from '../enrol/words.js';
import { CodeField } from './code-field.js';

/**
 * @param {import('../enrol/state.js').State} state
 * @param {import('../enrol/window.js').Frame} frame
 * @returns {import('../enrol/shell.js').Screen}
 */
export function applyScreen(state, { flow }) {
    const number = new CodeField(
        'reference-number', 'reference_number', state.referenceNumber);
    const code = new CodeField(
        'authorization-code', 'authorization_code', state.authorizationCode);
    const codes = () => ({
        referenceNumber: number.value, authorizationCode: code.value,
    });
    return {
        deed: deedText(state),
        stage: 'apply',
        content: [heading(t('apply_title')), siteView(state.origin),
            el('p', {}, t('apply_intro')), number.root, code.root,
            el('p', { class: 'help', id: 'code-help' }, t('apply_spaces')),
            box('warn', el('p', {}, t('apply_fraud'))),
            el('p', { class: 'help' }, t('apply_once')),
            el('p', { class: 'help' }, t('apply_none'))],
        secondary: { label: t('back'), press: () => {
            flow.send({ type: 'chose', what: codes() }); // kept
            flow.send({ type: 'back' });
        } },
        primary: { label: t('continue'), press: () => {
            const bad = [number, code].filter(field => !field.check());
            if (bad.length > 0)
                bad[0].input.focus();
            else
                flow.send({ type: 'typed', codes: codes() });
        } },
    };
}
