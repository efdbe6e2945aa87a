/**
 * A transaction that a page asks to sign: a small object whose canonical JSON
 * (RFC 8785) is what is signed. Only forms that need no number printing are
 * taken; the host checks the same (host/cmd/transaction.h).
 */
import { HostError } from './host-error.js';

const MEMBERS_MAX = 64; // those of objects within included
const BYTES_MAX = 16384;
const TYPE = /^[a-z0-9-]{1,64}$/;
const CURRENCY = /^[A-Z]{3}$/;
const UNFIT = /[\0\p{Surrogate}]/u;
const DECIMAL = /^(0|[1-9]\d{0,17})(\.\d{1,8})?$/;

/** @typedef {{path: string[], value: string | number | boolean}} Member */

/** @returns {never} */
function refuse() {
    throw new HostError('invalid_request');
}

/** @param {any} value @returns {boolean} */
export const isPlainObject = value => typeof value === 'object' &&
    value !== null && !ArrayBuffer.isView(value) &&
    Object.prototype.toString.call(value) === '[object Object]';

/** @param {any} value a text, boolean or whole number */
function scalar(value) {
    if (typeof value === 'string')
        return UNFIT.test(value) ? refuse() : JSON.stringify(value);
    if (typeof value === 'boolean')
        return String(value);
    // -0 would come out as 0
    return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? String(value) : refuse();
}

/**
 * @param {any} object
 * @param {number} depth of objects that may lie within
 * @param {{left: number}} bound
 * @returns {string}
 */
function print(object, depth, bound) {
    const names = Object.keys(object).sort(); // by UTF-16 units, as RFC 8785
    bound.left -= names.length;
    if (bound.left < 0 || names.some(name => name === ''))
        refuse();
    return `{${names.map(name => {
        const value = object[name];
        return `${scalar(name)}:${isPlainObject(value) && depth > 0
            ? print(value, depth - 1, bound) : scalar(value)}`;
    }).join(',')}}`;
}

/** @param {any} amount */
function checkAmount(amount) {
    if (!isPlainObject(amount) ||
        Object.keys(amount).sort().join() !== 'currency,value' ||
        typeof amount.currency !== 'string' ||
        typeof amount.value !== 'string' ||
        !CURRENCY.test(amount.currency) || !DECIMAL.test(amount.value))
        refuse();
}

/**
 * @param {any} object what the page gave
 * @returns {string} its canonical JSON, or a HostError is thrown
 */
export function canonical(object) {
    const text = print(object, 1, { left: MEMBERS_MAX });
    const read = JSON.parse(text); // no getter can answer twice
    if (typeof read.type !== 'string' || !TYPE.test(read.type))
        refuse();
    if (Object.hasOwn(read, 'amount'))
        checkAmount(read.amount);
    if (new TextEncoder().encode(text).length > BYTES_MAX)
        throw new HostError('too_large', { data: { max: '16 KiB' } });
    return text;
}

/** What is shown first; everything else follows in the bytes' order. */
const ORDER = ['type', 'from', 'to', 'amount', 'fee', 'memo', 'date', 'expiry'];

/** Parts that need no label beside each other. */
const PARTY = ['bank', 'account', 'holder', 'name'];

/**
 * @param {string[]} order
 * @returns {(a: string, b: string) => number}
 */
const by = order => (a, b) => {
    const place = /** @param {string} name */ name =>
        order.includes(name) ? order.indexOf(name) : order.length;
    return place(a) - place(b);
};

/**
 * Every member of a canonical text, in the order it is shown. What belongs
 * together is one: an amount with its currency, a bank with its account.
 * @param {string} text
 * @returns {{path: string[], value: any}[]} value: a scalar, an amount, or the
 *     parts of a party in order
 */
export function membersOf(text) {
    const read = JSON.parse(text);
    return Object.keys(read).sort(by(ORDER)).flatMap(name => {
        const value = read[name];
        if (!isPlainObject(value) || name === 'amount')
            return [{ path: [name], value }];
        const parts = Object.keys(value).sort(by(PARTY));
        if (parts.every(part => PARTY.includes(part)))
            return [{ path: [name], value: parts.map(part => value[part]) }];
        return parts.map(part => ({ path: [name, part], value: value[part] }));
    });
}
