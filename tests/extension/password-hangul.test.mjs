/** Hangul back to the Latin keys that were pressed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasHangul, toLatinKeys }
    from '../../extension/ui/common/hangul.js';

for (const [hangul, keys] of [
    ['안녕하세요', 'dkssudgktpdy'], ['비밀번호', 'qlalfqjsgh'],
    ['ㅗ디ㅣㅐ', 'hello'], ['쌰ㅑ', 'Tii'],
    ['값', 'rkqt'], ['닭', 'ekfr'], ['뷁', 'qnpfr'], ['의', 'dml'],
    ['ㅃㅉㄸㄲㅆㅒㅖ', 'QWERTOP'], ['ㄳㅄ', 'rtqt'], ['a1!안', 'a1!dks'],
    ['한글 English 123', 'gksrmf English 123'], ['', ''], ['abc', 'abc'],
    ['漢字', '漢字'], ['가힣', 'rkglg'],
])
    test(`${hangul || 'nothing'} is ${keys || 'nothing'}`, () => {
        assert.equal(toLatinKeys(hangul), keys);
    });

test('letters in parts (NFD) are the same keys', () => {
    assert.equal(toLatinKeys('안녕'.normalize('NFD')), 'dkssud');
});

test('every syllable has its keys', () => {
    for (let code = 0xac00; code <= 0xd7a3; code++)
        assert.match(toLatinKeys(String.fromCodePoint(code)),
            /^[a-zQWERTOP]{2,5}$/);
});

for (const [text, want] of [['안', true], ['ㅋ', true],
    ['안'.normalize('NFD'), true], ['abc1!', false], ['', false],
    ['漢', false], ['あ', false]])
    test(`${JSON.stringify(text)} ${want ? 'has' : 'has no'} Hangul`, () => {
        assert.equal(hasHangul(text), want);
    });
