/**
 * A form that a page asks to sign, as the plug-ins of Korean sites build it:
 * name=value pairs in the page's order, joined. The text made here is what is
 * signed; the fields are shown beside it, and what a reader of the text would
 * take for something else is marked.
 */
import { HostError } from './host-error.js';
import { checkMembers, oneOf, refuse } from './param-checks.js';
import { CONTENT_MAX } from './protocol.js';

const FIELDS_MAX = 500;
const NAME_MAX = 256; // characters, of a label too
const MARK_MAX = 4; // characters that part or assign

/** Control characters, invisible ones and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const HALF = /\p{Surrogate}/u;

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} value as the page gave it
 * @property {string} label the page's word for the name, "" for none; it is
 *     shown beside the name, never in its place
 * @property {'' | 'split' | 'twice'} doubt split: who reads the text finds
 *     other fields here; twice: another field has the same name
 *
 * @typedef {object} Form
 * @property {Field[]} fields
 * @property {string} delimiter
 * @property {string} text
 * @property {boolean} clear the text is read back as these fields
 */

/** @param {any} text @param {number} max characters */
function textOf(text, max) {
    if (typeof text !== 'string')
        refuse();
    if (text.length > max)
        throw new HostError('too_large',
            { data: { max: `${CONTENT_MAX / 1024} KiB` } });
    if (HALF.test(text))
        throw new HostError('content_not_displayable');
    return text;
}

/** @param {any} value @param {string} usual */
const markOf = (value, usual) => value === undefined ? usual : typeof value === 'string' &&
    value.length >= 1 && value.length <= MARK_MAX && !HALF.test(value)
    ? value : refuse();

/** @param {any} field */
function parseField(field) {
    if (!Array.isArray(field) || field.length < 2 || field.length > 3)
        refuse();
    const [name, value, label = ''] = field;
    if (typeof name !== 'string' || name === '' || name.length > NAME_MAX ||
        typeof label !== 'string' || label.length > NAME_MAX ||
        UNFIT.test(label))
        refuse();
    return { name: textOf(name, NAME_MAX), value: textOf(value, CONTENT_MAX),
        label };
}

/**
 * The fields as a server reads them out of the text, still encoded.
 * @param {string} text
 * @param {string} delimiter
 * @param {string} assign
 */
const readBack = (text, delimiter, assign) =>
    text.split(delimiter).map(part => {
        const at = part.indexOf(assign);
        return at < 0 ? [part, ''] : [part.slice(0, at),
            part.slice(at + assign.length)];
    });

/** @param {string[][]} a @param {string[][]} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {any} form as the page gave it
 * @returns {Form} or a HostError is thrown
 */
export function parseForm(form) {
    checkMembers(form, ['fields', 'delimiter', 'assign', 'urlEncode']);
    const delimiter = markOf(form.delimiter, '&');
    const assign = markOf(form.assign, '=');
    const coded = oneOf(form.urlEncode, [false, true]);
    if (delimiter === assign || !Array.isArray(form.fields) ||
        form.fields.length < 1 || form.fields.length > FIELDS_MAX)
        refuse();
    const given = /** @type {any[]} */ (form.fields).map(parseField);
    const code = /** @param {string} text */ text =>
        coded ? encodeURIComponent(text) : text;
    const pairs = given.map(({ name, value }) => [code(name), code(value)]);
    const text = textOf(pairs.map(pair => pair.join(assign)).join(delimiter),
        CONTENT_MAX);
    const names = given.map(({ name }) => name);
    const twice = /** @param {string} name */ name =>
        names.indexOf(name) !== names.lastIndexOf(name);
    return {
        delimiter,
        text,
        clear: same(readBack(text, delimiter, assign), pairs),
        fields: given.map((field, i) => ({
            ...field,
            doubt: !same(readBack(pairs[i].join(assign), delimiter, assign),
                [pairs[i]]) ? 'split' : twice(field.name) ? 'twice' : '',
        })),
    };
}
