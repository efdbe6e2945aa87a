import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { sha256, toHex } from '../../extension/common/bytes.js';
import { parseLogin, parseSign } from '../../extension/common/params.js';
import {
    attempt, refusedNow, sign,
} from '../../extension/ui/sign/approval.js';
import { OPEN } from '../../extension/common/windows.js';
import { lastLogin, lastUsed } from '../../extension/ui/sign/certificates.js';
import { FakePort, fakeArea, settled, until, watch } from './fakes.mjs';

const HELLO = {
    jsonrpc: '2.0',
    method: 'hello',
    params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0' },
};
const ID = 'ab'.repeat(32);

let port;
let deps;
let now;
let wantedOf;
beforeEach(() => {
    port = new FakePort();
    now = 1000;
    wantedOf = parseSign;
    deps = {
        storage: {
            local: fakeArea(), session: fakeArea(), managed: fakeArea(),
        },
        connect: () => {
            queueMicrotask(() => port.say(HELLO));
            return port;
        },
        request: { origin: 'https://bank.example', gone: false },
        now: () => now,
        code: '7KQ-2MD',
        display: '이 내용에 서명할까요?\n이체 1원',
        language: 'ko',
    };
});

/** A signature under way, up to the host's answer. */
async function begin(params = { content: '이체 1원' }) {
    const wanted = wantedOf(params);
    const seen = watch(sign(deps, wanted, ID, 'pass word'));
    await until(() => port.sent.length + seen.settled > 0);
    await settled();
    return { wanted, seen };
}
const answer = result => ({ jsonrpc: '2.0', id: 1, result });
const good = async wanted => ({
    signature: 'c2ln', certificate: 'Y2VydA==', format: wanted.format,
    sha256: toHex(await sha256(wanted.bytes)),
});

/** Digests take their own time. */
const digested = seen => until(() => seen.settled > 0);

describe('a signature', () => {
    afterEach(() => port.end()); // nobody waits for an answer any more

    test('the host gets exactly what was shown, for this origin', async () => {
        await begin({ content: '이체 1원', attributes: false });
        assert.deepEqual(port.sent, [{
            jsonrpc: '2.0',
            id: 1,
            method: 'sign.data',
            params: {
                origin: 'https://bank.example',
                certificate: ID,
                password: 'pass word',
                content: Buffer.from('이체 1원').toString('base64'),
                format: 'cms',
                encoding: 'utf-8',
                attributes: false,
                kind: 'text',
            },
        }]);
    });

    test('a login takes its own command, and no content', async () => {
        wantedOf = parseLogin;
        const { seen } = await begin({ nonce: 'n'.repeat(16), vidFor: 'A'.repeat(100) });
        assert.equal(port.sent[0].method, 'sign.login');
        assert.deepEqual(port.sent[0].params, {
            origin: 'https://bank.example', certificate: ID,
            password: 'pass word', nonce: 'n'.repeat(16),
            recipient: 'A'.repeat(100),
        });
        port.say(answer({ signature: 'c2ln', certificate: 'Y2VydA==',
            format: 'login', expires: '2026-11-24T12:05:00Z', vid: 'dmlk',
            sha256: 'ab' }));
        await digested(seen);
        assert.deepEqual(seen.value, { token: 'c2ln', certificate: 'Y2VydA==',
            expires: '2026-11-24T12:05:00Z', vid: 'dmlk' });
    });

    test('a signature over data is no login', async () => {
        wantedOf = parseLogin;
        const { seen } = await begin({ nonce: 'n'.repeat(16) });
        port.say(answer({ signature: 'c2ln', certificate: 'Y2VydA==',
            format: 'cms', sha256: 'ab' }));
        await digested(seen);
        assert.equal(seen.error?.reason, 'internal');
    });

    test('what was shown goes along where it can be signed', async () => {
        const shown = {
            language: 'ko',
            displayed: toHex(await sha256(Buffer.from(deps.display))),
        };
        const rows = [[{}, shown], [{ format: 'cms-detached' }, shown],
            [{ format: 'pkcs1' }, {}], [{ attributes: false }, {}]];
        for (const [params, want] of rows) {
            port = new FakePort();
            await begin({ content: 'a', ...params });
            const { language, displayed } = port.sent[0].params;
            assert.deepEqual({ language, displayed },
                { language: undefined, displayed: undefined, ...want });
            port.end();
        }
    });

    test('the page gets signature, certificate, format and check code only', async () => {
        const { wanted, seen } = await begin();
        port.say(answer({ ...await good(wanted), path: '/home/hong/NPKI' }));
        await digested(seen);
        assert.deepEqual(seen.value, {
            signature: 'c2ln', certificate: 'Y2VydA==', format: 'cms',
            code: '7KQ-2MD',
        });
        assert.equal(port.disconnects, 1);
    });

    test('a form is text, and the page may have the signature in hex', async () => {
        const { wanted, seen } = await begin({ output: 'hex',
            form: { fields: [['금액', '1', 'x'], ['b', '2']] } });
        assert.equal(port.sent[0].params.kind, 'text');
        assert.equal(port.sent[0].params.content,
            Buffer.from('금액=1&b=2').toString('base64'));
        port.say(answer(await good(wanted)));
        await digested(seen);
        assert.equal(seen.value.signature, Buffer.from('sig').toString('hex'));
        assert.equal(seen.value.certificate, 'Y2VydA==');
    });

    test('a document is known by name and digest only', async () => {
        const { wanted, seen } = await begin({ document:
            { name: '계약서.pdf', sha256: 'AB'.repeat(32), size: 7 } });
        const { content, encoding, ...params } = port.sent[0].params;
        assert.deepEqual([content, encoding], [undefined, undefined]);
        assert.equal(params.documentName, '계약서.pdf');
        assert.equal(params.documentSha256, 'ab'.repeat(32));
        assert.equal(params.kind, 'document');
        assert.equal(params.format, 'cms-detached');
        assert.match(params.displayed, /^[0-9a-f]{64}$/);
        port.say(answer({ ...await good(wanted), sha256: 'ab'.repeat(32) }));
        await digested(seen);
        assert.equal(seen.value.signature, 'c2ln');
    });

    test('another document\'s signature is not believed', async () => {
        const { wanted, seen } = await begin({ document:
            { name: 'a', sha256: 'ab'.repeat(32) } });
        port.say(answer({ ...await good(wanted), sha256: 'ac'.repeat(32) }));
        await digested(seen);
        assert.equal(seen.error?.reason, 'internal');
    });

    const DER = 'A'.repeat(400);
    test('a signature for a server is closed, and nothing else is given', async () => {
        const { wanted, seen } = await begin({ content: 'a', envelopeFor: DER,
            cipher: 'seed-cbc', output: 'hex' });
        assert.equal(port.sent[0].params.recipient, DER);
        assert.equal(port.sent[0].params.cipher, 'seed-cbc');
        port.say(answer({ ...await good(wanted), envelope: 'ZW52' }));
        await digested(seen);
        assert.deepEqual(seen.value, { certificate: 'Y2VydA==', format: 'cms',
            code: '7KQ-2MD', envelope: Buffer.from('env').toString('hex') });
    });

    test('other signers: the form is theirs', async () => {
        for (const format of ['cms', 'cms-detached']) {
            port = new FakePort();
            const { wanted, seen } = await begin({ content: 'a', addTo: DER });
            assert.equal(port.sent[0].params.addTo, DER);
            assert.equal(port.sent[0].params.format, undefined);
            port.say(answer({ ...await good(wanted), format }));
            await digested(seen);
            assert.equal(seen.value.format, format);
        }
    });

    test('a confirmed time is given to the page', async () => {
        const { wanted, seen } = await begin({ content: 'a', timestamp: true });
        assert.equal(port.sent[0].params.timestamp, true);
        port.say(answer({ ...await good(wanted), timestamp: '2026-11-25T00:00:00Z' }));
        await digested(seen);
        assert.equal(seen.value.timestamp, '2026-11-25T00:00:00Z');
    });

    const lacking = [
        ['open where it should be closed', { envelopeFor: DER }, {}],
        ['without the time', { timestamp: true }, {}],
        ['joined to a bare value', { addTo: DER }, { format: 'pkcs1' }],
        ['with a login\'s format', { addTo: DER }, { format: 'login' }],
    ];
    for (const [name, params, change] of lacking)
        test(`an answer ${name} is not believed`, async () => {
            const { wanted, seen } = await begin({ content: 'a', ...params });
            port.say(answer({ ...await good(wanted), ...change }));
            await digested(seen);
            assert.equal(seen.error?.reason, 'internal');
        });

    test('an expired certificate only where the site takes them', async () => {
        for (const [filter, want] of [[undefined, undefined], [{}, undefined],
            [{ expired: true }, true]]) {
            port = new FakePort();
            await begin({ content: 'a', filter });
            assert.equal(port.sent[0].params.expired, want);
            port.end();
        }
    });

    const wrong = [
        ['of other bytes', { sha256: '00'.repeat(32) }],
        ['without a digest', { sha256: undefined }],
        ['in another format', { format: 'pkcs1' }],
        ['that is no text', { signature: 7 }],
        ['without a certificate', { certificate: undefined }],
    ];
    for (const [name, change] of wrong)
        test(`an answer ${name} is not believed`, async () => {
            const { wanted, seen } = await begin();
            port.say(answer({ ...await good(wanted), ...change }));
            await digested(seen);
            assert.equal(seen.error?.reason, 'internal');
            assert.equal(seen.settled, 1);
        });

    test('converted text has the host\'s digest', async () => {
        const { wanted, seen } = await begin({ content: '가', encoding: 'euc-kr' });
        port.say(answer({ ...await good(wanted), sha256: '00'.repeat(32) }));
        await digested(seen);
        assert.equal(seen.value.signature, 'c2ln');
    });
});

describe('what stops it at the last moment', () => {
    const rows = [
        ['the site\'s time is up', 'request_expired', () => { now = 2000; }],
        ['the page is gone', 'page_gone', () => { deps.request.gone = true; }],
        ['the site was blocked meanwhile', 'site_blocked', () =>
            deps.storage.local.set({ blockedSites: ['bank.example'] })],
        ['the administrator took it off', 'site_not_allowed', () =>
            deps.storage.managed.set({ allowedSites: [] })],
    ];
    for (const [name, reason, happen] of rows)
        test(`${name}: ${reason}, and no host is started`, async () => {
            await happen();
            const wanted = parseSign({ content: 'a', expiresAt: 2000 });
            assert.equal(await refusedNow(deps, wanted), reason);
            const seen = watch(sign(deps, wanted, ID, 'x'));
            await settled();
            assert.equal(seen.error.reason, reason);
            assert.deepEqual(port.sent, []);
        });

    test('a moment before its time it may still be signed', async () => {
        now = 1999;
        assert.equal(await refusedNow(deps,
            parseSign({ content: 'a', expiresAt: 2000 })), null);
    });
});

describe('one press', () => {
    const refusal = reason => ({
        jsonrpc: '2.0', id: 1,
        error: { code: 2001, data: { reason, retryable: true } },
    });
    const wanted = parseSign({ content: 'a' });
    /** @param {() => Promise<object> | object} reply of the host */
    async function press(reply) {
        port = new FakePort();
        port.onPost = async () => port.say(await reply());
        const seen = watch(attempt(deps, wanted, ID, 'x'));
        await digested(seen);
        return seen;
    }
    const signs = async () => answer(await good(wanted));
    const told = [];
    beforeEach(() => {
        told.length = 0;
        deps.request.answer = async result => {
            told.push(result);
            return !deps.request.gone;
        };
    });

    test('the page gets its signature, the site its certificate next time', async () => {
        const seen = await press(signs);
        assert.deepEqual(seen.value, { kind: 'signed', arrived: true });
        assert.equal(told.length, 1);
        assert.equal(await lastUsed(deps.storage.local, deps.request.origin), ID);
    });

    test('a page that goes on at once finds no window that is open', async () => {
        await deps.storage.session.set({ [OPEN]: 1 });
        const { answer: give } = deps.request;
        let open = null;
        deps.request.answer = result => {
            open = deps.storage.session.data.has(OPEN);
            return give(result);
        };
        await press(() => refusal('password_wrong'));
        assert.equal(deps.storage.session.data.has(OPEN), true);
        await press(signs);
        assert.equal(open, false);
    });

    test('a private window leaves no word of it', async () => {
        deps.request.unseen = true;
        const seen = await press(signs);
        assert.equal(seen.value.kind, 'signed');
        assert.equal(deps.storage.local.data.size, 0);
        assert.equal(deps.storage.session.data.size, 0);
    });

    const login = parseLogin({ nonce: 'n'.repeat(16) });
    const loggedIn = () => answer({ signature: 'c2ln', certificate: 'Y2VydA==',
        format: 'login', expires: '2026-11-24T12:05:00Z' });
    for (const [name, asked, reply, unseen, want] of [
        ['a login is remembered until the browser ends', login, loggedIn, false, ID],
        ['a signature is no login', wanted, signs, false, null],
        ['a login in a private window is forgotten', login, loggedIn, true, null],
    ])
        test(name, async () => {
            deps.request.unseen = unseen;
            port = new FakePort();
            port.onPost = async () => port.say(await reply());
            const seen = watch(attempt(deps, asked, ID, 'x'));
            await digested(seen);
            assert.equal(seen.value.kind, 'signed');
            assert.equal(await lastLogin(deps.storage.session,
                deps.request.origin), want);
            assert.equal(await lastLogin(deps.storage.local,
                deps.request.origin), null);
        });

    test('a page that went meanwhile: signed, not arrived', async () => {
        const seen = await press(() => {
            deps.request.gone = true;
            return signs();
        });
        assert.deepEqual(seen.value, { kind: 'signed', arrived: false });
    });

    test('storage that fails takes no signature away', async () => {
        deps.storage.session.remove = async () => { throw new Error('full'); };
        deps.storage.local.set = async () => { throw new Error('full'); };
        const seen = await press(signs);
        assert.deepEqual(seen.value, { kind: 'signed', arrived: true });
    });

    test('wrong passwords are counted; from the fifth on there is a wait', async () => {
        const seconds = [];
        for (let i = 0; i < 5; i++) {
            const seen = await press(() => refusal('password_wrong'));
            assert.equal(seen.value.kind, 'wrong');
            seconds.push(seen.value.seconds);
        }
        assert.deepEqual(seconds, [0, 0, 0, 0, 5]);
        assert.deepEqual(told, []);
    });

    test('during the wait not even the right one is tried', async () => {
        for (let i = 0; i < 5; i++)
            await press(() => refusal('password_wrong'));
        const seen = await press(signs);
        assert.equal(seen.value.kind, 'wrong');
        assert.deepEqual(port.sent, []);
    });

    test('the right one ends the count', async () => {
        for (let i = 0; i < 4; i++)
            await press(() => refusal('password_wrong'));
        await press(signs);
        const seen = await press(() => refusal('password_wrong'));
        assert.equal(seen.value.count, 1);
    });

    for (const reason of ['key_file_missing', 'certificate_expired', 'internal',
        'encoding_mismatch', 'certificate_not_found'])
        test(`${reason} is an error and counts as no wrong password`, async () => {
            const seen = await press(() => refusal(reason));
            assert.equal(seen.error.reason, reason);
            assert.equal(deps.storage.session.data.size, 0);
            assert.deepEqual(told, []);
        });
});
