/** The virtual ID (KCAC.TS.SIVID), written anew for the tests of the CA. */
import { constants, createHash, publicEncrypt, X509Certificate } from 'node:crypto';

import {
    algorithm, bits, elements, explicit, inside, integer, octets, printable,
    sequence,
} from './der.mjs';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const RSA = '1.2.840.113549.1.1.1';
const sha256 = bytes => createHash('sha256').update(bytes).digest();

/** VID of a number and R. */
export const virtualId = (idn, r) =>
    sha256(sha256(sequence(printable(idn), bits(r))));

/** EncryptedVID for the holder of a certificate (DER), with a dummy number. */
export function encryptedVid(recipient, r) {
    const x = new X509Certificate(recipient);
    const tbs = elements(inside(recipient)[0].value);
    const plain = sequence(
        sequence(algorithm(SHA256),
            explicit(0, octets(virtualId('1234561234567', r)))),
        bits(r));
    const sealed = publicEncrypt(
        { key: x.publicKey, padding: constants.RSA_PKCS1_PADDING }, plain);
    return sequence(
        explicit(0, integer(0)), explicit(1, algorithm(SHA256)),
        explicit(2, algorithm(RSA)),
        explicit(3, sequence(tbs[3].whole, tbs[1].whole)),
        explicit(4, octets(sealed)));
}

/** {name, vid} of a certificate's identifyData, or undefined. */
export function identifyData(certificate) {
    const tbs = elements(inside(certificate)[0].value);
    const list = elements(elements(tbs.at(-1).value)[0].value);
    for (const extension of list.map(e => elements(e.value))) {
        if (extension[0].value.toString('hex') !== '551d11')
            continue;
        const other = elements(inside(extension.at(-1).value)[0].value);
        const [data] = elements(other[1].value);
        const [name, info] = elements(data.value);
        if (info === undefined)
            return { name: name.value.toString() };
        const hash = elements(elements(elements(info.value)[0].value)[1].value);
        const [vid] = elements(hash[1].value);
        return { name: name.value.toString(), vid: vid.value.toString('hex') };
    }
    return undefined;
}
