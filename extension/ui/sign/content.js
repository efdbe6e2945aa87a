/**
 * What is signed, as it is shown: text character for character, a transaction
 * as a table of its members. The text of what is shown is signed too, as a
 * digest (host/pki/cms_display.h), so it is made here, beside the view.
 */
import { showText } from '../../common/display.js';
import { membersOf } from '../../common/transaction.js';
import { amountText, amountWords } from '../common/amount.js';
import { radios } from '../common/choices.js';
import { el } from '../common/dom.js';
import { language, t } from '../common/i18n.js';

/**
 * @typedef {object} Content
 * @property {string} title
 * @property {any[]} children of the area that must be read to its end
 * @property {any} exact the bytes behind a table, to be opened; or null
 * @property {number} lines
 * @property {string[]} warnings
 * @property {Question | null} question to be answered before it is signed
 * @property {string} display every word of title and content, in order
 */

/**
 * @typedef {object} Question
 * @property {any} root
 * @property {() => string} answer allow, decline, or "" for none yet
 */

/** Members that have a name in the person's language. */
const NAMED = ['type', 'from', 'to', 'amount', 'fee', 'memo', 'date', 'expiry',
    'nonce', 'bank', 'account', 'holder', 'name'];

/** @param {import('../../common/display.js').Piece} piece */
function pieceView({ text, token }) {
    if (!token)
        return text;
    const spoken = t('sign_invisible_spoken', { code: text.slice(1, -1) });
    return el('span', { class: 'token', role: 'img', 'aria-label': spoken },
        text);
}

/** @param {import('../../common/display.js').Shown[]} all */
function warningsOf(all) {
    const example = all.flatMap(shown => shown.pieces)
        .find(piece => piece.token)?.text;
    const unseen = all.reduce((n, shown) => n + shown.unseen, 0);
    return [
        unseen > 0 && t('sign_invisible', { n: unseen, example }),
        all.some(shown => shown.oddDigits > 0) && t('sign_lookalike'),
        all.some(shown => !shown.composed) && t('sign_not_nfc'),
    ].filter(line => line !== false);
}

/** @param {import('../../common/display.js').Shown} shown */
const textOf = shown => shown.pieces.map(piece => piece.text).join('');

/**
 * @param {string} text
 * @returns {Content | null} null when it cannot be shown
 */
function textContent(text) {
    const shown = showText(text);
    const title = t('sign_title_text');
    return shown && {
        title,
        children: shown.pieces.map(pieceView),
        exact: null,
        question: null,
        lines: shown.lines,
        warnings: warningsOf([shown]),
        display: `${title}\n${textOf(shown)}`,
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
                    el('dt', {}, ...(label?.pieces ?? []).map(pieceView)),
                    el('dd', { class: amount ? 'amount' : '' },
                        ...lines.map(line => el('div', {},
                            ...(line?.pieces ?? []).map(pieceView)))),
                ])),
        ],
        exact: el('details', {}, el('summary', {}, t('sign_exact')),
            el('p', { class: 'exact' }, ...exact.pieces.map(pieceView))),
        question: null,
        lines: rows.reduce((n, { lines }) => n + lines.length, 0),
        warnings: warningsOf(sure),
        display: [title, ...rows.map(({ label, lines }) =>
            [label, ...lines].map(shown => shown ? textOf(shown) : '')
                .join('\t'))].join('\n'),
    };
}

/** @returns {Question} may the site check the identity number? */
function identityQuestion() {
    let answer = '';
    return {
        root: radios(t('login_vid_question'), [['allow', t('login_vid_allow')],
            ['decline', t('login_vid_decline')]], '', value => {
            answer = value;
        }, 'identity'),
        answer: () => answer,
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
        question: vid ? identityQuestion() : null,
        display: `${title}\n${only}`,
    };
}

/**
 * @param {import('../../common/params.js').Wanted} wanted
 * @param {string} origin
 * @returns {Content | null} null when it cannot be shown
 */
export function contentOf({ kind, text, vidFor }, origin) {
    if (kind === 'login')
        return loginContent(new URL(origin).host, vidFor !== null);
    return kind === 'transaction' ? transactionContent(text) : textContent(text);
}
