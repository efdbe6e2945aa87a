/*
 * inisafe.js - the calls of INISAFE CrossWeb EX pages, done by Ingam. A call
 * takes what is signed, options and a callback, of which the last two may be
 * missing; it also returns a promise. The callback hears (true, result) or
 * (false, {reason, message}); result: {signature, certificate, code}.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const adapter = scope.IngamAdapter;
    const certificates = scope.IngamCertificate;
    const OWN = ['nonce', 'vidFor', 'serverCert', 'name', 'delimiter',
        'assign', 'urlEncode'];

    /** Set by FilterCert, for all calls after it. */
    let chosen = {};

    const failed = (/** @type {any} */ error) =>
        [false, { reason: error.reason, message: error.message }];
    const done = (/** @type {any} */ result) => [true, result];

    function sign(call, what, options, callback) {
        return adapter.report(scope.Ingam.sign({ ...adapter.params(call,
            { ...chosen, ...options }, OWN), ...what }), callback, done,
        failed);
    }

    /** R goes to the server alone, so its certificate is needed. */
    const signVid = (content, options, callback) => adapter.report(
        adapter.login('PKCS7SignVID',
            { nonce: content, ...chosen, ...options }, OWN), callback,
        ({ token, vid, certificate, expires }) => [true,
            { signature: token, vid, certificate, expires }], failed);

    function multiForm(forms, options, callback) {
        const call = 'PKCS7SignedDataMultiForm';
        return adapter.report(adapter.batch(call, forms.map(form =>
            adapter.form(form, options)), adapter.params(call,
            { ...chosen, ...options }, OWN)), callback,
        ({ signatures, error }) => error ? [false, { ...error, signatures }]
            : [true, { signatures }], failed);
    }

    /** The same certificate as at login, say: {issuer, serial}; null: any. */
    function filterCert(_storage, issuerAndSerial) {
        chosen = issuerAndSerial ? { issuerAndSerial } : {};
    }

    const enrol = (/** @type {string} */ method) => (codes, callback) =>
        adapter.report(scope.Ingam[method](codes), callback, done, failed);

    scope.INISAFE = Object.freeze({
        PKCS7SignedData: (content, options, callback) =>
            sign('PKCS7SignedData', { content }, options, callback),
        PKCS7SignedDataForm: (form, options, callback) =>
            sign('PKCS7SignedDataForm', adapter.form(form, options),
                options, callback),
        PKCS7SignedDataWithMD: (digest, options, callback) =>
            sign('PKCS7SignedDataWithMD', { document: {
                name: options?.name ?? 'document',
                sha256: certificates.digest(digest) } }, options, callback),
        PKCS7SignedDataMultiForm: multiForm,
        PKCS7SignVID: signVid,
        FilterCert: filterCert,
        IssueCertificate: enrol('issue'),
        ReIssueCertificate: enrol('reissue'),
        UpdateCertificate: enrol('renew'),
        RevokeCertificate: enrol('revoke'),
        ...adapter.refusals('INISAFE', {
            MakeINIpluginData: 'send the form over https as it is',
            EncForm: 'send the form over https as it is',
            EncFormVerify: 'send the form over https as it is',
            EncryptFile: 'Ingam signs files (Ingam.signFile) and encrypts none',
            DecryptFile: 'Ingam signs files (Ingam.signFile) and opens none',
        }),
    });
})(window);
