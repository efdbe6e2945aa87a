/**
 * The deed itself: asks the host, tells the page, and turns what they say
 * into events of the model. Knows no document.
 */
import { isLast, leavesEntry, LOST, OTHER_PASSWORD } from './failure.js';
import { reduce } from './model.js';
import { failureOf, Operation } from './operation.js';
import { Secret } from './secret.js';
import { isSame } from './start.js';
import { isBefore, isOwn, START } from './state.js';
import { forPage } from './told.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./secret.js').Passwords} Passwords */

/**
 * @typedef {object} World what the flow needs of the outside
 * @property {() => import('../../common/host.js').Port} connect
 * @property {import('./asker.js').Asker} asker
 * @property {(state: State) => void} show
 * @property {(what: 'wrong' | 'right' | 'look', of: string) =>
 *     Promise<string>} count tallies wrong passwords of a certificate or an
 *     unfinished one; answers a sentence or ""
 * @property {import('../common/arming.js').Timers} [timers]
 */

/** @param {State} state */
const codes = ({ ca, referenceNumber, authorizationCode, old, root, holder }) =>
    ({ ca, referenceNumber, authorizationCode, old, root, name: holder });

/** What each command is told beside the passwords. */
const ORDERS = {
    issue: codes,
    reissue: codes,
    /** @param {State} state */
    renew: ({ certificate }) => ({ certificate }),
    /** @param {State} state */
    revoke: ({ certificate, why }) => ({ certificate, reason: why }),
};

/** @param {State} state whether new keys will be needed */
const needsKeys = ({ screen, kind }) => screen === 'prepare' ||
    kind === 'renew' && (screen === 'choose' || screen === 'renew');

/** One deed, from what is there to its end. */
export class Deed {
    #world;

    /**
     * @param {World} world
     * @param {Partial<State>} start
     */
    constructor(world, start) {
        this.#world = world;
        this.asker = world.asker;
        this.secret = new Secret(world.timers);
        this.state = { ...START, ...start };
        const { origin } = this.state;
        this.operation = new Operation(world.connect, origin, world.asker);
        world.asker.onGone(() => this.send({ type: 'pageGone' }));
    }

    /** @param {{type: string} & Record<string, any>} event */
    send(event) {
        const nothingSent = isBefore(this.state);
        this.state = reduce(this.state, event);
        const { failure, screen } = this.state;
        if (failure && isLast(failure, this.state))
            this.asker.fail(failure.reason);
        else if (failure)
            this.asker.trouble(failure.reason);
        if (nothingSent && screen === 'error')
            this.operation.end();
        this.#world.show(this.state);
    }

    /** Look at what is there; shows the first screen. */
    async load() {
        try {
            const facts = await this.operation.facts(
                isOwn(this.state) || this.state.mode === 'resume');
            this.send({ type: 'loaded', facts, now: Date.now() });
            if (needsKeys(this.state))
                this.operation.prepare();
        } catch (error) {
            this.fail(error);
        }
    }

    /** @param {any} error before the deed began */
    fail(error) {
        this.send({ type: 'failed', failure: failureOf(error) });
    }

    /**
     * @param {string} of whose wrong passwords are counted; "" for none
     * @returns {Promise<boolean>} there is a wait, and it was said
     */
    async #mustWait(of) {
        const problem = of && await this.#world.count('look', of);
        if (problem)
            this.send({ type: 'ask', problem });
        return problem !== '';
    }

    /**
     * The deed: spends the code, or signs with the old key.
     * @param {Passwords} passwords
     */
    async begin(passwords) {
        const { kind, certificate } = this.state;
        if (await this.#mustWait(certificate ?? ''))
            return;
        this.secret.keep(passwords);
        this.asker.approve();
        this.send({ type: 'started', pending: null });
        await this.#run(`enrol.${kind}`,
            { ...ORDERS[kind](this.state), ...passwords });
    }

    /**
     * Finish an unfinished one.
     * @param {string} password
     * @param {boolean} [confirmSubject] the person says that it is theirs
     */
    async resume(password, confirmSubject = false) {
        const pending = this.state.pending ?? '';
        if (await this.#mustWait(pending))
            return;
        this.secret.keep({ password });
        this.asker.approve();
        this.send({ type: 'started' });
        await this.#run('enrol.resume',
            { pending, password, confirmSubject: confirmSubject || null });
    }

    /** Whose key the password at hand opens. */
    get #locked() {
        return this.state.pending ?? this.state.certificate;
    }

    /**
     * @param {string} method
     * @param {Record<string, any>} params
     */
    async #run(method, params) {
        try {
            const result = await this.operation.run(method, params,
                step => this.send({ type: 'progress', step }));
            if (this.#locked)
                await this.#world.count('right', this.#locked);
            if (result.state === 'confirm')
                this.send({ type: 'offered', offer: result });
            else
                await this.#finish(result);
        } catch (error) {
            await this.#fail(failureOf(error));
        }
    }

    /** @param {any} result */
    async #finish(result) {
        this.operation.end();
        this.secret.wipe();
        this.send({ type: 'done', result });
        const told = await this.asker.answer(forPage(result));
        if (told !== undefined)
            this.send({ type: 'told', told });
    }

    /** @param {import('../common/error-model.js').Failure} failure */
    async #fail(failure) {
        if (failure.reason === 'password_wrong' && this.#locked) {
            this.secret.wipe();
            this.asker.trouble(failure.reason);
            const problem = await this.#world.count('wrong', this.#locked);
            this.send({ type: 'ask', problem });
            return;
        }
        this.operation.end();
        if (OTHER_PASSWORD.has(failure.reason))
            this.secret.wipe();
        const lost = LOST.has(failure.reason) && !failure.data.pending;
        const found = leavesEntry(failure)
            ? await this.operation.pendings() : null;
        if (lost)
            failure.data.pending = found
                ? found.find(p => isSame(p, this.state))?.id
                : this.state.pending ?? undefined;
        this.send({ type: 'failed', failure, pendings: found });
    }
}
