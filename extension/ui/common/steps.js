/** The four stages of an issue, as a list: done, current, to come. */
import { el, icon } from './dom.js';
import { t } from './i18n.js';

export const STEPS = ['prepare', 'apply', 'issue', 'keep'];

/**
 * @param {string} current one of STEPS
 * @param {{applied?: string}} [notes] applied: spoken beside stage 2 when it
 *     was done elsewhere
 * @returns {HTMLElement}
 */
export function stepBar(current, notes = {}) {
    const at = STEPS.indexOf(current);
    return el('ol', { class: 'steps', 'aria-label': t('step_bar') },
        ...STEPS.map((step, i) => {
            const done = i < at || (step === 'apply' && Boolean(notes.applied));
            const remark = step === 'apply' && notes.applied;
            return el('li', {
                class: done && i !== at ? 'done' : '',
                'aria-current': i === at ? 'step' : null,
            },
            `${i + 1} ${t(`step_${step}`)}`,
            done && i !== at && icon(' ✓'),
            done && i !== at && el('span', { class: 'spoken' },
                `: ${remark || t('step_done')}`));
        }));
}
