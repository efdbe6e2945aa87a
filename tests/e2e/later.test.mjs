// What a window loads after its first view: it may come late, and then nothing
// moves under the person's eyes, or when all is over; and it may fail to come,
// and then person and page are told. In both browsers, with an extension in
// which such a module waits for the test, or does not load.

import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { SIGN } from '../demo/person.mjs';
import { World, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';

const lacking = missing();
const ANSWER = 'ui/sign/answer.js';

/** As the module that waits for the test's word. */
const HELD = `await new Promise(go => {
    globalThis.letGo = go;
});
export * from './held.js';
`;

/** Modules that do not load → the heading that the person sees. */
const BROKEN = [
    [[ANSWER], '✕ '],
    [[ANSWER, 'ui/common/failure-view.js'], ''],
];

/** In the window: let it come, and wait until all that it does at once is done. */
const release = async () => {
    const came = ['answer', 'approval'].map(
        name => import(new URL(`/ui/sign/${name}.js`, location.href).href));
    globalThis.letGo();
    await Promise.all(came);
    await new Promise(done => setTimeout(done));
};

/** In the window: where its first view stands, and what has the focus. */
const places = () => [...document.querySelectorAll(
    '#phrase, #help-button, h1, #who, #content')].map(element => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.id || element.tagName, x, y, width, height,
        document.activeElement === element];
});

/** In the window: what could be answered with. */
const controls = () => document.querySelectorAll('#deed, input').length;

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`a window whose form comes late in ${name}`, { skip }, () => {
        let desk, extension;
        before(async () => {
            const world = await World.make(`later-${name}`);
            extension = join(world.folder, 'extension');
            cpSync(resolve('extension'), extension, { recursive: true });
            cpSync(resolve('extension', ANSWER),
                join(extension, 'ui/sign/held.js'));
            desk = await Desk.open(name, { world, extension });
        });
        after(() => desk?.close());
        afterEach(() => desk?.clear());

        /** Windows from now on find this in place of a module. */
        const replace = (path, text) =>
            writeFileSync(join(extension, path), text);

        /** A page that has asked, and its window as long as the form waits. */
        async function early() {
            replace(ANSWER, HELD);
            const asked = await desk.asked('sign',
                { content: Array(40).fill('가나다').join('\n') }, SIGN);
            await asked.window.until(() => Boolean(globalThis.letGo), 'the first view');
            assert.equal(await asked.window.evaluate(controls), 0);
            return asked;
        }

        for (const [what, moves] of [['where it was', 0], ['where it went', 1]])
            test(`the form comes: nothing moves, the focus is ${what}`,
                async () => {
                    const { page, window } = await early();
                    for (let i = 0; i < moves; i++)
                        await window.press('Tab');
                    await window.press('Enter');
                    const stood = await window.evaluate(places);
                    assert.deepEqual(stood.filter(place => place.at(-1)).map(
                        ([id]) => id), [['H1', 'content'][moves]]);
                    await window.evaluate(release);
                    await window.wait({ label: desk.t('password') });
                    await window.wait({ css: 'fieldset' });
                    assert.deepEqual(await window.evaluate(places), stood);
                    assert.equal(await page.evaluate(() => window.outcome), null);
                });

        const leave = {
            'Esc': window => window.press('Escape'),
            'the window closed': window => window.close(),
        };
        for (const [what, act] of Object.entries(leave))
            test(`${what} before the form: cancelled`, async () => {
                const { page, window } = await early();
                await act(window);
                assert.equal((await desk.outcome(page)).reason, 'cancelled');
                await desk.noWindow();
            });

        test('the page gone before the form: it does not come any more',
            async () => {
                const { page, window } = await early();
                await page.close();
                await desk.trouble(window, 'page_gone');
                await window.evaluate(release);
                assert.equal(await window.evaluate(controls), 0);
                await desk.trouble(window, 'page_gone');
            });

        for (const [broken, sign] of BROKEN)
            test(`without ${broken.join(' and ')}: an end that is said`,
                async () => {
                    for (const path of broken)
                        replace(path, 'throw 1;\n');
                    const { page, window } = await desk.asked('sign',
                        { content: '가' }, SIGN);
                    await window.wait({ role: 'heading', name: `${sign}${
                        desk.t('error_internal').replace(/\.$/,
                            sign === '' ? '.' : '')}` });
                    assert.equal(await window.evaluate(controls), 0);
                    assert.equal((await desk.outcome(page)).reason, 'internal');
                    await window.click({ css: '#close' });
                    await desk.noWindow();
                });
    });
}
