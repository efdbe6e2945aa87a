/** After the deed: what is being done, and until when it can be stopped. */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { ProgressList } from '../common/progress-list.js';
import { isCancellable, LINES, REVOKE_LINES }
    from '../common/progress-model.js';
import { siteView } from '../common/site.js';
import { heading } from './shell.js';
import { stageOf } from './state.js';
import { deedText, kindText } from './words.js';

/** @typedef {import('./state.js').State} State */

/** @param {State} state @returns {string} key */
function remarkKey(state) {
    if (state.cancelling)
        return 'progress_cancelling';
    // what a first try has sent, a second cannot take back
    if (!isCancellable(state.step) || state.pending !== null)
        return 'progress_closable';
    return state.certificate === null ? 'progress_cancellable'
        : 'progress_cancellable_own';
}

/**
 * @param {State} first
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function progressScreen(first, { flow, close }) {
    const list = new ProgressList(kindText('progress_label', first.kind),
        first.kind === 'revoke' ? REVOKE_LINES : LINES);
    const remark = el('p', {});
    const gone = el('div', { role: 'status' });
    /** @type {string | null} */
    let shown = null;
    let key = '';
    /** @param {State} state */
    const refresh = state => {
        if (state.step !== shown)
            list.set(shown = state.step);
        if (state.pageGone && state.mode === 'page' && !gone.hasChildNodes())
            gone.append(box('info', el('p', {}, t('progress_page_gone'))));
        if (remarkKey(state) === key)
            return undefined;
        key = remarkKey(state);
        remark.textContent = t(key);
        return { secondary: {
            label: t(key === 'progress_closable' ? 'close_window' : 'cancel'),
            press: key === 'progress_closable' ? close : () => flow.cancel(),
        } };
    };
    return {
        deed: deedText(first),
        stage: stageOf(first),
        applied: first.mode === 'page' ? t('step_done_at_bank') : undefined,
        content: [heading(kindText('progress_title', first.kind)),
            siteView(first.origin), list.root, remark, gone],
        ...refresh(first),
        update: refresh,
    };
}
