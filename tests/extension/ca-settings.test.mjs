/** Why a CA was not switched on, in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useLocale } from './lib/locale.mjs';

useLocale('ko');
const { t } = await import('../../extension/ui/common/i18n.js');
const { HostError } = await import('../../extension/common/host.js');
const { refusalText } = await import('../../extension/ui/ca/settings.js');

for (const [name, error, want] of [
    ['no pin', new HostError('ca_incomplete', { data: { what: 'anchors' } }),
        t('cas_missing_anchors')],
    ['no address', new HostError('ca_incomplete',
        { data: { what: 'endpoint' } }), t('cas_missing_endpoint')],
    ['something new that is missing', new HostError('ca_incomplete',
        { data: { what: 'colour', ca: 'kica' } }), /^한국정보인증.*켤 수 없어요/],
    ['nothing said of what is missing', new HostError('ca_incomplete'),
        /켤 수 없어요/],
    ['a word that is a text of another thing', new HostError('io_error',
        { data: { what: 'anchors' } }), /파일을 읽거나 쓰지 못했어요/],
    ['an unknown CA', new HostError('unknown_ca', { data: { ca: 'kica' } }),
        /한국정보인증/],
    ['a process that died', new HostError('host_gone'), /도중에 멈췄어요/],
    ['an error of ours', new TypeError('x'), /문제가 생겼어요/],
])
    test(`${name}: its own sentence`, () => {
        const text = refusalText(error, '한국정보인증');
        if (want instanceof RegExp)
            assert.match(text, want);
        else
            assert.equal(text, want);
        assert.doesNotMatch(text, /[{}]/);
    });
