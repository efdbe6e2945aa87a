/* What Ingam itself signs is accepted by every verifier, and never for what it
 * is not. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { password, workFolder } from '../host/lib/cli.mjs';
import { Host } from '../host/lib/host.mjs';
import { lock, withR } from '../host/lib/keyfile.mjs';
import { IDN, R, makeWorld, pem } from './corpus.mjs';
import { askNode, wrongOf } from './lib/node.mjs';
import { NONCE, ORIGIN, TRANSFER, canonical } from './lib/parts.mjs';
import { askCommand } from './lib/programs.mjs';

const folder = workFolder();
const home = join(folder, 'home');
const world = makeWorld();
const sha256 = bytes => createHash('sha256').update(bytes);
const b64 = bytes => Buffer.from(bytes).toString('base64');

/** Put a person of the corpus into the store; the certificate's id. */
function put(name, who, r) {
    const dir = join(home, 'NPKI/IngamCorpus/USER', `cn=${name},o=IngamCorpus,c=kr`);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const info = who.spec.pair.privateKey.export({ type: 'pkcs8', format: 'der' });
    writeFileSync(join(dir, 'signCert.der'), who.der);
    writeFileSync(join(dir, 'signPri.key'), lock(withR(info, r), password));
    return sha256(who.der).digest('hex');
}

mkdirSync(home, { mode: 0o700 });
const hong = put('Hong', world.hong, R);
const kim = put('Kim', world.kim, Buffer.alloc(20, 9));

async function call(method, params) {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const answer = await host.ask(1, method, { origin: ORIGIN, certificate: hong, password, ...params });
    await host.end();
    assert.equal(answer.error, undefined, JSON.stringify(answer.error));
    return answer.result;
}

const shown = { language: 'ko', displayed: sha256('shown').digest('hex') };
const sign = (content, params) => call('sign.data', { content: b64(content), ...params });
const trust = pem(world.root.der) + pem(world.sub.der);
const serverKey = world.pairs.server.privateKey.export({ type: 'pkcs8', format: 'pem' });
const text = Buffer.from('이체 1,000,000원\n');
const transfer = Buffer.from(canonical(TRANSFER));
const login = await call('sign.login', { nonce: NONCE, recipient: b64(world.server.der) });
const one = await sign(text, { kind: 'text', ...shown });

/** name, signature, what a site asks, what it must be told. */
const rows = [
    ['a text', one, { origin: ORIGIN, kind: 'text', content: b64(text) }],
    ['a text for another site', one, { origin: 'https://shop.example' }, ['display: origin_differs']],
    ['a text as a transaction', one, { kind: 'transaction' }, ['display: kind_differs', 'transaction: transaction_malformed']],
    ['a text as a login', one, { type: 'login' }, ['structure: content_type', 'login: token_malformed']],
    ['a transaction', await sign(transfer, { kind: 'transaction', ...shown }), { origin: ORIGIN, kind: 'transaction', transaction: TRANSFER }],
    ['a detached one', await sign(text, { format: 'cms-detached' }), { content: b64(text) }],
    ['one without attributes', await sign(text, { attributes: false }), {}],
    ['PKCS#1', await sign(text, { format: 'pkcs1' }), { format: 'pkcs1', content: b64(text), certificate: b64(world.hong.der) }],
    ['a second signer', await sign(text, { certificate: kim, addTo: one.signature, kind: 'text', ...shown }), { origin: ORIGIN }],
    ['a second signer, an expected one', await sign(text, { certificate: kim, addTo: one.signature }),
        { certificate: b64(world.hong.der) }, ['certificate: other_signer']],
    ['a document by its digest', await call('sign.data', { kind: 'document', documentName: 'a.pdf', documentSha256: sha256(text).digest('hex'),
        format: 'cms-detached', ...shown }), { sha256: sha256(text).digest('hex'), kind: 'document' }],
    ['a login', login, { type: 'login', origin: ORIGIN, nonce: NONCE, vid: login.vid, serverKey, idn: IDN }],
    ['a login, another nonce', login, { type: 'login', origin: ORIGIN, nonce: 'x' }, ['login: nonce_differs']],
    ['a login, another identity number', login, { type: 'login', vid: login.vid, serverKey, idn: '8001011234567' }, ['identity: identity_differs']],
    ['a login as data', login, { origin: ORIGIN }, ['structure: content_type']],
];

for (const [i, [name, made, asked, wrong = []]] of rows.entries()) {
    test(`made by Ingam: ${name}`, async () => {
        // one moment for all: that of the signature, a minute either way
        const at = `${new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().slice(0, 19)}Z`;
        const question = { trust, at, signature: made.signature, ...asked };
        const { verdict } = askNode(question);
        assert.deepEqual(wrongOf(verdict), wrong);
        const command = await askCommand(question, join(folder, String(i)));
        assert.deepEqual(command.verdict.checks, verdict.checks);
        assert.equal(command.status, wrong.length === 0 ? 0 : 1);
    });
}
