// Many certificates at once: one that was really issued, written again and
// again with another name, expiry and signature. Nobody signed those, which a
// list does not ask for.

import { cpSync, mkdirSync, readFileSync, readdirSync,
    writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FAMILY = [...'김이박최정강조윤장임'];
const GIVEN = ['서연', '민준', '지우', '하윤', '도윤', '수아', '예준', '지호'];

/** Where in the certificate stands what is changed: name, beginning, end. */
function parts(der, name) {
    // a validity is two times of 13 digits
    const notBefore = der.indexOf(Buffer.from('170d', 'hex')) + 2;
    const at = { name: der.lastIndexOf(Buffer.from(name)), notBefore,
        notAfter: notBefore + 15 };
    if (at.name < 0 || der[at.notAfter - 2] !== 0x17)
        throw new Error('this is not a certificate that can be copied');
    return at;
}

/** @param {number} ms @returns {string} as the six digits of a UTCTime */
const day = ms => new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 8);

/** @param {number} i @returns {string} as long as 홍길동 in UTF-8 */
export const nameOf = i =>
    FAMILY[i % FAMILY.length] + GIVEN[(i * 7) % GIVEN.length];

/**
 * Put n certificates beside the one in `users`, a USER folder.
 * @param {string} users
 * @param {number} n
 * @param {{name?: string, now?: number, begins?: number}} [how] name in the
 *     template; begins: when they begin, in ms, that of the template unless told
 */
export function crowd(users, n,
    { name = '홍길동', now = Date.now(), begins } = {}) {
    const [first] = readdirSync(users).filter(f => f.startsWith('cn='));
    const der = readFileSync(join(users, first, 'signCert.der'));
    const at = parts(der, name);
    for (let i = 0; i < n; i++) {
        const copy = Buffer.from(der);
        copy.writeUInt32BE(i, copy.length - 4); // the signature's end
        copy.write(nameOf(i), at.name);
        copy.write(day(now + (i % 400 - 20) * 86_400_000), at.notAfter);
        if (begins !== undefined)
            copy.write(day(begins), at.notBefore);
        const folder = join(users, `cn=crowd${String(i).padStart(5, '0')}`);
        mkdirSync(folder, { mode: 0o700 });
        writeFileSync(join(folder, 'signCert.der'), copy, { mode: 0o600 });
        cpSync(join(users, first, 'signPri.key'), join(folder, 'signPri.key'));
    }
}
