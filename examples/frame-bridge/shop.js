/* The shop: it names the one origin whose frame may ask, and for what. */
(() => {
    'use strict';

    /** Yours is written here; the example takes it from its own address. */
    const gateway = new URLSearchParams(location.search).get('gateway') ??
        'https://pay.example';

    /** @type {any} */ (window).IngamBridge.serve(
        { origins: [gateway], methods: ['sign'] });
    const frame = /** @type {HTMLIFrameElement} */ (
        document.getElementById('pay'));
    frame.src = `${gateway}/frame.html?shop=${
        encodeURIComponent(location.origin)}`;
})();
