/**
 * What a window is told of the thing that is signed in it. Types only.
 *
 * @typedef {object} Job
 * @property {string} title key of the window's title
 * @property {(request: import('../../common/page-request.js').PageRequest,
 *     connect: () => import('../../common/host.js').Port) => Promise<Asked>}
 *     read what the page asks for; or a rejection with a HostError
 *
 * @typedef {Subject & {load: () => Promise<Deed>}} Asked load: what the first
 *     view does without
 *
 * @typedef {{attempt: Attempt, begin?: Begin}} Deed
 *
 * @callback Begin work that starts when the form is there
 * @param {() => import('../../common/host.js').Port} connect
 * @param {(error: any, again: (() => void) | null) => void} trouble it failed;
 *     again: how it may go on, null for the end of the request
 *
 * @typedef {object} Subject what is to be signed, and how it is shown
 * @property {import('../../common/filter.js').Filter} filter
 * @property {number | null} expiresAt ms since 1970
 * @property {string} title
 * @property {import('./facts.js').Row[]} [facts] what becomes of a signature
 * @property {string} button key of the deed's words
 * @property {{n: string}} [values] of their placeholder
 * @property {View} view
 * @property {import('./questions.js').Asked | null} question
 *
 * @typedef {object} View
 * @property {any} root
 * @property {any} area that gets the focus while it is not read
 * @property {boolean} read its end has been in view
 * @property {string} gate what is still to do, "" when nothing
 * @property {() => void} look the layout has changed
 * @property {() => void} onChange set by the form: `read` or `gate` changed
 *
 * @typedef {Pick<import('./approval.js').Deps,
 *     'storage' | 'connect' | 'request' | 'now' | 'language'>} Means
 *
 * @callback Attempt one press
 * @param {Means} means
 * @param {string} certificate id
 * @param {string} password
 * @param {{say: (text: string) => void}} form
 * @returns {Promise<{kind: 'wrong', count: number, seconds: number} |
 *     {kind: 'signed', arrived: boolean, left?: any}>} left: a view that is
 *     still to be seen; or a rejection with a HostError
 */

export {};
