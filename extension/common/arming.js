/**
 * When a press may approve. A page decides when a window appears, so a press
 * counts only after the window has been visible and focused, unmoved in size,
 * for half a second; any doubt starts the half second again.
 */

const ARM_MS = 500;

/** The state behind the approve button; fed by events, asked by presses. */
export class Arming {
    #now;
    #since = Infinity;

    /** @param {() => number} now ms, never going back */
    constructor(now) {
        this.#now = now;
    }

    /**
     * Tell what is true now; called at each event that could change it.
     * @param {boolean} visible
     * @param {boolean} focused
     */
    seen(visible, focused) {
        if (!visible || !focused)
            this.#since = Infinity;
        else if (this.#since === Infinity)
            this.#since = this.#now();
    }

    /** The window was blurred, resized or moved: wait again. */
    disturb() {
        if (this.#since !== Infinity)
            this.#since = this.#now();
    }

    /** @returns {boolean} */
    get armed() {
        return this.#now() - this.#since >= ARM_MS;
    }

    /** @returns {number} ms until armed if nothing happens; Infinity: never */
    get left() {
        return Math.max(0, this.#since + ARM_MS - this.#now());
    }
}

const EDITING = ['Backspace', 'Delete', 'ArrowLeft', 'ArrowRight'];

/**
 * What a key press in the window does. Focus may always travel and a person
 * may always leave; anything else waits until the window is armed, and a key
 * that is held down (since before the window came, perhaps) never presses.
 * @param {{key: string, repeat: boolean, isTrusted: boolean,
 *     isComposing: boolean}} event
 * @param {{armed: boolean, inPassword: boolean, typed: boolean}} state typed:
 *     the password was typed or pasted in this window while armed
 * @returns {'drop' | 'approve' | 'cancel' | 'pass'} drop: prevented, nothing
 */
export function keyDoes(event, state) {
    const { key, repeat } = event;
    if (!event.isTrusted)
        return 'drop';
    if (key === 'Tab' || key === 'Shift')
        return 'pass';
    if (key === 'Escape')
        return repeat ? 'drop' : 'cancel';
    if (!state.armed || (repeat && (key === 'Enter' || key === ' ')))
        return 'drop';
    if (!state.inPassword)
        return 'pass';
    if (repeat && !EDITING.includes(key))
        return 'drop';
    if (key === 'Enter')
        return state.typed && !event.isComposing ? 'approve' : 'drop';
    return 'pass';
}
