/**
 * A new password: the rules before the first key, each ticked in words, the
 * strength in a word, and the password once more.
 */
import { el, icon, newId } from './dom.js';
import { t } from './i18n.js';
import { judge } from './password-rules.js';
import { PasswordField } from './password-field.js';

const MARKS = { met: '✓', open: '○', broken: '✕' };

export class NewPassword {
    #names;

    /**
     * @param {import('./arming.js').Arming} arming
     * @param {() => void} onEnter
     * @param {string[]} [names] the holder's in Latin letters, if known
     */
    constructor(arming, onEnter, names = []) {
        this.#names = names;
        const rules = newId('rules');
        this.first = new PasswordField({
            arming,
            label: t('new_password'),
            showLabel: t('new_password_show'),
            onInput: () => this.#judge(),
        });
        this.first.input.setAttribute('aria-describedby',
            `${this.first.input.getAttribute('aria-describedby')} ${rules}`);
        this.again = new PasswordField({
            arming,
            label: t('new_password_again'),
            showLabel: t('new_password_again_show'),
            onEnter,
        });
        this.again.input.addEventListener('blur', () => {
            if (this.again.value !== '' && this.first.value !== '')
                this.#compare();
        });
        this.list = el('ul', {
            class: 'rules', id: rules, 'aria-label': t('new_password_rules'),
        });
        this.meter = el('meter', {
            min: '0', max: '4', low: '2', high: '3', optimum: '4',
            'aria-label': t('new_password_strength'),
        });
        this.word = el('span', {});
        this.longer = el('p', { class: 'help' });
        this.root = el('div', {}, this.first.root,
            el('div', { class: 'strength' }, this.word, this.meter),
            this.longer, this.list, this.again.root);
        this.#judge();
    }

    #judge() {
        const { value } = this.first;
        const { rules, level, short } = judge(value, this.#names);
        this.list.replaceChildren(...rules.map(({ rule, state }) =>
            el('li', { class: state },
                el('span', { class: 'mark' }, icon(MARKS[state])),
                el('span', {}, t(`rule_${rule}`),
                    el('span', { class: 'spoken' },
                        `: ${t(`rule_${state}`)}`)))));
        this.meter.value = level;
        this.word.textContent = t('new_password_strength_value',
            { word: t(`strength_${level}`), n: value.length });
        this.longer.textContent = level > 0 && short
            ? t('new_password_longer') : '';
    }

    /** @returns {boolean} */
    #compare() {
        const same = this.first.value === this.again.value;
        this.again.setProblem(same ? '' : t('new_password_differ'));
        return same;
    }

    /**
     * Both fields as they stand, or null with the first problem shown and
     * focused.
     * @returns {string | null}
     */
    take() {
        const { broken } = judge(this.first.value, this.#names);
        if (broken) {
            this.first.setProblem(this.first.value === ''
                ? t('password_empty')
                : t('error_password_too_weak', { rule: t(`rule_${broken}`) }));
            this.first.input.focus();
            return null;
        }
        if (!this.#compare()) {
            this.again.input.focus();
            return null;
        }
        return this.first.value;
    }

    wipe() {
        this.first.wipe();
        this.again.wipe();
    }
}
