/**
 * The window for issue and re-issue. ?token=… a page asks; ?mode=codes the
 * person types the codes; ?pending=ID something unfinished, of whatever kind,
 * is finished.
 */
import { parseEnrol } from '../../common/params.js';
import { PERSON } from '../enrol/asker.js';
import { openForPage } from '../enrol/page.js';
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

/** @type {import('../enrol/page.js').Read} */
function read({ params }) {
    const { name, ...codes } = parseEnrol(params);
    return { ...codes, holder: name ?? '' };
}

await openFrame(HELP);
const own = ownStart();
if (own)
    await runDeed(SCREENS, PERSON, own).flow.load();
else
    await openForPage(method => method === 'issue' ? 'issue' : 'reissue',
        SCREENS, read);
