/** What a row of tests/cmp/tables does: `ingam` in a home of its own. */
import assert from 'node:assert/strict';
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { json } from '../../host/lib/cli.mjs';
import { Home, PASSWORD, PERSON } from './enrol.mjs';
import { newPair } from './pairs.mjs';

/** Words that are ordered with a code. */
export const CODES = ['issue', 'reissue'];

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

/** One home, and what is known of it. */
class Scene {
    constructor(lane, row) {
        Object.assign(this, { lane, row });
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

    async newCode([kind, ...how]) {
        this.code = await this.lane.code(kind, ...how);
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

/** Everything is as the row says, and it has not been done yet. */
export async function sceneOf(lane, row) {
    const scene = new Scene(lane, row);
    scene.home = new Home();
    await scene.define();
    if (row.holder)
        scene.words.id = (await newPair(lane, scene.home, { days: row.days,
            km: row.define?.includes('--km') })).id;
    else if (row.stranger)
        await lane.newPerson();
    await lane.speak(row);
    await scene.newCode(row.code
        ?? [row.word === 'reissue' ? 'reissue' : 'issue']);
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
