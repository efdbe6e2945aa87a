/** 3/4 발급, after the deed: what is being done, and until when it stops. */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { ProgressList } from '../common/progress-list.js';
import { isCancellable } from '../common/progress-model.js';
import { siteView } from '../common/site.js';
import { deedText, heading } from './shell.js';

/** @typedef {import('./model.js').State} State */

/** @param {State} state @returns {string} key */
function remarkKey(state) {
    if (state.cancelling)
        return 'progress_cancelling';
    // what a first try has sent, a second cannot take back
    return isCancellable(state.step) && state.pending === null
        ? 'progress_cancellable' : 'progress_closable';
}

/**
 * @param {State} first
 * @param {import('./flow.js').Flow} flow
 * @param {() => void} close
 * @returns {import('./shell.js').Screen}
 */
export function progressScreen(first, flow, close) {
    const list = new ProgressList();
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
        stage: 'issue',
        applied: first.mode === 'page' ? t('step_done_at_bank') : undefined,
        content: [heading(t('progress_title')), siteView(first.origin),
            list.root, remark, gone],
        ...refresh(first),
        update: refresh,
    };
}
