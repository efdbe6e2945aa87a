// What does not fit, in both browsers with the real host: programs of other
// versions, a certificate that has expired, a disk without room.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, renameSync,
    rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { REISSUE, SIGN, armed } from '../demo/person.mjs';
import { NEW_PASSWORD, OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';

const lacking = missing();

/** A program that starts the real host and changes members of its hello. */
const wrapper = (real, changes) => `#!${process.execPath}
const { spawn } = require('node:child_process');
const host = spawn(${JSON.stringify(real)}, process.argv.slice(2),
    { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(host.stdin);
host.stdin.on('error', () => {});
host.on('close', code => process.exit(code ?? 1));
let waiting = Buffer.alloc(0), greeted = false;
host.stdout.on('data', data => {
    waiting = Buffer.concat([waiting, data]);
    if (!greeted && waiting.length >= 4 &&
        waiting.length >= 4 + waiting.readUInt32LE(0)) {
        const end = 4 + waiting.readUInt32LE(0);
        const message = JSON.parse(waiting.subarray(4, end));
        Object.assign(message.params, ${JSON.stringify(changes)});
        const body = Buffer.from(JSON.stringify(message));
        const head = Buffer.alloc(4);
        head.writeUInt32LE(body.length);
        waiting = Buffer.concat([head, body, waiting.subarray(end)]);
        greeted = true;
    }
    if (greeted) {
        process.stdout.write(waiting);
        waiting = Buffer.alloc(0);
    }
});
`;

/** [what, hello's members, the reason; null: it fits, versions in the text] */
const VERSIONS = [
    ['an older protocol', { protocol: 0 }, 'host_outdated', []],
    ['an old program', { version: '0.0.9' }, 'host_outdated', ['0.0.9']],
    ['a newer protocol', { protocol: 2 }, 'extension_outdated', []],
    ['a program that needs a newer extension', { minExtension: '99.1.0' },
        'extension_outdated', ['99.1.0']],
    ['no version at all', { version: null }, 'internal', []],
    ['a version that is none', { version: 'new' }, 'internal', []],
    ['a protocol that is no number', { protocol: '1' }, 'internal', []],
    ['a newer program that still takes us',
        { version: '7.0.0', features: ['sign.data', 'later'] }, null, []],
];

/** A certificate that ended yesterday beside its key, as others keep it. */
function putExpired(home, folder) {
    const at = name => join(folder, name);
    const openssl = (...args) =>
        execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
    const day = n => `${new Date(Date.now() + n * 86400000).toISOString()
        .replace(/[-:T]|\..*/g, '')}Z`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(at('index.txt'), '');
    writeFileSync(at('ca.cnf'), `[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt
new_certs_dir = .\nserial = serial\ndefault_md = sha256\npolicy = p
x509_extensions = e\n[p]\ncountryName = supplied
organizationName = supplied\norganizationalUnitName = supplied
commonName = supplied\n[e]\nkeyUsage = critical,digitalSignature,nonRepudiation
[req]\ndistinguished_name = n\nprompt = no\nutf8 = yes\nstring_mask = utf8only
[n]\nC = kr\nO = IngamTest\nOU = personal\nCN = 홍길동()0009\n`);
    openssl('req', '-new', '-config', 'ca.cnf', '-newkey', 'rsa:2048', '-nodes',
        '-keyout', 'key.pem', '-out', 'req.pem');
    openssl('ca', '-batch', '-config', 'ca.cnf', '-selfsign', '-utf8',
        '-create_serial', '-keyfile', 'key.pem', '-in', 'req.pem', '-notext',
        '-startdate', day(-400), '-enddate', day(-1), '-out', 'crt.pem');
    const place = join(home, 'NPKI/IngamTest/USER',
        'cn=홍길동()0009,ou=personal,o=IngamTest,c=kr');
    mkdirSync(place, { recursive: true, mode: 0o700 });
    openssl('x509', '-in', 'crt.pem', '-outform', 'DER',
        '-out', join(place, 'signCert.der'));
    openssl('pkcs8', '-topk8', '-in', 'key.pem', '-outform', 'DER', '-v2',
        'aes-256-cbc', '-v2prf', 'hmacWithSHA256', '-passout',
        `pass:${OLD_PASSWORD}`, '-out', join(place, 'signPri.key'));
    chmodSync(join(place, 'signPri.key'), 0o600);
}

/** A small file system over a folder. @returns {boolean} false: not allowed */
function mountSmall(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'none',
            folder], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

const unmount = folder => execFileSync('umount', ['-l', folder]);

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`misfits in ${name}`, { skip }, () => {
        let desk, t, world;
        before(async () => {
            desk = await Desk.open(name);
            ({ t, world } = desk);
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        for (const [what, changes, reason, versions] of VERSIONS) {
            test(`${what}: ${reason ?? 'signs'}`, async () => {
                const manifest = world.manifest(name);
                const text = readFileSync(manifest, 'utf8');
                const path = join(world.folder, 'wrapper.cjs');
                writeFileSync(path, wrapper(JSON.parse(text).path, changes));
                chmodSync(path, 0o755);
                writeFileSync(manifest, JSON.stringify(
                    { ...JSON.parse(text), path }));
                try {
                    const { page, window } = await desk.asked('sign',
                        { content: '가나다' }, SIGN);
                    if (reason) {
                        await desk.trouble(window, reason);
                        const shown = await window.text({ css: 'main' });
                        for (const version of versions)
                            assert.ok(shown.includes(version), shown);
                        assert.doesNotMatch(shown, /(\d+\.\d+\.\d+)[;,] \1/,
                            'two versions that are one');
                        assert.equal(await window.count(
                            { css: 'input' }), 0);
                        writeFileSync(manifest, text); // the right one comes
                        await again(page, window);
                    }
                    await window.wait({ label: t('password') });
                    await armed(window); // keys before that go nowhere
                    await window.type({ label: t('password') }, OLD_PASSWORD);
                    await desk.press(window, 'sign_button');
                    assert.ok((await desk.outcome(page)).result);
                } finally {
                    writeFileSync(manifest, text);
                }
            });
        }

        /** The window checks once more, without being reloaded. */
        async function again(page, window) {
            assert.equal(await page.evaluate(() => window.outcome), null);
            await window.click({ css: '.primary' });
        }

        test('a certificate that has expired is shown, and cannot be chosen',
            async () => {
                const npki = join(world.home, 'NPKI');
                renameSync(npki, `${npki}-kept`);
                try {
                    putExpired(world.home, join(world.folder, 'expired'));
                    const { page, window } = await desk.signing();
                    await window.wait({ text: t('certificates_none_fit') });
                    assert.equal(await window.count(
                        { css: 'input[type=radio]' }), 0);
                    await window.wait({ text:
                        t('certificates_unusable', { n: 1 }) });
                    await window.wait({ text: t('why_expired') });
                    await window.type({ label: t('password') }, OLD_PASSWORD);
                    await desk.press(window, 'sign_button');
                    await window.wait({ text: t('sign_choose') });
                    assert.equal(await page.evaluate(() =>
                        window.outcome), null);
                    await desk.press(window, 'cancel');
                    assert.equal((await desk.outcome(page)).reason,
                        'cancelled');
                } finally {
                    rmSync(npki, { recursive: true, force: true });
                    renameSync(`${npki}-kept`, npki);
                }
            });

        test('no room for the new certificate: nothing is sent; room is made',
            { skip: process.getuid() === 0 ? false
                : 'only root can mount a small file system' },
            async context => {
                const npki = join(world.home, 'NPKI');
                const kept = join(world.folder, 'npki');
                renameSync(npki, kept);
                if (!mountSmall(npki)) {
                    rmSync(npki, { recursive: true });
                    renameSync(kept, npki);
                    context.skip('mounting is not allowed here');
                    return;
                }
                try {
                    cpSync(kept, npki, { recursive: true });
                    await fullReissue(npki);
                } finally {
                    unmount(npki);
                    rmSync(npki, { recursive: true, force: true });
                    renameSync(kept, npki);
                }
            });

        async function fullReissue(npki) {
            const ballast = join(npki, 'ballast');
            assert.throws(() => writeFileSync(ballast,
                Buffer.alloc(2 * 1024 * 1024)), { code: 'ENOSPC' });
            const given = await world.bank.authority.codes(
                world.person().id, 'reissue');
            const { page, window } = await desk.asked('reissue', { ca: 'test',
                name: world.person().name,
                referenceNumber: given.referenceNumber,
                authorizationCode: given.authorizationCode }, REISSUE);
            await window.click({ role: 'button', name: t('continue') });
            for (const label of ['new_password', 'new_password_again']) {
                await window.wait({ label: t(label) });
                await armed(window);
                await window.type({ label: t(label) }, NEW_PASSWORD);
            }
            await desk.press(window, 'issue_deed');
            await desk.trouble(window, 'disk_full');
            assert.match(await window.text({ css: 'main' }), /128 ?KB/);
            assert.match(await window.text({ css: '.lost' }),
                new RegExp(t('lost_nothing').slice(0, 4)));
            const { codes } = await world.ca.call('list');
            assert.equal(codes.find(c => c.referenceNumber ===
                given.referenceNumber).state, 'new');
            assert.deepEqual((await world.ca.certificates())
                .map(c => c.state), ['valid']);
            rmSync(ballast);
            await window.click({ css: '#primary' });
            await window.until(() => /password|keep/.test(
                document.body.dataset.screen), 'the way on');
            if (await window.count({ label: t('new_password') })) {
                await armed(window);
                for (const label of ['new_password', 'new_password_again'])
                    await window.fill({ label: t(label) }, NEW_PASSWORD);
                await desk.press(window, 'issue_deed');
            }
            await window.wait({ role: 'heading', name: t('keep_title') });
            assert.ok((await desk.outcome(page)).result);
            assert.ok(readdirSync(join(npki, 'IngamTest/USER')).length > 0);
        }
    });
}
