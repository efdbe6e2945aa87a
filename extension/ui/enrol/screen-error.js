/** An error of a deed: its sentence, what is lost, one way on. */
import { VERSION } from '../../common/protocol.js';
import { dateTime, shortDate } from '../common/dates.js';
import { el } from '../common/dom.js';
import { errorView } from '../common/error-view.js';
import { pick, t } from '../common/i18n.js';
import { homePath } from '../common/paths.js';
import { siteView } from '../common/site.js';
import { COMMANDS, versionsText } from '../common/support.js';
import { mustAskCa } from './failure.js';
import { cannotGoOn } from './help-desk-view.js';
import { actionOf } from './model.js';
import { caOf, certificateOf } from './state.js';
import { deedText } from './words.js';

/** @typedef {import('./state.js').State} State */

const LABELS = new Map([['resume', 'button_resume'], ['retry', 'button_retry'],
    ['place', 'button_place'], ['codes', 'button_retry'],
    ['password', 'button_retry'], ['cas', 'button_cas'],
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
 * @param {import('./window.js').Frame} frame
 * @returns {import('./shell.js').Screen}
 */
export function errorScreen(state, { flow, close, leaveFor }) {
    const failure = /** @type {import('./state.js').Failure} */ (
        state.failure);
    const values = known(state);
    const action = actionOf(state);
    const last = action === 'close';
    const view = errorView(failure, {
        known: values,
        kind: state.kind,
        lost: true,
        command: COMMANDS.get(failure.reason),
        record: {
            time: dateTime(new Date().toISOString()),
            versions: versionsText(state.host, VERSION),
            ca: values.ca,
            request: [state.pending?.slice(0, 8),
                certificateOf(state)?.serial ?? state.referenceNumber]
                .filter(Boolean).join(' '),
        },
    });
    return {
        deed: deedText(state),
        content: [view, cannotGoOn(state, flow, mustAskCa(failure)),
            el('div', { class: 'screen' },
                state.origin !== null && siteView(state.origin))],
        secondary: last ? undefined : { label: t('close'), press: close },
        primary: {
            label: t(LABELS.get(action) ?? 'button_close'),
            press: () => {
                if (last)
                    close();
                else if (action === 'cas')
                    leaveFor('ui/ca/ca.html');
                else
                    flow.act();
            },
        },
        escape: close,
    };
}
