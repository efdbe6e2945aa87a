// Who may ask: every kind of document that a page can make, in both browsers
// (T169-T179, T188, T202, T203, T205, T206, T211).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
    from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, installed, launch } from './lib/launch.mjs';
import { PATIENCE_MS, until } from './lib/program.mjs';
import { Site, present } from './lib/site.mjs';

const EXTENSION = resolve('extension');
mkdirSync(resolve('build/tmp'), { recursive: true });
const folder = mkdtempSync(resolve('build/tmp/origin-'));

/** A document inside a frame reports what it heard to the top. */
const REPORT = kind => `<script>raw().then(heard => Promise.resolve(
    window.Ingam ? Ingam.status().then(() => 'answered', e => e.reason)
        : 'no library').then(library => top.postMessage(
            { kind: ${JSON.stringify(kind)}, heard, library }, '*')));</script>`;

const INLINE = kind => `<script src="ORIGIN/ingam.js"></script>
<script src="ORIGIN/helpers.js"></script>${REPORT(kind)}`;

const quote = text => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** kind → the frame's HTML; ORIGIN and OTHER are filled in. */
const FRAMES = {
    'same origin': '<iframe src="/frame?same origin"></iframe>',
    'other origin': '<iframe src="OTHER/frame?other origin"></iframe>',
    'sandboxed': '<iframe sandbox="allow-scripts" ' +
        'src="/frame?sandboxed"></iframe>',
    'sandboxed, same origin': '<iframe sandbox="allow-scripts ' +
        'allow-same-origin" src="/frame?sandboxed, same origin"></iframe>',
    'srcdoc': `<iframe srcdoc="${quote(INLINE('srcdoc'))}"></iframe>`,
    'sandboxed srcdoc': '<iframe sandbox="allow-scripts" srcdoc="' +
        `${quote(INLINE('sandboxed srcdoc'))}"></iframe>`,
    'CSP sandbox': '<iframe src="/csp-frame"></iframe>',
    'data:': '<iframe src="data:text/html,' +
        `${encodeURIComponent(INLINE('data:'))}"></iframe>`,
    'object': '<object type="text/html" data="/frame?object"></object>',
    'embed': '<embed type="text/html" src="/frame?embed">',
    'nested': '<iframe srcdoc="<iframe src=\'/frame?nested\'></iframe>">' +
        '</iframe>',
};

/** Frames that need the parent's script. */
const SCRIPTED = {
    'about:blank': `const f = document.createElement('iframe');
        document.body.append(f);
        f.contentWindow.eval(raw.toString().replace(/^/, 'window.raw = ') +
            '; raw().then(heard => top.postMessage({ kind: "about:blank", ' +
            'heard, library: "not_top_frame" }, "*"))');`,
    'blob:': `const f = document.createElement('iframe');
        f.src = URL.createObjectURL(new Blob([BLOB], { type: 'text/html' }));
        document.body.append(f);`,
    'javascript:': `const f = document.createElement('iframe');
        f.src = 'javascript:' + JSON.stringify(SCRIPT);
        document.body.append(f);`,
};

const site = new Site({
    '/frame': { body: `<script>const kind = decodeURIComponent(
        location.search.slice(1));</script>${REPORT('KIND').replace(
    '"KIND"', 'kind')}` },
    '/csp-frame': { headers: { 'Content-Security-Policy':
        'sandbox allow-scripts' }, body: REPORT('CSP sandbox') },
    '/csp-top': { headers: { 'Content-Security-Policy':
        'sandbox allow-scripts allow-modals' }, body: '' },
    '/strict': { headers: { 'Content-Security-Policy': "default-src 'none'; " +
        "script-src 'self'; require-trusted-types-for 'script'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp' }, body: '' },
    '/nothing': { headers: { 'Content-Security-Policy': "default-src 'none'" },
        html: '<!doctype html><title>x</title><h1>x</h1>' },
    '/plain': { html: '<!doctype html><title>x</title><p>one</p>' },
    '/inner': { body: '<iframe src="/hostile"></iframe>' },
    '/hostile': { body: `<script>setInterval(() => {
        top.postMessage({ hello: true, version: '9.9.9' }, '*');
        top.postMessage({ id: 1, result: { signature: 'forged' } }, '*');
        top.postMessage({ ingam: 'hello', hello: true }, '*');
    }, 5);</script>` },
});

let here, other, secure;

before(async () => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes',
        '-subj', '/CN=bank.test', '-addext', 'subjectAltName=DNS:bank.test',
        '-days', '2', '-keyout', join(folder, 'key.pem'),
        '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
    here = await site.origin();
    other = await site.origin();
    secure = await site.origin({ key: readFileSync(join(folder, 'key.pem')),
        cert: readFileSync(join(folder, 'cert.pem')) }, 'bank.test');
    const fill = text => text.replaceAll('ORIGIN', here)
        .replaceAll('OTHER', other);
    const scripts = Object.entries(SCRIPTED).map(([kind, text]) =>
        `<script>addEventListener('load', () => {
        const BLOB = ${JSON.stringify(fill(INLINE(kind)))
        .replaceAll('</', '<\\/')}, SCRIPT = BLOB; ${text} });</script>`);
    site.pages['/frames'] = { body: `<script>window.heard = new Map();
        addEventListener('message', ({ data }) => data?.kind &&
            heard.set(data.kind, data));</script>${
        fill(Object.values(FRAMES).join(''))}${scripts.join('')}` };
    writeFileSync(join(folder, 'file.html'),
        '<!doctype html><title>file</title><h1>file</h1>');
});
after(async () => {
    await site.close();
    rmSync(folder, { recursive: true, force: true });
});

/** How long an answer may not come where none is expected. */
const SILENCE_MS = 700;

/** Run raw() where the page has no script of ours. */
const hello = (page, ms) => page.evaluate(limit => new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    window.postMessage({ ingam: 'hello', protocol: 1 }, '*', [port2]);
    setTimeout(() => done('silence'), limit);
}), ms);

for (const name of BROWSERS) {
    const skip = installed(name) ? false : `${name} is not installed`;
    describe(`who may ask, in ${name}`, { skip }, () => {
        let browser;
        before(async () => {
            browser = await launch(name, { home: join(folder, name),
                extension: EXTENSION, insecure: true,
                prefs: { 'network.dns.localDomains': 'bank.test' },
                args: name === 'chromium' ? ['--ignore-certificate-errors',
                    '--host-resolver-rules=MAP bank.test 127.0.0.1, ' +
                    'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1']
                    : [] });
        });
        after(() => browser?.close());

        const tops = [
            ['a page on http://localhost', () => `${here}/`, true],
            ['a page on https', () => `${secure}/`, true],
            ['a page with CSP, Trusted Types, COOP and COEP',
                () => `${here}/strict`, true],
            ['a page whose CSP allows nothing', () => `${here}/nothing`, true],
            ['http on an address', () =>
                here.replace('localhost', '127.0.0.1'), false],
            ['http on a name', () => here.replace('localhost', 'bank.test'),
                false],
            ['a file', () => `file://${folder}/file.html`, false],
            ['data:', () => 'data:text/html,<title>x</title><h1>x</h1>',
                false],
        ];
        for (const [what, address, answered] of tops) {
            test(`${what} is ${answered ? 'greeted' : 'met with silence'}`,
                async () => {
                    const page = await browser.open(address());
                    const heard = await hello(page,
                        answered ? PATIENCE_MS : SILENCE_MS);
                    if (answered)
                        assert.deepEqual(heard,
                            { hello: true, version: heard.version });
                    else
                        assert.equal(heard, 'silence');
                    await page.close();
                });
        }

        test('a page that the CSP has put in a sandbox gets no window',
            async () => {
                const page = await browser.open(`${here}/csp-top`);
                await page.evaluate(() => {
                    window.ask?.('sign', { content: 'x' });
                });
                const got = await page.until(() => window.outcome ??
                    (typeof Ingam === 'undefined' && { reason: 'none' }),
                'an answer');
                assert.match(got.reason,
                    /^(invalid_request|not_installed|none)$/);
                assert.deepEqual(await browser.windows(/ui\/sign/), []);
                await page.close();
            });

        test('no frame of any kind is heard, and the library says so at once',
            async () => {
                const page = await browser.open(`${here}/frames`);
                const kinds = [...Object.keys(FRAMES), ...Object.keys(SCRIPTED)];
                const heard = await until(async () => {
                    const all = await page.evaluate(() =>
                        [...window.heard.values()]);
                    return all.length >= kinds.length && all;
                }, 'all frames to report').catch(async () => page.evaluate(
                    () => [...window.heard.values()]));
                assert.deepEqual(heard.map(({ kind }) => kind).sort(),
                    kinds.sort());
                for (const { kind, heard: what, library } of heard) {
                    assert.equal(what, 'silence', kind);
                    assert.equal(library, 'not_top_frame', kind);
                }
                await page.close();
            });

        test('forged hellos are not heard: from a frame, synthetic, no port',
            async () => {
                const page = await browser.open(`${here}/inner`);
                assert.equal(await page.evaluate(() =>
                    window.frames[0].raw(window)), 'silence');
                assert.equal(await page.evaluate(() =>
                    window.raw(window, 'dispatch')), 'silence');
                assert.equal(await page.evaluate(() => new Promise(done => {
                    addEventListener('message', ({ data, source }) =>
                        source === window && !data.ingam && done(data));
                    window.postMessage({ ingam: 'hello', protocol: 1 }, '*');
                    setTimeout(() => done('silence'), 500);
                })), 'silence');
                await page.close();
            });

        test('forged answers of a frame are not believed', async () => {
            const page = await browser.open(`${here}/inner`);
            assert.notEqual((await present(page)).version, '9.9.9');
            await page.close();
        });

        test('the page\'s document is not touched', async () => {
            const page = await browser.open(`${here}/plain`);
            assert.deepEqual(await page.evaluate(() => [
                document.querySelectorAll('*').length,
                document.documentElement.attributes.length,
                'Ingam' in window, Object.keys(window).filter(key =>
                    /ingam/i.test(key)).length]), [5, 0, false, 0]);
            await page.close();
        });

        const inside = ['ui/sign/sign.html', 'ui/reissue/reissue.html',
            'ui/popup/popup.html', 'icons/16.png', 'content/relay.js',
            'manifest.json'];
        test('no file of the extension can be framed, loaded or opened',
            async () => {
                const page = await browser.open(`${here}/`);
                const urls = inside.map(path => browser.base + path);
                const loaded = await page.evaluate(async list => {
                    const tries = list.flatMap(url =>
                        ['iframe', 'object', 'embed', 'img', 'script'].map(
                            kind => new Promise(done => {
                                const e = document.createElement(kind);
                                e[kind === 'object' ? 'data' : 'src'] = url;
                                e.onerror = () => done(null);
                                e.onload = () => done(/img|script/.test(kind)
                                    ? `${kind} ${url}` : null);
                                setTimeout(() => done(null), 1000);
                                document.body.append(e);
                            })));
                    const fetched = list.map(url => fetch(url).then(
                        () => `fetch ${url}`, () => null));
                    list.forEach(url => {
                        try {
                            window.open(url);
                        } catch {
                            // Firefox refuses aloud.
                        }
                    });
                    return (await Promise.all([...tries, ...fetched]))
                        .filter(Boolean);
                }, urls);
                assert.deepEqual(loaded, []);
                assert.deepEqual(await browser.frames(page,
                    new RegExp(`^${browser.base}`)), []);
                assert.deepEqual((await browser.windows(
                    new RegExp(`^${browser.base}`))).map(w => w.url()), []);
                await page.close();
            });

        const crafted = ['ui/sign/sign.html', 'ui/sign/sign.html?token=',
            'ui/sign/sign.html?token=00000000-0000-4000-8000-000000000000',
            'ui/reissue/reissue.html?token=x', 'ui/reissue/reissue.html'];
        for (const path of crafted) {
            test(`${path} opened by hand says so and asks for nothing`,
                async () => {
                    const page = await browser.openExtension(path);
                    await page.wait({ role: 'alert' });
                    assert.equal(await page.count({ css: 'input' }), 0);
                    assert.equal(await page.count({ css: '.primary' }) > 0 &&
                        path.includes('sign'), false);
                    await page.close();
                });
        }
    });
}
