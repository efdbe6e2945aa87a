/** An error of an issue: its sentence, what is lost, one way on. */
import { VERSION } from '../../common/protocol.js';
import { dateTime, shortDate } from '../common/dates.js';
import { el } from '../common/dom.js';
import { errorView } from '../common/error-view.js';
import { pick, t } from '../common/i18n.js';
import { homePath } from '../common/paths.js';
import { siteView } from '../common/site.js';
import { COMMANDS, versionsText } from '../common/support.js';
import { actionOf, caOf } from './model.js';
import { deedText } from './shell.js';

/** @typedef {import('./model.js').State} State */

const LABELS = new Map([['resume', 'button_resume'], ['retry', 'button_retry'],
    ['place', 'button_place'], ['codes', 'button_retry'],
    ['password', 'button_retry'],
    ['check', 'button_check'], ['close', 'button_close']]);

/** Reasons whose date is a moment, not a day. */
const MOMENTS = ['enrolment_pending', 'clock_wrong'];

/** @param {State} state */
function known(state) {
    const ca = caOf(state);
    const { reason = '', data = {} } = state.failure ?? {};
    const { date, place, rule, what } = data;
    const dateText = MOMENTS.includes(reason) ? dateTime : shortDate;
    return {
        ca: pick(ca?.title),
        contact: pick(ca?.contact),
        ...(date && { date: dateText(date) }),
        ...(place && { place: homePath(place) }),
        ...(rule && { rule: t(`rule_${rule}`) }),
        ...(what && { what: t(`what_${what}`) }),
    };
}

/**
 * @param {State} state
 * @param {import('./flow.js').Flow} flow
 * @param {() => void} close
 * @returns {import('./shell.js').Screen}
 */
export function errorScreen(state, flow, close) {
    const failure = /** @type {import('./model.js').Failure} */ (
        state.failure);
    const values = known(state);
    const action = actionOf(state);
    const last = action === 'close';
    const view = errorView(failure, {
        known: values,
        lost: true,
        command: COMMANDS.get(failure.reason),
        record: {
            time: dateTime(new Date().toISOString()),
            versions: versionsText(state.host, VERSION),
            ca: values.ca,
            request: state.pending?.slice(0, 8) ?? '',
        },
    });
    return {
        deed: deedText(state),
        content: [view, el('div', { class: 'screen' },
            state.origin !== null && siteView(state.origin))],
        secondary: last ? undefined : { label: t('close'), press: close },
        primary: {
            label: t(LABELS.get(action) ?? 'button_close'),
            press: last ? close : () => {
                flow.act();
            },
        },
        escape: close,
    };
}
