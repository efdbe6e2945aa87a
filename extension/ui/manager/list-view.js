/** The list of certificates: find, narrow down, sort, open. */
import { caText, usageText } from '../common/certificate-list.js';
import { el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { brokenGroup } from './broken-view.js';
import { Filters } from './filters.js';
import { Gathered, choose, toRows } from './list-model.js';
import { ListTable } from './list-table.js';
import { rootName } from './places.js';

/** @typedef {import('./world.js').World} World */

export class ListView {
    #world;
    #gathered = new Gathered();
    #filters = new Filters(() => this.#show());
    /** @type {import('./list-model.js').Row[]} */
    #rows = [];
    #table = new ListTable(() => this.#show());
    #title = heading(t('manage_title'));
    #said = el('p', { class: 'help', role: 'status', id: 'said' });
    #broken = el('div', {});
    #none = el('div', { class: 'none', hidden: true },
        el('p', {}, t('certificates_none')),
        el('p', { class: 'help' }, t('manage_none_how')));
    #searched = el('p', { class: 'help', id: 'searched' }, t('loading'));

    /** @param {World} world */
    constructor(world) {
        this.#world = world;
        /** The person has asked for removable media. */
        this.removable = false;
        this.loaded = false;
        this.root = el('div', { class: 'list' }, this.#title,
            el('div', { class: 'tools', role: 'search' },
                ...this.#filters.fields,
                el('div', { class: 'buttons' },
                    el('button', { type: 'button', id: 'find-usb',
                        onclick: () => this.#findUsb() },
                    t('place_find_usb')),
                    el('button', { type: 'button', id: 'import',
                        onclick: () => world.go('import') },
                    t('manage_import')))),
            this.#said, this.#table.root, this.#none, this.#broken,
            this.#searched);
        this.#table.root.hidden = true;
    }

    /**
     * Read the store, and show each page as it comes; read once more, the old
     * list stands until the new one is whole.
     * @returns {Promise<void>} or a rejection with a HostError
     */
    async load() {
        const gathered = new Gathered();
        for await (const page of this.#world.store.pages(this.removable)) {
            gathered.add(page);
            if (!this.loaded)
                this.#take(gathered);
        }
        this.loaded = true;
        this.#take(gathered);
        this.#searched.textContent = `${t('certificates_searched')}: ${
            gathered.roots.map(rootName).join(', ') || t('manage_nowhere')}${
            gathered.cut ? `. ${t('manage_cut')}` : ''}`;
        await this.#world.listed(gathered.certificates, this.removable);
    }

    /** @param {Gathered} gathered */
    #take(gathered) {
        this.#gathered = gathered;
        const { cas } = this.#world;
        this.#rows = toRows(gathered.certificates, Date.now(),
            c => ({ usage: usageText(c), ca: caText(c, cas) }));
        this.#filters.offer(this.#rows, gathered.roots);
        fill(this.#broken, brokenGroup(gathered.broken, this.#world));
        this.#none.hidden = !this.loaded || this.#rows.length > 0;
        this.#show();
    }

    #show() {
        const shown = choose(this.#rows, this.#filters.value,
            this.#table.order);
        this.#table.show(shown, this.#world.cas, Date.now());
        this.#title.textContent =
            t('manage_title_n', { n: this.#rows.length });
        this.#said.textContent = shown.length === this.#rows.length ? ''
            : t('manage_shown', { n: shown.length, of: this.#rows.length });
    }

    async #findUsb() {
        this.removable = true;
        this.#said.textContent = t('manage_looking');
        try {
            await this.load();
            const { roots, certificates } = this.#gathered;
            const n = certificates.filter(
                c => c.location?.medium === 'removable').length;
            this.#said.textContent = n > 0 ? t('certificates_usb_found', { n })
                : t(roots.some(r => r.medium === 'removable')
                    ? 'certificates_usb_none' : 'place_usb_none');
        } catch (error) {
            this.#said.textContent = '';
            this.#world.fail(error);
        }
    }

    /**
     * @param {string} id
     * @returns {import('../common/certificate-model.js').Card | undefined}
     */
    card(id) {
        return this.#rows.find(r => r.card.certificate.id === id)?.card;
    }

    /** @returns {import('../../common/store.js').Root[]} where was looked */
    get roots() {
        return this.#gathered.roots;
    }

    /**
     * @param {string} id of a row that will be deleted
     * @returns {string} id of the row where the focus belongs then
     */
    neighbour(id) {
        return this.#table.neighbour(id);
    }

    /**
     * @param {string} at id of the row to go back to
     * @returns {import('../enrol/shell.js').Screen}
     */
    screen(at) {
        return {
            deed: t('manage_title'),
            content: [this.root],
            focus: this.#table.link(at) ?? undefined,
        };
    }
}
