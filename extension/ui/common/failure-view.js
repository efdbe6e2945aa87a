/** What went wrong, with the one button that helps and the one that closes. */
import { errorRow } from '../../common/errors.js';
import { dateTime } from './dates.js';
import { el } from './dom.js';
import { errorView } from './error-view.js';
import { t } from './i18n.js';
import { siteView } from './site.js';
import { COMMANDS, versionsText } from './support.js';

/** Buttons whose deed is to go on in this window. */
const GOES_ON = ['retry', 'choose', 'find', 'copy', 'resume', 'place'];

/** Where a thing is mended that cannot be mended here. @param {string} reason */
const mendingPage = reason => ({ site_blocked: 'sites', ca_disabled: 'ca' })[
    reason] ?? 'manager';

/** @param {string} page */
const pageLink = page => el('p', {}, el('a', {
    id: 'manage', href: `../${page}/${page}.html`, target: '_blank',
}, t('button_manage')));

/**
 * @param {import('../../common/host-error.js').HostError} failure
 * @param {{host: string, extension: string, origin: string | null,
 *     again: (() => void) | null, close: () => void}} about
 */
export function failureView(failure, about) {
    const { button } = errorRow(failure.reason);
    const label = button === 'copy' ? 'button_check' : `button_${button}`;
    /** @type {Record<string, string>} */
    const known = {};
    if (about.origin !== null)
        known.host = new URL(about.origin).host;
    const root = el('main', {},
        errorView(failure, {
            known,
            command: COMMANDS.get(failure.reason),
            record: {
                time: dateTime(new Date().toISOString()),
                versions: versionsText(about.host, about.extension),
                ca: '',
            },
        }),
        about.origin !== null && siteView(about.origin),
        button === 'manage' && pageLink(mendingPage(failure.reason)));
    const bar = el('div', { class: 'bar' },
        el('button', { type: 'button', id: 'close', onclick: about.close },
            t('button_close')),
        about.again && GOES_ON.includes(button) && el('button', {
            type: 'button', class: 'primary', id: 'again', onclick: about.again,
        }, t(label)));
    return { root, bar };
}
