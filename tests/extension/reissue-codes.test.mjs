/** The two codes, as people type them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanCode, codeProblem, CODE_MAX, groupCode }
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
