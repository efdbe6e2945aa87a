/** What the manager's screens share. */
import { HostError } from '../../common/host.js';
import { keepExpiries } from '../../common/expiries.js';
import { errorScreen } from './screen-error.js';

/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

export class World {
    /**
     * @param {object} parts
     * @param {any} parts.browser
     * @param {import('../../common/store.js').Store} parts.store
     * @param {import('../common/arming.js').Arming} parts.arming
     * @param {import('../enrol/shell.js').Shell} parts.shell
     * @param {() => void} parts.show the screen of the present address
     */
    constructor({ browser, store, arming, shell, show }) {
        this.browser = browser;
        this.store = store;
        this.arming = arming;
        this.shell = shell;
        this.show = show;
        /** @type {import('../common/certificate-model.js').Ca[]} */
        this.cas = [];
        /** @type {import('./list-view.js').ListView} set once, at the start */
        this.list = /** @type {any} */ (null);
        /** The certificate whose row has the focus in the list. */
        this.at = '';
        /** Said after the present deed. */
        this.note = '';
    }

    /** @param {string} where "" the list, an id, an id with /deed, a deed */
    go(where) {
        if (location.hash.slice(1) === where)
            this.show();
        else
            location.hash = where;
    }

    /**
     * @param {any} error
     * @param {() => void} [again] what is tried once more; the present screen
     *     if none
     */
    fail(error, again = this.show) {
        const failure = error instanceof HostError ? error
            : new HostError('internal');
        this.shell.mount('error', errorScreen(this, failure, again));
    }

    /**
     * A list was read: reminders go by it.
     * @param {Certificate[]} certificates
     * @param {boolean} removable removable media were looked at
     */
    async listed(certificates, removable) {
        await keepExpiries(this.browser.storage.local, certificates,
            { removable, now: Date.now() });
    }

    /** Another window of ours may have changed something. */
    async lookAgain() {
        const where = location.hash;
        try {
            await this.reload();
            if (location.hash === where)
                this.show();
        } catch {
            // the next thing that is done here says why
        }
    }

    /** Something was changed: read the list anew. */
    async reload() {
        await this.list.load();
    }
}
