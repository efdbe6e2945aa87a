/** A document that the site shows, and of which only the digest comes here. */
import { checkCode, fromHex } from '../../common/bytes.js';
import { showText } from '../../common/display.js';
import { el } from '../common/dom.js';
import { language, t } from '../common/i18n.js';
import { views, warningsOf, wordsOf } from './shown.js';

/** @param {number} bytes */
const sizeText = bytes =>
    t('bytes', { n: bytes.toLocaleString(language()) });

/**
 * @param {import('../../common/content.js').Document} document
 * @returns {import('./content.js').Content | null} null when it cannot be shown
 */
export function documentContent({ name, sha256, size, type }) {
    const shown = showText(name);
    if (!shown)
        return null;
    const title = t('sign_title_document');
    const unshown = t('document_unshown');
    const groups = sha256.match(/.{8}/g)?.join(' ') ?? '';
    const said = [
        [t('sign_file_size'), size === null ? '' : sizeText(size)],
        [t('sign_file_type'), type],
        [t('sign_file_hash'), groups],
    ].filter(([, value]) => value !== '');
    return {
        title,
        children: [
            el('dl', { class: 'transaction' },
                el('dt', {}, t('document_name')),
                el('dd', { class: 'name' }, ...views(shown)),
                ...said.flatMap(([label, value]) =>
                    [el('dt', {}, label), el('dd', {}, value)])),
        ],
        exact: null,
        question: { kind: 'document', code: checkCode(fromHex(sha256)) },
        measured: false,
        lines: said.length + 1,
        warnings: [unshown, ...warningsOf([shown])],
        display: [title, unshown, `${t('document_name')}\t${wordsOf(shown)}`,
            ...said.map(row => row.join('\t'))].join('\n'),
    };
}
