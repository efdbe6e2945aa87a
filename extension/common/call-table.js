/**
 * A call, from the page's asking to its one answer: what may happen in each
 * state, what comes of it and what the page hears. Both ends of a call run by
 * this table: the window by step(), the content script by a copy of the
 * columns that it can see (a test compares the two). Pure data.
 */

/**
 * @typedef {'idle' | 'asked' | 'shown' | 'approved' | 'sent' | 'settled'} State
 *     asked: no window has the request yet; shown: the person sees it, or
 *     what stands in its way; approved: the host is at work; sent: an answer
 *     is on its way to the page; settled: nothing more is said
 *
 * @typedef {'called' | 'shown' | 'approved' | 'answered' | 'arrived' |
 *     'refused' | 'cancelled' | 'timedOut' | 'pageGone' | 'windowGone' |
 *     'hostGone'} Event
 *     called: the page asks (again); arrived: the page took the answer;
 *     refused: it cannot be done; hostGone: it cannot be done now, and may be
 *     tried again in this window; timedOut: the site's own limit is over
 *
 * @typedef {[State, string?]} Cell the next state, what the page hears
 */

/** The page hears the reason that comes with the event. */
export const GIVEN = '(given)';

/** The page hears what the person saw last: an error, or else `cancelled`. */
export const WHY = '(why)';

/** An event without a cell changes nothing. @type {Record<State, Partial<Record<Event, Cell>>>} */
export const TABLE = {
    idle: {
        called: ['asked'],
    },
    asked: {
        called: ['asked', 'busy'],
        shown: ['shown'],
        refused: ['settled', GIVEN],
        cancelled: ['settled', WHY],
        timedOut: ['settled', 'request_expired'],
        pageGone: ['settled', 'page_gone'],
        windowGone: ['settled', WHY],
    },
    shown: {
        called: ['shown', 'busy'],
        shown: ['shown'],
        approved: ['approved'],
        hostGone: ['shown'],
        refused: ['sent', GIVEN],
        cancelled: ['sent', WHY],
        timedOut: ['sent', 'request_expired'],
        pageGone: ['settled', 'page_gone'],
        windowGone: ['settled', WHY],
    },
    approved: { // what the host has begun, it ends: no limit stops it
        called: ['approved', 'busy'],
        shown: ['shown'], // a wrong password
        hostGone: ['shown'],
        answered: ['sent'],
        refused: ['sent', GIVEN],
        cancelled: ['sent', WHY],
        pageGone: ['settled', 'page_gone'],
        windowGone: ['settled', WHY],
    },
    sent: {
        called: ['sent', 'busy'],
        arrived: ['settled'],
        pageGone: ['settled', 'page_gone'],
        windowGone: ['settled'],
    },
    settled: {},
};

/**
 * @typedef {object} Call
 * @property {State} state
 * @property {string} why what the page would hear of a window closed now
 * @property {string | null} says what the page hears of the last event
 */

/** As a window finds it. @type {Call} */
export const ASKED = { state: 'asked', why: 'cancelled', says: null };

/**
 * @param {Call} call
 * @param {Event} event
 * @param {string} [reason] that comes with it
 * @returns {Call} the very same when the event is not listened to
 */
export function step(call, event, reason) {
    const cell = TABLE[call.state][event];
    if (!cell)
        return call;
    const [state, says = null] = cell;
    const heard = new Map([[GIVEN, reason], [WHY, reason ?? call.why]]);
    return {
        state,
        why: state === 'shown' ? reason ?? 'cancelled' : call.why,
        says: says !== null && heard.get(says) || says,
    };
}
