/** The page library as an ES module; ingam.js is the one source. */
import './ingam.js';

/** @type {import('./ingam.js').Ingam} */
export const ingam = globalThis.Ingam;
export const IngamError = ingam.IngamError;
