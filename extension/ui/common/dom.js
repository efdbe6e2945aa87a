/**
 * Elements from words, never from markup: every text becomes a text node.
 */

/** @typedef {Node | string | null | undefined | false} Child */

let counter = 0;

/** A window that nobody sees is not painted; it goes on all the same. */
const PAINT_MS = 200;

/** @param {string} [stem] @returns {string} an id not given out before */
export function newId(stem = 'id') {
    counter += 1;
    return `${stem}-${counter}`;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props] attributes; a function under "onclick"
 *     listens to click; true sets an empty attribute; false, null and
 *     undefined set none
 * @param {...Child} children strings become text
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props))
        if (typeof value === 'function')
            element.addEventListener(name.slice(2), value);
        else if (value === true)
            element.setAttribute(name, '');
        else if (value !== false && value !== null && value !== undefined)
            element.setAttribute(name, String(value));
    fill(element, ...children);
    return element;
}

/**
 * Replace what an element holds.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
    element.replaceChildren(...children.filter(
        /** @returns {child is Node | string} */
        child => child !== null && child !== undefined && child !== false));
}

/** @param {string} sign decoration beside words, never alone */
export const icon = sign =>
    el('span', { class: 'icon', 'aria-hidden': 'true' }, sign);

/**
 * A box of one colour: sign and words.
 * @param {'info' | 'warn' | 'danger' | 'ok'} kind
 * @param {...Child} children
 */
export const box = (kind, ...children) => el('div', { class: `box ${kind}` },
    icon({ info: 'ⓘ', warn: '▲', danger: '✕', ok: '✓' }[kind]),
    el('div', {}, ...children));

/**
 * Rows of label and value; rows without a value are left out.
 * @param {[string, Child | Child[]][]} pairs
 */
export const rows = pairs => el('dl', {}, ...pairs
    .filter(([, value]) => value !== '' && value !== null &&
        value !== undefined && value !== false)
    .flatMap(([label, value]) => [
        el('dt', {}, label),
        el('dd', {}, ...(Array.isArray(value) ? value : [value])),
    ]));

/**
 * What can be said without any more code: words, and the button that closes.
 * @param {string} words
 * @param {string} label
 * @param {() => void} close
 */
export const endView = (words, label, close) => ({
    root: el('main', {}, el('h1', { tabindex: '-1' }, words)),
    bar: el('div', { class: 'bar' }, el('button', {
        type: 'button', id: 'close', onclick: close,
    }, label)),
});

/** @returns {Promise<void>} what is in the document now has been painted */
export const painted = () => new Promise(done => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, PAINT_MS);
});
