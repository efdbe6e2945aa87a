/**
 * The passwords between the deed and its end, so that a second try need not
 * ask again. Emptied after five minutes and when they are used up.
 */
import { Idle } from '../common/idle.js';

/** @typedef {{password: string, newPassword?: string}} Passwords newPassword:
 *     of the new certificate, when it is to be another */

/** @type {Passwords} */
const NONE = { password: '' };

export class Secret {
    #value = NONE;
    #idle;

    /** @param {import('../common/arming.js').Timers} [timers] */
    constructor(timers) {
        this.#idle = new Idle({ warn: () => {}, wipe: () => this.wipe() },
            timers);
    }

    /** @param {Passwords} value */
    keep(value) {
        this.#value = value;
        this.#idle.stir();
    }

    /** @returns {Passwords | null} null when there is none (any more) */
    get value() {
        return this.#value === NONE ? null : this.#value;
    }

    /** @returns {string} what an unfinished one is resumed with, or "" */
    get resuming() {
        return this.#value.newPassword ?? this.#value.password;
    }

    wipe() {
        this.#value = NONE;
        this.#idle.stop();
    }
}
