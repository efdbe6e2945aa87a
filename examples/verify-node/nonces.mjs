// Nonces that are good for one use and for a while, in a folder of their own.
//
// Each stretch of time has a file, to which lines are only ever added: what
// was issued in it, and what of that was used. A server that starts again
// reads them, so that nothing is accepted twice; an answer is given when its
// line is on the disk. Several processes of one machine may share the folder:
// a line is written in one piece at the end, and whose line stands first has
// used the nonce. What is left of a line that was cut off by a crash counts
// for nothing. Files of the stretch before last go: all of it has expired.

import { randomBytes } from 'node:crypto';
import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, readSync, readdirSync,
    unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NONCE = /^([0-9a-z]{1,10})-[A-Za-z0-9_-]{32}$/;
const LINE = /^(?:\+ (\S{34,43}) (\d{13})|- (\S{34,43}) ([0-9a-f]{16}))$/;
const NAME = /^nonces-([0-9a-z]{1,10})$/;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT
    | constants.O_NOFOLLOW;
const PIECE = 1 << 16; // bytes read at a time

/** The nonces of one stretch of time. */
class Stretch {
    issued = new Map(); // nonce → when it expires, ms since 1970
    used = new Map(); // nonce → whose line stands first
    #file;
    #at = 0;
    #rest = '';

    constructor(path) {
        this.#file = openSync(path, APPEND, 0o600);
    }

    #take(line) {
        const [, issued, ends, used, by] = LINE.exec(line) ?? [];
        if (issued !== undefined)
            this.issued.set(issued, Number(ends));
        else if (used !== undefined && !this.used.has(used))
            this.used.set(used, by);
    }

    /** Read what was added, by whomever. */
    catchUp() {
        const piece = Buffer.alloc(PIECE);
        for (let n; (n = readSync(this.#file, piece, 0, PIECE, this.#at)) > 0;) {
            const lines = (this.#rest + piece.toString('latin1', 0, n)).split('\n');
            this.#at += n;
            this.#rest = (lines.pop() ?? '').slice(-PIECE);
            lines.forEach(line => this.#take(line));
        }
    }

    /** Add a line, durably. It begins anew whatever was left before it. */
    add(line) {
        const bytes = Buffer.from(`\n${line}\n`, 'latin1');
        if (writeSync(this.#file, bytes) !== bytes.length)
            throw new Error('the disk is full');
        fdatasyncSync(this.#file);
        this.catchUp();
    }

    close() {
        closeSync(this.#file);
    }
}

export class NonceStore {
    #folder;
    #life;
    #max;
    #now;
    #stretches = new Map(); // number → Stretch

    /**
     * @param {string} folder of its own, which is there (0700)
     * @param {{lifeMs?: number, max?: number, now?: () => number}} [how] max:
     *     unused nonces at a time, beyond which none is issued
     */
    constructor(folder, { lifeMs = 300000, max = 100000, now = Date.now } = {}) {
        this.#folder = folder;
        this.#life = lifeMs;
        this.#max = max;
        this.#now = now;
        this.#turn();
    }

    get #current() {
        return Math.floor(this.#now() / this.#life);
    }

    #stretch(number) {
        let found = this.#stretches.get(number);
        if (found === undefined) {
            found = new Stretch(join(this.#folder, `nonces-${number.toString(36)}`));
            this.#stretches.set(number, found);
            this.#sync();
        }
        found.catchUp();
        return found;
    }

    /** A new file's name is durable, too. */
    #sync() {
        const folder = openSync(this.#folder, constants.O_RDONLY);
        fsyncSync(folder);
        closeSync(folder);
    }

    /** Both stretches that may still hold an open nonce; older ones go. */
    #turn() {
        const now = this.#current;
        for (const [number, stretch] of this.#stretches)
            if (number < now - 1) {
                stretch.close();
                this.#stretches.delete(number);
            }
        if (!this.#stretches.has(now))
            this.#clear(now - 1);
        return [this.#stretch(now - 1), this.#stretch(now)];
    }

    #clear(oldest) {
        for (const name of readdirSync(this.#folder)) {
            const number = Number.parseInt(NAME.exec(name)?.[1] ?? '', 36);
            try {
                if (number < oldest)
                    unlinkSync(join(this.#folder, name));
            } catch (error) {
                if (error.code !== 'ENOENT') // another process was first
                    throw error;
            }
        }
    }

    /** How many are unused; some of them may have expired just now. */
    get size() {
        return this.#turn().reduce((all, { issued, used }) => all + issued.size - used.size, 0);
    }

    /**
     * A new nonce.
     * @returns {string | null} null: too many are unused
     */
    issue() {
        if (this.size >= this.#max)
            return null;
        const now = this.#now();
        const number = Math.floor(now / this.#life);
        const nonce = `${number.toString(36)}-${randomBytes(24).toString('base64url')}`;
        this.#stretch(number).add(`+ ${nonce} ${now + this.#life}`);
        return nonce;
    }

    /**
     * Use a nonce: true once, for one that was issued here and has not
     * expired, and never again.
     */
    use(nonce) {
        const [, digits] = NONCE.exec(String(nonce)) ?? [];
        const number = Number.parseInt(digits ?? '', 36);
        const now = this.#current;
        if (number !== now && number !== now - 1)
            return false;
        this.#turn();
        const stretch = this.#stretch(number);
        const ends = stretch.issued.get(nonce);
        if (ends === undefined || this.#now() > ends || stretch.used.has(nonce))
            return false;
        const by = randomBytes(8).toString('hex');
        stretch.add(`- ${nonce} ${by}`);
        return stretch.used.get(nonce) === by;
    }

    close() {
        for (const stretch of this.#stretches.values())
            stretch.close();
        this.#stretches.clear();
    }
}
