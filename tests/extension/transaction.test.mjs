// A page's transaction: canonical bytes, the rows that are shown, and amounts
// in words.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonical, membersOf } from '../../extension/common/transaction.js';
import { amountText, amountWords } from '../../extension/ui/common/amount.js';

describe('canonical form', () => {
    const good = [
        ['the least', { type: 't' }, '{"type":"t"}'],
        ['members in order', { type: 't', b: 1, a: true }, '{"a":true,"b":1,"type":"t"}'],
        ['UTF-16 order', { type: 't', '\u{10000}': 1, '\ue000': 2 }, '{"type":"t","\u{10000}":1,"\ue000":2}'],
        ['escapes', { type: 't', a: '"\\\b\f\n\r\t\u0001/' }, '{"a":"\\"\\\\\\b\\f\\n\\r\\t\\u0001/","type":"t"}'],
        ['an object within', { type: 't', from: { b: '1', a: '2' } }, '{"from":{"a":"2","b":"1"},"type":"t"}'],
        ['the ends of whole numbers', { type: 't', a: 2 ** 53 - 1, b: -(2 ** 53 - 1) }, '{"a":9007199254740991,"b":-9007199254740991,"type":"t"}'],
        ['no prototype', Object.assign(Object.create(null), { type: 't' }), '{"type":"t"}'],
    ];
    for (const [name, object, want] of good)
        test(name, () => assert.equal(canonical(object), want));

    const bad = [
        ['no type', { a: 1 }],
        ['an empty type', { type: '' }],
        ['a type with a space', { type: 'a b' }],
        ['a fraction', { type: 't', a: 1.5 }],
        ['minus zero', { type: 't', a: -0 }],
        ['above 2^53-1', { type: 't', a: 2 ** 53 }],
        ['infinity', { type: 't', a: Infinity }],
        ['not a number', { type: 't', a: NaN }],
        ['null', { type: 't', a: null }],
        ['undefined', { type: 't', a: undefined }],
        ['a list', { type: 't', a: ['1'] }],
        ['a big integer', { type: 't', a: 1n }],
        ['a date', { type: 't', a: new Date(0) }],
        ['bytes', { type: 't', a: new Uint8Array(1) }],
        ['a map', { type: 't', a: new Map() }],
        ['two objects deep', { type: 't', a: { b: {} } }],
        ['half a character', { type: 't', a: '\ud800' }],
        ['half a character in a name', { type: 't', '\udc00': 1 }],
        ['U+0000', { type: 't', a: '\0' }],
        ['a member without a name', { 'type': 't', '': 1 }],
        ['65 members', Object.fromEntries([['type', 't'], ...Array.from({ length: 64 }, (_, i) => [`a${i}`, i])])],
        ['an amount in a number', { type: 't', amount: 5 }],
        ['an amount without a currency', { type: 't', amount: { value: '1' } }],
        ['an amount with more', { type: 't', amount: { value: '1', currency: 'KRW', tax: '1' } }],
        ['a negative amount', { type: 't', amount: { value: '-1', currency: 'KRW' } }],
        ['an amount with separators', { type: 't', amount: { value: '1,000', currency: 'KRW' } }],
        ['an amount of Arabic digits', { type: 't', amount: { value: '\u0661', currency: 'KRW' } }],
        ['a currency in small letters', { type: 't', amount: { value: '1', currency: 'krw' } }],
    ];
    for (const [name, object] of bad)
        test(`refused: ${name}`, () => {
            assert.throws(() => canonical(object), { reason: 'invalid_request' });
        });

    test('too large', () => {
        assert.throws(() => canonical({ type: 't', memo: '가'.repeat(5500) }), { reason: 'too_large' });
    });

    test('a getter that answers twice changes nothing', () => {
        let n = 0;
        const text = canonical({ type: 't', get a() {
            return `answer ${n += 1}`;
        } });
        assert.equal(text, '{"a":"answer 1","type":"t"}');
    });
});

test('known members come first, the others in the order of the bytes', () => {
    const text = canonical({ zz: '1', type: 'transfer', aa: '2', to: { bank: 'B' },
        amount: { value: '1', currency: 'KRW' }, from: {},
        payer: { account: 1, holder: 'H', bank: 'B' }, more: { bank: 'B', a: true } });
    assert.deepEqual(membersOf(text), [
        { path: ['type'], value: 'transfer' },
        { path: ['from'], value: [] },
        { path: ['to'], value: ['B'] },
        { path: ['amount'], value: { value: '1', currency: 'KRW' } },
        { path: ['aa'], value: '2' },
        { path: ['more', 'bank'], value: 'B' },
        { path: ['more', 'a'], value: true },
        { path: ['payer'], value: ['B', 1, 'H'] },
        { path: ['zz'], value: '1' },
    ]);
});

describe('amounts in words', () => {
    const rows = [
        ['0', 'KRW', '영 원', 'zero won'],
        ['10', 'KRW', '일십 원', 'ten won'],
        ['1250000', 'KRW', '일백이십오만 원', 'one million two hundred fifty thousand won'],
        ['100000000', 'KRW', '일억 원', 'one hundred million won'],
        ['10001', 'KRW', '일만일 원', 'ten thousand one won'],
        ['20300', 'KRW', '이만삼백 원', 'twenty thousand three hundred won'],
        ['1000000000000', 'KRW', '일조 원', 'one trillion won'],
        ['999999999999999999', 'KRW',
            '구십구경구천구백구십구조구천구백구십구억구천구백구십구만구천구백구십구 원',
            'nine hundred ninety-nine quadrillion nine hundred ninety-nine trillion nine hundred ninety-nine billion ' +
            'nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine won'],
        ['0.05', 'USD', '영 점 영오 미국 달러', 'zero point zero five US Dollar'],
        ['17.5', 'XQZ', '일십칠 점 오 XQZ', 'seventeen point five XQZ'],
    ];
    for (const [value, currency, ko, en] of rows)
        test(`${value} ${currency}`, () => {
            assert.equal(amountWords({ value, currency }, 'ko'), ko);
            assert.equal(amountWords({ value, currency }, 'en'), en);
        });

    const figures = [
        ['1250000', 'KRW', 'ko', '1,250,000원'],
        ['1250000', 'KRW', 'en', 'KRW 1,250,000'],
        ['999', 'KRW', 'ko', '999원'],
        ['1000.0005', 'USD', 'ko', 'USD 1,000.0005'],
        ['0', 'USD', 'en', 'USD 0'],
    ];
    for (const [value, currency, lang, want] of figures)
        test(`${value} ${currency} in figures, ${lang}`, () => {
            assert.equal(amountText({ value, currency }, lang), want);
        });
});
