/**
 * What every window of a deed does: the frame at once, one screen at a time,
 * a question before it is closed in the middle.
 */
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { addExpiry } from '../../common/expiries.js';
import { HOST_NAME } from '../../common/protocol.js';
import { openWindow } from '../../common/windows.js';
import { watchWindow } from '../common/arming.js';
import { keepFocusClear } from '../common/focus.js';
import { t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { WrongCount } from '../common/wrong.js';
import { wrongText } from '../common/wrong-text.js';
import { Flow } from './flow.js';
import { confirmScreen, refusedScreen } from './screen-confirm.js';
import { discardedScreen, discardScreen } from './screen-discard.js';
import { errorScreen } from './screen-error.js';
import { keepScreen } from './screen-keep.js';
import { loadingScreen } from './screen-loading.js';
import { progressScreen } from './screen-progress.js';
import { resumeScreen } from './screen-resume.js';
import { Shell } from './shell.js';
import { isWorking } from './state.js';

/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} Frame what a screen is made with
 * @property {Flow} flow
 * @property {import('../common/arming.js').Arming} arming
 * @property {() => void} close
 * @property {(page: string) => void} leaveFor another window of ours
 *
 * @typedef {(state: State, frame: Frame) => import('./shell.js').Screen} Make
 */

/** The screens of every deed. @type {Record<string, Make>} */
const COMMON = { loading: loadingScreen, progress: progressScreen,
    confirm: confirmScreen, refused: refusedScreen, resume: resumeScreen,
    keep: keepScreen, discard: discardScreen, discarded: discardedScreen,
    error: errorScreen };

/** @param {string} id */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {'wrong' | 'right' | 'look'} what @param {string} of */
async function count(what, of) {
    const tally = new WrongCount(browser.storage.session, of);
    if (what === 'right')
        await tally.right();
    const now = await (what === 'wrong' ? tally.wrong() : tally.look());
    return what === 'wrong' || now.seconds > 0 ? wrongText(now) : '';
}

/**
 * The first line of the window, before anything is asked of the host.
 * @param {string[]} help keys of its paragraphs
 */
export async function openFrame(help) {
    document.body.prepend(await phraseStrip(
        browser.storage.local, help.map(key => t(key))));
}

/**
 * @param {Record<string, Make>} screens of this deed
 * @param {import('./asker.js').Asker} asker
 * @param {Partial<State>} start
 */
export function runDeed(screens, asker, start) {
    const arming = watchWindow(window);
    const shell = new Shell(arming, byId('main'), byId('bar'));
    const close = () => closeWindow(browser);
    const makers = new Map(Object.entries({ ...COMMON, ...screens }));
    /** @type {State | null} */
    let shown = null;
    /** @param {string} page */
    const leaveFor = async page => {
        await openWindow(browser, page);
        await close();
    };
    /** @param {State} state @param {Flow} flow */
    const screenOf = (state, flow) =>
        (makers.get(state.screen) ?? loadingScreen)(state,
            { flow, arming, close, leaveFor });
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
            if (!same && state.screen === 'keep' && state.result.certificate)
                addExpiry(browser.storage.local, state.result.certificate);
        },
    }, start);
    keepFocusClear(document);
    shown = flow.state; // the frame at once; what it holds comes with load()
    shell.mount(shown.screen, screenOf(shown, flow));
    window.addEventListener('pagehide', () => flow.leave());
    window.addEventListener('beforeunload', event => {
        if (isWorking(flow.state))
            event.preventDefault();
    });
    return { flow, shell };
}
