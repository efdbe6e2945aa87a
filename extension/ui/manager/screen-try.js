/** 비밀번호 맞춰 보기: is this the password? Nothing leaves the computer. */
import { box, el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { AskPassword, deedScreen, perform } from './deed.js';
import { schemeKey } from './details-model.js';
import { keyLines } from './verify-model.js';

/** @typedef {import('./world.js').World} World */

/** @param {any} key of store.verify */
const answer = key => box(key.matches ? 'ok' : 'danger',
    ...keyLines(key).map((line, i) => el('p', {},
        i === 0 ? el('strong', {}, t(line)) : t(line))),
    key.matches && el('p', {}, t(schemeKey(key.scheme))));

/**
 * @param {World} world
 * @param {import('../common/certificate-model.js').Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function tryScreen(world, { certificate }) {
    const { id } = certificate;
    const ask = new AskPassword(world, id, { onEnter: () => press() });
    const result = el('div', { role: 'status', id: 'findings' });
    async function press() {
        fill(result);
        const password = await ask.take();
        if (password === null)
            return;
        const found = await perform(world, 'store.verify',
            { certificate: id, password }, { ask });
        if (found?.key)
            fill(result, answer(found.key));
    }
    return deedScreen(world, {
        deed: 'deed_try', title: t('try_title'), certificate,
        content: [
            el('p', {}, t('try_intro')), ask.root, result,
            el('details', {},
                el('summary', {}, t('password_forgot')),
                el('p', {}, t('password_forgot_text')),
                el('p', {}, t('password_forgot_reissue')))],
        label: t('deed_try'), press,
    });
}
