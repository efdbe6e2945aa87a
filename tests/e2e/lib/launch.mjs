// Start a real browser with a home and a profile of its own.

import { Chromium, CHROMIUM } from './chromium.mjs';
import { Firefox, FIREFOX } from './firefox.mjs';
import { PATIENCE_MS, until } from './program.mjs';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Options
 * @property {string} home a throw-away home folder
 * @property {string} [profile] its folder; in `home` unless told
 * @property {'ko' | 'en'} [lang]
 * @property {boolean} [dark]
 * @property {{width: number, height: number}} [size]
 * @property {string} [extension] folder of the extension to install
 * @property {boolean} [headless] true unless told
 */

/** Which are tested: BROWSERS=firefox for one alone. */
export const BROWSERS = (process.env.BROWSERS ?? 'chromium firefox').split(' ');

const PROGRAMS = { chromium: CHROMIUM, firefox: FIREFOX };

export const installed = name => existsSync(PROGRAMS[name]);

/** @param {string} name chromium or firefox @param {Options} options */
export async function launch(name, options) {
    const given = { lang: 'ko', headless: true,
        profile: join(options.home, `${name}-profile`), ...options };
    mkdirSync(given.profile, { recursive: true, mode: 0o700 });
    const Kind = name === 'firefox' ? Firefox : Chromium;
    const browser = new Kind(given);
    try {
        return await browser.start();
    } catch (error) {
        await browser.kill();
        error.message += `\n${browser.program.output.slice(-2000)}`;
        throw error;
    }
}

/**
 * Wait for a window of the extension, by the end of its address.
 * @param {string} path for instance 'ui/sign/sign.html'
 */
export async function windowOf(browser, path, ms = PATIENCE_MS) {
    return until(async () => {
        const windows = await browser.windows(new RegExp(
            `^${browser.base}${path.replaceAll('.', '\\.')}`));
        return windows.at(-1);
    }, `a window of ${path}`, ms);
}
