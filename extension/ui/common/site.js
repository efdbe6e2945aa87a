/** Who asks: the registrable domain bold and whole, sub-domains before it. */
import { showSite } from '../../common/domain.js';
import { el } from './dom.js';
import { t } from './i18n.js';

/**
 * @param {string | null} origin null: the person, in our own pages
 * @param {string} [words] what is said of the site
 * @returns {HTMLElement}
 */
export function siteView(origin, words = t('who_asks')) {
    if (origin === null)
        return el('div', { class: 'site' },
            el('p', { class: 'help', id: 'who' }, t('who_self')));
    const { scheme, sub, domain, port } = showSite(origin);
    // a line may break before the dot of a sub-domain, never inside a label
    const labels = sub.split(/(?<=\.)/).flatMap(
        label => [label, el('wbr')]);
    return el('div', { class: 'site' },
        el('span', { class: 'host', id: 'who', dir: 'ltr' },
            scheme, ...labels, el('bdi', { class: 'domain' }, domain), port),
        el('p', { class: 'help' }, words));
}
