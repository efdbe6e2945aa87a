/** T129: codes, password and identity number are nowhere but where they
 * belong: under the MAC's key, inside the sealed journal, in this process. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Home, PASSWORD, PERSON, runningCa } from './lib/enrol.mjs';
import { between } from './lib/server.mjs';

const it = runningCa();

/** Command line and environment of a process and its children. */
function look(pid) {
    const children = readdirSync('/proc').filter(name => {
        try {
            return /^\d+$/.test(name) && readFileSync(`/proc/${name}/stat`,
                'utf8').split(') ')[1].split(' ')[1] === String(pid);
        } catch {
            return false;
        }
    });
    return [String(pid), ...children].map(p => ['cmdline', 'environ']
        .map(f => {
            try {
                return readFileSync(`/proc/${p}/${f}`);
            } catch {
                return Buffer.alloc(0); // not to be read: as it should be
            }
        })).flat();
}

/** Every spelling in which a secret could hide. */
const spellings = secret => [Buffer.from(secret),
    Buffer.from(Buffer.from(secret).toString('base64').replace(/=+$/, '')),
    Buffer.from(Buffer.from(secret).toString('hex')),
    Buffer.from(encodeURIComponent(secret))];

function absent(name, bytes, secrets) {
    for (const [what, secret] of Object.entries(secrets))
        for (const spelling of spellings(secret))
            assert.equal(Buffer.from(bytes).includes(spelling), false,
                `${what} in ${name}`);
}

/* What happens to the answers: all is well, or each way of stopping midway. */
const ways = {
    'all goes well': answer => answer,
    'the answer is lost': (answer, n, response) =>
        n === 0 ? void response.destroy() : answer,
    'the answer is garbage': () => Buffer.from('garbage'),
    'the confirmation is lost': (answer, n, response) =>
        n === 1 ? void response.destroy() : answer,
};

for (const [name, change] of Object.entries(ways))
    test(`no secret is seen when ${name}`, async () => {
        await it.newPerson();
        let home, seen = [];
        const proxy = await between(it.http, (answer, n, response) => {
            if (n === 0) // both are there and wait for it
                seen = look(home.hosts.at(-1).child.pid);
            return change(answer, n, response);
        });
        home = new Home(await it.ca.call('definition', '--name', 'test',
            '--vid', 'encrypted',
            '--endpoint', `http://127.0.0.1:${proxy.port}/cmp`));
        const code = await it.code();
        const secrets = { code: code.authorizationCode, password: PASSWORD,
            idn: PERSON.idn };
        const got = await home.enrol(code, { idn: PERSON.idn });
        assert.equal(got.reason === 'ok', name === 'all goes well');
        assert.ok(seen.length >= 4, 'host and worker were looked at');
        assert.ok(proxy.seen.length > 0);
        for (const bytes of seen)
            absent('a command line or an environment', bytes, secrets);
        absent('stderr', got.host.errors, secrets);
        absent('the answer', JSON.stringify([got.result, got.data]), secrets);
        for (const { url, headers, body } of proxy.seen) {
            const outside = `${url}\n${headers.join('\n')}`;
            absent('URL or headers', outside, { ...secrets,
                reference: code.referenceNumber });
            absent('a message', body, secrets);
        }
        for (const [path, bytes] of home.files(join(home.path, '.local')))
            absent(path, bytes, secrets);
        assert.equal(home.files(join(home.path, '.local')).size > 0
            || got.reason === 'ok', true, 'the journal was looked at');
    });

test('yesterday\'s answers are of no use today (T095)', async () => {
    await it.newPerson();
    const answers = [];
    const record = await between(it.http, answer => {
        answers.push(answer);
        return answer;
    });
    const first = new Home(await it.ca.call('definition', '--name', 'test',
        '--endpoint', `http://127.0.0.1:${record.port}/cmp`));
    const code = await it.code();
    assert.equal((await first.enrol(code, { name: PERSON.name })).reason, 'ok');
    const replay = await between(it.http, (_, n) => answers[n]);
    const second = new Home(await it.ca.call('definition', '--name', 'test',
        '--endpoint', `http://127.0.0.1:${replay.port}/cmp`));
    const got = await second.enrol(code, { name: PERSON.name });
    assert.equal(got.reason, 'ca_answer_invalid');
    assert.deepEqual((await second.stored()).certificates, []);
});
