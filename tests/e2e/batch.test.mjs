// Many contents signed at once, in both browsers with the real host: the list,
// its gate, each result judged by openssl, and the item that fails.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { armed } from '../demo/person.mjs';
import { OLD_PASSWORD, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';

const lacking = missing();
const BATCH = 'ui/batch/batch.html';
const PAY = Array.from({ length: 30 }, (_, i) => ({
    title: `급여 ${i + 1}`,
    content: { type: 'transfer', to: { bank: '우리은행', account: `1002-${i}` },
        amount: { value: `${2000000 + i}`, currency: 'KRW' } },
}));
const canonical = i => `{"amount":{"currency":"KRW","value":"${2000000 + i}"},` +
    `"to":{"account":"1002-${i}","bank":"우리은행"},"type":"transfer"}`;

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`a batch in ${name}`, { skip }, () => {
        let desk, t;
        before(async () => {
            desk = await Desk.open(name);
            t = desk.t;
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        /** openssl's word on a signature: the content, or it throws. */
        function opened({ signature }) {
            const at = join(desk.world.folder, 'signature.der');
            writeFileSync(at, Buffer.from(signature, 'base64'));
            return execFileSync('openssl', ['cms', '-verify', '-noverify',
                '-binary', '-inform', 'DER', '-in', at],
            { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
        }

        /** A page that asked, and its window as far as the password. */
        async function asking(params) {
            const { page, window } = await desk.asked('signBatch', params, BATCH);
            await window.wait({ label: t('password') });
            return { page, window };
        }

        const press = (window, n) => window.click(
            { role: 'button', name: t('batch_button').replace('{n}', n) });

        test('thirty transfers: seen to the end, opened, signed, each verified',
            async () => {
                const { page, window } = await asking({ items: PAY });
                await window.wait({ role: 'heading',
                    name: t('batch_title').replace('{n}', '30') });
                assert.equal(await window.count({ css: '#items > li' }), 30);
                await window.wait({ text: t('batch_read_to_end') });
                assert.equal((await window.state({ css: '#deed' })).disabled,
                    true); // the end was not seen
                await window.click({ css: '#items > li:nth-child(2) summary' });
                await window.wait({ text: '2,000,001원' });
                await window.evaluate(() => {
                    const list = document.querySelector('#items');
                    list.scrollTop = list.scrollHeight;
                });
                await window.until(() => document.querySelector('#gate')
                    .textContent === '', 'the end to be seen');
                await armed(window);
                await window.type({ label: t('password') }, OLD_PASSWORD);
                await press(window, '30');
                const { result, reason } = await desk.outcome(page);
                assert.equal(result?.length, 30, reason);
                for (const i of [0, 1, 17, 29])
                    assert.equal(opened(result[i]), canonical(i));
                assert.deepEqual(Object.keys(result[0]).sort(),
                    ['code', 'format', 'sha256', 'signature']);
                assert.equal(new Set(result.map(({ sha256 }) => sha256)).size, 30);
                await desk.noWindow();
                assert.equal(await page.evaluate(() => window.settled), 1);
            });

        test('the one that fails is named in the window and told to the page',
            async () => {
                const { page, window } = await asking({ items: [
                    { content: '하나' },
                    { content: '웃음 😀', encoding: 'euc-kr', title: '둘째' },
                    { content: '셋\u200b' }] });
                await window.wait({ text: t('batch_some_marked')
                    .replace('{n}', '1') });
                await armed(window);
                await window.type({ label: t('password') }, 'wrong-Pass-1');
                await press(window, '3');
                await window.wait({ css: 'input[aria-invalid=true]' });
                await window.keys(OLD_PASSWORD);
                await press(window, '3');
                const { result } = await desk.outcome(page);
                assert.deepEqual(result.map(({ error }) => error?.reason),
                    [undefined, 'encoding_mismatch', undefined]);
                assert.equal(opened(result[0]), '하나');
                assert.equal(opened(result[2]), '셋\u200b');
                await window.wait({ role: 'heading', name: t('batch_some_done')
                    .replace('{n}', '2').replace('{m}', '1') });
                assert.match(await window.text({ css: '.failed' }), /둘째/);
                await desk.press(window, 'button_close');
                await desk.noWindow();
                assert.equal(await page.evaluate(() => window.settled), 1);
            });

        test('cancelled: nothing is signed, and the page hears it', async () => {
            const { page, window } = await asking({ items: PAY });
            await desk.press(window, 'cancel');
            assert.equal((await desk.outcome(page)).reason, 'cancelled');
            await desk.noWindow();
        });

        test('what is no batch is refused', async () => {
            const { page, window } = await desk.asked('signBatch',
                { items: [{ content: 'a', approved: true }] }, BATCH);
            await desk.trouble(window, 'invalid_request');
            assert.equal((await desk.outcome(page)).reason, 'invalid_request');
        });
    });
}
