/** What a page asks of signFile, checked into plain values. */
import { parseFilter } from './filter.js';
import { HostError } from './host-error.js';
import { checkMembers, instant, oneOf, refuse } from './param-checks.js';

/** Bytes; the host counts with 32 bits (host/cmd/sign_file.h). */
export const FILE_MAX = 2 ** 32 - 1;

const NAME_MAX = 255; // characters
const TYPE_MAX = 127; // characters
const FORMATS = ['cms-detached', 'pkcs1'];

/**
 * @typedef {object} WantedFile
 * @property {Blob} file
 * @property {string} name as the page's file has it
 * @property {string} type "" for none
 * @property {string} format
 * @property {boolean} attributes
 * @property {'base64' | 'hex'} output
 * @property {import('./filter.js').Filter} filter
 * @property {number | null} expiresAt ms since 1970
 */

/**
 * @param {any} params
 * @returns {WantedFile} or a HostError is thrown
 */
export function parseFile(params) {
    checkMembers(params, ['file', 'name', 'format', 'attributes', 'output',
        'filter', 'expiresAt']);
    const { file, name } = params;
    if (!(file instanceof Blob) || file.type.length > TYPE_MAX)
        refuse();
    if (typeof name !== 'string' || name === '' || name.length > NAME_MAX)
        refuse();
    if (file.size > FILE_MAX)
        throw new HostError('too_large', { data: { max: '4 GiB' } });
    return {
        file,
        name,
        type: file.type,
        format: oneOf(params.format, FORMATS),
        attributes: oneOf(params.attributes, [true, false]),
        output: oneOf(params.output, ['base64', 'hex']),
        filter: parseFilter(params.filter),
        expiresAt: instant(params.expiresAt),
    };
}
