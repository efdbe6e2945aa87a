/** The certificate that came, and the CA it has to come from. */
import {
    INVALID, NO_CA, OK, STRANGER, UNEXPECTED,
} from './outcomes.mjs';

const NPKI = { dialect: 'npki' };
const IDN = { idn: '9001011234567' };
const CHECKED = { define: ['--vid', 'encrypted'], secrets: IDN };
const ZEROS = '0'.repeat(64);

/* what is wrong with it: what the person is told */
const differences = {
    'other-key': 'key',
    'other-subject': 'subject',
    'other-issuer': 'issuer',
    'rogue-issuer': 'chain',
    'self-signed': 'issuer',
    'bad-signature': 'chain',
    expired: 'validity',
    'not-yet': 'validity',
    'other-use': 'usage',
    'no-use': 'usage',
    'is-ca': 'ca',
    'no-vid': 'vid',
    'other-vid': 'vid',
    'other-name': 'subject',
    'no-policy': 'policy',
    sha1: 'chain',
};

export const verification = [
    ...Object.entries(differences).flatMap(([mode, what]) => [
        { ca: `cert-${mode}`, what, ...CHECKED, ...UNEXPECTED },
        { ...NPKI, ca: `npki-cert-${mode}`, what, secrets: IDN, ...UNEXPECTED },
    ]),
    ...Object.entries({
        'empty-subject': 'subject', century: 'validity',
        'unknown-critical': 'ca', 'serial-zero': 'serial',
        'serial-negative': 'serial', 'serial-long': 'serial',
    }).map(([mode, what]) =>
        ({ ca: `cert-${mode}`, what, ...CHECKED, ...UNEXPECTED })),
    { ca: 'capubs-rogue-issuer', what: 'issuer', ...CHECKED, ...UNEXPECTED },
    /* the registry has it for good */
    { ca: 'cert-garbage', ...INVALID, then: 'ca_answer_invalid' },
    { ...NPKI, ca: 'npki-cert-garbage', ...INVALID,
        then: 'ca_answer_invalid' },

    /* for whom */
    ...['rfc9483', 'npki'].flatMap(dialect => [
        { name: 'another name', options: { name: '김철수' }, what: 'subject',
            ...UNEXPECTED },
        { name: 'a part of the name', options: { name: '홍길' },
            what: 'subject', ...UNEXPECTED },
        { name: 'another number', secrets: { idn: '9001011234568' },
            what: 'vid', ...UNEXPECTED },
        { name: 'the number of a company', secrets: { idn: '1234567890' },
            what: 'vid', ...UNEXPECTED },
        { name: 'name and number', secrets: IDN, ...OK },
    ].map(row => ({ dialect, ...CHECKED, ...row,
        secrets: row.secrets ?? IDN })))
        .map(({ define, ...row }) =>
            row.dialect === 'npki' ? row : { ...row, define }),
    { name: 'a number and a CA that writes none prove nothing', ...OK,
        define: ['--vid', 'none'], secrets: IDN, options: { name: null },
        state: 'confirm', then: 'ok' },
    { word: 'reissue', name: 'for somebody else', holder: true,
        before: [], options: { old: '{id}', name: '김철수' }, what: 'subject',
        ...UNEXPECTED },

    /* from whom */
    { name: 'another issuer is expected', what: 'issuer', ...UNEXPECTED,
        patch: { issuers: ['cn=Somebody else,c=kr'] } },
    { ...NPKI, name: 'another issuer is expected', what: 'issuer',
        patch: { issuers: ['cn=Somebody else,c=kr'] }, ...UNEXPECTED },
    { name: 'the pin is another certificate\'s', ...NO_CA,
        patch: { anchors: [{ sha256: ZEROS, certificate: '{derOfCa}' }] } },
    { ...NPKI, name: 'the pin is another certificate\'s', ...STRANGER,
        patch: { anchors: [{ sha256: ZEROS }] } },
    { name: 'no pin', patch: { anchors: [] }, ...NO_CA },
    { ...NPKI, name: 'no pin', patch: { anchors: [] }, ...NO_CA },
    { name: 'a pin that is short', ...NO_CA,
        patch: { anchors: [{ sha256: '00' }] } },
    { name: 'a pin that is no hash', ...NO_CA,
        patch: { anchors: [{ sha256: 'x'.repeat(64) }] } },
    { name: 'no issuer', patch: { issuers: [] }, ...NO_CA },
    { name: 'R for nobody', patch: { encryption: null }, ...NO_CA,
        define: ['--vid', 'encrypted'] },
    { name: 'R for garbage', patch: { encryption: 'AAAA' }, ...NO_CA,
        define: ['--vid', 'encrypted'] },
    ...['stranger', 'subscriber', 'empty'].map(what =>
        ({ ...NPKI, ca: `npki-hello-${what}`, ...STRANGER })),
];
