/**
 * What is signed, as it is shown: text character for character, a transaction
 * as a table of its members. The text of what is shown is signed too, as a
 * digest (host/pki/cms_display.h), so it is made here, beside the view.
 */
import { showText } from '../../common/display.js';
import { membersOf } from '../../common/transaction.js';
import { amountText, amountWords } from '../common/amount.js';
import { el } from '../common/dom.js';
import { language, t } from '../common/i18n.js';
import { documentContent } from './document-content.js';
import { formContent } from './form-content.js';
import { views, warningsOf, wordsOf } from './shown.js';

/**
 * @typedef {object} Content
 * @property {string} title
 * @property {any[]} children of the area that must be read to its end
 * @property {any} exact the bytes behind a table, to be opened; or null
 * @property {number} lines
 * @property {string[]} warnings
 * @property {import('./questions.js').Asked | null} question to be answered
 *     before it is signed
 * @property {boolean} measured its lines, bytes and check code are told
 * @property {string} display every word of title and content, in order
 */

/** Members that have a name in the person's language. */
const NAMED = ['type', 'from', 'to', 'amount', 'fee', 'memo', 'date', 'expiry',
    'nonce', 'bank', 'account', 'holder', 'name'];

/**
 * @param {string} text
 * @returns {Content | null} null when it cannot be shown
 */
function textContent(text) {
    const shown = showText(text);
    const title = t('sign_title_text');
    return shown && {
        title,
        children: views(shown),
        exact: null,
        question: null,
        measured: true,
        lines: shown.lines,
        warnings: warningsOf([shown]),
        display: `${title}\n${wordsOf(shown)}`,
    };
}

/** @param {string[]} path @returns {string} */
const labelText = path => path.map(name =>
    NAMED.includes(name) ? t(`tx_${name}`) : name).join(' · ');

/**
 * @param {{path: string[], value: any}} member
 * @returns {string[]} lines
 */
function valueLines({ path, value }) {
    if (path[0] === 'amount')
        return [amountText(value, language()), amountWords(value, language())];
    if (path[0] === 'type' && value === 'transfer')
        return [t('tx_transfer')];
    return [Array.isArray(value) ? value.join(' ') : String(value)];
}

/**
 * @param {string} text canonical JSON
 * @returns {Content | null} null when it cannot be shown
 */
function transactionContent(text) {
    const members = membersOf(text);
    const title = t(members[0].value === 'transfer'
        ? 'sign_title_transfer' : 'sign_title_transaction');
    const rows = members.map(member => ({
        label: showText(labelText(member.path)),
        lines: valueLines(member).map(showText),
        amount: member.path[0] === 'amount',
    }));
    const exact = showText(text);
    const all = rows.flatMap(({ label, lines }) => [label, ...lines]);
    if (!exact || all.includes(null))
        return null;
    const sure = /** @type {import('../../common/display.js').Shown[]} */ (all);
    return {
        title,
        children: [
            el('dl', { class: 'transaction' }, ...rows.flatMap(
                ({ label, lines, amount }) => [
                    el('dt', {}, ...label ? views(label) : []),
                    el('dd', { class: amount ? 'amount' : '' },
                        ...lines.map(line => el('div', {},
                            ...line ? views(line) : []))),
                ])),
        ],
        exact: el('details', {}, el('summary', {}, t('sign_exact')),
            el('p', { class: 'exact' }, ...views(exact))),
        question: null,
        measured: true,
        lines: rows.reduce((n, { lines }) => n + lines.length, 0),
        warnings: warningsOf(sure),
        display: [title, ...rows.map(({ label, lines }) =>
            [label, ...lines].map(shown => shown ? wordsOf(shown) : '')
                .join('\t'))].join('\n'),
    };
}

/**
 * What a login signs is the host's to make: the site, its nonce, the time.
 * @param {string} host of the site
 * @param {boolean} vid the site asks for the identity check, too
 * @returns {Content}
 */
function loginContent(host, vid) {
    const title = t('login_title', { host });
    const only = t('login_only');
    return {
        title,
        children: [only],
        lines: 1,
        warnings: [],
        exact: null,
        question: vid ? { kind: 'identity' } : null,
        measured: false,
        display: `${title}\n${only}`,
    };
}

/**
 * @param {Pick<import('../../common/params.js').Wanted,
 *     'kind' | 'text' | 'form' | 'document' | 'vidFor'>} wanted
 * @param {string} origin
 * @returns {Content | null} null when it cannot be shown
 */
export function contentOf({ kind, text, form, document, vidFor }, origin) {
    if (kind === 'login')
        return loginContent(new URL(origin).host, vidFor !== null);
    if (document)
        return documentContent(document);
    if (form)
        return formContent(form);
    return kind === 'transaction' ? transactionContent(text) : textContent(text);
}
