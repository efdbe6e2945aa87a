/**
 * The extension API of either browser. Every other module takes what it needs
 * as an argument, so that a test can stand in; only the entry points import
 * this.
 */
const scope = /** @type {any} */ (globalThis);

/** @type {any} */
export const browser = scope.browser ?? scope.chrome;
