/**
 * When a deed button may act: 500 ms after the window is visible and focused,
 * and again after each blur or resize, so that no page can time a window under
 * a finger. Pure but for the timer, which is passed in.
 */
export const ARM_MS = 500;

/**
 * @typedef {object} Timers
 * @property {(f: () => void, ms: number) => any} set
 * @property {(id: any) => void} clear
 */

/** @type {Timers} */
export const TIMERS = {
    set: (f, ms) => setTimeout(f, ms),
    clear: id => clearTimeout(id),
};

export class Arming {
    #timers;
    /** @type {any} */
    #waiting = null;
    /** @type {((armed: boolean) => void)[]} */
    #changed = [];

    /** @param {Timers} [timers] */
    constructor(timers = TIMERS) {
        this.#timers = timers;
        this.armed = false;
    }

    /** @param {(armed: boolean) => void} callback */
    onChange(callback) {
        this.#changed.push(callback);
    }

    /**
     * Something about the window changed: start over.
     * @param {boolean} seen it is visible and focused
     */
    look(seen) {
        this.#timers.clear(this.#waiting);
        this.#set(false);
        if (seen)
            this.#waiting = this.#timers.set(() => this.#set(true), ARM_MS);
    }

    /** @param {boolean} armed */
    #set(armed) {
        if (this.armed === armed)
            return;
        this.armed = armed;
        for (const callback of this.#changed)
            callback(armed);
    }
}

/** Keys that may be held down: they move or erase, they approve nothing. */
const HOLDABLE = new Set(['Backspace', 'Delete', 'ArrowLeft', 'ArrowRight',
    'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Tab',
    'Shift', 'Control', 'Alt', 'Meta']);

/** Keys that leave the window as it is, and so need no arming. */
const HARMLESS = new Set([...HOLDABLE, 'Escape', 'F1']);

/**
 * What to do with a key in a password field.
 * @param {{key: string, repeat: boolean, isTrusted: boolean,
 *     isComposing?: boolean}} event
 * @param {{armed: boolean, typedArmed: boolean}} state typedArmed: the value
 *     was typed or pasted in this window while it was armed
 * @returns {'drop' | 'approve' | 'pass'} drop: prevent it; pass: let it be
 */
export function passwordKey(event, state) {
    if (!event.isTrusted)
        return 'drop';
    if (event.repeat && !HOLDABLE.has(event.key))
        return 'drop';
    if (event.key === 'Enter')
        return state.armed && state.typedArmed && !event.isComposing
            ? 'approve' : 'drop';
    return state.armed || HARMLESS.has(event.key) ? 'pass' : 'drop';
}

/**
 * Whether a press of the deed button counts.
 * @param {{isTrusted: boolean}} event
 * @param {boolean} armed
 */
export const pressCounts = (event, armed) => event.isTrusted && armed;

/**
 * Watch the real window.
 * @param {Window} window
 * @param {Arming} [arming]
 * @returns {Arming}
 */
export function watchWindow(window, arming = new Arming()) {
    const { document } = window;
    const look = () => arming.look(
        document.visibilityState === 'visible' && document.hasFocus());
    for (const name of ['focus', 'resize'])
        window.addEventListener(name, look);
    window.addEventListener('blur', () => arming.look(false));
    document.addEventListener('visibilitychange', look);
    look();
    return arming;
}

/**
 * A deed button: focusable always, does nothing before arming, and a key that
 * is held down never presses it.
 * @param {HTMLButtonElement} button
 * @param {Arming} arming
 * @param {() => void} deed
 */
export function armButton(button, arming, deed) {
    const show = () =>
        button.setAttribute('aria-disabled', String(!arming.armed));
    arming.onChange(show);
    show();
    button.addEventListener('keydown', event => {
        if (event.repeat && (event.key === 'Enter' || event.key === ' '))
            event.preventDefault();
    });
    button.addEventListener('click', event => {
        if (pressCounts(event, arming.armed) &&
            !button.hasAttribute('data-blocked'))
            deed();
    });
}
