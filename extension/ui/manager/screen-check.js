/** 상태 확인: the path to its CA, and whether it was revoked. */
import { dateTime, shortDate } from '../common/dates.js';
import { box, el, fill, rows } from '../common/dom.js';
import { hasText, t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { certificateLine } from './deed.js';
import { withoutNumbers } from './places.js';
import { revocationLines, verdict } from './verify-model.js';

/** @typedef {import('./world.js').World} World */

/** @param {string} reason of a revocation, in either manner of writing */
function reasonText(reason) {
    const key = `revoked_${reason.replace(/[A-Z]/g, c => `_${c}`)
        .toLowerCase()}`;
    return t(hasText(key) ? key : 'revoked_other');
}

/** @param {any} found of store.verify */
function findings(found) {
    const { kind, key } = verdict(found.state);
    const lines = revocationLines(found.revocation, dateTime);
    const path = (found.path ?? []).map(/** @param {any} p */ p =>
        el('li', {}, el('span', { class: 'path' }, withoutNumbers(p.subject)), ' ',
        el('span', { class: 'help' },
            t('badge_until', { date: shortDate(p.notAfter) }))));
    return el('div', { id: 'findings' },
        box(kind, el('p', {}, el('strong', {}, t(key))),
            found.reason && hasText(`error_${found.reason}`) &&
                el('p', {}, t(`error_${found.reason}`))),
        rows([
            [t('check_revocation'), lines.map(([line, values]) =>
                el('div', {}, t(line, { ...values, reason: values.reason &&
                    reasonText(values.reason) })))],
            [t('check_issuer'), t(found.pinned ? 'check_pinned'
                : 'check_not_pinned')],
            [t('check_path'), path.length > 0 &&
                el('ol', { class: 'chain' }, ...path)],
        ]));
}

/**
 * @param {World} world
 * @param {import('../common/certificate-model.js').Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function checkScreen(world, { certificate }) {
    const said = el('p', { role: 'status', class: 'help' });
    const result = el('div', {});
    const back = () => world.go(certificate.id);
    async function check() {
        said.textContent = t('check_working');
        try {
            const found = await world.store.ask('store.verify',
                { certificate: certificate.id, online: true });
            fill(result, findings(found));
            said.textContent = t('check_done',
                { date: dateTime(new Date().toISOString()) });
            if (found.state === 'revoked')
                await world.reload(); // the list says so from now on
        } catch (error) {
            said.textContent = '';
            if (result.isConnected)
                world.fail(error);
        }
    }
    check();
    return {
        deed: t('deed_check'),
        content: [el('div', { class: 'deed' }, heading(t('check_title')),
            certificateLine(certificate), said, result)],
        secondary: { label: t('back'), press: back },
        primary: { label: t('check_again'), press: check },
        escape: back,
    };
}
