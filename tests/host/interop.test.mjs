/**
 * Everything that Ingam writes is read back by programs that are not Ingam,
 * and what those write is taken in: the table in tests/host/README.md.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { elements } from '../ca/der.mjs';
import { has, ingam, json, makeCa, openssl, password, root, tool, workFolder } from './lib/cli.mjs';
import { rOf, unlock } from './lib/keyfile.mjs';
import { infoOf, putPerson, R } from './lib/person.mjs';

const work = workFolder();
const ca = join(work, 'ca');
mkdirSync(ca);
makeCa(ca);
const FRESH = 'Stamp-of-42!';

const absent = name => !has(name) && `${name} is not installed`;
const home = () => mkdtempSync(join(work, 'home-'));
const publicOf = key => createPublicKey(key).export({ type: 'spki', format: 'der' });
const ownerOf = pem => new X509Certificate(readFileSync(pem)).publicKey.export({ type: 'spki', format: 'der' });

/** The blocks of a kind in PEM text. */
const blocks = (text, kind) => text.match(new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----`, 'g')) ?? [];

/** What certtool opens an encrypted key to. */
function opened(pem, secret) {
    const text = tool('certtool', ['--key-info', '--pkcs8', '--password', secret], { input: pem }).toString();
    return (blocks(text, 'RSA PRIVATE KEY')[0] ?? blocks(text, 'PRIVATE KEY')[0]);
}

/** A file has these certificates and their keys, whoever opened it. */
function holds(text, pems, people) {
    const certificates = blocks(text, 'CERTIFICATE').map(pem => new X509Certificate(pem).fingerprint256);
    const keys = pems.map(pem => publicOf(createPrivateKey(pem)).toString('hex'));
    assert.deepEqual(certificates, people.map(pem => new X509Certificate(readFileSync(pem)).fingerprint256));
    assert.deepEqual(keys, people.map(pem => ownerOf(pem).toString('hex')));
}

// --- .p12 files that we write ------------------------------------------------

const one = putPerson(ca, home());
const two = putPerson(ca, home(), { km: true });
const files = [
    { name: 'npki', form: 'npki', person: one },
    { name: 'npki with the second pair', form: 'npki', person: two },
    { name: 'modern', form: 'modern', person: one },
    { name: 'modern with the second pair', form: 'modern', person: two },
];
const homeOf = person => person.dir.slice(0, person.dir.indexOf('/NPKI'));
const peopleOf = person => [person.pem, ...person.kmPem === undefined ? [] : [person.kmPem]];

for (const [i, file] of files.entries()) {
    const path = join(work, `${i}.p12`);

    test(`${file.name}: written`, async () => {
        const run = await ingam(['export', file.person.id, '--form', file.form, '--to', path,
            '--password-fd', '3', '--new-password-fd', '4'],
        { home: homeOf(file.person), secrets: [password, FRESH] });
        assert.equal(run.status, 0, run.errors);
        assert.ok(!run.text.includes(FRESH) && !run.errors.includes(FRESH));
    });

    test(`${file.name}: openssl pkcs12 reads certificate, key and R`, () => {
        const args = ['pkcs12', ...file.form === 'npki' ? ['-legacy'] : [], '-in', path, '-nodes', '-passin', `pass:${FRESH}`];
        const text = openssl(args).toString();
        holds(text, blocks(text, 'PRIVATE KEY'), peopleOf(file.person));
        const [, r] = /1\.2\.410\.200004\.10\.1\.1\.3: ([0-9A-F ]+)/.exec(text);
        assert.equal(r.replaceAll(' ', '').toLowerCase(), R.toString('hex'));
    });

    test(`${file.name}: GnuTLS certtool reads certificate and key`, { skip: absent('certtool') }, () => {
        const text = tool('certtool', ['--inder', '--infile', path, '--p12-info', '--password', FRESH]).toString();
        assert.match(text, file.form === 'npki' ? /MAC: SHA1 .*\n.*\n.*\n\tIteration count: 1024/ : /MAC: SHA256 .*\n.*\n.*\n\tIteration count: 600000/);
        holds(text, blocks(text, 'ENCRYPTED PRIVATE KEY').map(pem => opened(pem, FRESH)), peopleOf(file.person));
    });

    test(`${file.name}: NSS pk12util takes certificate and key in`, { skip: absent('pk12util') }, () => {
        const db = mkdtempSync(join(work, 'nss-'));
        tool('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
        tool('pk12util', ['-i', path, '-d', `sql:${db}`, '-K', '', '-W', FRESH]);
        const keys = tool('certutil', ['-K', '-d', `sql:${db}`]).toString();
        assert.equal(keys.match(/ rsa /g)?.length, peopleOf(file.person).length, keys);
        assert.match(keys, /홍길동/); // a key that belongs to a certificate has its name
    });

    test(`${file.name}: nobody reads it with another password`, () => {
        const run = spawnSync('openssl', ['pkcs12', '-legacy', '-in', path, '-nodes', '-passin', `pass:${password}`]);
        assert.notEqual(run.status, 0);
        assert.match(run.stderr.toString(), /invalid password/);
    });

    test(`${file.name}: we read it, to the same key to the byte`, async () => {
        const elsewhere = home();
        const run = await json(['import', path, '--password-fd', '3'], { home: elsewhere, secrets: [FRESH] });
        assert.equal(run.status, 0, JSON.stringify(run.value));
        assert.equal(run.value.certificate.id, file.person.id);
        const folder = run.value.certificate.location.path;
        const stored = unlock(readFileSync(join(folder, 'signPri.key')), FRESH);
        assert.ok(stored.info.equals(file.person.info));
        assert.equal(existsSync(join(folder, 'kmPri.key')), file.person.kmPem !== undefined);
        if (file.person.kmPem !== undefined)
            assert.ok(unlock(readFileSync(join(folder, 'kmPri.key')), FRESH).info.equals(infoOf(file.person.kmPem)));
    });
}

// --- key files that we write ---------------------------------------------------

const schemes = {
    legacy: ['seed-sha1', 2048], compat: ['pbes2-seed-sha1', 100000], strong: ['pbes2-aes-sha256', 600000],
};
const keeper = putPerson(ca, home(), { km: true });

for (const [scheme, [wanted, rounds]] of Object.entries(schemes)) {
    const key = join(keeper.dir, 'signPri.key');
    const kmKey = join(keeper.dir, 'kmPri.key');

    test(`${scheme}: written, and opened by the tests' own code, R in it`, async () => {
        const run = await ingam(['passwd', keeper.id, '--key-scheme', scheme, '--password-fd', '3', '--new-password-fd', '4'],
            { home: homeOf(keeper), secrets: [password, password] });
        assert.equal(run.status, 0, run.errors);
        const got = unlock(readFileSync(key), password);
        assert.equal(got.scheme, wanted);
        assert.equal(got.rounds, rounds);
        assert.ok(got.info.equals(keeper.info));
        assert.ok(rOf(got.info).equals(R));
        assert.ok(unlock(readFileSync(kmKey), password).info.equals(infoOf(keeper.kmPem)));
    });

    test(`${scheme}: openssl pkey ${scheme === 'legacy' ? 'knows it not' : 'opens it'}`, () => {
        const run = spawnSync('openssl', ['pkey', '-provider', 'default', '-provider', 'legacy', '-inform', 'DER',
            '-in', key, '-passin', `pass:${password}`]);
        if (scheme === 'legacy')
            assert.notEqual(run.status, 0); // KISA's own scheme: the tests' code reads it
        else
            assert.ok(publicOf(createPrivateKey(run.stdout)).equals(ownerOf(keeper.pem)));
    });

    test(`${scheme}: GnuTLS certtool ${scheme === 'strong' ? 'opens it' : 'has no SEED'}`, { skip: absent('certtool') }, () => {
        const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${readFileSync(key).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
        if (scheme === 'strong')
            assert.ok(publicOf(createPrivateKey(opened(pem, password))).equals(ownerOf(keeper.pem)));
        else
            assert.throws(() => opened(pem, password));
    });
}

// --- files that others write ---------------------------------------------------

const foreign = putPerson(ca, home());
const plain = join(foreign.pem, '..', 'key.pem');
const writers = {
    'openssl pkcs12': path => openssl(['pkcs12', '-export', '-in', foreign.pem, '-inkey', plain, '-out', path,
        '-passout', `pass:${password}`]),
    'openssl pkcs12 -legacy, RC2 and the CA in it': path => openssl(['pkcs12', '-export', '-legacy', '-in', foreign.pem,
        '-inkey', plain, '-certfile', join(ca, 'ca.pem'), '-out', path, '-passout', `pass:${password}`]),
    'openssl pkcs12, nothing encrypted but the MAC': path => openssl(['pkcs12', '-export', '-keypbe', 'NONE', '-certpbe',
        'NONE', '-in', foreign.pem, '-inkey', plain, '-out', path, '-passout', `pass:${password}`]),
    'GnuTLS certtool': path => tool('certtool', ['--to-p12', '--load-certificate', foreign.pem, '--load-privkey', plain,
        '--p12-name', 'hong', '--outder', '--outfile', path, '--password', password]),
    'GnuTLS certtool, 3DES': path => tool('certtool', ['--to-p12', '--pkcs-cipher', '3des-pkcs12', '--load-certificate',
        foreign.pem, '--load-privkey', plain, '--p12-name', 'hong', '--outder', '--outfile', path, '--password', password]),
    'NSS pk12util': path => {
        const db = mkdtempSync(join(work, 'nss-'));
        tool('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
        writers['openssl pkcs12'](join(db, 'in.p12'));
        tool('pk12util', ['-i', join(db, 'in.p12'), '-d', `sql:${db}`, '-K', '', '-W', password]);
        const name = /^(.+?)\s+u,u,u\s*$/m.exec(tool('certutil', ['-L', '-d', `sql:${db}`]).toString())[1];
        tool('pk12util', ['-o', path, '-n', name, '-d', `sql:${db}`, '-K', '', '-W', password]);
    },
};
const needs = name => name.startsWith('GnuTLS') ? absent('certtool') : name.startsWith('NSS') ? absent('pk12util') : false;

for (const [i, [name, write]] of Object.entries(writers).entries())
    test(`${name}: we take it in`, { skip: needs(name) }, async () => {
        const path = join(work, `foreign${i}.p12`);
        write(path);
        const run = await json(['import', path, '--key-scheme', 'legacy', '--password-fd', '3'],
            { home: home(), secrets: [password] });
        assert.equal(run.status, 0, JSON.stringify(run.value));
        assert.equal(run.value.certificate.id, foreign.id);
        const stored = unlock(readFileSync(join(run.value.certificate.location.path, 'signPri.key')), password);
        assert.ok(publicOf(createPrivateKey({ key: stored.info, format: 'der', type: 'pkcs8' })).equals(ownerOf(foreign.pem)));
        // no other program keeps R: it does not come back, and that is said
        const out = await json(['export', foreign.id, '--to', join(work, `out${i}.p12`), '--password-fd', '3'],
            { home: run.value.certificate.location.root.replace(/\/NPKI$/, ''), secrets: [password] });
        assert.equal(out.value.hasR, false);
    });

/** What a file is made of, without lengths and values, down to what is encrypted. */
function shape(bytes, depth = 0) {
    return elements(bytes).map(({ tag, value }) => {
        const nested = tag === 0x04 && depth < 8 && value.length > 60 && value[0] === 0x30;
        return tag & 0x20 || nested ? [tag, ...shape(value, depth + 1)]
            : tag === 0x06 || tag === 0x02 ? [tag, value.toString('hex')] : [tag];
    });
}

// --- vectors ---------------------------------------------------------------------

const vectors = process.env.INGAM_VECTORS ?? join(root, '../shared/vectors');
const pfx = join(vectors, 'pypinksign/export.pfx');

test('a .pfx of a Korean program comes in with its R, and goes out in the same form',
    { skip: !existsSync(pfx) && 'no interoperability vectors here' }, async () => {
        const its = join(vectors, 'pypinksign');
        const secret = readFileSync(join(its, 'password.txt'), 'utf8').trim();
        const place = home(), out = join(work, 'again.p12');
        const run = await json(['import', pfx, '--password-fd', '3'], { home: place, secrets: [secret] });
        assert.equal(run.status, 0, JSON.stringify(run.value));
        const { info } = unlock(readFileSync(join(run.value.certificate.location.path, 'signPri.key')), secret);
        assert.ok(rOf(info).equals(readFileSync(join(its, 'R.bin'))));
        const again = await ingam(['export', run.value.certificate.id, '--to', out, '--password-fd', '3'],
            { home: place, secrets: [secret] });
        assert.equal(again.status, 0, again.errors);
        const text = execFileSync('openssl', ['pkcs12', '-legacy', '-in', out, '-nodes', '-passin', `pass:${secret}`]).toString();
        assert.match(text.replaceAll(' ', ''), new RegExp(readFileSync(join(its, 'R.bin')).toString('hex'), 'i'));
        assert.deepEqual(shape(readFileSync(out)), shape(readFileSync(pfx)));
        assert.equal(statSync(out).size, statSync(pfx).size);
        writeFileSync(out, readFileSync(out).fill(0));
    });
