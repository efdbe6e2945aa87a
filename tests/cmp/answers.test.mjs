/**
 * Wrong answers (cmp.md sections 4 and 5, security T087-T121): each mode of
 * the CA's misbehaviour has one reason, nothing is stored, and whatever could
 * still be worth something stays in the journal.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Home, PERSON, runningCa } from './lib/enrol.mjs';

const it = runningCa();
const PERSON_TO_CHECK = { name: PERSON.name, idn: PERSON.idn };

/* mode → reason; `keeps`: the journal entry stays, to be resumed */
const INVALID = { reason: 'ca_answer_invalid', keeps: true };
const UNTRUSTED = { reason: 'ca_answer_untrusted', keeps: true };
const REJECTED = { reason: 'ca_rejected', keeps: false };
const unexpected = what =>
    ({ reason: 'certificate_unexpected', what, keeps: false });
const TIMEOUT = { reason: 'ca_timeout', keeps: true };
const UNCONFIRMED = { reason: 'certificate_unconfirmed', keeps: true };

const rows = {
    // protection
    'mac-wrong': UNTRUSTED,
    'protection-none': UNTRUSTED,
    'protection-no-algorithm': UNTRUSTED,
    'protection-signature': UNTRUSTED,
    'error-unprotected': UNTRUSTED,
    'error-wrong-mac': UNTRUSTED,
    'error-protected': REJECTED,
    'pbm-sha1': UNTRUSTED,
    'pbm-owf-sha1': UNTRUSTED,
    'pbm-owf-unknown': UNTRUSTED,
    'pbm-mac-sha1': UNTRUSTED,
    'pbm-mac-unknown': UNTRUSTED,
    'pbm-iterations-0': UNTRUSTED,
    'pbm-iterations-99': UNTRUSTED,
    'pbm-iterations-100001': UNTRUSTED,
    'pbm-iterations-huge': UNTRUSTED,
    'pbm-iterations-negative': UNTRUSTED,
    'pbm-iterations-128-bit': UNTRUSTED,
    'pbm-salt-0': UNTRUSTED,
    'pbm-salt-7': UNTRUSTED,
    'pbm-salt-65': UNTRUSTED,
    'pbm-salt-10000': UNTRUSTED,
    'pbm-parameter-null': UNTRUSTED,
    'pbm-parameter-integer': UNTRUSTED,
    'pbm-parameter-text': UNTRUSTED,
    'pbm-parameter-empty': UNTRUSTED,
    'pbm-parameter-other': UNTRUSTED,
    // header
    'pvno-1': INVALID,
    'pvno-3': INVALID,
    'pvno-99': INVALID,
    'transaction-wrong': INVALID,
    'transaction-missing': INVALID,
    'transaction-empty': INVALID,
    'transaction-long': INVALID,
    'recipnonce-wrong': INVALID,
    'recipnonce-missing': INVALID,
    'recipnonce-empty': INVALID,
    'recipnonce-long': INVALID,
    'sendernonce-missing': INVALID,
    'sendernonce-empty': INVALID,
    'sendernonce-long': INVALID,
    'sender-email': INVALID,
    'implicit-confirm': INVALID,
    // body
    'body-cp': INVALID,
    'body-kup': INVALID,
    'body-genp': INVALID,
    'body-rp': INVALID,
    'body-pollrep': INVALID,
    'body-pkiconf': INVALID,
    'request-id': INVALID,
    'responses-2': INVALID,
    'responses-0': INVALID,
    'certificate-none': INVALID,
    'certificate-encrypted': INVALID,
    'extra-certs-1000': INVALID,
    'status-contradiction': REJECTED,
    'status-unknown': INVALID,
    // certificate
    'cert-other-key': unexpected('key'),
    'cert-other-subject': unexpected('subject'),
    'cert-empty-subject': unexpected('subject'),
    'cert-other-issuer': unexpected('issuer'),
    'cert-rogue-issuer': unexpected('chain'),
    'cert-self-signed': unexpected('issuer'),
    'cert-bad-signature': unexpected('chain'),
    'cert-expired': unexpected('validity'),
    'cert-not-yet': unexpected('validity'),
    'cert-century': unexpected('validity'),
    'cert-other-use': unexpected('usage'),
    'cert-no-use': unexpected('usage'),
    'cert-is-ca': unexpected('ca'),
    'cert-unknown-critical': unexpected('ca'),
    'cert-no-vid': unexpected('vid'),
    'cert-other-vid': unexpected('vid'),
    'cert-other-name': unexpected('subject'),
    'cert-no-policy': unexpected('policy'),
    'cert-sha1': unexpected('chain'),
    'cert-serial-zero': unexpected('serial'),
    'cert-serial-negative': unexpected('serial'),
    'cert-serial-long': unexpected('serial'),
    'cert-garbage': INVALID,
    'capubs-rogue-issuer': unexpected('issuer'),
    // encoding
    'bytes-trailing': INVALID,
    'bytes-twice': INVALID,
    'bytes-indefinite': INVALID,
    'bytes-long-length': INVALID,
    'bytes-truncated': INVALID,
    'bytes-huge-length': INVALID,
    'bytes-deep': INVALID,
    'bytes-empty': INVALID,
    'bytes-oversized': INVALID,
    // HTTP
    'http-500': INVALID,
    'http-500-after': INVALID,
    'http-503': { reason: 'ca_busy', keeps: true },
    'http-404': INVALID,
    'http-401': INVALID,
    'http-204': INVALID,
    'http-301': INVALID,
    'http-302': INVALID,
    'http-307': INVALID,
    'http-308': INVALID,
    'http-redirect-file': INVALID,
    'http-portal': INVALID,
    'type-html': INVALID,
    'type-none': INVALID,
    'send-close': TIMEOUT,
    'send-reset': TIMEOUT,
    'send-half': INVALID,
    'send-endless': INVALID,
    'send-shorter': INVALID,
    'send-gzip': INVALID,
    'send-long-header': INVALID,
    // a proven refusal
    'fail-none': REJECTED,
    'fail-badAlg': REJECTED,
    'fail-badTime': { reason: 'code_expired', keeps: false },
    'fail-badMessageCheck': { reason: 'code_wrong', keeps: true },
    'fail-badPOP': REJECTED,
    'fail-certConfirmed': REJECTED,
    'fail-notAuthorized': REJECTED,
    'fail-transactionIdInUse': { reason: 'code_used', keeps: false },
    'fail-duplicateCertReq': { reason: 'code_used', keeps: false },
    'fail-systemUnavail': { reason: 'ca_busy', keeps: true },
    'fail-systemFailure': { reason: 'ca_busy', keeps: true },
    'fail-unknown': REJECTED,
    // a certificate that came, whose confirmation went wrong
    'confirm-close': UNCONFIRMED,
    'confirm-half': UNCONFIRMED,
    'confirm-mac-wrong': UNCONFIRMED,
    'confirm-unprotected': UNCONFIRMED,
    'confirm-error': UNCONFIRMED,
    'confirm-http-500': UNCONFIRMED,
    'confirm-recipnonce-wrong': UNCONFIRMED,
};

for (const [mode, want] of Object.entries(rows)) {
    test(`${mode}: ${want.reason}${want.what ? ` (${want.what})` : ''}`,
        async () => {
            const home = new Home(await it.define('--vid', 'encrypted'));
            const code = await it.code();
            await it.ca.call('misbehave', mode);
            let got;
            try {
                got = await home.enrol(code, PERSON_TO_CHECK);
            } finally {
                await it.ca.call('misbehave', 'none');
            }
            assert.equal(got.reason, want.reason, JSON.stringify(got.data));
            assert.equal(got.data.what, want.what);
            assert.notEqual(got.data.sent, 'no');
            assert.equal('pending' in got.data, want.keeps);
            const { pending, broken } = await home.pending();
            assert.equal(pending.length, want.keeps ? 1 : 0);
            assert.deepEqual(broken, []);
            assert.deepEqual((await home.stored()).certificates, [], "stored");
        });
}



/* What takes as long as we are willing to wait: only with SLOW=1. */
const slow = {
    'send-hang': TIMEOUT,
    'send-slow-header': TIMEOUT,
    'send-slow-body': TIMEOUT,
    'confirm-hang': UNCONFIRMED,
    'wait-huge': { reason: 'ok' }, // asked again after 60 s
    'wait-forever': { reason: 'ca_waiting', keeps: true },
};
for (const [mode, want] of Object.entries(slow))
    test(`${mode}: ${want.reason} within two minutes`,
        { skip: process.env.SLOW !== '1' && 'takes a minute or two' },
        async () => {
            const home = new Home(await it.define());
            const code = await it.code();
            await it.ca.call('misbehave', mode);
            const start = Date.now();
            const got = await home.enrol(code, { name: PERSON.name });
            await it.ca.call('misbehave', 'none');
            assert.equal(got.reason, want.reason, JSON.stringify(got.data));
            assert.ok(Date.now() - start < 130000);
            if (want.reason === 'ok')
                return;
            const [entry] = (await home.pending()).pending;
            assert.equal((await home.resume(entry.id)).reason, 'ok');
        });

/* Oddities that are none of our business. */
for (const mode of ['time-past', 'time-future', 'capubs-rogue',
    'pbm-iterations-100000', 'extra-certs-0'])
    test(`${mode}: accepted`, async () => {
        const home = new Home(await it.define());
        const code = await it.code();
        try {
            await it.ca.call('misbehave', mode);
        } catch {
            return; // this CA has no such mode
        }
        try {
            const got = await home.enrol(code, { name: PERSON.name });
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        } finally {
            await it.ca.call('misbehave', 'none');
        }
    });

/* Texts of the CA reach the person as one clean line. */
const texts = {
    'text-control': /^[^\u0000-\u001f\u007f-\u009f]+$/,
    'text-bidi': /^[^\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/,
    'text-html': /</,
    'text-invalid': /\ufffd/,
    'text-euc-kr': /^[가-힣 ]+/,
    'text-nul': /^[^\u0000]+$/,
    'text-3000': /^.{300,400}$/u,
};
for (const [mode, pattern] of Object.entries(texts))
    test(`${mode}: cleaned`, async () => {
        const home = new Home(await it.define());
        const code = await it.code();
        await it.ca.call('misbehave', mode);
        const got = await home.enrol(code, { name: PERSON.name });
        await it.ca.call('misbehave', 'none');
        const all = got.result?.caText ?? got.data?.ca?.text;
        assert.ok(all?.length > 0, JSON.stringify(got.data));
        for (const text of all)
            assert.match(text, pattern);
    });
