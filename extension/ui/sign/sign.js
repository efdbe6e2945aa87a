/** The windows in which one content, or a login, is signed. */
import { checkCode } from '../../common/bytes.js';
import { digestOf } from '../../common/content.js';
import { HostError } from '../../common/host.js';
import { parseLogin, parseSign } from '../../common/params.js';
import { t } from '../common/i18n.js';
import { attempt } from './approval.js';
import { ContentView } from './content-view.js';
import { contentOf } from './content.js';
import { factsOf } from './facts.js';
import { run } from './shell.js';

const isLogin = document.body.dataset.method === 'login'; // else sign

/**
 * @param {import('../../common/page-request.js').PageRequest} request
 * @param {() => import('../../common/host.js').Port} connect
 * @returns {Promise<import('./job.js').Asked>}
 */
async function read({ params, origin }, connect) {
    const wanted = isLogin ? parseLogin(params) : parseSign(params);
    const content = contentOf(wanted, origin);
    if (content === null)
        throw new HostError('content_not_displayable');
    const { title, question, lines, measured, display } = content;
    const code = checkCode(await digestOf(wanted)); // told to the page too
    return {
        filter: wanted.filter,
        expiresAt: wanted.expiresAt,
        title,
        facts: await factsOf(connect, wanted),
        question,
        button: isLogin ? 'login_button' : 'sign_button',
        view: new ContentView(content, measured
            ? `${t('sign_size', { lines, bytes: wanted.bytes.length })
            } · ${t('sign_check_code', { code })}` : ''),
        attempt: (means, certificate, password) =>
            attempt({ ...means, code, display }, wanted, certificate, password),
    };
}

run({ title: isLogin ? 'login_button' : 'sign_deed', read });
