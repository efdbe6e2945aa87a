import { errorRow } from './errors.js';

/** Why a host operation failed; `reason` is a key of common/errors.js. */
export class HostError extends Error {
    /**
     * @param {string} reason
     * @param {{code?: number, retryable?: boolean, data?: any}} [more]
     */
    constructor(reason, more = {}) {
        super(reason);
        this.name = 'HostError';
        this.reason = reason;
        const row = errorRow(reason);
        this.code = more.code ?? row.code;
        this.retryable = more.retryable ?? row.retryable;
        this.data = more.data ?? {};
    }

    /** @param {{code: number, data: any}} error as parseMessage left it */
    static from(error) {
        return new HostError(error.data.reason, {
            code: error.code,
            retryable: error.data.retryable === true,
            data: error.data,
        });
    }
}
