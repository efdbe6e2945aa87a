/** What `make test` says last: each failed test by its whole name. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { root, temporary } from './lib/host.mjs';

/** @param {string} tap @param {object} [options] */
const named = (tap, { lines = 3, top = root } = {}) => execFileSync('awk', [
    '-v', 'suite=some', '-v', `lines=${lines}`, '-v', `top=${top}`,
    '-f', join(root, 'tests/failures.awk')], { input: tap, encoding: 'utf8' });

const SOURCE = `
import assert from 'node:assert/strict';
import test, { before, describe, it } from 'node:test';
test('good', () => {});
test('bad', () => assert.equal(1, 2, 'one is\\n\\nnot two'));
test('skipped', { skip: 'why' }, () => {});
test('to do', { todo: true }, () => assert.fail());
describe('outer', () => {
    it('inner', t => t.test('deep', () => { throw new Error('x'); }));
    it('good', () => {});
});
describe('hooked', () => {
    before(() => { throw new Error('the hook broke'); });
    it('never', () => {});
});
`;

test('node: leaves by file and path, with the first lines of the error', t => {
    const top = temporary(t);
    writeFileSync(join(top, 'a.test.mjs'), SOURCE);
    writeFileSync(join(top, 'b.test.mjs'), 'error here(');
    writeFileSync(join(top, 'c.test.mjs'), 'process.exit(3);');
    const env = { ...process.env };
    delete env.NODE_TEST_CONTEXT;
    const { stdout } = spawnSync(process.execPath, ['--test',
        '--test-reporter=tap', ...['a', 'b', 'c'].map(f =>
            join(top, `${f}.test.mjs`))], { env, encoding: 'utf8' });
    const said = named(stdout, { top, lines: 5 });
    assert.match(said, /^some > a\.test\.mjs > bad\n {4}one is\n {4}not two\n/m);
    assert.match(said, /^some > a\.test\.mjs > outer > inner > deep\n {4}'x'\n/m);
    assert.match(said, /^some > a\.test\.mjs > hooked\n {4}'the hook broke'\n/m);
    assert.match(said, /^some > b\.test\.mjs\n {4}exit status 1\n/m);
    assert.match(said, /SyntaxError/);
    assert.match(said, /^some > c\.test\.mjs\n {4}exit status 3\n/m);
    assert.doesNotMatch(said, /good|skipped|to do|inner$|outer$/m);
    assert.doesNotMatch(named(stdout, { top, lines: 0 }), /^ /m);
});

test('cmocka and scripts: the words after the failure, or before it', () => {
    assert.equal(named(`# build/unit/test_x
1..2
not ok 1 - first row
# 0x1 != 0x2
# tests/unit/test_x.c:6: error: Failure!
ok 2 - second row
# build/unit/test_y
==1==ERROR: AddressSanitizer
not ok - it ended with status 1
ok 3 - layers
# error TS1
not ok - types
`), `some > build/unit/test_x > first row
    0x1 != 0x2
    tests/unit/test_x.c:6: error: Failure!
some > build/unit/test_y > it ended with status 1
    ==1==ERROR: AddressSanitizer
some > build/unit/test_y > types
    error TS1
`);
});

test('nothing failed: nothing is said', () => {
    assert.equal(named('TAP version 13\nok 1 - a\n  ---\n  ...\n1..1\n'), '');
});
