/** Where to: this computer, or a USB stick once the person has looked for it. */
import { radios } from '../common/choices.js';
import { box, el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { rootName } from './places.js';

/** @typedef {import('./world.js').World} World */

export class PlaceChoice {
    #world;
    #leaveOut;
    #choice = el('div', {});
    #warning = el('div', {});
    #said = el('p', { class: 'help', role: 'status' });
    #find = el('button', {
        type: 'button', class: 'small', id: 'find-usb',
        onclick: () => this.#look(),
    }, t('place_find_usb'));

    /**
     * @param {World} world
     * @param {object} [how]
     * @param {string[]} [how.leaveOut] roots where it lies already
     * @param {boolean} [how.disk] the computer's own folder is a choice even
     *     when it does not exist yet
     */
    constructor(world, { leaveOut = [], disk = false } = {}) {
        this.#world = world;
        this.#leaveOut = leaveOut;
        this.disk = disk;
        /** @type {string} path; "" the computer's own, or none chosen */
        this.root = '';
        this.view = el('div', {}, this.#choice, this.#warning, this.#said);
        this.#show();
    }

    /** @returns {[string, string][]} */
    #options() {
        const others = this.#world.list.roots
            .filter(({ path, medium }) => !this.#leaveOut.includes(path) &&
                !(this.disk && medium !== 'removable'));
        return [...(this.disk
            ? [/** @type {[string, string]} */ (['', t('place_disk')])] : []),
        ...others.map(root => /** @type {[string, string]} */ (
            [root.path, rootName(root)]))];
    }

    #show() {
        const options = this.#options();
        if (!options.some(([path]) => path === this.root))
            this.root = options[0]?.[0] ?? '';
        const group = radios(t('issue_place'), options, this.root, root => {
            this.root = root;
            this.#warn();
        }, 'place');
        group.querySelector('.choices')?.append(this.#find);
        fill(this.#choice, group);
        this.#warn();
    }

    #warn() {
        const usb = this.#world.list.roots.some(({ path, medium }) =>
            path === this.root && medium === 'removable');
        fill(this.#warning,
            usb && box('warn', el('p', {}, t('place_usb_warning'))));
    }

    /** @returns {boolean} there is a place to choose */
    get any() {
        return this.#options().length > 0;
    }

    /** @param {string} problem */
    say(problem) {
        this.#said.textContent = problem;
        this.#find.focus();
    }

    async #look() {
        const { list } = this.#world;
        list.removable = true;
        this.#said.textContent = t('manage_looking');
        try {
            await list.load();
            this.#show();
            this.#said.textContent = t(list.roots.some(
                root => root.medium === 'removable')
                ? 'place_usb_found' : 'place_usb_none');
        } catch {
            this.#said.textContent = t('place_usb_none');
        }
        this.#find.focus();
    }
}
