/**
 * What the host may say, parsed into one of five kinds. Anything else is
 * `bad`: the port is then closed, nothing is guessed.
 */
import { MIN_HOST, PROTOCOL, VERSION } from './protocol.js';

/** @param {any} x */
const isObject = x =>
    typeof x === 'object' && x !== null && !Array.isArray(x);

/** @param {any} x */
const isVersion = x => typeof x === 'string' && /^\d{1,4}(\.\d{1,4}){2}$/.test(x);

const BAD = { kind: 'bad' };

/**
 * @param {any} raw
 * @param {boolean} first no hello has come yet
 * @param {{has: (id: any) => boolean}} ids of the requests that are waited for
 * @returns {any} {kind: 'hello' | 'progress', params}, {kind: 'result',
 *     id, result}, {kind: 'error', id, error: {code, data}} or {kind: 'bad'};
 *     the id of an error is null when the host could not read the request
 */
export function parseMessage(raw, first, ids) {
    if (!isObject(raw) || raw.jsonrpc !== '2.0')
        return BAD;
    if (first !== (raw.method === 'hello'))
        return BAD;
    if (raw.method === 'hello')
        return isObject(raw.params) ? { kind: 'hello', params: raw.params } : BAD;
    if (raw.method === 'progress')
        return isObject(raw.params) && ids.has(raw.params.id)
            ? { kind: 'progress', params: raw.params } : BAD;
    if (raw.method !== undefined)
        return BAD;
    return parseAnswer(raw, ids);
}

/**
 * @param {any} raw
 * @param {{has: (id: any) => boolean}} ids
 */
function parseAnswer(raw, ids) {
    if (isObject(raw.error)) {
        // a request that the host could not read is answered with id null
        if (!ids.has(raw.id) && raw.id !== null)
            return BAD;
        if (!Number.isInteger(raw.error.code) || !isObject(raw.error.data) ||
            typeof raw.error.data.reason !== 'string')
            return BAD;
        return { kind: 'error', id: raw.id, error: raw.error };
    }
    if (!ids.has(raw.id) || !isObject(raw.result))
        return BAD;
    return { kind: 'result', id: raw.id, result: raw.result };
}

/**
 * @param {string} a
 * @param {string} b both "n.n.n"
 * @returns {boolean} a is older than b
 */
export function olderThan(a, b) {
    const left = a.split('.').map(Number);
    const right = b.split('.').map(Number);
    for (let i = 0; i < 3; i++)
        if (left[i] !== right[i])
            return left[i] < right[i];
    return false;
}

/**
 * Exactly one protocol is spoken; then each side's floor for the other. The
 * versions are told where they are what differs.
 * @param {any} hello the parameters
 * @returns {{reason: string, data?: {have: string, need: string}} | null}
 *     why not, or null when the two fit
 */
export function checkHello(hello) {
    if (!isVersion(hello.version) || !isVersion(hello.minExtension) ||
        !Number.isInteger(hello.protocol))
        return { reason: 'internal' };
    if (olderThan(hello.version, MIN_HOST))
        return {
            reason: 'host_outdated',
            data: { have: hello.version, need: MIN_HOST },
        };
    if (hello.protocol < PROTOCOL)
        return { reason: 'host_outdated' };
    if (olderThan(VERSION, hello.minExtension))
        return {
            reason: 'extension_outdated',
            data: { have: VERSION, need: hello.minExtension },
        };
    return hello.protocol > PROTOCOL ? { reason: 'extension_outdated' } : null;
}
