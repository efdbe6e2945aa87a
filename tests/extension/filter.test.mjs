/** Which certificates a site accepts, and the reason for the others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { USAGES, parseFilter, refusal } from '../../extension/common/filter.js';
import {
    lastLogin, lastUsed, rememberLogin,
} from '../../extension/ui/sign/certificates.js';
import { fakeArea } from './fakes.mjs';

const BANK = '1.2.410.200005.1.1.4';
const DN = 'cn=yessignCA Class 2,ou=AccreditedCA,o=yessign,c=kr';
const cert = (more = {}) => ({
    id: 'a'.repeat(64), ca: 'yessign', serial: '0a4c2f',
    issuer: { cn: 'yessignCA Class 2', o: 'yessign', dn: DN },
    policy: { oid: BANK, usage: { ko: '은행·보험용', en: 'Bank/insurance' } },
    ...more,
});
const why = (filter, c = cert(), login = null) =>
    refusal(parseFilter(filter), { login, ca: x => x.ca })(c);

describe('what is accepted', () => {
    const rows = [
        ['anything, without a filter', undefined],
        ['anything, with an empty one', {}],
        ['one of the policies', { policies: ['1.2.3', BANK] }],
        ['one of the CAs', { cas: ['kica', 'yessign'] }],
        ['a use', { usage: ['bank'] }],
        ['one of the uses', { usage: ['tax', 'bank'] }],
        ['an issuer by its common name', { issuers: ['yessignCA Class 2'] }],
        ['in other case', { issuers: ['YESSIGNca class 2'] }],
        ['with other spaces', { issuers: ['  yessignCA   Class 2 '] }],
        ['an issuer by its whole name', { issuers: [DN] }],
        ['written another way', { issuers: ['CN=yessignCA Class 2, OU=AccreditedCA , O = yessign,C=KR'] }],
        ['one of the issuers', { issuers: ['other', 'yessignCA Class 2'] }],
        ['a number of the issuer', { issuers: [DN], serial: '0a4c2f' }],
        ['a number in capitals, without its zero', { issuers: [DN], serial: 'A4C2F' }],
        ['a number with more zeros', { issuers: [DN], serial: '00000a4c2f' }],
        ['the one of the login', { sameAsLogin: true }, cert(), 'a'.repeat(64)],
        ['all of it at once', { policies: [BANK], cas: ['yessign'], usage: ['bank'],
            issuers: [DN], serial: 'a4c2f', sameAsLogin: true, expired: true },
        cert(), 'a'.repeat(64)],
    ];
    for (const [name, filter, c, login] of rows)
        test(name, () => {
            assert.equal(why(filter, c, login), '');
        });
});

describe('what is not, and why', () => {
    const rows = [
        ['another policy', { policies: ['1.2.3'] }, 'why_other_use'],
        ['a policy that is only begun alike', { policies: [`${BANK}.1`] }, 'why_other_use'],
        ['no policy', { policies: [BANK] }, 'why_other_use', { policy: undefined }],
        ['another use', { usage: ['securities'] }, 'why_other_use'],
        ['"general" is not a bank\'s', { usage: ['general'] }, 'why_other_use'],
        ['a use that is not known', { usage: ['bank'] }, 'why_other_use', { policy: { oid: '1.2', usage: { ko: '', en: '' } } }],
        ['a use named as a member', { usage: ['bank'] }, 'why_other_use', { policy: { oid: '1.2', usage: { en: 'constructor' } } }],
        ['another CA', { cas: ['kica'] }, 'why_other_ca'],
        ['another issuer', { issuers: ['yessignCA Class 1'] }, 'why_other_ca'],
        ['part of an issuer\'s name', { issuers: ['yessignCA'] }, 'why_other_ca'],
        ['an issuer in another order', { issuers: ['c=kr,o=yessign,ou=AccreditedCA,cn=yessignCA Class 2'] }, 'why_other_ca'],
        ['an issuer with a letter that only looks alike', { issuers: ['yess\u0456gnCA Class 2'] }, 'why_other_ca'],
        ['case beyond ASCII counts', { issuers: ['\u212aA'] }, 'why_other_ca', { issuer: { cn: 'ka', dn: 'cn=ka' } }],
        ['no issuer', { issuers: ['x'] }, 'why_other_ca', { issuer: undefined }],
        ['another number', { issuers: [DN], serial: 'a4c30' }, 'why_other_serial'],
        ['the number from another issuer', { issuers: ['x'], serial: 'a4c2f' }, 'why_other_ca'],
        ['not that of the login', { sameAsLogin: true }, 'why_not_login', { id: 'b'.repeat(64) }, 'a'.repeat(64)],
        ['no login', { sameAsLogin: true }, 'why_not_login'],
    ];
    for (const [name, filter, want, more, login] of rows)
        test(`${name}: ${want}`, () => {
            assert.equal(why(filter, cert(more), login), want);
        });
});

describe('what is no filter', () => {
    const bad = [
        ['null', null], ['text', 'x'], ['an unknown member', { issuer: 'x' }],
        ['no policy', { policies: [] }], ['no issuer', { issuers: [] }],
        ['33 issuers', { issuers: Array(33).fill('x') }],
        ['an issuer that is text', { issuers: 'x' }],
        ['an empty issuer', { issuers: [''] }],
        ['an issuer of two lines', { issuers: ['a\nb'] }],
        ['an issuer with a hidden mark', { issuers: ['a\u202eb'] }],
        ['an issuer of 301', { issuers: ['x'.repeat(301)] }],
        ['an unknown use', { usage: ['everything'] }],
        ['a use that is inherited', { usage: ['constructor'] }],
        ['a use and more', { usage: ['bank\n'] }],
        ['a use as text', { usage: 'bank' }],
        ['a number without its issuer', { serial: 'a4' }],
        ['a number in decimals', { issuers: ['x'], serial: 10 }],
        ['a number with colons', { issuers: ['x'], serial: '0a:4c' }],
        ['an empty number', { issuers: ['x'], serial: '' }],
        ['a number of 65', { issuers: ['x'], serial: 'a'.repeat(65) }],
        ['sameAsLogin in words', { sameAsLogin: 'yes' }],
        ['sameAsLogin as a number', { sameAsLogin: 1 }],
        ['expired in words', { expired: 'true' }],
        ['an id of a certificate', { id: 'a'.repeat(64) }],
    ];
    for (const [name, filter] of bad)
        test(name, () => {
            assert.throws(() => parseFilter(filter),
                { reason: 'invalid_request' });
        });
});

test('every use of the host\'s table has a name here', () => {
    const table = readFileSync(new URL('../../host/pki/cert_usage.c',
        import.meta.url), 'utf8');
    const words = [...table.matchAll(/^ +"[^"]+", "([^"]+)"/gm)]
        .map(m => m[1]);
    assert.deepEqual(words.sort(), [...USAGES.keys()].sort());
});

describe('the certificate of a site\'s login', () => {
    test('is kept by domain, apart from the one last used', async () => {
        const session = fakeArea();
        await rememberLogin(session, 'https://login.a.example', '1');
        assert.equal(await lastLogin(session, 'https://www.a.example'), '1');
        assert.equal(await lastUsed(session, 'https://www.a.example'), null);
        assert.equal(await lastLogin(session, 'https://b.example'), null);
    });

    test('is not shared by the customers of one host', async () => {
        const session = fakeArea();
        await rememberLogin(session, 'https://one.github.io', '1');
        assert.equal(await lastLogin(session, 'https://two.github.io'), null);
    });

    test('the later login counts', async () => {
        const session = fakeArea();
        await rememberLogin(session, 'https://a.example', '1');
        await rememberLogin(session, 'https://a.example', '2');
        assert.equal(await lastLogin(session, 'https://a.example'), '2');
    });
});
