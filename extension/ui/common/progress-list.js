/** Progress: four lines, one bar, one sentence a stage for the listener. */
import { el, fill, icon } from './dom.js';
import { t } from './i18n.js';
import { amountAt, HOST_STEPS, LINES, linesAt } from './progress-model.js';

const SIGNS = { done: '✓', now: '◐', todo: '○' };

export class ProgressList {
    constructor() {
        this.lines = el('ol', { class: 'stages' });
        this.bar = el('progress', {
            max: String(HOST_STEPS.length), value: '0',
            'aria-label': t('progress_label'),
        });
        this.status = el('p', { class: 'spoken', role: 'status' });
        this.root = el('div', {}, this.lines, this.bar, this.status);
        this.set(null);
    }

    /** @param {string | null} step one of the host's, null before the first */
    set(step) {
        fill(this.lines, ...linesAt(step).map(({ state, key }, i) =>
            el('li', { class: state },
                icon(SIGNS[state]),
                el('span', {}, t(key), el('span', { class: 'spoken' },
                    `: ${t(`progress_state_${state}`)}`)),
                el('span', { class: 'count' }, `${i + 1}/${LINES.length}`))));
        this.bar.value = amountAt(step);
        this.status.textContent = step === null ? '' : t(`progress_${step}`);
    }
}
