/** Renewal: the old key signs, a new pair takes the old one's place. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { until } from '../host/lib/host.mjs';
import { Home, PASSWORD, runningCa } from './lib/enrol.mjs';
import { holder as holderAt } from './lib/pairs.mjs';
import { askedAgain, begunAnew, bothRenewed, DAY, keptOutside, NEW, oneOf, renew, renewed, renewing, resumed, signs, stays } from './lib/renewing.mjs';
import { between } from './lib/server.mjs';

const ca = runningCa('--km');
const holder = how => holderAt(ca, how);
const settled = (home, old) => renewed(ca, home, old);

test('a new pair takes the old one\'s place, a year longer', async () => {
    const { home, old } = await holder();
    const got = await renew(home, old);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.deepEqual(got.steps,
        ['keygen', 'request', 'wait', 'check', 'confirm', 'store']);
    const now = await settled(home, old);
    assert.deepEqual(now, got.result.certificate);
    assert.ok(Date.parse(now.notAfter) - Date.parse(old.notAfter) > 360 * DAY);
    const { renewal } = got.result;
    assert.equal(renewal.certificate, old.id);
    assert.equal(renewal.serial, old.serial);
    assert.equal(renewal.notAfter, old.notAfter);
    assert.ok(renewal.daysLeft >= 19 && renewal.daysLeft <= 20);
    assert.deepEqual(renewal.changes, ['key', 'serial', 'notAfter']);
    assert.equal(now.hasVid, true, 'a new R went along');
    await signs(home, now);
    keptOutside(home, old);
});

test('with a new password the old one opens nothing', async () => {
    const { home, old } = await holder();
    const got = await renewing(home, old);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    const now = await settled(home, old);
    await signs(home, now, NEW);
    const wrong = await home.run('sign.data', { certificate: now.id,
        password: PASSWORD, content: 'aGk=' });
    assert.equal(wrong.reason, 'password_wrong');
});

test('both certificates of a pair are renewed', async () => {
    const { home, old } = await holder({ km: true });
    const before = (await ca.certificates()).map(c => c.serial);
    const got = await renew(home, old);
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    const now = await settled(home, old);
    assert.equal(now.hasKm, true);
    await bothRenewed(ca, before, got);
});

for (const subject of ['reference', 'empty', 'old'])
    test(`the request's subject: ${subject}`, async () => {
        const { home, old } = await holder({ more: ['--subject', subject] });
        const got = await renew(home, old);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        await settled(home, old);
    });

/* --- said before anything leaves --------------------------------------------- */

const untouched = async (home, old) => {
    assert.deepEqual((await home.stored()).certificates.map(c => c.id),
        [old.id]);
    assert.deepEqual(await home.pending(), { pending: [], broken: [] });
    assert.deepEqual((await ca.certificates()).filter(c => c.kind === 'sign')
        .map(c => c.state), ['valid']);
};

const before = {
    'the password is wrong':
        [{}, () => ({ password: 'Seal-stone-43!' }), 'password_wrong'],
    'the new password is weak':
        [{}, () => ({ newPassword: 'short' }), 'password_too_weak'],
    'it is too early': [{ days: 200 }, () => ({}), 'renewal_too_early'],
    'a day too early': [{ days: 62 }, () => ({}), 'renewal_too_early'],
    'the certificate is unknown': [{},
        () => ({ certificate: '0'.repeat(64) }), 'certificate_not_found'],
    'the place is none': [{}, () => ({ root: '/tmp' }), 'param_range'],
};
for (const [name, [how, change, reason]] of Object.entries(before))
    test(`${name}: ${reason}, nothing is sent`, async () => {
        const { home, old } = await holder(how);
        const got = await renew(home, old, change());
        assert.equal(got.reason, reason);
        if (reason !== 'certificate_not_found')
            assert.equal(got.data.sent, 'no');
        if (reason === 'renewal_too_early')
            assert.equal(Date.parse(got.data.date),
                Date.parse(old.notAfter) - 60 * DAY);
        await untouched(home, old);
    });

test('a wrong password may be typed again on the same port', async () => {
    const { home, old } = await holder();
    const host = home.start();
    await host.hello();
    const order = { certificate: old.id, password: 'Seal-stone-43!' };
    const first = await host.ask(1, 'enrol.renew', order);
    assert.equal(first.error.data.reason, 'password_wrong');
    const second = await host.ask(2, 'enrol.renew',
        { ...order, password: PASSWORD });
    assert.equal(second.result?.state, 'done', JSON.stringify(second.error));
    await host.end();
    await settled(home, old);
});

test('no CA is known for it: unknown_ca', async () => {
    const { home, old } = await holder();
    rmSync(join(home.path, '.config/ingam/ca.d/test.json'));
    const got = await renew(home, old);
    assert.equal(got.reason, 'unknown_ca');
    assert.equal(got.data.ca, 'IngamTest');
});

test('its CA is switched off: ca_disabled', async () => {
    const { home, old } = await holder();
    home.define({ ...await ca.define(), enabled: false });
    assert.equal((await renew(home, old)).reason, 'ca_disabled');
    await untouched(home, old);
});

test('the key file is gone: key_file_missing', async () => {
    const { home, old } = await holder();
    rmSync(join(old.location.path, 'signPri.key'));
    assert.equal((await renew(home, old)).reason, 'key_file_missing');
});

test('the store may not be written: nothing is sent',
    { skip: process.getuid() === 0 && 'root may write everything' },
    async () => {
        const { home, old } = await holder();
        chmodSync(join(home.path, 'NPKI'), 0o500);
        const got = await renew(home, old);
        chmodSync(join(home.path, 'NPKI'), 0o700);
        assert.equal(got.reason, 'store_permission');
        await untouched(home, old);
    });

/* --- what the CA says --------------------------------------------------------- */

test('the CA finds it too early: renewal_too_early', async () => {
    const { home, old } = await holder({ days: 50 });
    await ca.ca.call('renewal', '--from-days', 30);
    const got = await renew(home, old);
    await ca.ca.call('renewal', '--from-days', 60);
    assert.equal(got.reason, 'renewal_too_early');
    assert.equal(got.data.ca.authenticated, true);
    assert.deepEqual(got.data.ca.failInfo, ['badTime']);
    await untouched(home, old);
});

/** The same person's pair on two computers. */
async function two() {
    const one = await holder();
    const other = new Home(await ca.define('--vid', 'encrypted'));
    for (const [path, bytes] of one.home.files(join(one.home.path, 'NPKI'))) {
        const to = join(other.path, path.slice(one.home.path.length));
        mkdirSync(join(to, '..'), { recursive: true, mode: 0o700 });
        writeFileSync(to, bytes, { mode: 0o600 });
    }
    return { ...one, other };
}

test('it was renewed on another computer: already_renewed', async () => {
    const { home, old, other } = await two();
    assert.equal((await renew(home, old)).reason, 'ok');
    const got = await renew(other, old);
    assert.equal(got.reason, 'already_renewed', JSON.stringify(got.data));
    assert.equal(got.data.ca.status, 6);
    assert.deepEqual((await other.pending()).pending, []);
    assert.deepEqual((await other.stored()).certificates.map(c => c.id),
        [old.id], 'the old pair stays');
    await settled(home, old);
});

test('it was revoked meanwhile: certificate_revoked', async () => {
    const { home, old, other } = await two();
    const gone = await other.run('enrol.revoke', { certificate: old.id,
        password: PASSWORD, reason: 'unspecified' });
    assert.equal(gone.reason, 'ok', JSON.stringify(gone.data));
    const got = await renew(home, old);
    assert.equal(got.reason, 'certificate_revoked', JSON.stringify(got.data));
    assert.deepEqual((await home.pending()).pending, []);
});

/* Answers that prove nothing: nothing takes the old pair's place, and the same
 * key asks again, until there is a good one. */
const LASTING = {
    'protection-none': 'ca_answer_untrusted',
    'mac-wrong': 'ca_answer_untrusted',
    'protection-signature': 'ca_answer_untrusted',
    'protection-subscriber': 'ca_answer_untrusted',
    'protection-stranger': 'ca_answer_untrusted',
    'error-unprotected': 'ca_answer_untrusted',
    'error-wrong-mac': 'ca_answer_untrusted',
    'pvno-3': 'ca_answer_invalid',
    'transaction-wrong': 'ca_answer_invalid',
    'transaction-missing': 'ca_answer_invalid',
    'recipnonce-wrong': 'ca_answer_invalid',
    'recipnonce-missing': 'ca_answer_invalid',
    'sendernonce-missing': 'ca_answer_invalid',
    'implicit-confirm': 'ca_answer_invalid',
    'body-cp': 'ca_answer_invalid',
    'body-rp': 'ca_answer_invalid',
    'body-pkiconf': 'ca_answer_invalid',
    'request-id': 'ca_answer_invalid',
    'responses-2': 'ca_answer_invalid',
    'certificate-none': 'ca_answer_invalid',
    'certificate-encrypted': 'ca_answer_invalid',
    'status-unknown': 'ca_answer_invalid',
    'bytes-truncated': 'ca_answer_invalid',
    'bytes-trailing': 'ca_answer_invalid',
    'bytes-indefinite': 'ca_answer_invalid',
    'bytes-deep': 'ca_answer_invalid',
    'http-500-after': 'ca_answer_invalid',
    'fail-systemUnavail': 'ca_busy',
};
const asked = askedAgain(ca, LASTING, holder, async (home, old) => {
    assert.equal((await home.pending()).pending[0].id, asked.id);
    await stays(home, old);
});

test('after all of them, the same key gets its certificate', async () => {
    const { home, old } = asked.it;
    const done = await home.resume(asked.id, { password: NEW });
    assert.equal(done.reason, 'ok', JSON.stringify(done.data));
    await signs(home, await settled(home, old), NEW);
});

/* Proved refusals, and certificates that are not what was asked for: nothing
 * takes the old pair's place, and it can be renewed anew. */
const FINAL = {
    'error-protected': 'ca_rejected',
    'fail-badPOP': 'ca_rejected',
    'fail-badTime': 'renewal_too_early',
    'fail-certRevoked': 'certificate_revoked',
    'fail-duplicateCertReq': 'already_renewed',
    'cert-other-key': 'certificate_unexpected',
    'cert-other-subject': 'certificate_unexpected',
    'cert-other-issuer': 'certificate_unexpected',
    'cert-rogue-issuer': 'certificate_unexpected',
    'cert-bad-signature': 'certificate_unexpected',
    'cert-expired': 'certificate_unexpected',
    'cert-other-use': 'certificate_unexpected',
    'cert-is-ca': 'certificate_unexpected',
    'cert-no-vid': 'certificate_unexpected',
    'cert-other-name': 'certificate_unexpected',
};
const refused = begunAnew(ca, FINAL, holder, stays);

test('after all of them, it can be renewed', async () => {
    const { home, old } = refused.it;
    const done = await renewing(home, old);
    assert.equal(done.reason, 'ok', JSON.stringify(done.data));
    await signs(home, await settled(home, old), NEW);
});

/* --- cut off, and resumed ------------------------------------------------------ */

/** Finish what is pending, or say that nothing has to be. */
async function finish(home, old, password = NEW) {
    const { pending: [entry] } = await home.pending();
    if (entry === undefined) {
        const [now] = (await home.stored()).certificates;
        if (now.id === old.id) // before step (1) was durable
            assert.equal((await renew(home, old,
                { newPassword: password })).reason, 'ok');
    } else {
        await resumed(home, old, entry, password);
    }
    await signs(home, await settled(home, old), password);
}

/** A CA behind a server that kills the host in place of answer n. */
async function killedAt(n, km = false) {
    const it = {};
    let left = n;
    const proxy = await between(ca.http, (answer, i, response) => {
        if (left-- !== 0)
            return answer;
        it.home.hosts.at(-1).child.kill('SIGKILL');
        response.destroy();
        return undefined;
    });
    Object.assign(it, await holder({ km, through: proxy.port }));
    const got = await renewing(it.home, it.old);
    assert.equal(got.reason, 'gone');
    assert.deepEqual((await it.home.stored()).certificates.map(c => c.id),
        [it.old.id], 'the old pair is still there');
    return it;
}

for (const [name, n] of [['before the certificate arrives', 0],
    ['before the confirmation is acknowledged', 1]])
    test(`killed ${name}, then resumed`, async () => {
        const { home, old } = await killedAt(n);
        const [entry] = (await home.pending()).pending;
        assert.equal(entry.state, n === 0 ? 'sent' : 'received');
        const wrong = await home.resume(entry.id);
        assert.equal(wrong.reason, 'password_wrong', 'it has the new one');
        await finish(home, old);
    });

for (const n of [0, 1, 2, 3])
    test(`killed at answer ${n} of a pair, then resumed`, async () => {
        const { home, old } = await killedAt(n, true);
        await finish(home, old);
        assert.deepEqual((await ca.certificates()).map(c => c.state).sort(),
            ['revoked', 'revoked', 'valid', 'valid']);
    });

for (const mode of ['confirm-close', 'confirm-mac-wrong', 'confirm-unprotected',
    'confirm-error', 'confirm-http-500', 'confirm-recipnonce-wrong'])
    test(`${mode}: kept as unconfirmed, then resumed`, async () => {
        const { home, old } = await holder();
        const got = await ca.misbehaving(mode, () => renewing(home, old));
        assert.equal(got.reason, 'certificate_unconfirmed');
        await finish(home, old);
    });

for (const mode of ['send-hang', 'wait-forever'])
    test(`cancelled while the CA is slow (${mode})`, async () => {
        const { home, old } = await holder();
        const got = await ca.misbehaving(mode, async () => {
            const ended = renewing(home, old);
            await until(async () => (await ca.certificates()).length > 1);
            await home.hosts.at(-1).send(
                { jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });
            return ended;
        });
        assert.equal(got.reason, 'cancelled');
        await finish(home, old);
    });

test('a CA that takes its time is asked again', async () => {
    const { home, old } = await holder();
    const got = await ca.misbehaving('wait-1', () => renew(home, old));
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    await settled(home, old);
});

test('the CA is down: nothing was sent, then resumed', async () => {
    const { home, old } = await holder({ through: 1 });
    const got = await renewing(home, old);
    assert.equal(got.reason, 'ca_unreachable');
    assert.equal(got.data.sent, 'no');
    home.define(await ca.define('--vid', 'encrypted'));
    await finish(home, old);
});

test('copies under other passwords are no obstacle to resuming', async () => {
    const { home, old } = await holder({ km: true, through: 1 });
    assert.equal((await renewing(home, old)).reason, 'ca_unreachable');
    home.define(await ca.define('--km'));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = privateKey.export({ type: 'pkcs8', format: 'der',
        cipher: 'aes-256-cbc', passphrase: 'Seal-stone-43!' });
    for (const name of ['cn=0', 'cn=1', '홍', '힣']) { // in any order of a folder
        const copy = join(home.path, 'NPKI/IngamTest/USER', name);
        cpSync(old.location.path, copy, { recursive: true });
        writeFileSync(join(copy, 'signPri.key'), other);
    }
    const [entry] = (await home.pending()).pending;
    await resumed(home, old, entry);
});

test('two at once: one certificate, one pair', async () => {
    const { home, old } = await holder();
    oneOf(await Promise.all([renew(home, old), renew(home, old)]));
    await settled(home, old);
});

test('no password is in the journal, the old one neither', async () => {
    const { home } = await killedAt(0);
    for (const [path, bytes] of home.files())
        for (const word of [PASSWORD, NEW])
            assert.ok(!bytes.includes(word), path);
});
