/** What a screen does with its one password field. */
import { t } from '../common/i18n.js';

/** @typedef {import('../common/password-field.js').PasswordField} Field */

/** @param {Field} field @param {string} problem "" for none */
function show(field, problem) {
    field.setProblem(problem);
    if (problem !== '')
        field.input.focus();
}

/**
 * @param {Field} field
 * @returns {boolean} whether something was typed; if not, it says so
 */
export function hasPassword(field) {
    if (field.value !== '')
        return true;
    show(field, t('password_empty'));
    return false;
}

/**
 * What was wrong with the last one, said under the field.
 * @param {Field} field
 * @param {import('./state.js').State} state
 * @returns {Partial<import('./shell.js').Screen>}
 */
export function withProblem(field, { problem }) {
    field.setProblem(problem);
    return {
        focus: problem === '' ? undefined : field.input,
        update: next => show(field, next.problem),
    };
}
