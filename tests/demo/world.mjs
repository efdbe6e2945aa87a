// A small world for the demo and the browser tests: a throw-away home, a CA, a
// bank with its customers, a phone and a mailbox, and the staged Ingam
// registered with a throw-away browser. Nothing real is touched.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
    realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Bank } from '../bank/bank.mjs';
import { launch } from '../e2e/lib/launch.mjs';
import { within } from '../e2e/lib/program.mjs';
import { Devices } from './devices.mjs';
import { PEOPLE } from './people.mjs';
import { TEST_CA, TestCa } from './test-ca.mjs';

export const STAGE = resolve('build/stage/usr');
const INGAM = join(STAGE, 'bin/ingam');
const EXTENSION = resolve('extension');

/** The password that the person chose, and the one chosen at the re-issue. */
export const OLD_PASSWORD = 'spring-Walk-2024';
export const NEW_PASSWORD = 'autumn!Letter77';

/** What is missing before a world can be made, or ''. */
export const missing = () => [TEST_CA, INGAM,
    join(STAGE, 'lib/ingam/ingam-host')].find(path => !existsSync(path)) ?? '';

/** The extension's sentences. @param {'ko' | 'en'} lang */
export function words(lang) {
    const all = JSON.parse(readFileSync(
        join(EXTENSION, `_locales/${lang}/messages.json`), 'utf8'));
    return (key, values = {}) => {
        if (!Object.hasOwn(all, key))
            throw new Error(`no such text: ${key}`);
        return all[key].message.replace(/\{(\w+)\}/g,
            (hole, name) => values[name] ?? hole);
    };
}

export class World {
    /** @param {string} folder new, or empty */
    constructor(folder) {
        this.folder = folder;
        this.home = join(folder, 'home');
        this.browsers = [];
    }

    /** A world in a new folder under build/tmp. */
    static async make(name, options = {}) {
        const root = resolve('build/tmp');
        mkdirSync(root, { recursive: true });
        return new World(mkdtempSync(join(root, `${name}-`))).start(options);
    }

    /**
     * @param {object} options
     * @param {string[]} [options.definition] more for the CA's definition
     * @param {number} [options.seconds] how long the CA's codes hold
     */
    async start({ definition = [], seconds = 600 } = {}) {
        mkdirSync(this.home, { recursive: true, mode: 0o700 });
        if (realpathSync(this.home) === realpathSync(homedir()))
            throw new Error('this would be the real home');
        this.ca = await new TestCa(join(this.folder, 'ca')).start();
        await this.define(this.ca, definition);
        await this.stampBy(this.ca);
        this.devices = await new Devices().start();
        await this.openBank(seconds);
        return this;
    }

    /** Tell Ingam of a CA. */
    async define(ca, more = []) {
        const folder = join(this.home, '.config/ingam/ca.d');
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(join(folder, `${ca.name}.json`),
            JSON.stringify(await ca.definition(...more)), { mode: 0o600 });
    }

    /** Tell Ingam who confirms the time. */
    async stampBy(ca) {
        writeFileSync(join(this.home, '.config/ingam/tsa.json'),
            JSON.stringify(await ca.call('tsa', '--endpoint',
                `${ca.url}/tsa`)), { mode: 0o600 });
    }

    async openBank(seconds) {
        const tmp = join(this.folder, 'bank');
        mkdirSync(tmp, { recursive: true });
        this.bank = await new Bank({ ca: this.ca, smtp: this.devices.smtp,
            sms: this.devices.sms, tmp, devices: this.devices.url,
            seconds }).start();
        for (const person of PEOPLE)
            await this.bank.enrol(person);
    }

    /** A customer as the bank knows them. */
    person(user = PEOPLE[0].user) {
        return this.bank.people.get(user);
    }

    /**
     * Run the command line in this world's home.
     * @param {string[]} args
     * @param {string[]} secrets for descriptors 3, 4, …
     * @returns {Promise<{status: number, json: any, errors: string}>}
     */
    async ingam(args, secrets = []) {
        const child = spawn(INGAM, args, { env: { HOME: this.home,
            PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe',
            ...secrets.map(() => 'pipe')] });
        let [output, errors] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', text => output += text);
        child.stderr.setEncoding('utf8').on('data', text => errors += text);
        secrets.forEach((secret, i) => {
            child.stdio[3 + i].on('error', () => {});
            child.stdio[3 + i].end(secret);
        });
        const status = await within(new Promise((done, fail) => {
            child.on('error', fail);
            child.on('close', done);
        }), 30000, `ingam ${args[0]}`);
        let json = null;
        try {
            json = JSON.parse(output);
        } catch {
            // No object: the caller sees the status and the errors.
        }
        return { status, json, errors: errors || output };
    }

    async ingamOk(args, secrets) {
        const { status, json, errors } = await this.ingam(args, secrets);
        if (status !== 0)
            throw new Error(`ingam ${args.join(' ')}: ${status} ${errors}`);
        return json;
    }

    /**
     * What the person had before: a certificate issued by the real CA.
     * @param {string} [user]
     * @param {{days?: number}} [how] when it ends; the CA's rule unless told
     */
    async giveCertificate(user, { days } = {}) {
        const person = this.person(user);
        const { referenceNumber, authorizationCode } = await this.ca.call(
            'code', '--person', person.id, '--kind', 'issue',
            ...(days === undefined ? [] : ['--days', days]));
        const { der, certificate } = await this.ingamOk(['issue', '--json',
            '--ca', this.ca.name, '--ref', referenceNumber, '--name',
            person.name, '--auth-fd', '3', '--password-fd', '4'],
        [authorizationCode, OLD_PASSWORD]);
        if (!await this.bank.register(person, der))
            throw new Error('the bank does not take the certificate');
        return certificate;
    }

    /**
     * An issue that was cut off: the CA took the request and did not answer.
     * @returns {Promise<{referenceNumber: string, authorizationCode: string,
     *     pending: string}>}
     */
    async leaveUnfinished(user) {
        const codes = await this.bank.authority.codes(
            this.person(user).id, 'issue');
        await this.ca.misbehave('send-close');
        const { json } = await this.ingam(['issue', '--json', '--ca',
            this.ca.name, '--ref', codes.referenceNumber, '--auth-fd', '3',
            '--password-fd', '4'], [codes.authorizationCode, OLD_PASSWORD]);
        await this.ca.misbehave('none');
        return { ...codes, pending: json.error.data.pending };
    }

    /** The disk broke, say: no certificate is here any more. */
    loseCertificates() {
        rmSync(join(this.home, 'NPKI'), { recursive: true, force: true });
    }

    /** Folders of certificates that are in this home. */
    stored() {
        const users = join(this.home, 'NPKI/IngamTest/USER');
        return existsSync(users) ? readdirSync(users) : [];
    }

    /** Make the browser find the host, by the program's own word. */
    register(name, profile) {
        mkdirSync(profile, { recursive: true, mode: 0o700 });
        return this.ingamOk(['register', '--json', '--browser', name,
            ...(name === 'firefox' ? [] : ['--user-data-dir', profile])]);
    }

    /** Where the manifest of this world's browser is. */
    manifest(name) {
        return name === 'firefox'
            ? join(this.home, '.mozilla/native-messaging-hosts',
                'kr.ingam.host.json')
            : join(this.home, `${name}-profile`, 'NativeMessagingHosts',
                'kr.ingam.host.json');
    }

    /** @param {string} name @param {object} options of launch() */
    async launch(name, options = {}) {
        await this.register(name, join(this.home, `${name}-profile`));
        const browser = await launch(name, { home: this.home,
            extension: EXTENSION, ...options });
        this.browsers.push(browser);
        return browser;
    }

    async close({ keep = false } = {}) {
        for (const browser of this.browsers)
            await browser.close();
        await this.bank?.close();
        await this.devices?.close();
        await this.ca?.stop();
        if (!keep)
            rmSync(this.folder, { recursive: true, force: true });
    }
}
