/** Progress: a line a stage, one bar, one sentence a stage for the listener. */
import { el, fill, icon } from './dom.js';
import { t } from './i18n.js';
import { amountAt, HOST_STEPS, LINES, linesAt } from './progress-model.js';

const SIGNS = { done: '✓', now: '◐', todo: '○' };

export class ProgressList {
    #lines;

    /**
     * @param {string} label of the bar
     * @param {string[][]} [lines]
     */
    constructor(label, lines = LINES) {
        this.#lines = lines;
        this.lines = el('ol', { class: 'stages' });
        this.bar = el('progress', {
            max: String(HOST_STEPS.length), value: '0', 'aria-label': label,
        });
        this.status = el('p', { class: 'spoken', role: 'status' });
        this.root = el('div', {}, this.lines, this.bar, this.status);
        this.set(null);
    }

    /** @param {string | null} step one of the host's, null before the first */
    set(step) {
        const stages = linesAt(step, this.#lines);
        fill(this.lines, ...stages.map(({ state, key }, i) =>
            el('li', { class: state },
                icon(SIGNS[state]),
                el('span', {}, t(key), el('span', { class: 'spoken' },
                    `: ${t(`progress_state_${state}`)}`)),
                el('span', { class: 'count' }, `${i + 1}/${stages.length}`))));
        this.bar.value = amountAt(step);
        const now = stages.find(({ state }) => state === 'now');
        this.status.textContent = now ? t(now.key) : '';
    }
}
