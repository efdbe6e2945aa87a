/* What was shown is signed too: sign.data with a display, judged by openssl's
 * own parser and by verify.signature. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCa, makePerson, openssl, password, workFolder } from './lib/cli.mjs';
import { Host } from './lib/host.mjs';

const OID = '2.25.292293108776468909223655752328592255476.1';
const ORIGIN = 'https://bank.example';
const folder = workFolder();
const home = join(folder, 'home');
mkdirSync(home, { mode: 0o700 });
const ca = makeCa(folder);
const hong = makePerson(folder, home, { name: '홍길동()0004' });
const b64 = text => Buffer.from(text).toString('base64');
const hex = text => createHash('sha256').update(text).digest('hex');
const transfer = '{"amount":{"currency":"KRW","value":"1250000"},"memo":"월세","type":"transfer"}';

async function call(method, params) {
    const host = new Host({ env: { HOME: home } });
    await host.hello();
    const answer = await host.ask(1, method, params);
    await host.end();
    return answer;
}

const sign = more => call('sign.data', { origin: ORIGIN, certificate: hong.id, password,
    content: b64(transfer), kind: 'transaction', language: 'ko', displayed: hex('표'), ...more });
const verify = (signature, more) => call('verify.signature',
    { signature, trust: readFileSync(ca).toString('base64'), ...more });

test('the attribute says who asked, in which language, and what stood there', async () => {
    const { result } = await sign({});
    const der = join(folder, 'signed.der');
    writeFileSync(der, Buffer.from(result.signature, 'base64'));
    assert.equal(openssl(['cms', '-verify', '-binary', '-inform', 'DER', '-in', der, '-CAfile', ca,
        '-purpose', 'any']).toString(), transfer);
    const printed = openssl(['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', der]).toString();
    assert.ok(printed.includes(OID), printed);
    const parsed = openssl(['asn1parse', '-inform', 'DER', '-in', der]).toString();
    for (const text of [`UTF8STRING        :${ORIGIN}`, 'PRINTABLESTRING   :ko', 'PRINTABLESTRING   :transaction',
        `[HEX DUMP]:${hex('표').toUpperCase()}`])
        assert.ok(parsed.includes(text), text);
    const { result: verdict } = await verify(result.signature,
        { expectOrigin: ORIGIN, expectKind: 'transaction' });
    assert.equal(verdict.valid, true);
    assert.deepEqual(verdict.signers[0].display,
        { kind: 'transaction', origin: ORIGIN, language: 'ko', displayed: hex('표') });
});

const verdicts = [
    ['another site', {}, { expectOrigin: 'https://evil.example' }, 'origin_differs'],
    ['the same site on another port', {}, { expectOrigin: `${ORIGIN}:8443` }, 'origin_differs'],
    ['shown as text', {}, { expectKind: 'text' }, 'kind_differs'],
    ['text taken for a transaction', { kind: 'text' }, { expectKind: 'transaction' }, 'kind_differs'],
    ['nothing was said', { language: undefined, displayed: undefined }, { expectOrigin: ORIGIN }, 'display_missing'],
    ['no attributes at all', { attributes: false }, { expectOrigin: ORIGIN }, 'display_missing'],
];
for (const [what, made, asked, reason] of verdicts) {
    test(`verify.signature: ${what}`, async () => {
        const { result } = await sign(made);
        const { result: verdict } = await verify(result.signature, asked);
        assert.equal(verdict.valid, false);
        assert.deepEqual(verdict.checks.filter(c => !c.ok),
            [{ check: 'display', ok: false, reason, signer: 0 }]);
    });
}

const refusals = [
    ['a digest without a language', { language: undefined }, 'param_missing', 'language'],
    ['a language without a digest', { displayed: undefined }, 'param_missing', 'displayed'],
    ['a digest that is too short', { displayed: 'ab' }, 'param_type', 'displayed'],
    ['a digest in capitals', { displayed: hex('x').toUpperCase() }, 'param_type', 'displayed'],
    ['a language that is not ours', { language: 'fr' }, 'param_range', 'language'],
    ['nobody asked', { origin: undefined }, 'param_missing', 'origin'],
    ['a kind that is not ours', { kind: 'login' }, 'param_range', 'kind'],
];
for (const [what, more, reason, param] of refusals) {
    test(`sign.data refuses: ${what}`, async () => {
        const { error } = await sign(more);
        assert.equal(error?.data.reason, reason);
        assert.equal(error.data.param, param);
    });
}

const transactions = [
    ['spaces', '{"type": "t"}', {}, 'canonical'],
    ['members out of order', '{"type":"t","a":1}', {}, 'canonical'],
    ['text', 'hello', {}, 'json'],
    ['an amount in a number', '{"amount":5,"type":"t"}', {}, 'amount'],
    ['EUC-KR', transfer, { encoding: 'euc-kr' }, 'encoding'],
    ['bytes', transfer, { encoding: 'binary' }, 'encoding'],
];
for (const [what, content, more, problem] of transactions) {
    test(`no transaction: ${what}`, async () => {
        const { error } = await sign({ content: b64(content), ...more });
        assert.equal(error?.data.reason, 'invalid_request');
        assert.equal(error.data.problem, problem);
    });
}
