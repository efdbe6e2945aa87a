/**
 * A CA with the network in front of it and a home folder: put into a row's
 * first state again and again, with an operation run there each time.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { STEP } from './programs.mjs';
import { TestCa } from '../../ca/ca.mjs';
import { folder } from '../../cmp/lib/enrol.mjs';
import { Host, reasonOf, request } from '../../host/lib/host.mjs';
import { Proxy } from './proxy.mjs';
import { OLD_PASSWORD, PERSON } from './rows.mjs';
import { checkPair } from './secrets.mjs';
import { pairsOf, putTree, takeTree } from './tree.mjs';

const REGISTRY = ['registry.sqlite', 'registry.sqlite-wal'];
const DEFINITION = '.config/ingam/ca.d/test.json';
const PATIENCE_MS = 120000;

const all = folder('torture');
const newFolder = () => mkdtempSync(join(all, 'world-'));

/** One CA of each kind is made; worlds have copies. */
const templates = new Map();
function template(km) {
    if (!templates.has(km)) {
        const ca = new TestCa(join(newFolder(), 'ca'));
        templates.set(km, ca.call('init', ...km ? ['--km'] : [])
            .then(() => ca.dir));
    }
    return templates.get(km);
}

export class World {
    /** @param {object} row of rows.mjs */
    static async make(row) {
        const world = new World();
        world.row = row;
        world.folder = newFolder();
        world.home = join(world.folder, 'home');
        world.ca = new TestCa(join(world.folder, 'ca'));
        cpSync(await template(row.km), world.ca.dir, { recursive: true });
        const ports = await world.ca.serve({ tcpPort: 0 });
        world.proxy = new Proxy();
        world.proxy.target = row.dialect === 'npki' ? ports.tcp : ports.http;
        await world.proxy.start();
        world.definition = Buffer.from(JSON.stringify(await world.#define()));
        return world;
    }

    async stop() {
        this.proxy.stop();
        await this.ca.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }

    #define() {
        const { row, proxy: { port } } = this;
        const more = [...row.km ? ['--km'] : [], '--vid', 'encrypted'];
        return row.dialect === 'npki'
            ? this.ca.call('definition', '--dialect', 'npki', '--family',
                'yessign', '--endpoint', `tcp://127.0.0.1:${port}`,
                '--name', 'test', ...more)
            : this.ca.call('definition', '--endpoint',
                `http://127.0.0.1:${port}/cmp`, '--name', 'test', ...more);
    }

    /** What is in the CA's registry, as files. */
    registry() {
        return new Map(REGISTRY.map(name => [name, join(this.ca.dir, name)])
            .filter(([, path]) => existsSync(path))
            .map(([name, path]) => [name, readFileSync(path)]));
    }

    /** Home and registry as they were. */
    async restore({ tree, registry, home = this.home }) {
        await this.proxy.quiet();
        this.proxy.arm();
        for (const name of [...REGISTRY, 'registry.sqlite-shm'])
            rmSync(join(this.ca.dir, name), { force: true });
        for (const [name, bytes] of registry)
            writeFileSync(join(this.ca.dir, name), bytes);
        putTree(this.home, this.ownTree(tree, home));
    }

    /** A tree that was taken in another world, as it is in ours: with the
     *  definition of our CA and with our home in the paths that it names. */
    ownTree(tree, home) {
        const files = new Map([...tree.files, [DEFINITION, this.definition]]);
        for (const [path, bytes] of files)
            if (path.endsWith('/entry')) // all worlds' paths have one length
                files.set(path, Buffer.from(bytes.toString('latin1')
                    .replace(home, this.home), 'latin1'));
        return { dirs: tree.dirs, files };
    }

    tree() {
        return takeTree(this.home);
    }

    async list() {
        await this.proxy.quiet();
        return this.ca.call('list');
    }

    /** The state a row begins in, and what has to be known of it. */
    async begin() {
        const { row } = this;
        const { person } = await this.ca.call('person', '--name', PERSON.name,
            '--english', PERSON.english, '--idn', PERSON.idn);
        const base = { person };
        const empty = { dirs: ['.config', '.config/ingam',
            '.config/ingam/ca.d'], files: new Map() };
        const codeOf = (...how) => this.ca.call('code', '--person', person, ...how)
            .then(({ referenceNumber, authorizationCode }) =>
                ({ referenceNumber, authorizationCode }));
        await this.restore({ tree: empty, registry: this.registry() });
        if (row.old) {
            const code = await codeOf('--kind', 'issue',
                ...row.days === undefined ? [] : ['--days', row.days]);
            const got = await this.run('enrol.issue', { ca: 'test', ...code,
                password: OLD_PASSWORD, keyScheme: 'strong', name: PERSON.name });
            if (got.reason !== 'ok')
                throw new Error(`no first pair: ${JSON.stringify(got)}`);
            base.old = got.result.certificate;
            const [pair] = pairsOf(this.tree()).values();
            checkPair(pair.get('signCert.der'), pair.get('signPri.key'),
                OLD_PASSWORD);
        }
        if (row.kind !== undefined)
            base.code = await codeOf('--kind', row.kind);
        base.serials = (await this.list()).certificates.map(c => c.serial);
        return { ...base, method: row.method, params: row.params(base),
            ...this.state() };
    }

    /**
     * The state in which all is ready and nothing was sent: the order to the
     * worker was about to leave. The operation that goes on from there is
     * enrol.resume.
     */
    async prepare(base) {
        await this.restore(base);
        const got = await this.run(base.method, base.params,
            { step: ['--only', 'sendto', '--kill', 1] });
        if (got.report.call !== 'sendto')
            throw new Error(`not prepared: ${JSON.stringify(got.report)}`);
        const { result: { pending: [{ id }] } } =
            await this.run('enrol.pending', {});
        return { ...base, ...this.state(), pairs: base.pairs,
            method: 'enrol.resume',
            params: { pending: id, password: this.row.password } };
    }

    /**
     * A run without faults, seen from everywhere.
     * @returns {Promise<object>} stops: of calls that leave something;
     *     record: what was done to files; stages: the CA's registry after each
     *     of its answers; messages: how many the host sent; asked: the request;
     *     bytes and starts: of the proxy
     */
    async survey(state) {
        const stages = [{ time: 0, registry: state.registry }];
        const seen = { stages, messages: 0 };
        await this.restore(state);
        this.proxy.onAnswer = () => stages.push({
            time: Number(process.hrtime.bigint()), registry: this.registry() });
        const got = await this.run(state.method, state.params, {
            step: ['--effects', '--list', '--record'],
            onMessage: () => seen.messages++,
            feed: (body, host) => host.send(seen.asked = body) });
        if (got.reason !== 'ok')
            throw new Error(`no clean run: ${JSON.stringify(got.data)}`);
        await this.proxy.quiet();
        const { bytes, starts } = this.proxy;
        return { ...seen, bytes, starts,
            stops: got.record.filter(line => line.phase !== undefined),
            record: got.record.filter(line => line.phase === undefined) };
    }

    /** As it is now; restore() brings it back. */
    state() {
        const tree = this.tree();
        return { tree, registry: this.registry(), pairs: pairsOf(tree),
            home: this.home };
    }

    /**
     * One operation on a port of its own.
     * @param {string} method
     * @param {object} params
     * @param {{step?: (string|number)[], onMessage?: (message: any, host: Host)
     *     => void, feed?: (frame: object, host: Host) => Promise<void>}} [how]
     *     step: arguments of `step`, which then is what runs the host
     */
    async run(method, params, { step, onMessage = () => {}, feed } = {}) {
        const host = new Host({ env: { HOME: this.home }, ...step === undefined
            ? {} : { command: [STEP, ...step.map(String), '{}'],
                stdio: ['pipe', 'pipe', 'pipe', 'pipe'] } });
        const lines = [];
        host.child.stdio[3]?.on('data', data => lines.push(data));
        const asked = request(1, method, params);
        await (feed ?? ((body, to) => to.send(body)))(asked, host);
        let message = await host.read(PATIENCE_MS);
        const steps = [];
        for (; message?.method !== undefined;
            message = await host.read(PATIENCE_MS)) {
            if (message.method === 'progress')
                steps.push(message.params.step);
            onMessage(message, host);
        }
        if (message !== null)
            onMessage(message, host);
        host.child.stdin.end();
        const status = await host.exit;
        const report = Buffer.concat(lines).toString().split('\n')
            .filter(line => line !== '').map(line => JSON.parse(line));
        return { reason: reasonOf(message), result: message?.result,
            data: message?.error?.data, steps, status, errors: host.errors,
            report: report.at(-1), record: report.slice(0, -1) };
    }
}
