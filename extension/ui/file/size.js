/** Sizes in words. */
import { language, t } from '../common/i18n.js';

const UNITS = ['KB', 'MB', 'GB'];

/**
 * As file managers have it: 1 KB is 1,024 bytes.
 * @param {number} bytes
 * @returns {string} "12.3MB", "" below one KB
 */
export function roughSize(bytes) {
    let value = bytes, unit = -1;
    while (value >= 1024 && unit < UNITS.length - 1) {
        value /= 1024;
        unit += 1;
    }
    // three digits, and never "1,024 KB" by rounding up
    const shown = value >= 100 ? Math.floor(value)
        : Math.floor(value * 10) / 10;
    return unit < 0 ? ''
        : `${shown.toLocaleString(language())} ${UNITS[unit]}`;
}

/**
 * @param {number} bytes
 * @returns {string} "12.3 MB (12,897,485 bytes)"
 */
export function sizeText(bytes) {
    const exact = t('bytes', { n: bytes.toLocaleString(language()) });
    const rough = roughSize(bytes);
    return rough === '' ? exact : `${rough} (${exact})`;
}
