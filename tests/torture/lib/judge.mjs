/**
 * After a fault, by a fresh run: a usable old pair, a usable new pair, or an
 * entry from which enrol.resume gets there; nothing half-written, nothing in
 * the clear, no second key.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';

import { OLD_PASSWORD, PERSON } from './rows.mjs';
import { checkByOpenssl, checkPair, nothingClear } from './secrets.mjs';
import { pairsOf, samePair } from './tree.mjs';

const OPENSSL_EACH = 16; // of the new pairs, so many are one for openssl
const AGAIN_EACH = 8; // of the states in which nothing happened
let finished = 0, untouched = 0;

const serialOf = der =>
    BigInt(`0x${new X509Certificate(der).serialNumber}`).toString(16);

/** Nobody was asked for two keys. */
function oneKey(list, base) {
    for (const code of list.codes)
        assert.ok(code.keys.sign <= 1 && code.keys.km <= 1,
            `two keys for a code: ${JSON.stringify(code.keys)}`);
    for (const c of list.certificates)
        if (base.serials.includes(c.serial))
            assert.ok(c.renewalKeys <= 1, 'two keys for a renewal');
}

/** Whole pairs only, under the names that other programs see. */
function wholePairs(tree, row) {
    const pairs = pairsOf(tree);
    for (const [name, files] of pairs) {
        const names = [...files.keys()].sort();
        assert.deepEqual(names, row.km
            ? ['kmCert.der', 'kmPri.key', 'signCert.der', 'signPri.key']
            : ['signCert.der', 'signPri.key'], `half a pair: ${name}`);
        for (const file of names.filter(n => n.endsWith('.der')))
            new X509Certificate(files.get(file));
    }
    assert.ok(pairs.size <= 1, 'one place for one name');
    return [...pairs.values()][0];
}

/** The operation is done: by the CA's registry and by the files. */
async function isDone(world, base, crash, openssl) {
    const { row } = world;
    const tree = world.tree();
    const pair = wholePairs(tree, row);
    const list = await world.list();
    const states = new Map(list.certificates.map(c => [c.serial, c.state]));
    oneKey(list, base);
    assert.deepEqual([...tree.dirs, ...tree.files.keys()]
        .filter(path => /\/\.ingam-/.test(path)
            && !path.includes('/history/')), [], // the next writer's to clear
    'nothing hidden is left');
    const history = await world.run('history.list', { verify: true });
    assert.equal(history.result?.intact, true, JSON.stringify(history));
    const kept = [...tree.files].filter(([path]) =>
        path.startsWith('.local/state/ingam/old/'));
    if (row.old)
        for (const bytes of [...base.pairs.values()][0].values())
            assert.ok(kept.some(([, other]) => other.equals(bytes)),
                'the old pair is kept outside');
    if (row.revokes) {
        assert.equal(pair, undefined, 'the revoked pair is out');
        for (const serial of base.serials)
            assert.equal(states.get(serial), 'revoked');
        return;
    }
    const secrets = ['sign', ...row.km ? ['km'] : []].flatMap(half => {
        const der = pair.get(`${half}Cert.der`);
        const key = pair.get(`${half}Pri.key`);
        assert.ok(!base.serials.includes(serialOf(der)), 'it is a new one');
        assert.equal(states.get(serialOf(der)), 'valid');
        if (openssl)
            checkByOpenssl(der, key, row.password);
        return checkPair(der, key, row.password);
    });
    assert.equal([...states.values()].filter(s => s === 'valid').length,
        row.km ? 2 : 1, 'none was issued and lost');
    nothingClear(crash, secrets);
    nothingClear(tree, secrets);
}

/** Nothing was done, as far as anybody can see: then it can be begun anew. */
async function isUntouched(world, base, pair, list) {
    const { row } = world;
    if (row.old)
        assert.ok(pair !== undefined
            && samePair(pair, [...base.pairs.values()][0]), 'the old pair');
    for (const c of list.certificates)
        assert.ok(base.serials.includes(c.serial), 'issued, and lost');
    if (row.old)
        assert.ok(list.certificates.every(c => c.state === 'valid'));
    if (untouched++ % AGAIN_EACH !== 0)
        return;
    const again = await world.run(base.method, base.params);
    assert.equal(again.reason, 'ok', JSON.stringify(again.data));
    await isDone(world, base, world.tree(), false);
}

/** Is there a pair that can be used, at this instant? */
function isUsable(world, base, crash, pair) {
    const { row } = world;
    if (pair === undefined)
        return;
    if (row.old && samePair(pair, [...base.pairs.values()][0]))
        return;
    assert.ok(!row.revokes, 'a revocation changes no pair');
    checkPair(pair.get('signCert.der'), pair.get('signPri.key'), row.password);
}

/**
 * @param {import('./world.mjs').World} world
 * @param {object} base the state that the row began in
 * @param {object} [got] how the operation ended, when that is known
 * @returns {Promise<string>} what was found: untouched, resumed, finished
 */
export async function judge(world, base, got) {
    const { row } = world;
    const crash = world.tree();
    const secrets = [row.password, OLD_PASSWORD, PERSON.idn,
        ...base.code === undefined ? [] : [base.code.authorizationCode]];
    nothingClear(crash, secrets);
    isUsable(world, base, crash, wholePairs(crash, row));
    const list = await world.list();
    oneKey(list, base);
    const asked = list.codes.some(c => c.keys.sign > 0
        && c.referenceNumber === base.code?.referenceNumber)
        || list.certificates.some(c => c.renewalKeys > 0);
    if (asked && got?.data !== undefined)
        assert.notEqual(got.data.sent, 'no', 'the CA has heard of it');
    const { result: { pending, broken } } =
        await world.run('enrol.pending', {});
    assert.deepEqual(broken, []);
    assert.ok(pending.length <= 1);
    const isOpenssl = () => finished++ % OPENSSL_EACH === 0;
    if (pending.length === 1) {
        if (asked)
            assert.notEqual(pending[0].sent, 'no', 'the CA has heard of it');
        const resumed = await world.run('enrol.resume',
            { pending: pending[0].id, password: row.password });
        assert.equal(resumed.reason, 'ok', JSON.stringify(resumed.data));
        nothingClear(world.tree(), secrets);
        await isDone(world, base, crash, isOpenssl());
        const after = await world.run('enrol.pending', {});
        assert.deepEqual(after.result, { pending: [], broken: [] });
        return 'resumed';
    }
    const pair = wholePairs(crash, row);
    const isNew = row.revokes ? pair === undefined : pair !== undefined
        && !base.serials.includes(serialOf(pair.get('signCert.der')));
    if (!isNew) {
        await isUntouched(world, base, pair, list);
        return 'untouched';
    }
    await isDone(world, base, crash, isOpenssl());
    return 'finished';
}
