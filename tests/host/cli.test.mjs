/* The command line: words, options, secrets, statuses, languages. */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingam, ingamProgram, json, openssl, tool, workFolder } from './lib/cli.mjs';
import { description, root } from './lib/host.mjs';

const folder = workFolder();
const at = name => join(folder, name);
const home = at('home');
mkdirSync(home, { mode: 0o700 });
const korean = { LANG: 'ko_KR.UTF-8' };

test('version and help', async () => {
    assert.equal((await ingam(['--version'])).text, `ingam ${description.version}\n`);
    const help = await ingam(['help']);
    assert.equal(help.status, 0);
    for (const word of ['verify', 'doctor', 'register'])
        assert.match(help.text, new RegExp(`^${word} `, 'm'));
    assert.match((await ingam(['help'], { env: korean })).text, /^쓰는 법: ingam/m);
    assert.equal((await ingam(['--help'])).text, help.text);
});

test('without a word it shows the help and says wrong usage', async () => {
    const run = await ingam([]);
    assert.equal(run.status, 2);
    assert.match(run.text, /^Usage/m);
});

test('help of a word lists exactly the rows of its command', async () => {
    const run = await ingam(['help', 'verify']);
    const command = description.commands.find(c => c.name === 'verify.signature');
    const lines = run.text.trim().split('\n').slice(1, -1);
    assert.equal(lines.length, command.params.length);
    for (const [i, row] of command.params.entries())
        assert.ok(lines[i].endsWith(row.help), lines[i]);
    assert.equal((await ingam(['verify', '--help'])).text, run.text);
});

test('the manual names every word and every option, and no other', async () => {
    const manual = readFileSync(join(root, 'man/ingam.1'), 'utf8');
    const words = (await ingam(['help'])).text.split('\n\n')[2].split('\n').map(line => line.split(' ')[0]);
    const options = new Set(['--json']);
    for (const word of words) {
        assert.match(manual, new RegExp(`^\\.Cm .*\\b${word}\\b`, 'm'), word);
        for (const [option] of (await ingam(['help', word])).text.matchAll(/--[a-z][a-z0-9-]*/g))
            options.add(option);
    }
    for (const option of options)
        assert.match(manual, new RegExp(`Fl -${option.slice(2)}\\b`), option);
    for (const [, name] of manual.matchAll(/Fl -([a-z][a-z0-9-]*)/g))
        assert.ok(options.has(`--${name}`), name);
});

test('help names no option by another name than it has', async () => {
    const words = (await ingam(['help'])).text.split('\n\n')[2].split('\n').map(line => line.split(' ')[0]);
    const foreign = description.commands.flatMap(c => c.params.map(row => row.name)).filter(name => /[A-Z]/.test(name));
    for (const word of words) {
        const rows = (await ingam(['help', word])).text.trim().split('\n').slice(1).map(line => line.trim().split(/ {2,}/));
        const own = rows.map(([option]) => option.split(' ')[0]);
        for (const text of rows.map(([, said = '']) => said)) {
            for (const name of text.match(/[A-Za-z]+/g) ?? [])
                assert.ok(!foreign.includes(name), `${word}: ${text}`);
            for (const option of text.match(/--[a-z][a-z0-9-]*/g) ?? [])
                assert.ok(own.includes(option), `${word}: ${text}`);
        }
    }
});

test('help errors has every error with a sentence in both languages', async () => {
    const english = (await ingam(['help', 'errors'])).text.trim().split('\n');
    const inKorean = (await ingam(['help', 'errors'], { env: korean })).text.trim().split('\n');
    assert.equal(english.length, description.errors.length);
    description.errors.forEach((error, i) => {
        assert.match(english[i], new RegExp(`^${error.code} +${error.reason} +[0-4]  \\S`));
        if (error.code >= 1000)
            assert.match(inKorean[i], /[가-힣]/, error.reason);
    });
});

/** name, arguments, status, reason, option named */
const usage = [
    ['an unknown word', ['lits'], 2, 'param_unknown', 'lits'],
    ['a word with a command name', ['verify.signature'], 2, 'param_unknown', 'verify.signature'],
    ['an unknown option', ['verify', '--inn', 'x'], 2, 'param_unknown', '--inn'],
    ['an option cut short', ['verify', '--i', 'x'], 2, 'param_unknown', '--i'],
    ['an option of another word', ['verify', '--out', 'x'], 2, 'param_unknown', '--out'],
    ['one dash', ['verify', '-in', 'x'], 2, 'param_unknown', '-in'],
    ['one dash, and any letter for the other', ['sign', 'a'.repeat(64), '-xout', 'x'], 2, 'param_unknown', '-xout'],
    ['the same with its value', ['sign', 'a'.repeat(64), '-.out=x'], 2, 'param_unknown', '-.out=x'],
    ['a value too many', ['verify', 'x'], 2, 'param_unknown', 'x'],
    ['an option twice', ['verify', '--at', 'x', '--at', 'x'], 2, 'param_range', '--at'],
    ['an option without its value', ['verify', '--at'], 2, 'param_missing', '--at'],
    ['a value for a switch', ['register', '--system=yes'], 2, 'param_range', '--system=yes'],
    ['a secret as an argument', ['verify', '--idn', '9001011234567'], 2, 'param_unknown', '--idn'],
    ['a descriptor that is no number', ['verify', '--idn-fd', 'x'], 2, 'param_type', '--idn-fd'],
    ['a negative descriptor', ['verify', '--idn-fd', '-1'], 2, 'param_type', '--idn-fd'],
    ['a descriptor that is closed', ['verify', '--idn-fd', '77'], 2, 'param_range', '--idn-fd'],
    ['a file that is missing', ['verify', '--in', '/nonexistent/x'], 2, 'param_range', '--in'],
    ['a folder for a file', ['verify', '--in', '/'], 2, 'param_range', '--in'],
    ['a word too long for its row', ['verify', '--at', 'x'.repeat(100)], 2, 'param_range', undefined],
    ['an unknown browser', ['register', '--browser', 'lynx'], 2, 'param_range', '--browser'],
];
for (const [name, args, status, reason, option] of usage) {
    test(`usage: ${name}`, async () => {
        const run = await json(args, { home, input: 'x' });
        assert.equal(run.status, status);
        assert.equal(run.value.error.data.reason, reason);
        if (option !== undefined)
            assert.equal(run.value.error.data.param, option);
        const plain = await ingam(args, { home, input: 'x' });
        assert.equal(plain.status, status);
        assert.equal(plain.text, '');
        assert.match(plain.errors, /^ingam: /);
    });
}

test('an error in JSON is the one that the protocol has', async () => {
    const run = await json(['verify', '--foo']);
    const row = description.errors.find(error => error.reason === 'param_unknown');
    assert.equal(run.value.error.code, row.code);
    assert.equal(run.value.error.data.retryable, row.retryable);
    assert.equal(run.errors, '');
});

test('too large an input', async () => {
    writeFileSync(at('large'), Buffer.alloc((1 << 20) + 1, 0x30));
    const run = await json(['verify', '--in', at('large')]);
    assert.equal(run.value.error.data.reason, 'param_range');
    assert.equal(run.status, 2);
    const words = await ingam(['verify', '--in', at('large')]);
    assert.match(words.errors, /too long/);
    // content may have any size: its digest is what is verified
    const other = await json(['verify', '--content', at('large')]);
    assert.equal(other.value.valid, false);
    assert.equal(other.value.error, undefined);
});

test('a secret with a NUL in it is refused', async () => {
    const run = await json(['verify', '--idn-fd', '3'], { secrets: ['900101\0', ''] });
    assert.equal(run.value.error.data.reason, 'param_type');
});

test('a descriptor at its end is no empty secret', async () => {
    const run = await json(['verify', '--idn-fd', '3'], { secrets: [''] });
    assert.equal(run.value.error.data.reason, 'param_missing');
});

test('two secrets come down one pipe, a line each', async () => {
    openssl(['genpkey', '-algorithm', 'RSA', '-out', at('key.pem')]);
    const run = await json(['verify', '--in', at('key.pem'), '--idn-fd', '3', '--r-fd', '3'],
        { secrets: [`9001011234567\n${Buffer.alloc(20).toString('base64')}\nmore`] });
    assert.equal(run.value.valid, false);
    assert.deepEqual(run.value.checks.map(c => c.reason), ['not_signed_data']);
});

test('a closed stdout is a failure', () => {
    for (const close of ['>&-', '> /dev/full', '<&-']) {
        const status = tool('sh', ['-c', `"$0" doctor ${close}; echo $? > "$1"`, ingamProgram, at('status')],
            { env: { HOME: home }, stdio: ['ignore', 'ignore', 'ignore'] });
        assert.equal(status, null);
        assert.equal(readFileSync(at('status'), 'utf8'), '1\n', close);
    }
});

test('the environment is not believed', async () => {
    const run = await json(['doctor'], { home, env: {
        OPENSSL_CONF: at('large'), OPENSSL_MODULES: folder, LD_BIND_NOW: '1',
        GCONV_PATH: folder, XDG_STATE_HOME: 'relative' } });
    assert.equal(run.status, 0);
    assert.equal(run.value.store[0].root, join(home, 'NPKI'));
});

test('register and unregister write and remove one manifest', async () => {
    const profile = at('profile');
    mkdirSync(profile);
    const made = await json(['register', '--browser', 'chromium', '--user-data-dir', profile], { home });
    assert.equal(made.status, 0);
    assert.deepEqual(made.value.changed, [{ browser: 'chromium', folder: join(profile, 'NativeMessagingHosts') }]);
    const file = join(profile, 'NativeMessagingHosts/kr.ingam.host.json');
    assert.equal(JSON.parse(readFileSync(file)).name, 'kr.ingam.host');
    const gone = await ingam(['unregister', '--user-data-dir', profile], { home });
    assert.equal(gone.status, 0);
    assert.throws(() => closeSync(openSync(file)));
});

test('doctor --fix registers the usual browsers, in words and JSON', async () => {
    const before = await json(['doctor'], { home });
    assert.ok(before.value.browsers.filter(b => b.scope === 'user').every(b => b.state === 'missing'));
    assert.equal((await ingam(['doctor', '--fix'], { home })).status, 0);
    const after = await json(['doctor'], { home });
    const mine = after.value.browsers.filter(b => b.scope === 'user' && b.state === 'ok');
    assert.deepEqual(mine.map(b => b.browser), ['chromium', 'chrome', 'firefox']);
    assert.match((await ingam(['doctor'], { home, env: korean })).text, /chromium +나 +정상/);
});
