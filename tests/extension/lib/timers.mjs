/** Timers whose time passes only when a test says so. */
export class FakeTimers {
    #now = 0;
    #next = 1;
    #waiting = new Map();

    set(f, ms) {
        const id = this.#next++;
        this.#waiting.set(id, { f, at: this.#now + ms });
        return id;
    }

    clear(id) {
        this.#waiting.delete(id);
    }

    /** @param {number} ms run, in order, what falls due */
    pass(ms) {
        const end = this.#now + ms;
        for (;;) {
            const due = [...this.#waiting].filter(([, w]) => w.at <= end)
                .sort(([, a], [, b]) => a.at - b.at)[0];
            if (!due)
                break;
            this.#waiting.delete(due[0]);
            this.#now = due[1].at;
            due[1].f();
        }
        this.#now = end;
    }

    get count() {
        return this.#waiting.size;
    }
}
