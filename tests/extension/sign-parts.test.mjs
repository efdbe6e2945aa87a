/** The parts of the signing window that need neither window nor host. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkCode, toBase64 } from '../../extension/common/bytes.js';
import { watchExpiry } from '../../extension/ui/common/expiry.js';
import {
    findCertificates, lastUsed, remember,
} from '../../extension/ui/sign/certificates.js';
import { isAtEnd, linesSeen } from '../../extension/ui/sign/content-view.js';
import { sameCode } from '../../extension/ui/sign/questions.js';
import { FakePort, fakeArea, fakeClock } from './fakes.mjs';

const HELLO = {
    jsonrpc: '2.0',
    method: 'hello',
    params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0' },
};

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

describe('the code that a site shows beside its document', () => {
    const rows = [
        ['7KQ-2MD', true], ['7kq2md', true], [' 7KQ 2MD ', true],
        ['', false], ['7KQ', false], ['7KQ-2ME', false], ['2MD-7KQ', false],
        ['7KQ-2MD7', false], ['７KQ-2MD', false], ['7\u212aQ-2MD', false],
    ];
    for (const [typed, same] of rows)
        test(`"${typed}" is ${same ? '' : 'not '}7KQ-2MD`, () => {
            assert.equal(sameCode(typed, '7KQ-2MD'), same);
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
