/**
 * A password field (ux 4): always type=password, so that no input method
 * composes in it; shown on demand in an output below; nothing is blocked but
 * keys before arming. The window's idle watch empties it.
 */
import { passwordKey } from './arming.js';
import { el, newId } from './dom.js';
import { hasHangul, toLatinKeys } from './hangul.js';
import { t } from './i18n.js';
import { Idle } from './idle.js';

/**
 * @typedef {object} Options
 * @property {import('./arming.js').Arming} arming
 * @property {string} label
 * @property {string} [showLabel] the spoken name of the button that shows it
 * @property {string} [help]
 * @property {() => void} [onEnter] the deed; only the last field has one
 * @property {() => void} [onInput]
 * @property {() => void} [onForgot]
 */

export class PasswordField {
    #arming;
    #options;
    #idle;
    #typedArmed = false;

    /** @param {Options} options */
    constructor(options) {
        this.#arming = options.arming;
        this.#options = options;
        const id = newId('password');
        this.hint = el('p', {
            class: 'hint', id: `${id}-hint`, role: 'status',
        });
        this.problem = el('p', {
            class: 'problem', id: `${id}-problem`, role: 'alert',
        });
        this.input = el('input', {
            type: 'password',
            id,
            autocomplete: 'off',
            autocapitalize: 'none',
            spellcheck: 'false',
            'aria-describedby':
                `${options.help ? `${id}-help ` : ''}${id}-problem ${id}-hint`,
            onkeydown: /** @param {KeyboardEvent} e */ e => this.#key(e),
            onkeyup: /** @param {KeyboardEvent} e */ e => this.#caps(e),
            oninput: /** @param {InputEvent} e */ e => this.#input(e),
            oncopy: /** @param {Event} e */ e => e.preventDefault(),
            oncut: /** @param {Event} e */ e => e.preventDefault(),
        });
        this.reveal = el('output', {
            class: 'reveal', hidden: true, 'aria-label': t('password_shown'),
            'aria-live': 'off', for: id,
        });
        this.show = el('button', {
            type: 'button', class: 'small', 'aria-pressed': 'false',
            'aria-label': options.showLabel ?? t('password_show_label'),
            onclick: () => this.#toggle(),
        }, t('password_show'));
        this.convert = el('button', {
            type: 'button', class: 'small', hidden: true,
            onclick: () => this.#convert(),
        }, t('password_convert'));
        this.root = el('div', { class: 'field' },
            el('label', { for: id }, options.label),
            el('div', { class: 'row' }, this.input, this.show),
            this.reveal,
            (options.help || options.onForgot) && el('div', { class: 'under' },
                options.help &&
                    el('span', { class: 'help', id: `${id}-help` },
                        options.help),
                options.onForgot && el('button', {
                    type: 'button', class: 'link', onclick: options.onForgot,
                }, t('password_forgot'))),
            this.problem, this.hint, this.convert);
        this.#idle = new Idle({
            warn: on => this.#say('wipe', on ? t('password_wipe_soon') : ''),
            wipe: () => {
                this.wipe();
                this.#say('wipe', t('password_wiped'));
            },
        });
        window.addEventListener('blur', () => this.#toggle(false));
        window.addEventListener('pagehide', () => this.wipe());
    }

    get value() {
        return this.input.value;
    }

    /** Empty it; also called when the window closes. */
    wipe() {
        this.#idle.stop();
        this.input.value = '';
        this.#typedArmed = false;
        this.#toggle(false);
        this.#hangul();
        this.#options.onInput?.();
    }

    /** @param {string} text "" takes the problem back */
    setProblem(text) {
        this.problem.textContent = text;
        if (text === '')
            this.input.removeAttribute('aria-invalid');
        else
            this.input.setAttribute('aria-invalid', 'true');
    }

    /** @type {Map<string, string>} */
    #said = new Map();

    /**
     * One sentence of several; said once, since the text changes once.
     * @param {string} topic
     * @param {string} text
     */
    #say(topic, text) {
        if ((this.#said.get(topic) ?? '') === text)
            return;
        this.#said.set(topic, text);
        this.hint.textContent =
            [...this.#said.values()].filter(Boolean).join(' ');
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        this.#caps(event);
        const what = passwordKey(event,
            { armed: this.#arming.armed, typedArmed: this.#typedArmed });
        if (what !== 'pass')
            event.preventDefault();
        if (what === 'approve')
            this.#options.onEnter?.();
        if (this.input.value !== '')
            this.#idle.stir();
    }

    /** @param {KeyboardEvent} event */
    #caps(event) {
        if (event.getModifierState)
            this.#say('caps', event.getModifierState('CapsLock')
                ? t('password_caps') : '');
    }

    /** @param {InputEvent} event */
    #input(event) {
        if (event.isTrusted && this.#arming.armed)
            this.#typedArmed = true;
        this.#say('wipe', '');
        if (this.input.value === '')
            this.#idle.stop();
        else
            this.#idle.stir();
        this.setProblem('');
        this.#hangul();
        this.#showValue();
        this.#options.onInput?.();
    }

    #hangul() {
        const found = hasHangul(this.input.value);
        this.#say('hangul', found ? t('password_hangul') : '');
        this.convert.hidden = !found;
    }

    #convert() {
        this.input.value = toLatinKeys(this.input.value);
        this.#hangul();
        this.#showValue();
        this.#options.onInput?.();
        this.input.focus();
    }

    /** @param {boolean} [on] */
    #toggle(on = this.reveal.hidden) {
        this.reveal.hidden = !on;
        this.show.setAttribute('aria-pressed', String(on));
        this.#showValue();
    }

    #showValue() {
        this.reveal.textContent = this.reveal.hidden ? ''
            : `${this.input.value} (${t('password_length',
                { n: this.input.value.length })})`;
    }
}
