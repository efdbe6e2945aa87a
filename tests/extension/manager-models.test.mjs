/** The models of the manager: rows, files, details, checks, records, sites. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forgetAsked, noteAsked, readAsked }
    from '../../extension/common/asked.js';
import { nameIn, resultOf, stateOf }
    from '../../extension/ui/history/history-model.js';
import { detailRows, isOldScheme, otherSchemes, schemeKey }
    from '../../extension/ui/manager/details-model.js';
import { classify } from '../../extension/ui/manager/import-model.js';
import { Gathered, NO_FILTER, choose, offers, toRows }
    from '../../extension/ui/manager/list-model.js';
import { screenOf } from '../../extension/ui/manager/screens.js';
import { keyLines, revocationLines, verdict }
    from '../../extension/ui/manager/verify-model.js';
import { toSites } from '../../extension/ui/sites/sites-model.js';
import { fakeArea } from './fakes.mjs';
import { readFileSync } from 'node:fs';

const texts = JSON.parse(readFileSync(new URL(
    '../../extension/_locales/ko/messages.json', import.meta.url), 'utf8'));
const NOW = Date.parse('2026-11-24T03:00:00Z');
const endsIn = days => new Date(Date.parse('2026-11-24T14:59:59Z') +
    days * 86_400_000).toISOString();

let made = 0;
const cert = (more = {}) => ({
    id: String(made += 1).padStart(64, '0'), name: '홍길동', ca: 'yessign',
    serial: '0a4c2f', notBefore: '2026-01-01T00:00:00Z', notAfter: endsIn(200),
    state: 'valid', policy: { oid: '1', usage: { ko: '은행·보험용' } },
    keyScheme: 'pbes2-seed-sha1', location: { root: '/home/h/NPKI',
        medium: 'disk', path: '/home/h/NPKI/a' }, ...more });
const rowsOf = certificates => toRows(certificates, NOW,
    c => ({ usage: c.policy.usage.ko, ca: c.ca }));
const names = rows => rows.map(row => row.card.certificate.name).join(' ');

describe('the rows of the list', () => {
    test('a list that was cut off is known to be', () => {
        const gathered = new Gathered();
        gathered.add(page([cert()]));
        assert.equal(gathered.cut, false);
        gathered.add(page([], { cut: true }));
        assert.equal(gathered.cut, true);
    });

    const page = (certificates, more = {}) => ({ certificates, broken: [],
        roots: [], total: certificates.length, ...more });

    test('pages are gathered; a folder read twice counts once', () => {
        const gathered = new Gathered();
        const [a, b] = [cert(), cert()];
        gathered.add(page([a], { broken: [{ path: '/x' }] }));
        gathered.add(page([a, b], { broken: [{ path: '/x' }] }));
        assert.deepEqual(gathered.certificates, [a, b]);
        assert.equal(gathered.broken.length, 1);
    });

    test('the same certificate in two places is one row with both', () => {
        const a = cert();
        const usb = { root: '/media/h/USB/NPKI', medium: 'removable',
            path: '/media/h/USB/NPKI/a' };
        const [row, ...others] = rowsOf([a, { ...a, location: usb }]);
        assert.equal(others.length, 0);
        assert.deepEqual(row.card.locations, [a.location, usb]);
    });

    const some = rowsOf([
        cert({ name: '김가', notAfter: endsIn(300), ca: 'KICA' }),
        cert({ name: '나나', notAfter: endsIn(-5) }),
        cert({ name: '다다', notAfter: endsIn(10),
            policy: { usage: { ko: '증권·보험용' } } }),
        cert({ name: '라라', notAfter: endsIn(45), location: {
            root: '/media/h/USB/NPKI', medium: 'removable', path: '/media/x' } }),
        cert({ name: '마마', keyScheme: null, notAfter: endsIn(100) }),
    ]);

    for (const [by, up, want] of [
        ['state', true, '다다 라라 김가 나나 마마'],
        ['expiry', true, '나나 다다 라라 마마 김가'],
        ['expiry', false, '김가 마마 라라 다다 나나'],
        ['name', true, '김가 나나 다다 라라 마마'],
        ['name', false, '마마 라라 다다 나나 김가'],
        ['usage', true, '나나 라라 마마 김가 다다'],
        ['ca', true, '김가 나나 다다 라라 마마'],
        ['place', false, '라라 나나 다다 마마 김가'],
    ])
        test(`sorted by ${by}, ${up ? 'up' : 'down'}`, () => {
            assert.equal(names(choose(some, NO_FILTER, { by, up })), want);
        });

    for (const [name, filter, want] of [
        ['nothing', {}, '다다 라라 김가 나나 마마'],
        ['a use', { usage: '증권·보험용' }, '다다'],
        ['a CA', { ca: 'KICA' }, '김가'],
        ['what expires within 60 days', { expiry: 'soon' }, '다다 라라'],
        ['what is usable', { expiry: 'usable' }, '다다 라라 김가'],
        ['what has expired', { expiry: 'expired' }, '나나'],
        ['a stick', { place: '/media/h/USB/NPKI' }, '라라'],
        ['a name', { search: '김가' }, '김가'],
        ['a part of the use', { search: '증권' }, '다다'],
        ['the CA in other letters', { search: 'kica' }, '김가'],
        ['two words', { search: 'yessign  다다 ' }, '다다'],
        ['a name written in other parts', { search: '김가'.normalize('NFD') },
            '김가'],
        ['two words of two rows', { search: '김가 다다' }, ''],
        ['a word that is none', { search: 'x'.repeat(200) }, ''],
        ['a pattern', { search: '.*' }, ''],
        ['two filters', { ca: 'yessign', expiry: 'expired' }, '나나'],
    ])
        test(`narrowed down to ${name}`, () => {
            assert.equal(names(choose(some, { ...NO_FILTER, ...filter },
                { by: 'state', up: true })), want);
        });

    test('the filters offer what occurs, once', () => {
        assert.deepEqual(offers(some), { usage: ['은행·보험용', '증권·보험용'],
            ca: ['KICA', 'yessign'],
            place: ['/home/h/NPKI', '/media/h/USB/NPKI'] });
    });

    test('a row is drawn anew only when it says something else', () => {
        const a = cert();
        const [before] = rowsOf([a]);
        assert.equal(rowsOf([a])[0].look, before.look);
        for (const more of [{ state: 'revoked' }, { keyScheme: null },
            { notAfter: endsIn(5) }])
            assert.notEqual(rowsOf([{ ...a, ...more }])[0].look, before.look);
    });

    test('ten thousand rows are made, chosen and sorted in a moment', () => {
        const many = Array.from({ length: 10000 }, (_, i) =>
            cert({ name: `이름${i}`, notAfter: endsIn(i % 700 - 30) }));
        const since = process.cpuUsage();
        const chosen = choose(rowsOf(many), { ...NO_FILTER, search: '99' },
            { by: 'name', up: false });
        assert.ok(chosen.length > 100);
        assert.ok(process.cpuUsage(since).user < 4000000); // µs
    });
});

describe('the files that were chosen', () => {
    const chosen = (...all) => {
        const found = classify(all.map(name => ({ name })));
        return found && Object.fromEntries(Object.entries(found).map(
            ([what, x]) => [what, x.name ?? x]));
    };
    for (const [name, files, want] of [
        ['one .p12', ['a.p12'], { kind: 'p12', p12: 'a.p12' }],
        ['one .PFX', ['홍길동.PFX'], { kind: 'p12', p12: '홍길동.PFX' }],
        ['a pair', ['signPri.key', 'signCert.der'],
            { kind: 'pair', cert: 'signCert.der', key: 'signPri.key' }],
        ['a pair in other letters', ['SIGNCERT.DER', 'SignPri.key'],
            { kind: 'pair', cert: 'SIGNCERT.DER', key: 'SignPri.key' }],
        ['a whole folder', ['signCert.der', 'signPri.key', 'kmCert.der',
            'kmPri.key', 'CaPubs', 'x.pfx'],
        { kind: 'pair', cert: 'signCert.der', key: 'signPri.key',
            kmCert: 'kmCert.der', kmKey: 'kmPri.key' }],
        ['half of the second pair is left out', ['signCert.der', 'signPri.key',
            'kmCert.der'],
        { kind: 'pair', cert: 'signCert.der', key: 'signPri.key' }],
        ['a pair of other names', ['me.cer', 'me.key'],
            { kind: 'pair', cert: 'me.cer', key: 'me.key' }],
        ['nothing', [], null],
        ['two .p12', ['a.p12', 'b.p12'], null],
        ['a certificate alone', ['signCert.der'], null],
        ['a key alone', ['signPri.key'], null],
        ['only the second pair', ['kmCert.der', 'kmPri.key'], null],
        ['a .p12 and a lone key', ['a.p12', 'signPri.key'], null],
        ['two certificates and a key', ['a.cer', 'b.cer', 'a.key'], null],
        ['a picture', ['a.png'], null],
        ['a name that only ends like it', ['p12'], null],
    ])
        test(name, () => {
            assert.deepEqual(chosen(...files), want);
        });
});

describe('the details', () => {
    for (const [scheme, key, old, others] of [
        ['pbes2-seed-sha1', 'scheme_compat', false, ['strong']],
        ['pbes2-aes-sha256', 'scheme_strong', false, ['compat']],
        ['seed-sha1', 'scheme_legacy', true, ['compat', 'strong']],
        ['seed-old', 'scheme_legacy', true, ['compat', 'strong']],
        ['x', 'scheme_other', false, ['compat', 'strong']],
        ['constructor', 'scheme_other', false, ['compat', 'strong']],
        [undefined, 'scheme_none', false, ['compat', 'strong']],
    ])
        test(`a key file of ${scheme}`, () => {
            assert.equal(schemeKey(scheme), key);
            assert.ok(Object.hasOwn(texts, key));
            assert.equal(isOldScheme(scheme), old);
            assert.deepEqual(otherSchemes(scheme), others);
        });

    test('every scheme that the host names has a strength', () => {
        const source = readFileSync(new URL('../../host/pki/p8.c',
            import.meta.url), 'utf8');
        const body = source.slice(source.indexOf('scheme_name('));
        const found = [...body.slice(0, body.indexOf('\n}'))
            .matchAll(/"((?:pbes2|seed)-[\w-]+)"/g)].map(m => m[1]);
        assert.ok(found.length >= 6);
        for (const scheme of found)
            assert.notEqual(schemeKey(scheme), 'scheme_other', scheme);
    });

    test('leave out what is not there, and have words for the rest', () => {
        const rows = detailRows({ certificate: cert({ algorithm: 'rsa-2048' }),
            details: { version: 3, fingerprint: 'abcd' } });
        assert.deepEqual(rows, [['detail_serial', '0a 4c 2f'],
            ['detail_algorithm', 'rsa-2048'], ['detail_version', 'v3'],
            ['detail_fingerprint', 'ab cd']]);
        for (const [key] of rows)
            assert.ok(Object.hasOwn(texts, key), key);
    });
});

describe('what a check says', () => {
    for (const [state, kind] of [['valid', 'ok'], ['expiring', 'warn'],
        ['expired', 'danger'], ['not_yet', 'info'], ['revoked', 'danger'],
        ['unknown', 'warn'], ['nonsense', 'warn'], [undefined, 'warn']])
        test(`of ${state}`, () => {
            const said = verdict(state);
            assert.equal(said.kind, kind);
            assert.ok(Object.hasOwn(texts, said.key), said.key);
        });

    const when = iso => iso.slice(0, 10);
    for (const [name, revocation, keys] of [
        ['was not asked', undefined, ['check_status_not_checked']],
        ['is good', { status: 'good', source: 'ocsp', checked: '2026-11-24T' },
            ['check_status_good', 'check_source_ocsp']],
        ['was good', { status: 'good', source: 'cache', checked: '2026-11-24T',
            validUntil: '2026-11-25T' },
        ['check_status_good', 'check_source_cache', 'check_until']],
        ['is revoked', { status: 'revoked', source: 'crl', checked: 'x',
            revokedAt: 'y', reason: 'superseded' }, ['check_status_revoked',
            'check_revoked_at', 'check_revoked_why', 'check_source_crl']],
        ['could not be asked', { status: 'not_checked', problem: 'offline' },
            ['check_status_not_checked', 'error_offline']],
    ])
        test(`revocation ${name}`, () => {
            const lines = revocationLines(revocation, when);
            assert.deepEqual(lines.map(([key]) => key), keys);
            for (const key of keys)
                assert.ok(Object.hasOwn(texts, key), key);
        });

    for (const [name, key, want] of [
        ['none', undefined, []],
        ['another one\'s', { matches: false }, ['try_mismatch']],
        ['another one\'s, said so', { matches: false,
            problem: 'key_mismatch' }, ['try_mismatch']],
        ['damaged', { matches: false, problem: 'key_file_damaged' },
            ['error_key_file_damaged']],
        ['right', { matches: true, r: true }, ['try_right', 'try_r_yes']],
        ['right, both, without R', { matches: true, r: false, km: true },
            ['try_right', 'try_r_no', 'try_km_yes']],
    ])
        test(`the key is ${name}`, () => {
            assert.deepEqual(keyLines(key), want);
        });
});

describe('a record', () => {
    for (const [cn, want] of [['홍길동(hong)0020040112345', '홍길동'],
        ['홍길동0020040112345', '홍길동'], ['Kim Seoyeon()', 'Kim Seoyeon'],
        ['홍길동', '홍길동'], ['12345678', ''], ['', '']])
        test(`of "${cn}" is of "${want}"`, () => {
            assert.equal(nameIn(cn), want);
        });

    for (const [result, kind, key] of [['done', 'ok', 'history_done'],
        ['waiting', 'neutral', 'history_waiting'],
        ['damaged', 'danger', 'history_damaged'],
        ['password_wrong', 'danger', 'error_password_wrong']])
        test(`that came to ${result}`, () => {
            assert.deepEqual(resultOf({ result }), { key, kind });
            assert.ok(Object.hasOwn(texts, key));
        });

    test('a chain that is broken says where', () => {
        assert.deepEqual(stateOf({ intact: false, brokenAt: 7 }),
            { kind: 'danger', key: 'history_broken', n: 7 });
        assert.equal(stateOf({ intact: true }).kind, 'ok');
        assert.equal(stateOf({ intact: false }).n, 0);
    });
});

describe('the sites', () => {
    test('that asked are kept with when and what for, the latest first',
        async () => {
            const local = fakeArea();
            await noteAsked(local, 'https://a.example', 'sign', 1);
            await noteAsked(local, 'https://b.example', 'sign', 2);
            await noteAsked(local, 'https://a.example', 'reissue', 3);
            await noteAsked(local, 'https://a.example', 'sign', 4);
            assert.deepEqual(await readAsked(local), [
                { origin: 'https://a.example', last: 4,
                    times: { sign: 2, reissue: 1 } },
                { origin: 'https://b.example', last: 2, times: { sign: 1 } }]);
            await forgetAsked(local, 'https://a.example');
            assert.deepEqual((await readAsked(local)).map(s => s.origin),
                ['https://b.example']);
        });

    test('no more than 200 are kept', async () => {
        const local = fakeArea();
        for (let i = 0; i < 205; i++)
            await noteAsked(local, `https://a${i}.example`, 'sign', i);
        const kept = await readAsked(local);
        assert.equal(kept.length, 200);
        assert.equal(kept.at(-1).origin, 'https://a5.example');
    });

    test('what is damaged is read as nothing', async () => {
        for (const value of [null, 7, {}, [null], [{ origin: 'x' }],
            [{ origin: 'https://a.example', last: 'x', times: {} }],
            [{ origin: 'https://a.example', last: 1 }]])
            assert.deepEqual(
                await readAsked(fakeArea({ askedSites: value })), []);
    });

    test('are shown with their blocks, a block of a whole domain', () => {
        const asked = [
            { origin: 'https://www.a.example', last: 2, times: { sign: 2 } },
            { origin: 'https://b.example', last: 1,
                times: { sign: 1, reissue: 3 } }];
        assert.deepEqual(toSites(asked, ['a.example', 'c.example']), [
            { origin: 'https://www.a.example', last: 2, asked: [['sign', 2]],
                blocked: true },
            { origin: 'https://b.example', last: 1,
                asked: [['reissue', 3], ['sign', 1]], blocked: false },
            { origin: 'https://c.example', last: null, asked: [],
                blocked: true }]);
    });
});

describe('what an address shows before the store is read', () => {
    const unread = { list: { loaded: false, card: () => null } };

    // else what the person has chosen is gone when the list comes
    for (const where of [['import'], ['0'.repeat(64)],
        ['0'.repeat(64), 'remove'], ['0'.repeat(64), 'nothing']])
        test(`${where.join('/')}: it waits`, () =>
            assert.equal(screenOf(unread, where[0], where[1] ?? ''), null));
});
