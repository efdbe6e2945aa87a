/**
 * What a window loads, and the links that let the browser load it all at once
 * instead of one import after the other. With --write the links in the windows
 * that a page opens are made anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WINDOWS } from '../../../extension/common/protocol.js';

const EXTENSION = fileURLToPath(
    new URL('../../../extension/', import.meta.url));
const read = path => readFileSync(join(EXTENSION, path), 'utf8');

/** The windows that a page opens; a person waits for them. */
export const PAGES = [...new Set(WINDOWS.values())];

const IMPORT = /^(?:import|export)\b[^;]*?from\s+'([^']+)';|^import '([^']+)';/gm;

/** Every module behind a page's script, the nearest first. */
export function modules(page) {
    const [, script] = read(page).match(/<script type="module" src="([^"]+)"/);
    const found = new Set([join(dirname(page), script)]);
    for (const path of found)
        for (const [, from, bare] of read(path).matchAll(IMPORT))
            found.add(join(dirname(path), from ?? bare));
    return [...found].slice(1);
}

/** @param {string} page @returns {string[]} what its links name */
export const preloaded = page => [...read(page).matchAll(
    /<link rel="modulepreload" href="([^"]+)">/g)].map(
    ([, href]) => join(dirname(page), href));

const LINKS = /(?:<link rel="modulepreload"[^>]*>\n)*(?=<script type="module")/;

if (process.argv[2] === '--write') // node tests/extension/lib/preload.mjs
    for (const page of PAGES)
        writeFileSync(join(EXTENSION, page), read(page).replace(LINKS,
            modules(page).map(path => `<link rel="modulepreload" href="${
                relative(dirname(page), path)}">\n`).join('')));
