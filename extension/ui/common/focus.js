/**
 * Keep what the keyboard reaches clear of the sticky button bar: Firefox, when
 * it scrolls for a focus, takes no notice of scroll-padding. Not for the
 * mouse, under which nothing may move.
 * @param {Document} document
 */
export function keepFocusClear(document) {
    document.addEventListener('focusin', event => {
        const element = /** @type {Element} */ (event.target);
        if (element.matches(':focus-visible'))
            element.scrollIntoView({ block: 'nearest' });
    });
}
