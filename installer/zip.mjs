/**
 * A zip archive whose bytes depend on names, contents and Node's zlib only
 * (APPNOTE 6.3): sorted names and one fixed time.
 */
import { deflateRawSync } from 'node:zlib';

const DATE = 0x0021; // 1980-01-01, the earliest there is
const UTF8 = 0x0800; // names are UTF-8
const DEFLATED = 8;

/** @param {Buffer} bytes */
export function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let i = 0; i < 8; i++)
            crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
}

/**
 * Little-endian fields of 2 or 4 bytes.
 * @param {[number, number][]} fields value and size
 */
function pack(fields) {
    const out = Buffer.alloc(fields.reduce((sum, [, size]) => sum + size, 0));
    let at = 0;
    for (const [value, size] of fields) {
        out.writeUIntLE(value, at, size);
        at += size;
    }
    return out;
}

/** The fields that both headers of a file share. */
const common = (name, data, body) => [
    [20, 2], [UTF8, 2], [body === data ? 0 : DEFLATED, 2], [0, 2], [DATE, 2],
    [crc32(data), 4], [body.length, 4], [data.length, 4], [name.length, 2],
    [0, 2],
];

/** What was compressed before: the packages share their files. */
const known = new WeakMap();

/** @param {Buffer} data as it is where that is shorter */
function packed(data) {
    if (!known.has(data))
        known.set(data, deflateRawSync(data, { level: 9 }));
    const small = known.get(data);
    return small.length < data.length ? small : data;
}

/**
 * @param {Map<string, Buffer>} files name to content
 * @returns {Buffer}
 */
export function zip(files) {
    const bodies = [];
    const entries = [];
    let offset = 0;
    for (const [path, data] of [...files].sort(([a], [b]) => a < b ? -1 : 1)) {
        const name = Buffer.from(path);
        const body = packed(data);
        const fields = common(name, data, body);
        const head = pack([[0x04034b50, 4], ...fields]);
        bodies.push(head, name, body);
        entries.push(pack([[0x02014b50, 4], [20, 2], ...fields,
            [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), name);
        offset += head.length + name.length + body.length;
    }
    const directory = Buffer.concat(entries);
    return Buffer.concat([...bodies, directory, pack([[0x06054b50, 4], [0, 2],
        [0, 2], [files.size, 2], [files.size, 2], [directory.length, 4],
        [offset, 4], [0, 2]])]);
}
