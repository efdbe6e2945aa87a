/*
 * xecureweb.js - the calls of XecureWeb and AnySign pages, done by Ingam.
 * Results are lower-case hex, given to the callback and as a promise. A
 * callback hears ('', reason) when nothing was signed.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const adapter = scope.IngamAdapter;
    const { refuse } = adapter;

    /** Bits of `option`; the plain text is always shown. */
    const VID = 4;
    const OWN = ['nonce', 'vidFor', 'cipher'];

    let vidInfo = ''; // of the last signature that went with one

    const failed = (/** @type {any} */ error) => ['', error.reason];
    const signature = (/** @type {any} */ result) => [result.signature];

    /** Calls end with options and a callback, of which both may be missing. */
    const tail = (/** @type {any[]} */ rest) => ({
        options: rest.find(item => typeof item === 'object') ?? {},
        callback: rest.find(item => typeof item === 'function') });

    function sign(call, plain, rest, more = {}) {
        const { options, callback } = tail(rest);
        return adapter.report(scope.Ingam.sign({ output: 'hex',
            ...adapter.params(call, options, OWN), content: plain, ...more }),
        callback, signature, failed);
    }

    function withOption(option, plain, ...rest) {
        if ((Number(option) & VID) !== 0)
            refuse('Sign_with_option with the bit for VID',
                'call Sign_with_vid_user with the server\'s certificate');
        return sign('Sign_with_option', plain, rest);
    }

    /**
     * A login with the identity check. What was `plain` is the nonce; what
     * comes back is a login token, whose R only the server can open.
     */
    function withVid(call, plain, pem, rest, filter = {}) {
        const { options, callback } = tail(rest);
        vidInfo = '';
        return adapter.report(adapter.login(call, { nonce: plain,
            outputEncoding: 'hex', ...options, ...filter, vidFor: pem }, OWN),
        callback, ({ token, vid }) => {
            vidInfo = vid;
            return [token];
        }, failed);
    }

    function multi(total, message, delimiter, ...rest) {
        const { options, callback } = tail(rest);
        const { parts, join } = adapter.several(message, delimiter);
        if (parts.length !== Number(total))
            refuse(`MultiSign of ${total} with ${parts.length} texts`,
                'give as many texts as you say');
        return adapter.report(adapter.batch('MultiSign', parts.map(content =>
            ({ content })), { output: 'hex',
            ...adapter.params('MultiSign', options, OWN) }), callback,
        ({ signatures, error }) => error ? ['', error.reason]
            : [join(signatures)], failed);
    }

    /** Signed, then for the server alone: SEED, as its program reads it. */
    function envelop(plain, pem, ...rest) {
        const { options, callback } = tail(rest);
        return adapter.report(scope.Ingam.sign({ output: 'hex',
            ...adapter.params('EnvelopData', options, OWN), content: plain,
            envelopeFor: adapter.certificate(pem),
            cipher: options.cipher ?? 'seed-cbc' }), callback,
        ({ envelope }) => [envelope], failed);
    }

    const calls = {
        Sign_with_option: withOption,
        // the window has words of its own: what the page says is not shown
        Sign_with_desc: (_description, plain, ...rest) =>
            sign('Sign_with_desc', plain, rest),
        Sign_with_vid_user: (_option, plain, pem, ...rest) =>
            withVid('Sign_with_vid_user', plain, pem, rest),
        Sign_with_vid_web: (_option, plain, pem, ...rest) =>
            withVid('Sign_with_vid_web', plain, pem, rest),
        Sign_with_vid_user_serial: (_option, plain, pem, issuer, serial,
            ...rest) => withVid('Sign_with_vid_user_serial', plain, pem, rest,
            { issuerAndSerial: { issuer, serial } }),
        send_vid_info: () => vidInfo,
        MultiSign: multi,
        EnvelopData: envelop,
        ...adapter.refusals('XecureWeb', {
            VerifyVirtualID: 'the server checks it: docs/verify.md',
            Verify_SignedData: 'the server checks it: docs/verify.md',
        }),
    };
    // pages call these by both names
    Object.assign(scope, calls);
    scope.AnySign = Object.freeze(calls);
})(window);
