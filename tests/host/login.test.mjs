/* sign.login: a token for one site, one nonce and five minutes, that is never
 * taken for another kind of signature; R for one server only. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCa, makePerson, openssl, password, workFolder } from './lib/cli.mjs';
import { Host } from './lib/host.mjs';
import { lock, unlock, withR } from './lib/keyfile.mjs';

const OID = '2.25.292293108776468909223655752328592255476.2';
const ORIGIN = 'https://bank.example';
const NONCE = 'nonce-of-the-server-0123456789';
const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: '홍길동()0004' });
const bare = makePerson(folder, home, { name: 'Bare' });
const R = Buffer.alloc(20, 0x5A);
const keyFile = join(hong.dir, 'signPri.key');
writeFileSync(keyFile, lock(withR(unlock(readFileSync(keyFile), password).info, R), password));

async function call(method, params) {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const answer = await host.ask(1, method, params);
    await host.end();
    return answer;
}

/** A server's certificate, in base64 DER. */
function server(name, usage, bits = 2048) {
    openssl(['req', '-x509', '-newkey', `rsa:${bits}`, '-nodes', '-keyout', at(`${name}.key`), '-out', at(`${name}.pem`),
        '-subj', `/CN=${name}`, '-addext', `keyUsage=critical,${usage}`]);
    openssl(['x509', '-in', at(`${name}.pem`), '-outform', 'DER', '-out', at(`${name}.der`)]);
    return readFileSync(at(`${name}.der`)).toString('base64');
}

const login = more => call('sign.login', { origin: ORIGIN, certificate: hong.id, password, nonce: NONCE, ...more });
const verify = (signature, more) => call('verify.signature', { signature, type: 'login', expectOrigin: ORIGIN,
    expectNonce: NONCE, trust: readFileSync(ca).toString('base64'), ...more });
const failed = ({ result }) => result.checks.filter(c => !c.ok).map(c => c.reason);

/** What openssl finds inside, as a content type of any kind. */
function inside(signature) {
    writeFileSync(at('token.der'), Buffer.from(signature, 'base64'));
    return openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('token.der'), '-CAfile', ca,
        '-purpose', 'any']).toString();
}

const { result: good } = await login({});

test('openssl verifies the token, which says site, nonce and five minutes', async () => {
    const text = inside(good.signature);
    const token = JSON.parse(text);
    assert.deepEqual({ ...token, issued: 0, expires: 0 },
        { expires: 0, issued: 0, nonce: NONCE, origin: ORIGIN, type: 'login' });
    assert.equal(text, JSON.stringify(token, Object.keys(token).sort()));
    assert.equal(Date.parse(token.expires) - Date.parse(token.issued), 300000);
    assert.equal(good.expires, token.expires);
    assert.equal(good.vid, undefined);
    const parsed = openssl(['asn1parse', '-inform', 'DER', '-in', at('token.der')]).toString();
    assert.ok(parsed.includes(OID));
    assert.equal((await verify(good.signature)).result.valid, true);
});

const later = seconds => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '');
const verdicts = [
    ['for another site', { expectOrigin: 'https://evil.example' }, ['origin_differs']],
    ['for another nonce', { expectNonce: `${NONCE}x` }, ['nonce_differs']],
    ['seven minutes later', { at: later(420) }, ['token_expired']],
    ['as a signature over data', { type: 'data', expectOrigin: undefined }, ['content_type']],
];
for (const [what, more, reasons] of verdicts) {
    test(`a login is refused ${what}`, async () => {
        const answer = await verify(good.signature, more);
        assert.equal(answer.result.valid, false);
        assert.deepEqual(failed(answer), reasons);
    });
}
test('a minute of wrong clocks is borne', async () => {
    assert.equal((await verify(good.signature, { at: later(350) })).result.valid, true);
});

test('a signed text of the same words is no login', async () => {
    const content = Buffer.from(inside(good.signature)).toString('base64');
    for (const more of [{}, { kind: 'transaction' }, { attributes: false }]) {
        const { result } = await call('sign.data', { origin: ORIGIN, certificate: hong.id, password, content, ...more });
        const answer = await verify(result.signature);
        assert.equal(answer.result.valid, false);
        assert.ok(failed(answer).includes('content_type'), JSON.stringify(answer));
    }
});

const refusals = [
    ['nobody asked', { origin: undefined }, 'param_missing', 'origin'],
    ['no nonce', { nonce: undefined }, 'param_missing', 'nonce'],
    ['a nonce of fifteen', { nonce: 'a'.repeat(15) }, 'param_range', 'nonce'],
    ['a nonce of 257', { nonce: 'a'.repeat(257) }, 'param_range', 'nonce'],
    ['a nonce with a space', { nonce: `${NONCE} x` }, 'param_type', 'nonce'],
    ['a nonce with a line end', { nonce: `${NONCE}\n` }, 'param_type', 'nonce'],
    ['a nonce in Hangul', { nonce: '가'.repeat(16) }, 'param_type', 'nonce'],
    ['a recipient that is no certificate', { recipient: 'AAAA' }, 'param_type', 'recipient'],
];
for (const [what, more, reason, param] of refusals) {
    test(`sign.login refuses: ${what}`, async () => {
        const { error } = await login(more);
        assert.equal(error?.data.reason, reason);
        assert.equal(error.data.param, param);
    });
}

/** A server's certificate of other years. */
function dated(name, from, until) {
    const person = makePerson(folder, at('servers'), { name, usage: 'critical,keyEncipherment', from, until });
    return readFileSync(join(person.dir, 'signCert.der')).toString('base64');
}
const recipients = [
    ['signing certificate', () => server('bad2048', 'digitalSignature'), 'key_usage'],
    ['key of 1024 bits', () => server('bad1024', 'keyEncipherment', 1024), 'key'],
    ['certificate that has expired', () => dated('Over', '20200101000000Z', '20210101145959Z'), 'certificate_expired'],
    ['certificate that is not valid yet', () => dated('Early', '20950101000000Z'), 'certificate_not_yet_valid'],
];
for (const [what, make, problem] of recipients) {
    test(`R goes to no ${what}`, async () => {
        const { result, error } = await login({ recipient: make() });
        assert.equal(result, undefined);
        assert.deepEqual([error.data.reason, error.data.param, error.data.problem], ['invalid_request', 'recipient', problem]);
    });
}

test('a certificate without R says so', async () => {
    const { error } = await login({ certificate: bare.id, recipient: server('r', 'keyEncipherment') });
    assert.equal(error?.data.reason, 'identity_value_missing');
});

test('R is for the server alone, and bound to this login', async () => {
    const { result } = await login({ recipient: server('server', 'keyEncipherment') });
    writeFileSync(at('vid.der'), Buffer.from(result.vid, 'base64'));
    const open = name => openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', at('vid.der'),
        '-inkey', at(`${name}.key`), '-recip', at(`${name}.pem`)]).toString();
    const { r, type, ...token } = JSON.parse(open('server'));
    assert.deepEqual(Buffer.from(r, 'base64'), R);
    assert.equal(type, 'login-r');
    const { type: signed, ...same } = JSON.parse(inside(result.signature));
    assert.equal(signed, 'login');
    assert.deepEqual(token, same);
    server('other', 'keyEncipherment');
    assert.throws(() => open('other'));
});
