/*
 * delfino.js - the calls of Delfino pages, done by Ingam. A call takes data and
 * options, and tells its result to options.complete (or to a function given in
 * place of the options) and as a promise:
 *   {status: 1, signData, cert, certExpireDate, code}   done
 *   {status: 0, reason, message}                        cancelled, or failed
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const adapter = scope.IngamAdapter;
    const certificates = scope.IngamCertificate;
    const { refuse } = adapter;
    const TEXTS = ['strings', 'formattedText', 'fixedLengthData',
        'form-urlencoded'];
    const OWN = ['complete', 'dataType', 'delimiter', 'nonce', 'vidFor',
        'serverCert', 'name', 'content', 'textLogin', 'urlEncode'];

    const ownOf = (/** @type {any} */ options) =>
        typeof options === 'function' ? { complete: options } : options ?? {};

    const failed = (/** @type {any} */ error) =>
        [{ status: 0, reason: error.reason, message: error.message }];

    function done(/** @type {any} */ result) {
        const cert = result.certificate;
        return [{ status: 1, signData: result.signature ?? result.token,
            cert, ...cert && { certExpireDate: certificates.attributes(
                certificates.bytes(cert)).validateTo },
            ...result.code && { code: result.code },
            ...result.expires && { expires: result.expires },
            ...result.vid && { vid: result.vid } }];
    }

    /** Make one signature. @param {string} call */
    function sign(call, what, options) {
        const given = ownOf(options);
        return adapter.report(scope.Ingam.sign(
            { ...adapter.params(`Delfino.${call}`, given, OWN), ...what }),
        given.complete, done, failed);
    }

    /** What is signed of data of a type. */
    function contentOf(call, data, options) {
        const type = ownOf(options).dataType ?? 'strings';
        if (!TEXTS.includes(type))
            refuse(`Delfino.${call} with dataType ${type}`,
                'Ingam signs text that a person can read');
        if (typeof data === 'string')
            return { content: data };
        return adapter.form(data, { urlEncode: type === 'form-urlencoded' });
    }

    /** Keys and values, as lists or parted by the delimiter. */
    function fieldsOf(keys, values, labels, delimiter) {
        const [names, texts, shown] = [keys, values, labels ?? []].map(all =>
            Array.isArray(all) ? all : String(all).split(delimiter));
        if (names.length !== texts.length)
            refuse('Delfino.signKeyValue with keys and values that differ in ' +
                'number', 'give one value for each key');
        return names.map((name, i) => shown[i] ? [name, texts[i], shown[i]]
            : [name, texts[i]]);
    }

    function login(data, options) {
        const given = ownOf(options);
        if (given.textLogin !== true)
            return adapter.report(adapter.login('Delfino.login', given, OWN),
                given.complete, done, failed);
        // for a server that cannot check a token yet: the old text
        const { nonce } = adapter.loginParams('Delfino.login', given, OWN);
        return sign('login', { content: `${data ?? 'cert-login'}` +
            `&delfinoNonce=${scope.encodeURIComponent(nonce)}` }, given);
    }

    function multiSign(data, options) {
        const given = ownOf(options);
        const { parts, join } =
            adapter.several(data, given.delimiter ?? '￡');
        const made = adapter.batch('Delfino.multiSign',
            parts.map(content => ({ content })),
            adapter.params('Delfino.multiSign', given, OWN));
        return adapter.report(made, given.complete, ({ signatures, error }) =>
            [{ status: error ? 0 : 1, signData: join(signatures),
                ...error && { reason: error.reason } }], failed);
    }

    /** Of a document shown elsewhere: its digest. */
    const documentOf = (digest, options) => ({ document: {
        name: ownOf(options).name ?? 'document',
        sha256: certificates.digest(digest) } });

    /** One more signer for what is signed already. */
    function addSigner(signedData, options) {
        const { content } = ownOf(options);
        const addTo = certificates.signed(signedData);
        const inside =
            content ?? certificates.content(certificates.bytes(addTo));
        if (inside === null)
            refuse('Delfino.addSigner to a detached signature',
                'give the option content, or call addMdSigner');
        return sign('addSigner', { content: inside, addTo }, options);
    }

    /** The two codes of an issue; of a renewal a filter, if any. */
    const enrol = (/** @type {string} */ method) => (codes, options) =>
        adapter.report(scope.Ingam[method](codes), ownOf(options).complete,
            done, failed);

    scope.Delfino = Object.freeze({
        login,
        sign: (data, options) =>
            sign('sign', contentOf('sign', data, options), options),
        // the window always shows what is signed: format is of no need
        confirmSign: (data, _format, options) => sign('confirmSign',
            contentOf('confirmSign', data, options), options),
        signKeyValue: (keys, values, formats, delimiter, options) =>
            sign('signKeyValue', adapter.form(
                fieldsOf(keys, values, formats, delimiter ?? '|'),
                ownOf(options)), options),
        multiSign,
        mdSign: (digest, options) =>
            sign('mdSign', documentOf(digest, options), options),
        addSigner,
        addMdSigner: (signedData, digest, options) => sign('addMdSigner',
            { ...documentOf(digest, options),
                addTo: certificates.signed(signedData) }, options),
        requestCertificate2: enrol('issue'),
        updateCertificate2: enrol('renew'),
        ...adapter.refusals('Delfino', {
            mdMultiSign: 'call mdSign for each document: the person confirms ' +
                'each one',
            scrapingSign: 'call sign with the text that the server gave',
            ucpidSign: 'ask for the identity number by Ingam.login({vidFor})',
            manageCertificate: 'the person opens Ingam by its icon',
            importCertificate: 'the person opens Ingam by its icon',
            exportCertificate: 'the person opens Ingam by its icon',
        }),
    });
})(window);
