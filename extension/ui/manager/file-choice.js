/** The two ways to choose files: one by one, or the folder that holds them. */
import { el, newId } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { classify } from './import-model.js';

/** @typedef {import('./import-model.js').Chosen<File>} Chosen */

/** @param {Chosen} chosen */
const foundText = chosen => chosen.kind === 'p12'
    ? t('import_found_p12', { name: chosen.p12.name })
    : t(chosen.kmKey ? 'import_found_pair_km' : 'import_found_pair',
        { name: `${chosen.cert.name}, ${chosen.key.name}` });

export class FileChoice {
    #problem = el('p', { class: 'problem', role: 'alert' });
    #found = el('p', { role: 'status', id: 'found' });
    /** @type {Chosen | null} */
    chosen = null;

    constructor() {
        const id = newId('file');
        this.#problem.id = `${id}-problem`;
        this.input = el('input', { type: 'file', id, multiple: true,
            accept: '.p12,.pfx,.der,.cer,.crt,.key',
            'aria-describedby': `${id}-help ${id}-problem`,
            onchange: () => this.#take(this.input) });
        const folder = el('input', { type: 'file', id: `${id}-folder`,
            webkitdirectory: true, onchange: () => this.#take(folder) });
        this.root = el('div', { class: 'field' },
            el('label', { for: id }, t('import_file')), this.input,
            el('p', { class: 'help', id: `${id}-help` },
                t('import_file_help')),
            el('details', {},
                el('summary', {}, t('import_folder_instead')),
                el('label', { for: `${id}-folder` }, t('import_folder')),
                folder),
            this.#problem, this.#found);
    }

    /** @param {HTMLInputElement} input */
    #take(input) {
        this.chosen = classify([...input.files ?? []]);
        this.#found.textContent = this.chosen ? foundText(this.chosen) : '';
        this.say(this.chosen || !input.files?.length ? ''
            : t('import_not_found'));
    }

    /** @param {string} problem "" takes it back */
    say(problem) {
        this.#problem.textContent = problem;
        if (problem === '')
            this.input.removeAttribute('aria-invalid');
        else
            this.input.setAttribute('aria-invalid', 'true');
    }
}
