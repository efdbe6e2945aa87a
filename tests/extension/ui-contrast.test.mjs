/** A11: every pair of colours that is used, in light and dark. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = name => readFileSync(
    new URL(`../../extension/ui/common/${name}.css`, import.meta.url), 'utf8');
const tokens = css('tokens');

/** @param {string} name @returns {[string, string]} light, dark */
function token(name) {
    const both = tokens.match(new RegExp(
        `--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`));
    if (both)
        return [both[1], both[2]];
    const one = tokens.match(new RegExp(`--${name}: (#[0-9a-f]{6});`));
    assert.ok(one, `no token ${name}`);
    return [one[1], one[1]];
}

/** @param {string} hex @returns {number} WCAG 2 relative luminance */
function luminance(hex) {
    const [r, g, b] = [1, 3, 5]
        .map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;
const PAIRS = [
    ['text', 'bg', TEXT], ['text', 'surface', TEXT],
    ['muted', 'bg', TEXT], ['muted', 'surface', TEXT],
    ['link', 'bg', TEXT], ['link', 'surface', TEXT],
    ['on-primary', 'primary', TEXT], ['on-primary', 'primary-hover', TEXT],
    ['primary', 'bg', SHAPE], ['control', 'bg', SHAPE],
    ['control', 'surface', SHAPE], ['focus', 'bg', SHAPE],
    ['focus', 'surface', SHAPE],
    ...['ok', 'info', 'warn', 'danger', 'neutral'].flatMap(kind => [
        [kind, `${kind}-bg`, TEXT], [kind, 'bg', TEXT]]),
    ...['indigo', 'pine', 'persimmon', 'plum', 'ink', 'jade', 'bean', 'ochre']
        .map(c => [`colour-${c}`, 'bg', SHAPE]),
];

test('the measure itself: black on white is 21, a colour on itself 1', () => {
    assert.equal(Math.round(contrast('#000000', '#ffffff')), 21);
    assert.equal(contrast('#1f4e79', '#1f4e79'), 1);
});

for (const [front, back, least] of PAIRS)
    test(`${front} on ${back} is at least ${least} in light and dark`, () => {
        const [a, b] = [token(front), token(back)];
        for (const i of [0, 1])
            assert.ok(contrast(a[i], b[i]) >= least,
                `${['light', 'dark'][i]}: ${contrast(a[i], b[i]).toFixed(2)}`);
    });

test('colours stand in the tokens only', () => {
    for (const name of ['common', 'fields', 'views'])
        assert.doesNotMatch(css(name), /#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i, name);
});

test('every token used is defined', () => {
    for (const name of ['common', 'fields', 'views'])
        for (const [, used] of css(name).matchAll(/var\(--([\w-]+)\)/g))
            assert.match(tokens, new RegExp(`--${used}:`), used);
});
