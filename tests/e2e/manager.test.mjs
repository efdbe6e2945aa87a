// The certificate manager in real browsers with the really registered host:
// found by the popup's link, read, narrowed down, used by mouse and by keys
// alone; what it does is done by the program and seen in the store.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync,
    renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { NEW_PASSWORD, OLD_PASSWORD, missing } from '../demo/world.mjs';
import { crowd, nameOf } from './lib/crowd.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { PATIENCE_MS, until } from './lib/program.mjs';

const lacking = missing();
const USERS = 'NPKI/IngamTest/USER';

/** What is tried in which browser: either in a language of its own, and the
 * thousand where a message costs less. */
const TRIED = { chromium: { lang: 'ko', many: 1000 },
    firefox: { lang: 'en', many: 300 } };

/** The manager of a desk, and what a person does in it. */
class Manager {
    constructor(desk) {
        this.desk = desk;
        this.t = desk.t;
    }

    async open(where = '') {
        this.page = await this.desk.browser.openExtension(
            `ui/manager/manager.html${where}`);
        return this;
    }

    /** Wait for a list that is whole. */
    whole() {
        return this.page.until(() => /\//.test(
            document.querySelector('#searched')?.textContent ?? '/'),
        'the whole list');
    }

    heading(key, values, ms) {
        return this.page.wait(
            { role: 'heading', name: this.t(key, values) }, ms);
    }

    press(key) {
        return this.page.click({ role: 'button', name: this.t(key) });
    }

    async to(deed, title) {
        await this.page.evaluate(hash => { location.hash = hash; },
            `${this.desk.certificate.id}/${deed}`);
        await this.heading(title);
    }

    /** To a deed with the certificate, as far as its button. */
    async deed(name, title) {
        await this.to(name, title);
        await armed(this.page);
    }

    names() {
        return this.page.evaluate(() => [...document.querySelectorAll(
            'tbody th a')].map(a => a.textContent));
    }

    async close() {
        await this.page?.close();
    }
}

/** @returns {Promise<string>} the path of the file */
async function exported(manager) {
    const { page, t } = manager;
    await manager.deed('export', 'export_title');
    await page.type({ label: t('password') }, OLD_PASSWORD);
    await manager.press('deed_export');
    await page.wait({ role: 'heading', name: `✓ ${t('export_done')}` });
    const name = await page.evaluate(() =>
        document.querySelector('#save').download);
    assert.match(name, /\.p12$/);
    // Chromium calls it "download" where the system knows no Korean letters
    const saved = await until(() => readdirSync(manager.downloads).find(
        f => (f === name || f === 'download') &&
            statSync(join(manager.downloads, f)).size > 0),
    'the downloaded file');
    const path = join(manager.desk.world.folder, 'backup.p12');
    renameSync(join(manager.downloads, saved), path);
    assert.match(execFileSync('openssl', ['pkcs12', '-legacy', '-in', path,
        '-nokeys', '-passin', `pass:${OLD_PASSWORD}`], { encoding: 'utf8' }),
    /BEGIN CERTIFICATE/);
    return path;
}

async function removed(manager) {
    const { page, t } = manager;
    await manager.deed('remove', 'remove_title');
    const label = t('remove_type', { name: '홍길동' });
    await page.type({ label }, '김길동');
    await manager.press('remove_deed');
    await page.wait({ css: 'input[aria-invalid=true]' });
    await page.fill({ label }, '홍길동');
    await manager.press('remove_deed');
    await page.wait({ role: 'heading', name: `✓ ${t('remove_done')}` });
    await manager.press('done');
}

async function imported(manager, paths, password, press = true) {
    const { page, t } = manager;
    if (press)
        await manager.press('manage_import');
    await manager.heading('import_title');
    await armed(page);
    await page.choose('input[type=file]', paths);
    await page.fill({ label: t('import_password') }, password);
    await manager.press('deed_import');
    await page.wait({ role: 'heading', name: `✓ ${t('import_done')}` });
    await manager.press('done');
    await page.wait({ role: 'heading', name: '홍길동' });
}

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`the manager in ${name}`, { skip }, () => {
        let desk, manager, users;
        before(async () => {
            desk = await Desk.open(name, { lang: TRIED[name].lang,
                prefs: { 'browser.download.alwaysOpenPanel': false } });
            users = join(desk.world.home, USERS);
            manager = new Manager(desk);
            manager.downloads = join(desk.world.folder, 'downloads');
            mkdirSync(manager.downloads);
            await desk.browser.downloadTo(manager.downloads);
        });
        after(() => desk?.close());
        afterEach(() => {
            lonely();
            return desk?.clear();
        });

        /** @returns {Promise<string>} "signed", or the reason */
        const sign = async (world, password = OLD_PASSWORD) => {
            const file = join(world.folder, 'text');
            writeFileSync(file, 'x');
            const { json } = await world.ingam(['sign', desk.certificate.id,
                '--json', '--in', file, '--password-fd', '3'], [password]);
            return json?.error?.data?.reason ??
                (json?.signature ? 'signed' : JSON.stringify(json));
        };
        const outcomeOf = async page => {
            await page.evaluate(() => window.ask('sign', { content: 'x' }));
            return desk.outcome(page);
        };
        /** The crowd goes home. */
        const lonely = () => files().filter(f => /^cn=crowd/.test(f)).forEach(
            f => rmSync(join(users, f), { recursive: true }));
        const files = () => readdirSync(users).filter(f => f.startsWith('cn='));

        test('opens from the popup', async () => {
            const popup = await desk.browser.openExtension(
                'ui/popup/popup.html');
            await popup.click({ role: 'button', name: desk.t('button_manage') });
            manager.page = await windowOf(desk.browser,
                'ui/manager/manager.html');
            await manager.heading('manage_title_n', { n: 1 });
            assert.deepEqual(await manager.names(), ['홍길동']);
            await manager.close();
        });

        test('by keys alone: to a certificate, its details, and back',
            async () => {
                await manager.open();
                const { page } = manager;
                await manager.whole();
                await page.until(() => document.activeElement.tagName === 'H1',
                    'the focus on the heading');
                for (let i = 0; i < 20; i++) {
                    await page.press('Tab');
                    if ((await page.focused()).text.startsWith('홍길동'))
                        break;
                }
                await page.press('Enter');
                await page.wait({ role: 'heading', name: '홍길동' });
                assert.equal((await page.focused()).tag, 'H1');
                for (let i = 0; i < 10; i++) {
                    await page.press('Tab');
                    if ((await page.focused()).tag === 'SUMMARY')
                        break;
                }
                await page.press('Enter');
                const text = await page.until(() => document.querySelector(
                    '#full dl')?.innerText, 'the full details');
                assert.match(text, /o=IngamTest/);
                assert.doesNotMatch(text, /cn=홍길동[^,]*\d{6}/,
                    'no number of a person');
                await page.press('Escape');
                await manager.heading('manage_title_n', { n: 1 });
                assert.match((await page.focused()).text, /^홍길동/);
                await manager.close();
            });

        test('lists many, narrows them down and sorts them', async () => {
            const { many } = TRIED[name];
            crowd(users, many);
            await manager.open();
            const { page, t } = manager;
            await manager.heading('manage_title_n', { n: many + 1 },
                4 * PATIENCE_MS);
            await manager.whole();
            assert.equal((await manager.names()).length, many + 1);
            const longest = await page.evaluate(async () => {
                let last = performance.now(), gap = 0, on = true;
                const channel = new MessageChannel();
                channel.port1.onmessage = () => {
                    gap = Math.max(gap, performance.now() - last);
                    last = performance.now();
                    if (on)
                        channel.port2.postMessage(0);
                };
                channel.port2.postMessage(0);
                document.querySelector('#sort-name').click();
                await new Promise(done => setTimeout(done, 300));
                on = false;
                return gap;
            });
            assert.ok(longest < 1500, `a freeze of ${longest} ms`);
            await page.type({ label: t('manage_search') }, nameOf(3));
            await page.until(n => document.querySelectorAll('tbody tr')
                .length < n, 'fewer rows', { args: [many] });
            assert.deepEqual([...new Set(await manager.names())],
                [nameOf(3)]);
            assert.notEqual(await page.text({ css: '#said' }), '');
            await manager.close();
        });

        test('asks the CA for the status, and says what it answered',
            async () => {
                await manager.open();
                await manager.whole();
                await manager.to('check', 'check_title');
                const text = await manager.page.text({ css: '#findings' });
                assert.match(text, new RegExp(manager.t('check_valid')));
                assert.match(text, new RegExp(manager.t('check_status_good')));
                await manager.close();
            });

        test('tells whether a password is the right one', async () => {
            await manager.open();
            const { page, t } = manager;
            await manager.whole();
            await manager.deed('try', 'try_title');
            await page.type({ label: t('password') }, 'wrong-Pass-1');
            await page.press('Enter');
            await page.wait({ css: 'input[aria-invalid=true]' });
            await page.type({ label: t('password') }, OLD_PASSWORD);
            await page.press('Enter');
            const text = await page.text({ css: '#findings .box' });
            assert.match(text, new RegExp(t('try_right')));
            await manager.close();
        });

        test('exports, deletes by the typed name, and imports again',
            async () => {
                await manager.open();
                const { page, t } = manager;
                await manager.whole();
                const file = await exported(manager);
                await removed(manager);
                assert.deepEqual(files(), []);
                await page.wait({ text: t('certificates_none') });
                await imported(manager, [file], OLD_PASSWORD);
                assert.equal(files().length, 1);
                assert.equal(await sign(desk.world), 'signed');
                await manager.close();
            });

        test('changes the password: the new one opens, the old does not',
            async () => {
                await manager.open();
                const { page, t } = manager;
                await manager.whole();
                await manager.deed('password', 'password_title');
                await page.type({ label: t('password_now') }, OLD_PASSWORD);
                for (const label of ['new_password', 'new_password_again'])
                    await page.type({ label: t(label) }, NEW_PASSWORD);
                await manager.press('password_deed');
                await page.wait({ role: 'heading',
                    name: `✓ ${t('password_done')}` });
                assert.equal(await sign(desk.world), 'password_wrong');
                assert.equal(await sign(desk.world, NEW_PASSWORD), 'signed');
                await manager.close();
            });

        test('imports the files of a folder, refuses what is none',
            async () => {
                const [folder] = files();
                const chosen = join(desk.world.folder, 'chosen');
                cpSync(join(users, folder), chosen, { recursive: true });
                rmSync(join(users, folder), { recursive: true });
                writeFileSync(join(chosen, 'bad.p12'), 'no certificate');
                await manager.open();
                await manager.whole();
                const { page, t } = manager;
                await manager.press('manage_import');
                await armed(page);
                await page.choose('input[type=file]', [join(chosen, 'bad.p12')]);
                await page.type({ label: t('import_password') }, NEW_PASSWORD);
                await manager.press('deed_import');
                await page.wait({ css: 'input[type=file][aria-invalid=true]' });
                const pair = ['signCert.der', 'signPri.key'].map(
                    f => join(chosen, f));
                await imported(manager, pair, NEW_PASSWORD, false);
                assert.equal(files().length, 1);
                // a second time it is replaced only when that is said
                await page.click({ css: '#back' });
                await manager.press('manage_import');
                await armed(page);
                await page.choose('input[type=file]', pair);
                await page.fill({ label: t('import_password') }, NEW_PASSWORD);
                await manager.press('deed_import');
                await page.click({ css: 'label:has(#replace)' });
                await page.fill({ label: t('import_password') }, NEW_PASSWORD);
                await manager.press('deed_import');
                await page.wait({ role: 'heading',
                    name: `✓ ${t('import_done')}` });
                assert.equal(files().length, 1);
                await manager.close();
            });

        test('mends what others may read', async () => {
            const file = join(users, files()[0], 'signPri.key');
            chmodSync(file, 0o644);
            await manager.open(`#${desk.certificate.id}`);
            await manager.page.click({ css: '#deed-repair' });
            await manager.page.wait({ text: manager.t('manage_repaired_what',
                { what: manager.t('repaired_permissions') }) });
            assert.equal(statSync(file).mode & 0o777, 0o600);
            await manager.page.click({ css: '#deed-repair' });
            await manager.page.wait({ text: manager.t('manage_repaired_none') });
            await manager.close();
        });

        test('copies nowhere while there is no other place', async () => {
            await manager.open();
            await manager.whole();
            await manager.deed('copy', 'copy_title');
            await manager.press('deed_copy');
            await manager.page.wait({ text: manager.t('copy_no_place') });
            await manager.close();
        });

        test('what was done stands in the record, which is whole', async () => {
            const page = await desk.browser.openExtension(
                'ui/history/history.html');
            await page.wait({ text: desk.t('history_intact') });
            const deeds = await page.evaluate((more, done) => [...document
                .querySelectorAll('tbody tr')].filter(tr =>
                tr.lastChild.textContent === done).map(tr =>
                tr.children[1].textContent.split(more)[0]),
            desk.t('detail_full'), desk.t('history_done'));
            const want = ['import', 'import', 'password', 'import', 'remove',
                'export']
                .map(kind => desk.t(`history_kind_${kind}`));
            assert.deepEqual(deeds.filter(deed => want.includes(deed))
                .slice(0, want.length), want);
            await page.click({ css: '#csv' });
            const csv = join(manager.downloads, 'ingam-record.csv');
            await until(() => existsSync(csv) && statSync(csv).size > 0,
                'the table');
            assert.match(readFileSync(csv, 'utf8'), /^\ufeff"n","time",/);
            await page.click({ role: 'button', name: desk.t('history_clear') });
            await page.wait({ role: 'heading',
                name: desk.t('history_clear_title') });
            await armed(page);
            await page.click({ role: 'button',
                name: desk.t('history_clear_deed') });
            await page.wait({ role: 'heading',
                name: desk.t('history_title_n', { n: 1 }) });
            await page.close();
        });

        test('sites that asked are listed, blocked and forgotten', async () => {
            const { page: asking, window } = await desk.signing();
            await desk.press(window, 'cancel');
            await desk.outcome(asking);
            await desk.noWindow();
            const host = await asking.evaluate(() => location.host);
            const page = await desk.browser.openExtension(
                'ui/sites/sites.html');
            const press = key => page.click({ role: 'button',
                name: `${host}: ${desk.t(key)}` });
            await press('popup_block');
            await page.wait({ text: desk.t('popup_blocked') });
            assert.equal((await outcomeOf(asking)).reason, 'site_blocked');
            await press('popup_unblock');
            await page.wait({ text: desk.t('sites_may_ask') });
            await press('sites_forget');
            await page.wait({ text: desk.t('sites_none') });
            await page.close();
        });

        test('reminds, without a name, of what expires', async () => {
            crowd(users, 40);
            const page = await desk.browser.openExtension(
                'ui/manager/manager.html');
            await page.evaluate(() => {
                window.notes = []; // headless Firefox closes them at once
                (globalThis.browser ?? globalThis.chrome).notifications
                    .onClosed.addListener(id => window.notes.push(id));
            });
            const shown = await page.until(async () => {
                const api = globalThis.browser ?? globalThis.chrome;
                const { expiries = [] } =
                    await api.storage.local.get('expiries');
                if (expiries.length < 20)
                    return null;
                // as if the last look had been three days ago
                await api.storage.local.set({ remindersOff: [String(
                    performance.now())], remindedUntil:
                    Date.now() - 3 * 86_400_000 });
                await new Promise(done => setTimeout(done, 100));
                const notes = [...window.notes,
                    ...Object.keys(await api.notifications.getAll())];
                return notes.length > 0 && { notes, stored:
                    JSON.stringify(await api.storage.local.get(null)),
                alarms: (await api.alarms.getAll()).map(a => a.name) };
            }, 'a reminder');
            assert.ok(shown.notes.every(id => id.startsWith('expiry.')));
            assert.deepEqual(shown.alarms, ['expiry']);
            assert.doesNotMatch(shown.stored, /홍길동|은행|NPKI/);
            await page.close();
        });

        test('shows what is broken, with its place', async () => {
            mkdirSync(join(users, 'cn=broken'));
            writeFileSync(join(users, 'cn=broken/signCert.der'), 'x');
            await manager.open();
            await manager.whole();
            await manager.page.click({ css: '#broken summary' });
            assert.match(await manager.page.text({ css: '#broken li' }),
                /cn=broken/);
            rmSync(join(users, 'cn=broken'), { recursive: true });
            await manager.close();
        });

        test('a certificate that is not here says so', async () => {
            await manager.open(`#${'0'.repeat(64)}`);
            await manager.heading('manage_not_here');
            await manager.press('manage_back');
            await manager.heading('manage_title_n', { n: 1 });
            await manager.close();
        });
    });
}
