/** A field for a one-time code: visible, in groups of four, paste allowed. */
import { el } from '../common/dom.js';
import { hasHangul, toLatinKeys } from '../common/hangul.js';
import { t } from '../common/i18n.js';
import { cleanCode, codeProblem, groupCode } from './codes.js';

export class CodeField {
    #stem;

    /**
     * @param {string} id
     * @param {'reference_number' | 'authorization_code'} stem of its texts
     * @param {string} value what was typed before
     */
    constructor(id, stem, value) {
        this.#stem = stem;
        this.problem = el('p', {
            class: 'problem', id: `${id}-problem`, role: 'alert',
        });
        this.hint = el('p', {
            class: 'hint', id: `${id}-hint`, role: 'status',
        });
        this.convert = el('button', {
            type: 'button', class: 'small', hidden: true,
            onclick: () => {
                this.input.value = groupCode(
                    cleanCode(toLatinKeys(this.input.value)));
                this.#look();
                this.input.focus();
            },
        }, t('password_convert'));
        this.input = el('input', {
            type: 'text', id, class: 'code', autocomplete: 'off',
            autocapitalize: 'none', spellcheck: 'false',
            'aria-describedby': `code-help ${id}-problem ${id}-hint`,
            value: groupCode(value),
            oninput: /** @param {InputEvent} e */ e => this.#typed(e),
            onblur: () => {
                this.input.value = groupCode(this.value);
            },
        });
        this.root = el('div', { class: 'field' },
            el('label', { for: id }, t(stem)), this.input,
            this.problem, this.hint, this.convert);
    }

    /** @returns {string} cleaned */
    get value() {
        return cleanCode(this.input.value);
    }

    /** @returns {boolean} whether it may be sent; if not, it says why */
    check() {
        const what = codeProblem(this.value);
        this.problem.textContent = what ? t(`${this.#stem}_${what}`) : '';
        if (what)
            this.input.setAttribute('aria-invalid', 'true');
        else
            this.input.removeAttribute('aria-invalid');
        return what === null;
    }

    /** @param {InputEvent} event */
    #typed(event) {
        const { input } = this;
        const atEnd = input.selectionStart === input.value.length;
        if (atEnd && !event.isComposing &&
            event.inputType?.startsWith('insert'))
            input.value = groupCode(this.value);
        this.#look();
    }

    #look() {
        const found = hasHangul(this.input.value);
        this.hint.textContent = found ? t('password_hangul') : '';
        this.convert.hidden = !found;
        this.problem.textContent = '';
        this.input.removeAttribute('aria-invalid');
    }
}
