/**
 * Dates as people in Korea read them: Korean time, whatever the computer's.
 */
const DAY = 86_400_000;
const KOREA = 9 * 3_600_000; // no summer time since 1988

/** @param {string} iso RFC 3339 @returns {Date} whose UTC parts are Korean */
const korean = iso => new Date(Date.parse(iso) + KOREA);

/**
 * @param {string} iso
 * @param {number} now ms since 1970 UTC
 * @returns {number} Korean calendar days from today to that day
 */
export const daysUntil = (iso, now) =>
    Math.floor((Date.parse(iso) + KOREA) / DAY) -
    Math.floor((now + KOREA) / DAY);

/** @param {string} iso @returns {string} "2027.3.14" */
export function shortDate(iso) {
    const d = korean(iso);
    return `${d.getUTCFullYear()}.${d.getUTCMonth() + 1}.${d.getUTCDate()}`;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June',
    'July', 'August', 'September', 'October', 'November', 'December'];

/**
 * @param {string} iso
 * @param {'ko' | 'en'} language
 * @returns {string} "2027년 3월 14일", "14 March 2027"
 */
export function longDate(iso, language) {
    const d = korean(iso);
    const [y, m, day] = [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()];
    return language === 'ko'
        ? `${y}년 ${m + 1}월 ${day}일`
        : `${day} ${MONTHS[m]} ${y}`;
}

/** @param {number} n */
const two = n => String(n).padStart(2, '0');

/** @param {string} iso @returns {string} "14:05:11" */
export function clock(iso) {
    const d = korean(iso);
    return [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()]
        .map(two).join(':');
}

/** @param {string} iso @returns {string} "2027.3.14 14:05:11" */
export const dateTime = iso => `${shortDate(iso)} ${clock(iso)}`;

/** @param {string} iso @returns {string} "20270314", for calendar files */
export function compactDate(iso) {
    const d = korean(iso);
    return `${d.getUTCFullYear()}${two(d.getUTCMonth() + 1)}` +
        two(d.getUTCDate());
}
