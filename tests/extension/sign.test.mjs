import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { checkCode, sha256, toBase64, toHex } from '../../extension/common/bytes.js';
import { parseLogin, parseSign } from '../../extension/common/params.js';
import {
    attempt, refusedNow, sign,
} from '../../extension/ui/sign/approval.js';
import { watchExpiry } from '../../extension/ui/common/expiry.js';
import {
    findCertificates, lastLogin, lastUsed, remember,
} from '../../extension/ui/sign/certificates.js';
import { isAtEnd, linesSeen } from '../../extension/ui/sign/content-view.js';
import { FakePort, fakeArea, fakeClock, settled, watch } from './fakes.mjs';

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
    for (let i = 0; i < 400 && port.sent.length + seen.settled === 0; i++)
        await new Promise(done => setTimeout(done, 5)); // digests take time
    await settled(60);
    return { wanted, seen };
}
const answer = result => ({ jsonrpc: '2.0', id: 1, result });
const good = async wanted => ({
    signature: 'c2ln', certificate: 'Y2VydA==', format: wanted.format,
    sha256: toHex(await sha256(wanted.bytes)),
});

/** Digests take their own time. */
const digested = async seen => {
    for (let i = 0; i < 400 && seen.settled === 0; i++)
        await new Promise(done => setTimeout(done, 5));
};

describe('a signature', () => {
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
            for (let i = 0; i < 400 && port.sent.length === 0; i++)
                await new Promise(done => setTimeout(done, 5));
            const { language, displayed } = port.sent[0].params;
            assert.deepEqual({ language, displayed },
                { language: undefined, displayed: undefined, ...want });
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

    test('an expired certificate only where the site takes them', async () => {
        for (const [filter, want] of [[undefined, undefined], [{}, undefined],
            [{ expired: true }, true]]) {
            port = new FakePort();
            await begin({ content: 'a', filter });
            assert.equal(port.sent[0].params.expired, want);
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
            await settled(60);
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

describe('the site\'s own time limit', () => {
    const rows = [
        ['none', null, 1e9, []],
        ['two minutes: told at one, ended at two', 120000, 119999, ['soon']],
        ['two minutes: ended', 120000, 120000, ['soon', 'over']],
        ['half a minute: ended without another word', 30000, 1e6, ['over']],
        ['over before it began', -5, 0, ['over']],
        ['ten thousand years: not at once', 3e14, 1e6, []],
    ];
    for (const [name, expiresAt, wait, want] of rows)
        test(name, async () => {
            const clock = fakeClock();
            const said = [];
            watchExpiry(expiresAt, 0, {
                soon: () => said.push('soon'), over: () => said.push('over'),
            });
            await clock.advance(wait);
            clock.restore();
            assert.deepEqual(said, want);
        });
});

describe('the gate of a long text', () => {
    const rows = [
        ['fits', { scrollTop: 0, clientHeight: 100, scrollHeight: 100 }, true],
        ['fits but for rounding', { scrollTop: 0, clientHeight: 100, scrollHeight: 102 }, true],
        ['does not fit', { scrollTop: 0, clientHeight: 100, scrollHeight: 103 }, false],
        ['stands in the middle', { scrollTop: 500, clientHeight: 100, scrollHeight: 1000 }, false],
        ['lacks a line', { scrollTop: 880, clientHeight: 100, scrollHeight: 1000 }, false],
        ['is at its end', { scrollTop: 900, clientHeight: 100, scrollHeight: 1000 }, true],
        ['is at its end, zoomed', { scrollTop: 898.6, clientHeight: 100, scrollHeight: 1000 }, true],
    ];
    for (const [name, box, end] of rows)
        test(`${name}: ${end ? 'open' : 'closed'}`, () => {
            assert.equal(isAtEnd(box), end);
        });

    test('lines seen never pass the lines there are, nor fall under one', () => {
        const box = { scrollTop: 0, clientHeight: 100, scrollHeight: 1000 };
        assert.equal(linesSeen(box, 50), 5);
        assert.equal(linesSeen({ ...box, scrollTop: 2000 }, 50), 50);
        assert.equal(linesSeen({ ...box, clientHeight: 1 }, 50), 1);
    });
});

describe('bytes', () => {
    for (const n of [0, 1, 2, 3, 32767, 32768, 32769, 100000])
        test(`base64 of ${n} bytes`, () => {
            const bytes = Uint8Array.from({ length: n }, (_, i) => i * 7);
            assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
        });

    test('a check code is of letters that are not confused', () => {
        assert.equal(checkCode(new Uint8Array(32)), '222-222');
        assert.equal(checkCode(new Uint8Array(32).fill(255)), 'ZZZ-ZZZ');
        assert.notEqual(checkCode(new Uint8Array([0, 0, 0, 4])),
            checkCode(new Uint8Array([0, 0, 0, 0])));
        assert.equal(checkCode(new Uint8Array([0, 0, 0, 3])), '222-222');
    });
});

describe('the certificate last used on a site', () => {
    test('is remembered by domain, the latest', async () => {
        const local = fakeArea();
        await remember(local, 'https://www.a.example', '1');
        await remember(local, 'https://login.a.example:8443', '2');
        assert.equal(await lastUsed(local, 'https://a.example'), '2');
        assert.equal(await lastUsed(local, 'https://b.example'), null);
    });

    test('is forgotten after two hundred other sites', async () => {
        const local = fakeArea();
        for (let i = 0; i <= 200; i++)
            await remember(local, `https://s${i}.example`, `${i}`);
        assert.equal(await lastUsed(local, 'https://s0.example'), null);
        assert.equal(await lastUsed(local, 'https://s1.example'), '1');
    });
});

describe('the certificates there are', () => {
    /** A host with so many certificates; each connection is a process. */
    function host(total, { perPage = 100 } = {}) {
        const asked = [];
        const connect = () => {
            const port = new FakePort();
            port.onPost = ({ id, method, params }) => {
                asked.push([method, params.offset]);
                const left = Math.max(0, total - (params.offset ?? 0));
                const result = method === 'ca.list' ? { cas: ['x'] } : {
                    certificates: Array(Math.min(left, perPage)).fill('c'),
                    total,
                    roots: [{ path: '/home/hong/NPKI' }],
                };
                queueMicrotask(() => port.say({ jsonrpc: '2.0', id, result }));
            };
            queueMicrotask(() => port.say(HELLO));
            return port;
        };
        return { connect, asked };
    }

    for (const [total, pages] of [[0, 1], [1, 1], [100, 1], [101, 2], [250, 3]])
        test(`${total}: all of them, in ${pages} operations`, async () => {
            const { connect, asked } = host(total);
            const found = await findCertificates(connect, 'https://a.example', false);
            assert.equal(found.certificates.length, total);
            assert.equal(asked.filter(([m]) => m === 'store.list').length, pages);
            assert.deepEqual(found.places, ['/home/hong/NPKI']);
            assert.equal(found.version, '0.1.0');
        });

    test('a host that promises more than it has does not hold us up', async () => {
        const { connect, asked } = host(10, { perPage: 0 });
        const found = await findCertificates(connect, 'https://a.example', false);
        assert.deepEqual(found.certificates, []);
        assert.equal(asked.length, 2);
    });
});
