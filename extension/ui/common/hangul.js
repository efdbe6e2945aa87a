/**
 * Hangul typed on the usual (2-set) keyboard, back to the Latin keys that were
 * pressed: 안녕하세요 is dkssudgktpdy. Only on request, never by itself.
 */
const INITIAL = 'r R s e E f a q Q t T d w W c z x v g'.split(' ');
const VOWEL = ('k o i O j p u P h hk ho hl y n nj np nl b m ml l').split(' ');
const FINAL = [''].concat(('r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t ' +
    'T d w c z x v g').split(' '));

/** Single letters as the keyboard gives them when no syllable comes about. */
const LETTERS = ('r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w ' +
    'W c z x v g k o i O j p u P h hk ho hl y n nj np nl b m ml l').split(' ');

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FIRST_LETTER = 0x3131;

/** @param {string} text */
export const hasHangul = text =>
    /[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]/.test(text);

/** @param {string} character of NFC text */
function keysOf(character) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) {
        const n = code - FIRST_SYLLABLE;
        return INITIAL[Math.floor(n / 588)] +
            VOWEL[Math.floor(n % 588 / 28)] + FINAL[n % 28];
    }
    return LETTERS[code - FIRST_LETTER] ?? character;
}

/** @param {string} text @returns {string} */
export const toLatinKeys = text =>
    [...text.normalize('NFC')].map(keysOf).join('');
