/*
 * magicline.js - the calls of MagicLine4NX pages, done by Ingam:
 *   magicline.uiapi.MakeSignData(data or form, options, callback, oidFilter)
 * The callback hears (0, {encMsg, certbag}), (999, …) when the person
 * cancelled, (code of the error, {reason, message}) otherwise.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const adapter = scope.IngamAdapter;
    const certificates = scope.IngamCertificate;
    const CANCELLED = 999;
    const OWN = ['nonce', 'vidFor', 'serverCert', 'delimiter', 'assign',
        'urlEncode', 'name'];

    const failed = (/** @type {any} */ error) => [
        error.reason === 'cancelled' ? CANCELLED : error.code,
        { reason: error.reason, message: error.message }];

    const done = (/** @type {any} */ result) => [0, {
        encMsg: result.envelope ?? result.signature ?? result.token,
        certbag: { signcert: result.certificate },
        ...result.code && { code: result.code },
        ...result.vid && { vid: result.vid } }];

    function makeSignData(data, options, callback, oidFilter) {
        const all = { ...options,
            ...oidFilter && { policyOidCertFilter: oidFilter } };
        const made = all.nonce === undefined
            ? scope.Ingam.sign({ ...adapter.params('MakeSignData', all, OWN),
                ...typeof data === 'string' ? { content: data }
                    : adapter.form(data, all) })
            : adapter.login('MakeSignData', all, OWN);
        return adapter.report(made, callback, done, failed);
    }

    /** A document's digest: the person compares it and says so. */
    const makeMdSignData = (digest, options, callback) => adapter.report(
        scope.Ingam.sign({ ...adapter.params('MakeMdSignData', options, OWN),
            document: { name: options?.name ?? 'document',
                sha256: certificates.digest(digest) } }),
        callback, done, failed);

    scope.magicline = Object.freeze({ uiapi: Object.freeze({
        MakeSignData: makeSignData,
        MakeMdSignData: makeMdSignData,
        ...adapter.refusals('magicline.uiapi', {
            MakeEnvelopedSignData: 'call Ingam.sign({envelopeFor}) with the ' +
                'server\'s certificate',
            ManageCert: 'the person opens Ingam by its icon',
        }),
    }) });
})(window);
