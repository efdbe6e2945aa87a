/**
 * A secret does not lie about: five minutes without a key empties it, with a
 * warning a minute before that any key takes back.
 */
import { TIMERS } from './arming.js';

export const IDLE_MS = 5 * 60_000;
export const WARN_MS = 60_000; // before the end

export class Idle {
    #timers;
    #warn;
    #wipe;
    /** @type {any} */
    #next = null;

    /**
     * @param {{warn: (on: boolean) => void, wipe: () => void}} what
     * @param {import('./arming.js').Timers} [timers]
     */
    constructor({ warn, wipe }, timers = TIMERS) {
        this.#timers = timers;
        this.#warn = warn;
        this.#wipe = wipe;
    }

    /** A key, or a first character: start counting again. */
    stir() {
        this.stop();
        this.#next = this.#timers.set(() => {
            this.#warn(true);
            this.#next = this.#timers.set(() => {
                this.#warn(false);
                this.#wipe();
            }, WARN_MS);
        }, IDLE_MS - WARN_MS);
    }

    /** There is nothing to watch. */
    stop() {
        this.#timers.clear(this.#next);
        this.#warn(false);
    }
}
