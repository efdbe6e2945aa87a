/** What to tell the CA's help desk, to be read and copied. */
import { contactLine, copyButton } from '../common/copy.js';
import { el, rows } from '../common/dom.js';
import { pick, t } from '../common/i18n.js';
import { helpDeskRows } from './help-desk.js';
import { caOf, pendingOf } from './state.js';
import { caTitle } from './words.js';

/**
 * @param {import('./state.js').State} state
 * @param {import('./state.js').Pending} pending
 */
export function helpDeskView(state, pending) {
    const ca = pick(pending.title) || caTitle(state);
    const facts = helpDeskRows(pending, ca, t);
    return el('section', { id: 'help-desk' },
        el('p', {}, t('resume_ask_ca')),
        rows(facts),
        contactLine(pick(pending.contact ?? caOf(state)?.contact)),
        copyButton('copy_record',
            facts.map(([label, value]) => `${label}: ${value}`).join('\n')));
}

/**
 * For whoever cannot go on: what to tell the CA if it has heard anything, and
 * how to give up.
 * @param {import('./state.js').State} state
 * @param {import('./flow.js').Flow} flow
 * @param {boolean} open
 */
export function cannotGoOn(state, flow, open) {
    const found = pendingOf(state);
    return found && el('details', { open },
        el('summary', {}, t('resume_not')),
        found.sent !== 'no' && helpDeskView(state, found),
        el('button', {
            type: 'button', class: 'small', id: 'discard',
            onclick: () => flow.send({ type: 'givingUp' }),
        }, t('discard_open')));
}
