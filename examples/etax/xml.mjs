/**
 * Just enough of Canonical XML 1.0 (https://www.w3.org/TR/2001/REC-xml-c14n-20010315)
 * for documents that we make ourselves: elements, attributes and text, UTF-8,
 * no comments, no processing instructions, no entities. What is written here
 * is canonical from the start, so nobody has to parse it to sign it.
 */

/**
 * @typedef {{name: string, attributes: [string, string][],
 *     children: (Element | string)[]}} Element
 */

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes] xmlns among them
 * @param {...(Element | string)} children
 * @returns {Element}
 */
export function element(name, attributes = {}, ...children) {
    return { name, attributes: Object.entries(attributes), children };
}

/** @param {string} text */
const escapeText = text => text.replace(/[&<>\r]/g, c =>
    ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' })[c] ?? c);

/** @param {string} text */
const escapeValue = text => text.replace(/[&<"\t\n\r]/g, c =>
    ({ '&': '&amp;', '<': '&lt;', '"': '&quot;', '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' })[c] ?? c);

/** @param {string} name */
const isNamespace = name => name === 'xmlns' || name.startsWith('xmlns:');

/**
 * Attributes in canonical order: namespaces by prefix, the default one first;
 * then the others by name. (Canonical order is by namespace and local name:
 * those without a prefix come first, and two prefixes are not used here.)
 * @param {[string, string][]} attributes
 * @returns {string}
 */
export function attributesText(attributes) {
    const rank = name => isNamespace(name) ? 0 : name.includes(':') ? 2 : 1;
    return [...attributes]
        .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
        .map(([name, value]) => ` ${name}="${escapeValue(value)}"`)
        .join('');
}

/** @param {Element} it */
export const namespacesOf = it => it.attributes.filter(([name]) => isNamespace(name));

/**
 * @param {Element | string} it
 * @param {[string, string][]} [inherited] namespaces that are in scope and not
 *     written by a parent: those of an element that is written without one
 * @returns {string}
 */
export function canonical(it, inherited = []) {
    if (typeof it === 'string')
        return escapeText(it);
    const own = new Set(it.attributes.map(([name]) => name));
    const attributes = [...inherited.filter(([name]) => !own.has(name)), ...it.attributes];
    return `<${it.name}${attributesText(attributes)}>${it.children.map(c => canonical(c)).join('')}</${it.name}>`;
}
