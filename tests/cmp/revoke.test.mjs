/** Revocation: the pair leaves NPKI after the CA's yes, and not before. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';
import { newPair } from './lib/pairs.mjs';
import { between } from './lib/server.mjs';

const ca = runningCa('--km');

async function holder({ km = false, through } = {}) {
    const options = km ? ['--km'] : [];
    const home = new Home(through === undefined
        ? await ca.define('--vid', 'encrypted', ...options)
        : await ca.ca.call('definition', '--name', 'test', ...options,
            '--endpoint', `http://127.0.0.1:${through}/cmp`));
    return { home, old: await newPair(ca, home, { km }) };
}

const revoke = (home, old, more = {}, onStep) => home.run('enrol.revoke',
    { certificate: old.id, password: PASSWORD, reason: 'unspecified', ...more },
    onStep);

/** Revoked at the CA, gone from NPKI, kept outside, nothing pending. */
async function settled(home) {
    assert.deepEqual((await home.stored()).certificates, []);
    assert.ok((await ca.certificates()).every(c => c.state === 'revoked'));
    assert.deepEqual(await home.pending(), { pending: [], broken: [] });
    const kept = [...home.files(join(home.path, '.local/state/ingam/old'))
        .keys()].map(path => path.split('/').pop()).sort();
    assert.ok(kept.includes('signCert.der') && kept.includes('signPri.key'));
}

/** Nothing has happened. */
async function untouched(home, old) {
    assert.deepEqual((await home.stored()).certificates.map(c => c.id),
        [old.id]);
    assert.ok((await ca.certificates()).every(c => c.state === 'valid'));
}

for (const reason of ['unspecified', 'keyCompromise', 'affiliationChanged',
    'superseded', 'cessationOfOperation'])
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
    const got = await revoke(home, old);
    assert.equal(got.reason, 'ca_unreachable');
    assert.equal(got.data.sent, 'no');
    assert.deepEqual(await home.pending(), { pending: [], broken: [] });
    await untouched(home, old);
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
        assert.deepEqual((await home.stored()).certificates.map(c => c.id),
            [old.id]);
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
            await ca.ca.call('misbehave', mode);
            const got = await revoke(home, old);
            await ca.ca.call('misbehave', 'none');
            assert.equal(got.reason, reason, JSON.stringify(got.data));
            assert.deepEqual((await home.stored()).certificates
                .map(c => c.id), [old.id]);
            const [entry] = (await home.pending()).pending;
            assert.equal(entry.kind, 'revoke');
            assert.equal(entry.certificate, old.id);
            assert.equal(entry.referenceNumber, old.serial);
            assert.notEqual(entry.sent, 'no');
            assert.equal(entry.id, got.data.pending);
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
        await ca.ca.call('misbehave', mode);
        const got = await revoke(home, old);
        await ca.ca.call('misbehave', 'none');
        assert.equal(got.reason, 'ca_rejected', JSON.stringify(got.data));
        assert.equal(got.data.ca.authenticated, true);
        assert.deepEqual(await home.pending(), { pending: [], broken: [] });
        await untouched(home, old);
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
    assert.deepEqual((await it.home.stored()).certificates.map(c => c.id),
        [it.old.id], 'no yes, no move');
    const [entry] = (await it.home.pending()).pending;
    assert.equal(entry.state, 'sent');
    const done = await it.home.resume(entry.id);
    assert.equal(done.reason, 'ok', JSON.stringify(done.data));
    await settled(it.home);
});

test('two at once: one of them does it', async () => {
    const { home, old } = await holder();
    const both = await Promise.all([revoke(home, old), revoke(home, old)]);
    const reasons = both.map(got => got.reason).sort();
    assert.equal(reasons.filter(r => r === 'ok').length, 1, reasons.join());
    assert.ok(['enrolment_pending', 'certificate_not_found',
        'certificate_revoked', 'store_busy']
        .includes(reasons.find(r => r !== 'ok')), reasons.join());
    await settled(home);
});
