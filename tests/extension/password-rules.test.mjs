/** A new password: rules, strength, runs, dates, common ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_PASSWORDS }
    from '../../extension/ui/common/common-passwords.js';
import { hasDate, hasRun, judge, LENGTH_MAX, LENGTH_MIN }
    from '../../extension/ui/common/password-rules.js';

const filler = 'Kx7#mQz!Vb2&Tn5$Rw8%Pd3^Hg6*Lf9(Jc4)Ys0_Ge1+Ua=Io-Ei:Oe;Au,Zz.Xw?';

for (const [password, broken, names] of [
    // those that pass
    ['Sanchaek-4!', null], [filler.slice(0, LENGTH_MIN), null],
    [filler.slice(0, LENGTH_MAX), null], ['~}{`_^]#[4a', null],
    ['bank!8472059361', null], ['4!gildong-Rx', null, ['Kim']],
    ['honggild4!xyq', null, ['Ho']],
    // those that do not
    ['', 'length'], [filler.slice(0, LENGTH_MIN - 1), 'length'],
    [filler.slice(0, LENGTH_MAX + 1), 'length'],
    ['12345678!!', 'letter'], ['Sanchaek-!', 'digit'],
    ['Sanchaek44', 'special'], ['Sanchaek-4"', 'special'],
    ["Sanchaek-4'", 'special'], ['Sanchaek-4\\', 'special'],
    ['Sanchaek-4|', 'special'], ['Sanchaek 4!', 'printable'],
    ['산책Sanchaek-4!', 'printable'], ['Sanchaek-4!\u00e9', 'printable'],
    ['Sanchaek-4!\t', 'printable'], ['Password12!', 'common'],
    ['pASSWORD!!9', 'common'], ['!!!qwerty123', 'common'],
    ['1q2w3e4r5t!', 'common'], ['qwer1234!@#$', 'common'],
    ['Iloveyou12!', 'common'], ['dkssud123456!', 'common'],
    ['xx-HongGilDong1', 'common', ['HongGilDong']],
    ['4!gildong-Rx', 'common', ['Gil-Dong']],
    ['ghdrlfehd-4R', 'common', ['홍길동', 'ghdrlfehd']],
])
    test(`"${password}" ${broken ? `breaks ${broken}` : 'is taken'}`, () => {
        const judged = judge(password, names);
        assert.equal(judged.broken, broken);
        assert.equal(judged.level > 0, broken === null);
    });

for (const [length, level] of [[10, 1], [11, 1], [12, 2], [13, 2], [14, 3],
    [15, 3], [16, 4], [64, 4]])
    test(`${length} characters are level ${level}`, () => {
        const judged = judge(filler.slice(0, length));
        assert.equal(judged.level, level);
        assert.equal(judged.short, length < 12);
    });

test('a run and a date each cost a level, never below the lowest', () => {
    assert.equal(judge('Kx#mQz!Vb&TnRw1234').level, 3);
    assert.equal(judge('Kx#mQz!Vb&Tn19900101').level, 3);
    assert.equal(judge('Kx#mQz!Vb&1234-19900101').level, 2);
    assert.equal(judge('Kx#mQz1234').level, 1);
});

for (const [text, want] of [['1234', true], ['4321', true], ['qwer', true],
    ['REWQ', true], ['aaa', true], ['abcd', true], ['!@#$', true],
    ['xx7890yy', true], ['123', false], ['aab', false], ['qwr', false],
    ['', false], ['1324', false]])
    test(`"${text}" ${want ? 'has a run' : 'has no run'}`, () => {
        assert.equal(hasRun(text), want);
    });

for (const [text, want] of [['19900101', true], ['900101', true],
    ['1990-01-01', true], ['2026.12.31', true], ['991332', false],
    ['993332', false], ['abc', false], ['', false]])
    test(`"${text}" ${want ? 'has a date' : 'has no date'}`, () => {
        assert.equal(hasDate(text), want);
    });

test('before the first key every rule is open, none is broken', () => {
    assert.deepEqual(new Set(judge('').rules.map(r => r.state)),
        new Set(['open']));
});

test('what typing can mend is open, what must be taken out is broken', () => {
    const state = (password, rule) =>
        judge(password).rules.find(r => r.rule === rule).state;
    assert.equal(state('abc', 'length'), 'open');
    assert.equal(state('abc', 'digit'), 'open');
    assert.equal(state('abc', 'special'), 'open');
    assert.equal(state('abc|', 'special'), 'broken');
    assert.equal(state('ab c', 'printable'), 'broken');
    assert.equal(state(filler.slice(0, 65), 'length'), 'broken');
    assert.equal(state('abc', 'letter'), 'met');
});

test('the list holds 200 in lower case', () => {
    assert.equal(COMMON_PASSWORDS.size, 200);
    for (const word of COMMON_PASSWORDS)
        assert.equal(word, word.toLowerCase());
});

test('every rule has a text', async () => {
    const { readFileSync } = await import('node:fs');
    const ko = JSON.parse(readFileSync(new URL(
        '../../extension/_locales/ko/messages.json', import.meta.url)));
    for (const { rule } of judge('').rules)
        assert.ok(ko[`rule_${rule}`], rule);
    for (const level of [0, 1, 2, 3, 4])
        assert.ok(ko[`strength_${level}`]);
});
