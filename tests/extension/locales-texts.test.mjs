/** Both locales: the same texts, the same placeholders, the agreed words. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);

/** @param {string} path @returns {string} */
const read = path => readFileSync(new URL(path, ROOT), 'utf8');

const load = language =>
    JSON.parse(read(`extension/_locales/${language}/messages.json`));
const ko = load('ko');
const en = load('en');

const placeholders = text =>
    [...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort();

test('both locales have the same names, each once', () => {
    assert.deepEqual(Object.keys(ko).sort(), Object.keys(en).sort());
    for (const language of ['ko', 'en']) {
        const names = [...read(`extension/_locales/${language}/messages.json`)
            .matchAll(/^ {4}"([^"]+)":/gm)].map(m => m[1]);
        assert.equal(new Set(names).size, names.length);
        assert.equal(names.length, Object.keys(load(language)).length);
    }
});

test('names are valid in both browsers, and no text is empty', () => {
    for (const [name, { message }] of
        [...Object.entries(ko), ...Object.entries(en)]) {
        assert.match(name, /^[a-z0-9_]+$/);
        assert.ok(message.trim().length > 0, name);
        assert.equal(message, message.normalize('NFC'), name);
    }
});

test('a text has the same placeholders in both languages', () => {
    for (const name of Object.keys(ko))
        assert.deepEqual(placeholders(ko[name].message),
            placeholders(en[name].message), name);
});

test('no text needs the browsers\' own placeholders', () => {
    for (const { message } of [...Object.values(ko), ...Object.values(en)])
        assert.doesNotMatch(message, /\$/);
});

/** Outside of brackets every placeholder must have a word when unknown. */
test('a value that the host may leave out has a word in its place', () => {
    const own = new Set(['deed', 'n', 'of', 's', 'a', 'b', 'code', 'example',
        'colour', 'words', 'digits', 'word', 'lines', 'bytes', 'time',
        'extension', 'browser', 'path', 'date', 'name', 'usage', 'ca']);
    for (const [name, { message }] of Object.entries(ko)) {
        if (!name.startsWith('error_'))
            continue;
        const outside = message.replace(/\([^()]*\)/g, '');
        for (const placeholder of placeholders(outside))
            assert.ok(Object.hasOwn(ko, `missing_${placeholder}`) ||
                own.has(placeholder), `${name}: ${placeholder}`);
    }
});

/** Words of the glossary's "not" column, and how they are told apart. */
const FORBIDDEN_KO = [
    /공인인증서/, /인증키/, /갱신발급/, /연장/, /말소/, /승인번호/, /신청번호/, /연동/,
    /전자서명 인증/, /평문/, /해시/, /만기/, /업체명/, /신원확인값/, /모듈/, /에이전트/,
    /보안 프로그램/, /암호(?! 기능)/, /패스워드/, /개인키/,
    /하드디스크/, /이동식/, /저장매체/, /매체/, /로밍/, /플러그인/, /펜딩/, /복구/,
    /(?<!프)로그(?!인)/, /보안 이미지/, /검증/, /등록대행기관/,
    /\b(CA|RA|PIN|PFX|VID|OCSP|DN|OID|CMP|PKCS|NPKI|SEED)\b/,
    /폐기(?!\))/, /시겠습니까/, /[!！](?!\))/,
];
const FORBIDDEN_EN = [/\bPIN\b/, /\bOID\b/, /\bVID\b/, /\bOCSP\b/, /\bDN\b/,
    /\bCMP\b/, /\bPKCS\b/, /\bNPKI\b/, /private key/i, /plug-?in\b/i,
    /\blog file/i, /!/];

test('the agreed words are used, not those they replace', () => {
    for (const [name, { message }] of Object.entries(ko))
        for (const word of FORBIDDEN_KO)
            assert.doesNotMatch(message, word, name);
    for (const [name, { message }] of Object.entries(en))
        for (const word of FORBIDDEN_EN)
            assert.doesNotMatch(message, word, name);
});

test('the program\'s name never stands alone in a Korean sentence', () => {
    for (const [name, { message }] of Object.entries(ko))
        for (const [, after] of message.matchAll(/인감(.{0,8})/g))
            assert.match(after,
                /^( 프로그램| 확장 프로그램| 창|은 (웹페이지|전화하)|: 공동|$)/,
                `${name}: 인감${after}`);
});

test('sentences write around particles after a placeholder', () => {
    for (const [name, { message }] of Object.entries(ko))
        assert.doesNotMatch(message, /\}\s?(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])/,
            name);
});

test('every reason of the extension has cause and next step', async () => {
    const { EXTENSION_ERRORS, HOST_ERRORS, PAGE_ONLY } =
        await import('../../extension/common/errors.js');
    for (const [reason] of [...HOST_ERRORS, ...EXTENSION_ERRORS]) {
        if (PAGE_ONLY.includes(reason))
            continue;
        assert.ok(Object.hasOwn(ko, `error_${reason}`), reason);
        assert.ok(Object.hasOwn(ko, `error_${reason}_next`), reason);
    }
});

test('every text that the code names exists', async () => {
    const { readdirSync } = await import('node:fs');
    const files = readdirSync(new URL('extension/ui/', ROOT),
        { recursive: true }).map(String).filter(file => file.endsWith('.js'))
        .map(file => `extension/ui/${file}`);
    assert.ok(files.length > 10);
    for (const file of files)
        for (const [, key] of read(file).matchAll(/\bt\(\s*'([a-z0-9_]+)'/g))
            assert.ok(Object.hasOwn(ko, key), `${file}: ${key}`);
});

test('what the host says in one word has words here', () => {
    const check = read('host/pki/cmp_check.c');
    const rows = check.slice(check.indexOf('} rows[] = {'));
    const whats = [...rows.matchAll(/\{ "(\w+)", \w+ \}/g)].map(m => m[1]);
    const rules = [...read('host/pki/password.c')
        .matchAll(/return "(\w+)";|\? "(\w+)" : NULL/g)]
        .map(m => m[1] ?? m[2]);
    assert.ok(whats.length > 8 && rules.length > 5);
    for (const key of [...whats.map(what => `what_${what}`),
        ...rules.map(rule => `rule_${rule}`)])
        assert.ok(Object.hasOwn(ko, key), key);
});
