// A page asks for a renewal or a revocation, in both browsers with the real
// host and the real CA: what the person does, what the page hears.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { missing, OLD_PASSWORD } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';
import { processesOf } from './lib/program.mjs';

const lacking = missing();
const WRONG = 'not-The-One-1';
const WHY = { reason: 'superseded' };

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`renew and revoke for a page in ${name}`, { skip },
        () => rows(name));
}

/** @param {string} name */
function rows(name) {
    let desk, t, world;
    before(async () => {
        desk = await Desk.open(name, { certificate: false });
        ({ t, world } = desk);
    });
    after(() => desk?.close());
    afterEach(async () => {
        await world.ca.misbehave('none');
        await desk.clear();
        world.loseCertificates();
        rmSync(join(world.home, '.local'), { recursive: true, force: true });
    });

    const stateOf = async ({ serial }) => (await world.ca.certificates())
        .find(c => c.serial === serial)?.state;

    const screen = (window, which) =>
        window.wait({ css: `[data-screen=${which}] h1` }, 30000);

    /** A page that has asked, as far as the window's first screen. */
    async function asked(method, params, first = method) {
        const got = await desk.asked(method, params);
        await screen(got.window, first);
        return got;
    }

    /** Type what the form wants and press the deed's button. */
    async function go(window, deed, { name: who }, password = OLD_PASSWORD) {
        await armed(window);
        if (deed === 'revoke')
            await window.fill({ label: t('revoke_typed', { name: who }) }, who);
        await window.fill({ label: t(deed === 'renew' ? 'renew_password'
            : 'password') }, password);
        await armed(window);
        await desk.press(window, `${deed}_deed`);
    }

    /** The page's one answer. */
    async function heard(page) {
        const got = await desk.outcome(page);
        assert.equal(await page.evaluate(() => window.settled), 1);
        return got;
    }

    const silent = async page =>
        assert.equal(await page.evaluate(() => window.outcome), null);

    test('renewed: a wrong password first, the record names the site',
        async () => {
            const old = await world.giveCertificate(undefined, { days: 20 });
            const { page, window } = await asked('renew', {});
            assert.ok((await window.text({ css: '#who' }))
                .includes('localhost'));
            await go(window, 'renew', old, WRONG);
            await window.wait({ css: 'input[aria-invalid=true]' }, 15000);
            await silent(page);
            await go(window, 'renew', old);
            await screen(window, 'keep');
            const { result } = await heard(page);
            const [now] = (await world.ingamOk(['list', '--json']))
                .certificates;
            assert.deepEqual({ ...result, certificate: '' },
                { certificate: '', id: now.id, serial: now.serial,
                    notAfter: now.notAfter,
                    old: { id: old.id, serial: old.serial } });
            assert.ok(result.certificate.startsWith('MII'));
            assert.equal(await stateOf(old), 'revoked');
            const origin = await page.evaluate(() => location.origin);
            const { entries } = await world.ingamOk(['history', '--json']);
            assert.ok(entries.some(e => e.kind === 'renew' &&
                e.origin === origin), JSON.stringify(entries));
        });

    test('revoked: the person picks another one and types the name',
        async () => {
            const [hong, kim] = [await world.giveCertificate(),
                await world.giveCertificate('kim')];
            const { page, window } = await asked('revoke', WHY, 'choose');
            await desk.press(window, 'continue');
            await window.wait({ text: t('sign_choose') });
            await window.click({ label: `${hong.name}…` });
            await desk.press(window, 'continue');
            await screen(window, 'revoke');
            await window.click({ css: '#another' });
            await screen(window, 'choose');
            await window.click({ label: `${kim.name}…` });
            await desk.press(window, 'continue');
            await screen(window, 'revoke');
            assert.equal((await window.state(
                { css: 'input[value=superseded]' })).checked, true);
            await armed(window);
            await window.type({ label: t('password') }, OLD_PASSWORD);
            await desk.press(window, 'revoke_deed');
            await window.wait({ css: 'input[aria-invalid=true]' });
            await silent(page);
            await go(window, 'revoke', kim);
            await screen(window, 'keep');
            const { result } = await heard(page);
            assert.deepEqual({ ...result, revokedAt: '' },
                { id: kim.id, serial: kim.serial, revokedAt: '' });
            assert.ok(Date.parse(result.revokedAt) > 0);
            assert.equal(await stateOf(kim), 'revoked');
            assert.equal(await stateOf(hong), 'valid');
        });

    const given = {
        'none that matches': ['revoke',
            { ...WHY, filter: { policies: ['1.2.3'] } }],
        'too early': ['renew', {}],
    };
    for (const [what, [method, params]] of Object.entries(given))
        test(`${what}: the window says why, the page hears cancelled`,
            async () => {
                await world.giveCertificate(undefined, { days: 200 });
                const { page, window } =
                    await asked(method, params, 'choose');
                await window.wait({ text: t(what === 'too early'
                    ? 'why_too_early' : 'why_other_use') });
                await silent(page);
                await desk.press(window, 'close');
                assert.equal((await heard(page)).reason, 'cancelled');
            });

    test('what is no request, and a login that was not: told at once',
        async () => {
            for (const [method, params, reason] of [
                ['revoke', { reason: 'because' }, 'invalid_request'],
                ['renew', { filter: { sameAsLogin: true } },
                    'not_logged_in']]) {
                const { page, window } = await desk.asked(method, params);
                assert.equal((await heard(page)).reason, reason);
                await window.close();
            }
        });

    test('cancelled, busy and the page gone: nothing is revoked', async () => {
        const old = await world.giveCertificate();
        const { page, window } = await asked('revoke', WHY);
        await page.evaluate(() => {
            window.Ingam.renew().catch(({ reason }) => {
                window.second = reason;
            });
        });
        assert.equal(await page.until(() => window.second, 'busy'), 'busy');
        await window.press('Escape');
        assert.equal((await heard(page)).reason, 'cancelled');
        const next = await asked('revoke', WHY);
        await next.page.close();
        await desk.trouble(next.window, 'page_gone');
        assert.equal(await stateOf(old), 'valid');
    });

    test('a site blocked meanwhile: nothing is revoked', async () => {
        const old = await world.giveCertificate();
        const { page, window } = await asked('revoke', WHY);
        const block = sites => window.evaluate(list => (globalThis.browser ??
            chrome).storage.local.set({ blockedSites: list }), sites);
        await block(['localhost']);
        try {
            await go(window, 'revoke', old);
            await desk.trouble(window, 'site_blocked');
            assert.equal((await heard(page)).reason, 'site_blocked');
        } finally {
            await block([]);
        }
        assert.equal(await stateOf(old), 'valid');
    });

    test('refused by the CA: the page hears it', async () => {
        const old = await world.giveCertificate(undefined, { days: 20 });
        const { page, window } = await asked('renew', {});
        await world.ca.misbehave('error-protected');
        await go(window, 'renew', old);
        await desk.trouble(window, 'ca_rejected');
        assert.equal((await heard(page)).reason, 'ca_rejected');
    });

    test('the host killed at its work: resumed in the same window, told once',
        async () => {
            const old = await world.giveCertificate(undefined, { days: 20 });
            const { page, window } = await asked('renew', {});
            await world.ca.misbehave('confirm-hang');
            await go(window, 'renew', old);
            await window.wait({ role: 'button', name: t('close_window') },
                20000);
            for (const { pid, command } of processesOf(world.home))
                if (command.includes('ingam-host'))
                    process.kill(pid, 'SIGKILL');
            await desk.trouble(window, 'host_gone');
            await silent(page);
            await world.ca.misbehave('none');
            await desk.press(window, 'button_resume');
            await screen(window, 'keep');
            const { result } = await heard(page);
            assert.equal(result.old.id, old.id);
            assert.equal(await stateOf(old), 'revoked');
        });
}
