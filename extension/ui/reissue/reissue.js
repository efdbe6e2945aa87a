/**
 * The window for issue and re-issue. ?token=… a page asks; ?mode=codes the
 * person types the codes; ?pending=ID an unfinished issue is finished.
 */
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { parseEnrol } from '../../common/params.js';
import { HOST_NAME } from '../../common/protocol.js';
import { openRequest } from '../../common/request.js';
import { watchExpiry } from '../common/expiry.js';
import { watchWindow } from '../common/arming.js';
import { keepFocusClear } from '../common/focus.js';
import { t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { WrongCount } from '../common/wrong.js';
import { wrongText } from '../common/wrong-text.js';
import { pageAsker, PERSON } from './asker.js';
import { Flow } from './flow.js';
import { isBefore, isWorking } from './model.js';
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
keepFocusClear(document);
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

/** @typedef {{asker: import('./asker.js').Asker, start: Partial<State>}} Who */

/** @returns {Who | null} null: a page */
function ownStart() {
    const pending = query.get('pending');
    if (pending)
        return { asker: PERSON, start: { mode: 'resume', pending } };
    return query.get('mode') !== 'codes' ? null
        : { asker: PERSON, start: { mode: 'codes',
            kind: query.get('kind') === 'issue' ? 'issue' : 'reissue' } };
}

/** @param {Who} who */
function run({ asker, start }) {
    /** @type {State | null} */
    let shown = null;
    const flow = new Flow({
        connect: () => browser.runtime.connectNative(HOST_NAME),
        asker,
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
    shown = flow.state; // the frame at once; what it holds comes with load()
    shell.mount(shown.screen, screenOf(shown, flow));
    window.addEventListener('pagehide', () => flow.leave());
    window.addEventListener('beforeunload', event => {
        if (isWorking(flow.state))
            event.preventDefault();
    });
    return flow;
}

/** @param {any} request a PageRequest */
async function runForPage(request) {
    const { origin } = request;
    const kind = request.method === 'issue' ? 'issue' : 'reissue';
    /** @type {Partial<State>} */
    const start = { mode: 'page', origin, kind };
    let flow;
    try {
        const { name, ...codes } = parseEnrol(request.params);
        Object.assign(start, codes, { holder: name ?? '' });
    } catch (error) {
        flow = run({ asker: pageAsker(request, browser.storage, null), start });
        flow.fail(error);
        return;
    }
    const expiresAt = start.expiresAt ?? null;
    flow = run({ asker: pageAsker(request, browser.storage, expiresAt),
        start });
    watchExpiry(expiresAt, Date.now(), {
        soon: () => isBefore(flow.state) && shell.say(t('sign_expires_soon')),
        over: () => flow.send({ type: 'expired' }),
    });
    await flow.load();
}

document.body.prepend(
    await phraseStrip(browser.storage.local, HELP.map(key => t(key))));
const own = ownStart();
if (own)
    await run(own).load();
else
    try {
        await runForPage(await openRequest(browser, location.href));
    } catch (error) {
        run({ asker: PERSON, start: { mode: 'page' } }).fail(error);
    }
