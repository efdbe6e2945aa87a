/* JSON on the wire of the real host: security test cases T023 to T045. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    cpuOf, description, expectFatal, frame, home, limits, reasonOf, start,
} from './lib/host.mjs';
import { golden } from './lib/golden.mjs';

const bytes = (...parts) => Buffer.concat(parts.map(part => Buffer.from(part)));
const inValue = middle => bytes('{"jsonrpc":"2.0","id":1,"method":"', middle, '"}');
const asId = text => bytes('{"jsonrpc":"2.0","id":', text, ',"method":"m"}');
const good = '{"jsonrpc":"2.0","id":1,"method":"m"}';

const fatal = [
    ['T023 bytes after the object', `${good}xyz`, 'json_trailing'],
    ['T023 two objects', good + good, 'json_trailing'],
    ['T024 a member twice', '{"method":"a","method":"b"}', 'json_duplicate'],
    ['T026 \\u0000 in a value', inValue('a\\u0000b'), 'json_invalid'],
    ['T027 \\u0000 in a name', '{"a\\u0000":1}', 'json_invalid'],
    ['T028 a raw NUL in a text', inValue('a\0b'), 'json_invalid'],
    ['T028 a raw NUL between tokens', `{\0${good.slice(1)}`, 'json_invalid'],
    ['T029 a raw line end in a text', inValue('a\nb'), 'json_invalid'],
    ['T029 a form feed as white space', `{\f${good.slice(1)}`, 'json_invalid'],
    ['T030 C0 80', inValue([0xc0, 0x80]), 'json_utf8'],
    ['T030 FF', inValue([0xff]), 'json_utf8'],
    ['T030 F5 80 80 80', inValue([0xf5, 0x80, 0x80, 0x80]), 'json_utf8'],
    ['T030 a surrogate', inValue([0xed, 0xa0, 0x80]), 'json_utf8'],
    ['T030 a cut sequence', inValue([0xed, 0x95]), 'json_utf8'],
    ['T030 overlong', inValue([0xe0, 0x80, 0x80]), 'json_utf8'],
    ['T031 \\uZZZZ', inValue('\\uZZZZ'), 'json_invalid'],
    ['T031 a lone surrogate', inValue('\\ud800'), 'json_invalid'],
    ['T031 a swapped pair', inValue('\\ude00\\ud83d'), 'json_invalid'],
    ['T033 1e999', asId('1e999'), 'json_range'],
    ['T033 -1e999', asId('-1e999'), 'json_range'],
    ['T034 2^53+1', asId('9007199254740993'), 'json_range'],
    ...['-0', '01', '1.', '+1', '.5', '1e', '0x10', 'NaN', 'Infinity', '1_000']
        .map(text => [`T035 ${text}`, asId(text), 'json_invalid']),
    ['T037 a byte order mark', `\ufeff${good}`, 'json_invalid'],
    ['T037 UTF-16', Buffer.from(good, 'utf16le'), 'json_invalid'],
    ['T038 white space', ' ', 'json_invalid'],
    ['T039 nine deep', asId(`${'['.repeat(limits.depth)}${']'.repeat(limits.depth)}`),
        'json_too_deep'],
    ['T039 1,000 deep', '['.repeat(1000), 'json_too_deep'],
    ['T039 500,000 deep', '['.repeat(500000), 'json_too_deep'],
];

for (const [name, body, reason] of fatal)
    test(`${name}: ${reason}, then the end`, t => expectFatal(t, frame(body), reason));

test('T036 a number of a million digits is refused in 50 ms', async t => {
    const body = frame(asId('7'.repeat(1000000)));
    const host = await start(t);
    const before = cpuOf(host.child.pid);
    await host.write(body);
    assert.equal(reasonOf(await host.read()), 'json_range');
    assert.ok(cpuOf(host.child.pid) < before + 250, 'pipe included');
});

test('T040 too many members are refused in 100 ms', async t => {
    const many = Object.fromEntries(Array.from({ length: limits.nodes + 1 }, (_, i) => [`m${i}`, 1]));
    for (const body of [JSON.stringify(many),
        `{"a":[${Array(100000).fill('{}').join(',')}]}`]) {
        const host = await start(t);
        const before = cpuOf(host.child.pid);
        await host.send(body);
        assert.equal(reasonOf(await host.read()), 'json_too_many');
        assert.ok(cpuOf(host.child.pid) < before + 300, 'pipe included');
    }
});

test('T039 deep input is refused within a small stack', async t => {
    const host = await start(t, { command: ['/bin/sh', '-c', 'ulimit -s 128; exec "$@"', 'sh', '{}'] });
    await host.send('[{"a":'.repeat(80000));
    assert.equal(reasonOf(await host.read()), 'json_too_deep');
});

test('shapes that are JSON but no request are refused, and the next one is heard', async t => {
    const host = await start(t);
    const rows = [
        ['T025 a member in another case', '{"jsonrpc":"2.0","id":1,"Method":"a","method":"a"}',
            'message_invalid', 1],
        ['T038 an empty object', '{}', 'message_invalid', null],
        ['T038 an array', '[]', 'message_invalid', null],
        ['T038 a number', '7', 'message_invalid', null],
        ['T038 null', 'null', 'message_invalid', null],
        ['T041 __proto__', '{"jsonrpc":"2.0","id":2,"method":"a","__proto__":{}}',
            'message_invalid', 2],
        ['T041 a name of 64 KiB', `{"jsonrpc":"2.0","id":3,"method":"a","${'n'.repeat(65536)}":1}`,
            'message_invalid', 3],
        ['T041 the empty name', '{"jsonrpc":"2.0","id":4,"method":"a","":1}',
            'message_invalid', 4],
        ['T032 noncharacters are text', '{"jsonrpc":"2.0","id":5,"method":"\uffff\u{10ffff}"}',
            'method_unknown', 5],
        ['T034 2^31 as an id', asId('2147483648'), 'id_invalid', null],
        ['T034 below -2^31 as an id', asId('-2147483649'), 'id_invalid', null],
        ['T042 an id that is a text', asId('"6"'), 'id_invalid', null],
        ['T042 a method that is a number', '{"jsonrpc":"2.0","id":7,"method":7}',
            'message_invalid', 7],
        ['T042 params that are a list', '{"jsonrpc":"2.0","id":8,"method":"a","params":[]}',
            'message_invalid', 8],
    ];
    for (const [name, body, reason, id] of rows) {
        await host.send(body);
        const message = await host.read();
        assert.equal(reasonOf(message), reason, name);
        assert.equal(message.id, id, name);
    }
    assert.equal((await host.end()).code, 0);
});

/** Values of every other JSON type than the row's. */
function unfitting(row) {
    const all = ['x', 1, true, null, {}, [], ['x'], [1]];
    const type = row.type === 'integer' ? 'number' : row.type === 'boolean' ? 'boolean' : 'string';
    return all.filter(value => typeof value !== type);
}

const withParam = (command, name, value) => ({ ...golden(command), [name]: value });

for (const command of description.commands) {
    test(`T042 ${command.name}: every parameter refuses every other type alike`, async t => {
        const host = await start(t);
        let id = 0;
        for (const row of [...command.params, { name: 'origin', type: 'text' }]) {
            for (const value of unfitting(row)) {
                const answer = await host.ask(++id, command.name, withParam(command, row.name, value));
                const what = `${row.name} = ${JSON.stringify(value)}`;
                assert.equal(reasonOf(answer), 'param_type', what);
                assert.equal(answer.error.data.param, row.name, what);
            }
        }
    });

    test(`T044 ${command.name}: one over each bound is out of range`, async t => {
        const host = await start(t);
        let id = 0;
        for (const row of command.params) {
            let value;
            if (row.type === 'integer')
                value = row.max + 1;
            else if (row.type === 'base64' && row.max < 700000)
                value = Buffer.alloc(row.max + 1).toString('base64');
            else if (['text', 'secret', 'name'].includes(row.type) && row.max < 1000000)
                value = 'a'.repeat(row.max + 1);
            else if (row.type === 'choice')
                value = `${row.choices[0]}x`;
            else
                continue;
            const answer = await host.ask(++id, command.name, withParam(command, row.name, value));
            assert.equal(reasonOf(answer), 'param_range', row.name);
            assert.equal(answer.error.data.param, row.name);
        }
    });

    test(`T041 T061 ${command.name}: a parameter that is no row is refused`, async t => {
        const host = await start(t);
        let id = 0;
        for (const name of ['digest', 'hash', 'algorithm', 'v', '', '__proto__', 'Origin']) {
            const params = {
                ...withParam(command, 'origin', 'https://bank.example'),
                ...JSON.parse(`{${JSON.stringify(name)}:"x"}`),
            };
            assert.equal(await host.reason(++id, command.name, params), 'param_unknown', name);
        }
    });

    const first = command.params.find(row => row.required);
    if (first !== undefined) {
        test(`${command.name}: a required parameter is missed by name`, async t => {
            const host = await start(t);
            const answer = await host.ask(1, command.name, {});
            assert.equal(reasonOf(answer), 'param_missing');
            assert.equal(answer.error.data.param, first.name);
        });
    }
}

for (const LANG of ['de_DE.UTF-8', 'tr_TR.UTF-8']) {
    test(`T045 the locale ${LANG} changes nothing`, async t => {
        const host = await start(t, { env: { HOME: home, LANG, LC_ALL: LANG } });
        await host.send(asId('1.5'));
        assert.equal(reasonOf(await host.read()), 'id_invalid');
        await host.send('{"jsonrpc":"2.0","ıd":1,"method":"m"}');
        assert.equal(reasonOf(await host.read()), 'message_invalid');
        await host.send('{"jsonrpc":"2.0","ID":1,"method":"m"}');
        assert.equal(reasonOf(await host.read()), 'message_invalid');
    });
}
