/**
 * The issue itself: asks the host, tells the page, and turns what they say
 * into events of the model. Knows no document.
 */
import { isCancellable } from '../common/progress-model.js';
import { Enrol, failureOf } from './enrol.js';
import { isLast, LOST, OTHER_PASSWORD } from './failure.js';
import { actionOf, isWorking, reduce, START } from './model.js';
import { Secret } from './secret.js';

/** @typedef {import('./model.js').State} State */

/**
 * @typedef {object} World what the flow needs of the outside
 * @property {() => import('../../common/host.js').Port} connect
 * @property {import('./asker.js').Asker} asker
 * @property {(state: State) => void} show
 * @property {(what: 'wrong' | 'right' | 'look', pending: string) =>
 *     Promise<string>} count tallies wrong passwords; answers a sentence or ""
 * @property {import('../common/arming.js').Timers} [timers]
 */

export class Flow {
    #world;
    #secret;
    #enrol;

    /**
     * @param {World} world
     * @param {Partial<State>} start
     */
    constructor(world, start) {
        this.#world = world;
        this.#secret = new Secret(world.timers);
        this.state = { ...START, ...start };
        const { origin } = this.state;
        this.#enrol = new Enrol(world.connect, origin, world.asker);
        world.asker.onGone(() => this.send({ type: 'pageGone' }));
    }

    /** @param {{type: string} & Record<string, any>} event */
    send(event) {
        this.state = reduce(this.state, event);
        const { failure, mode } = this.state;
        if (failure && isLast(failure, mode))
            this.#world.asker.fail(failure.reason);
        this.#world.show(this.state);
    }

    /** Look at what is there; shows the first screen. */
    async load() {
        try {
            this.send({ type: 'loaded', facts: await this.#enrol.facts() });
        } catch (error) {
            this.fail(error);
        }
    }

    /** @param {any} error before the issue began */
    fail(error) {
        this.send({ type: 'failed', failure: failureOf(error) });
    }

    /** Look for USB sticks as well. @returns {Promise<boolean>} any found */
    async findUsb() {
        const { certificates, roots } =
            await this.#enrol.list({ removable: true });
        this.send({ type: 'roots', roots, certificates });
        return roots.some(root => root.medium === 'removable');
    }

    /**
     * The deed: spends the code.
     * @param {string} password
     */
    async issue(password) {
        const { kind, ca, referenceNumber, authorizationCode, old, root,
            holder } = this.state;
        this.#secret.keep(password);
        this.send({ type: 'started', pending: null });
        await this.#run(`enrol.${kind}`, { ca, referenceNumber,
            authorizationCode, password, old, root, name: holder });
    }

    /**
     * Finish an unfinished one.
     * @param {string} password
     * @param {boolean} [confirmSubject] the person says that it is theirs
     */
    async resume(password, confirmSubject = false) {
        const pending = this.state.pending ?? '';
        const wait = await this.#world.count('look', pending);
        if (wait !== '') {
            this.send({ type: 'ask', problem: wait });
            return;
        }
        this.#secret.keep(password);
        this.send({ type: 'started' });
        await this.#run('enrol.resume',
            { pending, password, confirmSubject: confirmSubject || null });
    }

    /**
     * @param {string} method
     * @param {Record<string, any>} params
     */
    async #run(method, params) {
        try {
            const result = await this.#enrol.run(method, params,
                step => this.send({ type: 'progress', step }));
            if (this.state.pending)
                await this.#world.count('right', this.state.pending);
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
        this.#enrol.end();
        this.#secret.wipe();
        this.send({ type: 'done', result });
        const { certificate: { id, notAfter }, der } = result;
        const told = await this.#world.asker.answer(
            { certificate: der, id, notAfter });
        if (told !== undefined)
            this.send({ type: 'told', told });
    }

    /** @param {import('../common/error-model.js').Failure} failure */
    async #fail(failure) {
        const { pending } = this.state;
        if (failure.reason === 'password_wrong' && pending) {
            this.#secret.wipe();
            const problem = await this.#world.count('wrong', pending);
            this.send({ type: 'ask', problem });
            return;
        }
        this.#enrol.end();
        if (OTHER_PASSWORD.has(failure.reason))
            this.#secret.wipe();
        if (LOST.has(failure.reason) && !failure.data.pending)
            failure.data.pending = await this.#enrol.leftBehind(this.state);
        this.send({ type: 'failed', failure });
    }

    /** The one button of the error view. */
    async act() {
        const action = actionOf(this.state);
        const { value } = this.#secret;
        if (action === 'check' || this.state.cas.length === 0) {
            this.send({ type: 'again' });
            await this.load();
        } else if (value !== '' && ['resume', 'retry'].includes(action))
            await (action === 'resume' ? this.resume(value) : this.issue(value));
        else if (action === 'codes')
            this.send({ type: 'codes' });
        else
            this.send({ type: 'ask', pending: action === 'resume'
                ? this.state.pending : null });
    }

    /** The offered certificate is theirs. */
    async confirm() {
        if (this.#secret.value === '')
            this.send({ type: 'ask' });
        else
            await this.resume(this.#secret.value, true);
    }

    /** The offered certificate is not theirs. */
    refuse() {
        this.#enrol.end();
        this.#secret.wipe();
        this.#world.asker.fail('certificate_unexpected');
        this.send({ type: 'refused' });
    }

    /** Stop before the request leaves; afterwards nothing can be stopped. */
    cancel() {
        if (!isWorking(this.state) || !isCancellable(this.state.step))
            return;
        this.send({ type: 'cancelling' });
        this.#enrol.cancel();
    }

    /** The window is going: the page hears why. */
    leave() {
        const sent = isWorking(this.state) && !isCancellable(this.state.step);
        this.#world.asker.fail(sent ? 'enrolment_pending'
            : this.state.failure?.reason ?? 'cancelled');
        this.#secret.wipe();
        this.#enrol.end();
    }
}
