// Accessibility checks of one page, run inside it: what is wrong, in words.
// Serialised with toString(), so it may use nothing from outside itself.

/**
 * @param {{lang: string, ours: boolean}} want ours: a window of the extension
 * @returns {string[]} violations
 */
export function audit({ lang, ours }) {
    const wrong = [];
    const say = (id, what, element) => wrong.push(`${id} ${what}${element
        ? `: <${element.tagName.toLowerCase()}> ${(element.id ||
            element.textContent).replace(/\s+/g, ' ').trim().slice(0, 50)}`
        : ''}`);
    const all = [...document.querySelectorAll('*')];
    const seen = element => element.checkVisibility?.(
        { visibilityProperty: true, opacityProperty: true }) !== false &&
        [...element.getClientRects()].some(r => r.width > 1 && r.height > 1);
    const visible = all.filter(seen);
    const flat = text => (text ?? '').replace(/\s+/g, ' ').trim();

    // A01, A02: language, title, one heading
    if (document.documentElement.lang !== lang)
        say('A01', `lang is ${document.documentElement.lang}`);
    if (!/\S — \S/.test(document.title))
        say('A01', `title is "${document.title}"`);
    const h1 = visible.filter(({ tagName }) => tagName === 'H1');
    if (h1.length !== 1)
        say('A02', `${h1.length} headings of level 1`);
    else if (ours && h1[0].getAttribute('tabindex') !== '-1')
        say('A02', 'the heading cannot have the focus', h1[0]);

    // A03, A18: keys
    for (const element of all) {
        if (element.tabIndex > 0)
            say('A03', 'positive tabindex', element);
        if (element.accessKey)
            say('A18', 'access key', element);
    }

    // A06, A10: names and labels
    const fields = visible.filter(e => /^(INPUT|SELECT|TEXTAREA)$/
        .test(e.tagName) && e.type !== 'hidden');
    for (const field of fields) {
        const label = flat([...field.labels ?? []].map(l => l.textContent)
            .join(' '));
        if (!label && !field.getAttribute('aria-label') &&
            !field.getAttribute('aria-labelledby'))
            say('A10', 'field without a label', field);
        if (field.placeholder)
            say('A10', 'placeholder', field);
    }
    const controls = visible.filter(e => /^(BUTTON|SUMMARY)$/.test(e.tagName) ||
        (e.tagName === 'A' && e.href));
    for (const control of controls) {
        const text = flat(control.textContent);
        const name = control.getAttribute('aria-label');
        if (!text && !name)
            say('A06', 'control without a name', control);
        if (name && text && !name.toLowerCase().includes(text.toLowerCase()))
            say('A06', `"${name}" lacks the visible "${text}"`, control);
    }
    for (const id of ['aria-describedby', 'aria-labelledby', 'aria-controls']) {
        for (const element of document.querySelectorAll(`[${id}]`)) {
            for (const ref of element.getAttribute(id).split(/\s+/)) {
                if (ref && !document.getElementById(ref) && ref !== 'who')
                    say('A06', `${id} names #${ref}, which is not there`,
                        element);
            }
        }
    }
    for (const element of document.querySelectorAll('img:not([alt])'))
        say('A06', 'picture without alt', element);

    // A11: contrast of text
    const parse = text => {
        const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
        return text.startsWith('color(')
            ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
    };
    const over = ([r, g, b, a], under) =>
        [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
    const canvas = matchMedia('(prefers-color-scheme: dark)').matches &&
        /dark/.test(getComputedStyle(document.documentElement).colorScheme)
        ? [18, 18, 18] : [255, 255, 255];
    const background = element => element === null ? canvas
        : over(parse(getComputedStyle(element).backgroundColor),
            background(element.parentElement));
    const light = rgb => {
        const [r, g, b] = rgb.map(c => c / 255).map(c =>
            c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (const element of visible) {
        const words = [...element.childNodes].some(n =>
            n.nodeType === 3 && n.data.trim());
        if (!words || element.closest('[aria-disabled=true], :disabled, option'))
            continue;
        const style = getComputedStyle(element);
        const under = background(element);
        const [a, b] = [light(over(parse(style.color), under)), light(under)];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio < (large ? 3 : 4.5) - 0.005)
            say('A11', `contrast ${ratio.toFixed(2)}`, element);
    }

    // A12: targets
    for (const element of [...controls, ...fields]) {
        const target = /radio|checkbox/.test(element.type)
            ? element.closest('label') ?? element : element;
        const { width, height } = target.getBoundingClientRect();
        const inline = element.tagName === 'A' &&
            getComputedStyle(element).display === 'inline' &&
            flat(element.parentElement.textContent) !==
                flat(element.textContent);
        if (!inline && (width < 23.9 || height < 23.9))
            say('A12', `target ${width.toFixed(0)}×${height.toFixed(0)}`,
                element);
    }

    // A13: no sideways scroll
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth + 1)
        say('A13', `${scrollWidth} px of content in ${clientWidth}`);

    // A15: motion
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const seconds = text => Math.max(...text.split(',').map(t =>
        parseFloat(t) * (t.trim().endsWith('ms') ? 0.001 : 1)));
    for (const element of visible) {
        const style = getComputedStyle(element);
        const longest = Math.max(seconds(style.transitionDuration),
            style.animationName === 'none' ? 0
                : seconds(style.animationDuration));
        if (longest > (still ? 0.0011 : 0.1501))
            say('A15', `moves for ${longest} s`, element);
    }

    // A17: help at the same place; at 200 % the phrase stands above it
    const help = document.getElementById('help-button');
    if (ours && (!help ||
        help.getBoundingClientRect().top > (innerWidth < 300 ? 140 : 60)))
        say('A17', 'no help at the top');
    return wrong;
}
