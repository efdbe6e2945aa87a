/*
 * unisign.js - the calls of UniSign pages, done by Ingam. A callback hears
 * (0, signature, certAttrs), or (code, '', null): 999 when the person
 * cancelled. GetLastError() gives the last code.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const adapter = scope.IngamAdapter;
    const certificates = scope.IngamCertificate;
    const CANCELLED = 999;
    const OWN = ['nonce', 'vidFor', 'serverCert'];
    const SERVER = 'only the server may learn who it is: ' +
        'Ingam.login({nonce, vidFor}), then docs/verify.md';

    let last = 0;

    function failed(/** @type {any} */ error) {
        last = error.reason === 'cancelled' ? CANCELLED : error.code;
        return [last, '', null];
    }

    function done(/** @type {any} */ result) {
        last = 0;
        return [0, result.signature ?? result.token, {
            ...certificates.attributes(certificates.bytes(result.certificate)),
            ...result.code && { code: result.code } }];
    }

    const sign = (call, content, options, callback, more = {}) =>
        adapter.report(scope.Ingam.sign({
            ...adapter.params(`unisign.${call}`, options, OWN), content,
            ...more }), callback, done, failed);

    scope.unisign = Object.freeze({
        SignData: (plain, options, callback) => options?.nonce === undefined
            ? sign('SignData', plain, options, callback)
            : adapter.report(adapter.login('unisign.SignData', options, OWN),
                callback, done, failed),
        SignDataNonEnveloped: (plain, options, callback) =>
            sign('SignDataNonEnveloped', plain, options, callback,
                { format: 'cms-detached' }),
        GetLastError: () => last,
        ...adapter.refusals('unisign', {
            SignDataNVerifyVID: SERVER,
            GetRValueFromKey: SERVER,
            VerifySignData: 'the server checks it: docs/verify.md',
        }),
    });
})(window);
