/** Many contents signed at once: parameters, the host's answers, the page's. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { BYTES_MAX, ITEMS_MAX, parseBatch } from '../../extension/common/batch-params.js';
import { checkCode, sha256, toHex } from '../../extension/common/bytes.js';
import { HostError } from '../../extension/common/host-error.js';
import { attemptAll } from '../../extension/ui/batch/approval.js';
import { FakePort, fakeArea, until, watch } from './fakes.mjs';

const HELLO = {
    jsonrpc: '2.0',
    method: 'hello',
    params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0' },
};
const ID = 'ab'.repeat(32);
const texts = n => Array.from({ length: n }, (_, i) => ({ content: `이체 ${i}` }));

/** The reason for which a page's parameters are refused. */
function reasonOf(params) {
    try {
        parseBatch(params);
        return 'ok';
    } catch (error) {
        return error.reason;
    }
}

describe('what a page may give', () => {
    const big = 'a'.repeat(384 * 1024);
    /** name, parameters, outcome */
    const rows = [
        ['one item', { items: texts(1) }, 'ok'],
        ['the most items', { items: texts(ITEMS_MAX) }, 'ok'],
        ['one more', { items: texts(ITEMS_MAX + 1) }, 'too_large'],
        ['16 MiB in all', { items: Array(42).fill({ content: big }) }, 'ok'],
        ['more than that', { items: Array(43).fill({ content: big }) }, 'too_large'],
        ['every form', { items: [{ content: 'a', title: '급여' },
            { form: { fields: [['a', '1']] } }, { content: { type: 'transfer' } },
            { content: 'a', format: 'pkcs1', encoding: 'euc-kr', attributes: false }],
        output: 'hex', filter: { expired: true }, expiresAt: 5 }, 'ok'],
        ['no item', { items: [] }, 'invalid_request'],
        ['no list', {}, 'invalid_request'],
        ['an object for a list', { items: { length: 1, 0: { content: 'a' } } }, 'invalid_request'],
        ['an item that is none', { items: [null] }, 'invalid_request'],
        ['a text for an item', { items: ['a'] }, 'invalid_request'],
        ['an empty content', { items: [{ content: '' }] }, 'invalid_request'],
        ['two contents in one item', { items: [{ content: 'a', form: { fields: [['a', '1']] } }] },
            'invalid_request'],
        ['a document', { items: [{ document: { name: 'a', sha256: 'ab'.repeat(32) } }] }, 'invalid_request'],
        ['an unknown member of an item', { items: [{ content: 'a', approved: true }] }, 'invalid_request'],
        ['an unknown member', { items: texts(1), password: 'x' }, 'invalid_request'],
        ['a format for all', { items: texts(1), format: 'cms' }, 'invalid_request'],
        ['a title that is a number', { items: [{ content: 'a', title: 1 }] }, 'invalid_request'],
        ['the longest title', { items: [{ content: 'a', title: 'a'.repeat(100) }] }, 'ok'],
        ['a longer one', { items: [{ content: 'a', title: 'a'.repeat(101) }] }, 'invalid_request'],
        ['half a character in a title', { items: [{ content: 'a', title: '\ud800' }] }, 'invalid_request'],
        ['a transaction in EUC-KR', { items: [{ content: { type: 'a' }, encoding: 'euc-kr' }] },
            'invalid_request'],
        ['an unknown output', { items: texts(1), output: 'pem' }, 'invalid_request'],
        ['nothing that can be shown', { items: [{ content: new Uint8Array([0xff]) }] },
            'content_not_displayable'],
        ['nothing but too much', { items: [{ content: `${big}a` }] }, 'too_large'],
    ];
    for (const [name, params, outcome] of rows)
        test(`${name}: ${outcome}`, () => {
            assert.equal(reasonOf(params), outcome);
        });

    test('an item that cannot be shown spoils no other', () => {
        const { items } = parseBatch({ items: [{ content: 'a' },
            { content: new Uint8Array([0xff]), title: '둘' }, { content: `${big}a` }] });
        assert.deepEqual(items.map(({ wanted }) => wanted?.text), ['a', undefined, undefined]);
        assert.deepEqual(items.map(({ failure }) => failure?.reason),
            [undefined, 'content_not_displayable', 'too_large']);
        assert.equal(items[1].title, '둘');
    });

    test('16 MiB are 16 MiB', () => {
        assert.equal(BYTES_MAX, 16777216);
    });
});

let port, means, answered, done;
beforeEach(() => {
    port = new FakePort();
    answered = [];
    done = [];
    means = {
        storage: { local: fakeArea(), session: fakeArea(), managed: fakeArea() },
        connect: () => {
            queueMicrotask(() => port.say(HELLO));
            return port;
        },
        request: { origin: 'https://bank.example', gone: false, unseen: false,
            answer: async result => answered.push(result) > 0 },
        now: () => 1000,
        language: 'ko',
    };
});

/** What the window knows of the items, without drawing them. */
async function workOf(params) {
    const batch = parseBatch(params);
    const entries = [];
    for (const [i, { wanted, failure }] of batch.items.entries()) {
        const digest = wanted && await sha256(wanted.bytes);
        entries.push({ n: i + 1, title: null, wanted, failure, content: wanted && {},
            code: digest ? checkCode(digest) : '', sha256: digest ? toHex(digest) : '',
            displayed: 'cd'.repeat(32) });
    }
    return { ...batch, entries, progress: n => done.push(n) };
}

/** What the host says to an item unless a test says otherwise. */
const good = ({ content, format }) => ({ signature: 'c2ln', format, sha256:
    toHexOf(Buffer.from(content, 'base64')) });
const digests = new Map();
const toHexOf = bytes => digests.get(bytes.toString('hex'));

/** Run a batch against a host that answers by `say`. */
async function run(params, say = good, batch = () => ({ result: { ready: 1, certificate: 'Y2VydA==' } })) {
    const work = await workOf(params);
    for (const { wanted, sha256: hex } of work.entries)
        if (wanted)
            digests.set(Buffer.from(wanted.bytes).toString('hex'), hex);
    port.onPost = ({ id, method, params: p }) => queueMicrotask(() => {
        if (port.disconnects > 0)
            return;
        const answer = method === 'sign.batch' ? batch(p) : say(p);
        port.say({ jsonrpc: '2.0', id, ...answer.error || answer.result ? answer : { result: answer } });
    });
    return watch(attemptAll(means, work, ID, 'pass word'));
}

const refusal = (reason, code) => ({ error: { code, message: '', data: { reason, retryable: true } } });

/** Until it has settled. */
async function ended(seen) {
    await until(() => seen.settled > 0);
    return seen;
}

describe('a batch that was approved', () => {
    test('one command opens it, then each item in order, and the page hears all', async () => {
        const seen = await ended(await run({ items: [{ content: 'a' }, { content: 'b', format: 'pkcs1' },
            { content: 'c', attributes: false }] }));
        assert.deepEqual([seen.value.kind, seen.value.arrived, seen.value.failed, seen.value.signed],
            ['signed', true, [], 3]);
        const [open, ...items] = port.sent;
        assert.deepEqual([open.method, open.params], ['sign.batch',
            { origin: 'https://bank.example', certificate: ID, password: 'pass word', items: 3 }]);
        assert.deepEqual(items.map(({ method, params: { n, content, format } }) =>
            [method, n, atob(content), format]), [['sign.item', 1, 'a', 'cms'],
            ['sign.item', 2, 'b', 'pkcs1'], ['sign.item', 3, 'c', 'cms']]);
        assert.deepEqual(items.map(({ params }) => params.displayed), ['cd'.repeat(32), undefined, undefined]);
        assert.ok(items.every(({ params }) => params.password === undefined));
        assert.equal(answered.length, 1);
        assert.deepEqual(answered[0].map(({ format, certificate }) => [format, certificate]),
            [['cms', undefined], ['pkcs1', 'Y2VydA=='], ['cms', undefined]]);
        assert.ok(answered[0].every(({ code, sha256: hex }) => /^.{3}-.{3}$/.test(code) && hex.length === 64));
        assert.deepEqual(done, [1, 2, 3]);
        assert.equal(port.disconnects, 1);
    });

    test('never more than eight are unanswered', async () => {
        let most = 0;
        const seen = await ended(await run({ items: texts(50) }, params => {
            most = Math.max(most, port.sent.length - 1 - done.length);
            return good(params);
        }));
        assert.equal(seen.value.signed, 50);
        assert.ok(most > 1 && most <= 8, `${most}`);
        assert.deepEqual(port.sent.slice(1).map(({ params }) => params.n),
            Array.from({ length: 50 }, (_, i) => i + 1));
    });

    test('an item that fails is told in its place; the others are signed', async () => {
        const seen = await ended(await run({ items: [{ content: 'a' }, { content: new Uint8Array([0xff]) },
            { content: 'c', encoding: 'euc-kr' }, { content: 'd' }] }, params =>
            params.encoding === 'euc-kr' ? refusal('encoding_mismatch', 1004) : good(params)));
        assert.deepEqual(answered[0].map(result => result.error ?? 'ok'),
            ['ok', { reason: 'content_not_displayable', code: 1003 },
                { reason: 'encoding_mismatch', code: 1004 }, 'ok']);
        assert.deepEqual(seen.value.failed.map(({ n }) => n), [2, 3]);
        assert.equal(seen.value.signed, 2);
        assert.equal(port.sent[0].params.items, 3);
        assert.deepEqual(port.sent.slice(1).map(({ params }) => params.n), [1, 2, 3]);
    });

    /** name, what the host says of the second item */
    const lies = [
        ['another digest', params => ({ ...good(params), sha256: '00'.repeat(32) })],
        ['another form', params => ({ ...good(params), format: 'pkcs1' })],
        ['no signature', params => ({ ...good(params), signature: 7 })],
        ['no digest', params => ({ ...good(params), sha256: undefined })],
    ];
    for (const [name, lie] of lies)
        test(`${name} is not handed on`, async () => {
            await ended(await run({ items: texts(3) },
                params => params.n === 2 ? lie(params) : good(params)));
            assert.deepEqual(answered[0].map(result => result.error?.reason), [undefined, 'internal', undefined]);
        });

    test('hex, where the page asks', async () => {
        await ended(await run({ items: texts(1), output: 'hex' }));
        assert.equal(answered[0][0].signature, '736967');
    });

    test('a wrong password is counted, and nothing is told', async () => {
        const seen = await ended(await run({ items: texts(2) }, good, () => refusal('password_wrong', 2001)));
        assert.deepEqual(seen.value, { kind: 'wrong', count: 1, seconds: 0 });
        assert.deepEqual(answered, []);
        assert.equal(port.sent.length, 1);
        assert.equal(port.disconnects, 1);
    });

    /** name, what happens, the reason */
    const ends = [
        ['the host dies in the middle', params => {
            if (params.n === 5)
                port.end();
            return good(params);
        }, 'host_gone'],
        ['the page goes in the middle', params => {
            means.request.gone ||= params.n === 5;
            return good(params);
        }, 'page_gone'],
    ];
    for (const [name, say, reason] of ends)
        test(`${name}: ${reason}, and the page gets no signature`, async () => {
            const seen = await ended(await run({ items: texts(40) }, say));
            assert.ok(seen.error instanceof HostError);
            assert.equal(seen.error.reason, reason);
            assert.deepEqual(answered, []);
            assert.ok(port.sent.length < 20);
        });

    test('a request that expired meanwhile opens no key', async () => {
        const seen = await ended(await run({ items: texts(1), expiresAt: 1000 }));
        assert.equal(seen.error.reason, 'request_expired');
        assert.deepEqual(port.sent, []);
    });

    test('a private window is not remembered, another is', async () => {
        means.request.unseen = true;
        await ended(await run({ items: texts(1) }));
        assert.equal(means.storage.local.data.size, 0);
        port = new FakePort();
        means.request.unseen = false;
        await ended(await run({ items: texts(1) }));
        assert.equal(means.storage.local.data.size, 1);
    });
});
