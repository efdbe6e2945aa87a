// A transaction: canonical JSON (RFC 8785) in the restricted form of
// docs/signing.md, so that canonical form needs no printing of fractions.

const LIMIT = 16384; // bytes
const MEMBERS = 64;

const BROKEN = /[\ud800-\udfff\0]/u; // half of a surrogate pair, or U+0000

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);

function print(value) {
    if (!isObject(value))
        return JSON.stringify(value);
    const members = Object.keys(value).sort()
        .map(name => `${JSON.stringify(name)}:${print(value[name])}`);
    return `{${members.join(',')}}`;
}

function isPlain(value) {
    return (typeof value === 'string' && !BROKEN.test(value)) || typeof value === 'boolean'
        || (typeof value === 'number' && Number.isSafeInteger(value));
}

/** How many members, or Infinity when one is not allowed. */
function count(object, depth) {
    let members = 0;
    for (const [name, value] of Object.entries(object)) {
        const inner = isObject(value) && depth > 0;
        if (name === '' || BROKEN.test(name) || !(inner || isPlain(value)))
            return Infinity;
        members += 1 + (inner ? count(value, depth - 1) : 0);
    }
    return members;
}

function isAmount(amount) {
    return isObject(amount) && Object.keys(amount).length === 2
        && typeof amount.currency === 'string' && /^[A-Z]{3}$/.test(amount.currency)
        && typeof amount.value === 'string'
        && /^(0|[1-9][0-9]{0,17})(\.[0-9]{1,8})?$/.test(amount.value);
}

/** The object, or null when the bytes are no transaction in that form. */
export function readTransaction(bytes) {
    try {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        const tree = JSON.parse(text);
        const good = bytes.length <= LIMIT && isObject(tree) && count(tree, 1) <= MEMBERS
            && typeof tree.type === 'string' && /^[a-z0-9-]{1,64}$/.test(tree.type)
            && (tree.amount === undefined || isAmount(tree.amount))
            && print(tree) === text;
        return good ? tree : null;
    } catch {
        return null;
    }
}

/**
 * Why the content is not the transaction that is expected, or null. Members
 * that are not expected are not looked at.
 * @param {Buffer | null} content
 * @param {object | undefined} expected
 */
export function transactionReason(content, expected) {
    if (content === null || content.length === 0)
        return 'content_missing';
    const tree = readTransaction(content);
    if (tree === null)
        return 'transaction_malformed';
    const differs = Object.entries(expected ?? {}).some(([name, value]) =>
        !Object.hasOwn(tree, name) || print(tree[name]) !== print(value));
    return differs ? 'transaction_differs' : null;
}
