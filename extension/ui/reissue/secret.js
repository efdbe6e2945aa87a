/**
 * The new password between the deed and the end of the issue, so that a second
 * try need not ask again. Emptied after five minutes and when it is used up.
 */
import { Idle } from '../common/idle.js';

export class Secret {
    #value = '';
    #idle;

    /** @param {import('../common/arming.js').Timers} [timers] */
    constructor(timers) {
        this.#idle = new Idle({ warn: () => {}, wipe: () => this.wipe() },
            timers);
    }

    /** @param {string} value */
    keep(value) {
        this.#value = value;
        this.#idle.stir();
    }

    /** @returns {string} "" when there is none (any more) */
    get value() {
        return this.#value;
    }

    wipe() {
        this.#value = '';
        this.#idle.stop();
    }
}
