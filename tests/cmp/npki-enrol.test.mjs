/** Dialect npki, end to end: the host, its worker and the test CA over TCP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';

import { TestCa } from '../ca/ca.mjs';
import { Home, PERSON, folder } from './lib/enrol.mjs';

const NAMED = { name: PERSON.name, idn: PERSON.idn };
const FAMILIES = ['yessign', 'crosscert', 'signkorea', 'signgate', 'inipass', 'tradesign'];

/* What each wrong answer has to end in. */
const MODES = {
    'npki-hello-bytewise': 'ok',
    'npki-bytewise': 'ok',
    'npki-hello-flag-final': 'ok',
    'npki-flag-final': 'ok',
    'npki-recipnonce-missing': 'ok',
    'npki-poll-once': 'ok',
    'npki-mac-other-order': 'ok',
    'npki-mac-other-pad': 'ok',
    'npki-end-negative': 'ok',
    'npki-end-pkiconf': 'ok',
    'npki-hello-mac-none': 'ok',
    'npki-mac-wrong': 'ca_answer_untrusted',
    'npki-mac-none': 'ca_answer_untrusted',
    'npki-signature-subscriber': 'ca_answer_untrusted',
    'npki-signature-stranger': 'ca_answer_untrusted',
    'npki-hello-mac-wrong': 'ca_answer_untrusted',
    'npki-error-text': 'ca_answer_untrusted',
    'npki-error-euc-kr': 'ca_answer_untrusted',
    'npki-hello-error-text': 'ca_answer_untrusted',
    'npki-hello-error-euc-kr': 'ca_answer_untrusted',
    'npki-pvno': 'ca_answer_invalid',
    'npki-transaction-wrong': 'ca_answer_invalid',
    'npki-transaction-missing': 'ca_answer_invalid',
    'npki-recipnonce-wrong': 'ca_answer_invalid',
    'npki-hello-transaction-wrong': 'ca_answer_invalid',
    'npki-hello-recipnonce-wrong': 'ca_answer_invalid',
    'npki-truncated': 'ca_answer_invalid',
    'npki-oversized': 'ca_answer_invalid',
    'npki-length-0': 'ca_answer_invalid',
    'npki-length-1': 'ca_answer_invalid',
    'npki-flag-wrong': 'ca_answer_invalid',
    'npki-negative': 'ca_answer_invalid',
    'npki-hello-truncated': 'ca_answer_invalid',
    'npki-hello-oversized': 'ca_answer_invalid',
    'npki-hello-length-0': 'ca_answer_invalid',
    'npki-hello-length-1': 'ca_answer_invalid',
    'npki-hello-flag-wrong': 'ca_answer_invalid',
    'npki-hello-negative': 'ca_answer_invalid',
    'npki-poll-negative': 'ca_answer_invalid',
    'npki-bytes-trailing': 'ca_answer_invalid',
    'npki-bytes-twice': 'ca_answer_invalid',
    'npki-bytes-indefinite': 'ca_answer_invalid',
    'npki-bytes-cut': 'ca_answer_invalid',
    'npki-bytes-html': 'ca_answer_invalid',
    'npki-body-pkiconf': 'ca_answer_invalid',
    'npki-body-genp': 'ca_answer_invalid',
    'npki-request-id': 'ca_answer_invalid',
    'npki-no-certificate': 'ca_answer_invalid',
    'npki-cert-garbage': 'ca_answer_invalid',
    'npki-close': 'ca_timeout',
    'npki-hello-close': 'ca_timeout',
    'npki-status-waiting': 'ca_waiting',
    'npki-hello-stranger': 'chain_untrusted',
    'npki-hello-subscriber': 'chain_untrusted',
    'npki-hello-empty': 'chain_untrusted',
    'npki-cert-other-key': 'certificate_unexpected',
    'npki-cert-other-subject': 'certificate_unexpected',
    'npki-cert-other-issuer': 'certificate_unexpected',
    'npki-cert-rogue-issuer': 'certificate_unexpected',
    'npki-cert-self-signed': 'certificate_unexpected',
    'npki-cert-bad-signature': 'certificate_unexpected',
    'npki-cert-expired': 'certificate_unexpected',
    'npki-cert-not-yet': 'certificate_unexpected',
    'npki-cert-other-use': 'certificate_unexpected',
    'npki-cert-no-use': 'certificate_unexpected',
    'npki-cert-is-ca': 'certificate_unexpected',
    'npki-cert-no-vid': 'certificate_unexpected',
    'npki-cert-other-vid': 'certificate_unexpected',
    'npki-cert-other-name': 'certificate_unexpected',
    'npki-cert-no-policy': 'certificate_unexpected',
    'npki-cert-sha1': 'certificate_unexpected',
    'npki-end-error': 'certificate_unconfirmed',
    'npki-end-error-text': 'certificate_unconfirmed',
    'npki-end-truncated': 'certificate_unconfirmed',
};

const ca = new TestCa(join(folder('npki-ca'), 'ca'));
let tcp, person;

before(async () => {
    await ca.call('init', '--km');
    person = (await ca.call('person', '--name', PERSON.name, '--english', PERSON.english,
        '--idn', PERSON.idn)).person;
    ({ tcp } = await ca.serve({ tcpPort: 0 }));
});
after(() => ca.stop());

async function homeOf(family, ...more) {
    await ca.call('family', family);
    return new Home(await ca.call('definition', '--dialect', 'npki', '--family', family,
        '--endpoint', `tcp://127.0.0.1:${tcp}`, '--name', 'test', ...more));
}

const codeOf = (kind = 'issue') => ca.call('code', '--person', person, '--kind', kind);

for (const family of FAMILIES) {
    test(`${family}: issue, then re-issue`, async () => {
        const at = await homeOf(family);
        const got = await at.enrol(await codeOf(), NAMED);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        assert.equal(got.result.state, 'done');
        assert.deepEqual(got.steps, ['keygen', 'request', 'wait', 'check', 'confirm', 'store']);
        const again = await at.enrol(await codeOf('reissue'),
            { ...NAMED, old: got.result.certificate.id }, { method: 'enrol.reissue' });
        assert.equal(again.reason, 'ok', JSON.stringify(again.data));
        assert.equal((await at.stored()).certificates.length, 1);
        assert.deepEqual((await at.pending()).pending, []);
    });

    test(`${family}: two certificates in one message`, async () => {
        const at = await homeOf(family, '--km');
        const got = await at.enrol(await codeOf(), NAMED);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        assert.equal(typeof got.result.km?.serial, 'string');
    });

    test(`${family}: a wrong code is told apart`, async () => {
        const at = await homeOf(family);
        const code = await codeOf();
        const got = await at.enrol({ ...code, authorizationCode: 'not-the-code' }, NAMED);
        assert.equal(got.reason, 'code_wrong', JSON.stringify(got.data));
        assert.equal(got.data.ca.authenticated, false);
        assert.equal((await at.enrol(code, NAMED)).reason, 'ok');
    });
}

for (const [mode, want] of Object.entries(MODES)) {
    test(`${mode}: ${want}`, async () => {
        const at = await homeOf('yessign');
        await ca.call('misbehave', mode);
        const got = await at.enrol(await codeOf(), NAMED);
        await ca.call('misbehave', 'none');
        assert.equal(got.reason, want, JSON.stringify(got.data));
        if (want === 'ok')
            return;
        assert.equal((await at.stored()).certificates.length, 0);
        if (want === 'certificate_unexpected')
            assert.equal('pending' in got.data, false);
        /* after garbage in a certificate the registry has that for good */
        if (want === 'certificate_unexpected' || mode === 'npki-cert-garbage')
            return;
        const resumed = await at.resume(got.data.pending);
        assert.equal(resumed.reason, 'ok', JSON.stringify(resumed.data));
        assert.equal((await at.stored()).certificates.length, 1);
    });
}
