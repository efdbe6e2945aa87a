/**
 * The window for issue and re-issue. ?token=… a page asks; ?mode=codes the
 * person types the codes; ?pending=ID something unfinished, of whatever kind,
 * is finished.
 */
import { browser } from '../../common/browser.js';
import { parseEnrol } from '../../common/params.js';
import { openRequest } from '../../common/request.js';
import { watchExpiry } from '../common/expiry.js';
import { t } from '../common/i18n.js';
import { pageAsker, PERSON } from '../enrol/asker.js';
import { isBefore } from '../enrol/state.js';
import { openFrame, runDeed } from '../enrol/window.js';
import { applyScreen } from './screen-apply.js';
import { passwordScreen } from './screen-password.js';
import { prepareScreen } from './screen-prepare.js';

/** @typedef {Partial<import('../enrol/state.js').State>} Start */

const SCREENS = { prepare: prepareScreen, apply: applyScreen,
    password: passwordScreen };
const HELP = [1, 2, 3, 4].map(n => `help_reissue_${n}`);
const query = new URL(location.href).searchParams;

/** @returns {Start | null} null: a page */
function ownStart() {
    const pending = query.get('pending');
    if (pending)
        return { mode: 'resume', pending };
    return query.get('mode') !== 'codes' ? null : { mode: 'codes',
        kind: query.get('kind') === 'issue' ? 'issue' : 'reissue' };
}

/** @param {any} request a PageRequest */
async function runForPage(request) {
    const { origin } = request;
    const kind = request.method === 'issue' ? 'issue' : 'reissue';
    /** @type {Start} */
    const start = { mode: 'page', origin, kind };
    try {
        const { name, ...codes } = parseEnrol(request.params);
        Object.assign(start, codes, { holder: name ?? '' });
    } catch (error) {
        const asker = pageAsker(request, browser.storage, null);
        runDeed(SCREENS, asker, start).flow.fail(error);
        return;
    }
    const expiresAt = start.expiresAt ?? null;
    const { flow, shell } = runDeed(SCREENS,
        pageAsker(request, browser.storage, expiresAt), start);
    watchExpiry(expiresAt, Date.now(), {
        soon: () => isBefore(flow.state) && shell.say(t('sign_expires_soon')),
        over: () => flow.send({ type: 'expired' }),
    });
    await flow.load();
}

await openFrame(HELP);
const own = ownStart();
if (own)
    await runDeed(SCREENS, PERSON, own).flow.load();
else
    try {
        await runForPage(await openRequest(browser, location.href));
    } catch (error) {
        runDeed(SCREENS, PERSON, { mode: 'page' }).flow.fail(error);
    }
