// Two browsers at once, with one home and so with the same host's store: both
// sign; both ask for the same re-issue, and one of them is told.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { REISSUE, armed } from '../demo/person.mjs';
import { NEW_PASSWORD, OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { installed } from './lib/launch.mjs';
import { until } from './lib/program.mjs';

const NAMES = ['chromium', 'firefox'];
const lacking = missing() || NAMES.find(name => !installed(name));

describe('two browsers', { skip: lacking && `${lacking} is not here` }, () => {
    let desks, world, t;
    before(async () => {
        const first = await Desk.open(NAMES[0]);
        world = first.world;
        t = first.t;
        desks = [first];
        desks.push(await Desk.open(NAMES[1], { world, certificate: false }));
    });
    after(async () => {
        for (const desk of [...desks ?? []].reverse())
            await desk.close();
    });

    /** What openssl finds in a signature. */
    function opened(name, { signature }) {
        const file = join(world.folder, `${name}.der`);
        writeFileSync(file, Buffer.from(signature, 'base64'));
        return execFileSync('openssl', ['cms', '-verify', '-noverify',
            '-inform', 'DER', '-in', file], { stdio: ['ignore', 'pipe', 'ignore'] })
            .toString();
    }

    test('sign at the same time, each its own text', async () => {
        const at = await Promise.all(desks.map((desk, i) =>
            desk.signing({ content: `글 ${i}` })));
        for (const { window } of at)
            await window.type({ label: t('password') }, OLD_PASSWORD);
        for (const { window } of at)
            await armed(window);
        await Promise.all(desks.map((desk, i) =>
            desk.press(at[i].window, 'sign_button')));
        for (const [i, desk] of desks.entries()) {
            const { result } = await desk.outcome(at[i].page);
            assert.equal(opened(NAMES[i], result), `글 ${i}`);
        }
    });

    /** As far as the last button of a re-issue. */
    async function ready(desk, person, codes) {
        const { page, window } = await desk.asked('reissue', {
            ca: world.ca.name, name: person.name, ...codes }, REISSUE);
        const screen = which => window.until(
            want => document.body?.dataset.screen === want, which,
            { args: [which] });
        await screen('prepare');
        await desk.press(window, 'continue');
        await screen('password');
        await armed(window);
        for (const label of ['new_password', 'new_password_again'])
            await window.type({ label: t(label) }, NEW_PASSWORD);
        await armed(window);
        return { page, window, screen };
    }

    test('the same re-issue: one has it, the other is told it is under way',
        async () => {
            const person = world.person();
            const { referenceNumber, authorizationCode } =
                await world.bank.authority.codes(person.id, 'reissue');
            const codes = { referenceNumber, authorizationCode };
            const [one, two] = [await ready(desks[0], person, codes),
                await ready(desks[1], person, codes)];
            const journal = join(world.home, '.local/state/ingam/journal');
            const entries = () => existsSync(journal)
                ? readdirSync(journal).filter(name => /^[0-9a-f]{32}$/.test(name))
                : [];
            const { pid } = world.ca.server.child;
            process.kill(pid, 'SIGSTOP'); // it takes its time over the first
            try {
                await desks[0].press(one.window, 'issue_deed');
                await until(() => entries().length === 1, 'the first to ask');
                await desks[1].press(two.window, 'issue_deed');
                await desks[1].trouble(two.window, 'enrolment_pending');
                assert.equal(entries().length, 1);
            } finally {
                process.kill(pid, 'SIGCONT');
            }
            await one.screen('keep');
            const { result } = await desks[0].outcome(one.page);
            assert.deepEqual(entries(), []);
            assert.equal(world.stored().length, 1);
            const valid = (await world.ca.certificates())
                .filter(c => c.person === person.id && c.state === 'valid');
            assert.equal(valid.length, 1);
            await desks[0].clear();
            await desks[1].clear();

            const { page, window } = await desks[1].signing({ content: '그 뒤' });
            await window.type({ label: t('password') }, NEW_PASSWORD);
            await armed(window);
            await desks[1].press(window, 'sign_button');
            const signed = (await desks[1].outcome(page)).result;
            assert.equal(opened('later', signed), '그 뒤');
            assert.equal(signed.certificate, result.certificate);
        });
});
