/** The password of the copy: the same, or a new one by the rules. */
import { radios } from '../common/choices.js';
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { NewPassword } from '../common/new-password.js';

/** @typedef {import('./world.js').World} World */

export class OtherPassword {
    #fields;
    #other = false;

    /**
     * @param {World} world
     * @param {string} legend
     * @param {() => void} onEnter
     * @param {string[]} [names] the holder's, if known
     */
    constructor(world, legend, onEnter, names = []) {
        this.#fields = new NewPassword(world.arming, onEnter, names);
        this.#fields.root.hidden = true;
        this.root = el('div', {}, radios(legend,
            [['same', t('other_password_same')],
                ['new', t('other_password_new')]], 'same', value => {
                this.#other = value === 'new';
                this.#fields.root.hidden = !this.#other;
            }, 'other-password'), this.#fields.root);
    }

    /** @returns {string | null} "" the same; null: the problem is shown */
    take() {
        return this.#other ? this.#fields.take() : '';
    }

    wipe() {
        this.#fields.wipe();
    }
}
