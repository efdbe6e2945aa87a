/** Address → screen. */
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { checkScreen } from './screen-check.js';
import { copyScreen } from './screen-copy.js';
import { detailsScreen } from './screen-details.js';
import { exportScreen } from './screen-export.js';
import { guideScreen } from './screen-guide.js';
import { importScreen } from './screen-import.js';
import { passwordScreen } from './screen-password.js';
import { removeScreen } from './screen-remove.js';
import { tryScreen } from './screen-try.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('../enrol/shell.js').Screen} Screen */
/** @typedef {import('../common/certificate-model.js').Card} Card */

/** @type {Map<string, (world: World, card: Card) => Screen>} */
const DEEDS = new Map([['', detailsScreen], ['check', checkScreen],
    ['try', tryScreen], ['password', passwordScreen],
    ['export', exportScreen], ['copy', copyScreen], ['remove', removeScreen],
    ['guide', guideScreen]]);

/** @param {World} world @returns {Screen} */
const notHere = world => ({
    deed: t('manage_title'),
    content: [el('div', { class: 'deed' }, heading(t('manage_not_here')),
        el('p', {}, t('manage_not_here_next')))],
    primary: { label: t('manage_back'), press: () => world.go('') },
    escape: () => world.go(''),
});

/**
 * @param {World} world
 * @param {string} id or "import"
 * @param {string} deed
 * @returns {Screen | null} null: the list is not read yet
 */
export function screenOf(world, id, deed) {
    const card = world.list.card(id);
    const make = DEEDS.get(deed);
    if (card && make)
        return make(world, card);
    if (!world.list.loaded)
        return null;
    return id === 'import' ? importScreen(world) : notHere(world);
}
