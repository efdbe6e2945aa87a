/** Certificates as radio cards; what cannot be chosen says why. */
import { arrange, badgeOf, findCa } from './certificate-model.js';
import { longDate } from './dates.js';
import { el, icon, newId } from './dom.js';
import { language, pick, t } from './i18n.js';

/** @typedef {import('./certificate-model.js').Certificate} Certificate */
/** @typedef {import('./certificate-model.js').Card} Card */
/** @typedef {import('./certificate-model.js').Ca} Ca */

/** @param {Certificate} c */
export const usageText = c => pick(c.policy?.usage) || t('usage_unknown');

/** @param {Certificate} c @param {Ca[]} cas */
export const caText = (c, cas) => pick(findCa(c.ca, cas)?.title) ||
    c.issuer?.o || c.issuer?.cn || t('ca_unknown');

/** @param {Certificate} c @param {number} [now] ms */
export function badgeView(c, now = Date.now()) {
    const badge = badgeOf(c, now);
    return el('span', { class: `badge ${badge.kind}` },
        badge.sign && icon(`${badge.sign} `), t(badge.key, badge.values));
}

/**
 * "홍길동, 은행·보험용, 금융결제원, 2027년 3월 14일까지"
 * @param {Certificate} c
 * @param {Ca[]} cas
 */
export const spokenName = (c, cas) => t('certificate_spoken', {
    name: c.name,
    usage: usageText(c),
    ca: caText(c, cas),
    date: longDate(c.notAfter, language()),
});

/**
 * @param {Card} card
 * @param {Ca[]} cas
 * @param {number} now
 */
function cardText({ certificate: c, places, serialEnd, why }, cas, now) {
    const more = [
        t('certificate_line', { usage: usageText(c), ca: caText(c, cas) }),
        serialEnd && t('certificate_serial_end', { digits: serialEnd }),
        places > 1 && t('certificate_places', { n: places - 1 }),
    ].filter(Boolean).join(' · ');
    return el('span', {},
        el('span', { class: 'top' },
            el('span', { class: 'name' }, c.name), badgeView(c, now)),
        el('span', { class: 'more' }, more),
        why && el('p', { class: 'more' }, t(why)));
}

/**
 * A card that is read, not chosen.
 * @param {Card} card
 * @param {Ca[]} cas
 * @param {number} [now] ms
 */
export const stillCard = (card, cas, now = Date.now()) =>
    el('li', { class: 'card still' }, cardText(card, cas, now));

/**
 * @param {Card[]} cards
 * @param {string} title key
 * @param {Ca[]} cas
 * @param {number} now
 * @param {boolean} open there is nothing else to be seen
 */
const otherGroup = (cards, title, cas, now, open) => cards.length > 0 &&
    el('details', { open },
        el('summary', {}, t(title, { n: cards.length })),
        el('ul', { class: 'todo' },
            ...cards.map(card => stillCard(card, cas, now))));

export class CertificateList {
    #onChange;

    /**
     * @param {Certificate[]} certificates of store.list
     * @param {object} how
     * @param {Ca[]} how.cas of ca.list, for their titles
     * @param {(c: Certificate) => string} [how.refusal] key of why the site
     *     does not accept it, "" when it does
     * @param {boolean} [how.expired] it accepts expired ones, too
     * @param {(c: Certificate) => string} [how.unfit] key of why this cannot
     *     be done with it now, "" when it can
     * @param {string | null} [how.lastUsed] id last used on this site
     * @param {number} [how.now] ms
     * @param {() => void} [how.onChange] another one was chosen
     */
    constructor(certificates, how) {
        const { cas, now = Date.now() } = how;
        this.#onChange = how.onChange;
        this.arranged = arrange(certificates, { ...how, now });
        const { usable, unaccepted, unusable, selected } = this.arranged;
        /** @type {string | null} the chosen certificate's id */
        this.selected = selected;
        const none = usable.length === 0;
        const group = newId('certificate');
        this.problem = el('p', { class: 'problem', role: 'alert' });
        this.root = el('div', {},
            el('fieldset', { class: 'field' },
                el('legend', {}, t('certificate')),
                ...usable.map(card => this.#radio(card, group, cas, now)),
                none && el('p', { class: 'help' },
                    t(certificates.length > 0 ? 'certificates_none_fit'
                        : 'certificates_none')),
                this.problem),
            otherGroup(unaccepted, 'certificates_unaccepted', cas, now, none),
            otherGroup(unusable, 'certificates_unusable', cas, now, none));
    }

    /** @returns {Certificate | null} */
    get certificate() {
        return this.arranged.usable.find(card =>
            card.certificate.id === this.selected)?.certificate ?? null;
    }

    /** @param {string} text "" takes it back */
    setProblem(text) {
        this.problem.textContent = text;
    }

    /** Put the focus on the first card, for a problem with the choice. */
    focus() {
        this.root.querySelector('input')?.focus();
    }

    /**
     * @param {Card} card
     * @param {string} group
     * @param {Ca[]} cas
     * @param {number} now
     */
    #radio(card, group, cas, now) {
        const { id } = card.certificate;
        const spoken = spokenName(card.certificate, cas) + (card.serialEnd &&
            `, ${t('certificate_serial_end', { digits: card.serialEnd })}`);
        return el('label', { class: 'card' },
            el('input', {
                type: 'radio',
                name: group,
                value: id,
                checked: id === this.selected,
                'aria-label': spoken,
                onchange: () => {
                    this.selected = id;
                    this.setProblem('');
                    this.#onChange?.();
                },
            }),
            cardText(card, cas, now));
    }
}
