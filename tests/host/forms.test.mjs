/* Every form that sign.data makes: several signers, documents, envelopes, an
 * expired certificate; openssl and certtool say what they are worth. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { has, makeCa, makePerson, openssl, password, tool, workFolder } from './lib/cli.mjs';
import { Host } from './lib/host.mjs';

const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: '홍길동()0004' });
const kim = makePerson(folder, home, { name: '김철수()0004' });
const lee = makePerson(folder, home, { name: 'Lee' });
const old = makePerson(folder, home, { name: 'Old', from: '20200101000000Z', until: '20210101145959Z' });
const gone = makePerson(folder, home, { name: 'Gone', from: '20200101000000Z', until: '20210101145959Z' });
const oldKm = makePerson(folder, home, { name: 'Old Km', usage: 'critical,keyEncipherment',
    from: '20200101000000Z', until: '20210101145959Z' });
const youngKm = makePerson(folder, home, { name: 'Young Km', usage: 'critical,keyEncipherment', from: '20950101000000Z' });
const young = makePerson(folder, home, { name: 'Young', from: '20950101000000Z' });
const server = makePerson(folder, at('server'), { name: 'Server', usage: 'critical,keyEncipherment' });

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const b64 = bytes => Buffer.from(bytes).toString('base64');

const keyOf = person => join(person.pem, '../key.pem');
const certificateOf = person => b64(readFileSync(join(person.dir, 'signCert.der')));
const recipient = certificateOf(server);
const trust = b64(readFileSync(ca));

// The root is pinned, as that of a CA that is known here.
mkdirSync(join(home, '.config/ingam/ca.d'), { recursive: true, mode: 0o700 });
writeFileSync(join(home, '.config/ingam/ca.d/test.json'), JSON.stringify({ name: 'test', title: { ko: '시험', en: 'Test' },
    folder: 'IngamTest', dialect: 'rfc9483', endpoint: 'http://127.0.0.1:9/cmp', loopback: true, issuers: ['cn=Test Root,o=IngamTest,c=kr'],
    anchors: [{ sha256: sha256(derOf(ca)), certificate: b64(derOf(ca)) }],
    profile: { subject: 'reference', vid: 'none', km: false }, enabled: true, contact: { ko: '시험', en: 'Test' } }));

/** @param {string} pem a certificate's file */
function derOf(pem) {
    return openssl(['x509', '-in', pem, '-outform', 'DER']);
}

/** What openssl says of a CMS file: the content, or it throws. */
function verify(name, more = []) {
    return openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', name, '-CAfile', ca,
        '-purpose', 'any', ...more]);
}

/** What the server reads in an envelope. */
function open(envelope, name) {
    return openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', file(name, Buffer.from(envelope, 'base64')),
        '-recip', server.pem, '-inkey', keyOf(server), '-provider', 'default', '-provider', 'legacy']);
}

/** A file of these bytes. */
function file(name, bytes) {
    writeFileSync(at(name), bytes);
    return at(name);
}

async function call(method, params) {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const answer = await host.ask(1, method, params);
    await host.end();
    return answer;
}

const ask = (person, more) => call('sign.data', { certificate: person.id, password, ...more });

const text = '이체 1,000,000원\n받는 분 김철수\n';

for (const format of ['cms', 'cms-detached'])
    for (const attributes of [true, false])
        for (const encoding of ['utf-8', 'euc-kr', 'binary'])
            test(`three signers: ${format}, ${attributes ? '' : 'no '}attributes, ${encoding}`, async () => {
                const content = encoding === 'binary' ? Buffer.concat([Buffer.from('\0\r\n'), randomBytes(200)]) : text;
                let last;
                for (const person of [hong, kim, lee]) {
                    const { result, error } = await ask(person, { content: b64(content), format, attributes, encoding,
                        ...last && { addTo: last.signature } });
                    assert.equal(error, undefined, JSON.stringify(error));
                    last = result;
                }
                const bytes = encoding === 'euc-kr'
                    ? tool('iconv', ['-f', 'UTF-8', '-t', 'CP949'], { input: content }) : Buffer.from(content);
                const name = `${format}-${attributes}-${encoding}`;
                const der = file(`${name}.der`, Buffer.from(last.signature, 'base64'));
                const data = file(`${name}.bin`, bytes);
                const more = format === 'cms' ? [] : ['-content', data];
                assert.deepEqual(verify(der, more), bytes);
                assert.equal(last.sha256, sha256(bytes));
                assert.equal(last.format, format);
                if (has('certtool'))
                    tool('certtool', ['--p7-verify', '--inder', `--load-ca-certificate=${ca}`, '--infile', der,
                        ...format === 'cms' ? [] : [`--load-data=${data}`]]);
                const { result: verdict } = await call('verify.signature', { signature: last.signature,
                    trust, ...format === 'cms' ? {} : { content: b64(bytes) } });
                assert.equal(verdict.valid, true, JSON.stringify(verdict.checks));
                assert.deepEqual(verdict.signers.map(s => s.id).sort(), [hong.id, kim.id, lee.id].sort());
                assert.deepEqual(verdict.signers.map(s => s.attributes), [attributes, attributes, attributes]);
            });

const ciphers = ['aes-256-cbc', 'aria-128-cbc', 'seed-cbc', 'des-ede3-cbc'];
for (const cipher of ciphers)
    test(`an envelope with ${cipher} opens with openssl and holds the signature`, async () => {
        const { result, error } = await ask(hong, { content: b64(text), recipient, cipher });
        assert.equal(error, undefined, JSON.stringify(error));
        assert.equal(result.signature, undefined);
        const inner = open(result.envelope, `${cipher}.env`);
        assert.equal(verify(file('inner', inner)).toString(), text);
    });

test('the envelope of a bare value holds just that', async () => {
    const { result } = await ask(hong, { content: b64(text), format: 'pkcs1', recipient });
    assert.equal(open(result.envelope, 'bare.env').length, 256);
    assert.equal(result.format, 'pkcs1');
});

/** What openssl's program prints of a CMS message. */
const dump = name => openssl(['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', at(name)]).toString();

test('who receives an envelope is named, and its key goes as each cipher has it', async () => {
    for (const [cipher, algorithm, way] of [['aes-256-cbc', /aes-256-cbc/, /rsaesOaep/],
        ['seed-cbc', /seed-cbc/, /rsaEncryption/], ['aria-128-cbc', /aria-128-cbc/, /rsaEncryption/],
        ['des-ede3-cbc', /des-ede3-cbc/, /rsaEncryption/]]) {
        const text = dump(`${cipher}.env`);
        assert.match(text, algorithm);
        assert.match(text, way);
        assert.match(text, /d.issuerAndSerialNumber/);
    }
});

/* --- documents -------------------------------------------------------------- */

const pages = randomBytes(5000);
const page = { origin: 'https://bank.example', language: 'ko', displayed: sha256('창') };
const document = { documentName: '계약서.pdf', documentSha256: sha256(pages) };

test('a document is signed by its name and digest, and says that it was shown as one', async () => {
    const { result, error } = await ask(hong, { ...page, ...document });
    assert.equal(error, undefined, JSON.stringify(error));
    assert.equal(result.format, 'cms-detached');
    assert.equal(result.sha256, sha256(pages));
    verify(file('document.der', Buffer.from(result.signature, 'base64')), ['-content', file('pages', pages)]);
    assert.throws(() => verify(at('document.der'), ['-content', file('other', 'other')]));
    const { result: verdict } = await call('verify.signature', { signature: result.signature, trust,
        sha256: sha256(pages), expectKind: 'document', expectOrigin: page.origin });
    assert.equal(verdict.valid, true, JSON.stringify(verdict.checks));
});

test('two sign the same document', async () => {
    const { result } = await ask(hong, { ...page, ...document });
    const { result: both, error } = await ask(kim, { ...page, ...document, addTo: result.signature });
    assert.equal(error, undefined, JSON.stringify(error));
    verify(file('both.der', Buffer.from(both.signature, 'base64')), ['-content', file('pages', pages)]);
    assert.equal(dump('both.der').match(/\bsignedAttrs:/g).length, 2);
});

/* --- several signers, some of them made by others ---------------------------- */

/** name, openssl's arguments, what is asked beside it, how many sign in the end */
const joined = [
    ['by SHA-512', ['-md', 'sha512'], {}],
    ['by SHA-384, outside the content', ['-md', 'sha384'], {}, true],
    ['without attributes', ['-noattr'], {}],
    ['named by key identifier', ['-keyid'], { attributes: false }],
    ['with our certificate inside already', ['-certfile', hong.pem], {}],
    ['of two already', ['-signer', lee.pem, '-inkey', keyOf(lee)], {}],
];
for (const [name, args, more, detached] of joined)
    test(`joins one by openssl, ${name}`, async () => {
        const made = openssl(['cms', '-sign', '-binary', '-outform', 'DER', '-signer', kim.pem, '-inkey', keyOf(kim),
            ...detached ? [] : ['-nodetach'], ...args], { input: text });
        const { result, error } = await ask(hong, { content: b64(text), addTo: b64(made), ...more });
        assert.equal(error, undefined, JSON.stringify(error));
        assert.equal(result.format, detached ? 'cms-detached' : 'cms');
        verify(file('joined.der', Buffer.from(result.signature, 'base64')),
            detached ? ['-content', file('text', text)] : []);
        const { result: verdict } = await call('verify.signature',
            { signature: result.signature, trust, content: b64(text) });
        assert.equal(verdict.valid, true, JSON.stringify(verdict.checks));
        assert.equal(verdict.signers.length, name.includes('two') ? 3 : 2);
        assert.ok(verdict.signers.every(s => s.ok));
    });

test('of two signers the one that is not good is named', async () => {
    const first = await ask(hong, { content: b64(text) });
    const { result } = await ask(old, { content: b64(text), addTo: first.result.signature, expired: true });
    const { result: verdict } = await call('verify.signature', { signature: result.signature, trust });
    assert.equal(verdict.valid, false);
    assert.deepEqual(Object.fromEntries(verdict.signers.map(s => [s.id, s.ok])), { [hong.id]: true, [old.id]: false });
});

/* --- expired certificates ---------------------------------------------------- */

test('an expired certificate signs where that is asked for, and the verdict says so', async () => {
    const { result } = await ask(old, { content: b64(text), expired: true });
    const { result: verdict } = await call('verify.signature', { signature: result.signature, trust });
    assert.deepEqual(verdict.checks.filter(c => !c.ok).map(c => c.reason), ['certificate_expired']);
});

/** Calls on one port, one after the other. */
async function callAll(...calls) {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const answers = [];
    for (const [i, [method, params]] of calls.entries())
        answers.push(await host.ask(i + 1, method, params));
    await host.end();
    return answers;
}

test('an expired one signs a batch and a file, too, where that is asked for', async () => {
    const whose = { certificate: old.id, password };
    const file = [['sign.begin', { name: 'a', size: 1 }], ['sign.update', { data: b64('a') }]];
    for (const expired of [true, false]) {
        const batch = await callAll(['sign.batch', { ...whose, items: 1, expired }],
            ...expired ? [['sign.item', { n: 1, content: b64(text), format: 'pkcs1' }]] : []);
        const signed = await callAll(...file, ['sign.finish', { ...whose, expired }]);
        for (const answer of [batch.at(-1), signed.at(-1)])
            assert.equal(answer.error?.data.reason, expired ? undefined : 'certificate_expired');
    }
});

test('one that is valid signs as ever when expired ones may', async () => {
    const { result } = await ask(hong, { content: b64(text), expired: true });
    assert.equal(verify(file('valid.der', Buffer.from(result.signature, 'base64'))).toString(), text);
});

test('an expired one that is known to be revoked does not sign', async () => {
    const config = join(gone.pem, '../ca.cnf'), state = join(home, '.local/state/ingam/revocation');
    const how = ['ca', '-batch', '-config', config, '-cert', ca, '-keyfile', at('ca.key')];
    openssl([...how, '-revoke', gone.pem]);
    openssl([...how, '-gencrl', '-crldays', '9000', '-out', at('crl.pem')]);
    assert.ok((await ask(gone, { content: b64(text), expired: true })).result, 'nothing is known yet');
    mkdirSync(state, { recursive: true, mode: 0o700 });
    openssl(['crl', '-in', at('crl.pem'), '-outform', 'DER', '-out', join(state, `${gone.id}.crl`)]);
    const { error } = await ask(gone, { content: b64(text), expired: true });
    assert.equal(error?.data.reason, 'certificate_revoked');
});

/* --- what the history keeps --------------------------------------------------- */

test('the history says which form it was', async () => {
    const { result } = await call('history.list', { limit: 100 });
    const details = new Set(result.entries.map(e => e.detail));
    for (const detail of ['cms', 'cms-detached, document', 'cms, joined', 'cms-detached, document, joined',
        'cms, expired', 'pkcs1, expired', 'cms-detached, expired', 'cms, enveloped', 'pkcs1, enveloped', 'cms, joined, expired'])
        assert.ok(details.has(detail), `${detail} of ${[...details]}`);
    const entry = result.entries.find(e => e.detail === 'cms-detached, document');
    assert.equal(entry.shown, document.documentName);
    assert.equal(entry.digest, document.documentSha256);
});

/* --- what must not be ----------------------------------------------------------- */

const attached = (await ask(hong, { content: b64(text) })).result.signature;
const outside = (await ask(hong, { content: b64(text), format: 'cms-detached' })).result.signature;
const envelope = (await ask(hong, { content: b64(text), recipient })).result.envelope;
const byOthers = (args, person = kim) => b64(openssl(['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER',
    '-signer', person.pem, '-inkey', keyOf(person), ...args], { input: text }));
const login = (await call('sign.login', { origin: page.origin, certificate: hong.id, password,
    nonce: 'a nonce of a site'.replaceAll(' ', '-') })).result.signature;
const changed = (signature, at) => {
    const bytes = Buffer.from(signature, 'base64');
    bytes[at < 0 ? bytes.length + at : at] ^= 1;
    return b64(bytes);
};
const withByte = b64(Buffer.concat([Buffer.from(attached, 'base64'), Buffer.from([0])]));
const selfSigned = (...key) => {
    openssl(['req', '-x509', '-newkey', ...key, '-nodes', '-keyout', at('weak.key'), '-out', at('weak.der'),
        '-outform', 'DER', '-subj', '/CN=Weak', '-addext', 'keyUsage=critical,keyEncipherment']);
    return b64(readFileSync(at('weak.der')));
};
const content = b64(text);

/** name, who, what is asked, reason, parameter, problem */
const refusals = [
    ['nothing to sign', hong, {}, 'param_missing', 'content'],
    ['a name without a digest', hong, { documentName: 'a' }, 'param_missing', 'documentSha256'],
    ['a digest without a name', hong, { documentSha256: sha256('') }, 'param_missing', 'documentName'],
    ['kind document alone', hong, { kind: 'document' }, 'param_missing', 'documentName'],
    ['kind document with content alone', hong, { kind: 'document', content }, 'param_missing', 'documentName'],
    ['a document as text', hong, { ...document, kind: 'text' }, 'param_range', 'kind'],
    ['a document as a transaction', hong, { ...document, kind: 'transaction' }, 'param_range', 'kind'],
    ['a document and content', hong, { ...document, content }, 'invalid_request', 'content'],
    ['a document inside', hong, { ...document, format: 'cms' }, 'param_range', 'format'],
    ['a document as a bare value', hong, { ...document, format: 'pkcs1' }, 'param_range', 'format'],
    ['a document without attributes', hong, { ...document, attributes: false }, 'param_range', 'attributes'],
    ['a document in EUC-KR', hong, { ...document, encoding: 'euc-kr' }, 'param_range', 'encoding'],
    ['a digest a byte short', hong, { ...document, documentSha256: sha256('').slice(2) }, 'param_type', 'documentSha256'],
    ['a digest a digit short', hong, { ...document, documentSha256: sha256('').slice(1) }, 'param_type', 'documentSha256'],
    ['a digest a byte long', hong, { ...document, documentSha256: `${sha256('')}00` }, 'param_range', 'documentSha256'],
    ['a digest of other letters', hong, { ...document, documentSha256: 'g'.repeat(64) }, 'param_type', 'documentSha256'],
    ['a digest of nothing', hong, { ...document, documentSha256: '' }, 'param_type', 'documentSha256'],
    ['a document without a name', hong, { ...document, documentName: '' }, 'param_type', 'documentName'],
    ['a name of two lines', hong, { ...document, documentName: 'a\nb' }, 'param_type', 'documentName'],
    ['a name with a delete in it', hong, { ...document, documentName: 'a\x7fb' }, 'param_type', 'documentName'],
    ['a name that is too long', hong, { ...document, documentName: 'a'.repeat(301) }, 'param_range', 'documentName'],
    ['a document that a site asks for and nobody saw', hong, { ...document, origin: page.origin }, 'param_missing', 'displayed'],
    ['a document and the signature over other pages', kim, { ...document, addTo: outside }, 'invalid_request', 'addTo', 'digest_differs'],
    ['a document and a signature with the content inside', kim,
        { documentName: 'a', documentSha256: sha256(text), addTo: attached }, 'param_range', 'format'],

    ['the same certificate twice', hong, { content, addTo: attached }, 'already_signed'],
    ['the same certificate twice, outside', hong, { content, addTo: outside }, 'already_signed'],
    ['what is joined, of other content', kim, { content: b64('x'), addTo: attached }, 'invalid_request', 'addTo', 'content_differs'],
    ['what is joined, of other content, outside', kim, { content: b64('x'), addTo: outside }, 'invalid_request', 'addTo', 'digest_differs'],
    ['what is joined, its value changed', kim, { content, addTo: changed(attached, -1) }, 'invalid_request', 'addTo', 'signature_wrong'],
    ['what is joined, a byte after its end', kim, { content, addTo: withByte }, 'invalid_request', 'addTo', 'trailing_bytes'],
    ['what is joined, nothing', kim, { content, addTo: '' }, 'invalid_request', 'addTo', 'not_signed_data'],
    ['what is joined, text', kim, { content, addTo: content }, 'invalid_request', 'addTo', 'not_signed_data'],
    ['what is joined, an envelope', kim, { content, addTo: envelope }, 'invalid_request', 'addTo', 'not_signed_data'],
    ['what is joined, a certificate', kim, { content, addTo: recipient }, 'invalid_request', 'addTo', 'not_signed_data'],
    ['what is joined, a login', kim, { content, addTo: login }, 'invalid_request', 'addTo', 'content_type'],
    ['what is joined, in an indefinite form (BER)', hong, { content, addTo: byOthers(['-stream']) },
        'invalid_request', 'addTo', 'not_signed_data'],
    ['what is joined, by SHA-1', hong, { content, addTo: byOthers(['-md', 'sha1']) }, 'invalid_request', 'addTo', 'digest_weak'],
    ['what is joined, without its certificate', hong, { content, addTo: byOthers(['-nocerts']) }, 'invalid_request', 'addTo', 'certificate_missing'],
    ['a bare value beside others', kim, { content, addTo: attached, format: 'pkcs1' }, 'param_range', 'format'],
    ['outside, where the others are inside', kim, { content, addTo: attached, format: 'cms-detached' }, 'param_range', 'format'],
    ['inside, where the others are outside', kim, { content, addTo: outside, format: 'cms' }, 'param_range', 'format'],

    ['a cipher for nobody', hong, { content, cipher: 'seed-cbc' }, 'param_missing', 'recipient'],
    ['a cipher that is none of ours', hong, { content, recipient, cipher: 'aes-128-cbc' }, 'param_range', 'cipher'],
    ['RC2', hong, { content, recipient, cipher: 'rc2-40-cbc' }, 'param_range', 'cipher'],
    ['a cipher by its OID', hong, { content, recipient, cipher: '1.2.410.200004.1.4' }, 'param_range', 'cipher'],
    ['an envelope for no certificate', hong, { content, recipient: content }, 'param_type', 'recipient'],
    ['an envelope for nothing', hong, { content, recipient: '' }, 'param_type', 'recipient'],
    ['an envelope for who may only sign', hong, { content, recipient: certificateOf(kim) }, 'invalid_request', 'recipient', 'key_usage'],
    ['an envelope for RSA of 1024 bits', hong, { content, recipient: selfSigned('rsa:1024') }, 'invalid_request', 'recipient', 'key'],
    ['an envelope for a curve', hong, { content, recipient: selfSigned('ec', '-pkeyopt', 'ec_paramgen_curve:P-256') },
        'invalid_request', 'recipient', 'key'],
    ['an envelope for who has expired', hong, { content, recipient: certificateOf(oldKm) },
        'invalid_request', 'recipient', 'certificate_expired'],
    ['an envelope for who has expired, and an expired signer may', hong, { content, expired: true, recipient: certificateOf(oldKm) },
        'invalid_request', 'recipient', 'certificate_expired'],
    ['an envelope for who is not valid yet', hong, { content, recipient: certificateOf(youngKm), cipher: 'seed-cbc' },
        'invalid_request', 'recipient', 'certificate_not_yet_valid'],
    ['an envelope for who has expired, by a wrong password', hong, { content, password: 'not-The-One-1', recipient: certificateOf(oldKm) },
        'invalid_request', 'recipient', 'certificate_expired'],

    ['an expired one that was not asked for', old, { content }, 'certificate_expired'],
    ['an expired one, told not to', old, { content, expired: false }, 'certificate_expired'],
    ['one that is not valid yet, where expired ones may', young, { content, expired: true }, 'certificate_not_yet_valid'],
    ['one for encryption, where expired ones may', oldKm, { content, expired: true }, 'no_matching_certificate'],
    ['expired as text', old, { content, expired: 'true' }, 'param_type', 'expired'],
];
for (const [name, person, more, reason, param, problem] of refusals)
    test(`refused: ${name}`, async () => {
        const { result, error } = await ask(person, more);
        assert.equal(result, undefined);
        assert.deepEqual([error.data.reason, error.data.param, error.data.problem], [reason, param, problem]);
    });
