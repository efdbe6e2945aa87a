/**
 * A word typed by hand before what cannot be undone: the holder's name, a
 * reference number. Compared in NFC and without spaces: two keyboards may
 * write the same name in other parts, and numbers are read in groups.
 */
import { el, newId } from './dom.js';
import { t } from './i18n.js';

/** @param {string} text */
const plain = text => text.normalize('NFC').replace(/\s+/g, '');

/**
 * @param {string} typed
 * @param {string} word
 */
export const sameWord = (typed, word) => plain(typed) === plain(word);

export class TypedWord {
    #word;
    #how;

    /**
     * @param {string} word that is to be typed
     * @param {string} label that says it, or where it is to be read
     * @param {{same?: (typed: string, word: string) => boolean,
     *     differs?: string}} [how] differs: what is said when it is another
     */
    constructor(word, label, how = {}) {
        this.#word = word;
        this.#how = { same: sameWord, differs: t('typed_differs'), ...how };
        const id = newId('typed');
        this.problem = el('p', {
            class: 'problem', id: `${id}-problem`, role: 'alert',
        });
        this.input = el('input', {
            type: 'text', id, autocomplete: 'off', autocapitalize: 'none',
            spellcheck: 'false', 'aria-describedby': `${id}-problem`,
            oninput: () => this.#say(''),
        });
        this.root = el('div', { class: 'field' },
            el('label', { for: id }, label), this.input, this.problem);
    }

    /** @returns {boolean} whether it is the word; if not, it says so */
    check() {
        const same = this.#how.same(this.input.value, this.#word);
        this.#say(same ? '' : this.#how.differs);
        if (!same)
            this.input.focus();
        return same;
    }

    /** @param {string} problem "" takes it back */
    #say(problem) {
        this.problem.textContent = problem;
        if (problem === '')
            this.input.removeAttribute('aria-invalid');
        else
            this.input.setAttribute('aria-invalid', 'true');
    }
}
