/**
 * The personal phrase: a named colour and two words, made at random at the
 * first start and kept in storage.local. No page can read it, so a window
 * without it is not ours. An aid, not a lock.
 */
import { el } from './dom.js';
import { language, t } from './i18n.js';

export const COLOURS = ['indigo', 'pine', 'persimmon', 'plum', 'ink', 'jade',
    'bean', 'ochre'];

const WHOSE = ('봄날의 여름의 가을의 겨울의 새벽의 아침의 한낮의 저녁의 달빛의 별빛의 ' +
    '바다의 강가의 숲속의 들판의 언덕의 골목의 고향의 어린날의 비온뒤의 눈오는').split(' ');
const WHAT = ('산책 노래 편지 우산 기차 돛단배 등대 연날리기 그림자 종소리 나들이 찻잔 ' +
    '자전거 오솔길 징검다리 바람개비 무지개 소나기 단풍 함박눈').split(' ');

/** Where it is kept. */
const KEY = 'phrase';

/** @typedef {{colour: string, words: string}} Phrase */

/**
 * @param {(below: number) => number} random a whole number below its argument
 * @returns {Phrase}
 */
export const makePhrase = random => ({
    colour: COLOURS[random(COLOURS.length)],
    words: `${WHOSE[random(WHOSE.length)]} ${WHAT[random(WHAT.length)]}`,
});

/** @param {any} x @returns {x is Phrase} */
export const isPhrase = x => COLOURS.includes(x?.colour) &&
    typeof x.words === 'string' && x.words.length >= 2 &&
    [...x.words].length <= 20;

/** @param {number} below at most 2^16 */
function cryptoRandom(below) {
    const limit = Math.floor(65536 / below) * below;
    const draw = new Uint16Array(1);
    do
        crypto.getRandomValues(draw);
    while (draw[0] >= limit);
    return draw[0] % below;
}

/**
 * @param {any} local browser.storage.local
 * @param {(below: number) => number} [random]
 * @returns {Promise<{phrase: Phrase, first: boolean}>} first: it was made now
 */
export async function loadPhrase(local, random = cryptoRandom) {
    const found = (await local.get(KEY))[KEY];
    if (isPhrase(found))
        return { phrase: found, first: false };
    const phrase = makePhrase(random);
    await local.set({ [KEY]: phrase });
    return { phrase, first: true };
}

/**
 * The first line of every window, with the help button at its end.
 * @param {any} local browser.storage.local
 * @param {string[]} help paragraphs
 * @returns {Promise<HTMLElement>} a header
 */
export async function phraseStrip(local, help) {
    const { phrase, first } = await loadPhrase(local);
    const values = {
        colour: t(`colour_${phrase.colour}`),
        words: phrase.words,
    };
    const text = el('div', { class: 'helptext', id: 'help', hidden: true },
        ...help.map(line => el('p', {}, line)),
        el('p', {}, t('phrase_rule')));
    const button = el('button', {
        type: 'button',
        class: 'link',
        id: 'help-button',
        'aria-expanded': 'false',
        'aria-controls': 'help',
        onclick: () => {
            text.hidden = !text.hidden;
            button.setAttribute('aria-expanded', String(!text.hidden));
        },
    }, t('help'));
    return el('header', {},
        el('div', { class: 'strip' },
            el('span', {
                class: `block ${phrase.colour}`,
                'aria-hidden': 'true',
            }),
            el('p', { class: 'phrase', id: 'phrase' },
                el('span', { 'aria-hidden': 'true' },
                    t('phrase_strip', values)),
                el('span', { class: 'spoken', lang: language() },
                    t('phrase_spoken', values))),
            button),
        text,
        first ? el('p', { class: 'helptext once screen' }, t('phrase_first'))
            : null);
}
