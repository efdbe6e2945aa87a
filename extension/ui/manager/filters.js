/** What narrows the list down: a search and four choices. */
import { el, fill, newId } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { EXPIRIES, NO_FILTER, offers } from './list-model.js';
import { rootName } from './places.js';

/** Those that offer what occurs. @type {('usage' | 'ca' | 'place')[]} */
const NARROW = ['usage', 'ca', 'place'];

/**
 * @param {string} key of its label
 * @param {HTMLInputElement | HTMLSelectElement} input
 */
function labelled(key, input) {
    input.id = newId('filter');
    return el('div', { class: 'field' },
        el('label', { for: input.id }, t(key)), input);
}

export class Filters {
    /** @type {Map<string, HTMLSelectElement>} */
    #selects = new Map();
    #onChange;
    /** @type {import('./list-model.js').Filter} */
    value = { ...NO_FILTER };

    /** @param {() => void} onChange */
    constructor(onChange) {
        this.#onChange = onChange;
        const search = el('input', {
            type: 'search', autocomplete: 'off', spellcheck: 'false',
            oninput: () => this.#set('search', search.value),
        });
        const selects = [...NARROW, /** @type {const} */ ('expiry')].map(
            name => {
                const select = el('select', {
                    onchange: () => this.#set(name, select.value),
                });
                this.#selects.set(name, select);
                return labelled(`manage_column_${name}`, select);
            });
        this.#offer('expiry', EXPIRIES.slice(1), value =>
            t(`manage_expiry_${value}`));
        for (const name of NARROW)
            this.#offer(name, [], String);
        this.fields = [labelled('manage_search', search), ...selects];
    }

    /** @param {keyof typeof NO_FILTER} name @param {string} value */
    #set(name, value) {
        this.value[name] = value;
        this.#onChange();
    }

    /**
     * @param {string} name
     * @param {string[]} values besides "all"
     * @param {(value: string) => string} words
     */
    #offer(name, values, words) {
        const select = /** @type {HTMLSelectElement} */ (
            this.#selects.get(name));
        const had = [...select.options].map(o => o.value).join('\n');
        if (had === ['', ...values].join('\n') && select.options.length > 0)
            return;
        const { value } = select;
        fill(select, el('option', { value: '' }, t('manage_all')),
            ...values.map(v => el('option',
                { value: v, selected: v === value }, words(v))));
        if (select.value !== value)
            this.value[/** @type {keyof typeof NO_FILTER} */ (name)] =
                select.value;
    }

    /**
     * Offer what occurs in the rows.
     * @param {import('./list-model.js').Row[]} rows
     * @param {import('../../common/store.js').Root[]} roots
     */
    offer(rows, roots) {
        const offered = offers(rows);
        for (const name of NARROW)
            this.#offer(name, offered[name], value => name === 'place'
                ? rootName(roots.find(r => r.path === value) ??
                    { path: value, medium: '' }) : value);
    }
}
