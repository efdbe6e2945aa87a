/**
 * store.verify against the test CA: the path, OCSP first, the CRL second, what
 * is kept, and what no answer can make us believe or do. openssl's own ocsp and
 * verify programs say the same of the same certificates.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { ingam } from '../host/lib/cli.mjs';
import { folder, Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';
import { directory } from './lib/ldap.mjs';

const ca = runningCa();
const pair = runningCa('--km');
let home, id, template;

test('a certificate, which the following tests check', async () => {
    home = new Home(await ca.define('--vid', 'encrypted'));
    const got = await home.enrol(await ca.code(), { name: PERSON.name });
    ({ id } = got.result.certificate);
    template = home.path;
});

/** The same certificate in a home of its own. */
function fresh(...definitions) {
    const other = new Home(...definitions);
    cpSync(template, other.path, { recursive: true });
    rmSync(kept(other), { recursive: true, force: true });
    for (const definition of definitions)
        other.define(definition);
    return other;
}

const kept = where => join(where.path, '.local/state/ingam/revocation');
const verify = (where, params = { online: true }, of = id) =>
    where.run('store.verify', { certificate: of, ...params });

async function misbehaving(mode, work) {
    await ca.ca.call('misbehave', mode);
    try {
        return await work();
    } finally {
        await ca.ca.call('misbehave', 'none');
    }
}

test('not asked: the path and the dates, and nothing leaves the machine', async () => {
    const it = fresh();
    const { result } = await verify(it, {});
    assert.equal(result.state, 'valid');
    assert.equal(result.reason, undefined);
    assert.equal(result.pinned, true);
    assert.equal(result.path.length, 2);
    assert.match(result.path[0].subject, /^cn=홍길동/);
    assert.match(result.path[1].notAfter, /^20\d\d-/);
    assert.deepEqual(result.revocation, { status: 'not_checked' });
    assert.equal(result.key, undefined);
    assert.deepEqual(readdirSync(kept(it)), []);
});

test('asked: good by OCSP, kept with its own validity, and good from there', async () => {
    const it = fresh();
    const { result } = await verify(it);
    assert.equal(result.state, 'valid', JSON.stringify(result));
    assert.equal(result.revocation.status, 'good');
    assert.equal(result.revocation.source, 'ocsp');
    assert.equal(Date.parse(result.revocation.validUntil) - Date.parse(result.revocation.checked), 86400000);
    assert.deepEqual(readdirSync(kept(it)), [`${id}.ocsp`]);
    assert.equal(statSync(join(kept(it), `${id}.ocsp`)).mode & 0o777, 0o600);
    const again = (await verify(it, {})).result.revocation;
    assert.deepEqual(again, { ...result.revocation, source: 'cache' });
});

const good = { status: 'good', source: 'ocsp' };
const byList = problem => ({ status: 'good', source: 'crl', problem });
/** What OCSP does wrong; the CRL is right, and stands in for it. */
const ocsp = {
    'ocsp-by-issuer': good,
    'ocsp-no-next': good,
    'ocsp-nonce-missing': good,
    'ocsp-try-later': byList('ocsp_try_later'),
    'ocsp-internal': byList('ocsp_internal_error'),
    'ocsp-refused': byList('ocsp_unauthorized'),
    'ocsp-wants-signature': byList('ocsp_signature_required'),
    'ocsp-by-cmp': byList('ocsp_untrusted'),
    'ocsp-by-subscriber': byList('ocsp_untrusted'),
    'ocsp-by-stranger': byList('ocsp_untrusted'),
    'ocsp-by-rogue': byList('ocsp_untrusted'),
    'ocsp-by-expired': byList('ocsp_untrusted'),
    'ocsp-bad-signature': byList('ocsp_signature'),
    'ocsp-sha1': byList('ocsp_signature'),
    'ocsp-expired': byList('ocsp_expired'),
    'ocsp-future': byList('ocsp_not_yet'),
    'ocsp-old-no-next': byList('ocsp_expired'),
    'ocsp-nonce-missing-no-next': byList('ocsp_nonce_missing'),
    'ocsp-nonce-wrong': byList('ocsp_nonce_wrong'),
    'ocsp-other-certificate': byList('ocsp_other_certificate'),
    'ocsp-empty': byList('ocsp_other_certificate'),
    'ocsp-unknown': byList('ocsp_unknown'),
    'ocsp-unknown-critical': byList('ocsp_unsupported'),
    'ocsp-huge': byList('ca_answer_invalid'),
    'ocsp-trailing': byList('ocsp_malformed'),
    'ocsp-truncated': byList('ocsp_malformed'),
    'ocsp-no-bytes': byList('ocsp_malformed'),
    'ocsp-deep': byList('ocsp_malformed'),
    'ocsp-portal': byList('ocsp_malformed'),
    'ocsp-type-html': byList('ca_answer_invalid'),
    'ocsp-http-404': byList('ca_answer_invalid'),
    'ocsp-http-302': byList('ca_answer_invalid'),
    'ocsp-redirect-file': byList('ca_answer_invalid'),
    'ocsp-close': byList('ca_timeout'),
    'ocsp-half': byList('ca_answer_invalid'),
};

for (const [mode, want] of Object.entries(ocsp))
    test(`${mode}: ${want.problem ?? 'good'}`, () => misbehaving(mode, async () => {
        const it = fresh();
        const { result } = await verify(it);
        const { status, source, problem } = result.revocation;
        assert.deepEqual({ status, source, ...(problem && { problem }) }, want);
        assert.equal(result.state, 'valid');
        assert.deepEqual(readdirSync(kept(it)), mode === 'ocsp-no-next' ? []
            : [`${id}.${want.source}`], 'what is kept');
    }));

/** What the CRL does wrong, with OCSP out of order. */
const crl = {
    'crl-point-ours': undefined,
    'crl-stale': 'crl_expired',
    'crl-future': 'crl_not_yet',
    'crl-no-next': 'crl_malformed',
    'crl-other-issuer': 'crl_other_issuer',
    'crl-other-key': 'crl_signature',
    'crl-bad-signature': 'crl_signature',
    'crl-sha1': 'crl_signature',
    'crl-delta': 'crl_unsupported',
    'crl-unknown-critical': 'crl_unsupported',
    'crl-point-other': 'crl_scope',
    'crl-only-cas': 'crl_scope',
    'crl-only-reasons': 'crl_scope',
    'crl-indirect': 'crl_scope',
    'crl-huge': 'ca_answer_invalid',
    'crl-trailing': 'crl_malformed',
    'crl-truncated': 'crl_malformed',
    'crl-no-bytes': 'crl_malformed',
    'crl-portal': 'crl_malformed',
    'crl-http-404': 'ca_answer_invalid',
    'crl-http-302': 'ca_answer_invalid',
};

for (const [mode, problem] of Object.entries(crl))
    test(`${mode}: ${problem ?? 'good'}`, () => misbehaving(mode, async () => {
        const it = fresh();
        const { result } = await verify(it);
        assert.equal(result.revocation.status, problem ? 'unknown' : 'good');
        assert.equal(result.revocation.problem, problem ?? 'ocsp_try_later');
        assert.equal(result.state, problem ? 'unknown' : 'valid');
        assert.equal(result.reason, problem ? 'status_unknown' : undefined);
        assert.deepEqual(readdirSync(kept(it)), problem ? [] : [`${id}.crl`]);
    }));

test('every mode of the CA about OCSP and the CRL is a row here', async () => {
    const modes = (await ca.ca.call('misbehave', '--list')).modes ?? await ca.ca.call('misbehave', '--list');
    const named = stage => modes.filter(m => m.stage === stage).map(m => m.name).sort();
    assert.deepEqual(named('ocsp'), Object.keys(ocsp).sort());
    assert.deepEqual(named('crl'), Object.keys(crl).sort());
});

test('an answer kept is used when nobody answers, and says why', () => misbehaving('crl-http-404', async () => {
    const it = fresh();
    await ca.ca.call('misbehave', 'none');
    assert.equal((await verify(it)).result.revocation.source, 'ocsp');
    await ca.ca.call('misbehave', 'crl-http-404');
    const { result } = await verify(it);
    assert.deepEqual([result.state, result.revocation.status, result.revocation.source, result.revocation.problem],
        ['valid', 'good', 'cache', 'ca_answer_invalid']);
}));

for (const [name, spoil] of [
    ['a byte', b => (b[b.length >> 1] ^= 1, b)], ['its last byte', b => (b[b.length - 1] ^= 1, b)],
    ['half of it', b => b.subarray(0, b.length >> 1)], ['nothing', () => Buffer.alloc(0)],
    ['one byte more', b => Buffer.concat([b, Buffer.from([0])])], ['a megabyte', () => Buffer.alloc(1 << 20)],
]) {
    test(`a kept answer is damaged (${name}): ignored`, async () => {
        const it = fresh();
        await verify(it);
        const file = join(kept(it), `${id}.ocsp`);
        writeFileSync(file, spoil(Buffer.from(readFileSync(file))));
        assert.deepEqual((await verify(it, {})).result.revocation, { status: 'not_checked' });
        assert.equal((await verify(it)).result.revocation.source, 'ocsp');
        assert.equal((await verify(it, {})).result.revocation.source, 'cache', 'kept anew');
    });
}

test('an answer about another certificate, put in its place: ignored', async () => {
    const it = fresh();
    const other = new Home(await ca.define('--vid', 'encrypted'));
    await ca.newPerson('김철수');
    const got = await other.enrol(await ca.code(), { name: '김철수' });
    await verify(other, { online: true }, got.result.certificate.id);
    cpSync(join(kept(other), `${got.result.certificate.id}.ocsp`), join(kept(it), `${id}.ocsp`), { recursive: true });
    assert.deepEqual((await verify(it, {})).result.revocation, { status: 'not_checked' });
});

test('what is kept does not grow for ever', async () => {
    const it = fresh();
    mkdirSync(kept(it), { recursive: true, mode: 0o700 });
    for (let i = 0; i < 200; i++)
        writeFileSync(join(kept(it), `${String(i).padStart(64, '0')}.ocsp`), 'x');
    await verify(it);
    assert.ok(readdirSync(kept(it)).length <= 65);
    assert.equal((await verify(it, {})).result.revocation.source, 'cache');
});

test('the key file: with its password only, and what it holds', async () => {
    const it = fresh();
    const { result } = await verify(it, { password: PASSWORD });
    assert.deepEqual(result.key, { matches: true, scheme: result.key.scheme, r: true });
    assert.equal((await verify(it, { password: 'Wrong-stone-42!' })).reason, 'password_wrong');
    const dir = (await it.stored()).certificates[0].location.path;
    const key = readFileSync(join(dir, 'signPri.key'));
    writeFileSync(join(dir, 'signPri.key'), key.subarray(0, 100));
    assert.equal((await verify(it, { password: PASSWORD })).result.key.problem, 'key_file_damaged');
    rmSync(join(dir, 'signPri.key'));
    assert.deepEqual((await verify(it, { password: PASSWORD })).result.key,
        { matches: false, problem: 'key_file_missing' });
});

test('a pair: the second key too', async () => {
    const it = new Home(await pair.define('--vid', 'encrypted', '--km'));
    const got = await it.enrol(await pair.code(), { name: PERSON.name });
    const of = got.result.certificate;
    assert.equal((await verify(it, { password: PASSWORD }, of.id)).result.key.km, true);
    writeFileSync(join(of.location.path, 'kmPri.key'), readFileSync(join(of.location.path, 'signPri.key')));
    assert.equal((await verify(it, { password: PASSWORD }, of.id)).result.key.km, false);
});

test('no CA is known for it: unknown, and nobody is asked', async () => {
    const it = fresh();
    rmSync(join(it.path, '.config/ingam/ca.d/test.json'));
    const { result } = await verify(it);
    assert.deepEqual([result.state, result.reason, result.pinned, result.path, result.revocation],
        ['unknown', 'chain_untrusted', false, [], { status: 'not_checked' }]);
    assert.deepEqual(readdirSync(kept(it)), []);
});

test('a definition that is switched off still pins its CA', async () => {
    const it = fresh({ ...await ca.define(), enabled: false });
    assert.equal((await verify(it)).result.state, 'valid');
});

test('without "loopback" in the definition no address in a certificate leads here', async () => {
    const it = fresh({ ...await ca.define(), endpoint: 'https://ca.example/cmp', loopback: false });
    const { result } = await verify(it);
    assert.deepEqual([result.state, result.pinned, result.revocation.status], ['unknown', true, 'unknown']);
    assert.match(result.revocation.problem, /^(ca_unreachable|offline)$/);
});

test('a page gets nothing', async () => {
    const got = await verify(fresh(), { online: true, origin: 'https://bank.example' });
    assert.equal(got.reason, 'method_unknown');
});

/** A person of a CA whose certificates name other addresses. */
async function withAddresses(addresses) {
    const server = await ca.ca.serve(addresses);
    const it = new Home(await ca.ca.call('definition', '--name', 'test', '--vid', 'encrypted',
        '--endpoint', `http://127.0.0.1:${server.http}/cmp`));
    await ca.newPerson();
    const got = await it.enrol(await ca.code(), { name: PERSON.name });
    assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    return { it, of: got.result.certificate };
}

/** A certificate with these addresses by a CA of openssl's, both in a home. */
async function madeWith(address) {
    const dir = folder('made');
    const at = name => join(dir, name);
    const run = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '100',
        '-subj', '/C=KR/O=IngamTest/CN=Made', '-keyout', at('ca.key'), '-out', at('ca.pem'),
        '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
    writeFileSync(at('x.cnf'), `authorityInfoAccess=@a\ncrlDistributionPoints=@c\n[a]\nOCSP;URI.0="${address}"\n`
        + `[c]\nURI.0="${address}"\n`);
    run('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj',
        '/C=KR/O=IngamTest/CN=Hong', '-keyout', at('key.pem'), '-out', at('csr.pem'));
    const it = new Home();
    const place = join(it.path, 'NPKI/IngamTest/USER/cn=Hong,o=IngamTest,c=KR');
    mkdirSync(place, { recursive: true, mode: 0o700 });
    run('x509', '-req', '-in', at('csr.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial',
        '-days', '90', '-extfile', at('x.cnf'), '-outform', 'DER', '-out', join(place, 'signCert.der'));
    const anchor = run('x509', '-in', at('ca.pem'), '-outform', 'DER');
    it.define({ ...await ca.define('--vid', 'none'), issuers: ['cn=Made,o=IngamTest,c=KR'],
        anchors: [{ sha256: createHash('sha256').update(anchor).digest('hex'), certificate: anchor.toString('base64') }] });
    return { it, of: (await it.stored()).certificates[0].id };
}

test('an address that is none is not followed, and nothing is opened', async t => {
    const seen = [];
    const trap = createServer(socket => {
        seen.push(1);
        socket.destroy();
    });
    await new Promise(listening => trap.listen(0, '127.0.0.1', listening));
    t.after(() => trap.close());
    const at = `127.0.0.1:${trap.address().port}`;
    for (const url of ['file:///etc/passwd', `https://${at}/`, `ldaps://${at}/cn=x?crl`, `http://user@${at}/`, 'http:///x']) {
        const { it, of } = await madeWith(url);
        const { result } = await verify(it, { online: true }, of);
        assert.deepEqual([result.pinned, result.state, result.revocation],
            [true, 'unknown', { status: 'unknown', problem: 'crl_address' }], url);
    }
    assert.deepEqual(seen, []);
    const { it, of } = await madeWith(`http://${at}/`);
    assert.match((await verify(it, { online: true }, of)).result.revocation.problem, /^ca_/);
    assert.equal(seen.length, 2, 'a good one is opened: for OCSP and for the CRL');
});

test('a CRL from a directory (ldap), and what a directory cannot do', async t => {
    const list = Buffer.from(await (await fetch(`http://127.0.0.1:${ca.http}/crl`)).arrayBuffer());
    let how = {};
    const server = await directory(() => how);
    t.after(() => server.close());
    const { it, of } = await withAddresses({
        ocsp: `http://127.0.0.1:${server.port}/ocsp`, // nobody who speaks HTTP
        crl: `ldap://127.0.0.1:${server.port}/ou=dp1,o=IngamTest,c=kr?certificateRevocationList`,
    });
    const ask = async value => {
        how = value;
        rmSync(kept(it), { recursive: true, force: true });
        return (await verify(it, { online: true }, of.id)).result.revocation;
    };
    assert.deepEqual((({ status, source }) => ({ status, source }))(await ask({ value: list })),
        { status: 'good', source: 'crl' });
    assert.ok(server.asked[0].includes('ou=dp1,o=IngamTest,c=kr'));
    assert.ok(server.asked[0].includes('certificateRevocationList'));
    assert.equal((await ask({ value: list, attribute: 'certificateRevocationList' })).status, 'good');
    const seen = [];
    const trap = createServer(socket => {
        seen.push(1);
        socket.destroy();
    });
    await new Promise(listening => trap.listen(0, '127.0.0.1', listening));
    t.after(() => trap.close());
    for (const [name, value] of Object.entries({
        'nothing found': {},
        'no such object': { code: 32 },
        'a referral': { code: 10 },
        'a reference to another server': { referral: `ldap://127.0.0.1:${trap.address().port}/cn=x` },
        'text in place of a list': { value: Buffer.from('none') },
        'rubbish in place of a list': { value: Buffer.alloc(500, 0xa5) },
        'half a list': { value: list.subarray(0, list.length >> 1) },
        'bytes that are no LDAP': { raw: Buffer.from('HTTP/1.1 200 OK\r\n\r\n') },
        'a length of 2 GB': { raw: Buffer.from('30847fffffff0201', 'hex') },
        'an end': { raw: Buffer.alloc(0) },
    })) {
        const said = await ask(value);
        assert.equal(said.status, 'unknown', name);
        assert.ok(['ca_answer_invalid', 'crl_malformed', 'ca_timeout', 'ca_unreachable'].includes(said.problem),
            `${name}: ${said.problem}`);
    }
    assert.deepEqual(seen, [], 'no referral was followed');
});

/** What the test CA says and openssl's programs make of it. */
async function openssl(it, of) {
    const dir = folder('openssl');
    const at = name => join(dir, name);
    const show = await it.run('store.show', { certificate: of });
    writeFileSync(at('cert.der'), Buffer.from(show.result.der, 'base64'));
    execFileSync('openssl', ['x509', '-inform', 'DER', '-in', at('cert.der'), '-out', at('cert.pem')]);
    for (const what of ['ca', 'root'])
        writeFileSync(at(`${what}.pem`), (await ca.ca.call('cert', '--what', what)).pem);
    writeFileSync(at('crl.der'),
        Buffer.from(await (await fetch(`http://127.0.0.1:${ca.http}/crl`)).arrayBuffer()));
    execFileSync('openssl', ['crl', '-inform', 'DER', '-in', at('crl.der'), '-out', at('crl.pem')]);
    const run = args => {
        try {
            return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
        } catch (failed) {
            return `${failed.stdout}${failed.stderr}`;
        }
    };
    return {
        ocsp: run(['ocsp', '-issuer', at('ca.pem'), '-cert', at('cert.pem'), '-url',
            `http://127.0.0.1:${ca.http}/ocsp`, '-CAfile', at('root.pem'), '-verify_other', at('ca.pem')]),
        crl: run(['verify', '-crl_check', '-partial_chain', '-trusted', at('ca.pem'), '-CRLfile', at('crl.pem'),
            at('cert.pem')]),
    };
}

test('revoked: said by OCSP, by the CRL, and for ever by what was kept', async () => {
    const it = new Home(await ca.define('--vid', 'encrypted'));
    await ca.newPerson();
    const got = await it.enrol(await ca.code(), { name: PERSON.name });
    const of = got.result.certificate.id;
    let judged = await openssl(it, of);
    assert.match(judged.ocsp, /cert\.pem: good/);
    assert.match(judged.crl, /cert\.pem: OK/);
    assert.equal((await verify(it, { online: true }, of)).result.state, 'valid');
    const away = fresh();
    cpSync(join(it.path, 'NPKI'), join(away.path, 'NPKI'), { recursive: true });
    assert.equal((await it.run('enrol.revoke', { certificate: of, password: PASSWORD,
        reason: 'keyCompromise' })).reason, 'ok');
    judged = await openssl(away, of);
    assert.match(judged.ocsp, /cert\.pem: revoked/);
    assert.match(judged.crl, /certificate revoked/);

    const first = (await verify(away, { online: true }, of)).result;
    assert.deepEqual([first.state, first.reason, first.revocation.status, first.revocation.source,
        first.revocation.reason], ['revoked', 'certificate_revoked', 'revoked', 'ocsp', 'keyCompromise']);
    assert.ok(Math.abs(Date.parse(first.revocation.revokedAt) - Date.now()) < 600000);
    assert.equal((await away.stored()).certificates.find(c => c.id === of).state, 'revoked', 'the list says it too');
    assert.equal((await away.stored()).certificates.find(c => c.id === id).state, 'valid');
    await misbehaving('ocsp-expired', async () => {
        const later = (await verify(away, { online: true }, of)).result.revocation;
        assert.deepEqual([later.status, later.source], ['revoked', 'cache'], 'final: nobody is asked again');
    });
    await misbehaving('ocsp-try-later', async () => {
        rmSync(kept(away), { recursive: true });
        const { revocation } = (await verify(away, { online: true }, of)).result;
        assert.deepEqual([revocation.status, revocation.source, revocation.reason], ['revoked', 'crl', 'keyCompromise']);
    });
    const cli = await ingam(['verify-cert', of, '--online', '--json'], { home: away.path });
    assert.equal(cli.status, 1);
    assert.equal(JSON.parse(cli.text).state, 'revoked');
});

test('ingam verify-cert in words, and its exit status', async () => {
    const it = fresh();
    const run = await ingam(['verify-cert', id, '--online', '--password-fd', '3'],
        { home: it.path, secrets: [`${PASSWORD}\n`] });
    assert.equal(run.status, 0, run.errors);
    assert.match(run.text, /State +valid/);
    assert.match(run.text, /Revocation +not revoked/);
    assert.match(run.text, /Key file matches +yes/);
    assert.equal((await ingam(['verify-cert', id], { home: it.path })).status, 0);
    assert.equal((await ingam(['verify-cert', '0'.repeat(64)], { home: it.path })).status, 1);
    assert.equal((await ingam(['verify-cert'], { home: it.path })).status, 2);
    rmSync(join(it.path, '.config/ingam/ca.d/test.json'));
    assert.equal((await ingam(['verify-cert', id], { home: it.path })).status, 1);
});

