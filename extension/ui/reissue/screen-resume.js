/** An unfinished issue: how far it is, and the password it began with. */
import { dateTime } from '../common/dates.js';
import { el, rows } from '../common/dom.js';
import { hasText, pick, t } from '../common/i18n.js';
import { PasswordField } from '../common/password-field.js';
import { siteView } from '../common/site.js';
import { caOf } from './model.js';
import { deedText, heading } from './shell.js';

/** @typedef {import('./model.js').State} State */

/** @param {State} state */
function facts(state) {
    const found = state.pendings.find(p => p.id === state.pending);
    const how = `resume_${found?.state}`;
    return rows([
        [t('prepare_ca'), pick(caOf(state)?.title) || state.ca],
        [t('reference_number'), state.referenceNumber],
        [t('resume_started'), found && dateTime(found.started)],
        [t('resume_state'), found && hasText(how) && t(how)],
    ]);
}

/**
 * @param {State} state
 * @param {import('./flow.js').Flow} flow
 * @param {import('../common/arming.js').Arming} arming
 * @param {() => void} close
 * @returns {import('./shell.js').Screen}
 */
export function resumeScreen(state, flow, arming, close) {
    const field = new PasswordField({
        arming, label: t('resume_password'), help: t('password_case'),
        onEnter: () => go(),
    });
    function go() {
        const { value } = field;
        if (value === '') {
            field.setProblem(t('password_empty'));
            field.input.focus();
            return;
        }
        field.wipe();
        flow.resume(value);
    }
    field.setProblem(state.problem);
    return {
        deed: deedText(state),
        stage: 'issue',
        applied: t('step_done'),
        content: [heading(t('resume_title')), siteView(state.origin),
            el('p', {}, t('resume_intro')), facts(state), field.root],
        secondary: { label: t('close'), press: close },
        primary: { label: t('button_resume'), press: go, armed: true },
        focus: state.problem === '' ? undefined : field.input,
        update: ({ problem }) => {
            field.setProblem(problem);
            if (problem !== '')
                field.input.focus();
        },
    };
}
