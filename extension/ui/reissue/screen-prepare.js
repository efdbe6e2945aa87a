/** 1/4 준비: for whom, by which CA, and what stops working. */
import { badgeView, usageText } from '../common/certificate-list.js';
import { badgeOf, URGENT_DAYS } from '../common/certificate-model.js';
import { radios } from '../common/choices.js';
import { daysUntil, shortDate } from '../common/dates.js';
import { box, el, fill, rows } from '../common/dom.js';
import { pick, t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { heading } from '../enrol/shell.js';
import { caOf, candidates } from '../enrol/state.js';
import { deedText } from '../enrol/words.js';

/** @typedef {import('../enrol/state.js').State} State */
/** @typedef {import('../enrol/flow.js').Flow} Flow */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

const NOTES = new Map([
    ['reissue', ['note_revoked', 'note_expiry', 'note_copies', 'note_register']],
    ['issue', ['note_issue_new', 'note_issue_code', 'note_issue_register']],
]);

/**
 * @param {State} state
 * @param {Flow} flow
 * @param {() => void} openCas
 */
function kindAndCa(state, flow, openCas) {
    /** @param {object} what */
    const chose = what => flow.send({ type: 'chose', what });
    const usable = state.cas.filter(ca => ca.enabled);
    const select = el('select', {
        id: 'ca', 'aria-describedby': 'ca-problem',
        onchange: () => chose({ ca: select.value }),
    },
    usable.length !== 1 && el('option', { value: '' }, t('apply_ca_choose')),
    ...usable.map(ca => el('option',
        { value: ca.name, selected: ca.name === state.ca }, pick(ca.title))));
    return el('div', {},
        radios(t('prepare_kind'), [['reissue', t('kind_reissue')],
            ['issue', t('kind_issue')]], state.kind,
        kind => chose({ kind }), 'kind'),
        el('div', { class: 'field' },
            el('label', { for: 'ca' }, t('apply_ca')), select,
            el('p', { class: 'problem', id: 'ca-problem', role: 'alert' },
                usable.length === 0 && t('apply_no_ca')),
            el('button', {
                type: 'button', class: 'link', id: 'open-cas', onclick: openCas,
            }, t('apply_ca_missing'))));
}

/** @param {Certificate} c */
const oldLine = c => el('span', {}, t('prepare_old_until', {
    name: c.name, usage: usageText(c), date: shortDate(c.notAfter),
}), ' ', badgeOf(c, Date.now()).sign !== '' && badgeView(c));

/** @param {State} state @param {Flow} flow */
function oldChoice(state, flow) {
    const found = candidates(state);
    return found.length > 0 && radios(t('prepare_old'),
        [...found.map(c => /** @type {[string, Node]} */ ([c.id, oldLine(c)])),
            ['', t('prepare_old_unknown')]],
        state.old ?? '',
        id => flow.send({ type: 'chose', what: { old: id || null } }), 'old');
}

/** @param {State} state */
function remarks(state) {
    const found = candidates(state);
    const now = Date.now();
    const old = found.find(c => c.id === state.old);
    const left = old ? daysUntil(old.notAfter, now) : null;
    const usable = found.some(c =>
        Date.parse(c.notAfter) > now && c.state !== 'revoked' && c.keyScheme);
    return [
        old && left !== null && left < 0 && box('warn', el('p', {},
            t('prepare_expired', { date: shortDate(old.notAfter) }))),
        left !== null && left >= 0 && left <= URGENT_DAYS && box('warn',
            el('p', {}, t('prepare_near_expiry', { n: left }))),
        usable && box('info', el('p', {}, t('prepare_usable_copy'))),
    ];
}

/** @param {State} state */
const notes = state => [
    el('h2', {}, t('prepare_notes')),
    el('ol', { class: 'notes' }, ...(NOTES.get(state.kind) ?? []).map(
        key => el('li', {}, t(key)))),
    ...remarks(state),
];

/**
 * @param {State} first
 * @param {import('../enrol/window.js').Frame} frame
 * @returns {import('../enrol/shell.js').Screen}
 */
export function prepareScreen(first, { flow, close, leaveFor }) {
    const typed = first.mode === 'codes';
    const title = heading('');
    const below = el('div', {});
    const old = el('div', {});
    /** @param {State} state */
    const show = state => {
        title.textContent = t(`prepare_title_${state.kind}`);
        fill(below, ...notes(state));
    };
    /** @param {State} state */
    const refresh = state => {
        show(state);
        const choice = oldChoice(state, flow);
        if (!old.contains(document.activeElement))
            fill(old, choice);
    };
    refresh(first);
    const ca = caOf(first);
    return {
        deed: deedText(first),
        stage: 'prepare',
        applied: typed ? undefined : t('step_done_at_bank'),
        content: [title, siteView(first.origin),
            typed ? kindAndCa(first, flow, () => leaveFor('ui/ca/ca.html'))
                : rows([
                [t('prepare_ca'), pick(ca?.title)],
                [t('prepare_name'), first.holder],
            ]), old, below],
        secondary: { label: t('cancel'), press: close },
        primary: { label: t('continue'), press: () => {
            const problem = document.getElementById('ca-problem');
            if (flow.state.ca === '' && problem) {
                problem.textContent = t('apply_ca_empty');
                document.getElementById('ca')?.focus();
            } else
                flow.send({ type: 'continued' });
        } },
        update: refresh,
    };
}
