/** Codes, the proof that an answer is the CA's, and passwords. */
import {
    EXPIRED, OK, PASSWORD, REJECTED, UNTRUSTED, USED, WEAK, WRONG,
} from './outcomes.mjs';
import { FAMILIES } from './families.mjs';

const BOTH = ['rfc9483', 'npki'];
const NOT_THE_CODE = 'not-the-code-1';
const wrong = { secrets: { auth: NOT_THE_CODE }, is: 'code_wrong' };
/* the code that was refused is what the entry keeps: it helps nobody */
const STAYS_WRONG = { ...WRONG, then: 'code_wrong' };
const PENDING = { is: 'enrolment_pending', exit: 1, sent: 'yes' };

const codes = BOTH.flatMap(dialect => [
    { name: 'a wrong code', secrets: { auth: NOT_THE_CODE },
        authenticated: false, failInfo: ['badMessageCheck'], ...STAYS_WRONG },
    { name: 'a code in the wrong case', secrets: { auth: '{auth}x' },
        ...STAYS_WRONG },
    { name: 'an unknown reference number', options: { ref: '000000' },
        ...STAYS_WRONG },
    { name: 'a wrong code, then the right one', before: [wrong], ...OK },
    { name: 'a wrong code, then the right one and another password',
        before: [wrong], secrets: { password: 'Other-stone-43!' }, ...OK },
    { name: 'the same wrong code again', before: [wrong],
        secrets: { auth: NOT_THE_CODE }, ...PENDING, then: 'code_wrong' },
    { name: 'two wrong codes', before: [wrong],
        secrets: { auth: 'not-the-code-2' }, ...STAYS_WRONG },
    { name: 'a used code', before: [{ elsewhere: true }],
        authenticated: true, ...USED },
    { name: 'a code used by this home', before: [{}],
        authenticated: true, ...USED },
    { name: 'an expired code', code: ['issue', '--expires', '-1'],
        authenticated: true, ...EXPIRED },
    { name: 'a code locked by ten wrong ones',
        before: Array.from({ length: 10 }, (_, i) => ({ elsewhere: true,
            secrets: { auth: `not-the-code-${i}` }, is: 'code_wrong' })),
        failInfo: ['notAuthorized'], text: /잠겼습니다/, authenticated: true,
        ...REJECTED },
    { name: 'a code for a re-issue, and nothing to replace', word: 'reissue',
        stranger: true,
        failInfo: ['badCertId'], ...REJECTED },
].map(row => ({ dialect, ...row })));

const families = FAMILIES.filter(family => family !== 'yessign')
    .flatMap(family => [
        { name: 'a wrong code', secrets: { auth: NOT_THE_CODE },
            authenticated: false, ...STAYS_WRONG },
        { name: 'a wrong code, then the right one', before: [wrong], ...OK },
        { name: 'a used code', before: [{ elsewhere: true }], ...USED },
    ].map(row => ({ dialect: 'npki', family, ...row })));

/* Whose answer is it? */
const proofs = [
    ...['mac-wrong', 'protection-none', 'protection-no-algorithm',
        'protection-signature', 'protection-subscriber', 'protection-stranger',
        'pbm-sha1', 'pbm-owf-sha1', 'pbm-owf-unknown', 'pbm-mac-sha1',
        'pbm-mac-unknown', 'pbm-iterations-0', 'pbm-iterations-99',
        'pbm-iterations-100001', 'pbm-iterations-huge',
        'pbm-iterations-negative', 'pbm-iterations-128-bit', 'pbm-salt-0',
        'pbm-salt-7', 'pbm-salt-65', 'pbm-salt-10000', 'pbm-parameter-null',
        'pbm-parameter-integer', 'pbm-parameter-text', 'pbm-parameter-empty',
        'pbm-parameter-other'].map(ca => ({ ca, ...UNTRUSTED })),
    { ca: 'pbm-iterations-100', ...OK },
    { ca: 'pbm-iterations-100000', ...OK },
    ...['mac-wrong', 'mac-none', 'hello-mac-wrong', 'signature-subscriber',
        'signature-stranger'].map(what =>
        ({ dialect: 'npki', ca: `npki-${what}`, ...UNTRUSTED })),
    ...['mac-other-order', 'mac-other-pad', 'mac-aligned', 'hello-mac-none']
        .map(what => ({ dialect: 'npki', ca: `npki-${what}`, ...OK })),
];

/* The new password: rule → one that breaks it and no other. */
const weak = Object.entries({
    length: ['short-1!', `${'Ab1!'.repeat(16)}x`],
    letter: ['1234-567890!'],
    digit: ['Seal-stone-four!'],
    special: ['SealStone4242'],
    common: ['Password12345!', 'Saranghae1004!', 'Qwerty123456!'],
    name: ['hong-Stone-42!'],
    character: ['Seal stone 42!', 'Seal-stone-42"', 'Seal-stone-42\'',
        'Seal\\stone-42!', 'Seal|stone-42!', '도장-Stone-42!'],
}).flatMap(([rule, list]) => list.map(password =>
    ({ name: `the new password ${password}`, options: { name: '홍길동(hong)' },
        secrets: { password }, rule, ...WEAK })));

const passwords = [
    ...weak,
    { dialect: 'npki', name: 'a new password that is weak',
        secrets: { password: 'short' }, rule: 'length', ...WEAK },
    { name: 'a new password of 10', secrets: { password: 'Seal-sto4!' },
        ...OK },
    { name: 'a new password of 64', ...OK,
        secrets: { password: `Seal-stone-4!${'x'.repeat(51)}` } },
    { word: 'resume', name: 'by another password', before: [{ ca: 'http-503',
        is: 'ca_busy' }], secrets: { password: 'Other-stone-43!' },
    ...PASSWORD, sent: 'yes', then: 'ok' },
    { dialect: 'npki', word: 'resume', name: 'by another password',
        before: [{ ca: 'npki-hello-close', is: 'ca_timeout' }],
        secrets: { password: 'Other-stone-43!' }, ...PASSWORD, sent: 'unknown',
        then: 'ok' },
    { word: 'renew', name: 'by a wrong password', holder: true,
        secrets: { password: 'Other-stone-43!' }, ...PASSWORD },
    { word: 'renew', name: 'with a new password', holder: true,
        secrets: { 'new-password': 'Other-stone-43!' }, ...OK },
    { word: 'renew', name: 'with a weak new password', holder: true,
        secrets: { 'new-password': 'short' }, rule: 'length', ...WEAK },
    { word: 'revoke', name: 'by a wrong password', holder: true,
        secrets: { password: 'Other-stone-43!' }, ...PASSWORD },
];

export const credentials = [...codes, ...families, ...proofs, ...passwords];
