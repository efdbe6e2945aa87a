// `make demo`: with a display, a browser on the bank's page for the person to
// use; without one, the whole journey played in both browsers and both
// languages, with a picture of every step in build/demo.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync }
    from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { BROWSERS, installed } from '../e2e/lib/launch.mjs';
import { Album } from './album.mjs';
import { PEOPLE } from './people.mjs';
import { Person } from './person.mjs';
import { World, missing } from './world.mjs';

const OUT = resolve('build/demo');

/** What is real here and must stay as it is: name and time of every file. */
function realThings() {
    const places = ['NPKI', '.config/ingam', '.local/state/ingam',
        '.config/chromium/NativeMessagingHosts',
        '.config/google-chrome/NativeMessagingHosts',
        '.mozilla/native-messaging-hosts'];
    const list = path => {
        if (!existsSync(path))
            return [`${path}: none`];
        const { mtimeMs } = statSync(path);
        const inside = statSync(path).isDirectory()
            ? readdirSync(path).flatMap(name => list(join(path, name))) : [];
        return [`${path}: ${mtimeMs}`, ...inside];
    };
    return places.flatMap(place => list(join(homedir(), place))).join('\n');
}

function wanted() {
    const given = process.env.BROWSER?.replace(/.*\//, '')
        .replace('firefox-esr', 'firefox');
    return BROWSERS.includes(given) ? [given] : null;
}

/** The journey, by ourselves. @returns what to say of it */
async function play(name, lang, album) {
    const started = Date.now();
    const world = await new World(join(OUT, 'world')).start();
    try {
        await world.giveCertificate();
        world.loseCertificates();
        const browser = await world.launch(name, { lang });
        const shots = album.of(name, lang);
        await shots.fixPhrase(browser);
        const person = new Person(world, browser, { lang,
            look: (what, page) => shots.take(what, page) });
        await person.logIn();
        await person.apply(lang === 'ko' ? 'sms' : 'mail');
        const devices = await browser.open(world.devices.url);
        await shots.take('devices', devices);
        await devices.close(); // pictures of a tab behind another are slow
        const window = await person.reissue();
        await shots.take('window-keep', window);
        await person.seeNew();
        await window.click({ role: 'button', name: person.t('done') });
        await person.prepareTransfer();
        await person.sign();
        await person.seeTransferred();
        const states = (await world.ca.certificates())
            .map(({ serial, state }) => `${serial} ${state}`).join(', ');
        return `${name} (${lang}): certificate re-issued, transfer signed, ` +
            `verified by openssl cms and OCSP; ${shots.count} pictures, ${
                ((Date.now() - started) / 1000).toFixed(1)} s\n` +
            `    the CA's certificates: ${states}`;
    } finally {
        await world.close();
    }
}

async function playAll() {
    const names = wanted() ?? BROWSERS.filter(installed);
    const album = new Album(OUT);
    const lines = [];
    for (const name of names) {
        for (const lang of ['ko', 'en']) {
            console.log(`Playing the journey in ${name} (${lang}) …`);
            lines.push(await play(name, lang, album));
        }
    }
    const versions = names.map(name => execFileSync(name === 'firefox'
        ? 'firefox-esr' : 'chromium', ['--version'],
    { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim());
    const summary = ['The journey of a lost certificate, in real browsers',
        '', ...lines, '', ...versions, ''].join('\n');
    writeFileSync(join(OUT, 'summary.txt'), summary);
    writeFileSync(join(OUT, 'index.html'), album.page(summary));
    console.log(`\n${summary}\nPictures: build/demo/index.html`);
}

/** A browser for the person, until they close it. */
async function show() {
    const [name] = wanted() ?? BROWSERS.filter(installed);
    const world = await new World(join(OUT, 'world')).start({ seconds: 3600 });
    try {
        await world.giveCertificate();
        world.loseCertificates();
        const browser = await world.launch(name, { headless: false,
            lang: /^ko/.test(process.env.LANG ?? 'ko') ? 'ko' : 'en' });
        await browser.open(world.devices.url);
        await browser.open(world.bank.url);
        const [{ name: holder, user, password }] = PEOPLE;
        console.log(`
You are ${holder}. Your certificate is lost: get a new one from the bank.
  bank                ${world.bank.url}
  user and password   ${user} / ${password}
  phone and mailbox   ${world.devices.url}
Certificates go to ${world.home}/NPKI
Close the browser to end.`);
        await browser.program.exited;
    } finally {
        await world.close();
    }
}

async function main() {
    if (missing())
        throw new Error(`${missing()} is not there: run \`make demo\``);
    rmSync(OUT, { recursive: true, force: true });
    mkdirSync(OUT, { recursive: true });
    const before = realThings();
    const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
    await (display ? show() : playAll());
    if (realThings() !== before)
        throw new Error('something in the real home has changed');
}

await main();
