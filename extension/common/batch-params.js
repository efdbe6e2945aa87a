/**
 * Many contents that a page asks to sign at once. What is malformed spoils the
 * whole call; an item that cannot be signed is told by itself.
 */
import { parseContent } from './content.js';
import { parseFilter } from './filter.js';
import { HostError } from './host-error.js';
import { checkMembers, instant, oneOf, refuse } from './param-checks.js';
import { parseHow } from './params.js';

/** As the host has them (host/cmd/sign_batch.c). */
export const ITEMS_MAX = 1000;
export const BYTES_MAX = 16 * 1024 * 1024; // of all contents together

const TITLE_MAX = 100; // characters
const HALF = /\p{Surrogate}/u;
const HOW = ['content', 'form', 'format', 'encoding', 'attributes', 'title'];

/** Why an item alone fails; anything else is the page's mistake. */
const ITS_OWN = ['content_not_displayable', 'too_large'];

/**
 * @typedef {object} Item
 * @property {string} title the page's word for it, "" for none
 * @property {import('./content.js').Content & ReturnType<typeof parseHow> |
 *     null} wanted null when it cannot be signed
 * @property {HostError | null} failure why not
 *
 * @typedef {object} Batch
 * @property {Item[]} items
 * @property {'base64' | 'hex'} output
 * @property {import('./filter.js').Filter} filter
 * @property {number | null} expiresAt ms since 1970
 */

/** @param {any} item @returns {Item} */
function parseItem(item) {
    checkMembers(item, HOW);
    const { title = '' } = item;
    if (typeof title !== 'string' || title.length > TITLE_MAX ||
        HALF.test(title))
        refuse();
    const how = parseHow(item);
    try {
        return { title, wanted: { ...parseContent(item), ...how },
            failure: null };
    } catch (error) {
        const failure = /** @type {HostError} */ (error);
        if (!ITS_OWN.includes(failure.reason))
            throw error;
        return { title, wanted: null, failure };
    }
}

/**
 * @param {any} params of signBatch
 * @returns {Batch}
 */
export function parseBatch(params) {
    checkMembers(params, ['items', 'output', 'filter', 'expiresAt']);
    const { items: given } = params;
    if (!Array.isArray(given) || given.length < 1)
        refuse();
    if (given.length > ITEMS_MAX)
        throw new HostError('too_large', { data: { max: `${ITEMS_MAX}` } });
    const items = [];
    let bytes = 0;
    for (const one of /** @type {any[]} */ (given)) {
        const item = parseItem(one);
        bytes += item.wanted?.bytes.length ?? 0;
        if (bytes > BYTES_MAX)
            throw new HostError('too_large', { data: { max: '16 MiB' } });
        items.push(item);
    }
    const failed = items.find(item => item.failure !== null)?.failure;
    if (failed && items.every(item => item.failure !== null))
        throw failed;
    return {
        items,
        output: oneOf(params.output, ['base64', 'hex']),
        filter: parseFilter(params.filter),
        expiresAt: instant(params.expiresAt),
    };
}
