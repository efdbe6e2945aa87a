/** 가져오기: a .p12, or the files of a folder, from wherever the person has
 * them. */
import { box, el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { AskPassword, certificateLine, deedScreen, done, perform }
    from './deed.js';
import { FileChoice } from './file-choice.js';
import { contentOf } from './files.js';
import { OtherPassword } from './other-password.js';
import { PlaceChoice } from './place-choice.js';
import { ReplaceChoice } from './replace-choice.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('./import-model.js').Chosen<File>} Chosen */

/** @param {Chosen} chosen @returns {Promise<Record<string, string>>} */
async function contents(chosen) {
    if (chosen.kind === 'p12')
        return { content: await contentOf(chosen.p12) };
    const { cert, key, kmCert, kmKey } = chosen;
    return {
        certificateFile: await contentOf(cert),
        keyFile: await contentOf(key),
        ...(kmCert && { kmCertificateFile: await contentOf(kmCert) }),
        ...(kmKey && { kmKeyFile: await contentOf(kmKey) }),
    };
}

/** Reasons that another file would mend. */
const OF_FILE = new Set(['import_invalid', 'import_ambiguous', 'key_mismatch',
    'import_too_large', 'import_costly', 'key_file_missing',
    'key_scheme_unsupported', 'too_large', 'key_file_damaged', 'certificate_damaged']);

/**
 * @param {any} error
 * @param {FileChoice} file where it is shown
 * @returns {boolean} whether it was
 */
function isOfFile({ reason, data }, file) {
    if (!OF_FILE.has(reason))
        return false;
    file.say(`${t(`error_${reason}`, data)} ${t(`error_${reason}_next`, data)}`);
    file.input.focus();
    return true;
}

/**
 * @param {World} world
 * @returns {import('../enrol/shell.js').Screen}
 */
export function importScreen(world) {
    const file = new FileChoice();
    const place = new PlaceChoice(world, { disk: true });
    const ask = new AskPassword(world, 'import',
        { label: t('import_password'), onEnter: () => press() });
    const other = new OtherPassword(world, t('import_other_password'),
        () => press());
    const replace = new ReplaceChoice();
    /** @param {any} error @returns {boolean} */
    const caught = error => replace.caught(error) || isOfFile(error, file);
    async function press() {
        const { chosen } = file;
        if (!chosen) {
            file.say(t('import_no_file'));
            file.input.focus();
            return;
        }
        const password = await ask.take();
        const newPassword = password === null ? null : other.take();
        if (newPassword === null)
            return;
        let files;
        try {
            files = await contents(chosen);
        } catch (error) {
            if (!caught(/** @type {any} */ (error)))
                world.fail(error);
            return;
        }
        const result = await perform(world, 'store.import', { ...files,
            password, newPassword, root: place.root,
            replace: replace.on }, { ask, caught });
        if (result === null)
            return;
        other.wipe();
        await world.reload();
        done(world, { deed: 'deed_import', title: t('import_done'),
            content: [certificateLine(result.certificate),
                el('p', {}, t('import_done_use'))],
            to: result.certificate.id });
    }
    return deedScreen(world, {
        deed: 'deed_import', title: t('import_title'),
        content: [file.root, ask.root, other.root, place.view, replace.view,
            box('info', el('p', {}, t('new_password_shared')))],
        label: t('deed_import'), press,
    });
}
