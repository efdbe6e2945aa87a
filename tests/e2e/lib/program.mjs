// Programs that a test or the demo starts: each in a process group of its own,
// none of which outlives us, however we end.

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** Process groups that are ours to end. @type {Set<number>} */
const groups = new Set();

function sweep(pid) {
    try {
        process.kill(-pid, 'SIGKILL');
    } catch {
        // Nobody is left in the group.
    }
}

process.on('exit', () => groups.forEach(sweep));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.exit(1));

/**
 * A promise with a time limit of its own, whose timer never outlives it.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} what said when the time is over
 * @returns {Promise<T>}
 */
export function within(promise, ms, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() =>
            reject(new Error(`${what}: no answer in ${ms} ms`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const pause = ms => new Promise(done => setTimeout(done, ms));

/** How long anything is waited for that has to come: far more than a machine
 * that does ten other things needs. */
export const PATIENCE_MS = 30000;

/** Ask `check` until it answers something true. */
export async function until(check, what, ms = PATIENCE_MS) {
    const end = Date.now() + ms;
    for (;;) {
        const value = await check();
        if (value)
            return value;
        if (Date.now() > end)
            throw new Error(`waited ${ms} ms in vain for ${what}`);
        await pause(30);
    }
}

export class Program {
    /**
     * @param {string} command
     * @param {string[]} args
     * @param {import('node:child_process').SpawnOptions} options
     */
    constructor(command, args, options = {}) {
        this.name = command.replace(/.*\//, '');
        this.child = spawn(command, args, {
            stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true,
        });
        this.output = '';
        /** @type {((line: string) => void)[]} */
        this.listeners = [];
        for (const stream of [this.child.stdout, this.child.stderr])
            stream?.setEncoding('utf8').on('data', text => this.#heard(text));
        this.exited = new Promise(resolve => {
            this.child.on('error', error => {
                this.output += String(error);
                resolve(-1);
            });
            this.child.on('exit', (code, signal) => resolve(code ?? signal));
        });
        if (this.child.pid) {
            groups.add(this.child.pid);
            this.exited.then(() => this.sweep());
        }
    }

    get pid() {
        return this.child.pid;
    }

    #heard(text) {
        this.output = (this.output + text).slice(-200000);
        this.listeners.forEach(listener => listener(this.output));
    }

    /** Wait until the program's output holds `pattern`. */
    said(pattern, ms = PATIENCE_MS) {
        const heard = new Promise((resolve, reject) => {
            const look = output => {
                const match = pattern.exec(output);
                if (match)
                    resolve(match);
            };
            this.listeners.push(look);
            look(this.output);
            this.exited.then(code => reject(new Error(
                `${this.name} ended (${code}): ${this.output.slice(-2000)}`)));
        });
        return within(heard, ms, `${this.name} to say ${pattern}`);
    }

    /** End what is left of the group. */
    sweep() {
        sweep(this.child.pid);
        groups.delete(this.child.pid);
    }

    /** Ask the program to end, then make it. */
    async end(graceMs = 3000) {
        if (!this.child.pid)
            return;
        try {
            this.child.kill('SIGTERM');
            await within(this.exited, graceMs, this.name);
        } catch {
            this.sweep();
            await this.exited;
        }
    }
}

/** Command lines of the processes whose HOME is `home`; ours, or left over. */
export function processesOf(home) {
    const found = [];
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
        try {
            const env = readFileSync(`/proc/${pid}/environ`, 'utf8');
            if (Number(pid) !== process.pid &&
                `\0${env}`.includes(`\0HOME=${home}\0`))
                found.push({ pid: Number(pid), command: readFileSync(
                    `/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') });
        } catch {
            // It ended while we looked.
        }
    }
    return found;
}

/**
 * Wait for the processes of a throw-away home to end (a crash handler leaves
 * its browser's group, and ends by itself); end those that stay.
 */
export async function emptyHome(home, ms = 3000) {
    const end = Date.now() + ms;
    while (processesOf(home).length > 0 && Date.now() < end)
        await pause(30);
    for (const { pid } of processesOf(home)) {
        try {
            process.kill(pid, 'SIGKILL');
        } catch {
            // Just gone.
        }
    }
}
