/** An unfinished deed is given up: what is lost, the word, the deed. */
import { box, el, rows } from '../common/dom.js';
import { pick, t } from '../common/i18n.js';
import { siteView } from '../common/site.js';
import { TypedWord } from '../common/typed-word.js';
import { helpDeskRows, isCoded } from './help-desk.js';
import { helpDeskView } from './help-desk-view.js';
import { heading } from './shell.js';
import { pendingOf } from './state.js';
import { caTitle, kindText } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Pending} Pending */

/** @param {Pending | undefined} found @returns {string[]} what it costs */
function consequences(found) {
    if (!found)
        return [t('discard_broken'), t('discard_kept')];
    return [found.sent === 'no' ? t('discard_unsent')
        : kindText('discard_sent', found.kind),
    t(isCoded(found) ? 'discard_code' : 'discard_old'), t('discard_kept')];
}

/**
 * @param {State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function discardScreen(state, { flow, close }) {
    const found = pendingOf(state);
    const word = found && isCoded(found) ? found.referenceNumber : '';
    const typed = word === '' ? null : new TypedWord(word,
        t('discard_typed', { digits: word }));
    const problem = el('p', { class: 'problem', role: 'alert' });
    return {
        deed: t('discard_deed'),
        content: [heading(t('discard_title')), siteView(state.origin),
            found && rows(helpDeskRows(found,
                pick(found.title) || caTitle(state), t)),
            el('h2', {}, t('prepare_notes')),
            el('ul', { class: 'notes' },
                ...consequences(found).map(text => el('li', {}, text))),
            typed?.root ?? null, problem],
        secondary: { label: t('cancel'),
            press: found ? () => flow.send({ type: 'ask' }) : close },
        primary: { label: t('discard_button'), armed: true, danger: true,
            press: () => {
                if (!typed || typed.check())
                    flow.discard(word || (state.pending ?? ''));
            } },
        update: next => {
            problem.textContent = next.problem;
        },
    };
}

/**
 * @param {State} state
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function discardedScreen(state, { close }) {
    const found = pendingOf(state);
    return {
        deed: t('discard_deed'),
        content: [heading(t('discarded_title')), siteView(state.origin),
            el('p', {}, t('discard_kept')),
            found && found.sent !== 'no' &&
                box('warn', helpDeskView(state, found))],
        primary: { label: t('close'), press: close },
    };
}
