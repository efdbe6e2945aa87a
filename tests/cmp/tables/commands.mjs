/** Commands: parameters, what has to be there, and in which order. */
import {
    BUSY, DOWN, MISSING, NO_CA, NO_CERTIFICATE, NO_PENDING, OFF, OK, RANGE,
    TYPE, UNKNOWN,
} from './outcomes.mjs';

const ID = 'a'.repeat(64);
const PENDING = '0'.repeat(32);
const CUT_OFF = [{ ca: 'http-503', is: 'ca_busy' }];
const DIRECTORIES = ['/tmp', '/', '/media', '/media/../tmp/x', 'NPKI', '~/NPKI'];

/* issue and reissue */
const orders = ['issue', 'reissue'].flatMap(word => [
    { name: 'no CA', options: { ca: null }, ...MISSING },
    { name: 'no reference number', options: { ref: null }, ...MISSING },
    { name: 'no code', secrets: { auth: null }, ...MISSING },
    { name: 'no password', secrets: { password: null }, ...MISSING },
    { name: 'an unknown CA', options: { ca: 'nobody' }, ...NO_CA },
    { name: 'a CA by a name with a slash', options: { ca: '../test' },
        ...TYPE },
    { name: 'a CA by a name of 33', options: { ca: 'a'.repeat(33) },
        ...RANGE },
    { name: 'a CA that is switched off', patch: { enabled: false }, ...OFF },
    { name: 'an empty reference number', options: { ref: '' }, ...RANGE },
    { name: 'a reference number of 33', options: { ref: '1'.repeat(33) },
        ...RANGE },
    { name: 'a reference number with a space', options: { ref: '12 34' },
        ...RANGE },
    { name: 'a reference number with a line break',
        options: { ref: '12\r\n34' }, ...RANGE },
    { name: 'a reference number in Hangul', options: { ref: '참조' },
        ...RANGE },
    { name: 'an empty code', secrets: { auth: '' }, ...MISSING },
    { name: 'a code of 65', secrets: { auth: '1'.repeat(65) }, ...RANGE },
    { name: 'a code with a control character', secrets: { auth: 'a\tb' },
        ...RANGE },
    { name: 'an unknown key scheme', options: { 'key-scheme': 'rot13' },
        ...RANGE },
    { name: 'a name of 201', options: { name: 'x'.repeat(201) }, ...RANGE },
    { name: 'a certificate to replace that is not there',
        options: { old: ID }, ...NO_CERTIFICATE },
    { name: 'a certificate to replace by 7 digits', options: { old: 'abcdef0' },
        ...TYPE },
    { name: 'an option that is none', more: ['--endpoint', 'http://x/'],
        ...UNKNOWN },
    { name: 'an operand', operand: 'x', ...UNKNOWN },
    ...DIRECTORIES.map(to => ({ name: `to ${to}`, options: { to }, ...RANGE })),
].map(row => ({ word, ...row })));

const npki = [
    { name: 'an unknown CA', options: { ca: 'nobody' }, ...NO_CA },
    { name: 'a CA that is switched off', patch: { enabled: false }, ...OFF },
    { name: 'an empty code', secrets: { auth: '' }, ...MISSING },
    { name: 'a reference number in Hangul', options: { ref: '참조' },
        ...RANGE },
    { name: 'to /tmp', options: { to: '/tmp' }, ...RANGE },
].map(row => ({ dialect: 'npki', ...row }));

/* definitions that are none: there is no such CA */
const definitions = [
    { name: 'an unknown member', patch: { extra: 1 } },
    { name: 'no title', patch: { title: null } },
    { name: 'a title in one language', patch: { title: { en: null } } },
    { name: 'an unknown dialect', patch: { dialect: 'cmp' } },
    { name: 'no dialect', patch: { dialect: null } },
    { name: 'another name', patch: { name: 'other' } },
    { name: 'a folder that leads out', patch: { folder: '..' } },
    { name: 'a hidden folder', patch: { folder: '.x' } },
    { name: 'a folder with a slash', patch: { folder: 'a/b' } },
    { name: 'no folder', patch: { folder: null } },
    { name: 'an unknown subject', patch: { profile: { subject: 'mine' } } },
    { name: 'an unknown vid', patch: { profile: { vid: 'plain' } } },
    { name: 'km in words', patch: { profile: { km: 'yes' } } },
    { name: 'enabled in words', patch: { enabled: 'yes' } },
    { dialect: 'npki', name: 'pvno 2', patch: { profile: { npki: { pvno: 2 } } } },
    { dialect: 'npki', name: 'an unknown mac',
        patch: { profile: { npki: { mac: 'md5' } } } },
    { dialect: 'npki', name: 'an unknown switch',
        patch: { profile: { npki: { sometimes: true } } } },
    { dialect: 'npki', name: 'a switch in words',
        patch: { profile: { npki: { transactionId: 'yes' } } } },
].map(({ name, ...row }) =>
    ({ ...row, name: `a definition with ${name}`, ...NO_CA }));

/* what has to be there first */
const order = [
    { name: 'an order for a code that is unfinished', before: CUT_OFF,
        is: 'enrolment_pending', exit: 1, sent: 'yes', then: 'ok' },
    { name: 'a certificate to replace of another issuer', holder: true,
        options: { old: '{id}' }, is: 'no_matching_certificate', exit: 1,
        sent: 'no', word: 'reissue',
        patch: { issuers: ['cn=Somebody else,c=kr'] } },
    { word: 'resume', name: 'what is not there', operand: PENDING,
        ...NO_PENDING },
    { word: 'resume', name: 'an id that is short', operand: 'a'.repeat(31),
        ...NO_PENDING },
    { word: 'resume', name: 'an id with a slash', operand: '../x', ...TYPE },
    { word: 'resume', name: 'an id of 33', operand: 'a'.repeat(33), ...RANGE },
    { word: 'resume', name: 'no id', operand: null, ...MISSING },
    { word: 'resume', name: 'no password', before: CUT_OFF,
        secrets: { password: null }, ...MISSING, then: 'ok' },
    { word: 'resume', name: 'what was cut off', before: CUT_OFF, ...OK },
    { word: 'resume', name: 'and the CA is still busy', before: CUT_OFF,
        ca: 'http-503', ...BUSY },
    { word: 'resume', name: 'and the CA is down', before: CUT_OFF,
        patch: { endpoint: 'http://127.0.0.1:{closed}/cmp' }, ...DOWN,
        sent: 'yes' },
    { word: 'resume', name: 'and the CA is not known any more',
        before: CUT_OFF, patch: { dialect: 'cmp' }, ...NO_CA, then: 'ok' },
    { word: 'resume', name: 'twice', before: [...CUT_OFF, { word: 'resume' }],
        ...NO_PENDING },
    { word: 'discard', name: 'what was cut off', before: CUT_OFF,
        state: 'discarded', stored: 0, ...OK },
    { word: 'discard', name: 'by another reference number', before: CUT_OFF,
        options: { confirm: '000000' }, ...RANGE, then: 'ok' },
    { word: 'discard', name: 'no reference number', before: CUT_OFF,
        options: { confirm: null }, ...MISSING, then: 'ok' },
    { word: 'discard', name: 'what is not there', operand: PENDING,
        ...NO_PENDING },
    { word: 'discard', name: 'twice', before: [...CUT_OFF,
        { word: 'discard' }], ...NO_PENDING },
];

/* renew and revoke */
const life = ['renew', 'revoke'].flatMap(word => [
    { name: 'no certificate', operand: null, ...MISSING },
    { name: 'a certificate that is not there', operand: ID,
        ...NO_CERTIFICATE },
    { name: 'a certificate by 7 digits', operand: 'abcdef0', ...TYPE },
    { name: 'a certificate by capitals', operand: 'A'.repeat(64), ...TYPE },
    { name: 'a certificate by 65 digits', operand: 'a'.repeat(65), ...TYPE },
    { name: 'no password', secrets: { password: null }, ...MISSING },
    { name: 'an option that is none', more: ['--ca', 'test'], ...UNKNOWN },
    { name: 'no CA is known for it', patch: { dialect: 'cmp' }, ...NO_CA },
    { name: 'its CA is switched off', patch: { enabled: false }, ...OFF },
].map(row => ({ word, holder: true, ...row })));

const renewals = [
    { name: 'twenty days before the end', ...OK },
    ...DIRECTORIES.map(to => ({ name: `to ${to}`, options: { to }, ...RANGE })),
    { name: 'an unknown key scheme', options: { 'key-scheme': 'rot13' },
        ...RANGE },
    { name: '200 days before the end', days: 200, is: 'renewal_too_early',
        exit: 1, sent: 'no' },
    { name: 'a day too early', days: 62, is: 'renewal_too_early', exit: 1,
        sent: 'no' },
    { name: 'its CA is down', ...DOWN,
        patch: { endpoint: 'http://127.0.0.1:{closed}/cmp' } },
    { name: 'in another key scheme', options: { 'key-scheme': 'strong' },
        result: { 'certificate.keyScheme': 'pbes2-aes-sha256' }, ...OK },
    { name: 'what was renewed elsewhere', is: 'already_renewed', exit: 3,
        sent: 'yes', before: [{ elsewhere: 'copy', word: 'renew' }] },
    { name: 'what was revoked elsewhere', is: 'certificate_revoked', exit: 1,
        sent: 'yes', before: [{ elsewhere: 'copy', word: 'revoke' }] },
].map(row => ({ word: 'renew', holder: true, ...row }));

const revocations = [
    ...['unspecified', 'keyCompromise', 'affiliationChanged', 'superseded',
        'cessationOfOperation'].map(reason => ({ name: `for ${reason}`,
        options: { reason }, stored: 0, ...OK })),
    ...['keycompromise', 'certificateHold', 'removeFromCRL', ''].map(reason =>
        ({ name: `for "${reason}"`, options: { reason }, ...RANGE })),
    { name: 'for no reason', options: { reason: null }, ...MISSING },
    { name: 'without a word of consent', options: { yes: null }, ...MISSING },
    { name: 'its CA is down', ...DOWN, then: undefined,
        patch: { endpoint: 'http://127.0.0.1:{closed}/cmp' } },
    { name: 'twice', before: [{ word: 'revoke' }], ...NO_CERTIFICATE },
    { name: 'what was re-issued elsewhere', exit: 1, sent: 'yes',
        is: 'certificate_revoked', before: [{ elsewhere: true, word: 'reissue',
            code: ['reissue'] }] },
].map(row => ({ word: 'revoke', holder: true, ...row }));

/* what is in the store, and is not as it should be */
const damaged = ['renew', 'revoke'].flatMap(word => [
    { name: 'its key file is gone', damage: { 'signPri.key': null },
        is: 'key_file_missing', exit: 1, sent: 'no' },
    { name: 'its key file is damaged', damage: { 'signPri.key': 'x' },
        is: 'key_file_damaged', exit: 1, sent: 'no' },
    { name: 'its key file is empty', damage: { 'signPri.key': '' },
        is: 'key_file_damaged', exit: 1, sent: 'no' },
    { name: 'its certificate is damaged', damage: { 'signCert.der': 'x' },
        ...NO_CERTIFICATE },
    { name: 'its certificate is gone', damage: { 'signCert.der': null },
        ...NO_CERTIFICATE },
].map(row => ({ word, holder: true, ...row })));

const places = ['rfc9483', 'npki'].flatMap(dialect => [
    { name: 'the store is a link', link: 'NPKI', is: 'store_unsafe', exit: 1,
        sent: 'no' },
    { word: 'resume', name: 'a damaged entry', before: [{ ca: dialect === 'npki'
        ? 'npki-close' : 'http-503', is: dialect === 'npki' ? 'ca_timeout'
        : 'ca_busy' }], damage: { 'sign.key': null }, is: 'io_error', exit: 1,
    sent: 'no' },
].map(row => ({ dialect, ...row })));

export const commands = [...orders, ...npki, ...definitions, ...order, ...life,
    ...renewals, ...revocations, ...damaged, ...places];
