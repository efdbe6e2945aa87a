/** The window in which many contents are signed at once. */
import { parseBatch } from '../../common/batch-params.js';
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { HostError } from '../../common/host-error.js';
import { t } from '../common/i18n.js';
import { run } from '../sign/shell.js';
import { entriesOf } from './items.js';
import { BatchView, count, resultView } from './view.js';

/** How often progress is read out: at every tenth. */
const SAID = 10;

/**
 * One press: the progress is shown and read out, and items that failed are
 * listed in the end.
 * @param {{entries: import('./items.js').Entry[]} &
 *     import('../../common/batch-params.js').Batch} work
 * @param {number} of items that are signed
 * @param {BatchView} view
 * @returns {Promise<import('../sign/job.js').Deed>}
 */
async function deedOf(work, of, view) {
    const { attemptAll } = await import('./approval.js');
    const tenth = Math.ceil(of / SAID);
    return { attempt: async (means, certificate, password, form) => {
        const tried = await attemptAll(means, {
            ...work,
            progress: n => {
                view.setProgress(n);
                if (n % tenth === 0)
                    form.say(t('batch_working',
                        { n: count(n), of: count(of) }));
            },
        }, certificate, password).finally(() => view.setProgress(-1));
        return tried.kind === 'signed' && tried.failed.length > 0
            ? { ...tried, left: resultView(tried.failed, tried.signed,
                () => closeWindow(browser)) }
            : tried;
    } };
}

/**
 * @param {import('../../common/page-request.js').PageRequest} request
 * @returns {Promise<import('../sign/job.js').Asked>}
 */
async function read({ params, origin }) {
    const batch = parseBatch(params);
    const entries = await entriesOf(batch.items, origin);
    const of = entries.filter(({ content }) => content !== null).length;
    if (of === 0)
        throw entries[0].failure ?? new HostError('internal');
    const view = new BatchView(entries);
    return {
        filter: batch.filter,
        expiresAt: batch.expiresAt,
        title: t('batch_title', { n: count(of) }),
        question: null,
        button: 'batch_button',
        values: { n: count(of) },
        view,
        load: () => deedOf({ ...batch, entries }, of, view),
    };
}

run({ title: 'sign_deed', read });
