// Who asked for a signature, and what the person saw: the signed attribute of
// docs/signing.md, read out of a CMS signature that openssl has verified.

import { elements, inside } from '../ca/der.mjs';

/** The DER of the object identifier id-ingam-display, its head left out. */
const ID = '6983b7e5cdb9c297e2b58d93f6cefd9a84f1d37401';

/** @param {Buffer} signer contents of a SignerInfo */
function displayOf(signer) {
    const attributes = elements(signer).find(({ tag }) => tag === 0xa0);
    const found = elements(attributes?.value ?? Buffer.alloc(0))
        .map(({ value }) => elements(value))
        .filter(([type]) => type.value.toString('hex') === ID);
    if (found.length !== 1)
        return null;
    const [, kind, origin, language, displayed] = inside(found[0][1].value);
    return { kind: kind.value.toString(), origin: origin.value.toString(),
        language: language.value.toString(),
        displayed: displayed.value.toString('hex') };
}

/**
 * @param {Buffer} der of ContentInfo with SignedData
 * @returns {({kind, origin, language, displayed: string} | null)[]} one for
 *     each signer, null where it does not say; none for what is no DER
 */
export function signedDisplays(der) {
    try {
        const signedData = inside(inside(der)[1].value);
        return elements(signedData.at(-1).value)
            .map(({ value }) => displayOf(value));
    } catch {
        return [];
    }
}

/** The object identifier of what was signed, in hex without its head. */
export const contentType = der =>
    inside(inside(inside(der)[1].value)[2].whole)[0].value.toString('hex');

/** The DER of id-aa-signatureTimeStampToken, its head left out. */
const STAMP = '2a864886f70d010910020e';

/**
 * @param {Buffer} der of SignedData with one signer
 * @returns {{token: Buffer, value: Buffer}} its time-stamp, and the signature
 *     value that it is over
 */
export function stampOf(der) {
    const [signer] = elements(inside(inside(der)[1].value).at(-1).value);
    const parts = elements(signer.value);
    const unsigned = parts.find(({ tag }) => tag === 0xa1);
    const [, token] = elements(unsigned.value).map(({ value }) =>
        elements(value)).find(([type]) => type.value.toString('hex') === STAMP);
    return { token: token.value,
        value: parts.findLast(({ tag }) => tag === 0x04).value };
}
