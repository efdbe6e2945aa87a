/**
 * What rows share: how an enrolment ends. `is` reason ('ok' when it goes well),
 * `exit` status of `ingam`, `sent` what it says of the code, `then` what
 * resuming ends in (absent: nothing may be left to resume).
 */
const refused = (is, more) => ({ is, exit: 3, sent: 'yes', ...more });

export const OK = { is: 'ok' };

/* the CA's answer: nothing is left */
export const REJECTED = refused('ca_rejected');
export const USED = refused('code_used');
export const EXPIRED = refused('code_expired');
export const UNEXPECTED = refused('certificate_unexpected');

/* the CA's answer: to be resumed */
export const WRONG = refused('code_wrong', { then: 'ok' });
export const BUSY = refused('ca_busy', { then: 'ok' });
export const WAITING = refused('ca_waiting', { then: 'ok' });
export const INVALID = refused('ca_answer_invalid', { then: 'ok' });
export const UNTRUSTED = refused('ca_answer_untrusted', { then: 'ok' });
export const UNCONFIRMED = refused('certificate_unconfirmed', { then: 'ok' });
export const STRANGER = refused('chain_untrusted', { then: 'ok' });

/* the network */
export const TIMEOUT = { is: 'ca_timeout', exit: 1, sent: 'yes', then: 'ok' };
export const DOWN = { is: 'ca_unreachable', exit: 1, sent: 'no', then: 'ok' };
export const UNSAFE = { is: 'tls_failed', exit: 1, sent: 'no', then: 'ok' };
export const CLOCK = { is: 'clock_wrong', exit: 1, sent: 'yes', then: 'ok' };

/* said before a byte leaves */
export const MISSING = { is: 'param_missing', exit: 2, sent: 'no' };
export const UNKNOWN = { is: 'param_unknown', exit: 2, sent: 'no' };
export const TYPE = { is: 'param_type', exit: 2, sent: 'no' };
export const RANGE = { is: 'param_range', exit: 2, sent: 'no' };
export const NO_CA = { is: 'unknown_ca', exit: 1, sent: 'no' };
export const OFF = { is: 'ca_disabled', exit: 1, sent: 'no' };
export const NO_CERTIFICATE =
    { is: 'certificate_not_found', exit: 1, sent: 'no' };
export const NO_PENDING = { is: 'pending_not_found', exit: 1, sent: 'no' };
export const WEAK = { is: 'password_too_weak', exit: 4, sent: 'no' };
export const PASSWORD = { is: 'password_wrong', exit: 4, sent: 'no' };
