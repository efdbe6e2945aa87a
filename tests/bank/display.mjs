// Who asked for a signature, and what the person saw: the signed attribute of
// docs/signing.md, read out of a CMS signature that openssl has verified.

import { elements, inside } from '../ca/der.mjs';

/** The DER of the object identifier id-ingam-display, its head left out. */
const ID = '6983b7e5cdb9c297e2b58d93f6cefd9a84f1d37401';

/**
 * @param {Buffer} der of ContentInfo with SignedData and one signer
 * @returns {{kind, origin, language, displayed: string} | null} null where the
 *     signature does not say, or has another form
 */
export function signedDisplay(der) {
    try {
        const signedData = inside(inside(der)[1].value);
        const signers = elements(signedData.at(-1).value);
        if (signers.length !== 1)
            return null;
        const attributes = elements(signers[0].value)
            .find(({ tag }) => tag === 0xa0);
        const found = elements(attributes.value).map(({ value }) =>
            elements(value)).filter(([type]) =>
            type.value.toString('hex') === ID);
        if (found.length !== 1)
            return null;
        const [, kind, origin, language, displayed] =
            inside(found[0][1].value);
        return { kind: kind.value.toString(), origin: origin.value.toString(),
            language: language.value.toString(),
            displayed: displayed.value.toString('hex') };
    } catch {
        return null;
    }
}
