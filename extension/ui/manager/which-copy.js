/** Which copy is meant, when a certificate lies in several places. */
import { radios } from '../common/choices.js';
import { el } from '../common/dom.js';
import { rootName } from './places.js';

export class WhichCopy {
    /**
     * @param {import('../common/certificate-model.js').Card} card
     * @param {string} legend
     */
    constructor({ locations }, legend) {
        const roots = new Map(locations.filter(Boolean).map(
            l => [l.root, rootName({ path: l.root, medium: l.medium })]));
        /** @type {string} "" when there is only one */
        this.root = roots.size > 1 ? [...roots.keys()][0] : '';
        this.view = roots.size > 1
            ? radios(legend, [...roots], this.root, root => {
                this.root = root;
            }, 'which') : el('div', {});
    }
}
