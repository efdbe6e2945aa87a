// A WebSocket client (RFC 6455) for text messages to a loopback address: Node
// 18 has none, and this much is all that WebDriver BiDi needs.

import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1, CLOSE = 8, PING = 9, PONG = 10;

function encode(opcode, payload) {
    const size = payload.length;
    const head = size < 126 ? 2 : size < 65536 ? 4 : 10;
    const frame = Buffer.alloc(head + 4 + size);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (head === 2 ? size : head === 4 ? 126 : 127);
    if (head === 4)
        frame.writeUInt16BE(size, 2);
    else if (head === 10)
        frame.writeBigUInt64BE(BigInt(size), 2);
    const mask = randomBytes(4);
    mask.copy(frame, head);
    for (let i = 0; i < size; i++)
        frame[head + 4 + i] = payload[i] ^ mask[i & 3];
    return frame;
}

/** The frame at the start of `data`, or null while it is not whole. */
function decode(data) {
    if (data.length < 2)
        return null;
    let size = data[1] & 0x7f;
    const head = size < 126 ? 2 : size === 126 ? 4 : 10;
    if (data.length < head)
        return null;
    if (head === 4)
        size = data.readUInt16BE(2);
    else if (head === 10)
        size = Number(data.readBigUInt64BE(2));
    if (data.length < head + size)
        return null;
    return { final: (data[0] & 0x80) !== 0, opcode: data[0] & 0x0f,
        payload: data.subarray(head, head + size), size: head + size };
}

export class WebSocketClient {
    /** Set by the owner. @type {(text: string) => void} */
    onmessage = () => {};
    onclose = () => {};
    #chunks = [];
    #waiting = 0;
    #need = 2;
    #parts = [];

    /** @param {import('node:net').Socket} socket after the handshake */
    constructor(socket, head) {
        this.socket = socket;
        socket.setNoDelay(true);
        socket.on('data', data => this.#received(data));
        socket.on('close', () => this.onclose());
        socket.on('error', () => socket.destroy());
        if (head.length > 0)
            setImmediate(() => this.#received(head));
    }

    /** @param {string} url ws://127.0.0.1:port/path */
    static connect(url) {
        const key = randomBytes(16).toString('base64');
        const want = createHash('sha1').update(key + GUID).digest('base64');
        return new Promise((resolve, reject) => {
            const asked = request(url.replace(/^ws:/, 'http:'), { headers: {
                Connection: 'Upgrade', Upgrade: 'websocket',
                'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': 13,
            } });
            asked.on('upgrade', (answer, socket, head) => {
                if (answer.headers['sec-websocket-accept'] === want)
                    resolve(new WebSocketClient(socket, head));
                else
                    reject(new Error('not a WebSocket server'));
            });
            asked.on('response', answer => reject(new Error(
                `no WebSocket here: HTTP ${answer.statusCode}`)));
            asked.on('error', reject);
            asked.end();
        });
    }

    /** Large frames come in many pieces: join them only when all are here. */
    #received(data) {
        this.#chunks.push(data);
        this.#waiting += data.length;
        while (this.#waiting >= this.#need) {
            const all = Buffer.concat(this.#chunks);
            const frame = decode(all);
            const rest = frame ? all.subarray(frame.size) : all;
            this.#chunks = [rest];
            this.#waiting = rest.length;
            this.#need = frame ? 2 : wanted(rest);
            if (frame)
                this.#frame(frame);
        }
    }

    #frame({ final, opcode, payload }) {
        if (opcode === PING) {
            this.socket.write(encode(PONG, payload));
        } else if (opcode === CLOSE) {
            this.socket.end();
        } else if (opcode <= TEXT) {
            this.#parts.push(payload);
            if (final) {
                const text = Buffer.concat(this.#parts).toString('utf8');
                this.#parts = [];
                this.onmessage(text);
            }
        }
    }

    send(text) {
        this.socket.write(encode(TEXT, Buffer.from(text)));
    }

    close() {
        this.socket.destroy();
    }
}

/** How many bytes the frame that starts `data` needs before it is whole. */
function wanted(data) {
    const size = data.length < 2 ? 0 : data[1] & 0x7f;
    if (size < 126)
        return 2 + size;
    if (size === 126)
        return data.length < 4 ? 4 : 4 + data.readUInt16BE(2);
    return data.length < 10 ? 10 : 10 + Number(data.readBigUInt64BE(2));
}
