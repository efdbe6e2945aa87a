/**
 * A file that is to be signed: its name character for character, size and
 * type; while it is read how far that is, then its digest and check code. Read
 * means here that the whole file was hashed and all of this was in view.
 */
import { checkCode, fromHex } from '../../common/bytes.js';
import { showText } from '../../common/display.js';
import { HostError } from '../../common/host-error.js';
import { el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { ContentView } from '../sign/content-view.js';
import { views, warningsOf, wordsOf } from '../sign/shown.js';
import { roughSize, sizeText } from './size.js';

/** Time between two words about the progress, in ms. */
const SAY_MS = 200;

/** @param {string} text */
function shownOrRefused(text) {
    const shown = showText(text);
    if (shown === null)
        throw new HostError('content_not_displayable');
    return shown;
}

export class FileView extends ContentView {
    #size;
    #rows;
    #whole = false;
    #said = 0;

    /** @param {import('../../common/file-params.js').WantedFile} wanted */
    constructor({ name, type, file }) {
        const shownName = shownOrRefused(name);
        const shownType = shownOrRefused(type || t('file_type_unknown'));
        const table = el('dl', { class: 'transaction' });
        const bar = el('progress', { max: '1', 'aria-label': t('file_reading') });
        const status = el('p', { class: 'measure', role: 'status' });
        super({
            title: t('sign_title_file'),
            children: [table],
            exact: el('div', { class: 'reading' }, bar, status),
            question: null,
            measured: false,
            lines: 3,
            warnings: [t('file_unshown'), ...warningsOf([shownName, shownType])],
            display: '',
        }, '');
        this.#size = file.size;
        this.#rows = [
            { label: t('sign_file_name'), shown: shownName },
            { label: t('sign_file_size'), shown: shownOrRefused(sizeText(file.size)) },
            { label: t('sign_file_type'), shown: shownType },
        ];
        this.table = table;
        this.bar = bar;
        this.status = status;
        this.title = t('sign_title_file');
        this.code = '';
        this.restart();
    }

    /** Nothing was read yet, or it must be read again. */
    restart() {
        this.#whole = false;
        this.#said = 0;
        this.#rows.splice(3);
        this.read = false;
        this.bar.hidden = false;
        this.#draw();
        this.progress(0);
        this.onChange();
    }

    #draw() {
        fill(this.table, ...this.#rows.flatMap(({ label, shown }) => [
            el('dt', {}, label), el('dd', { class: 'name' }, ...views(shown))]));
    }

    /** @param {number} done bytes that were hashed */
    progress(done) {
        this.bar.value = this.#size === 0 ? 1 : done / this.#size;
        const now = Date.now();
        if (now - this.#said < SAY_MS)
            return;
        this.#said = now;
        this.status.textContent = t('file_progress', {
            done: roughSize(done) || '0', total: sizeText(this.#size) });
    }

    /** @param {string} sha256 of the whole file, lower-case hex */
    whole(sha256) {
        this.#whole = true;
        this.code = checkCode(fromHex(sha256));
        this.#rows.push({ label: t('sign_file_hash'), shown: shownOrRefused(
            sha256.match(/.{8}/g)?.join(' ') ?? '') });
        this.#draw();
        this.bar.hidden = true;
        this.status.textContent = `${t('file_read')} ${
            t('sign_check_code', { code: this.code })}`;
        this.onChange();
        this.look();
    }

    /** @returns {string} every word of title and table, in order */
    get display() {
        return [this.title, ...this.#rows.map(
            ({ label, shown }) => `${label}\t${wordsOf(shown)}`)].join('\n');
    }

    look() {
        if (this.#whole)
            super.look();
    }

    get gate() {
        return this.#whole ? super.gate : t('file_gate');
    }
}
