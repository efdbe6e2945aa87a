/** The text that a form becomes, and what in it is not what it seems. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseContent } from '../../extension/common/content.js';
import { parseForm } from '../../extension/common/form.js';
import { CONTENT_MAX } from '../../extension/common/protocol.js';

const textOf = (fields, how) => parseForm({ fields, ...how }).text;
const reason = call => {
    try {
        call();
    } catch (error) {
        return error.reason ?? error;
    }
    return undefined;
};

describe('the text is what the plug-ins make', () => {
    const rows = [
        ['one field', [['a', '1']], {}, 'a=1'],
        ['in the order given', [['b', '2'], ['a', '1']], {}, 'b=2&a=1'],
        ['as it is unless told', [['받는분', '김 서연']], {}, '받는분=김 서연'],
        ['an empty value', [['a', ''], ['b', '']], {}, 'a=&b='],
        ['a label is not signed', [['amt', '1', '금액']], {}, 'amt=1'],
        ['another delimiter', [['a', '1'], ['b', '2']], { delimiter: '|' }, 'a=1|b=2'],
        ['of four characters', [['a', '1'], ['b', '2']], { delimiter: '\r\n--' }, 'a=1\r\n--b=2'],
        ['a pound sign', [['a', '1'], ['b', '2']], { delimiter: '￡' }, 'a=1￡b=2'],
        ['another assignment', [['a', '1']], { assign: ': ' }, 'a: 1'],
        ['URL-encoded', [['이름', '김 서&연=+%']], { urlEncode: true },
            '%EC%9D%B4%EB%A6%84=%EA%B9%80%20%EC%84%9C%26%EC%97%B0%3D%2B%25'],
        ['not encoded when told so', [['a', '%']], { urlEncode: false }, 'a=%'],
        ['names of the language', [['__proto__', '1'], ['constructor', '2']], {},
            '__proto__=1&constructor=2'],
        ['line ends stay', [['a', '1\r\n2\n']], {}, 'a=1\r\n2\n'],
    ];
    for (const [name, fields, how, want] of rows)
        test(name, () => {
            assert.equal(textOf(fields, how), want);
        });

    test('those are the bytes to sign, and it is text', () => {
        const content = parseContent({ form: { fields: [['이름', '1']] } });
        assert.equal(content.kind, 'text');
        assert.equal(content.text, '이름=1');
        assert.deepEqual([...content.bytes], [...Buffer.from('이름=1')]);
        assert.deepEqual(content.form.fields,
            [{ name: '이름', value: '1', label: '', doubt: '' }]);
    });
});

describe('what a reader would take for something else', () => {
    const rows = [
        ['nothing', [['a', '1'], ['b', '2']], {}, ['', ''], true],
        ['a value with the delimiter', [['to', '1&amount=9'], ['b', '2']], {},
            ['split', ''], false],
        ['the same, encoded', [['to', '1&amount=9'], ['b', '2']],
            { urlEncode: true }, ['', ''], true],
        ['a value with an assignment only', [['a', 'b=c']], {}, [''], true],
        ['a name with an assignment', [['a=b', 'c']], {}, ['split'], false],
        ['a name with the delimiter', [['a&b', 'c']], {}, ['split'], false],
        ['a delimiter made of two fields', [['a', '1|'], ['|b', '2']],
            { delimiter: '||' }, ['', ''], false],
        ['an encoded text with a digit between fields', [['a', '1'], ['b', '2']],
            { delimiter: '1', urlEncode: true }, ['split', ''], false],
        ['a name twice', [['a', '1'], ['b', '2'], ['a', '3']], {},
            ['twice', '', 'twice'], true],
        ['two fields that look like one list', [['a', '1'], ['a', '1']], {},
            ['twice', 'twice'], true],
    ];
    for (const [name, fields, how, doubts, clear] of rows)
        test(name, () => {
            const form = parseForm({ fields, ...how });
            assert.deepEqual(form.fields.map(field => field.doubt), doubts);
            assert.equal(form.clear, clear);
        });

    test('a thousand random forms: clear means that it is read back', () => {
        let seed = 7;
        const random = below => {
            seed = (seed * 48271) % 2147483647;
            return seed % below;
        };
        const word = length => Array.from({ length },
            () => '&=|ab '[random(6)]).join('');
        let unclear = 0;
        for (let round = 0; round < 1000; round++) {
            const fields = Array.from({ length: 1 + random(3) },
                () => [word(1 + random(2)), word(random(4))]);
            const delimiter = ['&', '|', '&|'][random(3)];
            const { text, clear } = parseForm({ fields, delimiter });
            const back = text.split(delimiter).map(part => {
                const [name, ...value] = part.split('=');
                return [name, value.join('=')];
            });
            assert.equal(JSON.stringify(back) === JSON.stringify(fields), clear,
                JSON.stringify([fields, delimiter]));
            unclear += clear ? 0 : 1;
        }
        assert.ok(unclear > 100 && unclear < 900, String(unclear));
    });
});

describe('what is no form', () => {
    const bad = [
        ['null', null],
        ['text', 'a=1'],
        ['a list', []],
        ['nothing in it', {}],
        ['no field', { fields: [] }],
        ['an object of fields', { fields: { a: '1' } }],
        ['a field that is text', { fields: ['a=1'] }],
        ['a field without a value', { fields: [['a']] }],
        ['a field of four', { fields: [['a', '1', 'b', 'c']] }],
        ['a value that is a number', { fields: [['a', 1]] }],
        ['a value that is null', { fields: [['a', null]] }],
        ['a value that is an object', { fields: [['a', { toString: () => 'x' }]] }],
        ['no name', { fields: [['', '1']] }],
        ['a name of 257', { fields: [['a'.repeat(257), '1']] }],
        ['a name that is a number', { fields: [[1, '1']] }],
        ['a label of 257', { fields: [['a', '1', 'x'.repeat(257)]] }],
        ['a label of two lines', { fields: [['a', '1', '금액\n1원']] }],
        ['a label that runs backwards', { fields: [['a', '1', '\u202e금액']] }],
        ['a label that is a number', { fields: [['a', '1', 1]] }],
        ['501 fields', { fields: Array(501).fill(['a', '1']) }],
        ['an empty delimiter', { fields: [['a', '1']], delimiter: '' }],
        ['a delimiter of five', { fields: [['a', '1']], delimiter: '-----' }],
        ['a delimiter that is a number', { fields: [['a', '1']], delimiter: 1 }],
        ['half a character to part', { fields: [['a', '1']], delimiter: '\ud800' }],
        ['a null to part', { fields: [['a', '1']], delimiter: null }],
        ['an empty assignment', { fields: [['a', '1']], assign: '' }],
        ['the same for both', { fields: [['a', '1']], delimiter: '=' }],
        ['encoding in words', { fields: [['a', '1']], urlEncode: 'yes' }],
        ['an unknown member', { fields: [['a', '1']], text: 'b=2' }],
        ['half a character in a value', { fields: [['a', '\ud800']] }, 'content_not_displayable'],
        ['half a character in a name', { fields: [['\udc00', '1']] }, 'content_not_displayable'],
        ['half a character, encoded', { fields: [['a', '\ud800']], urlEncode: true }, 'content_not_displayable'],
        ['a value too long', { fields: [['a', 'x'.repeat(CONTENT_MAX)]] }, 'too_large'],
        ['too long once encoded', { fields: [['a', '가'.repeat(CONTENT_MAX / 8)]], urlEncode: true }, 'too_large'],
        ['too many bytes', { fields: [['a', '가'.repeat(CONTENT_MAX / 3)]] }, 'too_large'],
    ];
    for (const [name, form, want = 'invalid_request'] of bad)
        test(`${name}: ${want}`, () => {
            assert.equal(reason(() => parseContent({ form })), want);
        });

    test('the largest', () => {
        assert.equal(parseContent({ form: { fields: [['a',
            'x'.repeat(CONTENT_MAX - 2)]] } }).bytes.length, CONTENT_MAX);
        assert.equal(parseForm({ fields: Array(500).fill(['a', '1']) })
            .fields.length, 500);
    });
});
