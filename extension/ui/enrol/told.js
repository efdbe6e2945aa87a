/** What a page is told of a deed that is done. Pure. */

/**
 * Nothing else of the host's answer; of a renewal the old one, too.
 * @param {any} result of the host
 * @returns {object} as ingam.d.ts has it
 */
export function forPage({ certificate, der, renewal, revoked, recordedAt }) {
    if (revoked)
        return { id: revoked.certificate, serial: revoked.serial,
            revokedAt: recordedAt };
    const { id, serial, notAfter } = certificate;
    const told = { certificate: der, id, notAfter };
    return renewal ? { ...told, serial,
        old: { id: renewal.certificate, serial: renewal.serial } } : told;
}
