/** What a CA says of a request: status, failInfo, words, waiting. */
import {
    BUSY, CLOCK, EXPIRED, INVALID, OK, REJECTED, TIMEOUT, UNTRUSTED, USED, WAITING, WRONG,
} from './outcomes.mjs';

/* failInfo: the outcome, in both dialects */
const failures = {
    badAlg: REJECTED,
    badMessageCheck: WRONG,
    badRequest: REJECTED,
    badTime: EXPIRED,
    badCertId: REJECTED,
    badDataFormat: REJECTED,
    wrongAuthority: REJECTED,
    incorrectData: REJECTED,
    missingTimeStamp: REJECTED,
    badPOP: REJECTED,
    certRevoked: REJECTED,
    certConfirmed: REJECTED,
    wrongIntegrity: REJECTED,
    badRecipientNonce: REJECTED,
    timeNotAvailable: REJECTED,
    unacceptedPolicy: REJECTED,
    unacceptedExtension: REJECTED,
    addInfoNotAvailable: REJECTED,
    badSenderNonce: REJECTED,
    badCertTemplate: REJECTED,
    signerNotTrusted: REJECTED,
    transactionIdInUse: USED,
    unsupportedVersion: REJECTED,
    notAuthorized: REJECTED,
    systemUnavail: BUSY,
    systemFailure: BUSY,
    duplicateCertReq: USED,
};
const refusals = Object.entries(failures).flatMap(([bit, outcome]) => [
    { ca: `fail-${bit}`, failInfo: [bit], authenticated: true, ...outcome },
    { dialect: 'npki', ca: `npki-fail-${bit}`, failInfo: [bit],
        authenticated: true, ...outcome },
]);

/* hostile words: one clean line is what the person sees */
const words = Object.entries({
    control: /^[^\u0000-\u001f\u007f-\u009f]+$/,
    bidi: /^[^\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/,
    invalid: /\ufffd/,
    'euc-kr': /^[가-힣 ]+/,
    nul: /^[^\u0000]+$/,
}).flatMap(([what, text]) => [
    { ca: `text-${what}`, text, ...REJECTED },
    { dialect: 'npki', ca: `npki-text-${what}`, text, ...REJECTED },
]);

export const status = [
    ...refusals,
    { ca: 'fail-none', failInfo: [], authenticated: true, ...REJECTED },
    { ca: 'fail-unknown', failInfo: [], ...REJECTED },
    { dialect: 'npki', ca: 'npki-fail-none', failInfo: [], ...REJECTED },
    ...words,
    { ca: 'text-html', text: /</, ...REJECTED },
    { ca: 'text-3000', text: /^.{300,400}$/u, ...REJECTED },

    { ca: 'error-protected', authenticated: true, ...REJECTED },
    { ca: 'error-unprotected', authenticated: false, ...UNTRUSTED },
    { ca: 'error-wrong-mac', authenticated: false, ...UNTRUSTED },
    { ca: 'error-badTime', authenticated: true, ...CLOCK },
    { dialect: 'npki', ca: 'npki-error-badTime', authenticated: true,
        ...CLOCK },
    { ca: 'status-contradiction', ...REJECTED },
    { ca: 'status-unknown', ...INVALID },
    { dialect: 'npki', ca: 'npki-error-message', ...REJECTED },
    { dialect: 'npki', ca: 'npki-error-unprotected', ...UNTRUSTED },
    { dialect: 'npki', ca: 'npki-hello-error-message', ...REJECTED },
    { dialect: 'npki', ca: 'npki-error-text', ...UNTRUSTED },
    { dialect: 'npki', ca: 'npki-error-euc-kr', ...UNTRUSTED },
    { dialect: 'npki', ca: 'npki-hello-error-text', ...UNTRUSTED },
    { dialect: 'npki', ca: 'npki-hello-error-euc-kr', ...UNTRUSTED },
    { dialect: 'npki', ca: 'npki-status-contradiction', ...REJECTED },
    { dialect: 'npki', ca: 'npki-status-unknown', ...INVALID },

    { ca: 'wait-0', ...OK },
    { ca: 'wait-1', ...OK },
    { ca: 'wait-twice', ...OK },
    { ca: 'wait-negative', ...INVALID },
    { ca: 'wait-huge', slow: true, ...OK },
    { ca: 'wait-forever', slow: true, ...WAITING },
    { dialect: 'npki', ca: 'npki-poll-once', ...OK },
    { dialect: 'npki', ca: 'npki-poll-negative', ...INVALID },
    /* this CA ends a dialogue after a minute */
    { dialect: 'npki', ca: 'npki-poll-late', slow: true, ...TIMEOUT },
    { dialect: 'npki', ca: 'npki-poll-forever', slow: true, ...TIMEOUT },
    { dialect: 'npki', ca: 'npki-status-waiting', ...WAITING },
];
