/**
 * A clock that is wrong, or jumps by years while something is under way: what
 * cannot be done is said, what was ordered waits for the right date.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { ALL, office, scene } from './lib/scenes.mjs';
import { stopped, Weather } from './lib/weather.mjs';

const at = office();
const YEAR = 365 * 86400;

/** A scene whose hosts all see this weather. */
async function under(row) {
    const s = await scene(at, row);
    s.weather = new Weather();
    s.home.env = s.weather.env;
    return s;
}

/* Ahead, what is replaced has expired; behind, it is not valid yet, and
 * neither is a pinned CA. */
const AHEAD = { reissue: 'certificate_expired', renew: 'certificate_expired',
    revoke: 'certificate_expired' };
const BEHIND = { renew: 'certificate_not_yet_valid' };

for (const row of ALL)
    for (const [years, reasons] of [[5, AHEAD], [-5, BEHIND]])
        test(`${row.name}: the clock is ${years} years off`, async () => {
            const s = await under(row);
            s.weather.clock(years * YEAR);
            const got = await s.go();
            const reason = reasons[row.kind] ?? 'clock_wrong';
            assert.equal(got.reason, reason);
            if (reason === 'clock_wrong')
                assert.equal(got.data.date.slice(0, 4),
                    `${new Date().getFullYear() + years}`);
            else
                assert.equal(got.data.sent, 'no');
            s.weather.clock(0);
            await s.finish();
        });

/* Stopped there, the clock is set, it goes on. From the CA's yes on no date
 * is asked for any more. */
const jumps = [
    ['rfc9483', 'issue', '>sent', 5, 'clock_wrong'],
    ['rfc9483', 'issue', '>sent', -5, 'clock_wrong'],
    ['rfc9483', 'issue', '>sign.certificate', 5, 'certificate_unconfirmed'],
    ['rfc9483', 'issue', '>swapping', -5, 'ok'],
    ['rfc9483', 'reissue', '>sent', 5, 'clock_wrong'],
    ['rfc9483', 'reissue', '>sign.confirmed', 5, 'ok'],
    ['rfc9483', 'renew', '>sent', 5, 'clock_wrong'],
    ['rfc9483', 'renew', '>sent', -5, 'clock_wrong'],
    ['rfc9483', 'renew', '>sign.certificate', -5, 'certificate_unconfirmed'],
    ['rfc9483', 'renew', '>swapping', 5, 'ok'],
    ['rfc9483', 'revoke', '>sent', -5, 'clock_wrong'],
    ['rfc9483', 'revoke', '>swapping', 5, 'ok'],
    ['npki', 'issue', '>sent', 5, 'clock_wrong'],
    ['npki', 'issue', '>sent', -5, 'clock_wrong'],
    ['npki', 'reissue', '>sent', 5, 'clock_wrong'],
    ['npki', 'reissue', '>sign.certificate', -5, 'ok'],
    ['npki', 'reissue', '>swapping', 5, 'ok'],
    ['npki', 'renew', '>sent', 5, 'clock_wrong'],
    ['npki', 'renew', '>sent', -5, 'clock_wrong'],
    ['npki', 'revoke', '>swapping', -5, 'ok'],
];
for (const [dialect, kind, stop, years, reason] of jumps)
    test(`${kind} (${dialect}): at ${stop} the clock jumps by ${years} years`,
        async () => {
            const s = await under({ dialect, kind });
            s.weather.stop(stop);
            const end = s.go();
            const { child } = s.home.hosts.at(-1);
            after(() => child.kill('SIGKILL'));
            await stopped(child);
            s.weather.clock(years * YEAR);
            child.kill('SIGCONT');
            const got = await end;
            assert.equal(got.reason, reason);
            if (reason !== 'ok')
                assert.equal(got.data.pending, (await s.pending()).id);
            s.weather.clock(0);
            await s.finish();
        });

test('a clock that is set back while nothing runs: what is pending is resumed',
    async () => {
        const s = await under({ dialect: 'rfc9483', kind: 'reissue' });
        s.weather.stop('>sign.certificate');
        const end = s.go();
        const { child } = s.home.hosts.at(-1);
        await stopped(child);
        child.kill('SIGKILL');
        await end;
        s.weather.clock(-5 * YEAR);
        const { id, started } = await s.pending();
        assert.match(started, /^20/);
        assert.equal((await s.home.resume(id)).reason, 'clock_wrong');
        assert.equal((await s.pending()).id, id);
        s.weather.clock(0);
        await s.finish();
    });
