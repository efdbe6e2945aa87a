/**
 * The network between host and CA, on loopback: counts bytes in both
 * directions, is cut at any one of them, and tells when the CA has answered.
 */
import { connect, createServer } from 'node:net';

export class Proxy {
    constructor() {
        this.target = 0;
        this.open = new Set();
        this.waiting = [];
        this.arm();
        this.server = createServer({ allowHalfOpen: true },
            client => this.#carry(client));
    }

    async start() {
        await new Promise(done => this.server.listen(0, '127.0.0.1', done));
        this.server.unref();
        this.port = this.server.address().port;
    }

    stop() {
        this.server.close();
        for (const socket of this.open)
            socket.destroy();
    }

    /**
     * Cut once so many bytes went by; after that nobody gets through.
     * @param {'up' | 'down'} [direction] to the CA, or its answers
     * @param {number} [at]
     * @param {'end' | 'reset'} [how]
     */
    arm(direction, at = 0, how = 'end') {
        Object.assign(this, { direction, at, how, isCut: false });
        this.bytes = { up: 0, down: 0 };
        /** Where messages begin: bytes of that direction before each. */
        this.starts = { up: [], down: [] };
        this.last = undefined;
        this.onAnswer = undefined;
    }

    /** No connection to the CA is open any more. */
    async quiet() {
        while (this.open.size > 0)
            await new Promise(done => this.waiting.push(done));
    }

    #cut(client, server) {
        this.isCut = true;
        if (this.how === 'reset')
            client.resetAndDestroy?.();
        client.end();
        server.end(); // what was passed on still arrives
        setImmediate(() => client.destroy());
    }

    /** Pass a part on, or what is left of it. */
    async #pass(direction, part, to, pair) {
        if (this.isCut)
            return;
        if (this.last !== direction) {
            this.last = direction;
            this.starts[direction].push(this.bytes[direction]);
            if (direction === 'down')
                this.onAnswer?.();
        }
        const room = this.direction === direction
            ? this.at - this.bytes[direction] : Infinity;
        this.bytes[direction] += part.length;
        if (part.length < room) {
            to.write(part);
            return;
        }
        if (room > 0)
            await new Promise(done => to.write(part.subarray(0, room), done));
        this.#cut(...pair);
    }

    #carry(client) {
        if (this.isCut) {
            client.destroy();
            return;
        }
        const server = connect({ port: this.target, host: '127.0.0.1',
            allowHalfOpen: true });
        const pair = [client, server];
        this.open.add(server);
        for (const socket of pair) {
            socket.setNoDelay(true);
            socket.on('error', () => {});
        }
        client.on('data', part => this.#pass('up', part, server, pair));
        server.on('data', part => this.#pass('down', part, client, pair));
        client.on('end', () => server.end());
        client.on('close', () => server.end());
        server.on('end', () => {
            this.onAnswer?.(); // the end may be one, too
            client.end();
        });
        server.on('close', () => {
            client.destroy();
            this.open.delete(server);
            if (this.open.size === 0)
                for (const done of this.waiting.splice(0))
                    done();
        });
        if (this.direction !== undefined && this.at === 0
            && this.direction === 'up')
            this.#cut(client, server);
    }
}
