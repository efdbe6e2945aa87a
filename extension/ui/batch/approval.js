/**
 * From the approval of a batch to the page's answers: one host process, one
 * password, an answer for each item. No element is touched here.
 */
import { fromBase64, toBase64, toHex } from '../../common/bytes.js';
import { HostError, HostPort } from '../../common/host.js';
import { leaving } from '../../common/windows.js';
import { WrongCount } from '../common/wrong.js';
import { refusedNow } from '../sign/approval.js';
import { remember } from '../sign/certificates.js';

/**
 * @typedef {import('../sign/job.js').Means} Means
 * @typedef {import('./items.js').Entry} Entry
 *
 * @typedef {object} Work
 * @property {Entry[]} entries
 * @property {'base64' | 'hex'} output
 * @property {import('../../common/filter.js').Filter} filter
 * @property {number | null} expiresAt
 * @property {(done: number) => void} progress
 */

/** A key derivation of 600,000 rounds on a slow machine, in ms. */
const SIGN_MS = 60000;

/** Items that the host has and has not answered (docs/protocol.md). */
const UNANSWERED = 8;

/**
 * @param {Means} means
 * @param {Entry} entry
 * @param {number} n its number among those that are signed
 */
function itemParams({ request, language }, { wanted, displayed }, n) {
    if (!wanted)
        throw new HostError('internal');
    const { bytes, format, encoding, attributes, kind } = wanted;
    return {
        origin: request.origin,
        n,
        content: toBase64(bytes),
        format,
        encoding,
        attributes,
        kind,
        ...attributes && format !== 'pkcs1' && { language, displayed },
    };
}

/**
 * What the page gets for an item. What was shown is what was signed: text
 * converted to EUC-KR is the host's to check.
 * @param {Entry} entry
 * @param {any} result of sign.item
 * @param {Work} work
 * @param {string} certificate base64 DER
 */
function forPage({ wanted, sha256, code }, result, { output }, certificate) {
    const same = wanted?.encoding !== 'utf-8' || result.sha256 === sha256;
    if (typeof result.signature !== 'string' || !same ||
        typeof result.sha256 !== 'string' || result.format !== wanted?.format)
        throw new HostError('internal');
    return {
        signature: output === 'hex' ? toHex(fromBase64(result.signature))
            : result.signature,
        code,
        format: result.format,
        sha256: result.sha256,
        ...result.format === 'pkcs1' && { certificate },
    };
}

/**
 * Every item, at most so many at a time, in order.
 * @param {HostPort} host with the batch open
 * @param {Means} means
 * @param {Work} work
 * @param {string} certificate base64 DER
 * @returns {Promise<any[]>} what the page gets, by the entries' order
 */
async function signAll(host, means, work, certificate) {
    /** @type {any[]} */
    const results = work.entries.map(({ failure }) => failure);
    const left = work.entries.flatMap(
        ({ content }, at) => content ? [at] : []);
    let next = 0;
    let done = 0;
    /** @param {number} at @param {number} n */
    const one = async (at, n) => {
        const entry = work.entries[at];
        try {
            results[at] = forPage(entry, await host.call('sign.item',
                itemParams(means, entry, n)), work, certificate);
        } catch (error) {
            if (host.ended)
                throw error; // not this item's failure
            results[at] = error;
        }
        work.progress(done += 1);
    };
    const lane = async () => {
        while (next < left.length && !means.request.gone) {
            next += 1;
            await one(left[next - 1], next);
        }
    };
    await Promise.all(Array.from({ length: UNANSWERED }, lane));
    if (means.request.gone)
        throw new HostError('page_gone');
    return results;
}

/**
 * One press. A wrong password is an outcome, not an error, and is counted.
 * @param {Means} means
 * @param {Work} work
 * @param {string} certificate id
 * @param {string} password
 * @returns {Promise<{kind: 'wrong', count: number, seconds: number} |
 *     {kind: 'signed', arrived: boolean, failed: Entry[], signed: number}>} or
 *     a rejection with a HostError, and the page gets no signature
 */
export async function attemptAll(means, work, certificate, password) {
    const { storage, request } = means;
    const wrong = new WrongCount(storage.session, certificate);
    const tries = await wrong.look();
    if (tries.seconds > 0)
        return { kind: 'wrong', ...tries };
    const refused = await refusedNow(means, work);
    if (refused)
        throw new HostError(refused);
    const host = new HostPort(means.connect,
        { silenceMs: SIGN_MS, unanswered: UNANSWERED });
    let results;
    try {
        const opened = await host.call('sign.batch', {
            origin: request.origin, certificate, password,
            items: work.entries.filter(({ content }) => content).length,
            ...work.filter.expired && { expired: true },
        });
        results = await signAll(host, means, work, opened.certificate);
    } catch (error) {
        if (/** @type {HostError} */ (error).reason !== 'password_wrong')
            throw error;
        return { kind: 'wrong', ...await wrong.wrong() };
    } finally {
        host.close();
    }
    const failed = work.entries.flatMap((entry, i) =>
        results[i] instanceof HostError
            ? [{ ...entry, failure: results[i] }] : []);
    if (failed.length === 0)
        await leaving(storage.session);
    const arrived = await request.answer(results.map(result =>
        result instanceof HostError
            ? { error: { reason: result.reason, code: result.code } } : result));
    // whatever becomes of these, the signatures are made
    await Promise.allSettled([wrong.right(), !request.unseen &&
        remember(storage.local, request.origin, certificate)]);
    return { kind: 'signed', arrived, failed,
        signed: results.length - failed.length };
}
