// What a customer signs, as the bank makes it: canonical JSON (RFC 8785) of a
// flat object, and the six characters that a person can compare.

import { createHash } from 'node:crypto';

/** Letters and digits that are not taken for one another. */
const CLEAR = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * Members in the order of their names, no space; texts, whole numbers,
 * booleans and objects of these.
 * @param {object} object
 * @returns {string}
 */
export const canonical = object => `{${Object.keys(object).sort().map(name => {
    const value = object[name];
    return `${JSON.stringify(name)}:${typeof value === 'object'
        ? canonical(value) : JSON.stringify(value)}`;
}).join(',')}}`;

/** The first 30 bits of the bytes' SHA-256: "7KQ-2MD". */
export function checkCode(bytes) {
    const bits = createHash('sha256').update(bytes).digest().readUInt32BE(0);
    const six = [27, 22, 17, 12, 7, 2].map(shift =>
        CLEAR[(bits >>> shift) & 31]).join('');
    return `${six.slice(0, 3)}-${six.slice(3)}`;
}
