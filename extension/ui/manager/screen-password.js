/** 비밀번호 바꾸기. */
import { radios } from '../common/choices.js';
import { box, el } from '../common/dom.js';
import { toLatinKeys } from '../common/hangul.js';
import { t } from '../common/i18n.js';
import { NewPassword } from '../common/new-password.js';
import { AskPassword, deedScreen, done, perform } from './deed.js';
import { isOldScheme, otherSchemes } from './details-model.js';
import { WhichCopy } from './which-copy.js';

/** @typedef {import('./world.js').World} World */

/**
 * @param {string | undefined} now the present one
 * @param {(scheme: string) => void} choose "": it stays
 */
export const schemeChoice = (now, choose) => radios(t('password_scheme'),
    [['', t('scheme_keep')], ...otherSchemes(now).map(s =>
        /** @type {[string, string]} */ ([s, t(`scheme_${s}_choice`)]))],
    isOldScheme(now) ? 'compat' : '', choose, 'scheme');

/** @param {string} name the holder's @returns {string[]} not in a password */
export const namesOf = name => name === '' ? [] : [name, toLatinKeys(name)];

/**
 * @param {World} world
 * @param {import('../common/certificate-model.js').Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function passwordScreen(world, card) {
    const { certificate } = card;
    const { id, keyScheme, name } = certificate;
    const which = new WhichCopy(card, t('password_which'));
    let scheme = isOldScheme(keyScheme) ? 'compat' : '';
    const next = new NewPassword(world.arming, () => press(), namesOf(name));
    const ask = new AskPassword(world, id,
        { label: t('password_now'), onEnter: () => next.first.input.focus() });
    async function press() {
        const password = await ask.take();
        const newPassword = password === null ? null : next.take();
        if (newPassword === null)
            return;
        const changed = await perform(world, 'store.changePassword',
            { certificate: id, root: which.root, password, newPassword,
                keyScheme: scheme }, { ask });
        if (changed === null)
            return;
        next.wipe();
        await world.reload();
        done(world, { deed: 'deed_password', title: t('password_done'),
            content: [el('p', {}, t('password_done_copies'))], to: id });
    }
    return deedScreen(world, {
        deed: 'deed_password', title: t('password_title'), certificate,
        content: [
            which.view, ask.root, next.root,
            isOldScheme(keyScheme) && box('warn',
                el('p', {}, t('scheme_old_advice'))),
            schemeChoice(keyScheme, chosen => {
                scheme = chosen;
            }),
            el('p', { class: 'help' }, t('issue_intro'))],
        label: t('password_deed'), press,
    });
}
