import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { checkCode } from '../../extension/common/bytes.js';
import { errorRow } from '../../extension/common/errors.js';
import { PROTOCOL, WINDOWS } from '../../extension/common/protocol.js';
import { settled, watch } from './fakes.mjs';
import { FakePage, ORIGIN } from './page.mjs';

const read = name => readFileSync(
    new URL(`../../extension/page/${name}`, import.meta.url), 'utf8');
const CODES = { ca: 'x', referenceNumber: '1', authorizationCode: '2' };

describe('without the extension', () => {
    test('status says so after a second', async () => {
        const page = new FakePage();
        const status = watch(page.library().status());
        await page.clock.advance(999);
        assert.equal(status.settled, 0);
        await page.clock.advance(1);
        assert.equal(JSON.stringify(status.value), '{"installed":false}');
    });

    for (const method of ['issue', 'reissue', 'sign'])
        test(`${method}: not_installed`, async () => {
            const page = new FakePage();
            const call = watch(page.library()[method]({}));
            await page.clock.advance(1000);
            assert.equal(call.error.reason, 'not_installed');
            assert.equal(call.settled, 1);
        });

    test('installed meanwhile: the next call finds it', async () => {
        const page = new FakePage();
        const ingam = page.library();
        watch(ingam.status());
        await page.clock.advance(1000);
        page.relay();
        const status = watch(ingam.status());
        await settled();
        assert.equal(status.value.version, '0.1.0');
    });
});

test('status tells version and nothing else, and asks nobody', async () => {
    const page = new FakePage().relay();
    const status = watch(page.library().status());
    await settled();
    assert.equal(JSON.stringify(status.value),
        '{"installed":true,"version":"0.1.0"}');
    assert.deepEqual(page.browser.runtime.sent, []);
});

describe('in a frame', () => {
    for (const method of ['status', 'issue', 'reissue', 'sign'])
        test(`${method} fails at once with not_top_frame`, async () => {
            const page = new FakePage({ framed: true }).relay();
            const call = watch(page.library()[method]({ content: 'a' }));
            await settled();
            assert.equal(call.error.reason, 'not_top_frame');
            assert.deepEqual(page.posted, []);
        });
});

describe('what goes over window', () => {
    test('one hello, with one port, to this origin only', async () => {
        const page = new FakePage().relay();
        const ingam = page.library();
        watch(ingam.status());
        watch(ingam.sign({ content: 'secret text' }));
        watch(ingam.reissue(CODES));
        await settled();
        assert.equal(JSON.stringify(page.posted),
            JSON.stringify([{ ingam: 'hello', protocol: PROTOCOL }]));
    });

    test('nothing before the first use', () => {
        const page = new FakePage().relay();
        page.library();
        assert.deepEqual(page.posted, []);
    });

    const forged = [
        { id: '1', result: { signature: 'forged' } },
        { ingam: 'hello', hello: true, version: '9.9.9' },
        { hello: true, version: '9.9.9' },
        { pong: false },
        { error: { reason: 'cancelled', code: 2002 } },
    ];
    for (const data of forged)
        test(`a forged ${JSON.stringify(data)} on window changes nothing`, async () => {
            const page = new FakePage().relay();
            const call = watch(page.library().sign({ content: 'a' }));
            await settled();
            for (const source of [page.window, {}, null])
                page.fire('message',
                    { isTrusted: true, source, origin: ORIGIN, data, ports: [] });
            await settled();
            assert.equal(call.settled, 0);
            page.connect().say({ result: { signature: 'true' } });
            await settled();
            assert.equal(call.value.signature, 'true');
        });
});

describe('what the other end may say', () => {
    /** The library with an other end of our own. */
    async function begin() {
        let theirs;
        const page = new FakePage();
        page.window.postMessage = (data, origin, ports) => { [theirs] = ports; };
        const call = watch(page.library().sign({ content: 'a' }));
        await settled();
        const heard = [];
        theirs.onmessage = ({ data }) => heard.push(data);
        theirs.postMessage({ hello: true, version: '0.1.0' });
        await settled();
        return { call, theirs, id: heard[0].id };
    }

    const ignored = [
        { id: 'other', result: {} },
        { result: { signature: 'x' } },
        { id: '__proto__', result: {} },
        { id: 'constructor', error: { reason: 'x', code: 1 } },
        { pong: true },
        {},
        [],
    ];
    for (const data of ignored)
        test(`${JSON.stringify(data)} settles nothing`, async () => {
            const { call, theirs } = await begin();
            theirs.postMessage(data);
            await settled();
            assert.equal(call.settled, 0);
        });

    test('an answer without result or error settles nothing', async () => {
        const { call, theirs, id } = await begin();
        theirs.postMessage({ id });
        await settled();
        assert.equal(call.settled, 0);
    });

    test('the first answer counts', async () => {
        const { call, theirs, id } = await begin();
        theirs.postMessage({ id, result: { n: 1 } });
        theirs.postMessage({ id, error: { reason: 'cancelled', code: 2002 } });
        await settled();
        assert.equal(call.value.n, 1);
        assert.equal(call.settled, 1);
    });

    for (const data of [{ error: {} }, {}, null])
        test(`${JSON.stringify(data)} in place of the hello: reload_page`, async () => {
            let theirs;
            const page = new FakePage();
            page.window.postMessage = (d, o, ports) => { [theirs] = ports; };
            const call = watch(page.library().sign({ content: 'a' }));
            await settled();
            theirs.postMessage(data);
            await settled();
            assert.equal(call.error.reason, 'reload_page');
        });
});

describe('what a page may pass', () => {
    const bad = [
        ['nothing', undefined],
        ['null', null],
        ['text', 'a'],
        ['half a character', { content: 'a\ud800b' }],
        ['a time limit under a second', { content: 'a', timeoutMs: 999 }],
        ['a time limit over a day', { content: 'a', timeoutMs: 86400001 }],
        ['a time limit in words', { content: 'a', timeoutMs: 'soon' }],
        ['a time limit that is no number', { content: 'a', timeoutMs: NaN }],
        ['a function', { content: () => 'a' }],
        ['a symbol', { content: Symbol('a') }],
    ];
    for (const [name, params] of bad)
        test(`${name}: invalid_request, and nobody is asked`, async () => {
            const page = new FakePage().relay();
            const call = watch(page.library().sign(params));
            await settled();
            assert.equal(call.error.reason, 'invalid_request');
            assert.deepEqual(page.browser.runtime.sent, []);
            assert.equal(page.clock.waiting, 0);
        });

    test('the time limit becomes an instant that the window shows', async () => {
        const page = new FakePage().relay();
        const before = Date.now();
        watch(page.library().sign({ content: 'a', timeoutMs: 60000 }));
        await settled();
        const { params } = page.connect().sent[0];
        assert.equal(params.timeoutMs, undefined);
        assert.ok(params.expiresAt >= before + 60000 && params.expiresAt <= Date.now() + 60000);
    });

    test('bytes arrive as bytes', async () => {
        const page = new FakePage().relay();
        watch(page.library().sign({ content: new Uint8Array([1, 2]) }));
        await settled();
        assert.deepEqual([...page.connect().sent[0].params.content], [1, 2]);
    });
});

test('globals replaced after loading are not used (T175)', async () => {
    const page = new FakePage().relay();
    const ingam = page.library();
    const stolen = [];
    page.window.MessageChannel = class {
        constructor() { stolen.push('channel'); }
    };
    page.window.postMessage = () => stolen.push('postMessage');
    page.window.crypto = { randomUUID: () => stolen.push('crypto') };
    page.window.setTimeout = () => stolen.push('setTimeout');
    const call = watch(ingam.sign({ content: 'a' }));
    await settled();
    page.connect().say({ result: {} });
    await settled();
    assert.equal(call.settled, 1);
    assert.deepEqual(stolen, []);
});

test('the global cannot be replaced or changed; loading twice keeps it', () => {
    const page = new FakePage().relay();
    const ingam = page.library();
    assert.equal(page.library(), ingam);
    assert.throws(() => { page.window.Ingam = {}; }, TypeError);
    assert.throws(() => { ingam.sign = () => {}; }, TypeError);
});

test('the module exports the same object', () => {
    assert.match(read('ingam.mjs'), /export const ingam = globalThis\.Ingam;/);
    assert.match(read('ingam.mjs'), /import '\.\/ingam\.js';/);
});

test('it is under 5 KB gzipped, and parses as a plain script', () => {
    assert.ok(gzipSync(read('ingam.js')).length < 5000);
    assert.doesNotThrow(() => new vm.Script(read('ingam.js')));
});

test('types, script and extension know the same methods', () => {
    const typed = [...new Set([...read('ingam.d.ts')
        .matchAll(/^ {4}(\w+)\(/gm)].map(m => m[1]))].sort();
    assert.deepEqual(typed, ['status', ...WINDOWS.keys()].sort());
    const page = new FakePage();
    assert.deepEqual(Object.keys(page.library()).sort(),
        ['IngamError', 'checkCode', ...typed].sort());
});

describe('the code of a document', () => {
    const { checkCode: ofPage } = new FakePage().library();
    test('is the one that the window compares', () => {
        for (let i = 0; i < 200; i++) {
            const digest = createHash('sha256').update(String(i)).digest();
            assert.equal(ofPage(digest.toString('hex')), checkCode(digest));
        }
        assert.equal(ofPage('00'.repeat(32)), '222-222');
        assert.equal(ofPage('FF'.repeat(32)), 'ZZZ-ZZZ');
    });

    for (const bad of ['', 'ab', 'ab'.repeat(33), 'xy'.repeat(32), undefined,
        null, 7, {}])
        test(`of ${JSON.stringify(bad)} there is none`, () => {
            assert.equal(ofPage(bad), '');
        });
});

test('the codes that the library knows itself are the table\'s', () => {
    const [, table] = read('ingam.js').match(/const CODES = \{(.*?)\};/s);
    for (const [, reason, code] of table.matchAll(/(\w+): (\d+)/g))
        assert.equal(Number(code), errorRow(reason).code, reason);
});
