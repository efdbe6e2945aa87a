/**
 * What the certificate list shows (ux 3): order, groups, badges, names. Pure.
 */
import { daysUntil, shortDate } from './dates.js';

/**
 * @typedef {object} Certificate the host's object (architecture 5)
 * @property {string} id
 * @property {string} name
 * @property {{cn: string, dn: string}} subject
 * @property {{cn: string, o: string, dn: string}} issuer
 * @property {string} ca
 * @property {string} serial hex
 * @property {string} notBefore
 * @property {string} notAfter
 * @property {string} state
 * @property {{oid: string, usage: {ko: string, en: string}}} policy
 * @property {boolean} [hasKey]
 * @property {string} [keyScheme] absent when it is not known
 * @property {{root: string, medium: string, path: string}} location
 *
 * @typedef {{name: string, folder: string, title: {ko: string, en: string},
 *     enabled: boolean, contact?: {ko: string, en: string}}} Ca
 *
 * @typedef {{kind: string, sign: string, key: string, values: Record<string, string | number>}} Badge
 *
 * @typedef {object} Card
 * @property {Certificate} certificate
 * @property {number} places in how many it lies
 * @property {Certificate['location'][]} locations where, as they were read
 * @property {string} serialEnd "" unless needed to tell two apart
 * @property {string} why key of the reason, "" when usable
 */

const RENEWABLE_DAYS = 60;

/** From here on it is urgent. */
export const URGENT_DAYS = 30;

const DAY = 86_400_000; // ms

/** @param {Certificate} c */
const hasKey = c => c.hasKey ?? Boolean(c.keyScheme);

/**
 * @param {Certificate} c
 * @param {number} now ms
 * @returns {Badge}
 */
export function badgeOf(c, now) {
    /** @type {(kind: string, sign: string, key: string,
     *     values?: Record<string, string | number>) => Badge} */
    const badge = (kind, sign, key, values = {}) =>
        ({ kind, sign, key: `badge_${key}`, values });
    if (c.state === 'revoked')
        return badge('danger', '⊘', 'revoked');
    if (Date.parse(c.notAfter) < now)
        return badge('danger', '✕', 'expired', { date: shortDate(c.notAfter) });
    if (!hasKey(c))
        return badge('danger', '!', 'no_key');
    if (Date.parse(c.notBefore) > now)
        return badge('neutral', '○', 'from', { date: shortDate(c.notBefore) });
    const n = daysUntil(c.notAfter, now);
    if (n === 0)
        return badge('warn', '▲', 'today');
    if (n === 1)
        return badge('warn', '▲', 'tomorrow');
    if (n <= URGENT_DAYS)
        return badge('warn', '▲', 'soon', { n });
    if (n <= RENEWABLE_DAYS)
        return badge('info', '◷', 'renewable', { n });
    return badge('neutral', '', 'until', { date: shortDate(c.notAfter) });
}

/**
 * @param {Certificate} c
 * @param {number} now ms
 * @returns {string} key of why it cannot be used now, "" when it can
 */
export function whyUnusable(c, now) {
    if (c.state === 'revoked')
        return 'why_revoked';
    if (Date.parse(c.notAfter) < now)
        return 'why_expired';
    if (Date.parse(c.notBefore) > now)
        return 'why_not_yet';
    return hasKey(c) ? '' : 'why_no_key';
}

/**
 * The same where the site takes expired ones: time alone is no reason.
 * @param {Certificate} c
 * @param {number} now ms
 */
const whyUseless = (c, now) =>
    whyUnusable({ ...c, notAfter: new Date(now).toISOString() }, now);

/** @param {Certificate} c @returns {number} ms: from when on, for the host */
export const renewableFrom = c =>
    Date.parse(c.notAfter) - RENEWABLE_DAYS * DAY;

/**
 * @param {Certificate} c
 * @param {number} now ms
 * @returns {'' | 'offered' | 'urged'} a renewal
 */
export function renewal(c, now) {
    if (whyUnusable(c, now) !== '' || now < renewableFrom(c))
        return '';
    return daysUntil(c.notAfter, now) <= URGENT_DAYS ? 'urged' : 'offered';
}

/**
 * @param {string} named as a certificate names its CA
 * @param {Ca[]} cas
 * @returns {Ca | undefined}
 */
export const findCa = (named, cas) => cas.find(ca =>
    ca.name === named ||
    ca.folder?.toLowerCase() === String(named).toLowerCase());

/** @param {Certificate} c */
const looks = c => [c.name, c.policy?.oid, c.ca].join('\n');

/**
 * One row a certificate, however many places it lies in; rows that look alike
 * get the end of their serial number.
 * @param {Certificate[]} certificates
 * @param {number} now ms
 * @returns {Card[]}
 */
export function toCards(certificates, now) {
    /** @type {Map<string, Card>} */
    const cards = new Map();
    for (const certificate of certificates) {
        const { id, location } = certificate;
        const known = cards.get(id);
        if (known && !hasKey(known.certificate) && hasKey(certificate))
            known.certificate = certificate;
        if (known) {
            known.places += 1;
            known.locations.push(location);
        } else {
            cards.set(id, { certificate, places: 1, locations: [location],
                serialEnd: '', why: '' });
        }
    }
    const all = [...cards.values()];
    /** @type {Map<string, number>} */
    const alike = new Map();
    for (const { certificate } of all)
        alike.set(looks(certificate), (alike.get(looks(certificate)) ?? 0) + 1);
    for (const card of all) {
        card.why = whyUnusable(card.certificate, now);
        if (alike.get(looks(card.certificate)) !== 1)
            card.serialEnd = card.certificate.serial.slice(-4).toUpperCase();
    }
    return all;
}

/** @type {(a: Card, b: Card) => number} latest expiry first */
const byExpiry = (a, b) => Date.parse(b.certificate.notAfter) -
    Date.parse(a.certificate.notAfter);

/**
 * @param {Certificate[]} certificates
 * @param {{now: number, refusal?: (c: Certificate) => string,
 *     expired?: boolean, unfit?: (c: Certificate) => string,
 *     lastUsed?: string | null}} how refusal: key of why the site does not
 *     accept it, "" when it does; expired: it accepts those that have expired,
 *     too; unfit: key of why this cannot be done with it now, "" when it can
 * @returns {{usable: Card[], unaccepted: Card[], unusable: Card[],
 *     selected: string | null}} nothing is ever left out
 */
export function arrange(certificates,
    { now, refusal = () => '', expired = false, unfit = () => '',
        lastUsed = null }) {
    const cards = toCards(certificates, now).map(card => ({ ...card,
        why: (expired ? whyUseless(card.certificate, now) : card.why) ||
            unfit(card.certificate) }));
    const fit = cards.filter(c => c.why === '')
        .map(c => ({ ...c, why: refusal(c.certificate) }));
    const usable = fit.filter(c => c.why === '')
        .sort(byExpiry)
        .sort((a, b) => Number(b.certificate.id === lastUsed) -
            Number(a.certificate.id === lastUsed));
    const last = usable.find(c => c.certificate.id === lastUsed);
    const only = usable.length === 1 ? usable[0] : undefined;
    return {
        usable,
        unaccepted: fit.filter(c => c.why !== '').sort(byExpiry),
        unusable: cards.filter(c => c.why !== '').sort(byExpiry),
        selected: (last ?? only)?.certificate.id ?? null,
    };
}
