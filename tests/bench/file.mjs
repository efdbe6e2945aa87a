// A file through a browser to the host, read, encoded and hashed, against the
// browser's own pipe: the same frames, ready made, to a host that only reads
// (the program named by READER). In turn, in one run; FILE_MIB is its size.
// Prints "BROWSER PIPE-MS OURS-MS PEAK-KIB" lines for run.sh.

import { closeSync, cpSync, mkdirSync, openSync, readFileSync, readdirSync, truncateSync,
    writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BROWSERS, installed } from '../e2e/lib/launch.mjs';
import { World, missing } from '../demo/world.mjs';

const MIB = Number(process.env.FILE_MIB ?? 256);
const ROUNDS = Number(process.env.FILE_ROUNDS ?? 3);
const PATIENCE_MS = 600000;

const middle = values =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs in our page: ms until the last frame is answered, in globalThis.took. */
function pipe(mib) {
    globalThis.took = null;
    import('/common/host.js').then(async ({ HostPort }) => {
        const api = globalThis.browser ?? globalThis.chrome;
        const host = new HostPort(() => api.runtime.connectNative('kr.ingam.host'));
        const frames = Math.ceil(mib * 1024 * 1024 / (384 * 1024));
        const data = 'QUJD'.repeat(128 * 1024);
        const origin = 'https://bank.example';
        await host.ready;
        const start = performance.now();
        const answers = [];
        for (let i = 0; i < frames; i++) {
            if (answers.length === 8)
                await answers.shift();
            answers.push(host.call('sign.update', { origin, data },
                { unanswered: 8, silenceMs: 60000 }));
        }
        await Promise.all(answers);
        globalThis.took = performance.now() - start;
        host.close();
    }).catch(error => { globalThis.took = String(error); });
}

/** The same for a file in the page's field, by the extension's own hand. */
function ours() {
    globalThis.took = null;
    Promise.all([import('/common/host.js'), import('/ui/file/bring.js')])
        .then(async ([{ HostPort }, { bringFile }]) => {
            const api = globalThis.browser ?? globalThis.chrome;
            const host = new HostPort(() =>
                api.runtime.connectNative('kr.ingam.host'));
            const file = document.querySelector('input').files[0];
            await host.ready;
            const start = performance.now();
            await bringFile(host, 'https://bank.example',
                { name: file.name, file },
                { progress: () => {}, stopped: () => false });
            globalThis.took = performance.now() - start;
            globalThis.host = host;
        }).catch(error => { globalThis.took = String(error); });
}

async function took(page) {
    const ms = await page.until(() => globalThis.took, 'the end',
        { ms: PATIENCE_MS });
    if (typeof ms !== 'number')
        throw new Error(ms);
    return ms;
}

/** KiB that the host had at most. */
function peak(home) {
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
        try {
            if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('ingam-host') &&
                readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
                    .includes(`HOME=${home}`))
                return Number(readFileSync(`/proc/${pid}/status`, 'utf8')
                    .match(/VmHWM:\s+(\d+)/)[1]);
        } catch {
            // gone meanwhile, or not ours to look at
        }
    }
    return 0;
}

async function measure(name, world, extension, path) {
    const browser = await world.launch(name, { extension });
    const manifest = world.manifest(name);
    const real = readFileSync(manifest, 'utf8');
    const reader = JSON.stringify({ ...JSON.parse(real),
        path: resolve(process.env.READER) });
    const page = await browser.openExtension('ui/empty/empty.html');
    await page.choose('input', [path]);
    const times = { pipe: [], ours: [] };
    let most = 0;
    for (let i = 0; i <= ROUNDS; i++) {
        writeFileSync(manifest, reader);
        await page.evaluate(pipe, MIB);
        const piped = await took(page);
        writeFileSync(manifest, real);
        await page.evaluate(ours);
        const brought = await took(page);
        most = Math.max(most, peak(world.home));
        await page.evaluate(() => globalThis.host.close());
        if (i === 0)
            continue; // the browser reads its own files
        times.pipe.push(piped);
        times.ours.push(brought);
    }
    console.log(name, Math.round(middle(times.pipe)),
        Math.round(middle(times.ours)), most);
    await browser.close();
}

if (missing() !== '') {
    console.log('missing', missing());
    process.exit(0);
}
const world = await World.make('bench-file');
try {
    const extension = join(world.folder, 'extension');
    cpSync(resolve('extension'), extension, { recursive: true });
    mkdirSync(join(extension, 'ui/empty'));
    writeFileSync(join(extension, 'ui/empty/empty.html'),
        '<!doctype html><html lang="ko"><meta charset="utf-8">' +
        '<title>empty</title><input type="file">');
    const path = join(world.folder, 'large.bin');
    closeSync(openSync(path, 'w'));
    truncateSync(path, MIB * 1024 * 1024);
    for (const name of BROWSERS.filter(installed))
        await measure(name, world, extension, path);
} finally {
    await world.close();
}
