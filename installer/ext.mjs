/**
 * Pack the extension: node installer/ext.mjs VERSION FOLDER. What runs is what
 * is reviewed; the manifest alone loses what is for the other browser, and the
 * development key, since whoever signs a package has a key of their own.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip } from './zip.mjs';

const SOURCE = new URL('../extension/', import.meta.url).pathname;

/** Not part of the extension: the page library and the list of ids. */
const LEFT_OUT = ['page', 'ids'];

/** Top-level members of the manifest that a package of the browser lacks. */
const PACKAGES = [
    { name: 'chromium.zip', without: ['key', 'browser_specific_settings'],
        background: 'service_worker' },
    { name: 'firefox.xpi',
        without: ['key', 'minimum_chrome_version', 'storage'],
        background: 'scripts' },
];

function* filesIn(folder) {
    for (const entry of readdirSync(join(SOURCE, folder),
        { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.name.startsWith('.') || LEFT_OUT.includes(path))
            continue;
        if (entry.isDirectory())
            yield* filesIn(path);
        else
            yield path;
    }
}

function manifestFor(manifest, { without, background }) {
    const kept = Object.fromEntries(Object.entries(manifest)
        .filter(([member]) => !without.includes(member)));
    kept.background = {
        [background]: manifest.background[background],
        type: manifest.background.type,
    };
    return Buffer.from(`${JSON.stringify(kept, null, 4)}\n`);
}

const [version, target] = process.argv.slice(2);
const files = new Map([...filesIn('')].map(
    path => [path, readFileSync(join(SOURCE, path))]));
const manifest = JSON.parse(files.get('manifest.json').toString());
if (manifest.version !== version) {
    console.error(`ext: the manifest says ${manifest.version}, not ${version}`);
    process.exit(1);
}
mkdirSync(target, { recursive: true });
for (const kind of PACKAGES) {
    files.set('manifest.json', manifestFor(manifest, kind));
    const path = join(target, `ingam-${version}-${kind.name}`);
    writeFileSync(path, zip(files));
    console.log(path);
}
