// Runs inside a window of ours: what can be seen to be wrong with it, as a
// list of sentences (A02, A04, A06, A10, A12, A13). Serialised with toString(),
// so it may use nothing from outside itself.

/** Widths at which nothing may be lost: usual, smallest, 200 % of 420. */
export const SIZES = [[440, 683], [320, 480], [210, 340]];

export function inspect() {
    const wrong = [];
    const seen = element => element.checkVisibility({ visibilityProperty: true })
        && element.getClientRects().length > 0;
    const say = (what, element) =>
        wrong.push(`${what}: ${element.tagName} ${element.id} ` +
            element.textContent.slice(0, 40));
    const headings = [...document.querySelectorAll('h1')].filter(seen);
    if (headings.length !== 1)
        wrong.push(`${headings.length} first headings`);
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth)
        wrong.push(`${scrollWidth - clientWidth} px to the side`);
    for (const element of document.querySelectorAll(
        'button, a, summary, input, select, [tabindex="0"]')) {
        if (!seen(element))
            continue;
        const target = element.type === 'radio' ? element.closest('label')
            : element;
        const box = target.getBoundingClientRect();
        if (box.width < 24 || box.height < 24)
            say('smaller than 24 px', element);
        if (element.matches('#primary, #secondary') && box.height < 44)
            say('smaller than 44 px', element);
        if (box.left < -1 || box.right > clientWidth + 1)
            say('outside of the window', element);
        const shown = [...element.labels ?? []].map(l => l.textContent)
            .join(' ') || element.textContent;
        const given = element.getAttribute('aria-label') ?? '';
        if ((given || shown).trim() === '')
            say('without a name', element);
        if (given && element.tagName === 'BUTTON' &&
            !given.includes(element.textContent.trim()))
            say('its name leaves out what is seen', element);
        if (element.hasAttribute('placeholder'))
            say('a placeholder', element);
    }
    for (const attribute of ['aria-describedby', 'aria-labelledby',
        'aria-controls'])
        for (const element of document.querySelectorAll(`[${attribute}]`))
            for (const id of element.getAttribute(attribute).split(' '))
                if (!document.getElementById(id))
                    say(`${attribute} of nothing (${id})`, element);
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    if (new Set(ids).size !== ids.length)
        wrong.push('an id that occurs twice');
    if (!/^(ko|en)$/.test(document.documentElement.lang))
        wrong.push('no language');
    return wrong;
}
