/** The dialogue itself: what is asked for, header and body of the answer,
 * confirmation, two certificates, re-issue. */
import {
    INVALID, OK, UNCONFIRMED, USED,
} from './outcomes.mjs';
import { FAMILIES } from './families.mjs';

const NPKI = { dialect: 'npki' };
const ENCRYPTED = ['--vid', 'encrypted'];
const KM = ['--km', ...ENCRYPTED];
const IDN = { idn: '9001011234567' };

const families = FAMILIES.flatMap(family => [
    { name: 'for a name', result: { 'certificate.name': '홍길동' }, ...OK },
    { name: 'for a number', secrets: IDN, options: { name: null },
        result: { 'certificate.hasVid': true }, ...OK },
    { name: 'a pair', define: ['--km'],
        result: { 'certificate.hasKm': true }, ...OK },
    { word: 'reissue', name: 'in place of the old one', holder: true,
        options: { old: '{id}' }, ...OK },
    { word: 'reissue', name: 'a pair', holder: true, define: ['--km'],
        result: { 'certificate.hasKm': true }, ...OK },
    { name: 'refused in EUC-KR', texts: 'euc-kr', before: [{ elsewhere: true }],
        text: /^[가-힣 ]+$/, ...USED },
].map(row => ({ ...NPKI, family, ...row })));

export const enrolment = [
    /* what is asked for */
    { name: 'a first certificate', text: /등록된 이름/,
        result: { 'certificate.name': '홍길동', 'certificate.ca': 'IngamTest',
            'certificate.keyScheme': 'pbes2-seed-sha1' }, ...OK },
    ...['reference', 'empty', 'old'].map(subject => ({ name:
        `subject ${subject}`, define: ['--subject', subject], ...OK })),
    ...Object.entries({ compat: 'pbes2-seed-sha1', legacy: 'seed-sha1',
        strong: 'pbes2-aes-sha256' }).flatMap(([scheme, name]) => [
        { name: `key scheme ${scheme}`, options: { 'key-scheme': scheme },
            result: { 'certificate.keyScheme': name }, ...OK },
        { ...NPKI, name: `key scheme ${scheme}`,
            options: { 'key-scheme': scheme },
            result: { 'certificate.keyScheme': name }, ...OK },
    ]),
    { name: 'with R for the CA', define: ENCRYPTED, secrets: IDN,
        result: { 'certificate.hasVid': true }, ...OK },
    { name: 'a pair', define: KM, secrets: IDN,
        result: { 'certificate.hasKm': true }, ...OK },
    { word: 'reissue', name: 'in place of the old one', holder: true,
        options: { old: '{id}' }, ...OK },
    { word: 'reissue', name: 'and the old one is not named', holder: true,
        ...OK },
    { word: 'reissue', name: 'a pair', holder: true, define: KM,
        options: { old: '{id}' }, result: { 'certificate.hasKm': true },
        ...OK },
    { word: 'reissue', name: 'in another key scheme', holder: true,
        options: { old: '{id}', 'key-scheme': 'strong' },
        result: { 'certificate.keyScheme': 'pbes2-aes-sha256' }, ...OK },
    { name: 'nobody vouches for the subject', options: { name: null },
        state: 'confirm', then: 'ok', ...OK },
    { ...NPKI, name: 'nobody vouches for the subject', options: { name: null },
        state: 'confirm', then: 'ok', ...OK },
    { word: 'reissue', name: 'the old one vouches', holder: true,
        options: { name: null, old: '{id}' }, ...OK },
    ...families,
    { ...NPKI, family: 'signgate', ca: 'npki-second-rejected',
        define: ['--km'], result: { 'certificate.hasKm': false }, ...OK },

    /* header */
    ...['pvno-1', 'pvno-3', 'pvno-99', 'transaction-wrong',
        'transaction-missing', 'transaction-empty', 'transaction-long',
        'recipnonce-wrong', 'recipnonce-missing', 'recipnonce-empty',
        'recipnonce-long', 'sendernonce-missing', 'sendernonce-empty',
        'sendernonce-long', 'sender-email', 'implicit-confirm',
    ].map(ca => ({ ca, ...INVALID })),
    ...['time-past', 'time-future'].map(ca => ({ ca, ...OK })),
    ...['pvno', 'transaction-wrong', 'transaction-missing', 'recipnonce-wrong',
        'hello-transaction-wrong', 'hello-recipnonce-wrong'].map(what =>
        ({ ...NPKI, ca: `npki-${what}`, ...INVALID })),
    { ...NPKI, ca: 'npki-recipnonce-missing', ...OK },

    /* body */
    ...['body-cp', 'body-kup', 'body-genp', 'body-rp', 'body-pollrep',
        'body-pkiconf', 'request-id', 'responses-2', 'responses-0',
        'certificate-none', 'certificate-encrypted', 'extra-certs-1000',
    ].map(ca => ({ ca, ...INVALID })),
    ...['extra-certs-0', 'capubs-rogue'].map(ca => ({ ca, ...OK })),
    ...['body-pkiconf', 'body-genp', 'request-id', 'no-certificate'].map(what =>
        ({ ...NPKI, ca: `npki-${what}`, ...INVALID })),

    /* confirmation: the certificate is there all the same */
    ...['confirm-close', 'confirm-half', 'confirm-mac-wrong',
        'confirm-unprotected', 'confirm-error', 'confirm-http-500',
        'confirm-recipnonce-wrong'].map(ca => ({ ca, ...UNCONFIRMED })),
    { ca: 'confirm-hang', slow: true, ...UNCONFIRMED },
    ...['end-error', 'end-error-text', 'end-truncated'].map(what =>
        ({ ...NPKI, ca: `npki-${what}`, ...UNCONFIRMED })),
    { ...NPKI, ca: 'npki-end-pkiconf', ...OK },
];
