/**
 * A window about one certificate of the store: ?certificate=ID the person
 * asks; ?token=… a page asks, and the person says for which.
 */
import { browser } from '../../common/browser.js';
import { HostError } from '../../common/host-error.js';
import { lastLogin, lastUsed } from '../sign/certificates.js';
import { PERSON } from './asker.js';
import { openForPage } from './page.js';
import { chooseScreen } from './screen-choose.js';
import { openFrame, runDeed } from './window.js';

/**
 * @param {import('./page.js').PageRequest} request
 * @param {import('../../common/life-params.js').WantedLife} wanted
 * @returns {Promise<import('./page.js').Start>}
 */
async function startOf({ origin }, wanted) {
    const { local, session } = browser.storage;
    const login = wanted.filter.sameAsLogin
        ? await lastLogin(session, origin) : null;
    if (wanted.filter.sameAsLogin && login === null)
        throw new HostError('not_logged_in');
    return { ...wanted, login, lastUsed: await lastUsed(local, origin) };
}

/**
 * @param {'renew' | 'revoke'} kind
 * @param {import('./window.js').Make} form its one screen before the deed
 * @param {(params: any) => import('../../common/life-params.js').WantedLife}
 *     parse what a page asks for; or a HostError is thrown
 */
export async function openOwn(kind, form, parse) {
    await openFrame([`help_${kind}_1`, `help_${kind}_2`]);
    const query = new URL(location.href).searchParams;
    if (query.has('token'))
        await openForPage(() => kind, { choose: chooseScreen, [kind]: form },
            request => startOf(request, parse(request.params)));
    else
        await runDeed({ [kind]: form }, PERSON, { mode: 'own', kind,
            certificate: query.get('certificate') ?? '' }).flow.load();
}
