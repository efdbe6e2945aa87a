/* The protocol above frames and JSON: security test cases T048 to T063. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
    description, Host, limits, reasonOf, start, temporary,
} from './lib/host.mjs';
import { golden } from './lib/golden.mjs';

const bank = 'https://bank.example';
/** The command that needs no parameter and no store. */
const plain = 'doctor.run';

test('T060 hello says protocol, versions, platform and every command', async () => {
    const host = new Host();
    const params = await host.hello();
    assert.deepEqual(params, {
        protocol: description.protocol,
        version: description.version,
        minExtension: description.minExtension,
        platform: 'linux',
        features: description.commands.map(command => command.name),
    });
    assert.equal((await host.end()).code, 0);
});

test('T048 methods that are none', async t => {
    const host = await start(t);
    let id = 0;
    for (const method of ['', ' ', `${plain} `, ` ${plain}`, plain.toUpperCase(), 'Doctor.run',
        `${plain}\n`, `${plain}\u200b`, 'doctor', 'doctor.', '.run', 'doctor.run.x', 'hello',
        'progress', 'cancel', 'constructor', '__proto__', 'x'.repeat(100000)])
        assert.equal(await host.reason(++id, method), 'method_unknown', method.slice(0, 40));
});

test('T049 an absent origin is the person, in our own pages', async t => {
    const host = await start(t);
    assert.equal(await host.reason(1, plain, {}), 'ok');
});

test('T050 only a web origin is one', async t => {
    const host = await start(t);
    let id = 0;
    for (const origin of ['', 'null', 'https://', `${bank}/`, `${bank}/x`, 'http://bank.example',
        'file:///', 'https://user@bank.example', 'https://BANK.example', 'https://은행.kr',
        `${bank}:0`, `${bank}:443`, `${bank}:65536`, `${bank}.`, 'https://[::1]', 'https://xn--0',
        'http://localhost:80', 'http://127.0.0.1'])
        assert.equal(await host.reason(++id, plain, { origin }), 'origin_invalid', origin);
    assert.equal(await host.reason(++id, plain, { origin: `${bank}:8443` }), 'ok');
});

test('T050 http on localhost is an origin, for development', async t => {
    const host = await start(t);
    assert.equal(await host.reason(1, plain, { origin: 'http://localhost:3000' }), 'ok');
});

for (const [first, second] of [[bank, 'https://other.example'], [bank, undefined],
    [undefined, bank], [bank, `${bank}:8443`], [bank, 'https://www.bank.example']]) {
    test(`T051 ${first ?? 'no origin'}, then ${second ?? 'none'}: the end`, async t => {
        const host = await start(t);
        const params = origin => origin === undefined ? {} : { origin };
        assert.equal(await host.reason(1, plain, { ...params(first), x: 1 }), 'param_unknown');
        const answer = await host.ask(2, plain, params(second));
        assert.equal(reasonOf(answer), 'origin_changed');
        assert.equal(answer.id, 2);
        assert.equal((await host.gone()).code, 1);
    });
}

test('T055 T056 only JSON-RPC 2.0, only in its shape', async t => {
    const host = await start(t);
    const rows = [
        [{ id: 1, method: plain }, 'version_unsupported'],
        [{ jsonrpc: '1.0', id: 2, method: plain }, 'version_unsupported'],
        [{ jsonrpc: 2, id: 3, method: plain }, 'version_unsupported'],
        [{ jsonrpc: '2.0', id: 4, method: plain, v: 1 }, 'message_invalid'],
        [{ jsonrpc: '2.0', id: 5, command: plain }, 'message_invalid'],
        [{ jsonrpc: '2.0', id: 6, method: plain, args: {} }, 'message_invalid'],
        [{ jsonrpc: '2.0', id: 7, result: {} }, 'message_invalid'],
    ];
    for (const [body, reason] of rows) {
        await host.send(body);
        assert.equal(reasonOf(await host.read()), reason, JSON.stringify(body));
    }
});

test('T058 an id is new, whole and above zero', async t => {
    const host = await start(t);
    for (const id of [null, 0, -1, 1.5, '1', true, [1], {}, 2 ** 31]) {
        const answer = await host.ask(id, plain, {});
        assert.equal(reasonOf(answer), 'id_invalid', String(id));
        assert.equal(answer.id, null);
    }
    await host.send({ jsonrpc: '2.0', method: plain });
    assert.equal(reasonOf(await host.read()), 'id_invalid');
    assert.equal(await host.reason(5, 'no.such'), 'method_unknown');
    assert.equal(await host.reason(5, 'no.such'), 'id_invalid');
    assert.equal(await host.reason(4, 'no.such'), 'id_invalid');
    assert.equal(await host.reason(6, 'no.such'), 'method_unknown');
});

/** They work on what a command before them left on the port: none is there when that failed. */
const leaning = ['sign.item'];

test('T062 every command after every command: only what its row says', async t => {
    for (const first of description.commands) {
        for (const second of description.commands) {
            const host = await start(t);
            const before = await host.reason(1, first.name, golden(first));
            const after = await host.reason(2, second.name, golden(second));
            const may = (first.next.includes(second.name)
                || (first === second && before !== 'ok'))
                && !(leaning.includes(second.name) && before !== 'ok');
            assert.equal(after !== 'bad_state', may,
                `${first.name} (${before}), then ${second.name} (${after})`);
            host.child.stdin.end();
            await host.gone();
        }
    }
});

test('T062 refused arguments begin nothing: another command may come', async t => {
    const host = await start(t);
    for (const [i, command] of description.commands.entries())
        assert.equal(await host.reason(i + 1, command.name, { x: 1 }), 'param_unknown');
});

test('T062 cancel of what is over, of what never was, of nonsense', async t => {
    const host = await start(t);
    assert.equal(await host.reason(1, plain, { x: 1 }), 'param_unknown');
    await host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 1 } });
    await host.send({ jsonrpc: '2.0', method: 'cancel', params: { id: 99 } });
    assert.equal(await host.reason(2, plain, {}), 'ok');
    for (const [params, reason] of [[undefined, 'param_missing'], [{}, 'param_missing'],
        [{ id: '1' }, 'param_type'], [{ id: null }, 'param_type'], [{ x: 1 }, 'param_unknown'],
        [{ id: 1, x: 1 }, 'param_unknown'], [[], 'message_invalid']]) {
        await host.send({ jsonrpc: '2.0', method: 'cancel', params });
        assert.equal(reasonOf(await host.read()), reason, JSON.stringify(params));
    }
});

test('T063 no error says a path, a secret, a name or a word of OpenSSL', async t => {
    const secret = 'Secr3t!qzx81k';
    for (const command of description.commands) {
        const host = await start(t);
        const params = { ...golden(command) };
        for (const row of command.params)
            if (row.type === 'secret' || row.type === 'text')
                params[row.name] = secret.slice(0, row.max);
        const texts = [];
        let id = 0;
        for (const p of [{ ...params, nope: secret }, { ...params, origin: secret }, params]) {
            const answer = await host.ask(++id, command.name, p);
            if (answer?.error)
                texts.push(JSON.stringify(answer.error));
        }
        host.child.stdin.end();
        await host.gone();
        assert.ok(texts.length >= 2);
        for (const text of [...texts, host.errors])
            assert.doesNotMatch(text, /Secr3t|\/|error:|OpenSSL|routines|EVP|cn=|errno|0x/i, command.name);
    }
});

test('an answer that failed is one line of log, with the command and the reason', async t => {
    const host = await start(t);
    await host.ask(1, plain, { x: 1 });
    host.child.stdin.end();
    await host.gone();
    assert.equal(host.errors, `ingam: ${plain}: param_unknown\n`);
});

test('T050 a request that is refused opens nothing', async t => {
    const HOME = temporary(t);
    const host = await start(t, { env: { HOME } });
    for (const [i, command] of description.commands.entries())
        assert.equal(await host.reason(i + 1, command.name, { origin: 'null' }), 'origin_invalid');
    host.child.stdin.end();
    await host.gone();
    assert.deepEqual(readdirSync(HOME), []);
});

test('--describe: rows are whole, reasons are unique, limits are said', () => {
    assert.equal(limits.frameOut, 1000000);
    assert.equal(limits.frameIn, 1 << 20);
    const reasons = description.errors.map(error => error.reason);
    assert.equal(new Set(reasons).size, reasons.length);
    for (const command of description.commands) {
        assert.match(command.name, /^[a-z]+\.[a-zA-Z]+$/);
        assert.ok(command.help.length > 5, command.name);
        for (const row of command.params)
            assert.ok(row.help?.length > 2, `${command.name} ${row.name}`);
        for (const name of command.next)
            assert.ok(description.commands.some(other => other.name === name));
    }
});
