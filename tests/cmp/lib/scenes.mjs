/**
 * The four things that a person does with a CA, in both dialects, each as a
 * scene: what was there before, how it is done, how it is finished after
 * trouble, and what must be true in the end.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';

import { TestCa } from '../../ca/ca.mjs';
import { Home, PASSWORD, PERSON, folder } from './enrol.mjs';
import { stopped, Weather } from './weather.mjs';

export const ALL = ['rfc9483', 'npki'].flatMap(dialect =>
    ['issue', 'reissue', 'renew', 'revoke'].map(kind =>
        ({ dialect, kind, name: `${kind} (${dialect})` })));

/** One of each kind, both dialects: for what is one mechanism for all. */
export const FEW = ALL.filter(({ dialect, kind }) =>
    (kind === 'reissue') === (dialect === 'npki'));

const EXPIRES_DAYS = { renew: 20 };

/** One CA for a file's tests, which speaks both dialects. */
export function office() {
    const it = { ca: new TestCa(join(folder('office'), 'ca')) };
    before(async () => {
        await it.ca.call('init');
        await it.ca.call('family', 'yessign');
        Object.assign(it, await it.ca.serve({ tcpPort: 0 }));
    });
    after(() => it.ca.stop());
    it.define = (dialect, ...more) => it.ca.call('definition', '--name', 'test',
        ...dialect === 'npki'
            ? ['--dialect', 'npki', '--family', 'yessign', '--endpoint',
                `tcp://127.0.0.1:${it.tcp}`]
            : ['--endpoint', `http://127.0.0.1:${it.http}/cmp`,
                '--vid', 'encrypted'], ...more);
    it.person = async () => (await it.ca.call('person', '--name', PERSON.name,
        '--english', PERSON.english, '--idn', PERSON.idn)).person;
    it.code = (person, kind, ...more) => it.ca.call('code', '--person', person,
        '--kind', kind, ...more);
    return it;
}

export class Scene {
    /** @param {any} at of office() */
    constructor(at, dialect, kind) {
        Object.assign(this, { at, dialect, kind, old: null, more: {} });
    }

    /**
     * Set it: a home, a person, a pair where one is needed, a code.
     * @param {{home?: Home, root?: string}} how root: where the pair lies
     */
    async set({ home, root, run } = {}) {
        this.home = home ?? new Home(await this.at.define(this.dialect));
        this.person = await this.at.person();
        if (root !== undefined)
            this.more.root = root;
        if (this.kind !== 'issue') {
            const code = await this.at.code(this.person, 'issue',
                '--days', EXPIRES_DAYS[this.kind] ?? 300);
            const got = await this.home.run('enrol.issue',
                this.#codes(code), () => {}, run);
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
            this.old = got.result.certificate;
        }
        if (this.kind === 'issue' || this.kind === 'reissue')
            this.code = await this.at.code(this.person, this.kind);
        return this;
    }

    #codes(code) {
        return { ca: 'test', referenceNumber: code.referenceNumber,
            authorizationCode: code.authorizationCode, password: PASSWORD,
            name: PERSON.name, idn: PERSON.idn, keyScheme: 'legacy',
            ...this.more };
    }

    get method() {
        return `enrol.${this.kind}`;
    }

    get params() {
        const mine = { certificate: this.old?.id, password: PASSWORD };
        if (this.kind === 'revoke')
            return { ...mine, reason: 'superseded' };
        if (this.kind === 'renew')
            return { ...mine, keyScheme: 'legacy', ...this.more };
        return this.kind === 'issue' ? this.#codes(this.code)
            : { ...this.#codes(this.code), old: this.old.id };
    }

    /** Do it once. */
    go(onStep, options) {
        return this.home.run(this.method, this.params, onStep, options);
    }

    async certificates() {
        return (await this.at.ca.call('list')).certificates
            .filter(c => c.person === this.person);
    }

    /** Is the code still good? */
    async fresh() {
        const code = (await this.at.ca.call('list')).codes
            .find(c => c.referenceNumber === this.code?.referenceNumber);
        return code === undefined || code.state === 'new';
    }

    /** The one entry of the journal, or undefined. */
    async pending(options) {
        const { result } = await this.home.run('enrol.pending', {}, () => {},
            options);
        assert.deepEqual(result.broken, []);
        assert.ok(result.pending.length <= 1);
        return result.pending[0];
    }

    async stored(options) {
        const { result } = await this.home.run('store.list',
            { removable: this.more.root !== undefined }, () => {}, options);
        return result;
    }

    /** Its key opens and signs. */
    async usable(id, options) {
        const got = await this.home.run('sign.data', { certificate: id,
            password: PASSWORD, content: Buffer.from('이체').toString('base64') },
        () => {}, options);
        assert.equal(got.reason, 'ok', JSON.stringify(got.data));
    }

    /** Nothing has happened: no entry, the old pair usable, the code good. */
    async untouched(options) {
        assert.equal(await this.pending(options), undefined);
        assert.ok(await this.fresh(), 'the code is still good');
        const { certificates } = await this.stored(options);
        assert.deepEqual(certificates.map(c => c.id),
            this.old === null ? [] : [this.old.id]);
        for (const c of await this.certificates())
            assert.equal(c.state, 'valid');
        if (this.old !== null)
            await this.usable(this.old.id, options);
    }

    /** As after trouble: resume what is pending, else do it (again). */
    async finish(options) {
        const entry = await this.pending(options);
        if (entry !== undefined) {
            const got = await this.home.run('enrol.resume',
                { pending: entry.id, password: PASSWORD }, () => {}, options);
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        } else if (!await this.#over(options)) {
            const got = await this.go(() => {}, options);
            assert.equal(got.reason, 'ok', JSON.stringify(got.data));
        }
        await this.settled(options);
    }

    /** It got there although its last word was an error. */
    async #over(options) {
        const { certificates } = await this.stored(options);
        return this.kind === 'revoke' ? certificates.length === 0
            : certificates.length === 1 && certificates[0].id !== this.old?.id;
    }

    /** The end: one pair, the CA's one valid certificate; or none. */
    async settled(options) {
        const all = await this.certificates();
        const valid = all.filter(c => c.state !== 'revoked');
        const { certificates, broken } = await this.stored(options);
        assert.deepEqual(broken, []);
        assert.equal(await this.pending(options), undefined);
        if (this.kind === 'revoke') {
            assert.deepEqual([valid, certificates], [[], []]);
            return;
        }
        assert.deepEqual(valid.map(c => c.state), ['valid'], 'one, confirmed');
        assert.equal(all.length, this.old === null ? 1 : 2, 'no second key');
        assert.deepEqual(certificates.map(c => BigInt(`0x${c.serial}`)),
            valid.map(c => BigInt(`0x${c.serial}`)));
        assert.notEqual(certificates[0].id, this.old?.id);
        await this.usable(certificates[0].id, options);
    }
}

/**
 * Do it in a host that stops at this name: ">sent", ">sign.…" are the
 * journal's, under the entry's lock; "+.new-" and ">swapping" are made under
 * the store's lock.
 */
export async function stoppedAt(s, name) {
    const weather = new Weather();
    weather.stop(name);
    const end = s.go(() => {}, { env: { HOME: s.home.path, ...weather.env } });
    const { child } = s.home.hosts.at(-1);
    after(() => child.kill('SIGKILL')); // also when the test fails
    await stopped(child);
    return { end, child };
}

/** A scene that is set; row is one of ALL. */
export async function scene(at, { dialect, kind }, how) {
    return new Scene(at, dialect, kind).set(how);
}
