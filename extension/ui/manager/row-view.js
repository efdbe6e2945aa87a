/** One row of the list; on a narrow page its cells stand below each other. */
import { badgeView, spokenName } from '../common/certificate-list.js';
import { shortDate } from '../common/dates.js';
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';

/** @typedef {import('./list-model.js').Row} Row */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/** @type {import('./list-model.js').Column[]} in the order of the table */
export const COLUMNS = ['state', 'name', 'usage', 'ca', 'expiry', 'place'];

/** @param {Certificate['location'] | undefined} location */
export const placeName = location => location?.medium === 'removable'
    ? t('manage_place_usb', { name: location.root.split('/').at(-2) })
    : t('place_disk');

/**
 * "이 컴퓨터", "이 컴퓨터 외 1곳": the computer's own before a stick's
 * @param {Certificate['location'][]} locations
 */
export function placesText(locations) {
    const own = locations.find(l => l?.medium !== 'removable');
    const name = placeName(own ?? locations[0]);
    return locations.length > 1
        ? t('manage_places', { name, n: locations.length - 1 }) : name;
}

/**
 * @param {'td' | 'th'} tag
 * @param {import('./list-model.js').Column} column
 * @param {...(Node | string)} content
 */
const cell = (tag, column, ...content) => el(tag, {
    role: tag === 'th' ? 'rowheader' : 'cell',
    scope: tag === 'th' ? 'row' : null,
    'data-label': t(`manage_column_${column}`),
}, ...content);

/**
 * @param {Row} row
 * @param {import('../common/certificate-model.js').Ca[]} cas
 * @param {number} now ms
 * @returns {HTMLTableRowElement}
 */
export function rowView({ card, usage, ca }, cas, now) {
    const { certificate: c, serialEnd, locations } = card;
    const end = serialEnd &&
        t('certificate_serial_end', { digits: serialEnd });
    return el('tr', { role: 'row', 'data-id': c.id },
        cell('td', 'state', badgeView(c, now)),
        cell('th', 'name',
            el('a', {
                href: `#${c.id}`,
                'aria-label': spokenName(c, cas) + (end && `, ${end}`),
            }, c.name),
            end ? el('span', { class: 'more' }, ` ${end}`) : ''),
        cell('td', 'usage', usage),
        cell('td', 'ca', ca),
        cell('td', 'expiry',
            el('span', { class: 'keep' }, shortDate(c.notAfter))),
        cell('td', 'place', placesText(locations)));
}
