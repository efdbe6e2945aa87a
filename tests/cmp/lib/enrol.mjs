/**
 * Enrolment as the extension does it: a real host process over its pipes, a
 * home folder of its own, against the real test CA or a scripted answer.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { TestCa } from '../../ca/ca.mjs';
import { Host, reasonOf, request, root, until } from '../../host/lib/host.mjs';

export const PASSWORD = 'Seal-stone-42!';
export const PERSON = { name: '홍길동', english: 'hong', idn: '9001011234567' };

mkdirSync(join(root, 'build/tmp'), { recursive: true });

const folders = [];
process.on('exit', () => folders.forEach(path =>
    rmSync(path, { recursive: true, force: true })));

/** A folder that is gone when the process is. */
export function folder(name) {
    const path = mkdtempSync(join(root, `build/tmp/${name}-`));
    folders.push(path);
    return path;
}

/** A CA that runs while the file's tests run. */
export function runningCa(...options) {
    const it = { dir: folder('cmp-ca') };
    before(async () => {
        it.ca = new TestCa(join(it.dir, 'ca'));
        await it.ca.call('init', ...options);
        await it.newPerson();
        Object.assign(it, await it.ca.serve({ tcpPort: 0 }));
    });
    after(() => it.ca.stop());
    it.newPerson = async (name = PERSON.name) => {
        Object.assign(it, await it.ca.call('person', '--name', name,
            '--english', PERSON.english, '--idn', PERSON.idn));
        return it.person;
    };
    it.code = (kind = 'issue', ...more) => it.ca.call('code', '--person',
        it.person, '--kind', kind, ...more);
    it.certificates = async () =>
        (await it.ca.call('list')).certificates
            .filter(c => c.person === it.person);
    /** Wait until the CA has taken a code. */
    it.taken = code => until(async () => (await it.ca.call('list')).codes
        .find(c => c.referenceNumber === code.referenceNumber).state === 'used');
    it.define = (...more) => it.ca.call('definition', '--endpoint',
        `http://127.0.0.1:${it.http}/cmp`, '--name', 'test', ...more);
    /** Do something while the CA misbehaves in this way. */
    it.misbehaving = async (mode, act) => {
        await it.ca.call('misbehave', mode);
        try {
            return await act();
        } finally {
            await it.ca.call('misbehave', 'none');
        }
    };
    /** A family's definition for dialect npki; the server speaks it. */
    it.speak = async (family, port = it.tcp, ...more) => {
        await it.ca.call('family', family);
        return it.ca.call('definition', '--dialect', 'npki', '--family', family,
            '--endpoint', `tcp://127.0.0.1:${port}`, '--name', 'test', ...more);
    };
    return it;
}

/** A home folder with CA definitions in it, and hosts that live there. */
export class Home {
    /** @param {...object} definitions */
    constructor(...definitions) {
        this.path = folder('cmp-home');
        this.hosts = [];
        this.env = {}; // beside HOME
        this.options = {}; // of every host
        this.journal = join(this.path, '.local/state/ingam/journal');
        for (const definition of definitions)
            this.define(definition);
    }

    define(definition, name = definition.name) {
        const dir = join(this.path, '.config/ingam/ca.d');
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        writeFileSync(join(dir, `${name}.json`), JSON.stringify(definition));
    }

    start(options) {
        const host = new Host({ env: { HOME: this.path, ...this.env },
            ...this.options, ...options });
        this.hosts.push(host);
        return host;
    }

    /**
     * One operation on a port of its own.
     * @returns {Promise<{reason: string, result?: any, data?: any,
     *     steps: string[], host: Host}>}
     */
    async run(method, params, onStep = () => {}, options) {
        const host = this.start(options);
        const steps = [];
        await host.hello();
        await host.send(request(1, method, params));
        let message;
        for (;;) {
            message = await host.read(150000);
            if (message?.method !== 'progress')
                break;
            steps.push(message.params.step);
            onStep(message.params.step, host);
        }
        const reason = reasonOf(message);
        if (message !== null)
            await host.end();
        return { reason, result: message?.result, data: message?.error?.data,
            steps, host };
    }

    enrol(code, more = {}, { method = 'enrol.issue', onStep } = {}) {
        return this.run(method, { ca: 'test',
            referenceNumber: code.referenceNumber,
            authorizationCode: code.authorizationCode,
            password: PASSWORD, ...more }, onStep);
    }

    resume(pending, more = {}, onStep) {
        return this.run('enrol.resume',
            { pending, password: PASSWORD, ...more }, onStep);
    }

    async pending() {
        return (await this.run('enrol.pending', {})).result;
    }

    async stored() {
        return (await this.run('store.list', {})).result;
    }

    /** Every file below the home, as path → bytes. */
    files(dir = this.path, found = new Map()) {
        for (const entry of readdirSync(dir, { withFileTypes: true })) {
            const path = join(dir, entry.name);
            if (entry.isDirectory())
                this.files(path, found);
            else if (entry.isFile())
                found.set(path, readFileSync(path));
        }
        return found;
    }
}
