// The errors table of docs/integrate.md against host/base/err.h and the
// extension's own reasons: each is there once, and nothing else is.

import { readFileSync } from 'node:fs';
import { EXTENSION_ERRORS } from '../../extension/common/errors.js';

const read = path =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const known = [
    ...[...read('host/base/err.h').matchAll(
        /^ +X\([A-Z0-9_]+, *-?\d+, "([a-z_0-9]+)"/gm)].map(([, reason]) => reason),
    ...EXTENSION_ERRORS.map(([reason]) => reason),
];
const [table] = /<!-- errors:[^]*<!-- end of errors -->/
    .exec(read('docs/integrate.md'));
const told = table.split('\n').slice(3, -1).flatMap(row =>
    [...row.split('|')[1].matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => name));

const faults = [
    ...known.filter(reason => !told.includes(reason))
        .map(reason => `missing: ${reason}`),
    ...told.filter(reason => !known.includes(reason))
        .map(reason => `no such reason: ${reason}`),
    ...told.filter((reason, i) => told.indexOf(reason) !== i)
        .map(reason => `twice: ${reason}`),
];
if (known.length < 80)
    faults.push('host/base/err.h could not be read');
if (faults.length > 0) {
    console.error(faults.join('\n'));
    process.exit(1);
}
