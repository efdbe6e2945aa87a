/**
 * The rows of the list: gathered page by page, searched, filtered, sorted.
 * Pure; what a row says (its usage, its CA) is passed in as text.
 */
import { badgeOf, toCards } from '../common/certificate-model.js';
import { daysUntil } from '../common/dates.js';

/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */
/** @typedef {import('../common/certificate-model.js').Card} Card */
/** @typedef {import('../../common/store.js').Page} Page */

/**
 * @typedef {object} Row
 * @property {Card} card
 * @property {string} usage
 * @property {string} ca
 * @property {number} days until the expiry
 * @property {boolean} expired
 * @property {number} rank how urgent its state is, 0 first
 * @property {string} text what the search looks at, in small letters
 * @property {string} look changes whenever the row has to be drawn anew
 *
 * @typedef {object} Filter
 * @property {string} search
 * @property {string} usage
 * @property {string} ca
 * @property {string} expiry one of EXPIRIES
 * @property {string} place a root's path
 *
 * @typedef {'state' | 'name' | 'usage' | 'ca' | 'expiry' | 'place'} Column
 * @typedef {{by: Column, up: boolean}} Order
 */

/** @type {Filter} everything is shown */
export const NO_FILTER = { search: '', usage: '', ca: '', expiry: '',
    place: '' };

/** What can be asked of the expiry; '' is all. */
export const EXPIRIES = ['', 'soon', 'usable', 'expired'];

const SOON_DAYS = 60;

/** Urgent first, then what is well, then what cannot be used. */
const RANKS = ['warn', 'info', 'neutral', 'danger'];

/** Gathers pages; a folder that is read twice counts once. */
export class Gathered {
    /** @type {Map<string, Certificate>} by id and path */
    #found = new Map();

    constructor() {
        /** @type {Page['broken']} */
        this.broken = [];
        /** @type {Page['roots']} */
        this.roots = [];
        /** There is more than was looked at. */
        this.cut = false;
    }

    /** @param {Page} page */
    add({ certificates, broken, roots, cut = false }) {
        for (const c of certificates)
            this.#found.set(`${c.id} ${c.location?.path}`, c);
        this.broken = broken;
        this.roots = roots;
        this.cut ||= cut;
    }

    /** @returns {Certificate[]} */
    get certificates() {
        return [...this.#found.values()];
    }
}

/**
 * @param {Certificate[]} certificates
 * @param {number} now ms
 * @param {(c: Certificate) => {usage: string, ca: string}} words
 * @returns {Row[]} one a certificate
 */
export function toRows(certificates, now, words) {
    return toCards(certificates, now).map(card => {
        const { certificate: c, locations, serialEnd, why } = card;
        const { usage, ca } = words(c);
        const badge = badgeOf(c, now);
        const text = [c.name, usage, ca, serialEnd,
            ...locations.map(l => l?.path ?? '')].join('\n').toLowerCase();
        return {
            card, usage, ca, text,
            days: daysUntil(c.notAfter, now),
            expired: Date.parse(c.notAfter) < now,
            rank: RANKS.indexOf(badge.kind),
            look: [c.id, badge.key, JSON.stringify(badge.values), usage, ca,
                serialEnd, why, locations.map(l => l?.path)].join('\n'),
        };
    });
}

/** @param {Row} row @param {string} expiry */
function expires({ card, days, expired }, expiry) {
    switch (expiry) {
    case 'soon': return !expired && days <= SOON_DAYS;
    case 'usable': return card.why === '';
    case 'expired': return expired;
    default: return true;
    }
}

/**
 * Every word of the search has to occur.
 * @param {Row} row
 * @param {Filter} filter
 */
const passes = (row, filter) =>
    (filter.usage === '' || row.usage === filter.usage) &&
    (filter.ca === '' || row.ca === filter.ca) &&
    (filter.place === '' ||
        row.card.locations.some(l => l?.root === filter.place)) &&
    expires(row, filter.expiry) &&
    filter.search.normalize('NFC').toLowerCase().split(/\s+/)
        .every(word => row.text.includes(word));

const collator = new Intl.Collator('ko', { numeric: true });

/** @type {(a: Row, b: Row) => number} */
const byDate = (a, b) => Date.parse(a.card.certificate.notAfter) -
    Date.parse(b.card.certificate.notAfter);

/** @param {Row} row */
const placeOf = ({ card }) => card.locations[0]?.path ?? '';

/** @type {Record<Column, (a: Row, b: Row) => number>} */
const COMPARE = {
    state: (a, b) => a.rank - b.rank || byDate(a, b),
    name: (a, b) => collator.compare(a.card.certificate.name,
        b.card.certificate.name),
    usage: (a, b) => collator.compare(a.usage, b.usage),
    ca: (a, b) => collator.compare(a.ca, b.ca),
    expiry: byDate,
    place: (a, b) => collator.compare(placeOf(a), placeOf(b)),
};

/**
 * @param {Row[]} rows
 * @param {Filter} filter
 * @param {Order} order rows that are equal stay by date
 * @returns {Row[]}
 */
export function choose(rows, filter, { by, up }) {
    const sign = up ? 1 : -1;
    return rows.filter(row => passes(row, filter)).sort(
        (a, b) => sign * COMPARE[by](a, b) || byDate(a, b));
}

/**
 * What the filters offer: only what occurs.
 * @param {Row[]} rows
 * @returns {{usage: string[], ca: string[], place: string[]}}
 */
export function offers(rows) {
    /** @param {string[]} all */
    const some = all => [...new Set(all)].filter(Boolean)
        .sort(collator.compare);
    return {
        usage: some(rows.map(row => row.usage)),
        ca: some(rows.map(row => row.ca)),
        place: some(rows.flatMap(
            row => row.card.locations.map(l => l?.root ?? ''))),
    };
}
