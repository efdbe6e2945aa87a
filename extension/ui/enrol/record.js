/**
 * The printed record of what was done (문서화): no password and no code. Pure:
 * the texts are passed in.
 */

/**
 * @typedef {object} Facts
 * @property {string} time
 * @property {string} [started] when it began, if it was resumed
 * @property {string} deed
 * @property {string} [why] of a revocation
 * @property {string} ca
 * @property {string[]} caText
 * @property {string} name
 * @property {string} usage
 * @property {string} serial
 * @property {string} [km] serial of the second certificate
 * @property {string} expiry
 * @property {string} [old] what it takes the place of: serial, expiry
 * @property {string} place
 * @property {string | null} site
 */

/**
 * @param {Facts} facts
 * @param {(key: string) => string} t
 * @returns {[string, string][]} label, value; nothing empty
 */
export function recordRows(facts, t) {
    /** @type {[string, string | undefined][]} */
    const rows = [
        ['resume_started', facts.started],
        ['record_time', facts.time],
        ['record_deed', facts.deed],
        ['record_why', facts.why],
        ['record_ca', facts.ca],
        ['record_ca_text', facts.caText.map(text => `“${text}”`).join(' ')],
        ['record_name', facts.name],
        ['record_usage', facts.usage],
        ['record_serial', facts.serial],
        ['record_km', facts.km],
        ['record_expiry', facts.expiry],
        ['record_old', facts.old],
        ['record_place', facts.place],
        ['record_site', facts.site ?? t('record_site_none')],
    ];
    return rows.flatMap(([key, value]) => value
        ? [/** @type {[string, string]} */ ([t(key), value])] : []);
}

/**
 * What is left to do after a deed, in this order, on the screen and on paper.
 * @type {Record<import('./state.js').Kind, string[]>}
 */
export const STILL_TO_DO = {
    issue: ['issue_register', 'issue_copy', 'backup', 'reminder'],
    reissue: ['register', 'copy', 'backup', 'reminder'],
    renew: ['renew_register', 'copy', 'backup', 'reminder'],
    revoke: ['revoke_tell', 'revoke_copies', 'revoke_new'],
};

/**
 * @param {import('./state.js').Kind} kind
 * @param {string} why reason of a revocation
 * @returns {string[]} keys
 */
export const stillToDo = (kind, why) => [
    ...(why === 'keyCompromise' ? ['todo_revoke_check'] : []),
    ...STILL_TO_DO[kind].map(what => `todo_${what}`)];

/** @param {string} text @returns {string} as RFC 5545 3.3.11 wants it */
const escape = text =>
    text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');

/**
 * Lines of at most 75 octets (RFC 5545 3.1), never cut inside a character.
 * @param {string} line
 * @returns {string}
 */
function fold(line) {
    const lines = [''];
    let octets = 0;
    for (const character of line) {
        const size = new TextEncoder().encode(character).length;
        if (octets + size > 74) {
            lines.push('');
            octets = 1; // the space in front of a continuation
        }
        lines[lines.length - 1] += character;
        octets += size;
    }
    return lines.join('\r\n ');
}

/** Days before the expiry on which the calendar speaks up. */
const DAYS_BEFORE = [30, 14, 7, 1];

/**
 * A calendar file with the day of expiry and its alarms; holds no name.
 * @param {{id: string, date: string, now: string, summary: string,
 *     text: string}} of date "20270314"; now "20261124T090000Z"
 * @returns {string}
 */
export function calendarFile({ id, date, now, summary, text }) {
    const alarms = DAYS_BEFORE.flatMap(days => ['BEGIN:VALARM',
        'ACTION:DISPLAY', `TRIGGER:-P${days}D`,
        `DESCRIPTION:${escape(summary)}`, 'END:VALARM']);
    return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Ingam//Ingam//KO',
        'BEGIN:VEVENT', `UID:${id.slice(0, 32)}@ingam.kr`, `DTSTAMP:${now}`,
        `DTSTART;VALUE=DATE:${date}`, `SUMMARY:${escape(summary)}`,
        `DESCRIPTION:${escape(text)}`, 'TRANSP:TRANSPARENT', ...alarms,
        'END:VEVENT', 'END:VCALENDAR', ''].map(fold).join('\r\n');
}
