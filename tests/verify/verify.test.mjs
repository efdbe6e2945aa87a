/* One corpus, and everybody who judges it: the C library, shared and as an
 * archive, `ingam verify`, the Node verifier, and openssl for what it knows. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { askOpenssl } from '../../examples/verify-node/openssl.mjs';
import { root, tool, workFolder } from '../host/lib/cli.mjs';
import { makeCorpus } from './corpus.mjs';
import { askNode, wrongOf } from './lib/node.mjs';
import { askCommand, askDamaged, askLibrary, damaged } from './lib/programs.mjs';

execFileSync('make', ['-s', '-j2', 'judge'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const folder = workFolder();
const corpus = makeCorpus();
const library = askLibrary('judge', corpus, 2);
const archive = askLibrary('judge-static', corpus);

/** The command line takes PEM and base64 for what they hold. */
const ARMOURED = new Set(['text', 'PEM']);
/** What openssl's program looks at, too. */
const CRYPTOGRAPHIC = /^(structure|content|certificate: certificate_missing|signature)/;

test('the corpus has eighty entries and more, the bad outnumber the good, no name twice', () => {
    const bad = corpus.filter(({ wrong }) => wrong.length > 0).length;
    assert.ok(corpus.length >= 80, String(corpus.length));
    assert.ok(bad > corpus.length - bad, String(bad));
    assert.equal(new Set(corpus.map(({ name }) => name)).size, corpus.length);
});

/** It looks at the signature and the path, not at time-stamps, and reads more than DER. */
async function agreesWithOpenssl(stricter, { signature, content, certificate, trust, trustTsa, at }, wrong) {
    const bytes = text => (text === undefined ? undefined : Buffer.from(text, 'base64'));
    const asked = { signature: bytes(signature), content: bytes(content), certificate: bytes(certificate) };
    const alone = await askOpenssl(asked);
    if (stricter || !wrong.some(one => CRYPTOGRAPHIC.test(one)))
        assert.ok(alone.ok, `openssl: ${alone.said}`);
    if (!stricter && wrong.some(one => /^(signature|certificate: certificate_missing|content)/.test(one)))
        assert.ok(!alone.ok, 'openssl accepts it');
    if (!stricter && trustTsa === undefined && (wrong.length === 0 || wrong.some(one => /^(chain|validity)/.test(one)))) {
        const path = await askOpenssl({ ...asked, trust, at });
        assert.equal(path.ok, wrong.length === 0, `openssl, the path: ${path.said}`);
    }
}

for (const [i, { name, question, wrong, stricter }] of corpus.entries()) {
    test(`${wrong.length === 0 ? 'good' : 'bad'}: ${name}`, async () => {
        const { verdict, content } = askNode(question);
        assert.deepEqual(wrongOf(verdict), wrong, 'the Node verifier');
        assert.equal(verdict.ok, wrong.length === 0);
        assert.equal(content !== null, verdict.ok && verdict.sha256 !== undefined, 'content of good ones only');
        assert.deepEqual(library[i].checks, verdict.checks, 'the library');
        assert.deepEqual(archive[i], library[i], 'the archive');
        assert.equal(library[i].ok, verdict.ok);
        if (!ARMOURED.has(name)) {
            const command = await askCommand(question, join(folder, String(i)));
            assert.deepEqual(command.verdict, library[i], 'ingam verify');
            assert.equal(command.status, verdict.ok ? 0 : 1);
        }
        if (question.format !== 'pkcs1' && question.sha256 === undefined)
            await agreesWithOpenssl(stricter, question, wrong);
    });
}

test('docs/verify.md has a row for each reason, and the corpus an entry for each row', () => {
    const rows = readFileSync(join(root, 'docs/verify.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| `([a-z_]+)` \|/gm);
    const documented = new Set([...rows].map(([, check, reason]) => `${check}: ${reason}`));
    const shown = new Set(corpus.flatMap(({ wrong }) => wrong));
    assert.deepEqual([...documented].sort(), [...shown].sort());
});

/* A bit turned where nothing is signed may leave a good signature; who says so
 * must say it of the same copies. */
test('cut and damaged copies: nobody falls over, and library and Node agree on each', () => {
    const rows = corpus.flatMap(({ question }, i) => [{ question, step: 787 + i % 7, cut: true, bit: 0 },
        { question, step: 701 + i % 11, cut: false, bit: i % 8 }]);
    let copies = 0;
    for (const [i, letters] of askDamaged(rows).entries()) {
        const { question, step, cut, bit } = rows[i];
        const signature = Buffer.from(question.signature, 'base64');
        const node = [...damaged(signature, step, cut, bit)].map(copy => (askNode(question, copy).verdict.ok ? 'G' : 'B'));
        assert.equal(letters, node.join(''), `${corpus[i >> 1].name}, every ${step}`);
        assert.ok(!cut || !letters.includes('G'));
        copies += node.length;
    }
    assert.ok(copies > 1000, String(copies));
});

test('the library shows what its header declares, and the archive no more', () => {
    const header = readFileSync(join(root, 'host/lib/ingam/verify.h'), 'utf8').replace(/\/\*[^]*?\*\//g, '');
    const declared = [...header.matchAll(/\b(ingam_[a-z_]+)\(/g)].map(([, name]) => name).sort();
    const defined = (file, ...args) => tool('nm', [...args, '--defined-only', join(root, 'build', file)]).toString()
        .split('\n').map(line => line.split(' ')).filter(([, type]) => /[TDBRVW]/.test(type ?? ''))
        .map(([, , name]) => name);
    assert.equal(declared.length, 12);
    assert.deepEqual(defined('libingam-verify.so.0', '-D').map(name => name.replace(/@@INGAM_VERIFY_0$/, '')).sort(), declared);
    assert.deepEqual(defined('libingam-verify.a').sort(), declared);
});

test('the library can open no connection and start no program', () => {
    const used = tool('nm', ['-D', '--undefined-only', join(root, 'build/libingam-verify.so.0')]).toString();
    const names = used.split('\n').map(line => line.trim().split(' ').pop().replace(/@.*/, ''));
    for (const name of ['socket', 'connect', 'sendto', 'getaddrinfo', 'fork', 'vfork', 'execve', 'posix_spawn', 'system',
        'popen', 'dlopen', 'unlink', 'rename', 'mkdirat', 'CRYPTO_set_mem_functions', 'cJSON_InitHooks',
        'CRYPTO_secure_malloc_init'])
        assert.ok(!names.includes(name), name);
    assert.ok(names.includes('CMS_verify') || names.includes('CMS_SignerInfo_verify'));
});
