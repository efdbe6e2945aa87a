/** 내보내기: a .p12 for another device or as a back-up. */
import { fromBase64 } from '../../common/bytes.js';
import { radios } from '../common/choices.js';
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { AskPassword, deedScreen, done, perform } from './deed.js';
import { saveLink } from './files.js';
import { OtherPassword } from './other-password.js';
import { namesOf } from './screen-password.js';
import { WhichCopy } from './which-copy.js';

/** @typedef {import('./world.js').World} World */

const P12 = 'application/x-pkcs12';

/**
 * @param {World} world
 * @param {string} id
 * @param {{content: string, name: string, hasR: boolean}} made
 */
function madeScreen(world, id, { content, name, hasR }) {
    const save = saveLink(name, fromBase64(content), P12,
        t('export_save', { name }));
    done(world, { deed: 'deed_export', title: t('export_done'), to: id,
        content: [
            el('p', {}, save),
            hasR === false && box('warn', el('p', {}, t('try_r_no'))),
            box('warn', el('p', {}, t('export_warning'))),
            el('p', {}, t('export_done_next'), ' ',
                el('a', { href: `#${id}/guide` }, t('deed_guide'))),
        ] });
    save.click();
}

/**
 * @param {World} world
 * @param {import('../common/certificate-model.js').Card} card
 * @returns {import('../enrol/shell.js').Screen}
 */
export function exportScreen(world, card) {
    const { certificate } = card;
    const { id, name } = certificate;
    const which = new WhichCopy(card, t('export_which'));
    let form = 'npki';
    const ask = new AskPassword(world, id, { onEnter: () => press() });
    const other = new OtherPassword(world, t('export_other_password'),
        () => press(), namesOf(name));
    async function press() {
        const password = await ask.take();
        const newPassword = password === null ? null : other.take();
        if (newPassword === null)
            return;
        const made = await perform(world, 'store.export',
            { certificate: id, root: which.root, password, form,
                newPassword }, { ask });
        if (made === null)
            return;
        other.wipe();
        madeScreen(world, id, made);
    }
    return deedScreen(world, {
        deed: 'deed_export', title: t('export_title'), certificate,
        content: [
            el('p', {}, t('export_stays')),
            box('warn', el('p', {}, t('export_warning'))),
            radios(t('export_form'), [['npki', t('export_form_npki')],
                ['modern', t('export_form_modern')]], form, chosen => {
                form = chosen;
            }, 'form'),
            which.view, ask.root, other.root],
        label: t('deed_export'), press,
    });
}
