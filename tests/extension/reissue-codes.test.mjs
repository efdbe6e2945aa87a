/** The two codes, as typed and as a page passes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanCode, codeProblem, CODE_MAX, groupCode, readPageParams }
    from '../../extension/ui/reissue/codes.js';

for (const [typed, want] of [
    ['834 1207', '8341207'], ['K7PX-9Q2M-4T', 'K7PX9Q2M4T'],
    ['  k7px 9q2m\t4t\n', 'k7px9q2m4t'], ['K7PX–9Q2M—4T', 'K7PX9Q2M4T'],
    ['８３４１２０７', '8341207'], ['834\u00a01207', '8341207'], ['', ''],
    ['K7_PX', 'K7_PX'],
])
    test(`"${typed}" is the code "${want}"`, () => {
        assert.equal(cleanCode(typed), want);
    });

for (const [code, want] of [['8341207', null], ['aB9', null],
    ['9'.repeat(CODE_MAX), null], ['', 'empty'],
    ['9'.repeat(CODE_MAX + 1), 'invalid'], ['K7_PX', 'invalid'],
    ['참조', 'invalid'], ['834.1207', 'invalid'], ['<b>', 'invalid']])
    test(`"${code.slice(0, 12)}" ${want ?? 'may be sent'}`, () => {
        assert.equal(codeProblem(code), want);
    });

for (const [code, want] of [['8341207', '8341 207'], ['12345678', '1234 5678'],
    ['1234', '1234'], ['123', '123'], ['', '']])
    test(`"${code}" is shown as "${want}"`, () => {
        assert.equal(groupCode(code), want);
        assert.equal(cleanCode(groupCode(code)), code);
    });

const PARAMS = { ca: 'yessign', referenceNumber: '834 1207',
    authorizationCode: 'K7PX-9Q2M' };

test('a page\'s codes are cleaned; the name is optional', () => {
    assert.deepEqual(readPageParams(PARAMS), { ca: 'yessign',
        referenceNumber: '8341207', authorizationCode: 'K7PX9Q2M', name: '' });
    assert.equal(readPageParams({ ...PARAMS, name: '홍길동' })?.name, '홍길동');
});

for (const [name, params] of [
    ['nothing', undefined], ['null', null], ['a text', 'ca=yessign'],
    ['a list', []], ['no CA', { ...PARAMS, ca: undefined }],
    ['a CA that is no text', { ...PARAMS, ca: { toString: () => 'yessign' } }],
    ['an empty CA', { ...PARAMS, ca: '' }],
    ['a CA without end', { ...PARAMS, ca: 'y'.repeat(65) }],
    ['no reference number', { ...PARAMS, referenceNumber: undefined }],
    ['a reference number of spaces', { ...PARAMS, referenceNumber: ' - ' }],
    ['a reference number that is a number',
        { ...PARAMS, referenceNumber: 8341207 }],
    ['no code', { ...PARAMS, authorizationCode: undefined }],
    ['a code without end',
        { ...PARAMS, authorizationCode: 'K'.repeat(CODE_MAX + 1) }],
    ['a code with markup', { ...PARAMS, authorizationCode: '<img src=x>' }],
    ['a name that is no text', { ...PARAMS, name: 7 }],
    ['a name without end', { ...PARAMS, name: '가'.repeat(101) }],
])
    test(`a page passing ${name} is refused`, () => {
        assert.equal(readPageParams(params), null);
    });
