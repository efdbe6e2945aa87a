import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showText } from '../../extension/common/display.js';

const shownAs = text => showText(text).pieces.map(piece => piece.text).join('');
const tokens = text => showText(text).pieces
    .filter(piece => piece.token).map(piece => piece.text);

describe('text that is shown as it is (T214)', () => {
    const rows = ['a', '한빛은행 이체\n금액: 1,250,000원', '  two  spaces ',
        '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '&lt;b&gt;',
        'javascript:alert(1)', '\\u202e %s $1 {0} {n}', '🏦 ①②③ ㈜', 'é', 'ﾊﾝｸﾞﾙ', '漢字'];
    for (const text of rows)
        test(JSON.stringify(text), () => {
            const shown = showText(text);
            assert.deepEqual(shown.pieces, [{ text, token: false }]);
            assert.equal(shown.unseen, 0);
        });
});

describe('what the eye would miss becomes a token (T215, T216, T219)', () => {
    const points = [
        0x202a, 0x202b, 0x202c, 0x202d, 0x202e, // embeddings, overrides
        0x2066, 0x2067, 0x2068, 0x2069, // isolates
        0x200e, 0x200f, 0x061c, // marks
        0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x00ad, // zero width
        0xe0041, 0xe007f, // tags
        0xfe00, 0xfe0f, 0xe0100, 0x180b, // variation selectors
        0x115f, 0x1160, 0x3164, 0xffa0, // Hangul fillers
        0x034f, 0x17b4, // joiners and the like
        0x1b, 0x7f, 0x9b, 0x0b, 0x0c, 0x0d, 0x85, // controls, ANSI escape, lone CR
        0x2028, 0x2029, // line ends that are not ours
        0xa0, 0x2003, 0x202f, 0x3000, 0x2800, // spaces that are not spaces
        0xe000, 0xf8ff, 0x10fffd, // private
        0xfff9, 0x0378, // annotation, unassigned
    ];
    for (const point of points) {
        const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
        test(name, () => {
            const shown = showText(`a${String.fromCodePoint(point)}b`);
            assert.deepEqual(shown.pieces, [
                { text: 'a', token: false },
                { text: `⟦${name}⟧`, token: true },
                { text: 'b', token: false },
            ]);
            assert.equal(shown.unseen, 1);
        });
    }

    test('a tab is shown, but is nothing to warn of', () => {
        assert.deepEqual(tokens('a\tb'), ['⟦U+0009⟧']);
        assert.equal(showText('a\tb').unseen, 0);
    });

    test('a run is one token with its length; two kinds are two', () => {
        assert.deepEqual(tokens('\u200b\u200b\u200b\u202e\u202e'),
            ['⟦U+200B ×3⟧', '⟦U+202E ×2⟧']);
        assert.equal(showText('\u200b\u200b\u200b').unseen, 3);
    });

    test('a token written out in the text is not dressed as one', () => {
        assert.deepEqual(tokens('⟦U+202E⟧'), []);
    });

    test('a line end of two characters is one line end', () => {
        const shown = showText('a\r\nb');
        assert.equal(shownAs('a\r\nb'), 'a\nb');
        assert.equal(shown.unseen, 0);
        assert.equal(shown.lines, 2);
    });

    test('the second of two carriage returns is hidden no more', () => {
        assert.deepEqual(tokens('a\r\r\nb'), ['⟦U+000D⟧']);
    });
});

describe('marks and forms (T217, T218)', () => {
    test('a flood of marks becomes tokens after the second', () => {
        const shown = showText(`a${'\u0301'.repeat(50)}b`);
        assert.deepEqual(shown.pieces.map(p => p.text),
            ['a\u0301\u0301', '⟦U+0301 ×48⟧', 'b']);
    });

    test('decomposed Hangul is shown, and said to be so', () => {
        const shown = showText('한글'.normalize('NFD'));
        assert.equal(shown.composed, false);
        assert.equal(shown.unseen, 0);
    });

    const digits = ['１２３', '٣', '𝟏', '๓', '२'];
    for (const text of digits)
        test(`${text} are digits of another script`, () => {
            assert.equal(showText(`금액 ${text}`).oddDigits, [...text].length);
        });

    test('0-9 are not', () => {
        assert.equal(showText('0123456789').oddDigits, 0);
    });
});

describe('words of letters that are drawn alike (T218)', () => {
    const mixed = [
        ['a Cyrillic a in a Latin word', 'p\u0430ypal', 'p\u0430ypal'],
        ['a Greek o', 'G\u03bfogle', 'G\u03bfogle'],
        ['Greek and Cyrillic', '\u03b1\u0431', '\u03b1\u0431'],
        ['the first of two', 'ok p\u0430y b\u0430nk', 'p\u0430y'],
        ['with a digit between', 'a1\u0430', 'a1\u0430'],
        ['beside Hangul', '한빛b\u0430nk', '한빛b\u0430nk'],
        ['on another line', '금액\n1 KR\u0412', 'KR\u0412'],
        ['with a mark on it', 'e\u0301\u0435', 'e\u0435'],
        ['a long one is cut in the warning', `\u0430${'a'.repeat(100)}`,
            `\u0430${'a'.repeat(39)}`],
    ];
    for (const [name, text, want] of mixed)
        test(`${name}: warned of`, () => {
            assert.equal(showText(text).mixed, want);
        });

    const plain = ['', 'paypal', '한빛은행 KRW 1', '\u043c\u0438\u0440 bank',
        '\u03b1 = 1', 'カタカナ漢字abc', '①②㈜', 'a \u0430'];
    for (const text of plain)
        test(`${JSON.stringify(text)}: not`, () => {
            assert.equal(showText(text).mixed, '');
        });
});

describe('what cannot be shown is refused (T220)', () => {
    const rows = ['\0', 'a\0b', '\ud800', 'a\udc00', '\ufffe', '\uffff',
        '\ufdd0', '\u{1fffe}', '\u{10ffff}'];
    for (const text of rows)
        test(JSON.stringify(text), () => {
            assert.equal(showText(text), null);
        });
});

describe('nothing is lost (T219, T223)', () => {
    test('lines are counted to the last', () => {
        assert.equal(showText(`${'\n'.repeat(5000)}금액`).lines, 5001);
        assert.equal(showText('a\n').lines, 2);
        assert.equal(showText('a').lines, 1);
    });

    test('one line of a third of a mebibyte is whole', () => {
        const text = 'x'.repeat(384 * 1024);
        assert.equal(shownAs(text), text);
    });

    test('putting the pieces together gives back any text', () => {
        const points = [0x41, 0xac00, 0x200b, 0x202e, 0x20, 0x0a, 0x09, 0x301,
            0xff11, 0x1f3e6, 0x3164];
        let seed = 1;
        const random = below => {
            seed = (seed * 48271) % 2147483647;
            return seed % below;
        };
        for (let round = 0; round < 2000; round++) {
            const text = String.fromCodePoint(...Array.from(
                { length: 1 + random(30) }, () => points[random(points.length)]));
            const back = showText(text).pieces.map(piece => {
                if (!piece.token)
                    return piece.text;
                const [, hex, n] = piece.text.match(/U\+([0-9A-F]+)(?: ×(\d+))?/);
                return String.fromCodePoint(parseInt(hex, 16)).repeat(n ?? 1);
            }).join('');
            assert.equal(back, text);
        }
    });
});
