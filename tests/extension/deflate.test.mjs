/** The compressor of the packages: zlib reads back what went in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { deflate } from '../../installer/deflate.mjs';
import { codeLengths, codes } from '../../installer/huffman.mjs';

let seed = 11;
const random = below => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
};
const noise = (length, below = 256) =>
    Buffer.from(Array.from({ length }, () => random(below)));

describe('what is read back', () => {
    const rows = [
        ['nothing', Buffer.alloc(0)],
        ['one byte', Buffer.from('a')],
        ['two', Buffer.from('ab')],
        ['three alike', Buffer.from('aaa')],
        ['every byte', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
        ['257 alike: one less than the longest copy and a byte', Buffer.alloc(258)],
        ['the longest copy', Buffer.alloc(259)],
        ['one more', Buffer.alloc(260)],
        ['many alike', Buffer.alloc(100_000)],
        ['a pair again and again', Buffer.from('ab'.repeat(70_000))],
        ['noise', noise(70_000)],
        ['noise of few', noise(70_000, 3)],
        ['a copy from as far as may be', Buffer.concat([Buffer.from('abcdefgh'),
            noise(32_760), Buffer.from('abcdefgh')])],
        ['from one further', Buffer.concat([Buffer.from('abcdefgh'),
            noise(32_761), Buffer.from('abcdefgh')])],
        ['Korean text', Buffer.from('인감 프로그램은 서명할 내용을 보여 드려요. '
            .repeat(50) + '끝')],
    ];
    for (const [name, data] of rows)
        test(name, () => {
            assert.deepEqual(inflateRawSync(deflate(data)), data);
        });

    test('a thousand small ones', () => {
        for (let n = 0; n < 1000; n++) {
            const data = noise(random(200), 1 + random(8));
            assert.deepEqual(inflateRawSync(deflate(data)), data);
        }
    });
});

test('it is as small as what zlib makes, but for three in a hundred', () => {
    const words = ['return', 'const', 'function', '(', ')', ';', '\n    '];
    const data = Buffer.from(Array.from({ length: 20_000 },
        () => words[random(7)]).join(''));
    assert.ok(deflate(data).length <=
        deflateRawSync(data, { level: 9 }).length * 1.03);
});

describe('the lengths of codes', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 40)
        fibonacci.push(fibonacci.at(-1) + fibonacci.at(-2));
    const rows = [
        ['of a tree that would be 39 deep', fibonacci, 15],
        ['the same in seven bits', fibonacci.slice(0, 19), 7],
        ['of even counts', Array(286).fill(5), 15],
        ['of two', [0, 7, 0, 1], 15],
    ];
    for (const [name, counts, max] of rows)
        test(`${name}: they fit, and use every code`, () => {
            const lengths = codeLengths(counts, max);
            assert.ok(Math.max(...lengths) <= max);
            assert.equal(lengths.reduce((sum, length) =>
                sum + (length > 0 ? 2 ** -length : 0), 0), 1);
            const used = codes(lengths).filter((_, i) => lengths[i] > 0);
            assert.ok(used.length > 1);
        });

    test('one symbol alone has one bit', () => {
        assert.deepEqual(codeLengths([0, 9, 0], 15), [0, 1, 0]);
    });
});
