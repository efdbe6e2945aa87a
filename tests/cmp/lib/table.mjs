/**
 * Runs the rows of tests/cmp/tables: the real `ingam` in a home of its own,
 * against the real test CA. `{NAME}` in a text of a row stands for what is
 * known only then: {http} {https} {tcp} {closed} ports, {pemOfCa}, {ref} and
 * {auth} the code, {id} the certificate, {pending} what is unfinished.
 *
 * @typedef {object} Step what is done
 * @property {string} [word] of `ingam`; issue
 * @property {string} [ca] how the CA misbehaves meanwhile
 * @property {object} [patch] laid over the definition; null takes away
 * @property {string | null} [operand] instead of the good one; null: none
 * @property {object} [options] laid over the good ones; null takes away
 * @property {object} [secrets] the same, of what goes through descriptors
 * @property {string[]} [more] arguments
 * @property {string[]} [code] a new one: its kind, options of the CA's `code`
 *
 * @typedef {object} Place where it is done
 * @property {string} [name] what is special; `ca` says it where it is absent
 * @property {'rfc9483' | 'npki'} [dialect]
 * @property {string} [family] of dialect npki; yessign
 * @property {string} [texts] utf-8 or euc-kr, of the CA's words
 * @property {string[]} [define] options of the CA's `definition`
 * @property {boolean} [holder] there is a certificate already,
 * @property {number} [days] which ends in so many days
 * @property {boolean} [stranger] the person never had a certificate
 * @property {(Step & {is?: string, elsewhere?: true | 'copy'})[]} [before]
 *     what was done; elsewhere: in another home, or in a copy of this one
 * @property {{[name: string]: string | null}} [damage] files of the home
 * @property {string} [link] a link to nowhere in the home
 * @property {boolean} [slow] only with SLOW=1
 *
 * @typedef {object} Outcome
 * @property {string} is the reason, or ok
 * @property {number} [exit] status of `ingam`, where it fails
 * @property {'no' | 'yes' | 'unknown'} [sent] what it says of the request
 * @property {string} [then] what resuming ends in; absent: nothing to resume
 * @property {string} [state] of a result, when not done
 * @property {number} [stored] certificates afterwards, when not one
 * @property {string} [what] what is unexpected of a certificate
 * @property {Outcome} [or] ends as well as that: nobody can say which it will be
 * @property {string} [rule] which a password breaks
 * @property {boolean} [authenticated] is the CA's word proved?
 * @property {string[]} [failInfo] of the CA
 * @property {RegExp} [text] that each text of the CA matches
 * @property {{[path: string]: any}} [result] members of the result
 *
 * @typedef {Step & Place & Outcome} Row
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { inspect } from 'node:util';

import { CODES, sceneOf } from './table-scene.mjs';

/** The name of a row: what it says, or what is special about it. */
export const nameOf = row => [row.dialect ?? 'rfc9483', row.family,
    row.word ?? 'issue', row.name ?? row.ca].filter(Boolean).join(' ');

const at = (object, path) =>
    path.split('.').reduce((o, key) => o?.[key], object);

/** What the answer itself says. */
function checkAnswer(row, got) {
    const said = inspect({ ...got.result, ...got.data }, { depth: 4 });
    assert.equal(got.reason, row.is, said);
    assert.equal(got.exit, row.exit ?? 0, `exit status; ${said}`);
    if (row.is === 'ok') {
        assert.equal(got.result.state, row.state ?? 'done');
    } else {
        assert.equal(got.data.sent ?? 'no', row.sent, `sent; ${said}`);
        assert.equal(got.data.what, row.what, said);
        assert.equal(got.data.rule, row.rule, said);
        if (row.sent === 'no')
            assert.equal(got.data.ca?.status, undefined, 'nothing answered');
    }
    if (row.authenticated !== undefined)
        assert.equal(got.data.ca.authenticated, row.authenticated);
    if (row.failInfo !== undefined)
        assert.deepEqual(got.data.ca.failInfo, row.failInfo);
    if (row.text !== undefined) {
        const texts = got.result?.caText ?? got.data.ca?.text ?? [];
        assert.ok(texts.length > 0, said);
        for (const text of texts)
            assert.match(text, row.text);
    }
    for (const [path, want] of Object.entries(row.result ?? {}))
        assert.deepEqual(at(got.result, path), want, path);
}

/** A new certificate is in the home, and the CA knows it as valid. */
async function checkDone(lane, row, scene, got, stored) {
    const { ids, pending, broken } = await scene.state();
    assert.deepEqual([ids.length, pending, broken], [stored, 0, 0]);
    if (got.result.certificate === undefined)
        return;
    assert.ok(ids.includes(got.result.certificate.id));
    assert.equal(await lane.stateOf(got.result.certificate), 'valid');
}

/** Nothing has changed, but that something may be unfinished. */
async function checkFailed(lane, row, scene, had) {
    const now = await scene.state();
    assert.deepEqual(now.ids, had.ids, 'nothing is stored or taken away');
    assert.deepEqual([now.pending, now.broken],
        [row.then === undefined ? 0 : 1, had.broken], 'unfinished');
    if (row.sent === 'no' && CODES.includes(row.word ?? 'issue')) {
        const code = await lane.known(scene.code);
        assert.deepEqual([code.state, code.attempts], ['new', 0],
            'the code is still good');
    }
}

/** What was left unfinished: the same key gets its certificate. */
async function checkThen(lane, row, scene) {
    const key = scene.file('.local/state/ingam/journal', 'sign.key')?.[1];
    await scene.define();
    const done = await scene.step({ word: 'resume',
        options: row.state === 'confirm' ? { 'confirm-subject': true } : {} });
    assert.equal(done.reason, row.then, `then; ${inspect(done.data)}`);
    if (row.then !== 'ok')
        return;
    await checkDone(lane, row, scene, done, row.word === 'revoke' ? 0 : 1);
    if (row.word !== 'revoke')
        assert.ok(scene.file('NPKI', 'signPri.key')[1].equals(key), 'the same key');
}

/** @param {Lane} lane @param {Row} row */
export async function runRow(lane, row) {
    const scene = await sceneOf(lane, row);
    try {
        await runScene(lane, row, scene);
    } finally {
        rmSync(scene.home.path, { recursive: true, force: true });
    }
}

async function runScene(lane, row, scene) {
    scene.spoil(row);
    const had = await scene.state();
    const got = await scene.step({ ...row, code: undefined });
    if (row.or?.is === got.reason)
        row = { ...row, ...row.or };
    checkAnswer(row, got);
    if (row.is !== 'ok')
        await checkFailed(lane, row, scene, had);
    else if (row.state !== 'confirm')
        await checkDone(lane, row, scene, got, row.stored ?? 1);
    if (got.result?.state === 'done' && got.result.certificate !== undefined
        && row.word !== 'resume')
        assert.equal(got.steps, '123456');
    if (row.then !== undefined)
        await checkThen(lane, row, scene);
}
