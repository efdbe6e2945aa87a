/**
 * Text as it is shown before it is signed: exactly the characters that are
 * signed, with everything that the eye would miss made a visible token. The
 * classes are Unicode's own, so that no list here can grow old.
 */

/** Not text at all: U+0000, noncharacters, halves of characters. */
const UNSHOWABLE = /[\0\p{Noncharacter_Code_Point}\p{Cs}]/u;

/**
 * What the eye misses: controls, formats (bidi included), what renderers
 * ignore (variation selectors, tags, Hangul fillers), odd spaces and line
 * ends, private and unassigned characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}]/u;
const ODD_SPACE = /[^\P{Zs} ]|\u2800/u; // U+2800: a braille cell without dots

/** Digits of other scripts, which look like or stand for 0-9. */
const ODD_DIGIT = /[^\P{Nd}0-9]/u;

/** Letters that are drawn as Latin ones are: а is not a. */
const LATIN = /\p{Script=Latin}/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;
const GREEK = /\p{Script=Greek}/u;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const WORD_SHOWN_MAX = 40; // characters, in a warning

const MARK = /\p{M}/u;
const MARKS_MAX = 2; // on one character; more is a flood

/**
 * @typedef {{text: string, token: boolean}} Piece a token's text is shown in
 *     the token's dress
 *
 * @typedef {object} Shown
 * @property {Piece[]} pieces in order; line ends are "\n" in their text
 * @property {number} unseen characters that were made tokens, tabs not counted
 * @property {number} oddDigits digits that are not 0-9
 * @property {string} mixed the first word of letters of several scripts that
 *     are drawn alike, "" for none
 * @property {boolean} composed the text is in Unicode's composed form (NFC)
 * @property {number} lines
 */

/** @param {string} character */
const codePoint = character => 'U+' +
    (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

/**
 * @param {string} character
 * @param {number} times
 * @returns {string} ⟦U+202E⟧, or ⟦U+200B ×7⟧ for a run
 */
const token = (character, times) => times === 1
    ? `⟦${codePoint(character)}⟧` : `⟦${codePoint(character)} ×${times}⟧`;

/**
 * @param {string} text
 * @returns {string} see Shown
 */
function mixedWord(text) {
    if (!CYRILLIC.test(text) && !GREEK.test(text))
        return '';
    const word = text.match(WORD)?.find(one => [LATIN, CYRILLIC, GREEK]
        .filter(script => script.test(one)).length > 1) ?? '';
    return [...word.replace(/[\p{M}\p{DI}]/gu, '')]
        .slice(0, WORD_SHOWN_MAX).join('');
}

/**
 * @param {string} text
 * @returns {Shown | null} null when the text cannot be shown
 */
export function showText(text) {
    if (UNSHOWABLE.test(text))
        return null;
    const writer = new Writer();
    let marks = 0;
    // a line end of two characters is one line end, not a hidden one
    for (const character of text.replaceAll('\r\n', '\n')) {
        marks = MARK.test(character) ? marks + 1 : 0;
        if (character === '\n')
            writer.text('\n');
        else if (UNSEEN.test(character) || ODD_SPACE.test(character) ||
            marks > MARKS_MAX)
            writer.token(character);
        else
            writer.text(character);
    }
    return writer.end(text);
}

/** Gathers characters into pieces and counts what needs a warning. */
class Writer {
    /** @type {Piece[]} */
    #pieces = [];
    #plain = '';
    #hidden = '';
    #times = 0;
    #unseen = 0;
    #oddDigits = 0;

    /** @param {string} character */
    text(character) {
        this.#flushToken();
        if (ODD_DIGIT.test(character))
            this.#oddDigits += 1;
        this.#plain += character;
    }

    /** @param {string} character */
    token(character) {
        if (this.#plain !== '')
            this.#pieces.push({ text: this.#plain, token: false });
        this.#plain = '';
        if (character !== this.#hidden)
            this.#flushToken();
        this.#hidden = character;
        this.#times += 1;
        if (character !== '\t')
            this.#unseen += 1;
    }

    #flushToken() {
        if (this.#times > 0)
            this.#pieces.push(
                { text: token(this.#hidden, this.#times), token: true });
        this.#hidden = '';
        this.#times = 0;
    }

    /**
     * @param {string} text
     * @returns {Shown}
     */
    end(text) {
        this.#flushToken();
        if (this.#plain !== '')
            this.#pieces.push({ text: this.#plain, token: false });
        return {
            pieces: this.#pieces,
            unseen: this.#unseen,
            oddDigits: this.#oddDigits,
            mixed: mixedWord(text),
            composed: text === text.normalize('NFC'),
            lines: text.split('\n').length,
        };
    }
}
