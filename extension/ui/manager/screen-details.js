/** One certificate: what it is, and what can be done with it. */
import { remindOf, silenced } from '../../common/expiries.js';
import { calendarLink } from '../common/calendar.js';
import { badgeView, caText, usageText } from '../common/certificate-list.js';
import { daysUntil, longDate } from '../common/dates.js';
import { box, el, fill, rows } from '../common/dom.js';
import { language, t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { deedLinks } from './deed-links.js';
import { detailRows, isOldScheme, schemeKey } from './details-model.js';
import { pathText, withoutNumbers } from './places.js';
import { placeName } from './row-view.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */
/** @typedef {import('../common/certificate-model.js').Card} Card */

/** Names may hold numbers: only these rows show a whole name. */
const NAMES = ['detail_subject', 'detail_issuer'];

/** @param {Certificate} c */
function validity(c) {
    const [from, to] = [c.notBefore, c.notAfter].map(
        date => longDate(date, language()));
    const n = daysUntil(c.notAfter, Date.now());
    return `${t('manage_validity', { from, to })}${
        n >= 0 ? ` · ${t('manage_days_left', { n })}` : ''}`;
}

/** @param {Certificate['location']} location */
const placeLine = location => el('div', {}, placeName(location), ' ',
    el('span', { class: 'path' }, pathText(location?.path)));

/**
 * @param {Card} card
 * @param {World} world
 */
const summary = ({ certificate: c, locations }, world) => rows([
    [t('manage_column_usage'), usageText(c)],
    [t('detail_holder'), c.name],
    [t('manage_column_ca'), caText(c, world.cas)],
    [t('detail_validity'), validity(c)],
    [t('manage_column_place'), locations.map(placeLine)],
    [t('detail_scheme'), t(schemeKey(c.keyScheme))],
    [t('detail_vid'), t(/** @type {any} */ (c).hasVid
        ? 'detail_vid_yes' : 'detail_vid_no')],
    [t('detail_km'), t(/** @type {any} */ (c).hasKm
        ? 'detail_km_yes' : 'detail_km_no')],
]);

/**
 * All the rest, asked for when it is opened.
 * @param {Certificate} c
 * @param {World} world
 */
function fullDetails(c, world) {
    const inside = el('div', { role: 'status' });
    const group = el('details', {
        id: 'full',
        ontoggle: async () => {
            if (!group.open || inside.childElementCount > 0)
                return;
            inside.textContent = t('manage_looking');
            try {
                const shown = await world.store.ask('store.show',
                    { certificate: c.id });
                fill(inside, rows(detailRows(shown).map(([key, text]) =>
                    [t(key), el('span', { class: 'path' },
                        NAMES.includes(key) ? withoutNumbers(text) : text)])));
            } catch (error) {
                const { reason } = /** @type {any} */ (error);
                inside.textContent = `${t(`error_${reason}`)} ${
                    t(`error_${reason}_next`)}`;
            }
        },
    }, el('summary', {}, t('detail_full')), inside);
    return group;
}

/**
 * @param {Certificate} c
 * @param {World} world
 */
function reminders(c, world) {
    const { local } = world.browser.storage;
    const tick = el('input', {
        type: 'checkbox', id: 'remind', checked: true,
        onchange: () => remindOf(local, c.id, tick.checked),
    });
    silenced(local).then(off => {
        tick.checked = !off.includes(c.id);
    });
    return el('section', {},
        el('h2', {}, t('remind_heading')),
        el('label', { class: 'choice' }, tick,
            el('span', {}, t('remind_me'))),
        el('p', { class: 'help' }, t('remind_how'), ' ', calendarLink(c)));
}

/**
 * @param {World} world
 * @param {Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function detailsScreen(world, card) {
    const { certificate: c, why } = card;
    const back = () => world.go('');
    return {
        deed: c.name,
        content: [el('div', { class: 'details' },
            el('p', {}, el('a', { href: '#', id: 'back' },
                `← ${t('manage_back')}`)),
            heading(c.name),
            el('p', {}, badgeView(c)),
            why !== '' && box(why === 'why_not_yet' ? 'info' : 'danger',
                el('p', {}, t(why))),
            isOldScheme(c.keyScheme) && box('warn',
                el('p', {}, t('scheme_old_advice'))),
            summary(card, world),
            fullDetails(c, world),
            ...deedLinks(world, card),
            why === 'why_expired' ? false : reminders(c, world))],
        escape: back,
    };
}
