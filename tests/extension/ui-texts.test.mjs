/** Filling placeholders: as text, and never with a brace left over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useLocale } from './lib/locale.mjs';

useLocale('ko');
const { fillText, hasText, language, pick, t } =
    await import('../../extension/ui/common/i18n.js');

const missing = name => `?${name}`;

for (const [template, values, want] of [
    ['{a}와 {b}', { a: 1, b: 'x' }, '1와 x'],
    ['{a}', { a: '<b>&amp;</b>' }, '<b>&amp;</b>'],
    ['{a}', { a: '{b}', b: 'no' }, '{b}'],
    ['{a}', { a: '$1 $& $$' }, '$1 $& $$'],
    ['{a}', {}, '?a'],
    ['{a}', { a: '' }, '?a'],
    ['{a}', { a: null }, '?a'],
    ['{n}', { n: 0 }, '0'],
    ['너무 커요(최대 {max}).', {}, '너무 커요.'],
    ['너무 커요(최대 {max}).', { max: '1 MiB' }, '너무 커요(최대 1 MiB).'],
    ['too large (limit {max}).', {}, 'too large.'],
    ['old ({have}; {need} is needed).', { have: '1' }, 'old.'],
    ['remark (kept) here', {}, 'remark (kept) here'],
    ['{constructor}', {}, '?constructor'],
])
    test(`"${template}" with ${JSON.stringify(values)}`, () => {
        assert.equal(fillText(template, Object.assign(Object.create(null),
            values), missing), want);
    });

test('texts come from the locale that is in use', () => {
    assert.equal(language(), 'ko');
    assert.equal(t('issue_deed'), '발급받기');
    assert.equal(t('error_ca_busy').includes('{'), false);
    assert.match(t('error_ca_busy'), /^인증기관에서/);
});

test('an unknown key has no text', () => {
    assert.equal(hasText('error_of_nobody'), false);
    assert.equal(t('error_of_nobody'), '');
});

for (const [pair, want] of [
    [{ ko: '가', en: 'a' }, '가'], [{ en: 'a' }, 'a'], [{ ko: '', en: 'a' }, 'a'],
    [{}, ''], [undefined, ''], [null, ''], ['가', ''],
])
    test(`of ${JSON.stringify(pair)} "${want}" is read in Korean`, () => {
        assert.equal(pick(pair), want);
    });

test('every text of every reason is whole without any value', async () => {
    const { EXTENSION_ERRORS, HOST_ERRORS } =
        await import('../../extension/common/errors.js');
    for (const [reason] of [...HOST_ERRORS, ...EXTENSION_ERRORS])
        for (const key of [`error_${reason}`, `error_${reason}_next`])
            assert.doesNotMatch(t(key), /[{}]|–|\(\)|undefined/, key);
});

const { homePath } = await import('../../extension/ui/common/paths.js');

for (const [path, want] of [['/home/hong/NPKI', '~/NPKI'],
    ['/root', '~'], ['/home/hong', '~'],
    ['/media/hong/USB/NPKI', '/media/hong/USB/NPKI'],
    ['/rooted/NPKI', '/rooted/NPKI'], ['/x/home/hong/NPKI',
        '/x/home/hong/NPKI'], ['', '']])
    test(`${path || 'no path'} is written ${want || 'as nothing'}`, () => {
        assert.equal(homePath(path), want);
    });
