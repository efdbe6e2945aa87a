/** Enrolment that goes well: what the CA granted is stored and usable. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PERSON, runningCa } from './lib/enrol.mjs';

const STEPS = ['keygen', 'request', 'wait', 'check', 'confirm', 'store'];
const plain = runningCa();
const pair = runningCa('--km');

/** The one thing in a home after an enrolment that went well. */
async function settled(home, got) {
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal(got.result.state, 'done');
    const { certificates, broken } = await home.stored();
    assert.deepEqual(broken, []);
    assert.equal(certificates.length, 1);
    assert.deepEqual(certificates[0], got.result.certificate);
    const { path } = certificates[0].location;
    const der = readFileSync(join(path, 'signCert.der'));
    assert.equal(der.toString('base64'), got.result.der);
    assert.equal(statSync(join(path, 'signPri.key')).mode & 0o777, 0o600);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.deepEqual(await home.pending(), { pending: [], broken: [] });
    return certificates[0];
}

test('a first certificate is issued, confirmed and stored', async () => {
    const home = new Home(await plain.define());
    await plain.newPerson();
    const got = await home.enrol(await plain.code(), { name: PERSON.name });
    const stored = await settled(home, got);
    assert.deepEqual(got.steps, STEPS);
    assert.equal(stored.name, PERSON.name);
    assert.equal(stored.ca, 'IngamTest');
    assert.deepEqual(got.result.caText, ['등록된 이름으로 발급하였습니다']);
    assert.equal(stored.keyScheme, 'pbes2-seed-sha1');
    const [issued] = await plain.certificates();
    assert.equal(issued.state, 'valid');
    assert.equal(issued.serial, stored.serial);
    const x = new X509Certificate(Buffer.from(got.result.der, 'base64'));
    assert.equal(x.publicKey.asymmetricKeyDetails.modulusLength, 2048);
});

test('an old pair under another name is not left in the tree', async () => {
    const home = new Home(await plain.define());
    await plain.newPerson();
    const first = await home.enrol(await plain.code(), { name: PERSON.name });
    const old = await settled(home, first);
    await plain.newPerson(); // the same name, another number behind it
    const got = await home.enrol(await plain.code(), { old: old.id },
        { method: 'enrol.reissue' });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.notEqual(got.result.certificate.subject.dn, old.subject.dn);
    const { certificates } = await home.stored();
    assert.deepEqual(certificates.map(c => c.id), [got.result.certificate.id]);
    assert.equal(readdirSync(join(home.path, '.local/state/ingam/old')).length, 1,
        'but it is kept');
});

test('re-issue revokes the old certificate and keeps its end', async () => {
    const home = new Home(await plain.define());
    await plain.newPerson();
    const first = await home.enrol(await plain.code(), { name: PERSON.name });
    const old = await settled(home, first);
    const got = await home.enrol(await plain.code('reissue'), { old: old.id },
        { method: 'enrol.reissue' });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    const { certificates } = await home.stored();
    assert.deepEqual(certificates.map(c => c.id),
        [got.result.certificate.id], 'the old pair is not listed any more');
    assert.equal(got.result.certificate.notAfter, old.notAfter);
    assert.notEqual(got.result.certificate.serial, old.serial);
    const states = new Map((await plain.certificates())
        .map(c => [c.serial, c.state]));
    assert.equal(states.get(old.serial), 'revoked');
    assert.equal(states.get(got.result.certificate.serial), 'valid');
    const kept = [...home.files(join(home.path, '.local/state/ingam/old'))
        .keys()].filter(p => p.endsWith('signCert.der'));
    assert.equal(kept.length, 1, 'the old pair is kept outside NPKI');
});

test('a pair for signing and for encipherment', async () => {
    const home = new Home(await pair.define('--km', '--vid', 'encrypted'));
    await pair.newPerson();
    const got = await home.enrol(await pair.code(),
        { name: PERSON.name, idn: PERSON.idn });
    const stored = await settled(home, got);
    assert.equal(stored.hasKm, true);
    const issued = await pair.certificates();
    assert.deepEqual(issued.map(c => c.kind).sort(), ['km', 'sign']);
    assert.ok(issued.every(c => c.state === 'valid'));
    assert.equal(got.result.km.serial,
        issued.find(c => c.kind === 'km').serial);
    const names = [...home.files(stored.location.path).keys()]
        .map(p => p.split('/').pop()).sort();
    assert.deepEqual(names,
        ['kmCert.der', 'kmPri.key', 'signCert.der', 'signPri.key']);
});

test('a CA without encipherment certificates still gives the first',
    async () => {
        const definition = await plain.define();
        definition.profile.km = true;
        const home = new Home(definition);
        await plain.newPerson();
        const got = await home.enrol(await plain.code(), { name: PERSON.name });
        const stored = await settled(home, got);
        assert.equal(stored.hasKm, false);
        assert.equal(got.result.km, undefined);
        assert.match(got.result.caText.join(), /암호용/);
    });

test('another number than the person\'s is refused', async () => {
    const home = new Home(await plain.define('--vid', 'encrypted'));
    await plain.newPerson();
    const got = await home.enrol(await plain.code(), { idn: '9001011234568' });
    assert.equal(got.reason, 'certificate_unexpected');
    assert.equal(got.data.what, 'vid');
    assert.deepEqual((await plain.certificates()).map(c => c.state),
        ['revoked'], 'the CA was told');
});

test('when nobody vouches for the subject the person is asked', async () => {
    const home = new Home(await plain.define());
    await plain.newPerson();
    const got = await home.enrol(await plain.code());
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    assert.equal(got.result.state, 'confirm');
    assert.equal(got.result.subject.name, PERSON.name);
    assert.equal(got.result.certificate.name, PERSON.name);
    assert.deepEqual((await home.stored()).certificates, []);
    const [entry] = (await home.pending()).pending;
    assert.equal(entry.id, got.result.pending);
    assert.equal(entry.state, 'confirmed');
    assert.equal(entry.subject, PERSON.name);
    const again = await home.resume(got.result.pending);
    assert.equal(again.result?.state, 'confirm', 'no word, no storing');
    const done = await home.resume(got.result.pending,
        { confirmSubject: true });
    await settled(home, done);
    assert.deepEqual((await plain.certificates()).map(c => c.state),
        ['valid']);
});

test('the subject may be confirmed on the same port', async () => {
    const home = new Home(await plain.define());
    await plain.newPerson();
    const host = home.start();
    await host.hello();
    const code = await plain.code();
    const first = await host.ask(1, 'enrol.issue', { ca: 'test',
        referenceNumber: code.referenceNumber,
        authorizationCode: code.authorizationCode,
        password: 'Seal-stone-42!' });
    assert.equal(first.result?.state, 'confirm', JSON.stringify(first.error));
    const second = await host.ask(2, 'enrol.resume', { confirmSubject: true,
        pending: first.result.pending, password: 'Seal-stone-42!' });
    assert.equal(second.result?.state, 'done', JSON.stringify(second.error));
    await host.end();
});

test('a CA that takes its time is asked again', async () => {
    const home = new Home(await plain.define());
    await plain.newPerson();
    const code = await plain.code();
    await plain.ca.call('misbehave', 'wait-1');
    try {
        const got = await home.enrol(code, { name: PERSON.name });
        await settled(home, got);
        assert.ok(got.steps.filter(s => s === 'wait').length >= 2);
    } finally {
        await plain.ca.call('misbehave', 'none');
    }
});
