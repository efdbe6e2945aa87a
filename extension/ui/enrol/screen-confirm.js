/**
 * Nothing vouches for the subject: the person looks at it before it is stored.
 */
import { caText, usageText } from '../common/certificate-list.js';
import { longDate } from '../common/dates.js';
import { box, el, rows } from '../common/dom.js';
import { language, pick, t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { caOf } from './state.js';
import { heading } from './shell.js';
import { deedText } from './words.js';

/** @typedef {import('./state.js').State} State */

/**
 * @param {State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function confirmScreen(state, { flow }) {
    const { certificate, subject } = state.offer;
    return {
        deed: deedText(state),
        stage: 'issue',
        applied: state.mode === 'page' ? t('step_done_at_bank') : undefined,
        content: [heading(t('confirm_title')), siteView(state.origin),
            el('p', {}, t('confirm_intro')),
            rows([
                [t('confirm_name'),
                    el('strong', {}, certificate?.name ?? subject?.cn ?? '')],
                [t('confirm_usage'), certificate && usageText(certificate)],
                [t('confirm_issuer'),
                    certificate && caText(certificate, state.cas)],
                [t('confirm_expiry'), certificate &&
                    longDate(certificate.notAfter, language())],
            ])],
        secondary: { label: t('confirm_refuse'), press: () => flow.refuse() },
        primary: {
            label: t('confirm_deed'), press: () => flow.confirm(), armed: true,
        },
        escape: () => {}, // neither answer is the harmless one
    };
}

/**
 * @param {State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function refusedScreen(state, { close }) {
    const contact = pick(caOf(state)?.contact);
    return {
        deed: deedText(state),
        content: [heading(t('refused_title')), siteView(state.origin),
            box('warn', el('p', {}, t('refused_text')),
                contact && el('p', {}, `${t('error_contact')}: ${contact}`))],
        primary: { label: t('close'), press: close },
    };
}
