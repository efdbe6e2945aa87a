import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showSite, splitHost } from '../../extension/common/domain.js';

describe('the registrable domain (T212)', () => {
    const rows = [
        ['bank.com', '', 'bank.com'],
        ['www.bank.com', 'www.', 'bank.com'],
        ['bank.co.kr', '', 'bank.co.kr'],
        ['www.bank.co.kr', 'www.', 'bank.co.kr'],
        ['bank.kr', '', 'bank.kr'],
        ['www.bank.kr', 'www.', 'bank.kr'],
        ['tax.go.kr', '', 'tax.go.kr'],
        ['a.seoul.kr', '', 'a.seoul.kr'],
        ['hometax.seoul.go.kr', 'hometax.', 'seoul.go.kr'],
        ['a.bank.co.uk', 'a.', 'bank.co.uk'],
        ['a.bank.com.au', 'a.', 'bank.com.au'],
        ['x.y.github.io', 'x.', 'y.github.io'],
        ['evil.pages.dev', '', 'evil.pages.dev'],
        ['shop.cafe24.com', '', 'shop.cafe24.com'],
        ['x.dothome.co.kr', '', 'x.dothome.co.kr'],
        // who really asks stands last, whatever is in front of it
        ['bank.co.kr.evil.com', 'bank.co.kr.', 'evil.com'],
        ['www.hanbit-bank.example.evil.co.kr', 'www.hanbit-bank.example.', 'evil.co.kr'],
        ['bank.co.kr.co', 'bank.co.', 'kr.co'],
        ['co.kr', '', 'co.kr'],
        ['github.io', '', 'github.io'],
        ['localhost', '', 'localhost'],
        ['bank.example.', '', 'bank.example'],
        ['xn--80ak6aa92e.com', '', 'xn--80ak6aa92e.com'],
        ['192.0.2.1', '', '192.0.2.1'],
        ['[2001:db8::1]', '', '[2001:db8::1]'],
    ];
    for (const [host, sub, domain] of rows)
        test(`${host}: ${sub}|${domain}`, () => {
            assert.deepEqual(splitHost(host), { sub, domain });
        });

    test('a name of 253 characters is not cut', () => {
        const host = `${'a.'.repeat(120)}bank.example`;
        const { sub, domain } = splitHost(host);
        assert.equal(sub + domain, host);
        assert.equal(domain, 'bank.example');
    });
});

describe('a site as it is shown', () => {
    const rows = [
        ['https://bank.example', '', '', 'bank.example', ''],
        ['https://a.bank.example:8443', '', 'a.', 'bank.example', ':8443'],
        ['http://localhost:3000', 'http://', '', 'localhost', ':3000'],
        ['https://xn--bnk-7na.example', '', '', 'xn--bnk-7na.example', ''],
        // whatever is written, the URL parser gives the A-label
        ['https://bаnk.example', '', '', 'xn--bnk-6cd.example', ''],
        ['https://한빛은행.example', '', '', 'xn--xx3bs6nt8lhf.example', ''],
    ];
    for (const [origin, scheme, sub, domain, port] of rows)
        test(origin, () => {
            assert.deepEqual(showSite(origin), { scheme, sub, domain, port });
        });
});
