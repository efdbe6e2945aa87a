// What a window loads after its first view may fail to come: the person is
// told, and the page too; in both browsers, with an extension that is broken.

import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { SIGN } from '../demo/person.mjs';
import { World, missing } from '../demo/world.mjs';
import { Desk } from './lib/desk.mjs';
import { BROWSERS, installed } from './lib/launch.mjs';

const lacking = missing();

/** Modules that do not load → the heading that the person sees. */
const ROWS = [
    [['ui/sign/answer.js'], '✕ '],
    [['ui/sign/answer.js', 'ui/common/failure-view.js'], ''],
];

for (const name of BROWSERS) {
    const skip = lacking ? `${lacking} is not built`
        : installed(name) ? false : `${name} is not installed`;
    describe(`a window that is not whole in ${name}`, { skip }, () => {
        for (const [broken, sign] of ROWS)
            test(`without ${broken.join(' and ')}: an end that is said`,
                async () => {
                    const world = await World.make('later');
                    const extension = join(world.folder, 'extension');
                    cpSync(resolve('extension'), extension, { recursive: true });
                    for (const path of broken)
                        writeFileSync(join(extension, path), 'throw 1;\n');
                    const desk = await Desk.open(name,
                        { world, extension, certificate: false });
                    try {
                        await says(desk, sign);
                    } finally {
                        await desk.close();
                    }
                });
    });
}

/** The window says that it failed, the page hears it, and it can be closed. */
async function says(desk, sign) {
    const { page, window } = await desk.asked('sign', { content: '가' }, SIGN);
    await window.wait({ role: 'heading', name: `${sign}${
        desk.t('error_internal').replace(/\.$/, sign === '' ? '.' : '')}` });
    assert.equal(await window.evaluate(() => document.querySelectorAll(
        '#deed, input').length), 0);
    assert.equal((await desk.outcome(page)).reason, 'internal');
    await window.click({ css: '#close' });
    await desk.noWindow();
}
