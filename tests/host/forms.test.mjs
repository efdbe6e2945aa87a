/* Every form that sign.data makes: several signers, documents, envelopes, an
 * expired certificate; openssl and certtool say what they are worth. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { has, json, makeCa, makePerson, openssl, password, tool, workFolder } from './lib/cli.mjs';
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
const server = makePerson(folder, at('server'), { name: 'Server', usage: 'critical,keyEncipherment' });

const secrets = [`${password}\n`];
const fd = ['--password-fd', '3'];
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const b64 = bytes => Buffer.from(bytes).toString('base64');

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
                assert.deepEqual(openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', der, '-CAfile', ca,
                    '-purpose', 'any', ...more]), bytes);
                assert.equal(last.sha256, sha256(bytes));
                assert.equal(last.format, format);
                if (has('certtool'))
                    tool('certtool', ['--p7-verify', '--inder', `--load-ca-certificate=${ca}`, '--infile', der,
                        ...format === 'cms' ? [] : [`--load-data=${data}`]]);
                const { result: verdict } = await call('verify.signature', { signature: last.signature,
                    trust: b64(readFileSync(ca)), ...format === 'cms' ? {} : { content: b64(bytes) } });
                assert.equal(verdict.valid, true, JSON.stringify(verdict.checks));
                assert.deepEqual(verdict.signers.map(s => s.id).sort(), [hong.id, kim.id, lee.id].sort());
                assert.deepEqual(verdict.signers.map(s => s.attributes), [attributes, attributes, attributes]);
            });

const ciphers = ['aes-256-cbc', 'aria-128-cbc', 'seed-cbc', 'des-ede3-cbc'];
for (const cipher of ciphers)
    test(`an envelope with ${cipher} opens with openssl and holds the signature`, async () => {
        const recipient = readFileSync(join(server.dir, 'signCert.der'));
        const { result, error } = await ask(hong, { content: b64(text), recipient: b64(recipient), cipher });
        assert.equal(error, undefined, JSON.stringify(error));
        assert.equal(result.signature, undefined);
        const der = file(`${cipher}.env`, Buffer.from(result.envelope, 'base64'));
        const inner = openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', der,
            '-recip', server.pem, '-inkey', server.pem.replace(/[^/]*$/, 'key.pem'),
            '-provider', 'default', '-provider', 'legacy']);
        assert.deepEqual(openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', file('inner', inner), '-CAfile', ca,
            '-purpose', 'any']).toString(), text);
    });

test('a document is signed by its name and digest', async () => {
    const pages = randomBytes(5000);
    const { value } = await json(['sign', hong.id, ...fd, '--document', '계약서.pdf', '--sha256', sha256(pages)],
        { home, secrets, input: 'not read' });
    assert.equal(value.format, 'cms-detached', JSON.stringify(value));
    assert.equal(value.sha256, sha256(pages));
    const der = file('document.der', Buffer.from(value.signature, 'base64'));
    openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', der, '-CAfile', ca, '-purpose', 'any',
        '-content', file('pages', pages)]);
});

test('an expired certificate signs where that is asked for', async () => {
    const { result } = await ask(old, { content: b64(text), expired: true });
    assert.ok(result);
    const { result: verdict } = await call('verify.signature', { signature: result.signature, trust: b64(readFileSync(ca)) });
    assert.deepEqual(verdict.checks.filter(c => !c.ok).map(c => c.reason), ['certificate_expired']);
});
