/** What is tortured: an operation at a CA of a dialect, from a home as it is. */

export const OLD_PASSWORD = 'Seal-stone-42!';
export const PASSWORD = 'Another-seal-43!';
export const PERSON = { name: '홍길동', english: 'hong', idn: '9001011234567' };

const byCode = base => ({ ca: 'test', ...base.code, password: PASSWORD,
    keyScheme: 'strong', name: PERSON.name, idn: PERSON.idn });

const operations = {
    issue: { method: 'enrol.issue', kind: 'issue', params: byCode },
    reissue: { method: 'enrol.reissue', old: true, kind: 'reissue',
        params: base => ({ ...byCode(base), old: base.old.id }) },
    renew: { method: 'enrol.renew', old: true, days: 20,
        params: base => ({ certificate: base.old.id, password: OLD_PASSWORD,
            newPassword: PASSWORD, keyScheme: 'strong' }) },
    revoke: { method: 'enrol.revoke', old: true, revokes: true,
        password: OLD_PASSWORD,
        params: base => ({ certificate: base.old.id, password: OLD_PASSWORD,
            reason: 'superseded' }) },
};

/** km: the CA gives a pair of certificates. */
const table = [
    ['issue', 'rfc9483', { km: false }],
    ['reissue', 'rfc9483', { km: true }],
    ['renew', 'rfc9483', { km: true }],
    ['revoke', 'rfc9483', { km: false }],
    ['issue', 'npki', { km: true }],
    ['reissue', 'npki', { km: false }],
    ['renew', 'npki', { km: true }],
    ['revoke', 'npki', { km: true }],
];

export const rows = table.map(([name, dialect, more], number) => ({
    number, isQuick: name === 'revoke', // it makes no key
    name: `${name} (${dialect}${more.km ? ', two certificates' : ''})`,
    dialect, password: PASSWORD, ...operations[name], ...more }));
