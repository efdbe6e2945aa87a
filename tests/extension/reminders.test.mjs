/** Reminders: when, of what, how often, and what is kept for them. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { fakeArea, settled } from './fakes.mjs';
import { useLocale } from './lib/locale.mjs';

useLocale('ko');
const { DAYS, moments, plan } =
    await import('../../extension/background/reminder-plan.js');
const { Reminders } = await import('../../extension/background/reminders.js');
const { addExpiry, forgetExpiry, keepExpiries, readExpiries, remindOf, silenced,
    speaksOfExpiry } = await import('../../extension/common/expiries.js');

const ID = letter => letter.repeat(64);
/** 09:00 in Korea on that day. */
const at = (day, hour = 0) =>
    Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
const END = '2027-03-14T14:59:59Z'; // the last second of the day in Korea

describe('the moments of a certificate', () => {
    test('are ten o\'clock in Korea, 60, 30, 14, 7, 1 days before, one after',
        () => {
            assert.deepEqual(moments(END).map(ms => new Date(ms).toISOString()),
                ['2027-01-13', '2027-02-12', '2027-02-28', '2027-03-07',
                    '2027-03-13', '2027-03-15']
                    .map(day => `${day}T01:00:00.000Z`));
            assert.deepEqual(DAYS, [60, 30, 14, 7, 1, -1]);
        });

    for (const [name, since, now, want] of [
        ['a day too early', '2027-01-11', '2027-01-12', []],
        ['on the 60th day', '2027-01-12', '2027-01-13', [60]],
        ['twice on one day', '2027-01-13', '2027-01-13', []],
        ['between two moments', '2027-01-14', '2027-02-11', []],
        ['three missed ones are one, with the days that are left',
            '2027-01-01', '2027-03-01', [13]],
        ['on the last day but one', '2027-03-12', '2027-03-13', [1]],
        ['on the last day itself', '2027-03-13', '2027-03-14', []],
        ['once after the end', '2027-03-14', '2027-03-15', [-1]],
        ['never again', '2027-03-15', '2028-01-01', []],
    ])
        test(name, () => {
            const { due } = plan([{ id: ID('a'), notAfter: END }],
                at(since, 3), at(now, 3));
            assert.deepEqual(due.map(d => d.n), want);
        });

    test('the next moment is the nearest of all', () => {
        const { next } = plan([{ id: ID('a'), notAfter: END },
            { id: ID('b'), notAfter: '2027-02-01T14:59:59Z' }],
        at('2027-01-13', 3), at('2027-01-13', 3));
        assert.equal(new Date(next).toISOString(), '2027-01-18T01:00:00.000Z');
    });

    test('nothing to come is no alarm', () => {
        assert.equal(plan([], 0, 0).next, null);
        assert.equal(plan([{ id: ID('a'), notAfter: END }], 0,
            at('2028-01-01')).next, null);
    });
});

const NOW = at('2027-01-13', 3);
const cert = (id, more = {}) => ({ id: ID(id), notAfter: END, hasKey: true,
    name: '홍길동', location: { medium: 'disk' }, ...more });

describe('what is kept', () => {
    let local;
    beforeEach(() => { local = fakeArea(); });
    const keep = (certificates, removable = false) =>
        keepExpiries(local, certificates, { removable, now: NOW });
    const kept = async () =>
        (await readExpiries(local)).map(e => e.id[0]).sort().join('');

    test('is id and date, and nothing else', async () => {
        await keep([cert('a'), cert('b', { location: { medium: 'removable' } })],
            true);
        for (const value of local.data.values())
            for (const entry of value)
                assert.deepEqual(Object.keys(entry), ['id', 'notAfter']);
        assert.equal(await kept(), 'ab');
    });

    test('is replaced by the next list', async () => {
        await keep([cert('a'), cert('b')]);
        await keep([cert('b'), cert('c')]);
        assert.equal(await kept(), 'bc');
    });

    test('what lay on a stick stays when no stick is looked at', async () => {
        await keep([cert('a', { location: { medium: 'removable' } })], true);
        await keep([cert('b')]);
        assert.equal(await kept(), 'ab');
    });

    for (const [name, more] of [
        ['one without its key', { hasKey: false }],
        ['one that expired long ago', { notAfter: '2027-01-01T00:00:00Z' }],
        ['an id that is none', { id: '../../x' }],
        ['a date that is none', { notAfter: 'soon' }],
    ])
        test(`${name} is not`, async () => {
            await keep([cert('a', more)]);
            assert.equal(await kept(), '');
        });

    test('the same list is not written twice: each write wakes', async () => {
        let writes = 0;
        const { set } = local;
        local.set = items => {
            writes += 1;
            return set(items);
        };
        await keep([cert('a'), cert('b')]);
        await keep([cert('b'), cert('a')]);
        assert.equal(writes, 1);
    });

    test('a new one is added to those that are known', async () => {
        await keep([cert('a')]);
        await addExpiry(local, cert('b'));
        await addExpiry(local, cert('b'));
        assert.equal(await kept(), 'ab');
        assert.deepEqual(local.data.get('expiries')[1],
            { id: ID('b'), notAfter: END });
    });

    test('a deleted one is forgotten, with its switch', async () => {
        await keep([cert('a'), cert('b')]);
        await remindOf(local, ID('a'), false);
        await forgetExpiry(local, ID('a'));
        assert.equal(await kept(), 'b');
        assert.deepEqual(await silenced(local), []);
    });

    test('what is damaged is read as nothing', async () => {
        for (const value of [null, 7, 'x', {}, [null], [{ id: 1 }]]) {
            await local.set({ expiries: value, remindersOff: value });
            assert.deepEqual(await readExpiries(local), []);
            assert.ok(Array.isArray(await silenced(local)));
        }
    });

    test('only changes of it make the alarm be set anew', () => {
        assert.equal(speaksOfExpiry({ expiries: {} }), true);
        assert.equal(speaksOfExpiry({ remindersOff: {} }), true);
        assert.equal(speaksOfExpiry({ remindedUntil: {} }), false);
        assert.equal(speaksOfExpiry({ phrase: {} }), false);
    });
});

/** A browser whose notifications are as Chromium's, or as Firefox's. */
function fake({ buttons = true } = {}) {
    const browser = {
        shown: [], cleared: [], opened: [], alarms_: new Map(),
        storage: { local: fakeArea() },
        i18n: { getMessage: key =>
            globalThis.chrome.i18n.getMessage(key) },
        runtime: { getURL: path => `chrome-extension://x/${path}` },
        alarms: {
            clear: async name => browser.alarms_.delete(name),
            create: async (name, how) => browser.alarms_.set(name, how),
        },
        notifications: {
            async create(id, what) {
                if (what.buttons && !buttons)
                    throw new Error('Property "buttons" is unsupported');
                browser.shown.push({ id, ...what });
            },
            clear: async id => browser.cleared.push(id),
        },
        tabs: { create: async ({ url }) => browser.opened.push(url) },
    };
    return browser;
}

describe('a reminder', () => {
    let browser, now, stored;
    beforeEach(async () => {
        browser = fake();
        now = at('2027-01-12', 3);
        stored = [cert('a')];
        await keepExpiries(browser.storage.local, stored,
            { removable: false, now });
    });
    const reminders = (list = async () => stored) =>
        new Reminders(browser, list, () => now);

    test('is not given when the extension is new: only the alarm is set',
        async () => {
            await reminders().look();
            assert.deepEqual(browser.shown, []);
            assert.equal(browser.alarms_.get('expiry').when,
                Date.parse('2027-01-13T01:00:00Z'));
        });

    test('says days and date, no name and no use', async () => {
        await reminders().look();
        now = at('2027-01-13', 3);
        await reminders().rang({ name: 'expiry' });
        assert.equal(browser.shown.length, 1);
        const [{ id, message, title, buttons }] = browser.shown;
        assert.equal(id, `expiry.${ID('a')}`);
        assert.equal(message, '공동인증서가 60일 뒤(2027.3.14) 만료돼요. ' +
            '지금 갱신하면 1년 더 쓸 수 있어요.');
        assert.equal(title, '공동인증서 만료');
        assert.equal(buttons.length, 2);
        await reminders().rang({ name: 'expiry' });
        assert.equal(browser.shown.length, 1, 'once');
    });

    test('comes without buttons where the browser has none', async () => {
        const { storage } = browser;
        browser = fake({ buttons: false });
        browser.storage = storage;
        await reminders().look();
        now = at('2027-01-13', 3);
        await reminders().look();
        assert.equal(browser.shown.length, 1);
        assert.equal(browser.shown[0].buttons, undefined);
    });

    for (const [name, list] of [
        ['was renewed meanwhile', async () => []],
        ['has lost its key meanwhile', async () => [cert('a',
            { hasKey: false })]],
    ])
        test(`is not given of one that ${name}`, async () => {
            await reminders().look();
            now = at('2027-01-13', 3);
            await reminders(list).look();
            assert.deepEqual(browser.shown, []);
        });

    test('is given of what is known when the program is not there', async () => {
        await reminders().look();
        now = at('2027-01-13', 3);
        await reminders(async () => { throw new Error('host_missing'); }).look();
        assert.equal(browser.shown.length, 1);
    });

    test('is not given when the person does not want it', async () => {
        await reminders().look();
        await remindOf(browser.storage.local, ID('a'), false);
        now = at('2027-01-13', 3);
        await reminders().look();
        assert.deepEqual(browser.shown, []);
        assert.equal(browser.alarms_.has('expiry'), false);
    });

    test('of many is one', async () => {
        stored = [...'abcd'].map(letter => cert(letter));
        await keepExpiries(browser.storage.local, stored,
            { removable: false, now });
        await reminders().look();
        now = at('2027-01-13', 3);
        await reminders().look();
        assert.deepEqual(browser.shown.map(n => n.id), ['expiry.']);
        assert.match(browser.shown[0].message, /4개/);
    });

    test('after the end offers nothing that cannot be done', async () => {
        now = at('2027-03-14', 1);
        await reminders().look();
        now = at('2027-03-15', 3);
        await reminders().look();
        assert.equal(browser.shown[0].buttons, undefined);
        assert.match(browser.shown[0].message, /만료됐어요/);
    });

    test('looks one after the other: nothing is said twice', async () => {
        await reminders().look();
        now = at('2027-01-13', 3);
        const one = reminders();
        await Promise.all([one.look(), one.look(), one.look()]);
        assert.equal(browser.shown.length, 1);
    });

    test('a press opens the manager at that certificate', async () => {
        await reminders().pressed(`expiry.${ID('a')}`);
        assert.deepEqual(browser.opened,
            [`chrome-extension://x/ui/manager/manager.html#${ID('a')}`]);
        assert.deepEqual(browser.cleared, [`expiry.${ID('a')}`]);
    });

    test('"tomorrow" comes back a day later, if it still matters', async () => {
        await reminders().pressedButton(`expiry.${ID('a')}`, 1);
        const name = `again.${ID('a')}`;
        assert.deepEqual(browser.alarms_.get(name), { delayInMinutes: 1440 });
        await reminders().rang({ name });
        assert.equal(browser.shown.length, 1);
        await forgetExpiry(browser.storage.local, ID('a'));
        await reminders().rang({ name });
        assert.equal(browser.shown.length, 1);
    });

    for (const press of ['pressed', 'pressedButton'])
        test(`${press}: another notification is not ours`, async () => {
            await reminders()[press]('other', 1);
            await settled();
            assert.deepEqual(browser.opened, []);
            assert.equal(browser.alarms_.size, 0);
        });

    test('another alarm is not ours', async () => {
        await reminders().rang({ name: 'x' });
        assert.deepEqual(browser.shown, []);
    });
});
