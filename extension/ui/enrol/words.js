/** Words that several screens share. */
import { caText, usageText } from '../common/certificate-list.js';
import { hasText, pick, t } from '../common/i18n.js';
import { homePath } from '../common/paths.js';
import { caOf } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/** @param {State} state what the window is for, as its title says */
export const deedText = ({ mode, kind }) =>
    t(mode === 'resume' ? 'deed_resume' : `deed_${kind}`);

/** @param {State} state */
export const caTitle = state => pick(caOf(state)?.title) || state.ca;

/** @param {Certificate} c @param {State} state */
export const certificateLine = (c, state) =>
    [c.name, usageText(c), caText(c, state.cas)].join(' · ');

/** @param {Certificate} c */
export const placeText = c => c.location?.medium === 'removable'
    ? t('place_usb', { path: c.location.root })
    : t('place_disk_path', { path: homePath(c.location?.root ?? '') });

/** @param {string} why reason of a revocation */
export const whyText = why => t(`why_revoke_${why.toLowerCase()}`);

/**
 * The words of one kind where it has its own.
 * @param {string} stem
 * @param {import('./state.js').Kind} kind
 */
export const kindText = (stem, kind) =>
    t(hasText(`${stem}_${kind}`) ? `${stem}_${kind}` : stem);
