/** What the person's buttons do to the deed. Knows no document. */
import { isCancellable } from '../common/progress-model.js';
import { Deed } from './deed.js';
import { actionOf } from './model.js';
import { isWorking } from './state.js';

export class Flow extends Deed {
    /** Look for USB sticks as well. @returns {Promise<boolean>} any found */
    async findUsb() {
        const { certificates, roots } =
            await this.operation.list({ removable: true });
        this.send({ type: 'roots', roots, certificates });
        // a process begun before may not see a stick that came after it
        this.operation.end();
        this.operation.prepare();
        return roots.some(root => root.medium === 'removable');
    }

    /** The one button of the error view. */
    async act() {
        const action = actionOf(this.state);
        const { value, resuming } = this.secret;
        if (action === 'check' || this.state.cas.length === 0) {
            this.send({ type: 'again' });
            await this.load();
        } else if (value && action === 'resume')
            await this.resume(resuming);
        else if (value && action === 'retry')
            await this.begin(value);
        else if (action === 'codes')
            this.send({ type: 'codes' });
        else
            this.send({ type: 'ask', pending: action === 'resume'
                ? this.state.pending : null });
    }

    /** The offered certificate is theirs. */
    async confirm() {
        if (this.secret.value)
            await this.resume(this.secret.resuming, true);
        else
            this.send({ type: 'ask' });
    }

    /** The offered certificate is not theirs. */
    refuse() {
        this.operation.end();
        this.secret.wipe();
        this.asker.fail('certificate_unexpected');
        this.send({ type: 'refused' });
    }

    /**
     * Give the unfinished one up.
     * @param {string} confirm its reference number, or its id
     */
    async discard(confirm) {
        const { pending } = this.state;
        try {
            await this.operation.ask('enrol.discard', { pending, confirm });
            this.secret.wipe();
            this.send({ type: 'gaveUp' });
        } catch (error) {
            this.fail(error);
        }
    }

    /** Stop before the request leaves; afterwards nothing can be stopped. */
    cancel() {
        if (!isWorking(this.state) || !isCancellable(this.state.step))
            return;
        this.send({ type: 'cancelling' });
        this.operation.cancel();
    }

    /** The window is going: the page hears why. */
    leave() {
        const sent = isWorking(this.state) && !isCancellable(this.state.step);
        this.asker.leave(sent ? 'enrolment_pending'
            : this.state.failure?.reason ?? 'cancelled');
        this.secret.wipe();
        this.operation.end();
    }
}
