// What examples/ gives a bank's developer, in a real browser with the real host:
// an adapter of each family, the smallest page, the bridge for frames, and the
// guide that a page shows while Ingam is not there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkCode } from '../../extension/common/bytes.js';
import { SIGN, armed } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { installed, windowOf } from './lib/launch.mjs';

const skip = missing() ? `${missing()} is not built`
    : installed('chromium') ? false : 'chromium is not installed';

const read = path => readFileSync(
    new URL(`../../examples/${path}`, import.meta.url), 'utf8');
const script = text =>
    ({ html: text, headers: { 'Content-Type': 'text/javascript' } });
const scripts = (...paths) =>
    paths.map(path => `<script src="${path}"></script>`).join('');

/** A page with the adapter of a family and a form. */
const adapted = family => ({ html: `<!doctype html><html lang="ko">
<meta charset="utf-8"><title>${family}</title><form id="form"><input name="b"
value="2"><input name="a" value="가&amp;나"></form>${scripts('/ingam.js',
    '/adapters/core.js', '/adapters/certificate.js',
    `/adapters/${family}.js`)}` });
const FAMILIES = ['delfino', 'xecureweb', 'inisafe', 'magicline', 'unisign'];

/** A frame that tells its parent what became of its call. */
const FRAMED = `<!doctype html><meta charset="utf-8">${scripts('/framed.js')}
<script>
const [shop, method] = decodeURIComponent(location.hash.slice(1)).split(' ');
const tell = told => parent.postMessage({ told }, '*');
IngamFramed.connect(shop).then(ingam => ingam[method]({ content: '결제' }))
    .then(result => tell({ result }), ({ reason }) => tell({ reason }));
</script>`;
/** A frame in a frame: not one of the top page's own. */
const NESTED = `<!doctype html><script>
addEventListener('message', ({ data }) => parent.postMessage(data, '*'));
const inner = document.createElement('iframe');
inner.src = '/framed' + location.hash;
document.documentElement.append(inner);
</script>`;
const SHOP = `<!doctype html><html lang="ko"><meta charset="utf-8">
<title>가게</title>${scripts('/ingam.js', '/bridge.js')}<script>
addEventListener('message', ({ data }) => {
    if (data.told)
        window.told = data.told;
});
</script>`;

const PAGES = {
    '/adapters/core.js': script(read('adapters/core.js')),
    '/adapters/certificate.js': script(read('adapters/certificate.js')),
    ...Object.fromEntries(FAMILIES.flatMap(family => [
        [`/adapters/${family}.js`, script(read(`adapters/${family}.js`))],
        [`/${family}`, adapted(family)]])),
    '/plain': { html: read('page/index.html') },
    '/plain.js': script(read('page/plain.js')),
    '/bridge.js': script(read('frame-bridge/bridge.js')),
    '/framed.js': script(read('frame-bridge/framed.js')),
    '/framed': { html: FRAMED },
    '/nested': { html: NESTED },
    '/shop': { html: SHOP },
    '/guide': { html: read('not-installed/index.html') },
    '/guide.js': script(read('not-installed/guide.js')),
    '/use.js': script(read('not-installed/use.js')),
};

describe('the examples in chromium', { skip }, () => {
    let desk, t;
    before(async () => {
        desk = await Desk.open('chromium', { pages: PAGES });
        t = desk.t;
    });
    after(() => desk?.close());
    afterEach(() => desk?.clear());

    /** A person signs in the window that has opened. */
    async function signs() {
        const window = await windowOf(desk.browser, SIGN);
        await window.wait({ label: t('password') });
        await armed(window);
        await window.type({ label: t('password') }, OLD_PASSWORD);
        await armed(window);
        const shown = await window.text({ css: 'main' });
        await window.click({ css: 'button.primary' });
        return shown;
    }

    /** openssl's word: the content. */
    function content(signature, encoding = 'base64') {
        const at = join(desk.world.folder, 'example.der');
        writeFileSync(at, Buffer.from(signature, encoding));
        return execFileSync('openssl', ['cms', '-verify', '-noverify',
            '-binary', '-inform', 'DER', '-in', at],
        { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    }

    const heard = page => page.until(() => window.heard, 'the callback');

    /** [family, the call, what openssl finds, a look at the callback] */
    const calls = [
        ['delfino', () => window.Delfino.signKeyValue('acct|memo',
            '110-1|월세 & 관리비', '계좌|메모', '|', { urlEncode: true,
                complete: (...all) => window.heard = all }),
        ([{ status, signData, cert, certExpireDate }]) => {
            assert.equal(status, 1);
            assert.match(cert, /^MII/);
            assert.match(certExpireDate, /^20\d\d-\d\d-\d\dT/);
            assert.equal(content(signData), `acct=110-1&memo=${
                encodeURIComponent('월세 & 관리비')}`);
        }],
        ['xecureweb', () => window.Sign_with_option(1, '이체 1,000원',
            (...all) => window.heard = all), ([signed]) => {
            assert.match(signed, /^[0-9a-f]+$/);
            assert.equal(content(signed, 'hex'), '이체 1,000원');
        }],
        ['inisafe', () => window.INISAFE.PKCS7SignedDataForm(
            document.querySelector('form'), { delimiter: ';', assign: ':' },
            (...all) => window.heard = all), ([good, { signature }]) => {
            assert.equal(good, true);
            assert.equal(content(signature), 'b:2;a:가&나');
        }],
        ['magicline', () => window.magicline.uiapi.MakeSignData(
            document.querySelector('form'), { encoding: 'utf8' },
            (...all) => window.heard = all),
        ([code, { encMsg, certbag }]) => {
            assert.equal(code, 0);
            assert.match(certbag.signcert, /^MII/);
            assert.equal(content(encMsg), 'b=2&a=가&나');
        }],
        ['unisign', () => window.unisign.SignData('이체', null,
            (...all) => window.heard = [...all, window.unisign.GetLastError()]),
        ([code, signature, { subjectName, validateTo }, last]) => {
            assert.deepEqual([code, last], [0, 0]);
            assert.match(subjectName, /^cn=홍길동.*,c=kr$/i);
            assert.match(validateTo, /^20\d\d-/);
            assert.equal(content(signature), '이체');
        }],
    ];
    for (const [family, call, check] of calls) {
        test(`a ${family} page signs by its old call`, async () => {
            const page = await desk.page(`/${family}`);
            await page.evaluate(`() => void (${call})()`);
            await signs();
            check(await heard(page));
        });
    }

    const NONCE = 'nonce-of-the-server-0123456789';
    const DIGEST = 'ab12cd34'.repeat(8);
    const PAPER = ['--sha256', DIGEST, '--expect-kind', 'document'];
    const der = (text, encoding = 'base64') => Buffer.from(text, encoding);

    /** What an old page hands to its calls. */
    function given() {
        const at = name => join(desk.world.folder, name);
        const openssl = (...args) => execFileSync('openssl', args,
            { stdio: ['ignore', 'pipe', 'ignore'] });
        if (!existsSync(at('server.pem')))
            openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
                at('server.key'), '-out', at('server.pem'), '-subj',
                '/CN=server', '-addext',
                'keyUsage=critical,keyEncipherment,digitalSignature');
        writeFileSync(at('agreed'), '임대차 계약');
        return { nonce: NONCE, digest: DIGEST,
            pem: readFileSync(at('server.pem'), 'utf8'),
            joined: openssl('cms', '-sign', '-binary', '-nodetach', '-md',
                'sha256', '-in', at('agreed'), '-signer', at('server.pem'),
                '-inkey', at('server.key'), '-outform', 'DER',
                '-nosmimecap').toString('hex') };
    }

    /** The person's part in each window: what is typed and ticked. */
    const windows = {
        login: ['ui/sign/login.html', async () => {}],
        identity: ['ui/sign/login.html', window =>
            window.click({ label: t('login_vid_allow') })],
        batch: ['ui/batch/batch.html', async () => {}],
        text: [SIGN, async () => {}],
        document: [SIGN, async window => {
            await window.click({ css: 'button.primary' });
            await window.fill({ label: t('document_code') },
                checkCode(der(DIGEST, 'hex')));
            await window.click({ css: 'button.primary' });
            await window.wait({ text: t('document_tick') });
            await window.press(' '); // the focus is on the box
        }],
    };

    /** `ingam verify` for the site that asked. */
    async function verified(page, signature, args) {
        const at = join(desk.world.folder, 'heard.der');
        writeFileSync(at, signature);
        const { json } = await desk.world.ingam(['verify', '--json', '--in', at,
            '--expect-origin', new URL(await page.url()).origin, ...args]);
        return json;
    }
    const LOGIN = ['--type', 'login', '--expect-nonce', NONCE];

    /** [family, call, window, signatures in what was heard, how to verify] */
    const deeds = [
        ['delfino', w => w.Delfino.login('', { nonce: w.given.nonce,
            vidFor: w.given.pem, outputEncoding: 'hex', complete: w.hear }),
        'identity', ([{ signData }]) => [der(signData, 'hex')], LOGIN],
        ['xecureweb', w => w.Sign_with_vid_user(4, w.given.nonce, w.given.pem,
            w.hear), 'identity', ([signed]) => [der(signed, 'hex')], LOGIN],
        ['inisafe', w => w.INISAFE.PKCS7SignVID(w.given.nonce, {}, w.hear),
            'login', ([, { signature }]) => [der(signature)], LOGIN],
        ['magicline', w => w.magicline.uiapi.MakeSignData('',
            { nonce: w.given.nonce }, w.hear), 'login',
        ([, { encMsg }]) => [der(encMsg)], LOGIN],
        ['unisign', w => w.unisign.SignData('', { nonce: w.given.nonce },
            w.hear), 'login', ([, token]) => [der(token)], LOGIN],
        ['delfino', w => w.Delfino.multiSign('하나￡둘', w.hear), 'batch',
            ([{ signData }]) => signData.split('￡').map(text => der(text)),
            [], ['하나', '둘']],
        ['xecureweb', w => w.MultiSign(2, '하나|둘', '|', w.hear), 'batch',
            ([signed]) => signed.split('|').map(text => der(text, 'hex')), [],
            ['하나', '둘']],
        ['inisafe', w => w.INISAFE.PKCS7SignedDataMultiForm(
            [{ b: 2, a: '가' }, { a: 1 }], null, w.hear), 'batch',
        ([, { signatures }]) => signatures.map(text => der(text)), [],
        ['b=2&a=가', 'a=1']],
        ['delfino', w => w.Delfino.mdSign(w.given.digest, w.hear), 'document',
            ([{ signData }]) => [der(signData)], PAPER],
        ['inisafe', w => w.INISAFE.PKCS7SignedDataWithMD(w.given.digest, null,
            w.hear), 'document', ([, { signature }]) => [der(signature)], PAPER],
        ['magicline', w => w.magicline.uiapi.MakeMdSignData(w.given.digest,
            null, w.hear), 'document', ([, { encMsg }]) => [der(encMsg)], PAPER],
        ['delfino', w => w.Delfino.addSigner(w.given.joined, w.hear), 'text',
            ([{ signData }]) => [der(signData)], null, ['임대차 계약']],
    ];
    for (const [family, call, kind, signatures, args, contents] of deeds) {
        const name = String(call).match(/(\w+)\(/)[1];
        test(`${family}: ${name} yields what our verifier takes`, async () => {
            const page = await desk.page(`/${family}`);
            await page.evaluate(all => {
                window.given = all;
                window.hear = (...heard) => window.heard = heard;
            }, given());
            await page.evaluate(`() => void (${call})(window)`);
            const [path, act] = windows[kind];
            const window = await windowOf(desk.browser, path);
            await window.wait({ label: t('password') });
            await armed(window);
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await act(window);
            await window.click({ css: 'button.primary' });
            const all = signatures(await heard(page));
            assert.equal(all.length, contents?.length ?? 1);
            for (const [i, signature] of all.entries()) {
                const verdict = await verified(page, signature, args ?? []);
                if (args)
                    assert.equal(verdict.valid, true, JSON.stringify(verdict));
                else // who signed before is a stranger
                    assert.deepEqual(verdict.signers.map(({ ok }) => ok).sort(),
                        [false, true]);
                if (contents)
                    assert.equal(content(signature), contents[i]);
            }
        });
    }

    test('a person who cancels is told to an old callback', async () => {
        const page = await desk.page('/magicline');
        await page.evaluate(() => void window.magicline.uiapi.MakeSignData(
            '이체', null, (...all) => window.heard = all));
        const window = await windowOf(desk.browser, SIGN);
        await window.wait({ label: t('password') });
        await desk.press(window, 'cancel');
        assert.deepEqual((await heard(page))[0], 999);
    });

    test('the smallest page signs', async () => {
        const page = await desk.page('/plain');
        await page.click({ css: '#sign' });
        await signs();
        const signature = await page.until(() =>
            document.querySelector('#said').dataset.signature, 'the signature');
        assert.equal(content(signature), await page.value({ css: '#text' }));
    });

    /** A shop with a frame of another origin that asks by the bridge. */
    async function framed({ origins = null, methods = ['sign'],
        method = 'sign', path = '/framed' } = {}) {
        const page = await desk.page('/shop');
        const shop = new URL(await page.url()).origin;
        const gateway = await desk.site.origin();
        await page.evaluate((given, address) => {
            window.IngamBridge.serve(given);
            const frame = document.createElement('iframe');
            frame.src = address;
            document.documentElement.append(frame);
        }, { origins: origins ?? [gateway], methods },
        `${gateway}${path}#${encodeURIComponent(`${shop} ${method}`)}`);
        return { page, shop, gateway };
    }
    const told = page => page.until(() => window.told, 'the frame');

    test('a frame signs by the bridge; the window names the shop', async () => {
        const { page, shop, gateway } = await framed();
        const shown = await signs();
        assert.ok(shown.includes(new URL(shop).host), shown);
        assert.ok(!shown.includes(new URL(gateway).host), shown);
        assert.equal(content((await told(page)).result.signature), '결제');
    });

    const strangers = [
        ['of an origin that is not named',
            { origins: ['https://pay.example'] }, 'bridge_missing'],
        ['in a frame of the named one', { path: '/nested' }, 'bridge_missing'],
        ['that asks for what is not named', { method: 'login' },
            'not_allowed'],
    ];
    for (const [what, given, reason] of strangers) {
        test(`a frame ${what} gets nothing: ${reason}`, async () => {
            const { page } = await framed(given);
            assert.deepEqual(await told(page), { reason });
            assert.equal((await desk.windows()).length, 0);
        });
    }

    const misuses = [['a path', { origins: ['https://pay.example/x'] }],
        ['no origin', { origins: ['null'] }],
        ['a star', { origins: ['*'] }],
        ['a method that there is not', { origins: [], methods: ['steal'] }]];
    for (const [what, given] of misuses) {
        test(`the bridge cannot be told ${what}`, async () => {
            const page = await desk.page('/shop');
            assert.equal(await page.evaluate(all => {
                try {
                    window.IngamBridge.serve(all);
                    return 'served';
                } catch {
                    return 'refused';
                }
            }, given), 'refused');
        });
    }

    test('where Ingam is, the guide shows nothing', async () => {
        const page = await desk.page('/guide');
        await page.wait({ css: '#go:enabled' });
        assert.equal(await page.count({ css: '#guide *' }), 0);
    });

    test('where it is not, the guide helps once and goes when told', async () => {
        // the extension has no part in pages of 127.0.0.1
        const address = await desk.site.origin(undefined, '127.0.0.1');
        const page = await desk.browser.open(`${address}/guide`);
        const done = { role: 'button', name: '설치했어요' };
        await page.wait(done);
        assert.equal((await page.state({ css: '#go' })).disabled, true);
        await page.evaluate(() => window.before = true);
        await page.click(done); // loads the page again, once
        await page.until(() => !window.before, 'the page again');
        await page.click(done);
        await page.wait({ text: '아직 찾지 못했어요. 확장 프로그램과 인감 ' +
            '프로그램을 모두 설치했는지 봐 주세요.' });
        await page.click({ role: 'button', name: '나중에' });
        await page.waitGone({ css: '#guide *' });
        await page.navigate(`${address}/guide`);
        await page.until(() => window.Ingam.status().then(
            ({ installed: here }) => !here), 'the library\'s answer');
        assert.equal(await page.count({ css: '#guide *' }), 0);
        await page.close();
    });
});
