/** What a zip archive holds, by its directory and zlib. */
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const TAIL = 22; // bytes of the end record, without a comment

/**
 * @param {Buffer} bytes
 * @returns {Map<string, Buffer>}
 */
export function unzip(bytes) {
    const end = bytes.length - TAIL;
    if (bytes.readUInt32LE(end) !== END)
        throw new Error('no end record');
    const files = new Map();
    let at = bytes.readUInt32LE(end + 16);
    for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
        if (bytes.readUInt32LE(at) !== ENTRY)
            throw new Error('no entry');
        const [size, name, local] = [bytes.readUInt32LE(at + 20),
            bytes.readUInt16LE(at + 28), bytes.readUInt32LE(at + 42)];
        const path = bytes.toString('utf8', at + 46, at + 46 + name);
        const body = bytes.subarray(local + 30 + name, local + 30 + name + size);
        files.set(path, bytes.readUInt16LE(at + 10) === 0 ? body
            : inflateRawSync(body));
        at += 46 + name;
    }
    return files;
}
