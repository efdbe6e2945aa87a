/** The windows in which one content, or a login, is signed. */
import { checkCode } from '../../common/bytes.js';
import { digestOf } from '../../common/content.js';
import { HostError } from '../../common/host-error.js';
import { parseLogin, parseSign } from '../../common/params.js';
import { t } from '../common/i18n.js';
import { ContentView } from './content-view.js';
import { contentOf } from './content.js';
import { run } from './shell.js';

const isLogin = document.body.dataset.method === 'login'; // else sign

/**
 * What becomes of the signature, where there is anything to say of it.
 * @param {() => import('../../common/host.js').Port} connect
 * @param {import('../../common/params.js').Wanted} wanted
 */
async function factsOf(connect, wanted) {
    const { addTo, envelopeFor, timestamp } = wanted;
    return addTo === null && envelopeFor === null && !timestamp ? []
        : (await import('./facts.js')).factsOf(connect, wanted);
}

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
        load: async () => {
            const { attempt } = await import('./approval.js');
            return { attempt: (means, certificate, password) => attempt(
                { ...means, code, display }, wanted, certificate, password) };
        },
    };
}

run({ title: isLogin ? 'login_button' : 'sign_deed', read });
