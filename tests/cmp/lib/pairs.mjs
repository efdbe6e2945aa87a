/**
 * Pairs to begin with: issued by the test CA to a client written here, with
 * one of a few keys, so that a test whose subject is what comes afterwards
 * need not wait for a key and an enrolment of its own.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client, makeKey } from '../../ca/client.mjs';
import { Home, PASSWORD } from './enrol.mjs';

const files = new Map();

/** The key file: PBES2, and few rounds. */
function fileOf({ privateKey }) {
    if (!files.has(privateKey))
        files.set(privateKey, privateKey.export({ type: 'pkcs8', format: 'der',
            cipher: 'aes-256-cbc', passphrase: PASSWORD }));
    return files.get(privateKey);
}

async function issue(ca, code, km) {
    const client = new Client(code, { key: makeKey() });
    const answer = await client.exchange(ca.http, client.request({ km }));
    assert.ok(answer.status < 2, answer.text?.join());
    await client.exchange(ca.http, client.confirm(answer.certificate));
    return { certificate: answer.certificate, key: fileOf(client.key) };
}

/**
 * A new person of the CA, and in the home the pair of theirs.
 * @returns {Promise<any>} its Certificate, as store.list has it
 */
export async function newPair(ca, home, { days = 20, km = false } = {}) {
    await ca.newPerson();
    const code = await ca.code('issue', '--days', days);
    const dir = join(home.path, 'NPKI/IngamTest/USER', ca.dn);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const name of km ? ['sign', 'km'] : ['sign']) {
        const { certificate, key } = await issue(ca, code, name === 'km');
        writeFileSync(join(dir, `${name}Cert.der`), certificate, { mode: 0o600 });
        writeFileSync(join(dir, `${name}Pri.key`), key, { mode: 0o600 });
    }
    const { certificates, broken } = await home.stored();
    assert.deepEqual([certificates.length, broken.length], [1, 0]);
    return certificates[0];
}

/**
 * A home with the pair of a new person, who renews and revokes over CMP.
 * @param {{days?: number, km?: boolean, more?: string[], through?: number}} how
 *     days: until it ends; more: of the definition; through: a port to go by
 */
export async function holder(ca, { days, km = false, more = [],
    through } = {}) {
    const options = [...km ? ['--km'] : [], ...more];
    const home = new Home(through === undefined
        ? await ca.define('--vid', 'encrypted', ...options)
        : await ca.ca.call('definition', '--name', 'test', ...options,
            '--endpoint', `http://127.0.0.1:${through}/cmp`));
    return { home, old: await newPair(ca, home, { days, km }) };
}

/**
 * The same in dialect npki.
 * @param {{family?: string, km?: boolean, change?: object, port?: number}} how
 *     change: of the family's switches; port: to go by
 */
export async function npkiHolder(ca, { family = 'yessign', km = false,
    change = {}, port } = {}) {
    const definition = await ca.speak(family, port, ...km ? ['--km'] : []);
    Object.assign(definition.profile.npki, change);
    const home = new Home(definition);
    return { home, old: await newPair(ca, home, { km }) };
}
