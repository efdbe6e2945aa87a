/** The window in which a file is signed: read while the person looks at it. */
import { parseFile } from '../../common/file-params.js';
import { run } from '../sign/shell.js';
import { FileView } from './file-view.js';
import { attemptFile } from './finish.js';
import { FileReading } from './reading.js';

/**
 * @param {import('../../common/page-request.js').PageRequest} request
 * @returns {Promise<import('../sign/job.js').Asked>}
 */
async function read(request) {
    const wanted = parseFile(request.params);
    const view = new FileView(wanted);
    const reading = new FileReading({ wanted, request, view });
    return {
        filter: wanted.filter,
        expiresAt: wanted.expiresAt,
        title: view.title,
        question: null,
        button: 'sign_button',
        view,
        begin: (connect, trouble) => reading.start(connect, trouble),
        attempt: (means, certificate, password) => attemptFile(
            { ...means, display: view.display, code: view.code },
            wanted, reading, certificate, password),
    };
}

run({ title: 'sign_deed', read });
