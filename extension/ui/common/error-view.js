/** An error: cause (h1), next step, what is lost, the record for support. */
import { contactLine, copyButton } from './copy.js';
import { el, icon } from './dom.js';
import { caWords, errorValues, lostKey, recordLines, sentenceKeys }
    from './error-model.js';
import { hasText, t } from './i18n.js';

/** @typedef {import('./error-model.js').Failure} Failure */

/**
 * @typedef {object} About
 * @property {Record<string, string>} [known] values for placeholders
 * @property {string} [kind] of deed, where a sentence has one for it
 * @property {boolean} [lost] show "잃은 것": in issue windows
 * @property {{time: string, versions: string, ca: string, request?: string}}
 *     record
 * @property {string} [command] to be copied, for host_missing and the like
 */

/** @param {string} sentence @returns {string} as a heading: no full stop */
const headline = sentence => sentence.replace(/\.$/, '');

/**
 * The h1 and all below it, to be put into main; focus the h1 afterwards.
 * @param {Failure} failure
 * @param {About} about
 * @returns {HTMLElement}
 */
export function errorView(failure, about) {
    const values = errorValues(failure, about.known ?? {});
    const keys = sentenceKeys(failure);
    /** @param {string} key */
    const own = key => hasText(`${key}_${about.kind}`)
        ? `${key}_${about.kind}` : key;
    const known = hasText(keys.h1);
    const said = caWords(failure);
    const lines = recordLines(failure, about.record);
    return el('div', { class: 'error' },
        el('div', { role: 'alert' },
            el('h1', { tabindex: '-1', 'aria-describedby': 'phrase who' },
                icon('✕ '),
                headline(t(known ? own(keys.h1) : 'error_unknown', values))),
            el('p', {}, t(known ? own(keys.next) : 'error_unknown_next', values))),
        about.command && el('div', {},
            el('pre', { class: 'record', id: 'command' }, about.command),
            copyButton('button_copy', about.command)),
        about.lost && el('p', { class: 'lost' },
            el('strong', {}, `${t('lost_label')}: `), t(lostKey(failure))),
        said.length > 0 && el('div', {},
            el('p', { class: 'help' }, t('error_ca_text')),
            ...said.map(text => el('p', { class: 'said' }, `“${text}”`))),
        contactLine(values.contact),
        el('details', {},
            el('summary', {}, t('error_record')),
            el('pre', { class: 'record', id: 'record' }, lines),
            copyButton('copy_record', lines),
            el('p', { class: 'help' }, t('error_record_safe'))));
}
