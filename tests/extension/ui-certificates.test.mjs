/** The certificate list: badges, groups, order, names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange, badgeOf, findCa, toCards, whyUnusable }
    from '../../extension/ui/common/certificate-model.js';

const NOW = Date.parse('2026-11-24T03:00:00Z');
const cert = (more = {}) => ({
    id: 'a'.repeat(64), name: '홍길동', ca: 'yessign', serial: '0a4c2f',
    notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-06-01T14:59:59Z',
    state: 'valid', policy: { oid: '1.2.410.200005.1.1.4', usage: {} },
    keyScheme: 'compat', ...more,
});
const endsIn = days => new Date(Date.parse('2026-11-24T14:59:59Z') +
    days * 86_400_000).toISOString();

for (const [name, more, kind, sign, key, values] of [
    ['61 days', { notAfter: endsIn(61) }, 'neutral', '', 'until',
        { date: '2027.1.24' }],
    ['60 days', { notAfter: endsIn(60) }, 'info', '◷', 'renewable', { n: 60 }],
    ['31 days', { notAfter: endsIn(31) }, 'info', '◷', 'renewable', { n: 31 }],
    ['30 days', { notAfter: endsIn(30) }, 'warn', '▲', 'soon', { n: 30 }],
    ['2 days', { notAfter: endsIn(2) }, 'warn', '▲', 'soon', { n: 2 }],
    ['1 day', { notAfter: endsIn(1) }, 'warn', '▲', 'tomorrow', {}],
    ['today', { notAfter: endsIn(0) }, 'warn', '▲', 'today', {}],
    ['an hour ago', { notAfter: '2026-11-24T02:00:00Z' }, 'danger', '✕',
        'expired', { date: '2026.11.24' }],
    ['revoked', { state: 'revoked' }, 'danger', '⊘', 'revoked', {}],
    ['revoked and expired', { state: 'revoked', notAfter: endsIn(-9) },
        'danger', '⊘', 'revoked', {}],
    ['from tomorrow', { notBefore: '2026-11-25T00:00:00Z' }, 'neutral', '○',
        'from', { date: '2026.11.25' }],
    ['no key file', { keyScheme: null }, 'danger', '!', 'no_key', {}],
    ['no key file, not said', { keyScheme: undefined }, 'danger', '!',
        'no_key', {}],
])
    test(`badge: ${name}`, () => {
        assert.deepEqual(badgeOf(cert(more), NOW),
            { kind, sign, key: `badge_${key}`, values });
    });

for (const [name, more, want] of [
    ['a valid one', {}, ''],
    ['an expired one', { notAfter: endsIn(-1) }, 'why_expired'],
    ['a revoked one', { state: 'revoked' }, 'why_revoked'],
    ['one of tomorrow', { notBefore: endsIn(1) }, 'why_not_yet'],
    ['one without a key', { keyScheme: '' }, 'why_no_key'],
])
    test(`${name} ${want === '' ? 'can' : 'cannot'} be used`, () => {
        assert.equal(whyUnusable(cert(more), NOW), want);
    });

const id = letter => letter.repeat(64);
const ids = cards => cards.map(c => c.certificate.id[0]).join('');

test('usable ones come by expiry, the latest first', () => {
    const { usable, selected } = arrange([
        cert({ id: id('a'), notAfter: endsIn(100) }),
        cert({ id: id('b'), notAfter: endsIn(300) }),
        cert({ id: id('c'), notAfter: endsIn(200) })], { now: NOW });
    assert.equal(ids(usable), 'bca');
    assert.equal(selected, null);
});

test('the one last used here stands first and is chosen', () => {
    const { usable, selected } = arrange([
        cert({ id: id('a'), notAfter: endsIn(100) }),
        cert({ id: id('b'), notAfter: endsIn(300) })],
    { now: NOW, lastUsed: id('a') });
    assert.equal(ids(usable), 'ab');
    assert.equal(selected, id('a'));
});

test('the only usable one is chosen', () => {
    const { selected } = arrange([cert({ id: id('a') }),
        cert({ id: id('b'), notAfter: endsIn(-1) })], { now: NOW });
    assert.equal(selected, id('a'));
});

test('the one last used is not chosen when it has expired', () => {
    const { usable, unusable, selected } = arrange([
        cert({ id: id('a'), notAfter: endsIn(-1) }), cert({ id: id('b') }),
        cert({ id: id('c') })], { now: NOW, lastUsed: id('a') });
    assert.equal(ids(unusable), 'a');
    assert.equal(ids(usable), 'bc');
    assert.equal(selected, null);
});

test('nothing is left out: other uses and unusable ones say why', () => {
    const all = [cert({ id: id('a') }), cert({ id: id('b') }),
        cert({ id: id('c'), state: 'revoked' }),
        cert({ id: id('d'), keyScheme: null })];
    const { usable, unaccepted, unusable } = arrange(all,
        { now: NOW, refusal: c => c.id === id('b') ? 'why_other_ca' : '' });
    assert.equal(ids(usable), 'a');
    assert.equal(ids(unaccepted), 'b');
    assert.equal(unaccepted[0].why, 'why_other_ca');
    assert.equal(ids(unusable), 'cd');
    assert.deepEqual(unusable.map(c => c.why), ['why_revoked', 'why_no_key']);
});

test('where expired ones are taken, time alone is no reason', () => {
    const past = { notAfter: endsIn(-1) };
    const { usable, unaccepted, unusable } = arrange([
        cert({ id: id('a'), ...past }), cert({ id: id('b') }),
        cert({ id: id('c'), ...past, state: 'revoked' }),
        cert({ id: id('d'), ...past, keyScheme: null }),
        cert({ id: id('e'), notBefore: endsIn(1) }),
        cert({ id: id('f'), ...past, name: 'x' })],
    { now: NOW, expired: true,
        refusal: c => c.name === 'x' ? 'why_other_use' : '' });
    assert.equal(ids(usable), 'ba');
    assert.equal(ids(unaccepted), 'f');
    assert.deepEqual(unusable.map(c => c.why).sort(),
        ['why_no_key', 'why_not_yet', 'why_revoked']);
});

test('the same certificate in two places is one row', () => {
    const cards = toCards([cert(), cert(), cert({ id: id('b'), name: '김' })],
        NOW);
    assert.deepEqual(cards.map(c => c.places), [2, 1]);
});

test('a row knows every place', () => {
    const [card] = toCards([cert({ location: { path: '/a' } }),
        cert({ location: { path: '/b' } })], NOW);
    assert.deepEqual(card.locations.map(l => l.path), ['/a', '/b']);
});

test('ten thousand rows that look alike are told apart in a moment', () => {
    const many = Array.from({ length: 10000 }, (_, i) =>
        cert({ id: String(i), serial: i.toString(16).padStart(8, '0') }));
    const since = process.cpuUsage();
    const cards = toCards(many, NOW);
    assert.equal(new Set(cards.map(c => c.serialEnd)).size, 10000);
    assert.ok(process.cpuUsage(since).user < 2000000); // µs
});

test('of two places the one with a key counts', () => {
    const [card] = toCards([cert({ keyScheme: null }), cert()], NOW);
    assert.equal(card.why, '');
});

test('rows that look alike get the end of their serial number', () => {
    const cards = toCards([cert({ serial: '01aa4c2f' }),
        cert({ id: id('b'), serial: '01aa4c30' }),
        cert({ id: id('c'), ca: 'KICA' })], NOW);
    assert.deepEqual(cards.map(c => c.serialEnd), ['4C2F', '4C30', '']);
});

const CAS = [{ name: 'yessign', folder: 'yessign', title: {} },
    { name: 'kica', folder: 'KICA', title: {} }];
for (const [named, want] of [['yessign', 'yessign'], ['KICA', 'kica'],
    ['kica', 'kica'], ['Kica', 'kica'], ['nobody', undefined], ['', undefined],
    [undefined, undefined]])
    test(`the CA named ${named} is ${want}`, () => {
        assert.equal(findCa(named, CAS)?.name, want);
    });
