/** Bytes as the protocol and the person need them. */

const CHUNK = 0x8000; // arguments of one call

/**
 * @param {Uint8Array} bytes
 * @returns {string} base64
 */
export function toBase64(bytes) {
    const { toBase64: own } = /** @type {any} */ (bytes);
    if (own) // many times as fast; Node has it from version 25 on
        return own.call(bytes);
    const parts = [];
    for (let i = 0; i < bytes.length; i += CHUNK)
        parts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK)));
    return btoa(parts.join(''));
}

/**
 * @param {string} text base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const fromBase64 = text => /** @type {Uint8Array<ArrayBuffer>} */ (
    Uint8Array.from(atob(text), character => character.charCodeAt(0)));

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export const sha256 = async bytes => new Uint8Array(
    await crypto.subtle.digest('SHA-256', /** @type {any} */ (bytes)));

/**
 * @param {Uint8Array} bytes
 * @returns {string} lower-case hex
 */
export const toHex = bytes =>
    Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/**
 * @param {string} hex an even number of digits
 * @returns {Uint8Array}
 */
export const fromHex = hex => Uint8Array.from(
    hex.match(/../g) ?? [], pair => parseInt(pair, 16));

/** Letters and digits that are not taken for one another. */
const CLEAR = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * A digest short enough to be compared by eye: its first 30 bits.
 * @param {Uint8Array} digest
 * @returns {string} "7KQ-2MD"
 */
export function checkCode(digest) {
    const bits = ((digest[0] << 24) | (digest[1] << 16) | (digest[2] << 8) |
        digest[3]) >>> 0;
    const code = Array.from({ length: 6 },
        (_, i) => CLEAR[(bits >>> (27 - 5 * i)) & 31]).join('');
    return `${code.slice(0, 3)}-${code.slice(3)}`;
}
