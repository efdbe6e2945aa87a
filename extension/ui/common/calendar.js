/** The day of expiry for a person's own calendar. */
import { calendarFile } from '../enrol/record.js';
import { usageText } from './certificate-list.js';
import { compactDate } from './dates.js';
import { el } from './dom.js';
import { t } from './i18n.js';

/** @param {import('./certificate-model.js').Certificate} certificate */
export function calendarLink(certificate) {
    const text = calendarFile({
        id: certificate.id,
        date: compactDate(certificate.notAfter),
        now: new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        summary: t('ics_summary', { usage: usageText(certificate) }),
        text: t('ics_text'),
    });
    return el('a', {
        href: URL.createObjectURL(new Blob([text], { type: 'text/calendar' })),
        download: 'ingam.ics', id: 'calendar',
    }, t('todo_ics'));
}
