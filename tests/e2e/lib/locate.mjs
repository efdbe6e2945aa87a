// Runs inside a page: finds elements the way a person names them. Serialised
// with toString(), so it may use nothing from outside itself.

/**
 * @typedef {object} Query what a person would say; each part given must hold
 * @property {string} [role] ARIA role, implied ones included
 * @property {string} [name] accessible name; `…` at its end: begins with
 * @property {string} [label] label of a form field
 * @property {string} [text] the element's own visible text
 * @property {string} [css]
 * @property {number} [nth] 0 unless told
 * @property {boolean} [hidden] take elements that are not drawn, too
 */

/**
 * @param {Query} query
 * @param {string} what point | focus | text | value | state | count
 */
export function locate(query, what) {
    const flat = text => (text ?? '').replace(/\s+/g, ' ').trim();
    const shown = element => {
        if (element.checkVisibility &&
            !element.checkVisibility({ visibilityProperty: true }))
            return false;
        return [...element.getClientRects()].some(r => r.width && r.height);
    };
    const inputs = { checkbox: 'checkbox', radio: 'radio', submit: 'button',
        button: 'button', range: 'slider', password: 'textbox' };
    const tags = { A: 'link', BUTTON: 'button', SELECT: 'combobox',
        TEXTAREA: 'textbox', PROGRESS: 'progressbar', METER: 'meter',
        SUMMARY: 'disclosure', DIALOG: 'dialog', MAIN: 'main', UL: 'list',
        OL: 'list', LI: 'listitem', TABLE: 'table', TR: 'row',
        NAV: 'navigation', OUTPUT: 'status', FIELDSET: 'group',
        DETAILS: 'group', IMG: 'img' };
    const role = element => {
        const given = element.getAttribute('role');
        if (given)
            return given;
        if (/^H[1-6]$/.test(element.tagName))
            return 'heading';
        if (element.tagName === 'INPUT')
            return inputs[element.type] ?? 'textbox';
        return tags[element.tagName] ?? '';
    };
    const byIds = ids => ids.split(/\s+/).map(id =>
        flat(document.getElementById(id)?.textContent)).join(' ');
    const labels = element => flat([...element.labels ?? []]
        .map(label => label.textContent).join(' '));
    const name = element => {
        const by = element.getAttribute('aria-labelledby');
        return (by && byIds(by)) || flat(element.getAttribute('aria-label')) ||
            labels(element) || flat(element.alt) ||
            (element.tagName === 'INPUT' ? flat(element.value)
                : flat(element.textContent));
    };
    const same = (have, want) => want.endsWith('…')
        ? have.startsWith(want.slice(0, -1)) : have === want;
    const label = element =>
        labels(element) || flat(element.getAttribute('aria-label')) ||
        byIds(element.getAttribute('aria-labelledby') ?? '');
    const own = element => element.children.length === 0 ||
        ![...element.children].some(child =>
            same(flat(child.textContent), query.text));
    const all = [...document.querySelectorAll(query.css ?? '*')].filter(e =>
        (!query.role || role(e) === query.role) &&
        (query.name === undefined || same(name(e), query.name)) &&
        (query.label === undefined || ('labels' in e &&
            same(label(e), query.label))) &&
        (query.text === undefined || (same(flat(e.textContent), query.text) &&
            own(e))) &&
        (query.hidden || shown(e)));
    if (what === 'count')
        return all.length;
    const element = all[query.nth ?? 0];
    if (!element)
        return null;
    if (what === 'point') {
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        const box = [...element.getClientRects()]
            .find(r => r.width && r.height) ?? element.getBoundingClientRect();
        const x = box.x + box.width / 2, y = box.y + box.height / 2;
        const top = document.elementFromPoint(x, y);
        const covered = top && !element.contains(top) &&
            !top.contains(element) &&
            ![...element.labels ?? []].some(l => l.contains(top));
        return { x, y, covered: covered ? `<${top.tagName}> ${top.id} ${
            flat(top.textContent).slice(0, 80)}` : '' };
    }
    if (what === 'focus') {
        element.focus();
        return true;
    }
    if (what === 'text')
        return element.innerText;
    if (what === 'value')
        return element.value;
    return { role: role(element), name: name(element), tag: element.tagName,
        focused: document.activeElement === element,
        disabled: element.disabled === true ||
            element.getAttribute('aria-disabled') === 'true',
        checked: element.checked === true, invalid:
            element.getAttribute('aria-invalid') === 'true',
        pressed: element.getAttribute('aria-pressed') };
}
