/** The personal phrase: made once, kept, never half of it. */
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { COLOURS, isPhrase, loadPhrase, makePhrase }
    from '../../extension/ui/common/phrase.js';

globalThis.crypto ??= webcrypto; // Node 18 has it under this name only

class Local {
    kept = {};
    async get(key) {
        return structuredClone({ [key]: this.kept[key] });
    }
    async set(items) {
        Object.assign(this.kept, structuredClone(items));
    }
}

test('the first start makes one, the second finds it', async () => {
    const local = new Local();
    const made = await loadPhrase(local);
    assert.equal(made.first, true);
    assert.ok(isPhrase(made.phrase));
    assert.deepEqual(await loadPhrase(local),
        { phrase: made.phrase, first: false });
});

test('every draw is a phrase of two words and a named colour', () => {
    for (let i = 0; i < 400; i++) {
        const phrase = makePhrase(below => i % below);
        assert.ok(isPhrase(phrase), JSON.stringify(phrase));
        assert.equal(phrase.words.split(' ').length, 2);
    }
});

test('two starts rarely agree', async () => {
    const seen = new Set();
    for (let i = 0; i < 50; i++) {
        const { phrase } = await loadPhrase(new Local());
        seen.add(`${phrase.colour} ${phrase.words}`);
    }
    assert.ok(seen.size > 40, `${seen.size} of 50`);
});

for (const [name, value] of [
    ['nothing', undefined], ['null', null], ['a text', '쪽빛'],
    ['an unknown colour', { colour: 'red', words: '봄날의 산책' }],
    ['no words', { colour: 'pine' }],
    ['one character', { colour: 'pine', words: '봄' }],
    ['twenty-one characters', { colour: 'pine', words: '가'.repeat(21) }],
    ['words that are no text', { colour: 'pine', words: ['봄날의', '산책'] }],
])
    test(`${name} is no phrase, and is replaced`, async () => {
        assert.equal(isPhrase(value), false);
        const local = new Local();
        local.kept.phrase = value;
        const { phrase, first } = await loadPhrase(local);
        assert.ok(isPhrase(phrase));
        assert.equal(first, true);
    });

test('there are eight colours, and each has a name', async () => {
    const { readFileSync } = await import('node:fs');
    const ko = JSON.parse(readFileSync(new URL(
        '../../extension/_locales/ko/messages.json', import.meta.url)));
    assert.equal(COLOURS.length, 8);
    for (const colour of COLOURS)
        assert.ok(ko[`colour_${colour}`].message.length >= 2);
});
