/**
 * The frame of the window: one screen at a time, its h1 focused, its title,
 * its two buttons, Esc.
 */
import { armButton } from '../common/arming.js';
import { el, fill } from '../common/dom.js';
import { setTitle } from '../common/i18n.js';
import { STEPS, stepBar } from '../common/steps.js';

/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} Button
 * @property {string} label text: the deed
 * @property {() => void} press
 * @property {boolean} [armed] acts only when the window is armed: a deed
 * @property {boolean} [danger] it cannot be undone
 *
 * @typedef {object} Screen
 * @property {string} deed for the title
 * @property {string | null} [stage] of the step bar
 * @property {string} [applied] stage 2 was done elsewhere
 * @property {import('../common/dom.js').Child[]} content with exactly one h1
 * @property {Button} [primary]
 * @property {Button} [secondary]
 * @property {() => void} [escape] what Esc does; the secondary's deed if none
 * @property {HTMLElement} [focus] instead of the h1: a field with a problem
 * @property {(state: State) => Partial<Screen> | void} [update] the state
 *     changed, the screen is the same; new buttons, if any
 */

/**
 * @param {string} text
 * @returns {HTMLHeadingElement} described by the phrase and by who asks
 */
export const heading = text => el('h1', {
    tabindex: '-1', 'aria-describedby': 'phrase who',
}, text);

export class Shell {
    #arming;
    #main;
    #bar;
    #said = el('p', { class: 'spare help', role: 'status' });
    /** @type {Screen | null} */
    #screen = null;

    /**
     * @param {import('../common/arming.js').Arming} arming
     * @param {HTMLElement} main
     * @param {HTMLElement} bar
     */
    constructor(arming, main, bar) {
        this.#arming = arming;
        this.#main = main;
        this.#bar = bar;
        bar.before(this.#said);
        document.addEventListener('keydown', event => {
            if (event.key === 'Escape' && event.isTrusted && !event.repeat)
                (this.#screen?.escape ?? this.#screen?.secondary?.press)?.();
        });
    }

    /**
     * @param {string} name for tests and styles
     * @param {Screen} screen
     */
    mount(name, screen) {
        this.#screen = screen;
        document.body.dataset.screen = name;
        this.say('');
        const at = STEPS.indexOf(screen.stage ?? '');
        setTitle(screen.deed,
            at === -1 ? undefined : { n: at + 1, of: STEPS.length });
        fill(this.#main,
            at !== -1 && stepBar(STEPS[at], { applied: screen.applied }),
            ...screen.content);
        this.#main.removeAttribute('aria-busy');
        this.#buttons(screen);
        (screen.focus ?? this.#main.querySelector('h1'))?.focus();
        window.scrollTo(0, 0);
    }

    /** @param {string} text once, whatever the screen */
    say(text) {
        this.#said.textContent = text;
    }

    /** @param {State} state */
    update(state) {
        const change = this.#screen?.update?.(state);
        if (change && this.#screen) {
            Object.assign(this.#screen, change);
            this.#buttons(this.#screen);
        }
    }

    /** @param {Screen} screen */
    #buttons({ primary, secondary }) {
        const had = this.#bar.contains(document.activeElement)
            ? document.activeElement?.id : '';
        fill(this.#bar,
            secondary && this.#button('secondary', secondary),
            primary && this.#button('primary', primary));
        this.#bar.hidden = !primary && !secondary;
        if (had)
            (document.getElementById(had) ??
                this.#bar.querySelector('button'))?.focus();
    }

    /**
     * @param {'primary' | 'secondary'} id
     * @param {Button} button
     */
    #button(id, { label, press, armed, danger }) {
        const button = el('button', {
            type: 'button', id, class: danger ? `${id} danger` : id,
        }, label);
        if (armed)
            armButton(button, this.#arming, press);
        else
            button.addEventListener('click', press);
        return button;
    }
}
