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
 * @property {string[]} [code] options of the CA's `code`, for a new one
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
 * @property {string} [rule] which a password breaks
 * @property {boolean} [authenticated] is the CA's word proved?
 * @property {string[]} [failInfo] of the CA
 * @property {RegExp} [text] that each text of the CA matches
 * @property {{[path: string]: any}} [result] members of the result
 *
 * @typedef {Step & Place & Outcome} Row
 */
import assert from 'node:assert/strict';
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { TestCa } from '../../ca/ca.mjs';
import { json } from '../../host/lib/cli.mjs';
import { Home, PASSWORD, PERSON, folder } from './enrol.mjs';

const CODES = ['issue', 'reissue'];
const CLOSED = 1; /* a port where nobody listens */

/** The name of a row: what it says, or what is special about it. */
export const nameOf = row => [row.dialect ?? 'rfc9483', row.family,
    row.word ?? 'issue', row.name ?? row.ca].filter(Boolean).join(' ');

/** Laid over an object: null takes a member away. */
function patched(object, patch = {}) {
    const it = { ...object };
    for (const [key, value] of Object.entries(patch))
        if (value === null)
            delete it[key];
        else
            it[key] = value?.constructor === Object
                ? patched(it[key], value) : value;
    return it;
}

/** {NAME} in every text of a value becomes what it stands for. */
const filled = (value, words) => JSON.parse(JSON.stringify(value)
    .replace(/\{(\w+)\}/g, (all, word) => word in words
        ? JSON.stringify(String(words[word])).slice(1, -1) : all));

/** A CA with both dialects that serves one row at a time. */
export class Lane {
    async start() {
        this.ca = new TestCa(join(folder('table-ca'), 'ca'));
        await this.ca.call('init', '--km');
        this.ports = await this.ca.serve({ tcpPort: 0 });
        this.family = 'yessign';
        this.definitions = new Map();
        this.holders = new Map();
        this.person = await this.newPerson();
        this.words = { ...this.ports, closed: CLOSED,
            pemOfCa: (await this.ca.call('cert', '--what', 'ca')).pem,
            pemOfTls: (await this.ca.call('cert', '--what', 'tls')).pem };
        return this;
    }

    stop() {
        return this.ca.stop();
    }

    async newPerson() {
        return (await this.ca.call('person', '--name', PERSON.name,
            '--english', PERSON.english, '--idn', PERSON.idn)).person;
    }

    /** A CA definition; made by the CA once for each set of options. */
    async definition({ dialect = 'rfc9483', family = 'yessign', define = [] }) {
        const key = [dialect, family, ...define].join(' ');
        if (!this.definitions.has(key))
            this.definitions.set(key, await this.ca.call('definition',
                '--name', 'test', ...dialect === 'npki'
                    ? ['--dialect', 'npki', '--family', family, '--endpoint',
                        `tcp://127.0.0.1:${this.ports.tcp}`]
                    : ['--endpoint', `http://127.0.0.1:${this.ports.http}/cmp`],
                ...define));
        return this.definitions.get(key);
    }

    async speak({ dialect, family = 'yessign', texts }) {
        if (dialect !== 'npki' || (family === this.family && !texts))
            return;
        await this.ca.call('family', family, ...texts ? ['--text', texts] : []);
        this.family = texts ? '' : family;
    }

    /** What the registry says of a certificate. */
    async stateOf({ serial }) {
        return (await this.ca.call('list')).certificates
            .find(c => c.serial === serial)?.state;
    }

    /** What the registry says of a code. */
    async code({ referenceNumber }) {
        return (await this.ca.call('list')).codes
            .find(c => c.referenceNumber === referenceNumber);
    }
}

/** One home, and what is known of it. */
class Scene {
    constructor(lane, row, person, code) {
        Object.assign(this, { lane, row, person, code });
        this.words = { ...lane.words };
    }

    async define(patch) {
        const definition = filled(patched(
            await this.lane.definition(this.row), patch), this.words);
        this.home.define(definition, 'test');
    }

    /** Run `ingam`; {reason, data, result, exit}. */
    async run(word, { operand, options = {}, secrets = {}, more = [] } = {}) {
        const given = Object.entries(filled(options, this.words))
            .flatMap(([k, v]) => v === null ? [] : v === true ? [`--${k}`]
                : [`--${k}`, v]);
        const kept = Object.entries(filled(secrets, this.words))
            .filter(([, v]) => v !== null);
        const { status, value, errors } = await json([word,
            ...operand === undefined ? [] : [filled(operand, this.words)],
            ...given, ...more,
            ...kept.flatMap(([k], i) => [`--${k}-fd`, String(3 + i)])],
        { home: this.home.path, secrets: kept.map(([, v]) => v) });
        const { error } = value;
        assert.match(errors, /^(\[[1-6]\/6\] [^\n]+\n)*$/, 'steps only');
        return { exit: status, reason: error?.data?.reason ?? 'ok',
            steps: [...new Set(errors.match(/(?<=^\[)\d/gm))].join(''),
            data: error?.data ?? {}, result: error ? undefined : value };
    }

    /** One step: the row itself, or one of what is done before it. */
    async step(step) {
        const { word = 'issue', ca = 'none' } = step;
        const good = CODES.includes(word) ? {
            options: { ca: 'test', ref: '{ref}', name: PERSON.name },
            secrets: { auth: '{auth}', password: PASSWORD },
        } : {
            operand: ['renew', 'revoke'].includes(word) ? '{id}' : '{pending}',
            options: word === 'revoke'
                ? { reason: 'unspecified', yes: true }
                : word === 'discard' ? { confirm: '{ref}' } : {},
            secrets: word === 'discard' ? {} : { password: PASSWORD },
        };
        if (step.code !== undefined)
            await this.newCode(step.code);
        if (step.patch !== undefined)
            await this.define(step.patch);
        if (ca !== 'none')
            await this.lane.ca.call('misbehave', ca);
        try {
            const got = await this.run(word, {
                operand: step.operand === null ? undefined
                    : step.operand ?? good.operand,
                options: { ...good.options, ...step.options },
                secrets: { ...good.secrets, ...step.secrets },
                more: step.more });
            if (!step.elsewhere)
                this.learn(got);
            return got;
        } finally {
            if (ca !== 'none')
                await this.lane.ca.call('misbehave', 'none');
        }
    }

    learn({ result, data }) {
        if (result?.certificate !== undefined)
            this.words.id = result.certificate.id;
        const pending = result?.pending ?? data.pending;
        if (typeof pending === 'string')
            this.words.pending = pending;
    }

    async newCode(how) {
        this.code = await this.lane.ca.call('code', '--person', this.person,
            ...how);
        Object.assign(this.words, { ref: this.code.referenceNumber,
            auth: this.code.authorizationCode });
    }

    /** What is in the home now. */
    async state() {
        const { certificates, broken } = (await this.run('list', {})).result
            ?? { certificates: [], broken: [] }; // not even to be listed
        const open = (await this.run('resume', {})).result;
        return { ids: certificates.map(c => c.id), pending: open.pending.length,
            broken: broken.length + open.broken.length };
    }

    /** A file of this name below a folder of the home: [path, bytes]. */
    file(folder, name) {
        return [...this.home.files(join(this.home.path, folder))]
            .find(([path]) => path.endsWith(`/${name}`));
    }

    /** Files that are gone (null) or hold something else; a link. */
    spoil({ damage = {}, link }) {
        for (const [name, text] of Object.entries(damage)) {
            const [path] = this.file('.', name);
            if (text === null)
                rmSync(path);
            else
                writeFileSync(path, text);
        }
        if (link !== undefined)
            symlinkSync('/nonexistent', join(this.home.path, link));
    }
}

/** A home with a certificate; a copy where it will not be changed. */
async function withHolder(lane, row, changes) {
    const { dialect, family, define = [] } = row;
    const key = [dialect, family, ...define].join(' ');
    const own = changes || row.days !== undefined;
    let kept = own ? undefined : lane.holders.get(key);
    if (kept === undefined) {
        const first = new Scene(lane, row, await lane.newPerson());
        first.home = new Home();
        await first.define();
        await lane.speak(row);
        await first.newCode(['--kind', 'issue', '--days', row.days ?? 20]);
        const got = await first.step({});
        assert.equal(got.reason, 'ok', inspect(got.data));
        if (own)
            return first;
        kept = first;
        lane.holders.set(key, kept);
    }
    const scene = new Scene(lane, row, kept.person);
    Object.assign(scene.words, kept.words);
    scene.home = new Home();
    cpSync(kept.home.path, scene.home.path, { recursive: true });
    return scene;
}

async function sceneOf(lane, row) {
    let scene;
    if (row.holder) {
        scene = await withHolder(lane, row, row.is === 'ok'
            || row.sent !== 'no' || (row.before ?? row.then) !== undefined);
    } else {
        scene = new Scene(lane, row,
            row.stranger ? await lane.newPerson() : lane.person);
        scene.home = new Home();
        await scene.define();
    }
    await lane.speak(row);
    await scene.newCode(row.code ?? ['--kind', row.word === 'reissue'
        ? 'reissue' : 'issue']);
    for (const { is = 'ok', ...step } of row.before ?? []) {
        const here = scene.home;
        if (step.elsewhere)
            scene.home = new Home();
        if (step.elsewhere === 'copy')
            cpSync(here.path, scene.home.path, { recursive: true });
        else if (step.elsewhere)
            await scene.define();
        const got = await scene.step(step);
        scene.home = here;
        assert.equal(got.reason, is, `before: ${inspect(got.data)}`);
    }
    return scene;
}

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
        const code = await lane.code(scene.code);
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
