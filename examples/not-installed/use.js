/* A page with the guide: the button works only when Ingam is here. */
(() => {
    'use strict';

    const { IngamGuide } = /** @type {any} */ (window);
    const go = /** @type {HTMLButtonElement} */ (document.getElementById('go'));

    go.disabled = true;
    IngamGuide.show(document.getElementById('guide'), {
        install: 'https://ingam.example/install', // where you explain it
    }).then(() => {
        go.disabled = false;
    });
})();
