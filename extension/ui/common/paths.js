/**
 * @param {string} path
 * @returns {string} as a person writes it: ~ for their home
 */
export const homePath = path =>
    path.replace(/^\/(home\/[^/]+|root)(?=\/|$)/, '~');
