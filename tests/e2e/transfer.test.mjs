// Transfers at the demo bank, without a browser. Certificates come by `openssl
// cmp` and signatures by our own hand: nothing of Ingam has a part in this.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { checkCode } from '../../extension/common/bytes.js';
import { canonical } from '../../extension/common/transaction.js';
import { TEXTS } from '../bank/texts.mjs';
import { PEOPLE } from '../demo/people.mjs';
import { TEST_CA } from '../demo/test-ca.mjs';
import { Branch, run } from './lib/branch.mjs';
import { signedDisplayed } from './lib/cms.mjs';

const skip = existsSync(TEST_CA) ? false : 'ingam-test-ca is not built';

const TRANSFER = { bank: '다온은행', account: '110-234-567890',
    holder: '김서연', amount: '1,250,000', memo: '11월 월세' };

async function prepared(visitor, more = {}) {
    await visitor.get('/transfer');
    const { text } = await visitor.post('/transfer',
        { ...TRANSFER, ...more });
    return { nonce: /data-nonce="([^"]+)"/.exec(text)?.[1], text,
        code: /class="code">([^<]+)</.exec(text)?.[1],
        content: /data-transaction="([^"]+)"/.exec(text)?.[1]
            .replaceAll('&quot;', '"') };
}

const fields = [
    ['bank', '없는은행'], ['account', '110'], ['account', 'x-1-2'],
    ['holder', '<b>'], ['holder', ''], ['amount', '0'],
    ['amount', '-5'], ['amount', '1.5'], ['amount', '100000001'],
    ['amount', '1e3'], ['memo', 'a\u202eb'], ['memo', 'x'.repeat(41)],
];

describe('a transfer', { skip }, () => {
    let branch, bank, devices;
    const [hong, kim] = PEOPLE;
    let visitor, mine, theirs, old, unregistered;
    /** What the person had before: issued at a counter, so to say. */
    async function first({ user }, name) {
        const { id } = bank.people.get(user);
        const got =
            await branch.certify(await bank.authority.codes(id, 'issue'), name);
        assert.equal(await bank.register(bank.people.get(user), got.der),
            true);
        return got;
    }
    before(async () => {
        branch = await new Branch().start();
        ({ bank, devices } = branch);
        const early = await branch.loggedIn(kim);
        unregistered = await prepared(early);
        old = await first(hong, 'old');
        theirs = await first(kim, 'theirs');
        branch.skew += 10 * 60 * 1000;
        visitor = await branch.loggedIn();
        await branch.asked(visitor);
        await visitor.post('/reissue/code', { code: devices.code('sms') });
        mine = await branch.certify(await visitor.json('/reissue/codes', {}),
            'mine');
    });

    after(() => branch?.close());

    test('needs a registered certificate', () => {
        assert.equal(unregistered.nonce, undefined);
        assert.match(unregistered.text,
            new RegExp(TEXTS.ko.need_certificate));
    });

    const notOurs = [
        ['no certificate', () => ''],
        ['bytes that are none', () => 'AAAA'],
        ['another person\'s', () => theirs.der],
        ['one that is revoked', () => old.der],
    ];
    for (const [what, give] of notOurs) {
        test(`does not register ${what}`, async () => {
            const { status, reason } = await visitor.json('/reissue/done',
                { certificate: give() });
            assert.equal(status, 409);
            assert.equal(reason, 'certificate_not_issued');
        });
    }

    test('registers the new one, shows it, and takes the codes back',
        async () => {
            const { next } = await visitor.json('/reissue/done',
                { certificate: mine.der });
            assert.equal(next, '/reissue/done');
            const { text } = await visitor.get(next);
            assert.match(text, new RegExp(TEXTS.ko.done_title));
            const { status } = await visitor.get('/reissue/codes', {
                method: 'POST', body: '{}', headers: {
                    'X-CSRF': visitor.csrf,
                    'Content-Type': 'application/json' } });
            assert.equal(status, 403);
        });

    for (const [field, value] of fields) {
        test(`refuses ${field} ${JSON.stringify(value)}`, async () => {
            const { nonce, text } =
                await prepared(visitor, { [field]: value });
            assert.equal(nonce, undefined);
            assert.match(text, new RegExp(TEXTS.ko[`wrong_${field}`]));
        });
    }

    /** A signature over a transaction that this bank asked for. */
    const signed = (content, signer, said = {}) => signedDisplayed(content,
        signer, { kind: 'transaction', origin: bank.url, ...said });

    test('carries out a signed transfer and shows what it checked',
        async () => {
            const { nonce, content, code } = await prepared(visitor);
            assert.deepEqual(JSON.parse(content), { type: 'transfer',
                from: { bank: '나루은행', account: hong.account },
                to: { bank: '다온은행', account: '110-234-567890',
                    holder: '김서연' },
                amount: { value: '1250000', currency: 'KRW' }, nonce,
                memo: '11월 월세', expiry: JSON.parse(content).expiry });
            const { next } = await visitor.json('/transfer/sign',
                { nonce, code, signature: signed(content, mine) });
            const { text } = await visitor.get(next);
            assert.match(text, new RegExp(TEXTS.ko.result_title));
            for (const said of [nonce, code, bank.url])
                assert.ok(text.includes(said), said);
            assert.match(text, /\b[0-9a-f]{64}\b/);
        });

    test('makes the bytes and the code that Ingam makes', async () => {
        const { content, code } = await prepared(visitor);
        assert.equal(content, canonical(JSON.parse(content)));
        assert.equal(code, checkCode(createHash('sha256').update(content)
            .digest()));
    });

    const refused = [
        ['a changed amount', 'content_changed', ({ content }) =>
            signed(content.replace('1250000', '1350000'), mine)],
        ['one more line', 'content_changed', ({ content }) =>
            signed(`${content}\n`, mine)],
        ['the same members in another order', 'content_changed',
            ({ content }) => signed(JSON.stringify(Object.fromEntries(
                Object.entries(JSON.parse(content)).reverse())), mine)],
        ['another transfer\'s number', 'content_changed', ({ content, nonce }) =>
            signed(content.replace(nonce, 'f'.repeat(16)), mine)],
        ['no word of what was shown', 'display_missing', ({ content }) =>
            branch.signed(content, mine)],
        ['another site\'s request', 'origin_differs', ({ content }) =>
            signed(content, mine, { origin: 'https://evil.example' })],
        ['this site on another port', 'origin_differs', ({ content }) =>
            signed(content, mine, { origin: 'http://localhost:1' })],
        ['a transaction shown as text', 'kind_differs', ({ content }) =>
            signed(content, mine, { kind: 'text' })],
        ['another check code', 'code_differs', transfer => {
            transfer.code = 'AAA-AAA';
            return signed(transfer.content, mine);
        }],
        ['no check code', 'code_differs', transfer => {
            transfer.code = '';
            return signed(transfer.content, mine);
        }],
        ['another person\'s signature', 'signer_not_registered',
            async ({ content }) => signed(content, theirs)],
        ['a revoked certificate', 'signer_revoked',
            async ({ content }) => signed(content, old)],
        ['an unknown signer', 'signer_unknown', async ({ content }) => {
            const at = join(branch.folder, 'stranger');
            await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048',
                '-nodes', '-subj', '/CN=홍길동', '-days', '2',
                '-keyout', `${at}.key`, '-out', `${at}.crt`]);
            return signed(content, { key: `${at}.key`, crt: `${at}.crt` });
        }],
        ['a damaged signature', 'signature_invalid',
            async ({ content }) => {
                const der = Buffer.from(signed(content, mine), 'base64');
                der[der.length - 9] ^= 1;
                return der.toString('base64');
            }],
        ['half a signature', 'signature_invalid', async ({ content }) =>
            signed(content, mine).slice(0, 400)],
        ['what is not base64', 'signature_unreadable', () => '***'],
        ['nothing at all', 'signature_unreadable', () => ''],
        ['a transfer that is not there', 'transfer_unknown',
            async (transfer) => {
                transfer.nonce = 'ffffffffffffffff';
                return signed(transfer.content, mine);
            }],
        ['eleven minutes\' thinking', 'transfer_late', ({ content }) => {
            branch.skew += 11 * 60 * 1000;
            return signed(content, mine);
        }],
    ];
    for (const [what, reason, make] of refused) {
        test(`refuses ${what}`, async () => {
            const transfer = await prepared(visitor);
            const signature = await make(transfer);
            const answer = await visitor.json('/transfer/sign',
                { nonce: transfer.nonce, code: transfer.code, signature });
            assert.equal(answer.status, 409);
            assert.equal(answer.reason, reason);
            const { text } = await visitor.get(answer.next);
            assert.match(text, new RegExp(TEXTS.ko[`refused_${reason}`]));
        });
    }

    test('refuses the same signature a second time, also at once',
        async () => {
            const { nonce, content, code } = await prepared(visitor);
            const signature = signed(content, mine);
            const both = await Promise.all([1, 2].map(() =>
                visitor.json('/transfer/sign', { nonce, code, signature })));
            assert.deepEqual(both.map(({ status }) => status).sort(),
                [200, 409]);
            const late = await visitor.json('/transfer/sign',
                { nonce, code, signature });
            assert.equal(late.reason, 'transfer_done');
        });

    test('refuses when the CA cannot be asked, and works again later',
        async () => {
            const { nonce, content, code } = await prepared(visitor);
            const signature = signed(content, mine);
            await branch.ca.stop();
            const down = await visitor.json('/transfer/sign',
                { nonce, code, signature });
            assert.equal(down.reason, 'status_unknown');
            await branch.ca.serve();
            const up = await visitor.json('/transfer/sign',
                { nonce, code, signature });
            assert.equal(up.status, 200);
        });

    /** Ask for a call of the console as a page does, and answer it. */
    async function tried(call, answer, who = visitor) {
        const asked = await who.json('/console/ask', { call });
        const { params, ticket } = asked;
        const outcome = await answer(params);
        return { asked, outcome, ...await who.json('/console/verdict',
            { ticket, outcome: JSON.stringify(outcome) }) };
    }
    const answered = (params, signer, said = {}) => ({ result: {
        signature: signedDisplayed(params.content, signer,
            { kind: 'text', origin: bank.url, ...said }),
        code: checkCode(createHash('sha256').update(params.content)
            .digest()) } });
    const failing = rows => rows.filter(({ ok }) => !ok)
        .map(({ check, said }) => `${check} ${said ?? ''}`.trim());

    test('the console accepts a text that is signed as it asked', async () => {
        const { rows } = await tried('text', params => answered(params, mine));
        assert.deepEqual(failing(rows), []);
        assert.deepEqual(rows.map(({ check }) => check), ['signature',
            'signer', 'state', 'content', 'origin', 'kind', 'code', 'verify_node']);
    });

    const misjudged = [
        ['another site\'s', 'text', params => answered(params, mine,
            { origin: 'https://evil.example' }), 'origin https://evil.example'],
        ['what was shown as a transaction', 'text', params => answered(params,
            mine, { kind: 'transaction' }), 'kind transaction'],
        ['a revoked certificate\'s', 'text', params => answered(params, old),
            'signature signer_revoked'],
        ['one with attributes where none were asked for', 'no_attributes',
            params => {
                const { result } = answered(params, mine);
                return { result: { ...result, signature: Buffer.from(
                    result.signature, 'base64').toString('hex') } };
            }, 'no_attributes'],
        ['a text where a login was asked for', 'login', async () => ({ result: {
            token: answered({ content: '{"type":"login"}' }, mine).result
                .signature } }), 'token_type login'],
        ['an error where none was due', 'text', () =>
            ({ error: { reason: 'internal' } }), 'reason internal'],
        ['another reason than the due one', 'busy', () =>
            ({ error: { reason: 'cancelled' } }), 'reason cancelled'],
        ['a result where an error was due', 'busy', params =>
            answered(params, mine), 'reason —'],
        ['no result at all', 'text', () => ({}), 'readable'],
    ];
    for (const [what, call, answer, wanted] of misjudged) {
        test(`the console does not accept ${what}`, async () => {
            const { rows } = await tried(call, answer);
            assert.ok(failing(rows).some(fault => fault.startsWith(wanted)),
                JSON.stringify(rows));
        });
    }

    test('the console takes one answer to what it asked, from who was asked',
        async () => {
            const { asked: { ticket }, outcome } = await tried('text',
                params => answered(params, mine));
            const answer = (who, t) => who.get('/console/verdict', {
                method: 'POST', headers: { 'Content-Type': 'application/json',
                    'X-CSRF': who.csrf }, body: JSON.stringify({ ticket: t,
                    outcome: JSON.stringify(outcome) }) });
            assert.equal((await answer(visitor, ticket)).status, 409);
            assert.equal((await answer(visitor, 'x')).status, 409);
            const other = await branch.loggedIn(kim);
            await other.get('/console');
            const { ticket: theirTicket } =
                await visitor.json('/console/ask', { call: 'text' });
            assert.equal((await answer(other, theirTicket)).status, 409);
            assert.equal((await other.get('/console/ask', { method: 'POST',
                headers: { 'Content-Type': 'application/json',
                    'X-CSRF': other.csrf }, body: '{"call":"toString"}' }))
                .status, 404);
        });
});
