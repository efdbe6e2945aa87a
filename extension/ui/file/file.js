/** The window in which a file is signed: read while the person looks at it. */
import { parseFile } from '../../common/file-params.js';
import { run } from '../sign/shell.js';
import { FileView } from './file-view.js';

/**
 * @param {import('../../common/page-request.js').PageRequest} request
 * @param {import('../../common/file-params.js').WantedFile} wanted
 * @param {FileView} view
 * @returns {Promise<import('../sign/job.js').Deed>}
 */
async function deedOf(request, wanted, view) {
    const [{ FileReading }, { attemptFile }] =
        await Promise.all([import('./reading.js'), import('./finish.js')]);
    const reading = new FileReading({ wanted, request, view });
    return {
        begin: (connect, trouble) => reading.start(connect, trouble),
        attempt: (means, certificate, password) => attemptFile(
            { ...means, display: view.display, code: view.code },
            wanted, reading, certificate, password),
    };
}

/**
 * @param {import('../../common/page-request.js').PageRequest} request
 * @returns {Promise<import('../sign/job.js').Asked>}
 */
async function read(request) {
    const wanted = parseFile(request.params);
    const view = new FileView(wanted);
    return {
        filter: wanted.filter,
        expiresAt: wanted.expiresAt,
        title: view.title,
        question: null,
        button: 'sign_button',
        view,
        load: () => deedOf(request, wanted, view),
    };
}

run({ title: 'sign_deed', read });
