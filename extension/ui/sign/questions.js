/** What a person must answer in the window before it is signed. */
import { radios } from '../common/choices.js';
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { TypedWord } from '../common/typed-word.js';

/**
 * @typedef {{kind: 'identity'} | {kind: 'document', code: string}} Asked code:
 *     of the document's digest
 *
 * @typedef {object} Question
 * @property {any} root
 * @property {() => string} answer allow, decline, or "" for none yet
 * @property {() => string} ask for what still lacks: the focus goes there
 *     and the answer is what to say, "" where it is said already
 */

/** @returns {Question} may the site check the identity number? */
function identityQuestion() {
    let answer = '';
    const root = radios(t('login_vid_question'), [
        ['allow', t('login_vid_allow')], ['decline', t('login_vid_decline')],
    ], '', value => {
        answer = value;
    }, 'identity');
    return {
        root,
        answer: () => answer,
        ask: () => {
            root.querySelector('input')?.focus();
            return t('login_vid_choose');
        },
    };
}

/** A code as it is compared: how it is grouped and written does not count. */
const plainCode = /** @param {string} text */ text =>
    text.replace(/[\s-]/g, '').toUpperCase();

/**
 * @param {string} typed
 * @param {string} code
 */
export const sameCode = (typed, code) => plainCode(typed) === plainCode(code);

/**
 * A document that is not shown here: the person types the code that the site
 * shows beside it, and says to have read it. The window does not show the
 * code, so that it can come from nowhere else.
 * @param {string} code of the digest
 * @returns {Question}
 */
function documentQuestion(code) {
    const typed = new TypedWord(code, t('document_code'),
        { same: sameCode, differs: t('document_code_differs') });
    typed.input.setAttribute('inputmode', 'text');
    const tick = el('input', { type: 'checkbox' });
    return {
        root: el('fieldset', { id: 'document' },
            el('legend', {}, t('document_question')),
            typed.root,
            el('label', { class: 'choice' }, tick,
                el('span', {}, t('document_read')))),
        answer: () => sameCode(typed.input.value, code) && tick.checked
            ? 'allow' : '',
        ask: () => {
            if (!typed.check())
                return '';
            tick.focus();
            return t('document_tick');
        },
    };
}

/** @param {Asked | null} asked */
export const questionOf = asked => asked && (asked.kind === 'identity'
    ? identityQuestion() : documentQuestion(asked.code));
