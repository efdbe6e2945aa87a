// What the console tries: for each call the request that the server makes, and
// the server's verdict on what came back. Errors are tried, too.

import { createHash } from 'node:crypto';
import { judgeCms, judgeLogin, judgePkcs1, judgeStamp, opened, row } from './judge.mjs';
import { token } from './sessions.mjs';
import { canonical, checkCode } from './transaction.mjs';
import { koreanTime } from './transfers.mjs';

const TEXT = { ko: '나루은행 대출 약정서 제3조에 동의해요.',
    en: 'I agree to article 3 of the loan agreement of Naru Bank.' };
const DOCUMENT = '나루은행 대출 약정서\n제1조 …\n';
const FILE = 'date,amount\n2026-11-25,1250000\n'.repeat(200);

const sha256 = text => createHash('sha256').update(text).digest('hex');

/** A call of sign whose signature openssl checks. */
const cms = (make, more = {}) => ({ method: 'sign',
    make: given => {
        const { params, content } = make(given);
        return { params, expect: { content, kind: 'text', ...more } };
    },
    judge: ({ bank }, expect, result) => judgeCms(bank, result, expect) });

/** A call that must end with a reason; how: what the page does besides. */
const wrong = (reason, params, more = {}) => ({ method: 'sign', reason,
    make: given => ({ expect: {}, params: typeof params === 'function'
        ? params(given) : params }), ...more });

const text = ({ lang }) => TEXT[lang];
const FORM = { fields: [['acct', '110-234-567890', '받는 계좌'],
    ['amt', '1,250,000', '금액'], ['memo', '월세 & 관리비', '메모']],
urlEncode: true };
const formText = FORM.fields.map(([name, value]) =>
    `${name}=${encodeURIComponent(value)}`).join('&');

const transaction = ({ bank, person }) => ({ type: 'payment',
    to: { name: '나루서점' }, amount: { value: '32900', currency: 'KRW' },
    from: { account: person.account }, nonce: token(),
    expiry: koreanTime(bank.now() + 600000) });

async function judgeBatch({ bank }, { items }, results) {
    const rows = [row('items', Array.isArray(results) &&
        results.length === items.length, String(results.length))];
    for (const [i, { content, error }] of items.entries()) {
        const result = results[i] ?? {};
        const all = error ? [row('', result.error?.reason === error,
            result.error?.reason)]
            : await judgeCms(bank, result, { content, kind: 'text' });
        const bad = all.find(({ ok }) => !ok);
        rows.push(row('item', !bad, `${i + 1}: ${(bad ?? all[0]).said}`));
    }
    return rows;
}

export const CALLS = {
    status: { method: 'status', make: () => ({ expect: {} }),
        judge: (given, expect, result) => [row('installed',
            result.installed === true, result.version)] },
    login: { method: 'login',
        make: () => {
            const nonce = token();
            return { params: { nonce }, expect: { nonce } };
        },
        judge: ({ bank, person }, expect, result) =>
            judgeLogin(bank, person, null, result, expect) },
    same: cms(given => ({ content: text(given), params: {
        content: text(given), filter: { sameAsLogin: true } } })),
    login_vid: { method: 'login',
        make: ({ server }) => {
            const nonce = token();
            return { params: { nonce, vidFor: server.der }, expect: { nonce } };
        },
        judge: ({ bank, person, server }, expect, result) =>
            judgeLogin(bank, person, server, result, expect) },
    text: cms(given => ({ params: { content: text(given) },
        content: text(given) })),
    transaction: cms(given => {
        const content = transaction(given);
        return { params: { content }, content: canonical(content) };
    }, { kind: 'transaction' }),
    form: cms(() => ({ params: { form: FORM }, content: formText })),
    no_attributes: cms(given => ({ content: text(given),
        params: { content: text(given), attributes: false, output: 'hex' } }),
    { kind: '', hex: true }),
    detached: cms(given => ({ content: text(given),
        params: { content: text(given), format: 'cms-detached' } }),
    { detached: true }),
    pkcs1: { ...cms(given => ({ content: text(given),
        params: { content: text(given), format: 'pkcs1' } })),
    judge: ({ bank }, expect, result) => judgePkcs1(bank, result, expect) },
    file: { ...cms(() => ({ content: FILE, params: {} }),
        { kind: 'file', detached: true }), method: 'signFile',
    file: { name: 'transfers.csv', type: 'text/csv', text: FILE } },
    batch: { method: 'signBatch', judge: judgeBatch,
        make: ({ lang }) => {
            const items = [1, 2, 3].map(n => ({ content: `${TEXT[lang]} ${n}` }));
            return { params: { items: [...items, { content: '이체 😀',
                encoding: 'euc-kr' }] }, expect: { items: [...items,
                { error: 'encoding_mismatch' }] } };
        } },
    document: { ...cms(() => ({ content: DOCUMENT, params: { document: {
        name: '대출 약정서.pdf', sha256: sha256(DOCUMENT),
        type: 'application/pdf' } } }), { kind: 'document', detached: true }),
    code: checkCode(DOCUMENT) },
    add: { ...cms(given => ({ content: text(given),
        params: { content: text(given) } }), { signers: 2 }), how: 'twice' },
    envelope: { ...cms(given => ({ content: text(given), params: {
        content: text(given), envelopeFor: given.server.der,
        cipher: 'seed-cbc' } })),
    judge: async ({ bank, server }, expect, result) => judgeCms(bank,
        { ...result, signature: (await opened(bank, result.envelope, server))
            .toString('base64') }, expect) },
    timestamp: { ...cms(given => ({ content: text(given),
        params: { content: text(given), timestamp: true } })),
    judge: async ({ bank }, expect, result) => [
        ...await judgeCms(bank, result, expect),
        await judgeStamp(bank, result)] },
    invalid_request: wrong('invalid_request', { content: 7 }),
    too_large: wrong('too_large', {}, { how: 'large' }),
    content_not_displayable: wrong('content_not_displayable',
        { content: 'a\0b' }),
    // the window says why none fits; the page hears no more than "cancelled"
    no_matching_certificate: wrong('cancelled',
        { content: 'x', filter: { policies: ['1.2.3'] } }),
    encoding_mismatch: wrong('encoding_mismatch',
        { content: '이체 😀', encoding: 'euc-kr' }),
    request_expired: wrong('request_expired',
        { content: '1초 뒤에 끝나요.', timeoutMs: 1000 }),
    cancelled: wrong('cancelled', { content: '취소를 눌러 주세요.' }),
    busy: wrong('busy', given => ({ content: text(given) }), { how: 'both' }),
    // a certificate of the demo has a year to go: the window says from when on
    renew: wrong('cancelled', {}, { method: 'renew' }),
    revoke: { method: 'revoke',
        make: () => ({ params: { reason: 'superseded' }, expect: {} }),
        judge: async ({ bank, person }, expect, { serial }) => {
            const found = (await bank.authority.certificates(person.id))
                .find(c => c.serial === serial);
            return [row('state', found?.state === 'revoked', found?.state)];
        } },
};
