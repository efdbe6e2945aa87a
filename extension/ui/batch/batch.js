/** The window in which many contents are signed at once. */
import { parseBatch } from '../../common/batch-params.js';
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { HostError } from '../../common/host.js';
import { t } from '../common/i18n.js';
import { run } from '../sign/shell.js';
import { attemptAll } from './approval.js';
import { entriesOf } from './items.js';
import { BatchView, count, resultView } from './view.js';

/** How often progress is read out: at every tenth. */
const SAID = 10;

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
        attempt: async (means, certificate, password, form) => {
            const tenth = Math.ceil(of / SAID);
            const tried = await attemptAll(means, {
                ...batch,
                entries,
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
        },
    };
}

run({ title: 'sign_deed', read });
