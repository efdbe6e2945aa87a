// Requests with an id and their answers, over whatever carries messages.

import { PATIENCE_MS, within } from './program.mjs';

export class Calls {
    #next = 1;
    #ended = '';
    /** @type {Map<number, {resolve, reject, key: unknown}>} */
    #pending = new Map();

    /** @param {(message: object) => void} send */
    constructor(send) {
        this.send = send;
    }

    /**
     * @param {object} message without its id
     * @param {unknown} key whom the call belongs to: see drop()
     */
    call(message, key = null, ms = PATIENCE_MS) {
        if (this.#ended)
            return Promise.reject(new Gone(this.#ended));
        const id = this.#next++;
        const answer = new Promise((resolve, reject) => {
            this.#pending.set(id, { resolve, reject, key });
            this.send({ id, ...message });
        });
        return within(answer, ms, message.method)
            .finally(() => this.#pending.delete(id));
    }

    /** An answer has come. */
    settle(id, error, result) {
        const pending = this.#pending.get(id);
        if (error)
            pending?.reject(error);
        else
            pending?.resolve(result);
    }

    /**
     * Whoever `key` is has gone: nothing pending there will be answered;
     * undefined: nobody will ever answer again.
     */
    drop(key, reason) {
        if (key === undefined)
            this.#ended = reason;
        for (const pending of this.#pending.values()) {
            if (key === undefined || pending.key === key)
                pending.reject(new Gone(reason));
        }
    }
}

/** The window or the browser went away while it was asked something. */
export class Gone extends Error {}

/** A window that closes in the middle of a press has been pressed. */
export async function ifGone(promise) {
    try {
        return await promise;
    } catch (error) {
        if (!(error instanceof Gone) &&
            !/No target with given id/.test(error.message))
            throw error;
        return null;
    }
}
