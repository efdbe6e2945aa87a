// The test CA as one process that the demo and the browser tests can stop and
// start again at the same address.

import { TestCa as Driver, PROGRAM } from '../ca/ca.mjs';
import { Program } from '../e2e/lib/program.mjs';

export const TEST_CA = PROGRAM;

export class TestCa extends Driver {
    port = 0;

    /** @param {string} folder for its keys and registry */
    constructor(folder, name = 'test') {
        super(folder);
        Object.assign(this, { folder, name, program: PROGRAM });
    }

    async start() {
        await this.call('init');
        return this.serve();
    }

    /** Answer requests; on the same port again after stop(). */
    async serve() {
        this.server = new Program(PROGRAM,
            ['serve', this.folder, '--port', String(this.port)]);
        const [, port] = await this.server.said(/"http": ?(\d+)/);
        this.port = Number(port);
        this.url = `http://127.0.0.1:${port}`;
        this.ocsp = `${this.url}/ocsp`;
        return this;
    }

    /** The CA is down: nothing listens. */
    stop() {
        return this.server.end();
    }

    /** The definition that tells Ingam of this CA. @param {string[]} more */
    definition(...more) {
        return this.call('definition', '--endpoint', `${this.url}/cmp`,
            '--name', this.name, ...more);
    }

    /** @param {string} mode see `ingam-test-ca misbehave DIR --list`, or none */
    misbehave(mode) {
        return this.call('misbehave', mode);
    }

    async certificates() {
        return (await this.call('list')).certificates;
    }
}
