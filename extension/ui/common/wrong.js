/**
 * Wrong passwords, counted per certificate for as long as the browser runs:
 * each try is a new host process, so the host cannot count. Slows down
 * guessing by somebody at an unlocked screen; locks nothing.
 */

/** Seconds to wait after the 5th, 6th, 7th and every later wrong one. */
const WAITS = [5, 10, 20, 30];
const FREE = 4;
export const HINT_FROM = 3;

/** @param {number} count wrong ones so far @returns {number} seconds */
export const waitAfter = count => count <= FREE ? 0
    : WAITS[Math.min(count - FREE, WAITS.length) - 1];

export class WrongCount {
    #session;
    #key;

    /**
     * @param {any} session browser.storage.session
     * @param {string} certificate id, or another name of what is opened
     */
    constructor(session, certificate) {
        this.#session = session;
        this.#key = `wrong.${certificate}`;
    }

    /** @returns {Promise<{count: number, until: number}>} until: ms */
    async #read() {
        const found = (await this.#session.get(this.#key))[this.#key];
        return found ?? { count: 0, until: 0 };
    }

    /**
     * @param {number} [now] ms
     * @returns {Promise<{count: number, seconds: number}>} of the wait that
     *     is still on
     */
    async look(now = Date.now()) {
        const { count, until } = await this.#read();
        return { count, seconds: Math.max(0, Math.ceil((until - now) / 1000)) };
    }

    /**
     * One more was wrong.
     * @param {number} [now] ms
     * @returns {Promise<{count: number, seconds: number}>}
     */
    async wrong(now = Date.now()) {
        const count = (await this.#read()).count + 1;
        const seconds = waitAfter(count);
        await this.#session.set({
            [this.#key]: { count, until: now + seconds * 1000 },
        });
        return { count, seconds };
    }

    async right() {
        await this.#session.remove(this.#key);
    }
}
