/**
 * What the torture runs: imported before anything that starts the host, so
 * that it is the build with fewer rounds.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = resolve(fileURLToPath(import.meta.url),
    '../../../..', process.env.BUILD ?? 'build', 'torture');

process.env.INGAM_HOST ??= `${build}/usr/lib/ingam/ingam-host`;

export const STEP = `${build}/step`;

/**
 * How much is tried: TORTURE=all, TORTURE=3/20 (the third of twenty parts of
 * all), or nothing: the fixed part that fits into `make test`.
 */
const [, part, parts] = /^(\d+)\/(\d+)$/.exec(process.env.TORTURE ?? '') ?? [];
export const ALL = process.env.TORTURE === 'all' || parts !== undefined;

/** How many of so many points are ours at least. */
export const shareOf = n =>
    parts === undefined ? n : Math.floor(n / Number(parts));

/** Of all points, those of our part. */
export const isOurs = n => parts === undefined
    || n % Number(parts) === Number(part) % Number(parts);
