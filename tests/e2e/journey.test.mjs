// The main job in both browsers: a person whose certificate is lost gets a new
// one from the bank's page and signs a transfer with it. Everything is real:
// host, CA process, bank, browsers.

import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Person, REISSUE, SIGN, armed } from '../demo/person.mjs';
import { NEW_PASSWORD, World, missing } from '../demo/world.mjs';
import { BROWSERS, installed, windowOf } from './lib/launch.mjs';
import { pause, processesOf, until } from './lib/program.mjs';

const lacking = missing();
const SLOW = process.env.SLOW === '1';

/** The times of what is real, which no test may change. */
const real = () => ['NPKI', '.config/ingam', '.local/state/ingam'].map(name =>
    existsSync(join(homedir(), name))
        ? statSync(join(homedir(), name)).mtimeMs : 0);

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`the journey in ${name}`, { skip }, () => {
        let world, browser;
        const untouched = real();
        before(async () => {
            world = await World.make(`journey-${name}`);
            browser = await world.launch(name);
        });
        after(() => world?.close());

        /** Someone who has just lost what they had. */
        async function bereft(options) {
            await world.bank.move(); // three windows a minute are a site's lot
            await world.giveCertificate();
            world.loseCertificates();
            return new Person(world, browser, options);
        }

        test('re-issue by SMS, then a signed transfer', async () => {
            const person = await bereft();
            await person.logIn();
            await person.apply('sms');
            const window = await person.reissue();
            assert.match(await window.text({ css: '#told' }),
                new RegExp(person.t('keep_told')));
            await person.seeNew();
            assert.equal(world.stored().length, 1);
            const states = (await world.ca.certificates())
                .filter(c => c.kind === 'sign').map(c => c.state);
            assert.deepEqual(states, ['revoked', 'valid']);
            await window.click({ role: 'button', name: person.t('done') });
            await person.prepareTransfer();
            await person.sign();
            await person.seeTransferred();
            assert.match(await person.page.text({ css: 'table' }),
                /openssl cms[^]*홍길동[^]*OCSP/);
            await person.page.close();
        });

        test('by keyboard only', async () => {
            const person = await bereft();
            await person.logIn();
            await person.apply('mail');
            await person.page.evaluate(() =>
                document.querySelector('#deed button').focus());
            await person.page.press('Enter');
            const window = await windowOf(browser, REISSUE);
            await window.wait({ role: 'heading',
                name: person.t('prepare_title_reissue') });
            await tabTo(window, person.t('continue'));
            await window.press('Enter');
            await window.wait({ role: 'heading', name: person.t('issue_title') });
            await armed(window);
            await tabTo(window, person.t('new_password'));
            await window.keys(NEW_PASSWORD);
            await tabTo(window, person.t('new_password_again'));
            await window.keys(NEW_PASSWORD);
            await window.press('Enter');
            await window.wait({ role: 'heading', name: person.t('keep_title') });
            await tabTo(window, person.t('done'));
            await window.press(' ');
            await person.seeNew();
            await person.prepareTransfer();
            await person.page.evaluate(() =>
                document.querySelector('#deed button').focus());
            await person.page.press('Enter');
            const signing = await windowOf(browser, SIGN);
            await signing.wait({ label: person.t('password') });
            await armed(signing);
            await tabTo(signing, person.t('password'));
            await signing.keys(NEW_PASSWORD);
            await tabTo(signing, person.t('sign_button'));
            await signing.press('Enter');
            await person.seeTransferred();
            await person.page.close();
        });

        test('with the background put to sleep at every step', async () => {
            const person = await bereft({ look: () =>
                browser.sleepBackground() });
            await person.logIn();
            await person.apply('sms');
            const window = await person.reissue();
            await person.look();
            await person.seeNew();
            await window.click({ role: 'button', name: person.t('done') });
            await person.prepareTransfer();
            await person.sign();
            await person.seeTransferred();
            await person.page.close();
        });

        test('with a person who takes 75 s over each window',
            { skip: SLOW ? false : 'only with SLOW=1' }, async () => {
                const person = await bereft({ look: async what => {
                    if (what?.startsWith('window'))
                        await pause(75000);
                } });
                await person.logIn();
                await person.apply('sms');
                const window = await person.reissue();
                await person.seeNew();
                await window.click({ role: 'button', name: person.t('done') });
                await person.prepareTransfer();
                await person.sign();
                await person.seeTransferred();
            });

        test('no host is left, and nothing real was touched', async () => {
            await until(() => !processesOf(world.home).some(({ command }) =>
                command.includes('ingam-')), 'the hosts to end');
            assert.deepEqual(real(), untouched);
        });
    });
}

/** Press Tab until the focus is on the element with this name. */
async function tabTo(window, text) {
    for (let i = 0; i < 40; i++) {
        await window.press('Tab');
        const focused = await window.focused();
        if (focused.text === text)
            return;
    }
    throw new Error(`no way to ${text} by Tab`);
}
