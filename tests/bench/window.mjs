// From a page's call to the window that shows who asks and for what, and to the
// field for the password under it, painted both, against an empty window that
// the extension opens: in turn, in one browser. Prints "BROWSER-WHAT MS" lines
// for run.sh.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BROWSERS, installed } from '../e2e/lib/launch.mjs';
import { until } from '../e2e/lib/program.mjs';
import { Site } from '../e2e/lib/site.mjs';
import { World, missing } from '../demo/world.mjs';

const ROUNDS = Number(process.env.WINDOWS ?? 9);

const middle = values =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** In each window, before anything else: when is what there? */
const WATCH = `const marks = globalThis.marks = {};
const waited = { shown: '#empty, #content', ready: '#empty, input[type=password]' };
const watch = new MutationObserver(() => {
    for (const [mark, selector] of Object.entries(waited)) {
        if (document.querySelector(selector) === null)
            continue;
        delete waited[mark];
        requestAnimationFrame(() => setTimeout(() => { // it has been drawn
            marks[mark] = performance.timeOrigin + performance.now();
        }));
    }
});
watch.observe(document, { childList: true, subtree: true });
`;
const EMPTY = `<!doctype html><html lang="ko"><meta charset="utf-8">
<title>empty</title><script src="/watch.js"></script><p id="empty">empty</p>`;

/** A copy of the extension whose windows say when they are there. */
function instrumented(world) {
    const extension = join(world.folder, 'extension');
    cpSync(resolve('extension'), extension, { recursive: true });
    writeFileSync(join(extension, 'watch.js'), WATCH);
    const sign = join(extension, 'ui/sign/sign.html');
    writeFileSync(sign, readFileSync(sign, 'utf8').replace('<meta charset',
        '<script src="/watch.js"></script><meta charset'));
    mkdirSync(join(extension, 'ui/empty'));
    writeFileSync(join(extension, 'ui/empty/empty.html'), EMPTY);
    return extension;
}

/**
 * ms from a start to what the window shows first, and to all of it; and the
 * same from the loading of its page. The window is closed.
 */
async function took(browser, path, start) {
    const pattern = new RegExp(`${browser.base}ui/${path}`);
    const began = await start();
    const window = await until(async () =>
        (await browser.windows(pattern))[0], path);
    const [{ shown, ready }, loading] = await window.until(() =>
        globalThis.marks?.ready &&
        [globalThis.marks, performance.timeOrigin], 'it');
    await window.close();
    return [shown - began, ready - began, shown - loading, ready - loading];
}

const ask = () => {
    window.Ingam.sign({ content: '이체 1원' }).catch(() => {});
    return performance.timeOrigin + performance.now();
};

const open = () => {
    const api = globalThis.browser ?? chrome;
    const began = performance.timeOrigin + performance.now();
    api.windows.create({ url: api.runtime.getURL('ui/empty/empty.html?x'),
        type: 'popup', width: 440, height: 720 });
    return began;
};

async function measure(name) {
    const world = await World.make('bench-window');
    const site = new Site();
    try {
        await world.giveCertificate();
        const browser = await world.launch(name,
            { extension: instrumented(world),
                prefs: { 'privacy.reduceTimerPrecision': false } });
        const opener = await browser.openExtension('ui/popup/popup.html');
        const times = { empty: [], sign: [] };
        for (let i = 0; i <= ROUNDS; i++) {
            const empty = await took(browser, 'empty/',
                () => opener.evaluate(open));
            const page = await browser.open(await site.origin());
            await page.evaluate(() => window.Ingam.status());
            const sign = await took(browser, 'sign/',
                () => page.evaluate(ask));
            await page.close();
            if (i === 0)
                continue; // the browser reads its own files
            times.empty.push(empty);
            times.sign.push(sign);
        }
        for (const [what, values] of Object.entries(times)) {
            const from = i => Math.round(middle(values.map(v => v[i])));
            ['', '-ready', '-in', '-ready-in'].forEach((mark, i) =>
                console.log(`${name}-${what}${mark}`, from(i)));
        }
    } finally {
        await site.close();
        await world.close();
    }
}

if (missing() !== '')
    console.log('missing', missing());
else
    for (const name of BROWSERS.filter(installed))
        await measure(name);
