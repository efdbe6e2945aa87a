/** A site asks, and more than one certificate may be meant, or none. */
import { CertificateList } from '../common/certificate-list.js';
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { heading } from './shell.js';
import { choice } from './start.js';
import { deedText } from './words.js';

/**
 * @param {import('./state.js').State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function chooseScreen(state, { flow, close }) {
    const list = new CertificateList(state.certificates,
        choice(state, Date.now()));
    const none = list.arranged.usable.length === 0;
    return {
        deed: deedText(state),
        content: [heading(t(`choose_title_${state.kind}`)),
            siteView(state.origin),
            !none && el('p', {}, t('choose_intro')), list.root],
        secondary: none ? undefined : { label: t('cancel'), press: close },
        primary: none ? { label: t('close'), press: close } : {
            label: t('continue'),
            press: () => {
                if (list.certificate)
                    flow.send({ type: 'picked', now: Date.now(),
                        certificate: list.certificate.id });
                else {
                    list.setProblem(t('sign_choose'));
                    list.focus();
                }
            },
        },
        escape: close,
    };
}

/**
 * The way from a form to another certificate; a page's alone.
 * @param {import('./state.js').State} state
 * @param {import('./flow.js').Flow} flow
 */
export const otherChoice = ({ mode }, flow) => mode === 'page' &&
    el('button', {
        type: 'button', class: 'link', id: 'another',
        onclick: () => flow.send({ type: 'another' }),
    }, t('button_choose'));
