/*
 * T046: what the validator in front of cJSON takes is JSON to this engine's
 * own strict parser too, with equal values; and what it refuses is either
 * not JSON, or refused for one of the rules that we add.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { frame, limits, root } from './lib/host.mjs';
import { pick, random } from './lib/random.mjs';

const COUNT = Number(process.env.INGAM_JSON_INPUTS ?? 20000);
const judge = join(root, 'build/tool/json_judge');

const seeds = [
    '{"jsonrpc":"2.0","id":1,"method":"store.list","params":{"origin":"https://bank.example"}}',
    '{"a":[1,-2.5e3,0,1e-7,9007199254740991,true,false,null],"b":{"c":{"d":"\\u00e9\\n\\\\"}}}',
    ' { "한글" : "\\ud83d\\ude00 서명" , "" : [ [ ] , { } ] , "x" : -1 } ',
    '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t","b":[[[[[1]]]]],"c":0.5,"d":1E5,"e":1e+5}',
    '[1,"a",{"b":[]}]',
].map(text => Buffer.from(text));

const tokens = ['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '-0', '1e999', '.', 'e',
    '\\u0000', '\\ud800', '\\udc00', '\\ud83d\\ude00', '\\u0061', 'true', 'nul', 'null', ' ', '\t',
    '\n', '\f', '\0', '\x01', '\u00a0', '\ufeff', '"a":1', ',"a":1', '9007199254740993', '[[[[[[[[',
    '01', '1.', '/**/', "'"].map(text => Buffer.from(text))
    .concat([[0xc0, 0x80], [0xff], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]
        .map(bytes => Buffer.from(bytes)));

function mutate(next) {
    let bytes = pick(next, seeds);
    for (let n = 1 + Math.floor(next() * 3); n > 0; n--) {
        const at = Math.floor(next() * bytes.length);
        const end = at + Math.floor(next() * 6);
        const before = bytes.subarray(0, at);
        switch (Math.floor(next() * 6)) {
        case 0: // another byte
            bytes = Buffer.from(bytes);
            bytes[at] = Math.floor(next() * 256);
            break;
        case 1: // a piece more
            bytes = Buffer.concat([before, pick(next, tokens), bytes.subarray(at)]);
            break;
        case 2: // another piece instead
            bytes = Buffer.concat([before, pick(next, tokens), bytes.subarray(end)]);
            break;
        case 3: // a piece less
            bytes = Buffer.concat([before, bytes.subarray(end)]);
            break;
        case 4: // a piece twice
            bytes = Buffer.concat([before, bytes.subarray(at, end), bytes.subarray(at)]);
            break;
        case 5: // cut, rarely
            if (next() < 0.2)
                bytes = Buffer.from(before);
            break;
        }
        if (bytes.length === 0)
            bytes = Buffer.from(' ');
    }
    return bytes;
}

function parse(bytes) {
    try {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        return { text, value: JSON.parse(text) };
    } catch {
        return null;
    }
}

/** The same spelling of scalars as json_judge's. */
function equal(value, spelled) {
    if (typeof value === 'number')
        return Object.is(value, Number(spelled.slice(1))) && spelled[0] === 'n';
    if (typeof value === 'string')
        return spelled === `s${value}`;
    if (value === null || typeof value === 'boolean')
        return value === spelled;
    const keys = Object.keys(value);
    return Array.isArray(value) === Array.isArray(spelled)
        && keys.length === Object.keys(spelled).length
        && keys.every(key => Object.hasOwn(spelled, key) && equal(value[key], spelled[key]));
}

const strings = /"(?:[^"\\]|\\.)*"/gs;

/** Rules of ours: why a text that is JSON may be refused, by reason. */
const ours = {
    json_invalid: text => /\\u0000/.test(text) || /\\u[dD][89a-fA-F]/.test(text)
        || /-0(?![.\d]*[1-9])/.test(text.replace(strings, '""')) || /-\d+\.?\d*[eE]-\d{3}/.test(text),
    json_duplicate: text => {
        const bare = [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/gs)]
            .map(match => JSON.parse(`"${match[1]}"`));
        return new Set(bare).size < bare.length;
    },
    json_range: text => /\d{16}|[eE]\+?\d{2}/.test(text) || /[\d.eE+-]{33}/.test(text),
    json_too_deep: text => text.replace(strings, '').split(/[[{]/).length > limits.depth,
    json_too_many: () => false,
    message_invalid: text => !/^\s*\{/.test(text),
    json_trailing: () => false,
    json_utf8: () => false,
};

test(`T046 ${COUNT} mutated texts: two parsers agree`, () => {
    execFileSync('make', ['-s', 'build/tool/json_judge'], { cwd: root });
    const next = random(20261124);
    const inputs = Array.from({ length: COUNT }, () => mutate(next));
    const { stdout, status } = spawnSync(judge, {
        input: Buffer.concat(inputs.map(frame)), maxBuffer: 64 << 20,
    });
    assert.equal(status, 0);
    let at = 0, taken = 0;
    const seen = new Set();
    for (const input of inputs) {
        const length = stdout.readUInt32LE(at);
        const answer = stdout.subarray(at + 4, at + 4 + length).toString('utf8');
        at += 4 + length;
        const theirs = parse(input);
        if (answer[0] !== '!') {
            assert.ok(theirs, `only we take ${input}`);
            assert.ok(equal(theirs.value, JSON.parse(answer)), `${input} became ${answer}`);
            taken++;
            continue;
        }
        seen.add(answer.slice(1));
        if (theirs)
            assert.ok(ours[answer.slice(1)](theirs.text), `${answer} for ${input}`);
    }
    assert.equal(at, stdout.length);
    assert.ok(taken > COUNT / 50 && taken < COUNT, `${taken} taken`);
    for (const reason of ['json_invalid', 'json_duplicate', 'json_range', 'json_too_deep',
        'json_trailing', 'json_utf8', 'message_invalid'])
        assert.ok(seen.has(reason), `${reason} occurs`);
});
