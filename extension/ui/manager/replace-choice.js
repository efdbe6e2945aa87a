/** Something is there already: it is replaced only when the person says so. */
import { shortDate } from '../common/dates.js';
import { box, el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';

export class ReplaceChoice {
    #tick = el('input', { type: 'checkbox', id: 'replace' });
    view = el('div', { role: 'alert' });

    /** @returns {true | null} as the host's parameter */
    get on() {
        return this.#tick.checked || null;
    }

    /**
     * @param {any} error
     * @returns {boolean} whether it was about this, and is shown
     */
    caught({ reason, data }) {
        if (reason !== 'already_exists')
            return false;
        fill(this.view, box('warn',
            el('p', {}, el('strong', {}, t('error_already_exists'))),
            data.date && el('p', {},
                t('replace_what', { date: shortDate(data.date) })),
            el('p', {}, t('import_exists')),
            el('label', { class: 'choice' }, this.#tick,
                el('span', {}, t('import_replace')))));
        this.#tick.focus();
        return true;
    }
}
