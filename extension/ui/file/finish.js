/** From an approval to the signature of the file that was read. */
import { fromBase64, sha256, toHex } from '../../common/bytes.js';
import { HostError } from '../../common/host-error.js';
import { SIGN_MS, attemptWith, refusedNow } from '../sign/approval.js';

/**
 * @typedef {import('../../common/file-params.js').WantedFile} WantedFile
 * @typedef {import('./reading.js').FileReading} FileReading
 *
 * @typedef {object} Deps
 * @property {any} storage browser.storage
 * @property {import('../../common/page-request.js').PageRequest} request
 * @property {() => number} now ms
 * @property {string} language
 * @property {string} display every word that is shown of the file
 * @property {string} code the check code that is shown
 */

/**
 * @param {Deps} deps
 * @param {WantedFile} wanted
 * @param {FileReading} reading of the whole file
 * @param {string} certificate id
 * @param {string} password
 * @returns {Promise<object>} what the page gets, or a rejection with a HostError
 */
export async function finish(deps, wanted, reading, certificate, password) {
    const refused = await refusedNow(deps, wanted);
    if (refused)
        throw new HostError(refused);
    const { format, attributes, filter, output, file } = wanted;
    const result = await reading.finish({
        origin: deps.request.origin,
        certificate,
        password,
        format,
        attributes,
        ...filter.expired && { expired: true },
        ...attributes && format !== 'pkcs1' && {
            language: deps.language,
            displayed: toHex(await sha256(
                new TextEncoder().encode(deps.display))),
        },
    }, { silenceMs: SIGN_MS });
    if (typeof result.signature !== 'string' ||
        typeof result.certificate !== 'string' || result.format !== format ||
        result.sha256 !== reading.sha256)
        throw new HostError('internal');
    return {
        signature: output === 'hex' ? toHex(fromBase64(result.signature))
            : result.signature,
        certificate: result.certificate,
        format,
        sha256: result.sha256,
        size: file.size,
        code: deps.code,
    };
}

/**
 * One press.
 * @param {Deps} deps
 * @param {WantedFile} wanted
 * @param {FileReading} reading
 * @param {string} certificate id
 * @param {string} password
 */
export const attemptFile = (deps, wanted, reading, certificate, password) =>
    attemptWith(deps, { kind: 'file' }, certificate,
        () => finish(deps, wanted, reading, certificate, password));
