/** What the details say of a certificate. Pure. */


/**
 * Key schemes, as the host names what it finds, by how hard they make
 * guessing.
 * @type {Map<string, 'strong' | 'compat' | 'legacy'>}
 */
const STRENGTHS = new Map([
    ['pbes2-aes-sha256', 'strong'], ['pbes2-aria-sha256', 'strong'],
    ['pbes2-seed-sha256', 'strong'], ['pbes2-aes-sha1', 'compat'],
    ['pbes2-aria-sha1', 'compat'], ['pbes2-seed-sha1', 'compat'],
    ['seed-sha1', 'legacy'], ['seed-old', 'legacy'],
]);

/**
 * @param {string | undefined} scheme of the host
 * @returns {string} key of its words
 */
export const schemeKey = scheme => scheme
    ? `scheme_${STRENGTHS.get(scheme) ?? 'other'}` : 'scheme_none';

/** @param {string | undefined} scheme @returns {boolean} better ones exist */
export const isOldScheme = scheme =>
    STRENGTHS.get(scheme ?? '') === 'legacy';

/**
 * What a new password can be saved with, besides the present scheme.
 * @param {string | undefined} scheme
 * @returns {string[]} names of the host's parameter
 */
export const otherSchemes = scheme => ['compat', 'strong'].filter(
    name => name !== STRENGTHS.get(scheme ?? ''));

/**
 * @param {string} hex
 * @returns {string} in pairs, to be read out
 */
export const inPairs = hex => (hex.match(/../g) ?? []).join(' ');

/**
 * @param {any} shown of store.show
 * @returns {[string, string][]} key of the label, text; nothing empty
 */
export function detailRows({ details = {}, certificate, km }) {
    /** @type {[string, string | number | undefined][]} */
    const rows = [
        ['detail_serial', inPairs(certificate.serial)],
        ['detail_serial_decimal', details.serialDecimal],
        ['detail_subject', details.subjectDn],
        ['detail_issuer', details.issuerDn],
        ['detail_policy', details.policyOid],
        ['detail_algorithm', certificate.algorithm],
        ['detail_signature', details.signatureAlgorithm],
        ['detail_version', details.version && `v${details.version}`],
        ['detail_fingerprint', inPairs(details.fingerprint ?? '')],
        ['detail_ocsp', details.ocsp],
        ['detail_crl', details.crl],
        ['detail_km_serial', km && inPairs(km.serial)],
    ];
    return rows.filter(([, text]) => text).map(
        ([key, text]) => [key, String(text)]);
}
