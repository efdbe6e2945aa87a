import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { toBase64 } from '../../extension/common/bytes.js';
import { FILE_MAX, parseFile } from '../../extension/common/file-params.js';
import { FakePort, fakeArea, settled } from './fakes.mjs';
import { useLocale } from './lib/locale.mjs';

useLocale('en');
const { HostPort } = await import('../../extension/common/host.js');
const { bringFile } = await import('../../extension/ui/file/bring.js');
const { attemptFile } = await import('../../extension/ui/file/finish.js');
const { FileReading } = await import('../../extension/ui/file/reading.js');
const { roughSize, sizeText } = await import('../../extension/ui/file/size.js');

const PIECE = 384 * 1024;
const ORIGIN = 'https://bank.example';
const HELLO = { jsonrpc: '2.0', method: 'hello', params:
    { protocol: 1, version: '0.1.0', minExtension: '0.1.0' } };
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/**
 * A host that hashes what comes, as the real one does.
 * @param {{late?: boolean, fail?: (n: number) => object | null}} how late: it
 *     answers when `answer` is called; fail: an error's data for the nth frame
 */
function fakeHost(how = {}) {
    const port = new FakePort();
    const host = { port, unanswered: 0, most: 0, size: 0, received: 0,
        hash: createHash('sha256'), waiting: [], connects: 0 };
    const result = ({ method, params }) => {
        if (method === 'sign.begin')
            host.size = params.size;
        else if (method === 'sign.update') {
            const bytes = Buffer.from(params.data, 'base64');
            host.received += bytes.length;
            host.hash.update(bytes);
        } else
            return { signature: 'c2ln', certificate: 'Y2VydA==',
                format: params.format, sha256: host.digest };
        if (host.received === host.size)
            host.digest = host.hash.copy().digest('hex');
        return { received: host.received,
            ...host.received === host.size && { sha256: host.digest } };
    };
    host.answer = () => {
        const message = host.waiting.shift();
        host.unanswered -= 1;
        const data = how.fail?.(message.id, message);
        port.say(data ? { jsonrpc: '2.0', id: message.id,
            error: { code: 2001, message: '', data } }
            : { jsonrpc: '2.0', id: message.id, result: result(message) });
    };
    /* pieces are not kept: they are most of what a test would hold */
    port.postMessage = message => {
        const { data, ...params } = message.params;
        port.sent.push({ method: message.method, params, length: data?.length ?? 0 });
        port.onPost(message);
    };
    port.onPost = message => {
        host.waiting.push(message);
        host.unanswered += 1;
        host.most = Math.max(host.most, host.unanswered);
        if (!how.late)
            setTimeout(host.answer);
    };
    host.connect = () => {
        host.connects += 1;
        queueMicrotask(() => port.say(HELLO));
        return port;
    };
    return host;
}

const bring = (host, file, more = {}) => {
    const progress = [];
    const done = bringFile(new HostPort(host.connect), ORIGIN,
        { name: 'a.bin', file }, { progress: n => progress.push(n),
            stopped: () => false, ...more });
    return { done, progress };
};

const reasonOf = promise => promise.then(() => 'ok', error => error.reason);

describe('a file on its way to the host', () => {
    const sizes = [0, 1, PIECE, PIECE + 1, 17 * PIECE + 12345];
    for (const size of sizes)
        test(`${size} bytes arrive in order, with at most eight unanswered`,
            async () => {
                const bytes = randomBytes(size), host = fakeHost();
                const { done, progress } = bring(host, new Blob([bytes]));
                assert.equal(await done, sha256(bytes));
                assert.ok(host.most <= 8, `${host.most}`);
                assert.equal(host.most === 8, size > 8 * PIECE);
                assert.deepEqual(progress, [...progress].sort((a, b) => a - b));
                assert.equal(progress.at(-1) ?? 0, size);
                for (const { method, params, length } of host.port.sent) {
                    assert.equal(params.origin, ORIGIN, method);
                    assert.ok(length <= 512 * 1024);
                }
                assert.deepEqual(host.port.sent[0].params,
                    { origin: ORIGIN, name: 'a.bin', size });
            });

    test('a host that falls silent for a piece gets no ninth', async () => {
        const host = fakeHost({ late: true });
        // read at once: between an answer and the next frame stand promises only
        const whole = new ArrayBuffer(10 * PIECE);
        const { done } = bring(host, { size: whole.byteLength, slice: () =>
            ({ size: whole.byteLength, arrayBuffer: async () => whole }) });
        await settled();
        assert.equal(host.unanswered, 1); // begin
        const unanswered = [];
        while (host.waiting.length > 0) {
            host.answer();
            await settled();
            unanswered.push(host.unanswered);
        }
        await done;
        assert.deepEqual(unanswered, [8, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
        assert.equal(host.most, 8);
    });

    /** A file that is not what it was, at its nth reading. */
    const spoilt = (at, read) => {
        const file = new Blob([Buffer.alloc(33 * PIECE)]);
        let n = 0;
        return { size: file.size, slice: (from, to) => {
            const part = file.slice(from, to);
            return { size: part.size, arrayBuffer: () =>
                n++ === at ? read(part) : part.arrayBuffer() };
        } };
    };
    const gone = () => Promise.reject(new Error('NotFoundError'));
    const shorter = part => part.slice(0, 5).arrayBuffer();
    for (const [what, at, read] of [['is gone at once', 0, gone],
        ['goes in the middle', 1, gone], ['is cut at its end', 2, shorter],
        ['is emptied', 0, () => Promise.resolve(new ArrayBuffer(0))]])
        test(`a file that ${what}: file_unreadable`, async () => {
            const { done } = bring(fakeHost(), spoilt(at, read));
            assert.equal(await reasonOf(done), 'file_unreadable');
        });

    const answers = [
        ['an error about a piece', id => id === 4 ? { reason: 'no_memory' } : null, 'no_memory'],
        ['an error about the first', id => id === 1 ? { reason: 'param_range' } : null, 'param_range'],
    ];
    for (const [what, fail, reason] of answers)
        test(`${what} ends it: ${reason}`, async () => {
            const { done } = bring(fakeHost({ fail }),
                new Blob([Buffer.alloc(9 * PIECE)]));
            assert.equal(await reasonOf(done), reason);
        });

    test('a host that dies in the middle: host_gone', async () => {
        const host = fakeHost();
        const { done } = bring(host, new Blob([Buffer.alloc(9 * PIECE)]), {
            progress: () => host.port.end() });
        assert.equal(await reasonOf(done), 'host_gone');
    });

    test('a host that lost a piece is not believed', async () => {
        const host = fakeHost();
        const { done } = bring(host, new Blob([Buffer.alloc(3 * PIECE)]), {
            progress: () => { host.received -= 1; } });
        assert.equal(await reasonOf(done), 'internal');
    });

    test('nobody wants it any more: not one piece further', async () => {
        const host = fakeHost();
        let stopped = false;
        const { done } = bring(host, new Blob([Buffer.alloc(17 * PIECE)]), {
            progress: () => { stopped = true; }, stopped: () => stopped });
        assert.equal(await reasonOf(done), 'cancelled');
        assert.ok(host.port.sent.length <= 10, `${host.port.sent.length}`);
    });
});

describe('the reading in its window', () => {
    /** @param {object} [how] of the host */
    function world(how) {
        const host = fakeHost(how);
        const seen = { view: [], trouble: [] };
        const bytes = randomBytes(3 * PIECE);
        const request = { origin: ORIGIN, state: 'shown', unseen: false,
            gone: false, onGone: callback => { request.goes = callback; },
            answer: async result => {
                seen.answer = result;
                return true;
            } };
        const wanted = parseFile({ file: new Blob([bytes]), name: 'a.bin' });
        const reading = new FileReading({ wanted, request, view: {
            restart: () => seen.view.push('restart'),
            progress: () => {}, whole: digest => seen.view.push(digest) } });
        const start = () => reading.start(host.connect,
            (error, again) => seen.trouble.push([error.reason, again]));
        const deps = { storage: { local: fakeArea(), session: fakeArea(),
            managed: fakeArea() }, request, now: () => 1, language: 'ko',
        display: 'shown', code: '7KQ-2MD' };
        return { host, seen, bytes, request, wanted, reading, start, deps };
    }

    test('the digest of the host is shown, then the signature given', async () => {
        const { seen, bytes, wanted, reading, start, deps, host } = world();
        await start();
        assert.deepEqual(seen.view, ['restart', sha256(bytes)]);
        const tried = await attemptFile(deps, wanted, reading, 'ab'.repeat(32), 'pw');
        assert.deepEqual(tried, { kind: 'signed', arrived: true });
        assert.deepEqual(seen.answer, { signature: 'c2ln', certificate: 'Y2VydA==',
            format: 'cms-detached', sha256: sha256(bytes), size: bytes.length,
            code: '7KQ-2MD' });
        assert.deepEqual(host.port.sent.at(-1).params, { origin: ORIGIN,
            certificate: 'ab'.repeat(32), password: 'pw', format: 'cms-detached',
            attributes: true, language: 'ko', displayed: sha256('shown') });
    });

    test('a wrong password is tried again on the same host', async () => {
        let wrong = true;
        const { wanted, reading, start, deps, host } = world({ fail: (id, { method }) =>
            method === 'sign.finish' && wrong ? { reason: 'password_wrong', retryable: true } : null });
        await start();
        const attempt = () => attemptFile(deps, wanted, reading, 'ab'.repeat(32), 'pw');
        assert.equal((await attempt()).kind, 'wrong');
        wrong = false;
        assert.equal((await attempt()).kind, 'signed');
        assert.equal(host.connects, 1);
    });

    test('a digest other than that which was shown is not passed on', async () => {
        const { seen, wanted, reading, start, deps, host } = world();
        await start();
        host.digest = sha256('another');
        assert.equal(await reasonOf(attemptFile(deps, wanted, reading,
            'ab'.repeat(32), 'pw')), 'internal');
        assert.equal(seen.answer, undefined);
    });

    test('a file that changed is the end, a lost host is not', async () => {
        const lost = world();
        lost.host.port.onPost = () => lost.host.port.end();
        await lost.start();
        assert.equal(lost.seen.trouble[0][0], 'host_gone');
        assert.equal(typeof lost.seen.trouble[0][1], 'function');
        const changed = world();
        changed.wanted.file.slice = () => ({ size: 1, arrayBuffer: () =>
            Promise.reject(new Error()) });
        await changed.start();
        assert.deepEqual(changed.seen.trouble, [['file_unreadable', null]]);
    });

    test('a page that goes ends the host, without a word', async () => {
        const { host, seen, request, start } = world();
        const done = start();
        request.goes('shown');
        await done;
        assert.deepEqual(seen.trouble, []);
        assert.equal(host.port.disconnects, 1);
        assert.deepEqual(seen.view, ['restart']);
    });

    test('what the host is at ends by itself', async () => {
        const { host, seen, request, start } = world();
        const done = start();
        request.goes('approved');
        await done;
        assert.equal(seen.view.length, 2);
        assert.equal(host.port.disconnects, 0);
    });
});

describe('what a page may ask of signFile', () => {
    const file = new Blob(['x'], { type: 'text/plain' });
    test('a file and its name are enough', () => {
        const { file: kept, filter, ...rest } = parseFile({ file, name: 'a.txt' });
        assert.equal(kept, file);
        assert.equal(filter.expired, false);
        assert.deepEqual(rest, { name: 'a.txt', type: 'text/plain',
            format: 'cms-detached', attributes: true, output: 'base64',
            expiresAt: null });
    });
    /** @type {[string, any, string][]} */
    const refused = [
        ['no file', { name: 'a' }, 'invalid_request'],
        ['bytes', { file: new Uint8Array(1), name: 'a' }, 'invalid_request'],
        ['an object that looks like one', { file: { size: 1, type: '' }, name: 'a' }, 'invalid_request'],
        ['no name', { file }, 'invalid_request'],
        ['an empty name', { file, name: '' }, 'invalid_request'],
        ['a name without end', { file, name: 'x'.repeat(256) }, 'invalid_request'],
        ['a name that is a number', { file, name: 7 }, 'invalid_request'],
        ['a type without end', { file: new Blob([], { type: 'a'.repeat(128) }), name: 'a' }, 'invalid_request'],
        ['the content inside', { file, name: 'a', format: 'cms' }, 'invalid_request'],
        ['an encoding', { file, name: 'a', encoding: 'utf-8' }, 'invalid_request'],
        ['content beside it', { file, name: 'a', content: 'x' }, 'invalid_request'],
        ['a digest beside it', { file, name: 'a', sha256: '0'.repeat(64) }, 'invalid_request'],
    ];
    for (const [what, params, reason] of refused)
        test(`refused: ${what}`, () => assert.throws(() => parseFile(params), { reason }));

    test('refused: 4 GiB; a byte less is not', () => {
        const large = size => Object.defineProperty(new Blob(), 'size', { value: size });
        assert.throws(() => parseFile({ file: large(FILE_MAX + 1), name: 'a' }), { reason: 'too_large' });
        assert.equal(parseFile({ file: large(FILE_MAX), name: 'a' }).file.size, FILE_MAX);
    });
});

test('sizes in words', () => {
    const rows = [[0, ''], [1023, ''], [1024, '1 KB'], [1536, '1.5 KB'], [102400, '100 KB'],
        [1048575, '1,023 KB'], [1048576, '1 MB'], [67108864, '64 MB'], [FILE_MAX, '3.9 GB']];
    for (const [bytes, words] of rows)
        assert.equal(roughSize(bytes), words, `${bytes}`);
    assert.equal(sizeText(67108864), '64 MB (67,108,864 bytes)');
    assert.equal(sizeText(7), '7 bytes');
});

test('base64 by the browser and by hand are the same', () => {
    for (const size of [0, 1, 2, 3, 70000]) {
        const bytes = new Uint8Array(randomBytes(size));
        assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
        bytes.toBase64 = () => 'own';
        assert.equal(toBase64(bytes), 'own');
    }
});
