/** One of several: radio buttons under a legend. */
import { el, newId } from './dom.js';

/**
 * @param {string} legend
 * @param {[string, string | Node][]} options value, label
 * @param {string} chosen
 * @param {(value: string) => void} choose
 * @param {string} id
 */
export function radios(legend, options, chosen, choose, id) {
    const group = newId(id);
    return el('fieldset', { id },
        el('legend', {}, legend),
        el('div', { class: 'choices' }, ...options.map(([value, label]) =>
            el('label', { class: 'choice' },
                el('input', {
                    type: 'radio', name: group, value,
                    checked: value === chosen,
                    onchange: () => choose(value),
                }),
                typeof label === 'string' ? el('span', {}, label) : label))));
}
