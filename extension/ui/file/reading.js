/**
 * The reading of a file: one host, which hashes it while it is brought, waits
 * with the digest and signs it in the end. When that host is lost, all of it
 * begins anew.
 */
import { HostPort } from '../../common/host.js';
import { bringFile } from './bring.js';

/** Nothing helps when it was the file that changed. */
const isLast = (/** @type {any} */ error) => error.reason === 'file_unreadable';

export class FileReading {
    #how;
    #ended = false;
    /** @type {HostPort | null} */
    #host = null;
    /** As the host computed it, lower-case hex; "" while it is not whole. */
    sha256 = '';

    /**
     * @param {{wanted: import('../../common/file-params.js').WantedFile,
     *     request: import('../../common/page-request.js').PageRequest,
     *     view: Pick<import('./file-view.js').FileView,
     *         'restart' | 'progress' | 'whole'>}} how
     */
    constructor(how) {
        this.#how = how;
        // what the host is at ends by itself
        how.request.onGone(from => from !== 'approved' && this.#end());
    }

    #end() {
        this.#ended = true;
        this.#host?.close();
    }

    /**
     * @param {() => import('../../common/host.js').Port} connect
     * @param {(error: any, again: (() => void) | null) => void} trouble
     */
    async start(connect, trouble) {
        const { wanted, request, view } = this.#how;
        this.#host?.close();
        const host = this.#host = new HostPort(connect);
        this.sha256 = '';
        this.again = () => this.start(connect, trouble);
        view.restart();
        try {
            const sha256 = await bringFile(host, request.origin, wanted, {
                progress: done => view.progress(done),
                stopped: () => this.#ended || host !== this.#host ||
                    request.state === 'settled',
            });
            this.sha256 = sha256;
            view.whole(sha256);
        } catch (error) {
            host.close();
            if (!this.#ended && host === this.#host &&
                request.state !== 'settled')
                trouble(error, isLast(error) ? null : this.again);
        }
    }

    /** Read it again, once somebody asks for it. */
    again = () => {};

    /**
     * Sign what was read.
     * @param {object} params of sign.finish
     * @param {import('../../common/host.js').How} how
     * @returns {Promise<any>} the host's result, or a rejection with a
     *     HostError; where the host is lost the reading has begun anew
     */
    async finish(params, how) {
        const host = /** @type {HostPort} */ (this.#host);
        try {
            return await host.call('sign.finish', params, how);
        } catch (error) {
            if (host.ended && !this.#ended)
                this.again();
            throw error;
        }
    }
}
