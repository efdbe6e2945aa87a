/**
 * The real ingam-host on the other end of two pipes, as a browser has it.
 * Every byte it ever writes on stdout must belong to a whole frame (T021):
 * `Host.end` and `Host.gone` look at that, whatever a test is about.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { endianness } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const program = process.env.INGAM_HOST
    ?? join(root, 'build/stage/usr/lib/ingam/ingam-host');
export const ids = JSON.parse(readFileSync(join(root, 'extension/ids'), 'utf8'));
export const chromiumArguments = [`chrome-extension://${ids.chromium[0]}/`];

const little = endianness() === 'LE';

/** The tables of the program itself. */
export const description = JSON.parse(
    execFileSync(program, ['--describe'], { encoding: 'utf8' }));
export const limits = description.limits;

/** A four-byte length in this machine's order. */
export function header(length) {
    const bytes = Buffer.alloc(4);
    if (little)
        bytes.writeUInt32LE(length);
    else
        bytes.writeUInt32BE(length);
    return bytes;
}

/** @param {string | Buffer | object} body */
export function frame(body) {
    if (typeof body !== 'string' && !Buffer.isBuffer(body))
        body = JSON.stringify(body);
    const bytes = Buffer.from(body);
    return Buffer.concat([header(bytes.length), bytes]);
}

export function request(id, method, params) {
    return params === undefined ? { jsonrpc: '2.0', id, method }
        : { jsonrpc: '2.0', id, method, params };
}

/** Of whoever waits, in ms: an answer on a machine that has much else to do. */
const PATIENCE_MS = 60000;
/** The same where a host that waited for something would take half a minute. */
const END_MS = 20000;

/** Wait for something that a process does, however long it takes. */
export async function until(condition) {
    for (const end = performance.now() + PATIENCE_MS; !await condition();) {
        assert.ok(performance.now() < end, `never: ${condition}`);
        await sleep(5);
    }
}

/** ms of processor that a process has had, NaN when it is gone: its own time,
 * however much else the machine has to do. */
export function cpuOf(pid) {
    try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
        return 10 * (Number(fields[11]) + Number(fields[12]));
    } catch {
        return NaN;
    }
}

/** A folder under build/tmp that goes with the test. */
export function temporary(t) {
    mkdirSync(join(root, 'build/tmp'), { recursive: true });
    const folder = mkdtempSync(join(root, 'build/tmp/host-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/** Home of every host that is given no other; nothing of the person's. */
mkdirSync(join(root, 'build/tmp'), { recursive: true });
export const home = mkdtempSync(join(root, 'build/tmp/home-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

export class Host {
    /**
     * @param {{args?: string[], env?: object, command?: string[],
     *     stdio?: any[], cwd?: string}} options command: what starts the host,
     *     with '{}' standing for its path and arguments
     */
    constructor(options = {}) {
        const args = options.args ?? chromiumArguments;
        const line = (options.command ?? ['{}'])
            .flatMap(word => word === '{}' ? [program, ...args] : [word]);
        this.child = spawn(line[0], line.slice(1), {
            env: options.env ?? { HOME: home },
            stdio: options.stdio ?? ['pipe', 'pipe', 'pipe'],
            cwd: options.cwd,
        });
        this.bytes = Buffer.alloc(0);
        this.frames = [];
        this.waiting = [];
        this.errors = '';
        this.child.stdin?.on('error', () => {});
        this.child.stdout?.on('data', data => this.#take(data));
        this.child.stderr?.on('data', data => { this.errors += data; });
        this.exit = new Promise(done => {
            this.child.on('close', (code, signal) => {
                for (const waiter of this.waiting.splice(0))
                    waiter(null);
                done({ code, signal });
            });
        });
    }

    #take(data) {
        this.bytes = Buffer.concat([this.bytes, data]);
        while (this.bytes.length >= 4) {
            const length = little ? this.bytes.readUInt32LE()
                : this.bytes.readUInt32BE();
            assert.ok(length > 0 && length <= limits.frameOut, `a frame of ${length} bytes`);
            if (this.bytes.length < 4 + length)
                return;
            const text = this.bytes.subarray(4, 4 + length).toString('utf8');
            this.bytes = this.bytes.subarray(4 + length);
            const message = JSON.parse(text);
            assert.equal(message.jsonrpc, '2.0');
            const waiter = this.waiting.shift();
            if (waiter === undefined)
                this.frames.push(message);
            else
                waiter(message);
        }
    }

    /** The next message, null when the host has gone; fails after a while. */
    async read(milliseconds = PATIENCE_MS) {
        if (this.frames.length > 0)
            return this.frames.shift();
        let timer;
        const late = new Promise((_, fail) => {
            timer = setTimeout(() => fail(new Error('the host is silent')), milliseconds);
        });
        const message = new Promise(done => {
            this.waiting.push(done);
            this.exit.then(() => done(null));
        });
        try {
            return await Promise.race([message, late]);
        } finally {
            clearTimeout(timer);
        }
    }

    async hello() {
        const message = await this.read();
        assert.equal(message?.method, 'hello');
        return message.params;
    }

    write(bytes) {
        return new Promise(done => this.child.stdin.write(bytes, () => done()));
    }

    send(body) {
        return this.write(frame(body));
    }

    /** Send and wait for the answer, passing over progress. */
    async ask(id, method, params) {
        await this.send(request(id, method, params));
        for (;;) {
            const message = await this.read();
            if (message === null || message.method !== 'progress')
                return message;
        }
    }

    /** The reason of an answer, or 'ok'. */
    async reason(id, method, params) {
        return reasonOf(await this.ask(id, method, params));
    }

    /**
     * How it ended; stdout held frames and nothing else. It may work a second
     * before it goes, and waits for nothing.
     */
    async gone() {
        const { pid } = this.child;
        const before = cpuOf(pid);
        let timer, watch, used = 0;
        const late = new Promise((_, fail) => {
            timer = setTimeout(() => {
                this.child.kill('SIGKILL');
                fail(new Error('the host is still there'));
            }, END_MS);
            watch = setInterval(() => { used = cpuOf(pid) - before || used; }, 20);
        });
        const status = await Promise.race([this.exit, late]).finally(() => {
            clearTimeout(timer);
            clearInterval(watch);
        });
        assert.equal(this.bytes.length, 0, 'bytes after the last frame');
        assert.ok(used < 1000, `it worked ${used} ms before it went`);
        return status;
    }

    /** Close its input; see how it ends. */
    async end() {
        this.child.stdin.end();
        return this.gone();
    }
}

export function reasonOf(message) {
    if (message === null)
        return 'gone';
    if (message.error === undefined)
        return 'ok';
    const { code, data } = message.error;
    const row = description.errors.find(e => e.reason === data.reason);
    assert.ok(row, `${data.reason} is a row of the table`);
    assert.equal(code, row.code);
    assert.equal(message.error.message, row.message);
    assert.equal(data.retryable, row.retryable);
    return data.reason;
}

/** Start, take the hello, and stop with the test whatever happens. */
export async function start(t, options) {
    const host = new Host(options);
    t.after(() => host.child.kill('SIGKILL'));
    await host.hello();
    return host;
}

/** One fatal input: the error frame with its reason, then status 1. */
export async function expectFatal(t, bytes, reason) {
    const host = await start(t);
    await host.write(bytes);
    const message = await host.read();
    assert.equal(reasonOf(message), reason);
    assert.equal(message.id, null);
    const { code } = await host.gone();
    assert.equal(code, 1);
}
