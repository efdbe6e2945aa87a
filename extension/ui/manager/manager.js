/**
 * The manager, in a tab. The address says what is shown: nothing after the #
 * is the list, an id is that certificate, an id and a word one deed with it.
 */
import { browser } from '../../common/browser.js';
import { t } from '../common/i18n.js';
import { heading } from '../enrol/shell.js';
import { ListView } from './list-view.js';
import { screenOf } from './screens.js';
import { Store } from '../../common/store.js';
import { connect, openTab } from './tab.js';
import { World } from './world.js';

const { arming, shell } = await openTab('manager',
    [1, 2, 3].map(n => `help_manage_${n}`));
const world = new World(
    { browser, arming, shell, store: new Store(connect), show });
world.list = new ListView(world);

let waiting = false; // for the list, to show what the address names

/** Show what the address names. */
function show() {
    const [id, deed = ''] = location.hash.slice(1).split('/');
    waiting = false;
    if (id === '') {
        shell.mount('list', world.list.screen(world.at));
        return;
    }
    const screen = screenOf(world, id, deed);
    world.at = id;
    if (screen) {
        shell.mount(deed || id.slice(0, 8), screen);
        return;
    }
    waiting = true;
    shell.mount('loading', {
        deed: t('manage_title'),
        content: [heading(t('manage_title'))],
    });
}

async function start() {
    show();
    try {
        world.cas = (await world.store.ask('ca.list')).cas;
        await world.list.load();
        if (waiting)
            show();
    } catch (error) {
        world.fail(error, start);
    }
}

window.addEventListener('hashchange', show);
await start();
