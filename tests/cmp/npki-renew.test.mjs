/** Renewal in dialect npki: the host, its worker and the test CA over TCP. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PASSWORD, runningCa } from './lib/enrol.mjs';
import { npkiHolder } from './lib/pairs.mjs';
import { askedAgain, begunAnew, bothRenewed, DAY, keptOutside, NEW, oneOf, renew, renewed, renewing, resumed, signs, stays } from './lib/renewing.mjs';
import { cutAt, frameProxy } from './lib/tcp.mjs';
import { FAMILIES } from './tables/families.mjs';

const ca = runningCa('--km');
const holder = how => npkiHolder(ca, how);

/** One new pair in the old one's place, at the CA and at home. */
async function settled(home, old, password = NEW) {
    const now = await renewed(ca, home, old);
    assert.equal(now.issuer.dn, old.issuer.dn);
    await signs(home, now, password);
    return now;
}

/** The old pair is as it was, at the CA too. */
async function untouched(home, old) {
    await stays(home, old);
    assert.ok((await ca.certificates()).some(c => c.serial === old.serial &&
        c.state === 'valid'));
}

/** Finish what is pending. */
async function finish(home, old) {
    const { pending: [entry] } = await home.pending();
    await resumed(home, old, entry);
    return settled(home, old);
}

/* --- every family -------------------------------------------------------------- */

for (const family of FAMILIES)
    test(`${family}: a new pair, a year longer`, async () => {
        const { home, old } = await holder({ family });
        const got = await renewing(home, old);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        assert.deepEqual(got.steps,
            ['keygen', 'request', 'wait', 'check', 'confirm', 'store']);
        const now = await settled(home, old);
        assert.deepEqual(now, got.result.certificate);
        assert.ok(Date.parse(now.notAfter) - Date.parse(old.notAfter) >
            360 * DAY);
        assert.equal(now.hasVid, true, 'a new R went along');
        assert.deepEqual(got.result.renewal.changes,
            ['key', 'serial', 'notAfter']);
        keptOutside(home, old);
    });

for (const family of ['yessign', 'signgate', 'tradesign'])
    test(`${family}: both certificates in one message`, async () => {
        const { home, old } = await holder({ family, km: true });
        const before = (await ca.certificates()).map(c => c.serial);
        const got = await renew(home, old);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        const now = await settled(home, old, PASSWORD);
        assert.equal(now.hasKm, true);
        await bothRenewed(ca, before, got);
    });

test('the second is refused alone: the first is kept', async () => {
    const { home, old } = await holder({ family: 'signgate', km: true });
    const got = await ca.misbehaving('npki-second-rejected',
        () => renewing(home, old));
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal((await settled(home, old)).hasKm, false);
});

/* A switch that is not the CA's: refused, and the old pair stays. */
for (const [family, change] of [
    ['yessign', { renewProof: 'certReq' }],
    ['inipass', { renewProof: 'poposkInput' }],
    ['yessign', { serial: 'hex' }],
    ['crosscert', { serial: 'decimal' }],
    ['yessign', { pvno: 0 }],
    ['signgate', { transactionId: true }],
    ['signgate', { genm: 'empty' }]])
    test(`${family} with ${JSON.stringify(change)}: refused`, async () => {
        const { home, old } = await holder({ family, change });
        const got = await renewing(home, old);
        assert.equal(got.reason, 'ca_rejected', JSON.stringify(got.data));
        assert.equal(got.data.ca.authenticated, true);
        await untouched(home, old);
        assert.deepEqual((await home.pending()).pending, []);
    });

/* --- what the CA says ---------------------------------------------------------- */

/* Nothing is proved, or nothing came: the entry stays, and is asked for again
 * and again with the same key until there is a good answer. */
const LASTING = {
    'npki-mac-wrong': 'ca_answer_untrusted',
    'npki-mac-none': 'ca_answer_untrusted',
    'npki-signature-subscriber': 'ca_answer_untrusted',
    'npki-signature-stranger': 'ca_answer_untrusted',
    'npki-error-unprotected': 'ca_answer_untrusted',
    'npki-error-text': 'ca_answer_untrusted',
    'npki-error-euc-kr': 'ca_answer_untrusted',
    'npki-hello-mac-wrong': 'ca_answer_untrusted',
    'npki-hello-error-text': 'ca_answer_untrusted',
    'npki-pvno': 'ca_answer_invalid',
    'npki-transaction-wrong': 'ca_answer_invalid',
    'npki-transaction-missing': 'ca_answer_invalid',
    'npki-recipnonce-wrong': 'ca_answer_invalid',
    'npki-hello-transaction-wrong': 'ca_answer_invalid',
    'npki-hello-recipnonce-wrong': 'ca_answer_invalid',
    'npki-truncated': 'ca_answer_invalid',
    'npki-oversized': 'ca_answer_invalid',
    'npki-length-0': 'ca_answer_invalid',
    'npki-flag-wrong': 'ca_answer_invalid',
    'npki-negative': 'ca_answer_invalid',
    'npki-bytes-trailing': 'ca_answer_invalid',
    'npki-bytes-indefinite': 'ca_answer_invalid',
    'npki-bytes-cut': 'ca_answer_invalid',
    'npki-body-pkiconf': 'ca_answer_invalid',
    'npki-body-genp': 'ca_answer_invalid',
    'npki-request-id': 'ca_answer_invalid',
    'npki-no-certificate': 'ca_answer_invalid',
    'npki-status-unknown': 'ca_answer_invalid',
    'npki-close': 'ca_timeout',
    'npki-hello-close': 'ca_timeout',
    'npki-status-waiting': 'ca_waiting',
    'npki-hello-stranger': 'chain_untrusted',
    'npki-hello-subscriber': 'chain_untrusted',
    'npki-hello-empty': 'chain_untrusted',
    'npki-fail-systemUnavail': 'ca_busy',
    'npki-fail-systemFailure': 'ca_busy',
};
const lasting = askedAgain(ca, LASTING, holder, untouched);

test('after all of them, the same key gets its certificate', async () => {
    await finish(lasting.it.home, lasting.it.old);
});

/* Proved refusals, and certificates that are not what was asked for: it is
 * over, and may be begun anew. */
const FINAL = {
    'npki-fail-badPOP': 'ca_rejected',
    'npki-fail-badMessageCheck': 'ca_rejected',
    'npki-fail-transactionIdInUse': 'ca_rejected',
    'npki-fail-badTime': 'renewal_too_early',
    'npki-fail-certRevoked': 'certificate_revoked',
    'npki-fail-duplicateCertReq': 'already_renewed',
    'npki-error-message': 'ca_rejected',
    'npki-hello-error-message': 'ca_rejected',
    'npki-cert-other-key': 'certificate_unexpected',
    'npki-cert-other-subject': 'certificate_unexpected',
    'npki-cert-other-issuer': 'certificate_unexpected',
    'npki-cert-rogue-issuer': 'certificate_unexpected',
    'npki-cert-self-signed': 'certificate_unexpected',
    'npki-cert-bad-signature': 'certificate_unexpected',
    'npki-cert-expired': 'certificate_unexpected',
    'npki-cert-not-yet': 'certificate_unexpected',
    'npki-cert-other-use': 'certificate_unexpected',
    'npki-cert-is-ca': 'certificate_unexpected',
    'npki-cert-no-vid': 'certificate_unexpected',
    'npki-cert-other-name': 'certificate_unexpected',
    'npki-cert-no-policy': 'certificate_unexpected',
};
const final = begunAnew(ca, FINAL, holder, untouched);

test('after all of them, it can be renewed', async () => {
    const { home, old } = final.it;
    const got = await renewing(home, old);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    await settled(home, old);
});

/* Odd, and good even so. */
for (const mode of ['npki-hello-mac-none', 'npki-hello-bytewise',
    'npki-bytewise', 'npki-flag-final', 'npki-poll-once',
    'npki-recipnonce-missing', 'npki-end-pkiconf', 'npki-end-negative'])
    test(`${mode}: ok`, async () => {
        const { home, old } = await holder();
        const got = await ca.misbehaving(mode, () => renewing(home, old));
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        await settled(home, old);
    });

for (const mode of ['npki-end-error', 'npki-end-error-text',
    'npki-end-truncated'])
    test(`${mode}: kept as unconfirmed, then resumed`, async () => {
        const { home, old } = await holder();
        const got = await ca.misbehaving(mode, () => renewing(home, old));
        assert.equal(got.reason, 'certificate_unconfirmed');
        assert.deepEqual((await home.stored()).certificates.map(c => c.id),
            [old.id]);
        await finish(home, old);
    });

test('the CA finds it too early: renewal_too_early', async () => {
    const { home, old } = await holder();
    await ca.ca.call('renewal', '--from-days', 10);
    const got = await renewing(home, old);
    await ca.ca.call('renewal', '--from-days', 60);
    assert.equal(got.reason, 'renewal_too_early');
    assert.deepEqual(got.data.ca.failInfo, ['badTime']);
    await untouched(home, old);
});

test('on another computer: already_renewed, then certificate_revoked',
    async () => {
        const { home, old } = await holder();
        const other = new Home(await ca.speak('yessign'));
        mkdirSync(join(other.path, 'NPKI'), { mode: 0o700 });
        cpSync(join(home.path, 'NPKI'), join(other.path, 'NPKI'),
            { recursive: true });
        assert.equal((await renewing(home, old)).reason, 'ok');
        const got = await renewing(other, old);
        assert.equal(got.reason, 'already_renewed', JSON.stringify(got.data));
        assert.equal(got.data.ca.status, 6);
        assert.deepEqual((await other.stored()).certificates.map(c => c.id),
            [old.id]);
        const now = await settled(home, old);
        await home.run('enrol.revoke', { certificate: now.id, password: NEW,
            reason: 'unspecified' });
        assert.deepEqual((await ca.certificates()).map(c => c.state),
            ['revoked', 'revoked']);
    });

/* --- said before anything leaves ---------------------------------------------- */

for (const [name, change, reason] of [
    ['a wrong password', { password: 'Seal-stone-43!' }, 'password_wrong'],
    ['a weak new password', { newPassword: 'short' }, 'password_too_weak'],
    ['a place that is none', { root: '/tmp' }, 'param_range']])
    test(`${name}: ${reason}, nothing is sent`, async () => {
        const asked = [];
        const { port } = await frameProxy(ca.tcp, a => a, q => asked.push(q));
        const { home, old } = await holder({ port });
        const got = await renew(home, old, change);
        assert.equal(got.reason, reason);
        assert.equal(got.data.sent, 'no');
        assert.deepEqual(asked, []);
        await untouched(home, old);
    });

test('the CA is down: nothing was sent, then resumed', async () => {
    const { home, old } = await holder({ port: 1 });
    const got = await renewing(home, old);
    assert.equal(got.reason, 'ca_unreachable');
    assert.equal(got.data.sent, 'no');
    home.define(await ca.speak('yessign'));
    await finish(home, old);
});

/* --- cut off, and resumed ------------------------------------------------------ */

const DIALOGUE = ['genp', 'kup', 'the end after pkiconf'];
for (const [at, name] of DIALOGUE.entries())
    for (const how of ['killed', 'cut'])
        test(`${how} at ${name}, then resumed`, async () => {
            const it = {};
            const { port } = await cutAt(ca.tcp, at, () => how === 'killed' &&
                it.home.hosts.at(-1).child.kill('SIGKILL'));
            Object.assign(it, await holder({ port }));
            const got = await renewing(it.home, it.old);
            /* that nothing follows pkiconf is no objection */
            if (how === 'cut' && at === 2) {
                assert.equal(got.reason, 'ok');
                await settled(it.home, it.old);
                return;
            }
            assert.equal(got.reason, how === 'killed' ? 'gone' : 'ca_timeout');
            assert.deepEqual((await it.home.stored()).certificates
                .map(c => c.id), [it.old.id]);
            const [entry] = (await it.home.pending()).pending;
            assert.equal(entry.state, at < 2 ? 'sent' : 'received');
            assert.match(entry.transaction, /^[0-9a-f]{32}$/);
            await finish(it.home, it.old);
        });

test('a pair, killed after pkiconf left, then resumed', async () => {
    const it = {};
    const { port } = await frameProxy(ca.tcp, (answer, n) => {
        if (n === 2)
            it.home.hosts.at(-1).child.kill('SIGKILL');
        return answer ?? undefined;
    });
    Object.assign(it, await holder({ family: 'signgate', km: true, port }));
    assert.equal((await renewing(it.home, it.old)).reason, 'gone');
    const [entry] = (await it.home.pending()).pending;
    assert.equal('transaction' in entry, false, 'this family sends none');
    assert.equal((await finish(it.home, it.old)).hasKm, true);
    assert.deepEqual((await ca.certificates()).map(c => c.state).sort(),
        ['revoked', 'revoked', 'valid', 'valid']);
});

test('cancelled while the CA is slow, then resumed', async () => {
    const { home, old } = await holder();
    const got = await ca.misbehaving('npki-nothing', () => renewing(home, old,
        (step, host) => step === 'wait' && host.send(
            { jsonrpc: '2.0', method: 'cancel', params: { id: 1 } })));
    assert.equal(got.reason, 'cancelled');
    await finish(home, old);
});

test('two at once: one certificate, one pair', async () => {
    const { home, old } = await holder();
    oneOf(await Promise.all([renewing(home, old), renewing(home, old)]));
    await settled(home, old);
});

/* --- what can be seen from outside --------------------------------------------- */

test('no password is in what was sent, or in the journal', async () => {
    const it = {}, asked = [];
    const { port } = await frameProxy(ca.tcp, (answer, n, near) => {
        if (n < 1)
            return answer;
        near.destroy(); // the certificate is lost, the entry stays
        return undefined;
    }, request => asked.push(request));
    Object.assign(it, await holder({ port }));
    assert.equal((await renewing(it.home, it.old)).reason, 'ca_timeout');
    assert.equal(asked.length, 2);
    for (const word of [PASSWORD, NEW]) {
        for (const [path, bytes] of it.home.files())
            assert.ok(!bytes.includes(word), path);
        for (const bytes of asked)
            assert.ok(!bytes.includes(word));
    }
});
