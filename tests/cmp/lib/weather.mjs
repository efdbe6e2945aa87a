/**
 * Bad weather for the real host: weather.c stands before its libc and looks at
 * a file that is written here, also while the host runs.
 */
import assert from 'node:assert/strict';
import { openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { root } from '../../host/lib/host.mjs';
import { folder } from './enrol.mjs';

export const LIBRARY = join(root, 'build/tool/weather.so');

/* Where the members of struct weather lie. */
const AHEAD = 0, CALLS = 8, FAIL_AT = 12, FAIL_ON = 16, ERROR = 20, FAT = 24,
    OPENED = 28, STOP = 32, TRY = 288, SIZE = 544;

export class Weather {
    constructor() {
        this.path = join(folder('weather'), 'now');
        writeFileSync(this.path, Buffer.alloc(SIZE));
        this.fd = openSync(this.path, 'r+');
        /** What a program needs in its environment. */
        this.env = { LD_PRELOAD: LIBRARY, WEATHER: this.path };
    }

    #int(at, value) {
        const b = Buffer.alloc(4);
        b[endianness() === 'LE' ? 'writeInt32LE' : 'writeInt32BE'](value);
        writeSync(this.fd, b, 0, 4, at);
    }

    #read(at) {
        const b = Buffer.alloc(4);
        readSync(this.fd, b, 0, 4, at);
        return b[endianness() === 'LE' ? 'readInt32LE' : 'readInt32BE']();
    }

    #text(at, text) {
        writeSync(this.fd, Buffer.from(`${text}\0`), 0, undefined, at);
    }

    /** @param {number} seconds that the wall clock is ahead from now on */
    clock(seconds) {
        const b = Buffer.alloc(8);
        b[endianness() === 'LE' ? 'writeBigInt64LE' : 'writeBigInt64BE'](
            BigInt(seconds));
        writeSync(this.fd, b, 0, 8, AHEAD);
    }

    /** The nth call from now that changes a file system fails; 0: none. */
    fail(n, error = 0, { on = false } = {}) {
        this.#int(FAIL_AT, 0);
        this.#int(CALLS, 0);
        this.#int(ERROR, error);
        this.#int(FAIL_ON, on ? 1 : 0);
        this.#int(FAIL_AT, n);
    }

    /** Calls that changed a file system since the last fail(). */
    get calls() {
        return this.#read(CALLS);
    }

    /** Media as FAT: no modes, no exchange of names. */
    fat(is = true) {
        this.#int(FAT, is ? 1 : 0);
    }

    /** Stop the program once, before it makes (+NAME) a file or folder that
     * begins so, or gives (>NAME) a file or folder that name. */
    stop(name) {
        this.#text(STOP, name);
    }

    /** Open this once a message has come in; see opened. */
    try(path) {
        this.#int(OPENED, -1);
        this.#text(TRY, path);
    }

    /** errno of what try() named, 0: it was opened, -1: not tried yet. */
    get opened() {
        return this.#read(OPENED);
    }
}

/** Wait until a process is stopped. */
export async function stopped(child) {
    for (;;) {
        assert.equal(child.exitCode, null, 'it ended instead');
        const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
        if (/^\d+ \(.*\) [tT]/.test(stat))
            return;
        await sleep(5);
    }
}
