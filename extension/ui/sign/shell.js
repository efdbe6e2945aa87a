/**
 * What every window does in which something is signed for a page, from its
 * opening to the first view: who asks, and what for. What it is comes with its
 * job (job.js); how it is answered is loaded once that is painted.
 */
import { browser } from '../../common/browser.js';
import { HOST_NAME } from '../../common/protocol.js';
import { clock } from '../common/dates.js';
import { el, painted, rows } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { RequestFrame } from '../common/request-frame.js';
import { siteView } from '../common/site.js';

const HELP = ['help_sign_1', 'help_sign_2', 'help_sign_3'];
const connect = () => browser.runtime.connectNative(HOST_NAME);

/** @param {string} origin @param {import('./job.js').Subject} subject */
function askedView(origin, { title, expiresAt, facts = [], view }) {
    const expires = expiresAt !== null && t('sign_expires_value',
        { time: clock(new Date(expiresAt).toISOString()) });
    return el('main', {},
        el('h1', { tabindex: '-1', 'aria-describedby': 'phrase who' }, title),
        siteView(origin),
        rows([[t('sign_expires'), expires], ...facts]),
        view.root);
}

/** @param {import('./job.js').Job} job what this window is for */
export async function run(job) {
    const frame = new RequestFrame();
    const status = el('p', { class: 'help', role: 'status' });
    try {
        const [asked] = await Promise.all([
            frame.window.open((_, request) => job.read(request, connect), () => {
                status.textContent = t('sign_expires_soon');
            }),
            frame.open(t(job.title), HELP),
        ]);
        const root = askedView(frame.window.asked.origin, asked);
        if (frame.window.ask())
            frame.show({ root });
        await painted();
        const [{ answer }, deed] =
            await Promise.all([import('./answer.js'), asked.load()]);
        await answer({ frame, connect, asked, deed, root, status });
    } catch (error) {
        frame.window.stop(error, null);
    }
}
