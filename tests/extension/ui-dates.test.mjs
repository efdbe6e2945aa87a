/** Korean dates, whatever the computer's own zone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, compactDate, dateTime, daysUntil, longDate, shortDate }
    from '../../extension/ui/common/dates.js';

for (const [iso, short, ko, en] of [
    ['2027-03-14T14:59:59Z', '2027.3.14', '2027년 3월 14일', '14 March 2027'],
    ['2027-03-14T15:00:00Z', '2027.3.15', '2027년 3월 15일', '15 March 2027'],
    ['2026-12-31T15:00:00Z', '2027.1.1', '2027년 1월 1일', '1 January 2027'],
    ['2028-02-28T15:00:00Z', '2028.2.29', '2028년 2월 29일',
        '29 February 2028'],
])
    test(`${iso} is ${short} in Korea`, () => {
        assert.equal(shortDate(iso), short);
        assert.equal(longDate(iso, 'ko'), ko);
        assert.equal(longDate(iso, 'en'), en);
    });

test('a time of day is Korean too', () => {
    assert.equal(clock('2026-03-02T05:05:11Z'), '14:05:11');
    assert.equal(dateTime('2026-03-01T15:00:09Z'), '2026.3.2 00:00:09');
    assert.equal(compactDate('2027-03-04T15:00:00Z'), '20270305');
});

const NOON = Date.parse('2026-11-24T03:00:00Z'); // noon in Korea
for (const [iso, want] of [
    ['2026-11-24T14:59:59Z', 0], ['2026-11-24T15:00:00Z', 1],
    ['2026-11-25T14:59:59Z', 1], ['2026-11-23T15:00:00Z', 0],
    ['2026-11-23T14:59:59Z', -1], ['2027-01-23T14:59:59Z', 60],
])
    test(`from Korean noon on 24 November to ${iso}: ${want} days`, () => {
        assert.equal(daysUntil(iso, NOON), want);
    });

test('a minute before Korean midnight tomorrow is one day away', () => {
    assert.equal(daysUntil('2026-11-24T15:00:00Z',
        Date.parse('2026-11-24T14:59:00Z')), 1);
});
