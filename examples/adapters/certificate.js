/*
 * certificate.js - what the old callbacks tell of the signer's certificate,
 * the content inside an attached signature, and base64 and hex. It reads what
 * Ingam or the site's own server gave and decides nothing: a server checks.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const NAMES = new Map([['550403', 'cn'], ['550406', 'c'], ['55040a', 'o'],
        ['55040b', 'ou'], ['550405', 'serialNumber'],
        ['2a864886f70d010901', 'email']]);
    const BMP = 0x1e;

    /** @param {Uint8Array} data */
    const hexOf = data => Array.from(data, byte =>
        byte.toString(16).padStart(2, '0')).join('');

    /** @param {string} text base64 @returns {Uint8Array} */
    const bytes = text => Uint8Array.from(scope.atob(text),
        character => character.charCodeAt(0));

    /** @param {string} text base64 @returns {string} lower-case hex */
    const hex = text => hexOf(bytes(text));

    /** @param {string} text a signature as a page has it: hex or base64 */
    const signed = text => /^30([0-9a-f]{2})+$/i.test(text)
        ? scope.btoa(text.replace(/../g, pair =>
            String.fromCharCode(parseInt(pair, 16)))) : text;

    /** @param {string} text hex or base64 of a SHA-256 digest */
    const digest = text => /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase()
        : hex(text);

    /**
     * The elements of one level.
     * @param {Uint8Array} data
     * @returns {{tag: number, value: Uint8Array}[]}
     */
    function elements(data) {
        const all = [];
        for (let at = 0; at < data.length;) {
            const tag = data[at];
            let length = data[at + 1];
            at += 2;
            if (length > 0x80) {
                const size = length & 0x7f;
                length = data.subarray(at, at + size)
                    .reduce((sum, byte) => sum * 256 + byte, 0);
                at += size;
            }
            if (!(at + length <= data.length) || length === 0x80)
                throw new RangeError('not DER');
            all.push({ tag, value: data.subarray(at, at + length) });
            at += length;
        }
        return all;
    }

    /** @param {{value: Uint8Array}} element */
    const within = element => elements(element.value);

    /** @param {{tag: number, value: Uint8Array}} element */
    const textOf = ({ tag, value }) => new scope.TextDecoder(
        tag === BMP ? 'utf-16be' : 'utf-8').decode(value);

    /** A name as programs of NPKI write it, the last part first. */
    const nameOf = (/** @type {{value: Uint8Array}} */ name) => within(name)
        .flatMap(within).map(pair => {
            const [type, value] = within(pair);
            const oid = hexOf(type.value);
            return `${NAMES.get(oid) ?? oid}=${
                textOf(value).replace(/[,\\+]/g, '\\$&')}`;
        }).reverse().join(',');

    /** UTCTime or GeneralizedTime as RFC 3339. */
    function timeOf(/** @type {{tag: number, value: Uint8Array}} */ time) {
        const text = textOf(time);
        const full = text.length === 13
            ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text;
        const [year, month, day, hour, minute, second] = [full.slice(0, 4),
            ...full.slice(4).match(/\d\d/g) ?? []];
        return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    }

    /**
     * @param {Uint8Array} der of a certificate
     * @returns {{subjectName, issuerName, serialNumber, validateFrom,
     *     validateTo: string}}
     */
    function attributes(der) {
        const [tbs] = within(elements(der)[0]);
        const parts = within(tbs);
        const [serial, , issuer, validity, subject] =
            parts[0].tag === 0xa0 ? parts.slice(1) : parts;
        const [from, to] = within(validity).map(timeOf);
        return { subjectName: nameOf(subject), issuerName: nameOf(issuer),
            serialNumber: hexOf(serial.value).replace(/^0+(?=.)/, ''),
            validateFrom: from, validateTo: to };
    }

    /**
     * @param {Uint8Array} der of ContentInfo with SignedData
     * @returns {Uint8Array | null} what was signed; null when detached
     */
    function content(der) {
        const [, explicit] = within(elements(der)[0]);
        const [, , encapsulated] = within(within(explicit)[0]);
        const [, inner] = within(encapsulated);
        return inner ? within(inner)[0].value : null;
    }

    Object.defineProperty(scope, 'IngamCertificate',
        { value: Object.freeze({ attributes, content, bytes, hex, signed,
            digest }) });
})(window);
