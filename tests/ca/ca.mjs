/**
 * The test CA for JavaScript tests: makes one in a folder, runs it, drives its
 * command line. No dependencies; Node 18 and newer.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const top = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** The program; INGAM_TEST_CA names another build of it. */
export const PROGRAM =
    process.env.INGAM_TEST_CA ?? path.join(top, 'build/ingam-test-ca');

/** One CA in one folder. */
export class TestCa {
    /** @param {string} dir the folder that init made or will make */
    constructor(dir) {
        this.dir = dir;
        /** @type {import('node:child_process').ChildProcess[]} */
        this.servers = [];
    }

    /**
     * Run a command and parse the one object it prints.
     * @param {string} command init, definition, person, code, list, ...
     * @param {...(string|number)} options
     * @returns {Promise<any>}
     */
    async call(command, ...options) {
        const { stdout } = await run(PROGRAM, [
            command,
            this.dir,
            ...options.map(String),
        ]);
        return JSON.parse(stdout);
    }

    /**
     * Start a server; more than one may run.
     * @param {{port?: number, tlsPort?: number, tcpPort?: number,
     *     ocsp?: string, crl?: string}} [ports]
     *     0: any; dialect npki is served where tcpPort is given; ocsp, crl:
     *     addresses to write into certificates
     * @returns {Promise<{http: number, https: number, tcp?: number,
     *     pid: number}>}
     */
    async serve({ port = 0, tlsPort = 0, tcpPort, ocsp, crl } = {}) {
        const child = spawn(
            PROGRAM,
            [
                'serve', this.dir, '--port', port, '--tls-port', tlsPort,
                ...(tcpPort === undefined ? [] : ['--tcp-port', tcpPort]),
                ...(ocsp === undefined ? [] : ['--ocsp', ocsp]),
                ...(crl === undefined ? [] : ['--crl', crl]),
            ].map(String),
            { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        this.servers.push(child);
        const lines = createInterface({ input: child.stdout });
        const first = await Promise.race([
            once(lines, 'line').then(([line]) => line),
            once(child, 'exit').then(([status]) => {
                throw new Error(`the CA ended with status ${status}`);
            }),
        ]);
        return { ...JSON.parse(first), pid: child.pid };
    }

    /** Stop all servers and wait for their ends: [status, signal] each. */
    async stop() {
        const ends = this.servers.map(child => {
            const ended = once(child, 'exit');
            child.kill('SIGTERM');
            return ended;
        });
        this.servers = [];
        return Promise.all(ends);
    }
}
