// The corpus: signatures good and bad, each with what a site asks of it and
// what it must be told. Everything is made anew with keys of the moment;
//   node tests/verify/corpus.mjs            prints it, one JSON object a line
//   node tests/verify/corpus.mjs FOLDER     writes it, one JSON file an entry
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bad } from './lib/bad.mjs';
import { good } from './lib/good.mjs';
import * as w from './lib/write.mjs';

export const AT = 1795000000; // 2026-11-18T14:26:40Z
const DAY = 86400;
export const IDN = '9001011234567';
export const R = Buffer.from('a1b2c3d4e5f60718293a4b5c6d7e8f9001020304', 'hex');
const instant = seconds => new Date(seconds * 1000).toISOString().replace('.000', '');
const rsa = bits => generateKeyPairSync('rsa', { modulusLength: bits });

/** Keys and certificates that the entries are made of. */
export function makeWorld() {
    const pairs = Object.fromEntries(['root', 'sub', 'hong', 'kim', 'server'].map(name => [name, rsa(2048)]));
    const long = { from: AT - 4000 * DAY, until: AT + 4000 * DAY };
    let serial = 0x1000;
    const make = spec => w.certificate({ ...long, serial: ++serial, ...spec });
    const root = make({ cn: 'Root', pair: pairs.root, ca: true });
    const sub = make({ cn: 'Sub', pair: pairs.sub, issuer: root, ca: true, depth: 0 });
    const identity = { realName: '홍길동', idn: IDN, r: R };
    const below = (cn, pair, more = {}) => make({ cn, pair, issuer: sub, ...more });
    return { pairs, make, below, root, sub, identity, long,
        hong: below('Hong', pairs.hong, { identity }),
        kim: below('Kim', pairs.kim, { identity: { ...identity, realName: '김철수', r: Buffer.alloc(20, 9) } }),
        server: make({ cn: 'Server', pair: pairs.server, usage: ['keyEncipherment'] }),
        text: Buffer.from('이체 1,000,000원\n받는 분 김철수\n') };
}

export const pem = der => `-----BEGIN CERTIFICATE-----\n${der.toString('base64').match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;

/**
 * One entry: the question in plain JSON (bytes in base64), and what is wrong
 * with it as "check: reason", in order; stricter: than openssl's program is.
 */
function entry(world, { name, signature, wrong = [], stricter = false, trust = [world.root, world.sub], ...asked }) {
    const bundle = list => list.map(one => pem(one.der)).join('');
    const question = { at: instant(AT), trust: bundle(trust), ...asked, signature };
    if (asked.trustTsa !== undefined)
        question.trustTsa = bundle(asked.trustTsa);
    for (const [key, value] of Object.entries(question))
        if (Buffer.isBuffer(value))
            question[key] = key === 'sha256' ? value.toString('hex') : value.toString('base64');
    return { name, question, wrong, stricter };
}

/** The whole corpus. @returns {{name, question, wrong: string[], stricter: boolean}[]} */
export function makeCorpus() {
    const world = makeWorld();
    const how = { at: AT, instant, digest: bytes => createHash('sha256').update(bytes).digest() };
    return [...good(world, how), ...bad(world, how)].map(one => entry(world, one));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const folder = process.argv[2];
    const entries = makeCorpus();
    if (folder === undefined)
        writeFileSync(1, entries.map(one => `${JSON.stringify(one)}\n`).join(''));
    else
        mkdirSync(folder, { recursive: true });
    for (const [i, one] of folder === undefined ? [] : entries.entries())
        writeFileSync(join(folder, `${String(i + 1).padStart(3, '0')}.json`), `${JSON.stringify(one, null, 1)}\n`);
}
