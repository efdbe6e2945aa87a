/** The window with the switches of the CAs. */
import { browser } from '../../common/browser.js';
import { closeWindow } from '../../common/close.js';
import { HostError } from '../../common/host.js';
import { HOST_NAME, VERSION } from '../../common/protocol.js';
import { watchWindow } from '../common/arming.js';
import { el, fill } from '../common/dom.js';
import { failureView } from '../common/failure-view.js';
import { keepFocusClear } from '../common/focus.js';
import { setTitle, t } from '../common/i18n.js';
import { phraseStrip } from '../common/phrase.js';
import { CaSettings } from './settings.js';

const stage = el('div', { id: 'stage' });
const close = () => closeWindow(browser);
const settings = new CaSettings(
    () => browser.runtime.connectNative(HOST_NAME), watchWindow(window));

async function show() {
    try {
        await settings.load();
        fill(stage,
            el('main', {},
                el('h1', { tabindex: '-1', 'aria-describedby': 'phrase' },
                    t('cas_title')),
                settings.root),
            el('div', { class: 'bar' }, el('button', {
                type: 'button', id: 'secondary', onclick: close,
            }, t('close'))));
    } catch (error) {
        const { root, bar } = failureView(
            error instanceof HostError ? error : new HostError('internal'),
            { host: '', extension: VERSION, origin: null, again: show, close });
        fill(stage, root, bar);
    }
    stage.querySelector('h1')?.focus();
}

setTitle(t('cas_deed'));
document.body.append(
    await phraseStrip(browser.storage.local, [t('help_cas_1')]), stage);
keepFocusClear(document);
document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && event.isTrusted && !event.repeat)
        close();
});
await show();
