/**
 * What goes to the tax service: signed invoices, each with R of the signer's
 * certificate, as DER. It is then encrypted for the service's certificate:
 *
 *     openssl cms -encrypt -binary -des3 -outform DER -in package.der nts.pem
 *
 *     TaxInvoicePackage ::= SEQUENCE {
 *         count  INTEGER,
 *         SET SIZE (1..100) OF SEQUENCE {
 *             rValue     OCTET STRING (SIZE (20)),
 *             signedXml  OCTET STRING } }
 */

const INTEGER = 0x02, OCTET_STRING = 0x04, SEQUENCE = 0x30, SET = 0x31;
const R_LENGTH = 20;
const INVOICES_MAX = 100;

/**
 * @param {number} tag
 * @param {...Buffer} contents
 */
function der(tag, ...contents) {
    const content = Buffer.concat(contents);
    const length = [];
    for (let n = content.length; n > 0; n >>>= 8)
        length.unshift(n & 0xff);
    return Buffer.concat([Buffer.from(content.length < 0x80
        ? [tag, content.length] : [tag, 0x80 | length.length, ...length]), content]);
}

/**
 * @param {{r: Buffer, xml: string}[]} invoices
 * @returns {Buffer}
 */
export function taxPackage(invoices) {
    if (invoices.length < 1 || invoices.length > INVOICES_MAX)
        throw new RangeError(`1 to ${INVOICES_MAX} invoices`);
    const list = invoices.map(({ r, xml }) => {
        if (r.length !== R_LENGTH)
            throw new RangeError(`R has ${R_LENGTH} bytes`);
        return der(SEQUENCE, der(OCTET_STRING, r), der(OCTET_STRING, Buffer.from(xml)));
    });
    return der(SEQUENCE, der(INTEGER, Buffer.from([invoices.length])),
        der(SET, ...list.sort(Buffer.compare)));
}
