/** A deed failed: its sentence, and one way on. */
import { errorRow } from '../../common/errors.js';
import { VERSION } from '../../common/protocol.js';
import { dateTime, shortDate } from '../common/dates.js';
import { errorView } from '../common/error-view.js';
import { t } from '../common/i18n.js';
import { homePath } from '../common/paths.js';
import { COMMANDS, versionsText } from '../common/support.js';

/** Trying the same again can help. */
const AGAIN = new Set(['retry', 'resume', 'place', 'copy', 'find']);

/** @param {any} data of the host's error */
function known({ date, place, rule, what } = {}) {
    return {
        ...(date && { date: shortDate(date) }),
        ...(place && { place: homePath(place) }),
        ...(rule && { rule: t(`rule_${rule}`) }),
        ...(what && { what: t(`what_${what}`) }),
    };
}

/**
 * @param {import('./world.js').World} world
 * @param {import('../../common/host-error.js').HostError} failure
 * @param {() => void} again
 * @returns {import('../enrol/shell.js').Screen}
 */
export function errorScreen(world, failure, again) {
    const { button } = errorRow(failure.reason);
    const back = () => world.go('');
    const offered = AGAIN.has(button);
    return {
        deed: t('manage_title'),
        content: [errorView(failure, {
            known: known(failure.data),
            command: COMMANDS.get(failure.reason),
            record: {
                time: dateTime(new Date().toISOString()),
                versions: versionsText(world.store.version, VERSION),
                ca: '',
            },
        })],
        secondary: { label: t('manage_back'), press: back },
        primary: offered ? { label: t('button_retry'), press: again }
            : undefined,
        escape: back,
    };
}
