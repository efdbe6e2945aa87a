/** Rules of the windows that can be read off their source (ux 6). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const UI = new URL('../../extension/ui/', import.meta.url);

/** @param {string} end @returns {[string, string][]} path, text */
const files = end => readdirSync(UI, { recursive: true })
    .map(String).filter(path => path.endsWith(end))
    .map(path => [path, readFileSync(new URL(path, UI), 'utf8')]);

const scripts = files('.js');
const styles = files('.css');
const pages = files('.html');

test('there is something to look at', () => {
    assert.ok(scripts.length > 30 && styles.length >= 4 && pages.length >= 3);
});

for (const [name, pattern] of [
    ['a placeholder instead of a label (A10)', /placeholder\s*:|['"]placeholder/],
    ['focus taken at the start (no autofocus)', /autofocus/i],
    ['a place of its own in the tab order (A03)', /tabindex['"]?:\s*['"]?[1-9]/],
    ['markup made of text', /innerHTML|outerHTML|insertAdjacentHTML|DOMParser/],
    ['a style beside the style sheets', /\bstyle:\s|setAttribute\('style'/],
    ['a paste that is blocked (A10)', /onpaste|'paste'/],
    ['an on-screen keyboard or a counter of tries', /keypad|triesLeft/i],
    ['an accesskey or a single-key shortcut (A18)', /accesskey/i],
    ['a deed on the way down (A18)', /onmousedown|onpointerdown/],
    ['the local or session storage of a page', /localStorage|sessionStorage/],
    ['a network address', /['"](https?|wss?):\/\/(?!\$)[a-z]/],
    ['a dialog of the browser', /\b(alert|confirm|prompt)\(\s*['"`t]/],
])
    test(`no script has ${name}`, () => {
        for (const [path, text] of scripts)
            assert.doesNotMatch(text, pattern, path);
    });

test('the only password input stays one: it is never switched to text', () => {
    for (const [path, text] of scripts)
        assert.doesNotMatch(text, /\.type\s*=[^=]/, path);
    const [, field] = scripts.find(([path]) =>
        path.endsWith('password-field.js'));
    assert.match(field, /type: 'password'/);
    assert.match(field, /autocomplete: 'off'/);
    assert.match(field, /spellcheck: 'false'/);
    assert.match(field, /autocapitalize: 'none'/);
    assert.doesNotMatch(field, /\bname:/); // or a browser offers to save it
});

test('no window has a form that could be sent', () => {
    for (const [path, text] of [...scripts, ...pages])
        assert.doesNotMatch(text, /<form|el\('form'|\.submit\(/, path);
});

test('what a page passes never reaches storage, and no password does', () => {
    for (const [path, text] of scripts)
        for (const [, stored] of text.matchAll(/\.set\(\{([^}]*)\}/g))
            assert.doesNotMatch(stored, /password|authorizationCode|params/i,
                path);
});

for (const [path, text] of pages)
    test(`${path}: language, title, nothing inline, nothing foreign`, () => {
        assert.match(text, /<html lang="ko">/);
        assert.match(text, /<title>[^<]+<\/title>/);
        assert.match(text, /<meta charset="utf-8">/i);
        assert.match(text, /name="viewport"/);
        assert.doesNotMatch(text, /<script(?![^>]* src=)/);
        assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=/);
        assert.doesNotMatch(text, /(src|href)="(https?:|\/\/)/);
    });

test('letters grow with the person\'s setting: sizes are in rem (A13)', () => {
    for (const [path, text] of styles)
        for (const [, size] of text.matchAll(/font-size:\s*([^;]+);/g))
            assert.match(size, /(rem|%|inherit|em)$/, `${path}: ${size}`);
});

test('nothing moves but a fade, and that only where motion is wanted (A15)',
    () => {
        for (const [path, text] of styles) {
            assert.doesNotMatch(text, /transition|infinite/, path);
            for (const [, ms] of text.matchAll(/(\d+)ms/g))
                assert.ok(Number(ms) <= 150, path);
        }
        const [, common] = styles.find(([path]) => path.endsWith('common.css'));
        assert.match(common,
            /prefers-reduced-motion: no-preference[^}]*\{[^}]*animation/s);
    });

test('focus has a ring of 3 px with a gap of 2 px (A04)', () => {
    const [, common] = styles.find(([path]) => path.endsWith('common.css'));
    assert.match(common, /:focus-visible \{\s*outline: 3px solid var\(--focus\);\s*outline-offset: 2px;/);
    assert.match(common, /scroll-padding-bottom: var\(--bar\)/);
});

test('colours forced by the person are kept (A11)', () => {
    const [, common] = styles.find(([path]) => path.endsWith('common.css'));
    assert.match(common, /@media \(forced-colors: active\)/);
});

test('no file of the windows is imported from outside of the extension', () => {
    for (const [path, text] of scripts)
        for (const [, from] of text.matchAll(/from '([^']+)'/g))
            assert.match(from, /^\.\.?\//, `${path}: ${from}`);
});
