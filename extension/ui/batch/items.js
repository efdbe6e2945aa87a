/**
 * The contents of a batch as they are shown: made before the list is, since
 * what was shown of an item is signed with it.
 */
import { checkCode, sha256, toHex } from '../../common/bytes.js';
import { showText } from '../../common/display.js';
import { HostError } from '../../common/host-error.js';
import { contentOf } from '../sign/content.js';

/** Longest time without letting the window draw, in ms. */
const SLICE_MS = 50;

/**
 * @typedef {object} Entry an item that is listed
 * @property {number} n from 1
 * @property {import('../../common/display.js').Shown | null} title the site's
 *     own word for it
 * @property {import('../../common/batch-params.js').Item['wanted']} wanted
 * @property {import('../sign/content.js').Content | null} content null when it
 *     is not signed
 * @property {string} code the check code
 * @property {string} sha256 hex, of the bytes behind the text
 * @property {string} displayed hex SHA-256 of every word that is shown of it
 * @property {HostError | null} failure why it is not signed
 */

/**
 * @param {import('../../common/batch-params.js').Item} item
 * @param {number} n
 * @param {string} origin
 * @returns {Promise<Entry>}
 */
async function entryOf({ title, wanted, failure }, n, origin) {
    const content = wanted &&
        contentOf({ ...wanted, vidFor: null }, origin);
    const entry = { n, wanted, content, code: '', sha256: '', displayed: '',
        title: title === '' ? null : showText(title),
        failure: failure ?? (content ? null
            : new HostError('content_not_displayable')) };
    if (!wanted || !content)
        return entry;
    const digest = await sha256(wanted.bytes);
    const displayed = await sha256(new TextEncoder().encode(content.display));
    return { ...entry, code: checkCode(digest), sha256: toHex(digest),
        displayed: toHex(displayed) };
}

/**
 * @param {import('../../common/batch-params.js').Item[]} items
 * @param {string} origin
 * @returns {Promise<Entry[]>}
 */
export async function entriesOf(items, origin) {
    const entries = [];
    let since = Date.now();
    for (const [i, item] of items.entries()) {
        entries.push(await entryOf(item, i + 1, origin));
        if (Date.now() - since > SLICE_MS) {
            await new Promise(done => setTimeout(done));
            since = Date.now();
        }
    }
    return entries;
}
