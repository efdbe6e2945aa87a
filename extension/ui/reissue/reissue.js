/**
 * The window for issue and re-issue. ?token=… a page asks; ?mode=codes the
 * person types the codes; ?pending=ID an unfinished issue is finished.
 */
import { browser } from '../../common/browser.js';
import { HostError } from '../../common/host-error.js';
import { HOST_NAME } from '../../common/protocol.js';
import { openRequest } from '../../common/request.js';
import { watchWindow } from '../common/arming.js';
import { closeWindow } from '../common/close.js';
import { t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { WrongCount } from '../common/wrong.js';
import { wrongText } from '../common/wrong-text.js';
import { readPageParams } from './codes.js';
import { Flow } from './flow.js';
import { isWorking } from './model.js';
import { applyScreen } from './screen-apply.js';
import { confirmScreen, refusedScreen } from './screen-confirm.js';
import { errorScreen } from './screen-error.js';
import { keepScreen } from './screen-keep.js';
import { loadingScreen } from './screen-loading.js';
import { passwordScreen } from './screen-password.js';
import { prepareScreen } from './screen-prepare.js';
import { progressScreen } from './screen-progress.js';
import { resumeScreen } from './screen-resume.js';
import { Shell } from './shell.js';

/** @typedef {import('./model.js').State} State */

const HELP = [1, 2, 3, 4].map(n => `help_reissue_${n}`);

/** @param {string} id */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

const query = new URL(location.href).searchParams;
const arming = watchWindow(window);
const shell = new Shell(arming, byId('main'), byId('bar'));
const close = () => closeWindow(browser);

/** @param {State} state @param {Flow} flow */
function screenOf(state, flow) {
    switch (state.screen) {
    case 'prepare': return prepareScreen(state, flow, close);
    case 'apply': return applyScreen(state, flow);
    case 'password': return passwordScreen(state, flow, arming, close);
    case 'progress': return progressScreen(state, flow, close);
    case 'confirm': return confirmScreen(state, flow);
    case 'resume': return resumeScreen(state, flow, arming, close);
    case 'refused': return refusedScreen(state, close);
    case 'keep': return keepScreen(state, close);
    case 'error': return errorScreen(state, flow, close);
    default: return loadingScreen(state, close);
    }
}

/** @param {'wrong' | 'right' | 'look'} what @param {string} pending */
async function count(what, pending) {
    const tally = new WrongCount(browser.storage.session, pending);
    if (what === 'right')
        await tally.right();
    const now = await (what === 'wrong' ? tally.wrong() : tally.look());
    return what === 'wrong' || now.seconds > 0 ? wrongText(now) : '';
}

/** @returns {Promise<{request: any, start: Partial<State>}>} */
async function whoAsks() {
    const pending = query.get('pending');
    if (pending)
        return { request: null, start: { mode: 'resume', pending } };
    if (query.get('mode') === 'codes')
        return { request: null, start: { mode: 'codes',
            kind: query.get('kind') === 'issue' ? 'issue' : 'reissue' } };
    const request = await openRequest(browser, location.href);
    const { name = '', ...codes } = readPageParams(request.params) ?? {};
    return { request, start: { mode: 'page', origin: request.origin,
        kind: request.method === 'issue' ? 'issue' : 'reissue',
        holder: name, ...codes } };
}

/** @param {any} request @param {Partial<State>} start */
function run(request, start) {
    /** @type {State | null} */
    let shown = null;
    const flow = new Flow({
        connect: () => browser.runtime.connectNative(HOST_NAME),
        request,
        count,
        show: state => {
            const same = shown?.screen === state.screen &&
                shown.failure === state.failure;
            shown = state;
            if (same)
                shell.update(state);
            else
                shell.mount(state.screen, screenOf(state, flow));
        },
    }, start);
    window.addEventListener('pagehide', () => flow.leave());
    window.addEventListener('beforeunload', event => {
        if (isWorking(flow.state))
            event.preventDefault();
    });
    return flow;
}

document.body.prepend(
    await phraseStrip(browser.storage.local, HELP.map(key => t(key))));
try {
    const { request, start } = await whoAsks();
    const flow = run(request, start);
    if (start.mode === 'page' && !start.ca)
        flow.fail(new HostError('invalid_request'));
    else
        await flow.load();
} catch (error) {
    run(null, { mode: 'page' }).fail(error);
}
