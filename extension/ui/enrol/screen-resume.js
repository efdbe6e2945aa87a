/** Something unfinished: what happened, and the password it goes on with. */
import { dateTime } from '../common/dates.js';
import { el, rows } from '../common/dom.js';
import { pick, t } from '../common/i18n.js';
import { PasswordField } from '../common/password-field.js';
import { siteView } from '../common/site.js';
import { happenedKey, isCoded } from './help-desk.js';
import { cannotGoOn } from './help-desk-view.js';
import { hasPassword, withProblem } from './password.js';
import { heading } from './shell.js';
import { certificateOf, pendingOf, stageOf } from './state.js';
import { caTitle, certificateLine, deedText, kindText } from './words.js';

/** @typedef {import('./state.js').State} State */

/** @param {State} state */
function facts(state) {
    const found = pendingOf(state);
    const about = certificateOf(state);
    return rows([
        [t('prepare_ca'), pick(found?.title) || caTitle(state)],
        [t('certificate'), about && certificateLine(about, state)],
        [t('reference_number'),
            (!found || isCoded(found)) && state.referenceNumber],
        [t('resume_started'), found && dateTime(found.started)],
    ]);
}

/**
 * @param {State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function resumeScreen(state, { flow, arming, close }) {
    const found = pendingOf(state);
    const field = new PasswordField({
        arming, label: kindText('resume_password', state.kind),
        help: t('password_case'), onEnter: () => go(),
    });
    function go() {
        if (!hasPassword(field))
            return;
        const { value } = field;
        field.wipe();
        flow.resume(value);
    }
    return {
        deed: deedText(state),
        stage: stageOf(state),
        applied: t('step_done'),
        content: [heading(kindText('resume_title', state.kind)),
            siteView(state.origin),
            found && el('p', { id: 'happened' }, t(happenedKey(found))),
            el('p', {}, kindText('resume_intro', state.kind)),
            facts(state), field.root,
            cannotGoOn(state, flow, false)],
        secondary: { label: t('close'), press: close },
        primary: { label: t('button_resume'), press: go, armed: true },
        ...withProblem(field, state),
    };
}
