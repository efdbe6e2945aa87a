/** One page to print: what to do on the other device. */
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { certificateLine } from './deed.js';

/** Device: how many steps its list has. @type {[string, number][]} */
const DEVICES = [['ingam', 4], ['computer', 3], ['phone', 4]];

/** @param {[string, number]} device */
const steps = ([device, n]) => el('section', {},
    el('h2', {}, t(`guide_${device}`)),
    el('ol', {}, ...Array.from({ length: n }, (_, i) =>
        el('li', {}, t(`guide_${device}_${i + 1}`)))));

/**
 * @param {import('./world.js').World} world
 * @param {import('../common/certificate-model.js').Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function guideScreen(world, { certificate }) {
    const back = () => world.go(certificate.id);
    return {
        deed: t('deed_guide'),
        content: [el('div', { class: 'deed guide' },
            heading(t('guide_title')), certificateLine(certificate),
            ...DEVICES.map(steps),
            el('h2', {}, t('guide_afterwards')),
            el('ul', {}, ...[1, 2, 3].map(
                n => el('li', {}, t(`guide_after_${n}`)))),
            el('p', {}, el('strong', {}, t('keep_nobody'))))],
        secondary: { label: t('back'), press: back },
        primary: { label: t('guide_print'), press: () => window.print() },
        escape: back,
    };
}
