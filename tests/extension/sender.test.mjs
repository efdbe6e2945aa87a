import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { senderSite } from '../../extension/common/sender.js';
import { OWN_ID } from './fakes.mjs';

const BANK = {
    id: OWN_ID,
    frameId: 0,
    documentId: 'D1',
    documentLifecycle: 'active',
    origin: 'https://bank.example',
    url: 'https://bank.example/cert?x=1',
    tab: { id: 7 },
};
const change = parts => ({ ...BANK, ...parts });

describe('who may ask (T169, T176-T179)', () => {
    const may = [
        ['the top document of an https site', BANK, 'https://bank.example'],
        ['Firefox, which tells no life cycle', change({ documentLifecycle: undefined }), 'https://bank.example'],
        ['another port', change({ origin: 'https://bank.example:8443', url: 'https://bank.example:8443/' }), 'https://bank.example:8443'],
        ['a developer\'s localhost', change({ origin: 'http://localhost:3000', url: 'http://localhost:3000/' }), 'http://localhost:3000'],
    ];
    for (const [name, sender, origin] of may)
        test(`${name}: yes`, () => {
            assert.deepEqual(senderSite(sender, OWN_ID),
                { tabId: 7, documentId: 'D1', origin });
        });

    const maynot = [
        ['no sender', undefined],
        ['a same-origin frame', change({ frameId: 3 })],
        ['a cross-origin frame', change({ frameId: 4, origin: 'https://ads.example', url: 'https://ads.example/' })],
        ['a sandboxed frame', change({ frameId: 5, origin: 'null' })],
        ['srcdoc', change({ frameId: 6, url: 'about:srcdoc' })],
        ['a top document with CSP: sandbox', change({ origin: 'null' })],
        ['about:blank', change({ url: 'about:blank' })],
        ['data:', change({ origin: 'null', url: 'data:text/html,x' })],
        ['blob: of an opaque origin', change({ origin: 'null', url: 'blob:null/1' })],
        ['blob: of the bank', change({ url: 'blob:https://bank.example/1' })],
        ['file:', change({ origin: 'file://', url: 'file:///tmp/x.html' })],
        ['ftp:', change({ origin: 'ftp://bank.example', url: 'ftp://bank.example/' })],
        ['http:', change({ origin: 'http://bank.example', url: 'http://bank.example/' })],
        ['http: on a name that ends like localhost', change({ origin: 'http://evil-localhost', url: 'http://evil-localhost/' })],
        ['http: on 127.0.0.1', change({ origin: 'http://127.0.0.1', url: 'http://127.0.0.1/' })],
        ['an extension page', change({ origin: `chrome-extension://${OWN_ID}`, url: `chrome-extension://${OWN_ID}/x.html` })],
        ['another extension', change({ id: 'aaaabbbbccccddddeeeeffffgggghhhh' })],
        ['no tab', change({ tab: undefined })],
        ['a tab without a number', change({ tab: { id: -1 } })],
        ['a prerendered document', change({ documentLifecycle: 'prerender' })],
        ['a document in the back-forward cache', change({ documentLifecycle: 'cached' })],
        ['a document about to go', change({ documentLifecycle: 'pending_deletion' })],
        ['no document id', change({ documentId: undefined })],
        ['an empty document id', change({ documentId: '' })],
        ['no origin', change({ origin: undefined })],
        ['an empty origin', change({ origin: '' })],
        ['an origin that is not the URL\'s', change({ url: 'https://evil.example/' })],
        ['an origin with a path', change({ origin: 'https://bank.example/' })],
        ['an origin whose port differs', change({ url: 'https://bank.example:8443/' })],
        ['an origin whose scheme differs', change({ origin: 'http://bank.example' })],
        ['no URL', change({ url: undefined })],
        ['a URL that is none', change({ url: 'bank' })],
    ];
    for (const [name, sender] of maynot)
        test(`${name}: no`, () => {
            assert.equal(senderSite(sender, OWN_ID), null);
        });
});
