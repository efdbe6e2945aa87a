/**
 * A connection between host and CA of dialect npki that sees whole frames and
 * can hold, change or lose each answer.
 */
import net from 'node:net';
import { after } from 'node:test';

/** Whole frames out of a stream: calls back with each, its length included. */
function frames(socket, each) {
    let bytes = Buffer.alloc(0);
    socket.on('data', part => {
        bytes = Buffer.concat([bytes, part]);
        while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
            const length = 4 + bytes.readUInt32BE();
            each(bytes.subarray(0, length));
            bytes = bytes.subarray(length);
        }
    });
    socket.on('error', () => {});
}

/**
 * @param {number} port of the CA
 * @param {(answer: Buffer | null, n: number, socket: net.Socket) =>
 *     Buffer | undefined} change sees each answer, counted from 0 over all
 *     connections, and null where the CA ends one; undefined: nothing is sent
 * @param {(request: Buffer) => void} [ask] sees each request
 */
export async function frameProxy(port, change, ask = () => {}) {
    const open = new Set();
    let n = 0;
    const server = net.createServer(near => {
        const far = net.connect(port, '127.0.0.1');
        open.add(near).add(far);
        frames(near, frame => {
            ask(frame);
            far.write(frame);
        });
        frames(far, frame => {
            const instead = change(frame, n++, near);
            if (instead !== undefined)
                near.write(instead);
        });
        near.on('close', () => far.destroy());
        far.on('end', () => {
            change(null, n++, near);
            near.end();
        });
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    server.unref();
    after(() => open.forEach(socket => socket.destroy()));
    return { port: server.address().port };
}

/** The same, and the connection is cut in place of answer `at`. */
export function cutAt(port, at, onCut) {
    let left = at;
    return frameProxy(port, (answer, n, near) => {
        if (left-- !== 0)
            return answer;
        onCut();
        near.destroy();
        return undefined;
    });
}
