/** Revocation: the pair leaves NPKI after the CA's yes, and not before. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PERSON, runningCa } from './lib/enrol.mjs';
import { holder as holderAt } from './lib/pairs.mjs';
import { endsAt, leftBehind, REASONS, revoke, stays } from './lib/revoking.mjs';
import { between } from './lib/server.mjs';

const ca = runningCa('--km');
const holder = how => holderAt(ca, how);
const { settled, untouched, refused, unreachable, cutOff, twoAtOnce } =
    endsAt(ca);

for (const reason of REASONS)
    test(`for the reason ${reason}`, async () => {
        const { home, old } = await holder();
        const got = await revoke(home, old, { reason });
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        assert.equal(got.result.state, 'done');
        assert.equal(got.result.revoked.certificate, old.id);
        assert.equal(got.result.revoked.serial, old.serial);
        assert.equal(got.result.revoked.km, false);
        assert.match(got.result.recordedAt, /^20\d\d-.*Z$/);
        await settled(home);
    });

test('both certificates of a pair', async () => {
    const { home, old } = await holder({ km: true });
    const got = await revoke(home, old);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal(got.result.revoked.km, true);
    await settled(home);
});

const before = {
    'the password is wrong': [{ password: 'Seal-stone-43!' }, 'password_wrong'],
    'the certificate is unknown':
        [{ certificate: '0'.repeat(64) }, 'certificate_not_found'],
    'no such reason': [{ reason: 'keycompromise' }, 'param_range'],
    'a hold is no reason': [{ reason: 'certificateHold' }, 'param_range'],
};
for (const [name, [change, reason]] of Object.entries(before))
    test(`${name}: ${reason}, nothing is sent`, async () => {
        const { home, old } = await holder();
        assert.equal((await revoke(home, old, change)).reason, reason);
        await untouched(home, old);
        assert.deepEqual((await home.pending()).pending, []);
    });

test('no CA is known for it: unknown_ca', async () => {
    const { home, old } = await holder();
    rmSync(join(home.path, '.config/ingam/ca.d/test.json'));
    assert.equal((await revoke(home, old)).reason, 'unknown_ca');
});

test('its CA is switched off: ca_disabled', async () => {
    const { home, old } = await holder();
    home.define({ ...await ca.define(), enabled: false });
    assert.equal((await revoke(home, old)).reason, 'ca_disabled');
    await untouched(home, old);
});

test('the CA is down: nothing was sent, nothing is left', async () => {
    const { home, old } = await holder({ through: 1 });
    await unreachable(home, old, await revoke(home, old));
});

test('twice: the second finds no certificate', async () => {
    const { home, old } = await holder();
    assert.equal((await revoke(home, old)).reason, 'ok');
    assert.equal((await revoke(home, old)).reason, 'certificate_not_found');
});

test('it was re-issued elsewhere: certificate_revoked, the pair stays',
    async () => {
        const { home, old } = await holder();
        const other = new Home(await ca.define());
        const again = await other.enrol(await ca.code('reissue'),
            { name: PERSON.name }, { method: 'enrol.reissue' });
        assert.equal(again.reason, 'ok');
        const got = await revoke(home, old);
        assert.equal(got.reason, 'certificate_revoked');
        await stays(home, old);
        assert.deepEqual((await home.pending()).pending, []);
    });

/* Answers that prove nothing: the pair stays and the entry asks again. What the
 * CA really did is found out by resuming. */
const modes = {
    'protection-none': 'ca_answer_untrusted',
    'mac-wrong': 'ca_answer_untrusted',
    'protection-signature': 'ca_answer_untrusted',
    'protection-subscriber': 'ca_answer_untrusted',
    'protection-stranger': 'ca_answer_untrusted',
    'error-unprotected': 'ca_answer_untrusted',
    'error-wrong-mac': 'ca_answer_untrusted',
    'pvno-1': 'ca_answer_invalid',
    'transaction-wrong': 'ca_answer_invalid',
    'recipnonce-wrong': 'ca_answer_invalid',
    'recipnonce-missing': 'ca_answer_invalid',
    'sendernonce-missing': 'ca_answer_invalid',
    'implicit-confirm': 'ca_answer_invalid',
    'body-kup': 'ca_answer_invalid',
    'body-pkiconf': 'ca_answer_invalid',
    'bytes-truncated': 'ca_answer_invalid',
    'bytes-trailing': 'ca_answer_invalid',
    'bytes-empty': 'ca_answer_invalid',
    'type-html': 'ca_answer_invalid',
    'status-unknown': 'ca_answer_invalid',
    'http-500-after': 'ca_answer_invalid',
};
for (const [mode, reason] of Object.entries(modes))
    test(`${mode}: ${reason}; the pair stays until it is asked again`,
        async () => {
            const { home, old } = await holder();
            const got = await ca.misbehaving(mode, () => revoke(home, old));
            assert.equal(got.reason, reason, JSON.stringify(got.data));
            await stays(home, old);
            const entry = await leftBehind(home, old, got);
            const again = await revoke(home, old);
            assert.equal(again.reason, 'enrolment_pending');
            assert.equal(again.data.pending, entry.id);
            const wrong = await home.resume(entry.id, { password: 'Other-1!' });
            assert.equal(wrong.reason, 'password_wrong');
            const done = await home.resume(entry.id);
            assert.equal(done.reason, 'ok', JSON.stringify(done.data));
            assert.equal(done.result.revoked.certificate, old.id);
            await settled(home);
        });

/* Refusals that are proved: nothing is left to be asked. */
for (const mode of ['fail-badRequest', 'fail-badCertId', 'fail-notAuthorized',
    'error-protected'])
    test(`${mode}: ca_rejected, nothing is left`, async () => {
        const { home, old } = await holder();
        const got = await ca.misbehaving(mode, () => revoke(home, old));
        await refused(home, old, got);
    });

test('killed before the CA\'s yes arrives, then asked again', async () => {
    const it = {};
    let lost = false;
    const proxy = await between(ca.http, (answer, n, response) => {
        if (lost)
            return answer;
        lost = true;
        it.home.hosts.at(-1).child.kill('SIGKILL');
        response.destroy();
        return undefined;
    });
    Object.assign(it, await holder({ through: proxy.port }));
    assert.equal((await revoke(it.home, it.old)).reason, 'gone');
    await cutOff(it.home, it.old);
});

test('two at once: one of them does it', async () => {
    const { home, old } = await holder();
    await twoAtOnce(home, old);
});
