/**
 * Draw the extension's icons: a red seal with the syllable 인 in it. Run by
 * hand after a change: node installer/icons.mjs
 */
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { crc32 } from './zip.mjs';

const RED = [0xb3, 0x26, 0x1e];
const FINE = 8; // samples a pixel, each way

/** Shapes in a unit square: is the point white? */
function isStroke(x, y) {
    const ring = Math.hypot(x - 0.37, y - 0.37);
    return (ring < 0.19 && ring > 0.1) || // ㅇ
        (x > 0.66 && x < 0.75 && y > 0.17 && y < 0.62) || // ㅣ
        (x > 0.24 && x < 0.33 && y > 0.63 && y < 0.83) || // ㄴ, down
        (x > 0.24 && x < 0.77 && y > 0.745 && y < 0.83); // ㄴ, across
}

function isSeal(x, y) {
    const r = 0.2;
    const dx = Math.max(r - x, x - 1 + r, 0);
    const dy = Math.max(r - y, y - 1 + r, 0);
    return Math.hypot(dx, dy) <= r;
}

function pixel(px, py, size) {
    let seal = 0;
    let stroke = 0;
    for (let i = 0; i < FINE * FINE; i++) {
        const x = (px + ((i % FINE) + 0.5) / FINE) / size;
        const y = (py + (Math.floor(i / FINE) + 0.5) / FINE) / size;
        seal += isSeal(x, y) ? 1 : 0;
        stroke += isSeal(x, y) && isStroke(x, y) ? 1 : 0;
    }
    const white = seal === 0 ? 0 : stroke / seal;
    const mix = c => Math.round(c + (255 - c) * white);
    return [...RED.map(mix), Math.round((255 * seal) / (FINE * FINE))];
}

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

function png(size) {
    const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
    head.writeUInt32BE(size, 0);
    head.writeUInt32BE(size, 4);
    const rows = [];
    for (let y = 0; y < size; y++) {
        rows.push(0);
        for (let x = 0; x < size; x++)
            rows.push(...pixel(x, y, size));
    }
    return Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
        chunk('IHDR', head),
        chunk('IDAT', deflateSync(Buffer.from(rows), { level: 9 })),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

for (const size of [16, 32, 48, 128])
    writeFileSync(
        new URL(`../extension/icons/${size}.png`, import.meta.url), png(size));
