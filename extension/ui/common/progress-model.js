/**
 * The host's six steps as the four lines a person sees. Pure.
 */
export const HOST_STEPS = ['keygen', 'request', 'wait', 'check', 'confirm',
    'store'];

/** Line: the steps it covers; the first names its "to do" and "done" texts. */
export const LINES = [['keygen'], ['request', 'wait'], ['check', 'confirm'],
    ['store']];

/** Nothing has left the machine before this step. */
const LEAVES_AT = HOST_STEPS.indexOf('request');

/** @param {string | null} step @returns {boolean} false when in doubt */
export const isCancellable = step => step === null ||
    HOST_STEPS.slice(0, LEAVES_AT).includes(step);

/**
 * @param {string | null} step the one under way; null before the first
 * @returns {{state: 'done' | 'now' | 'todo', key: string}[]}
 */
export function linesAt(step) {
    const at = step === null ? -1
        : LINES.findIndex(steps => steps.includes(step));
    return LINES.map((steps, i) => {
        if (i < at)
            return { state: 'done', key: `progress_${steps[0]}_done` };
        if (i === at)
            return { state: 'now', key: `progress_${step}` };
        return { state: 'todo', key: `progress_${steps[0]}_todo` };
    });
}

/** @param {string | null} step @returns {number} of HOST_STEPS.length */
export const amountAt = step =>
    step === null ? 0 : HOST_STEPS.indexOf(step) + 1;
