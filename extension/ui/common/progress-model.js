/**
 * The host's six steps as the lines a person sees: four while a certificate is
 * issued, two while one is revoked. Pure.
 */
export const HOST_STEPS = ['keygen', 'request', 'wait', 'check', 'confirm',
    'store'];

/** Line: the steps it covers; the first names its "to do" and "done" texts. */
export const LINES = [['keygen'], ['request', 'wait'], ['check', 'confirm'],
    ['store']];

/** Of a revocation: nothing is made, and the pair is taken out at its end. */
export const REVOKE_LINES = [['request', 'wait'], ['store']];

/** Nothing has left the machine before this step. */
const LEAVES_AT = HOST_STEPS.indexOf('request');

/** @param {string | null} step @returns {boolean} false when in doubt */
export const isCancellable = step => step === null ||
    HOST_STEPS.slice(0, LEAVES_AT).includes(step);

/**
 * @param {string | null} step the one under way; null before the first
 * @param {string[][]} lines
 * @returns {number} the last one that has begun, -1 for none
 */
function lineAt(step, lines) {
    const at = step === null ? -1 : HOST_STEPS.indexOf(step);
    return lines.filter(([first]) => HOST_STEPS.indexOf(first) <= at).length - 1;
}

/**
 * @param {string | null} step the one under way; null before the first
 * @param {string[][]} [lines]
 * @returns {{state: 'done' | 'now' | 'todo', key: string}[]}
 */
export function linesAt(step, lines = LINES) {
    const at = lineAt(step, lines);
    const stem = lines === REVOKE_LINES ? 'revoke_progress' : 'progress';
    return lines.map((steps, i) => {
        if (i < at)
            return { state: 'done', key: `${stem}_${steps[0]}_done` };
        if (i === at)
            return { state: 'now', key: `${stem}_${
                step !== null && steps.includes(step) ? step : steps[0]}` };
        return { state: 'todo', key: `${stem}_${steps[0]}_todo` };
    });
}

/** @param {string | null} step @returns {number} of HOST_STEPS.length */
export const amountAt = step =>
    step === null ? 0 : HOST_STEPS.indexOf(step) + 1;
