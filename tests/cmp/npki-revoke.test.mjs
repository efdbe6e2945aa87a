/** Revocation in dialect npki: the host, its worker and the test CA over TCP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Home, runningCa } from './lib/enrol.mjs';
import { npkiHolder } from './lib/pairs.mjs';
import { endsAt, leftBehind, REASONS, revoke, stays } from './lib/revoking.mjs';
import { cutAt, frameProxy } from './lib/tcp.mjs';
import { FAMILIES } from './tables/families.mjs';

const ca = runningCa('--km');
const holder = how => npkiHolder(ca, how);
const { settled, untouched, refused, unreachable, cutOff, twoAtOnce } =
    endsAt(ca);

for (const [i, family] of FAMILIES.entries())
    for (const km of [false, true])
        test(`${family}: ${km ? 'both of a pair' : 'one'}`, async () => {
            const { home, old } = await holder({ family, km });
            const reason = REASONS[(i + 1) % REASONS.length];
            const got = await revoke(home, old, { reason });
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
            assert.equal(got.result.state, 'done');
            assert.equal(got.result.revoked.certificate, old.id);
            assert.equal(got.result.revoked.serial, old.serial);
            assert.equal(got.result.revoked.km, km);
            assert.match(got.result.recordedAt, /^20\d\d-.*Z$/);
            await settled(home);
        });

for (const family of ['yessign', 'tradesign'])
    for (const reason of REASONS)
        test(`${family}: for the reason ${reason}`, async () => {
            const { home, old } = await holder({ family });
            const got = await revoke(home, old, { reason });
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
            await settled(home);
        });

/* A switch that is not the CA's: refused, the pair stays, nothing is left. */
for (const [family, change] of [
    ['yessign', { revoke: 'crlEntryDetails' }],
    ['tradesign', { revoke: 'reasonFlags' }],
    ['yessign', { revokeGenm: true }],
    ['tradesign', { revokeGenm: false }],
    ['yessign', { pvno: 0 }],
    ['yessign', { transactionId: false }],
    ['signgate', { transactionId: true }]])
    test(`${family} with ${JSON.stringify(change)}: refused`, async () => {
        const { home, old } = await holder({ family, change });
        const got = await revoke(home, old, { reason: 'superseded' });
        await refused(home, old, got);
    });

/* --- said before anything leaves ---------------------------------------------- */

for (const [name, change, reason] of [
    ['a wrong password', { password: 'Seal-stone-43!' }, 'password_wrong'],
    ['no such reason', { reason: 'keycompromise' }, 'param_range'],
    ['a hold is no reason', { reason: 'certificateHold' }, 'param_range']])
    test(`${name}: ${reason}, nothing is sent`, async () => {
        const asked = [];
        const { port } = await frameProxy(ca.tcp, a => a, q => asked.push(q));
        const { home, old } = await holder({ port });
        assert.equal((await revoke(home, old, change)).reason, reason);
        assert.deepEqual(asked, []);
        await untouched(home, old);
        assert.deepEqual((await home.pending()).pending, []);
    });

test('the CA is down: nothing was sent, nothing is left', async () => {
    const { home, old } = await holder({ port: 1 });
    await unreachable(home, old, await revoke(home, old));
});

/* --- what the CA says ---------------------------------------------------------- */

/* Answers that prove nothing: the pair stays and the entry asks again. What the
 * CA really did is found out by resuming. */
const LASTING = {
    'npki-mac-wrong': 'ca_answer_untrusted',
    'npki-mac-none': 'ca_answer_untrusted',
    'npki-signature-subscriber': 'ca_answer_untrusted',
    'npki-signature-stranger': 'ca_answer_untrusted',
    'npki-error-unprotected': 'ca_answer_untrusted',
    'npki-error-text': 'ca_answer_untrusted',
    'npki-error-euc-kr': 'ca_answer_untrusted',
    'npki-pvno': 'ca_answer_invalid',
    'npki-transaction-wrong': 'ca_answer_invalid',
    'npki-transaction-missing': 'ca_answer_invalid',
    'npki-recipnonce-wrong': 'ca_answer_invalid',
    'npki-truncated': 'ca_answer_invalid',
    'npki-oversized': 'ca_answer_invalid',
    'npki-length-0': 'ca_answer_invalid',
    'npki-length-1': 'ca_answer_invalid',
    'npki-flag-wrong': 'ca_answer_invalid',
    'npki-negative': 'ca_answer_invalid',
    'npki-poll-negative': 'ca_answer_invalid',
    'npki-bytes-trailing': 'ca_answer_invalid',
    'npki-bytes-twice': 'ca_answer_invalid',
    'npki-bytes-indefinite': 'ca_answer_invalid',
    'npki-bytes-cut': 'ca_answer_invalid',
    'npki-bytes-html': 'ca_answer_invalid',
    'npki-body-pkiconf': 'ca_answer_invalid',
    'npki-body-genp': 'ca_answer_invalid',
    'npki-status-unknown': 'ca_answer_invalid',
    'npki-close': 'ca_timeout',
    'npki-status-waiting': 'ca_waiting',
    'npki-fail-systemUnavail': 'ca_busy',
};
for (const [mode, reason] of Object.entries(LASTING))
    test(`${mode}: ${reason}; the pair stays until it is asked again`,
        async () => {
            const { home, old } = await holder();
            const got = await ca.misbehaving(mode, () => revoke(home, old));
            assert.equal(got.reason, reason, JSON.stringify(got.data));
            await stays(home, old);
            const entry = await leftBehind(home, old, got);
            assert.equal((await revoke(home, old)).reason,
                'enrolment_pending');
            const done = await home.resume(entry.id);
            assert.equal(done.reason, 'ok', JSON.stringify(done.data));
            assert.equal(done.result.revoked.certificate, old.id);
            await settled(home);
        });

/* The same where a genm goes before. */
for (const [mode, reason] of [
    ['npki-hello-mac-wrong', 'ca_answer_untrusted'],
    ['npki-hello-error-text', 'ca_answer_untrusted'],
    ['npki-hello-transaction-wrong', 'ca_answer_invalid'],
    ['npki-hello-recipnonce-wrong', 'ca_answer_invalid'],
    ['npki-hello-truncated', 'ca_answer_invalid'],
    ['npki-hello-close', 'ca_timeout'],
    ['npki-signature-subscriber', 'ca_answer_untrusted']])
    test(`tradesign, ${mode}: ${reason}, then asked again`, async () => {
        const { home, old } = await holder({ family: 'tradesign' });
        const got = await ca.misbehaving(mode, () => revoke(home, old));
        assert.equal(got.reason, reason, JSON.stringify(got.data));
        assert.equal((await home.resume(got.data.pending)).reason, 'ok');
        await settled(home);
    });

/* Refusals that are proved: nothing is left to be asked. */
for (const mode of ['npki-fail-badRequest', 'npki-fail-badCertId',
    'npki-fail-notAuthorized', 'npki-fail-badTime', 'npki-error-message'])
    test(`${mode}: ca_rejected, nothing is left`, async () => {
        const { home, old } = await holder();
        const got = await ca.misbehaving(mode, () => revoke(home, old));
        await refused(home, old, got);
    });

test('a CA that says later is asked again', async () => {
    const { home, old } = await holder();
    const got = await ca.misbehaving('npki-poll-once', () => revoke(home, old));
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    await settled(home);
});

test('it is revoked already: certificate_revoked, the pair stays', async () => {
    const { home, old } = await holder();
    const other = new Home(await ca.speak('yessign'));
    const again = await other.enrol(await ca.code('reissue'), {},
        { method: 'enrol.reissue' });
    assert.equal(again.reason, 'ok', JSON.stringify(again.data));
    const got = await revoke(home, old);
    assert.equal(got.reason, 'certificate_revoked');
    await stays(home, old);
    assert.deepEqual((await home.pending()).pending, []);
});

/* --- cut off, and asked again --------------------------------------------------- */

for (const [family, at] of [['yessign', 0], ['tradesign', 0], ['tradesign', 1]])
    for (const how of ['killed', 'cut'])
        test(`${family}: ${how} at answer ${at}, then asked again`, async () => {
            const it = {};
            const { port } = await cutAt(ca.tcp, at, () => how === 'killed' &&
                it.home.hosts.at(-1).child.kill('SIGKILL'));
            Object.assign(it, await holder({ family, port }));
            const got = await revoke(it.home, it.old);
            assert.equal(got.reason, how === 'killed' ? 'gone' : 'ca_timeout');
            await cutOff(it.home, it.old);
        });

test('two at once: one of them does it', async () => {
    const { home, old } = await holder();
    await twoAtOnce(home, old);
});
