/*
 * core.js - what the adapters share: a plug-in's options turned into Ingam's
 * parameters, and the few facts that its callbacks want of a certificate.
 *
 *   <script src="ingam.js"></script>
 *   <script src="adapters/core.js"></script>
 *   <script src="adapters/certificate.js"></script>
 *   <script src="adapters/delfino.js"></script>   or another family
 *
 * Whatever has no counterpart throws NotMapped, which names what to use.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    class NotMapped extends Error {
        /** @param {string} call  @param {string} instead */
        constructor(call, instead) {
            super(`Ingam does not do ${call}: ${instead}`);
            this.name = 'NotMapped';
            this.call = call;
            this.instead = instead;
        }
    }

    /** @param {string} call  @param {string} instead @returns {never} */
    function refuse(call, instead) {
        throw new NotMapped(call, instead);
    }

    /** @param {Record<string, string>} calls name → what to use instead */
    const refusals = (/** @type {string} */ product, calls) =>
        Object.fromEntries(Object.entries(calls).map(([name, instead]) =>
            [name, () => refuse(`${product}.${name}`, instead)]));

    /** @param {any} value a list, or text parted by "|" @returns {string[]} */
    const list = value => (Array.isArray(value) ? value
        : String(value).split('|')).map(item => item.trim())
        .filter(item => item !== '');

    const ENCODINGS = new Map([['utf8', 'utf-8'], ['euckr', 'euc-kr'],
        ['cp949', 'euc-kr'], ['ms949', 'euc-kr'], ['ksc5601', 'euc-kr']]);
    const FORMATS = new Map([['signeddata', 'cms'], ['pkcs7', 'cms'],
        ['detached', 'cms-detached'], ['signature', 'pkcs1'],
        ['pkcs1', 'pkcs1']]);

    /** @param {Map<string, string>} names  @param {string} option */
    const among = (names, option, value) =>
        names.get(String(value).toLowerCase().replace(/[-_]/g, '')) ??
        refuse(`${option} ${value}`, `one of ${[...names.keys()].join(', ')}`);

    const yes = (/** @type {string} */ option, value) =>
        typeof value === 'boolean' ? value
            : refuse(`${option} ${value}`, 'true or false');

    /** Option → what its value (v) adds to the parameters (p). */
    const OPTIONS = new Map(Object.entries({
        policyOidCertFilter: (v, p) => p.filter.policies = list(v),
        issuerCertFilter: (v, p) => p.filter.issuers = list(v),
        issuerAndSerial: (v, p) => Object.assign(p.filter,
            { issuers: [v.issuer], serial: String(v.serial).toLowerCase() }),
        disableExpireFilter: (v, p) => {
            if (yes('disableExpireFilter', v))
                p.filter.expired = true;
        },
        sameAsLogin: (v, p) => {
            if (yes('sameAsLogin', v))
                p.filter.sameAsLogin = true;
        },
        encoding: (v, p) => p.encoding = among(ENCODINGS, 'encoding', v),
        outputEncoding: (v, p) => p.output = ['hex', 'base64'].includes(v)
            ? v : refuse(`outputEncoding ${v}`, 'hex or base64'),
        signType: (v, p) => p.format = among(FORMATS, 'signType', v),
        signedAttribute: (v, p) => p.attributes = yes('signedAttribute', v),
        timestamp: (v, p) => {
            if (yes('timestamp', v))
                p.timestamp = true;
        },
        timeoutMs: (v, p) => p.timeoutMs = v,
    }));

    /** Ingam does these of itself, or they are the person's to choose. */
    const NEEDLESS = ['cacheCert', 'resetCertificate', 'lastUsedCertFirst',
        'certStoreFilter', 'passwordCounter', 'storage', 'title'];

    /**
     * @param {string} call for the error
     * @param {any} options of the plug-in
     * @param {string[]} own options that the adapter reads by itself
     * @returns {any} parameters of Ingam's calls
     */
    function params(call, options, own = []) {
        const made = { filter: {} };
        for (const [name, value] of Object.entries(options ?? {})) {
            if (own.includes(name) || NEEDLESS.includes(name) ||
                value === undefined)
                continue;
            const option = OPTIONS.get(name);
            if (!option)
                refuse(`${call} with the option ${name}`,
                    'leave it out; the table in migrate/ has what is known');
            option(value, made);
        }
        const { filter, ...rest } = made;
        return Object.keys(filter).length > 0 ? made : rest;
    }

    /** @param {string} text PEM or base64 @returns {string} base64 DER */
    const certificate = text => text.replace(/-----[^-]+-----|\s/g, '');

    /** A login takes no content, so it takes less. */
    function loginParams(call, options, own) {
        const { timeoutMs, filter, timestamp } = params(call, options, own);
        if (timestamp)
            refuse(`${call} with a time-stamp`, 'a login holds five minutes');
        const nonce = String(options?.nonce ?? '');
        if (nonce === '')
            refuse(`${call} without a nonce`,
                'give the option nonce: 16 to 256 characters from the server');
        const vidFor = options?.vidFor ?? options?.serverCert;
        return { nonce, ...vidFor && { vidFor: certificate(vidFor) },
            ...timeoutMs && { timeoutMs }, ...filter && { filter } };
    }

    /** A login; its token and R's envelope as outputEncoding has them. */
    function login(call, options, own) {
        const { output } = params(call, options, own);
        const { hex } = scope.IngamCertificate;
        const made = scope.Ingam.login(loginParams(call, options, own));
        return output !== 'hex' ? made : made.then(({ token, vid, ...rest }) =>
            ({ ...rest, token: hex(token), ...vid && { vid: hex(vid) } }));
    }

    /**
     * A text of several contents, or a list of them.
     * @returns {{parts: string[], join: (all: string[]) => any}}
     */
    const several = (data, delimiter) => Array.isArray(data)
        ? { parts: data.map(String), join: all => all }
        : { parts: String(data).split(delimiter),
            join: all => all.join(delimiter) };

    /**
     * A form of the page, an object or a list of pairs, as Ingam's form.
     * @param {any} data
     * @param {any} [options] delimiter, assign, urlEncode
     */
    function form(data, options) {
        const { delimiter, assign, urlEncode } = options ?? {};
        const pairs = scope.HTMLFormElement &&
            data instanceof scope.HTMLFormElement
            ? [...new scope.FormData(data)]
            : Array.isArray(data) ? data : Object.entries(data);
        return { form: { fields: pairs.map(([name, value, ...label]) =>
            [name, String(value), ...label]),
        ...delimiter && { delimiter }, ...assign && { assign },
        ...urlEncode && { urlEncode: true } } };
    }

    /**
     * A batch in the plug-ins' form: all signatures in order, '' for each that
     * failed, and why the first one did.
     * @param {string} call for the error
     * @param {any[]} items of signBatch
     */
    function batch(call, items, { filter, output, timeoutMs, timestamp,
        ...each } = /** @type {any} */ ({})) {
        if (timestamp)
            refuse(`${call} with time-stamps`, 'call Ingam.sign({timestamp}) ' +
                'for each content');
        return scope.Ingam.signBatch({
            items: items.map(item => ({ ...each, ...item })),
            ...output && { output }, ...filter && { filter },
            ...timeoutMs && { timeoutMs },
        }).then((/** @type {any[]} */ results) => ({
            signatures: results.map(({ signature = '' }) => signature),
            error: results.find(result => result.error)?.error ?? null }));
    }

    /**
     * Tell how a call ended, as a promise and to the callback.
     * @param {Promise<any>} promise of an Ingam call
     * @param {any} callback or nothing
     * @param {(result: any) => any} shape arguments of the callback
     * @param {(error: any) => any} failed arguments of the callback
     */
    function report(promise, callback, shape, failed) {
        const told = promise.then(shape).catch(error => {
            if (typeof error?.reason !== 'string')
                throw error; // a fault of the page's or ours: never hidden
            return failed(error);
        });
        if (typeof callback === 'function')
            told.then(all => callback(...all));
        return told;
    }

    Object.defineProperty(scope, 'IngamAdapter', { value: Object.freeze({
        NotMapped, refuse, refusals, params, loginParams, login, certificate,
        several, form, batch, report }) });
})(window);
