/** Which of the chosen files are a certificate. Pure. */

/**
 * @template {{name: string}} F
 * @typedef {{kind: 'p12', p12: F} |
 *     {kind: 'pair', cert: F, key: F, kmCert?: F, kmKey?: F}} Chosen
 */

/**
 * The names of npki's own files, whatever their case; a lone certificate and
 * a lone key of other names are taken for a pair.
 * @template {{name: string}} F
 * @param {F[]} files
 * @returns {Chosen<F> | null} null: nothing that can be imported, or more
 *     than one
 */
export function classify(files) {
    /** @param {RegExp} pattern */
    const all = pattern => files.filter(f => pattern.test(f.name));
    /** @param {RegExp} exact @param {RegExp} like */
    const one = (exact, like) => {
        const named = all(exact);
        const found = named.length > 0 ? named : all(like);
        return found.length === 1 ? found[0] : null;
    };
    const cert = one(/^signcert\.der$/i, /^(?!km).*\.(der|cer|crt)$/i);
    const key = one(/^signpri\.key$/i, /^(?!km).*\.key$/i);
    const archives = all(/\.(p12|pfx)$/i);
    if (cert && key) {
        const [kmCert] = all(/^kmcert\.der$/i);
        const [kmKey] = all(/^kmpri\.key$/i);
        return kmCert && kmKey ? { kind: 'pair', cert, key, kmCert, kmKey }
            : { kind: 'pair', cert, key };
    }
    return archives.length === 1 && all(/\.(der|key)$/i).length === 0
        ? { kind: 'p12', p12: archives[0] } : null;
}
