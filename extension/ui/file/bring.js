/**
 * A file's way to the host: read a block ahead, cut into pieces that fit a
 * frame, up to eight of them without an answer. Nothing is kept of it.
 */
import { toBase64 } from '../../common/bytes.js';
import { HostError } from '../../common/host-error.js';

/** Bytes; the host takes no more in one frame. */
const PIECE = 384 * 1024;

/** Bytes that are read at once, while the block before is on its way. */
const BLOCK = 16 * PIECE;

/** Frames without an answer. */
const UNANSWERED = 8;

/** Longest wait for an answer about a piece on a busy machine, in ms. */
const PIECE_MS = 60000;

/**
 * @typedef {{name: string, file: Blob}} Source
 *
 * @typedef {object} Watch
 * @property {(done: number) => void} progress bytes that the host has hashed
 * @property {() => boolean} stopped nobody wants it any more
 */

/**
 * @param {Blob} file
 * @param {number} at
 * @returns {Promise<Uint8Array>} or a rejection when the file is no longer what
 *     it was: gone, moved, changed
 */
async function readBlock(file, at) {
    const part = file.slice(at, at + BLOCK);
    try {
        const bytes = new Uint8Array(await part.arrayBuffer());
        if (bytes.length === part.size)
            return bytes;
    } catch {
        // the browser's own words say no more than that
    }
    throw new HostError('file_unreadable');
}

/** @param {Blob} file */
async function* piecesOf(file) {
    let ahead = readBlock(file, 0);
    for (let at = 0; at < file.size; at += BLOCK) {
        const block = await ahead;
        if (at + BLOCK < file.size)
            ahead = readBlock(file, at + BLOCK);
        ahead.catch(() => {}); // it is told when its turn comes
        for (let i = 0; i < block.length; i += PIECE)
            yield block.subarray(i, i + PIECE);
    }
}

/**
 * @param {import('../../common/host.js').HostPort} host new, and then ready
 *     for sign.finish
 * @param {string} origin
 * @param {Source} source
 * @param {Watch} watch
 * @returns {Promise<string>} SHA-256 of the file, lower-case hex, as the host
 *     computed it; or a rejection with a HostError
 */
export async function bringFile(host, origin, { name, file }, watch) {
    const how = { unanswered: UNANSWERED, silenceMs: PIECE_MS };
    let last = await host.call('sign.begin',
        { origin, name, size: file.size }, how);
    /** @type {Promise<any>[]} */
    const answers = [];
    const take = async () => {
        last = await answers.shift();
        watch.progress(last.received);
    };
    for await (const piece of piecesOf(file)) {
        if (answers.length === UNANSWERED)
            await take();
        if (watch.stopped())
            throw new HostError('cancelled');
        const answer = host.call('sign.update',
            { origin, data: toBase64(piece) }, how);
        answer.catch(() => {}); // it is told when its turn comes
        answers.push(answer);
    }
    while (answers.length > 0)
        await take();
    if (last.received !== file.size || !/^[0-9a-f]{64}$/.test(last.sha256))
        throw new HostError('internal');
    return last.sha256;
}
