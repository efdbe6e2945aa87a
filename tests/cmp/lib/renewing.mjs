/** Renewal in either dialect: how it is ordered, and how it must end. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';

import { PASSWORD } from './enrol.mjs';

export const NEW = 'Another-seal-43!';
export const DAY = 86400000;

export const renew = (home, old, more = {}, onStep) => home.run('enrol.renew',
    { certificate: old.id, password: PASSWORD, ...more }, onStep);

/** With a new password, so that resuming needs that one. */
export const renewing = (home, old, onStep) =>
    renew(home, old, { newPassword: NEW }, onStep);

/** The key works: a signature with this password. */
export async function signs(home, certificate, password = PASSWORD) {
    const got = await home.run('sign.data', { certificate: certificate.id,
        password, content: Buffer.from('이체').toString('base64') });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
}

/** The old pair is as it was, and the only one. */
export async function stays(home, old) {
    assert.deepEqual((await home.stored()).certificates.map(c => c.id),
        [old.id]);
    await signs(home, old);
}

/** The old pair is kept outside NPKI. */
export function keptOutside(home, old) {
    const kept = [...home.files(join(home.path, '.local/state/ingam/old'))]
        .filter(([path]) => path.endsWith('signCert.der'));
    assert.equal(kept.length, 1, 'the old pair is kept outside NPKI');
    const x = new X509Certificate(kept[0][1]);
    assert.equal(BigInt(`0x${x.serialNumber}`), BigInt(`0x${old.serial}`));
}

/** Resume this entry of a renewal with the new password. */
export async function resumed(home, old, entry, password = NEW) {
    assert.equal(entry.kind, 'renew');
    assert.equal(entry.certificate, old.id);
    assert.equal(entry.referenceNumber, old.serial);
    const got = await home.resume(entry.id, { password });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal(got.result.renewal.certificate, old.id);
}

/** The one pair in the home is a new one; at the CA the old one is revoked. */
export async function renewed(ca, home, old) {
    const { certificates: [now, ...more], broken } = await home.stored();
    assert.deepEqual([more, broken], [[], []]);
    assert.notEqual(now.id, old.id);
    assert.equal(now.subject.dn, old.subject.dn);
    const states = new Map((await ca.certificates())
        .map(c => [c.serial, c.state]));
    assert.equal(states.get(old.serial), 'revoked');
    assert.equal(states.get(now.serial), 'valid');
    assert.deepEqual(await home.pending(), { pending: [], broken: [] });
    return now;
}

/** All certificates of a pair: those from before are revoked, and only they. */
export async function bothRenewed(ca, before, got) {
    assert.ok(!before.includes(got.result.km.serial));
    for (const c of await ca.certificates())
        assert.equal(c.state,
            before.includes(c.serial) ? 'revoked' : 'valid', c.kind);
}

/** Ordered twice at the same time: one of the two does it. */
export function oneOf(both) {
    const reasons = both.map(got => got.reason);
    assert.equal(reasons.filter(r => r === 'ok').length, 1, reasons.join());
    assert.ok(['enrolment_pending', 'certificate_not_found', 'store_busy',
        'key_file_missing', 'already_renewed', 'certificate_revoked']
        .includes(reasons.find(r => r !== 'ok')), reasons.join());
}

/**
 * Rows mode → reason in one home, in which it is asked for again and again
 * with the same key.
 * @param {(home, old) => Promise<void>} after what must be true after each
 * @returns {{it?: {home, old}, id?: string}} the home and the entry, once a
 *     test has run
 */
export function askedAgain(ca, rows, holder, after) {
    const lasting = {};
    for (const [mode, reason] of Object.entries(rows))
        test(`${mode}: ${reason}, and it is asked for again`, async () => {
            const { home, old } = lasting.it ??= await holder();
            const got = await ca.misbehaving(mode,
                () => lasting.id === undefined ? renewing(home, old)
                    : home.resume(lasting.id, { password: NEW }));
            assert.equal(got.reason, reason, JSON.stringify(got.data));
            lasting.id ??= got.data.pending;
            assert.equal(got.data.pending, lasting.id);
            await after(home, old);
        });
    return lasting;
}

/**
 * Rows mode → reason in one home: it is over each time, and begun anew.
 * @param {(home, old) => Promise<void>} after as above
 * @returns {{it?: {home, old}}} as above
 */
export function begunAnew(ca, rows, holder, after) {
    const final = {};
    for (const [mode, reason] of Object.entries(rows))
        test(`${mode}: ${reason}, and the old pair stays`, async () => {
            const { home, old } = final.it ??= await holder();
            const got = await ca.misbehaving(mode, () => renewing(home, old));
            assert.equal(got.reason, reason, JSON.stringify(got.data));
            assert.equal('pending' in got.data, false);
            assert.deepEqual((await home.pending()).pending, []);
            await after(home, old);
        });
    return final;
}
