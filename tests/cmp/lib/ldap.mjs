/**
 * A directory of one entry (RFC 4511): answers an anonymous bind, and every
 * search with one attribute. For a CRL at an ldap:// address.
 */
import { createServer } from 'node:net';

/** One BER element with a definite length. */
function ber(tag, ...parts) {
    const body = Buffer.concat(parts.map(part => Buffer.from(part)));
    const length = body.length < 128 ? Buffer.from([body.length])
        : Buffer.from([0x84, ...[24, 16, 8, 0].map(shift => body.length >> shift & 255)]);
    return Buffer.concat([Buffer.from([tag]), length, body]);
}

/** The content of the first element, and where the next begins. */
function first(bytes, at = 0) {
    let length = bytes[at + 1], from = at + 2;
    if (length >= 128) {
        const count = length & 127;
        length = bytes.readUIntBE(from, count);
        from += count;
    }
    return { tag: bytes[at], body: bytes.subarray(from, from + length), next: from + length };
}

const done = tag => ber(tag, ber(0x0a, [0]), ber(0x04, ''), ber(0x04, ''));

/**
 * @param {() => {attribute?: string, value?: Buffer, code?: number, raw?: Buffer,
 *     referral?: string}} answer asked at every search
 * @returns {Promise<{port: number, asked: Buffer[], close: () => void}>} asked:
 *     the searches that came
 */
export async function directory(answer) {
    const asked = [];
    const server = createServer(socket => {
        let bytes = Buffer.alloc(0);
        socket.on('error', () => {});
        socket.on('data', data => {
            bytes = Buffer.concat([bytes, data]);
            if (bytes[0] !== 0x30) { // somebody speaks HTTP
                socket.destroy();
                return;
            }
            while (bytes.length > 2 && first(bytes).next <= bytes.length) {
                const message = first(bytes);
                bytes = bytes.subarray(message.next);
                const id = first(message.body);
                const operation = first(message.body, id.next);
                const reply = part => socket.write(ber(0x30, ber(0x02, id.body), part));
                if (operation.tag === 0x60)
                    reply(done(0x61));
                if (operation.tag !== 0x63)
                    continue;
                asked.push(operation.body);
                const how = answer();
                if (how.raw !== undefined) {
                    socket.end(how.raw);
                    continue;
                }
                if (how.referral !== undefined)
                    reply(ber(0x73, ber(0x04, how.referral)));
                if (how.value !== undefined)
                    reply(ber(0x64, ber(0x04, 'ou=dp1'), ber(0x30, ber(0x30,
                        ber(0x04, how.attribute ?? 'certificateRevocationList;binary'),
                        ber(0x31, ber(0x04, how.value))))));
                reply(how.code === undefined ? done(0x65)
                    : ber(0x65, ber(0x0a, [how.code]), ber(0x04, ''), ber(0x04, '')));
            }
        });
    });
    await new Promise(listening => server.listen(0, '127.0.0.1', listening));
    return { port: server.address().port, asked, close: () => server.close() };
}
