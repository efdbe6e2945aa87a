/** Revocation in either dialect: how it is ordered, and how it must end. */
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { PASSWORD } from './enrol.mjs';

export const REASONS = ['unspecified', 'keyCompromise', 'affiliationChanged',
    'superseded', 'cessationOfOperation'];

export const revoke = (home, old, more = {}) => home.run('enrol.revoke',
    { certificate: old.id, password: PASSWORD, reason: 'unspecified',
        ...more });

/** The old pair is still in NPKI, and alone. */
export async function stays(home, old, message) {
    assert.deepEqual((await home.stored()).certificates.map(c => c.id),
        [old.id], message);
}

/** @returns {Promise<any>} the entry that such an answer leaves behind */
export async function leftBehind(home, old, got) {
    const [entry] = (await home.pending()).pending;
    assert.equal(entry.kind, 'revoke');
    assert.equal(entry.certificate, old.id);
    assert.equal(entry.referenceNumber, old.serial);
    assert.notEqual(entry.sent, 'no');
    assert.equal(entry.id, got.data.pending);
    return entry;
}

/** The ends that there are, at this CA and in a home. */
export function endsAt(ca) {
    const it = {};

    /** Revoked at the CA, gone from NPKI, kept outside, nothing pending. */
    it.settled = async home => {
        assert.deepEqual((await home.stored()).certificates, []);
        assert.ok((await ca.certificates()).every(c => c.state === 'revoked'));
        assert.deepEqual(await home.pending(), { pending: [], broken: [] });
        const kept = [...home.files(join(home.path, '.local/state/ingam/old'))
            .keys()].map(path => path.split('/').pop());
        assert.ok(kept.includes('signCert.der'));
        assert.ok(kept.includes('signPri.key'));
    };

    /** Nothing has happened. */
    it.untouched = async (home, old) => {
        await stays(home, old);
        assert.ok((await ca.certificates()).every(c => c.state === 'valid'));
    };

    /** A proved no: nothing is left to be asked. */
    it.refused = async (home, old, got) => {
        assert.equal(got.reason, 'ca_rejected', JSON.stringify(got.data));
        assert.equal(got.data.ca.authenticated, true);
        assert.deepEqual(await home.pending(), { pending: [], broken: [] });
        await it.untouched(home, old);
    };

    /** Nothing left the computer, and nothing is left to be asked. */
    it.unreachable = async (home, old, got) => {
        assert.equal(got.reason, 'ca_unreachable');
        assert.equal(got.data.sent, 'no');
        assert.deepEqual(await home.pending(), { pending: [], broken: [] });
        await it.untouched(home, old);
    };

    /** It was cut off on the way: the pair stays, and asking again ends it. */
    it.cutOff = async (home, old) => {
        await stays(home, old, 'no yes, no move');
        const [entry] = (await home.pending()).pending;
        assert.equal(entry.state, 'sent');
        const done = await home.resume(entry.id);
        assert.equal(done.reason, 'ok', JSON.stringify(done.data));
        await it.settled(home);
    };

    /** Ordered twice at the same time: one of the two does it. */
    it.twoAtOnce = async (home, old) => {
        const both = await Promise.all([revoke(home, old), revoke(home, old)]);
        const reasons = both.map(got => got.reason).sort();
        assert.equal(reasons.filter(r => r === 'ok').length, 1, reasons.join());
        assert.ok(['enrolment_pending', 'certificate_not_found',
            'certificate_revoked', 'store_busy']
            .includes(reasons.find(r => r !== 'ok')), reasons.join());
        await it.settled(home);
    };
    return it;
}
