/**
 * Time-stamps (RFC 3161): sign.data with `timestamp` against the test CA's
 * time-stamp authority, good and bad; what is verified of them later; and what
 * openssl's own `ts` program, `cms` and `asn1parse` say of the same bytes.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { json, openssl } from '../host/lib/cli.mjs';
import { reasonOf, request } from '../host/lib/host.mjs';
import { folder, Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';
import { Weather } from './lib/weather.mjs';

const ca = runningCa();
const work = folder('timestamp');
const at = name => join(work, name);
const TEXT = '이체 1,000,000원';
const CONTENT = Buffer.from(TEXT).toString('base64');
/** The token's attribute, id-aa-timeStampToken, in DER. */
const ATTRIBUTE = Buffer.from('060b2a864886f70d010910020e', 'hex');
let home, id, config;

const settings = where => join(where.path, '.config/ingam/tsa.json');

function configure(value, where = home) {
    mkdirSync(join(where.path, '.config/ingam'), { recursive: true, mode: 0o700 });
    writeFileSync(settings(where), typeof value === 'string' ? value : JSON.stringify(value));
}

const params = more => ({ certificate: id, password: PASSWORD, content: CONTENT, timestamp: true, ...more });
const sign = (more, options) => home.run('sign.data', params(more), () => {}, options);
const verify = async (file, ...args) =>
    (await json(['verify', '--in', file, '--trust', at('ca.pem'), ...args], { home: home.path })).value;
const bad = value => value.checks.filter(c => !c.ok).map(c => `${c.check}:${c.reason}`);

/** The signature as a file. */
function keep(name, result) {
    writeFileSync(at(name), Buffer.from(result.signature, 'base64'));
    return at(name);
}

test('a certificate and a TSA, which the following tests use', async () => {
    home = new Home(await ca.define('--vid', 'encrypted'));
    const got = await home.enrol(await ca.code(), { name: PERSON.name, keyScheme: 'legacy' });
    ({ id } = got.result.certificate);
    config = await ca.ca.call('tsa', '--endpoint', `http://127.0.0.1:${ca.http}/tsa`);
    configure(config);
    for (const what of ['ca', 'root', 'tsa'])
        writeFileSync(at(`${what}.pem`), (await ca.ca.call('cert', '--what', what)).pem);
    writeFileSync(at('both.pem'), readFileSync(at('root.pem')) + readFileSync(at('ca.pem')));
});

test('ca.list says whom a time-stamp would be asked of, where there is somebody', async () => {
    const asked = async () => (await home.run('ca.list', {})).result.tsa;
    assert.deepEqual(await asked(), { name: config.name, endpoint: config.endpoint });
    configure('{');
    assert.equal(await asked(), undefined);
    configure(config);
});

test('a time-stamp comes into the signature, with its time in the reply', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { reason, result, steps } = await sign();
    assert.equal(reason, 'ok');
    assert.deepEqual(steps, ['timestamp']);
    const time = Date.parse(result.timestamp) / 1000;
    assert.ok(time >= before && time <= Date.now() / 1000, result.timestamp);
    const value = await verify(keep('stamped', result));
    assert.deepEqual([bad(value), value.valid], [[], true]);
    assert.deepEqual(value.signers[0].timestamp,
        { state: 'good', time: result.timestamp, tsa: 'cn=Ingam Test TSA,ou=TSA,o=IngamTest,c=KR' });
    assert.deepEqual(value.checks.filter(c => c.check === 'timestamp'), [{ check: 'timestamp', ok: true, signer: 0 }]);
});

/** Offsets of openssl's asn1parse for what stands inside an object's set. */
function inside(file, oid) {
    const lines = openssl(['asn1parse', '-inform', 'DER', '-in', file]).toString().split('\n');
    const from = lines.findIndex(line => line.includes(`:${oid}`));
    const [, offset] = lines[from + 2].match(/^ *(\d+):/);
    return offset;
}

/** The token and the signature's value, cut out by openssl alone. */
function cut(file) {
    openssl(['asn1parse', '-inform', 'DER', '-in', file, '-strparse', inside(file, 'id-smime-aa-timeStampToken'),
        '-noout', '-out', at('token')]);
    const lines = openssl(['asn1parse', '-inform', 'DER', '-in', file]).toString().split('\n');
    const from = lines.findIndex(line => line.includes(':id-smime-aa-timeStampToken'));
    const value = lines.slice(0, from).reverse().find(line => line.includes('OCTET STRING'));
    const [, offset, header, length] = value.match(/^ *(\d+):d=\d+ +hl=(\d+) +l= *(\d+)/).map(Number);
    writeFileSync(at('value'), readFileSync(file).subarray(offset + header, offset + header + length));
}

test('openssl: the token is good, about this signature, and the CMS stays good', async () => {
    const { result } = await sign();
    const file = keep('openssl', result);
    cut(file);
    const ts = ['ts', '-verify', '-token_in', '-in', at('token'), '-CAfile', at('root.pem'), '-untrusted', at('ca.pem')];
    const say = more => openssl([...ts, ...more]).toString();
    assert.match(say(['-data', at('value')]), /Verification: OK/);
    writeFileSync(at('other'), 'x');
    assert.throws(() => say(['-data', at('other')]));
    const text = openssl(['ts', '-reply', '-token_in', '-in', at('token'), '-token_out', '-text']).toString();
    assert.match(text, /Policy OID: 1\.2\.410\.200005\.7\.1/);
    assert.match(text, /Hash Algorithm: sha256/);
    assert.match(text, /Nonce: 0x/);
    assert.equal(openssl(['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', file, '-CAfile', at('both.pem'),
        '-purpose', 'any']).toString(), TEXT);
});

test('without `timestamp` there is none, and no worker: a TSA that is set up changes nothing', async () => {
    const { result, steps } = await sign({ timestamp: false });
    assert.deepEqual([result.timestamp, steps], [undefined, []]);
    assert.ok(!Buffer.from(result.signature, 'base64').includes(ATTRIBUTE));
    const host = home.start();
    await host.hello();
    const children = () => readFileSync(`/proc/${host.child.pid}/task/${host.child.pid}/children`, 'utf8').trim();
    await host.send(request(1, 'sign.data', params({ timestamp: undefined })));
    assert.equal(reasonOf(await host.read()), 'ok');
    assert.equal(children(), '');
    await host.end();
    const value = await verify(keep('plain', result));
    assert.deepEqual([bad(value), value.signers[0].timestamp], [[], undefined]);
    assert.deepEqual(bad(await verify(at('plain'), '--trust-tsa', at('ca.pem'))), ['timestamp:timestamp_missing']);
});

/** What the TSA does wrong, and what is said of it. */
const modes = {
    'tsa-rejected': 'tsa_rejected',
    'tsa-bad-alg': 'tsa_bad_alg',
    'tsa-waiting': 'tsa_rejected',
    'tsa-no-token': 'tsa_malformed',
    'tsa-nonce-wrong': 'tsa_nonce',
    'tsa-nonce-missing': 'tsa_nonce',
    'tsa-other-imprint': 'tsa_other_signature',
    'tsa-other-policy': null, // any policy will do where none is set up
    'tsa-version': 'tsa_malformed',
    'tsa-unknown-critical': 'tsa_malformed',
    'tsa-other-name': 'tsa_malformed',
    'tsa-day-late': 'clock_wrong',
    'tsa-day-early': 'tsa_untrusted', // older than its CA
    'tsa-by-other': 'tsa_usage',
    'tsa-by-responder': 'tsa_usage',
    'tsa-not-critical': 'tsa_usage',
    'tsa-two-purposes': 'tsa_usage',
    'tsa-own-purpose': 'tsa_usage',
    'tsa-by-stranger': 'tsa_untrusted',
    'tsa-by-expired': 'tsa_expired',
    'tsa-no-certificate': 'tsa_certificate',
    'tsa-unnamed': 'tsa_certificate',
    'tsa-bad-signature': 'tsa_signature',
    'tsa-sha1': 'tsa_signature',
    'tsa-plain-data': 'tsa_malformed',
    'tsa-huge': 'ca_answer_invalid',
    'tsa-trailing': 'tsa_malformed',
    'tsa-truncated': 'tsa_malformed',
    'tsa-no-bytes': 'tsa_malformed',
    'tsa-deep': 'tsa_malformed',
    'tsa-portal': 'tsa_malformed',
    'tsa-type-html': 'ca_answer_invalid',
    'tsa-http-404': 'ca_answer_invalid',
    'tsa-http-503': 'ca_busy',
    'tsa-http-302': 'ca_answer_invalid',
    'tsa-close': 'ca_timeout',
    'tsa-half': 'ca_answer_invalid',
};

for (const [mode, problem] of Object.entries(modes))
    test(mode, () => ca.misbehaving(mode, async () => {
        const { reason, result, data } = await sign();
        if (problem === null) {
            assert.equal(reason, 'ok');
            return;
        }
        assert.deepEqual(Object.keys(result ?? {}), [], 'no signature is handed out');
        assert.equal(data.signature, undefined);
        if (problem === 'clock_wrong') {
            assert.equal(reason, 'clock_wrong');
            const off = (Date.parse(data.time) - Date.parse(data.date)) / 86400000;
            assert.equal(Math.round(off), 1);
        } else {
            assert.deepEqual([reason, data.problem, data.retryable], ['timestamp_failed', problem, true]);
        }
    }));

test('every mode of the TSA is a row here', async () => {
    const { modes: all } = await ca.ca.call('misbehave', '--list');
    assert.deepEqual(all.filter(m => m.stage === 'tsa').map(m => m.name).sort(),
        [...Object.keys(modes), 'tsa-hang'].sort());
});

test('a TSA that says nothing: cancelled, and no signature', () => ca.misbehaving('tsa-hang', async () => {
    const { reason, result } = await home.run('sign.data', params(), (step, host) =>
        host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 1 } }));
    assert.deepEqual([reason, result], ['cancelled', undefined]);
}));

test('a TSA that failed may be asked again on the same port', async () => {
    const host = home.start();
    await host.hello();
    await ca.misbehaving('tsa-rejected', async () =>
        assert.equal(await host.reason(1, 'sign.data', params()), 'timestamp_failed'));
    assert.equal(await host.reason(2, 'sign.data', params({ password: 'wrong-Password-1' })), 'password_wrong');
    const answer = await host.ask(3, 'sign.data', params());
    assert.match(answer.result.timestamp, /^20/);
    await host.end();
});

test('a port that began without network stays so', async () => {
    const host = home.start();
    await host.hello();
    assert.equal(await host.reason(1, 'sign.data', params({ timestamp: false, password: 'wrong-Password-1' })),
        'password_wrong');
    assert.equal(await host.reason(2, 'sign.data', params()), 'bad_state');
    assert.equal(await host.reason(3, 'sign.data', params({ timestamp: false })), 'ok');
    await host.end();
});

test('what failed is not in the history, what was signed is', async () => {
    const count = async () => (await home.run('history.list', {})).result.total;
    const before = await count();
    await ca.misbehaving('tsa-rejected', () => sign());
    assert.equal(await count(), before);
    await sign();
    assert.equal(await count(), before + 1);
});

test('nobody listens; another scheme of address is no setting', async () => {
    const gone = await ca.ca.call('tsa', '--endpoint', 'http://127.0.0.1:1/tsa');
    configure(gone);
    assert.equal((await sign()).data.problem, 'ca_unreachable');
    configure({ ...gone, loopback: false });
    assert.equal((await sign()).data.problem, 'ca_unreachable', 'not into the person\'s own network');
    configure(config);
});

for (const [name, more, problem] of [
    ['the bare value', { format: 'pkcs1' }, 'format'],
    ['no attributes', { attributes: false }, 'attributes'],
])
    test(`a form that takes no time-stamp: ${name}`, async () => {
        const { reason, data } = await sign(more);
        assert.deepEqual([reason, data.problem], ['invalid_request', problem]);
    });

test('over TLS with the anchor of the settings', async () => {
    const tls = await ca.ca.call('tsa', '--endpoint', `https://127.0.0.1:${ca.https}/tsa`, '--tls');
    configure(tls);
    assert.equal((await sign()).reason, 'ok');
    configure({ ...tls, tls: undefined });
    const { reason, data } = await sign();
    assert.deepEqual([reason, data.problem], ['timestamp_failed', 'tls_failed']);
    configure(config);
});

test('a policy is asked for, and must come', async () => {
    configure({ ...config, policy: '1.2.410.200005.7.1' });
    assert.equal((await sign()).reason, 'ok');
    await ca.misbehaving('tsa-other-policy', async () =>
        assert.equal((await sign()).data.problem, 'tsa_policy'));
    configure({ ...config, policy: '1.2.3.4.5' });
    assert.equal((await sign()).data.problem, 'tsa_unaccepted_policy');
    configure(config);
});

const anchor = () => config.anchors[0].certificate;
/** Settings that are wrong, and the problem that is said. */
const wrong = [
    ['no file', null, 'missing'],
    ['no JSON', 'tsa', 'json_invalid'],
    ['a name twice', () => JSON.stringify(config).replace('{', '{"name":"a",'), 'json_duplicate'],
    ['something after it', () => `${JSON.stringify(config)} x`, 'json_trailing'],
    ['an array', () => [config], 'message_invalid'],
    ['an unknown member', () => ({ ...config, retries: 3 }), 'param_unknown'],
    ['no endpoint', () => ({ ...config, endpoint: undefined }), 'param_missing'],
    ['no name', () => ({ ...config, name: undefined }), 'param_missing'],
    ['no anchors', () => ({ ...config, anchors: undefined }), 'param_missing'],
    ['an empty list of anchors', () => ({ ...config, anchors: [] }), 'param_range'],
    ['nine anchors', () => ({ ...config, anchors: Array(9).fill(config.anchors[0]) }), 'param_range'],
    ['an anchor by its hash alone', () => ({ ...config, anchors: [{ sha256: '00'.repeat(32) }] }), 'param_unknown'],
    ['an anchor that is none', () => ({ ...config, anchors: [{ certificate: 'AAAA' }] }), 'certificate_damaged'],
    ['an anchor and more bytes', () => ({ ...config, anchors: [{ certificate:
        Buffer.concat([Buffer.from(anchor(), 'base64'), Buffer.alloc(1)]).toString('base64') }] }),
    'certificate_damaged'],
    ['a raw TCP address', () => ({ ...config, endpoint: 'tcp://127.0.0.1:1' }), 'param_range'],
    ['a file as address', () => ({ ...config, endpoint: 'file:///etc/passwd' }), 'param_range'],
    ['a user in the address', () => ({ ...config, endpoint: 'http://a@127.0.0.1/' }), 'param_range'],
    ['an address that is too long', () => ({ ...config, endpoint: `http://${'a'.repeat(512)}` }), 'param_range'],
    ['a number for loopback', () => ({ ...config, loopback: 1 }), 'param_type'],
    ['a policy in words', () => ({ ...config, policy: 'rsaEncryption' }), 'param_range'],
    ['a policy that is no OID', () => ({ ...config, policy: '9.9.9' }), 'param_range'],
    ['70 KB', () => `${' '.repeat(70000)}{}`, 'too_large'],
];

for (const [name, value, problem] of wrong)
    test(`settings: ${name}`, async () => {
        if (value === null)
            rmSync(settings(home));
        else
            configure(typeof value === 'function' ? value() : value);
        const { reason, data } = await sign();
        configure(config);
        assert.deepEqual([reason, data.problem], ['timestamp_unavailable', problem]);
    });

test('settings that may not be read are not passed over', { skip: process.getuid() === 0 && 'root reads all' },
    async () => {
        chmodSync(settings(home), 0);
        const { reason } = await sign();
        chmodSync(settings(home), 0o600);
        assert.equal(reason, 'timestamp_unavailable');
    });

test('a signature is judged at the time of a good time-stamp, not of a bad one', async () => {
    const { result } = await sign();
    const file = keep('later', result);
    const { notAfter } = (await home.stored()).certificates.find(c => c.id === id);
    const after = new Date(Date.parse(notAfter) + 3600000).toISOString().replace('.000', '');
    const late = (...more) => verify(file, '--at', after, ...more);
    assert.deepEqual(bad(await late('--trust-tsa', at('ca.pem'))), [], 'the person\'s certificate has expired since');
    assert.deepEqual(bad(await late()), [], 'the TSA that is set up here');
    const plain = keep('plain-later', (await sign({ timestamp: false })).result);
    assert.deepEqual(bad(await verify(plain, '--at', after)), ['validity:certificate_expired']);
    const stranger = at('stranger.pem');
    openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Stranger', '-keyout', at('stranger.key'),
        '-out', stranger]);
    assert.deepEqual(bad(await late('--trust-tsa', stranger)),
        ['timestamp:tsa_untrusted', 'validity:certificate_expired']);
    rmSync(settings(home));
    const nobody = await late();
    configure(config);
    assert.deepEqual([bad(nobody), nobody.signers[0].timestamp.state],
        [['validity:certificate_expired'], 'untrusted'], 'nobody vouches for the TSA');
    const early = new Date(Date.parse(result.timestamp) - 3600000).toISOString().replace('.000', '');
    assert.equal((await verify(file, '--at', early)).signers[0].timestamp.state, 'untrusted', 'not made yet');
    const decades = new Date(Date.parse(result.timestamp) + 6 * 366 * 86400000).toISOString().replace('.000', '');
    const expired = await verify(file, '--at', decades);
    assert.deepEqual([expired.signers[0].timestamp.state, expired.signers[0].timestamp.problem],
        ['untrusted', 'tsa_expired'], 'a TSA\'s old key may be stolen');
});

/** Change one byte of a signature behind a mark. */
function changed(name, mark, by) {
    const der = readFileSync(at(name));
    const where = der.indexOf(mark);
    assert.ok(where > 0);
    der[where + by] ^= 1;
    writeFileSync(at('changed'), der);
    return at('changed');
}

test('a token of another signature, or one that was changed, is a failed check', async () => {
    const [one, two] = [keep('one', (await sign()).result), keep('two', (await sign({ content: 'eHg=' })).result)];
    const [a, b] = [readFileSync(one), readFileSync(two)];
    const [i, j] = [a.indexOf(ATTRIBUTE), b.indexOf(ATTRIBUTE)];
    // the tokens may differ in length (ECDSA): sign again until they do not
    let other = b.subarray(j);
    for (let n = 0; other.length !== a.length - i && n < 40; n++) {
        const next = Buffer.from((await sign({ content: 'eHg=' })).result.signature, 'base64');
        other = next.subarray(next.indexOf(ATTRIBUTE));
    }
    writeFileSync(at('swapped'), Buffer.concat([a.subarray(0, i), other]));
    const value = await verify(at('swapped'));
    assert.deepEqual(bad(value), ['timestamp:tsa_other_signature']);
    assert.equal(value.signers[0].timestamp.state, 'bad');
    const info = Buffer.from('060b2a864886f70d0109100104', 'hex'); // the token's content type
    assert.deepEqual(bad(await verify(changed('one', info, 12))), ['timestamp:tsa_malformed']);
});

/** What a signature of another form looks like from outside. */
const forms = [
    ['detached', { format: 'cms-detached' }, ['--content', 'in']],
    ['a document that is not here', { content: undefined, kind: 'document', documentName: 'a.pdf',
        documentSha256: createHash('sha256').update(TEXT).digest('hex') }, ['--content', 'in']],
    ['EUC-KR', { encoding: 'euc-kr' }, []],
];

for (const [name, more, args] of forms)
    test(`a time-stamp goes into every form of CMS: ${name}`, async () => {
        writeFileSync(at('in'), TEXT);
        const { reason, result } = await sign(more);
        assert.equal(reason, 'ok');
        const value = await verify(keep('form', result), '--trust-tsa', at('ca.pem'),
            ...args.map(arg => arg === 'in' ? at('in') : arg));
        assert.deepEqual(bad(value), []);
        assert.equal(value.signers[0].timestamp.time, result.timestamp);
    });

test('who joins a signature has their own stamped, and nobody else\'s', async () => {
    const first = (await sign({ timestamp: false })).result.signature;
    await ca.newPerson('김철수');
    const kim = await home.enrol(await ca.code(), { name: '김철수', keyScheme: 'legacy' });
    const { result } = await sign({ addTo: first, certificate: kim.result.certificate.id });
    const value = await verify(keep('joined', result));
    assert.deepEqual(value.signers.map(s => s.timestamp?.state), [undefined, 'good']);
    assert.deepEqual(bad(await verify(at('joined'), '--trust-tsa', at('ca.pem'))), ['timestamp:timestamp_missing']);
});

test('an envelope holds the signature with its time-stamp', async () => {
    openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Server', '-keyout', at('server.key'),
        '-out', at('server.pem'), '-addext', 'keyUsage=critical,keyEncipherment']);
    const recipient = readFileSync(at('server.pem'), 'utf8').replace(/-----.*?-----|\n/g, '');
    const { result } = await sign({ recipient });
    writeFileSync(at('envelope'), Buffer.from(result.envelope, 'base64'));
    openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', at('envelope'), '-inkey', at('server.key'),
        '-out', at('opened')]);
    assert.deepEqual(bad(await verify(at('opened'), '--trust-tsa', at('ca.pem'))), []);
    assert.match(result.timestamp, /^20/);
});

for (const [years, reason] of [[3, 'certificate_expired'], [-3, 'certificate_not_yet_valid']])
    test(`a clock that is ${years} years off is seen before anybody is asked`, async () => {
        const weather = new Weather();
        weather.clock(years * 365 * 86400);
        const got = await sign({}, { env: { HOME: home.path, ...weather.env } });
        assert.deepEqual([got.reason, got.steps], [reason, []]);
    });

test('a clock that is an hour off is told apart from a bad TSA', async () => {
    const weather = new Weather();
    weather.clock(3600);
    const { reason, data } = await sign({}, { env: { HOME: home.path, ...weather.env } });
    assert.equal(reason, 'clock_wrong');
    assert.equal(Math.round((Date.parse(data.date) - Date.parse(data.time)) / 3600000), 1);
});

test('`ingam sign --timestamp` and `ingam verify` in words', async () => {
    const cli = (args, options) => json(args, { home: home.path, ...options });
    writeFileSync(at('in'), TEXT);
    const run = await cli(['sign', id, '--in', at('in'), '--out', at('cli'), '--timestamp', '--password-fd', '3'],
        { secrets: [`${PASSWORD}\n`] });
    assert.equal(run.status, 0, run.text);
    assert.match(run.value.timestamp, /^20\d\d-/);
    assert.equal(createHash('sha256').update(TEXT).digest('hex'), run.value.sha256);
    assert.deepEqual(bad(await verify(at('cli'), '--trust-tsa', at('ca.pem'))), []);
    await ca.misbehaving('tsa-rejected', async () => {
        const failed = await cli(['sign', id, '--in', at('in'), '--out', at('none'), '--timestamp', '--password-fd', '3'],
            { secrets: [`${PASSWORD}\n`] });
        assert.deepEqual([failed.status, failed.value.error.data.problem], [1, 'tsa_rejected']);
        assert.throws(() => readFileSync(at('none')), /ENOENT/);
    });
});

test('a revocation takes nothing back that was stamped before it', async () => {
    const stamped = (await sign()).result;
    keep('before', stamped);
    keep('unstamped', (await sign({ timestamp: false })).result);
    while (Date.now() < Date.parse(stamped.timestamp) + 1100)
        await new Promise(done => setTimeout(done, 20)); // CRLs count seconds
    const revoked = await home.run('enrol.revoke', { certificate: id, password: PASSWORD, reason: 'keyCompromise' });
    assert.equal(revoked.reason, 'ok');
    const list = await fetch(`http://127.0.0.1:${ca.http}/crl`);
    writeFileSync(at('crl'), Buffer.from(await list.arrayBuffer()));
    assert.deepEqual(bad(await verify(at('before'), '--revocation', at('crl'), '--trust-tsa', at('ca.pem'))), []);
    assert.deepEqual(bad(await verify(at('unstamped'), '--revocation', at('crl'))), ['revocation:certificate_revoked']);
    rmSync(settings(home));
    assert.deepEqual(bad(await verify(at('before'), '--revocation', at('crl'))), ['revocation:certificate_revoked'],
        'a time-stamp of nobody we know');
    configure(config);
});
