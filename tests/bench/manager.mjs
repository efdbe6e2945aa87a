// The manager with 1,000 certificates: its first paint against that of an
// extension page with one word on it, in turn, in one Chromium; and when the
// first rows and all of them stand there. Prints "NAME VALUE" lines for run.sh.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crowd } from '../e2e/lib/crowd.mjs';
import { installed } from '../e2e/lib/launch.mjs';
import { World, missing } from '../demo/world.mjs';

const ROUNDS = Number(process.env.PAINTS ?? 9);
const ROWS = 1000;

const middle = values =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** ms from the start of the navigation to the first paint. */
const painted = () => new Promise(done => {
    const look = () => {
        const [first] = performance.getEntriesByName('first-contentful-paint');
        if (first)
            done(first.startTime);
        else
            setTimeout(look, 5);
    };
    look();
});

/** ms until so many rows stand in the table, and how many tasks were long. */
const listed = want => new Promise(done => {
    let first = 0;
    const look = () => {
        const n = document.querySelectorAll('tbody tr').length;
        if (n > 0 && first === 0)
            first = performance.now();
        if (n >= want)
            done({ first, all: performance.now() });
        else
            setTimeout(look, 5);
    };
    look();
});

if (missing() !== '' || !installed('chromium')) {
    console.log('missing', missing() || 'chromium');
    process.exit(0);
}
const world = await World.make('bench-manager');
try {
    await world.giveCertificate();
    crowd(join(world.home, 'NPKI/IngamTest/USER'), ROWS - 1);
    const extension = join(world.folder, 'extension');
    cpSync(resolve('extension'), extension, { recursive: true });
    mkdirSync(join(extension, 'ui/empty'));
    writeFileSync(join(extension, 'ui/empty/empty.html'),
        '<!doctype html><html lang="ko"><meta charset="utf-8">' +
        '<title>empty</title><p>empty</p>');
    const browser = await world.launch('chromium', { extension });
    const times = { empty: [], manager: [], first: [], all: [] };
    for (let i = 0; i <= ROUNDS; i++) {
        const empty = await browser.openExtension('ui/empty/empty.html');
        const emptyMs = await empty.evaluate(painted);
        await empty.close();
        const page = await browser.openExtension('ui/manager/manager.html');
        const managerMs = await page.evaluate(painted);
        const rows = i < 3 ? await page.evaluate(listed, ROWS) : null;
        await page.close();
        if (i === 0)
            continue; // the browser reads its own files
        times.empty.push(emptyMs);
        times.manager.push(managerMs);
        if (rows) {
            times.first.push(rows.first);
            times.all.push(rows.all);
        }
    }
    for (const [what, values] of Object.entries(times))
        console.log(what, Math.round(middle(values)));
} finally {
    await world.close();
}
