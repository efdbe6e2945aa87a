/** The printed record and the calendar file. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { calendarFile, recordRows, stillToDo }
    from '../../extension/ui/enrol/record.js';

const FACTS = { time: '2026.3.2 14:05:11', deed: '재발급', ca: '금융결제원',
    caText: ['발급되었습니다.'], name: '홍길동', usage: '은행·보험용',
    serial: '0a4c2f', expiry: '2027년 3월 14일', place: '이 컴퓨터(~/NPKI)',
    site: 'https://bank.example' };
const t = key => `<${key}>`;

test('the record holds time, deed, CA and its text, serial, expiry, place, ' +
    'site', () => {
    assert.deepEqual(recordRows(FACTS, t), [
        ['<record_time>', FACTS.time], ['<record_deed>', '재발급'],
        ['<record_ca>', '금융결제원'],
        ['<record_ca_text>', '“발급되었습니다.”'],
        ['<record_name>', '홍길동'], ['<record_usage>', '은행·보험용'],
        ['<record_serial>', '0a4c2f'], ['<record_expiry>', FACTS.expiry],
        ['<record_place>', FACTS.place], ['<record_site>', FACTS.site]]);
});

test('what is not known is left out; without a site it says so', () => {
    const rows = new Map(recordRows({ ...FACTS, caText: [], usage: '',
        site: null }, t));
    assert.equal(rows.has('<record_ca_text>'), false);
    assert.equal(rows.has('<record_usage>'), false);
    assert.equal(rows.get('<record_site>'), '<record_site_none>');
});

test('no code and no password can get into the record', () => {
    const more = { ...FACTS, authorizationCode: 'K7PX9Q2M4T',
        referenceNumber: '8341207', password: 'Sanchaek-4!' };
    assert.doesNotMatch(JSON.stringify(recordRows(more, t)),
        /K7PX|8341207|Sanchaek/);
});

const KO = JSON.parse(readFileSync(new URL(
    '../../extension/_locales/ko/messages.json', import.meta.url)));

for (const [kind, why, want] of [
    ['issue', '', 4], ['reissue', '', 4], ['renew', '', 4],
    ['revoke', 'superseded', 3], ['revoke', 'keyCompromise', 4]])
    test(`after ${kind} ${why} ${want} things are left to do, each with a text`,
        () => {
            const todo = stillToDo(kind, why);
            assert.equal(todo.length, want);
            for (const key of todo)
                assert.ok(KO[key], key);
        });

test('the record of a renewal tells what it replaced, of a revocation why',
    () => {
        const rows = new Map(recordRows({ ...FACTS, old: '0a1b (2026.12.1)',
            why: '더 쓰지 않아요', km: '0c' }, t));
        assert.equal(rows.get('<record_old>'), '0a1b (2026.12.1)');
        assert.equal(rows.get('<record_why>'), '더 쓰지 않아요');
        assert.equal(rows.get('<record_km>'), '0c');
    });

const EVENT = { id: 'ab'.repeat(32), date: '20270314',
    now: '20261124T090000Z', summary: '공동인증서 만료(은행·보험용)',
    text: '만료되기 전에 갱신해 주세요; 하루, 이틀.\n\\끝' };
const unfold = file => file.replaceAll('\r\n ', '').split('\r\n');

test('the calendar file is one all-day event with four alarms', () => {
    const lines = unfold(calendarFile(EVENT));
    assert.equal(lines[0], 'BEGIN:VCALENDAR');
    assert.equal(lines.at(-2), 'END:VCALENDAR');
    assert.equal(lines.at(-1), '');
    assert.ok(lines.includes('DTSTART;VALUE=DATE:20270314'));
    assert.ok(lines.includes('DTSTAMP:20261124T090000Z'));
    assert.deepEqual(lines.filter(l => l.startsWith('TRIGGER')),
        ['TRIGGER:-P30D', 'TRIGGER:-P14D', 'TRIGGER:-P7D', 'TRIGGER:-P1D']);
    assert.equal(lines.filter(l => l === 'BEGIN:VALARM').length, 4);
    assert.equal(lines.filter(l => l === 'END:VALARM').length, 4);
});

test('commas, semicolons, backslashes and line ends are escaped', () => {
    const line = unfold(calendarFile(EVENT))
        .find(l => l.startsWith('DESCRIPTION:만료되기'));
    assert.equal(line, 'DESCRIPTION:만료되기 전에 갱신해 주세요\\; 하루\\, ' +
        '이틀.\\n\\\\끝');
});

test('no line is longer than 75 octets, and none is cut in a letter', () => {
    const file = calendarFile({ ...EVENT, text: '가나다라'.repeat(60) });
    for (const line of file.split('\r\n')) {
        assert.ok(Buffer.byteLength(line) <= 75, line);
        assert.doesNotMatch(line, /\ufffd/);
    }
    assert.ok(unfold(file).includes(`DESCRIPTION:${'가나다라'.repeat(60)}`));
});

test('a text cannot add lines of its own', () => {
    const lines = unfold(calendarFile({ ...EVENT,
        summary: 'a\r\nATTACH:http://x' }));
    assert.equal(lines.some(l => l.startsWith('ATTACH')), false);
});

test('the file names nobody', () => {
    assert.doesNotMatch(calendarFile(EVENT), /홍길동/);
});
