/**
 * Which certificates a page accepts. It never learns which there are: what is
 * not accepted is shown to the person, with the reason.
 */
import { checkMembers, listOf, matching, oneOf, refuse } from './param-checks.js';

const CA = /^[a-z0-9-]{1,32}$/;
const OID = /^[0-2](\.(0|[1-9]\d{0,17})){1,20}$/;
const ISSUER = /^[^\p{C}\p{Zl}\p{Zp}]{1,300}$/u;
const SERIAL = /^[0-9a-f]{1,64}$/i;

/**
 * Names of uses, by the host's English word for a policy's use
 * (host/pki/cert_usage.c; a test compares them).
 */
export const USAGES = new Map([
    ['General (personal)', ['personal', 'general']],
    ['General (business)', ['business', 'general']],
    ['Bank/insurance', ['bank']],
    ['Securities/insurance', ['securities']],
    ['Credit card', ['card']],
    ['e-Tax', ['tax']],
    ['Corporate banking', ['corporate']],
    ['Procurement', ['procurement']],
    ['Special', ['special']],
]);

const NAMES = new RegExp(`^(${[...new Set([...USAGES.values()].flat())]
    .join('|')})$`);

/**
 * @typedef {object} Filter null and false: all are accepted
 * @property {string[] | null} policies OIDs
 * @property {string[] | null} cas names of CAs
 * @property {string[] | null} issuers common names or whole names
 * @property {string[] | null} usage names of uses
 * @property {string | null} serial hex
 * @property {boolean} sameAsLogin
 * @property {boolean} expired those that have expired, too
 */

/** @param {any} filter as the page gave it @returns {Filter} */
export function parseFilter(filter = {}) {
    checkMembers(filter, ['policies', 'cas', 'issuers', 'usage', 'serial',
        'sameAsLogin', 'expired']);
    const serial = filter.serial === undefined ? null
        : matching(filter.serial, SERIAL);
    const issuers = listOf(filter.issuers, ISSUER);
    if (serial !== null && issuers === null)
        refuse(); // a number is one issuer's own
    return {
        policies: listOf(filter.policies, OID),
        cas: listOf(filter.cas, CA),
        issuers,
        usage: listOf(filter.usage, NAMES),
        serial,
        sameAsLogin: oneOf(filter.sameAsLogin, [false, true]),
        expired: oneOf(filter.expired, [false, true]),
    };
}

/**
 * A name as it is compared (RFC 5280, 7.1): case and the number of spaces do
 * not count, nor spaces about the commas of a whole name.
 * @param {string} name
 */
const comparable = name => name.trim().replace(/\s+/g, ' ')
    .replace(/ ?([,=]) ?/g, '$1').replace(/[A-Z]+/g, x => x.toLowerCase());

/** @param {string} serial */
const number = serial => serial.toLowerCase().replace(/^0+(?=.)/, '');

/** @typedef {import('../ui/common/certificate-model.js').Certificate} Certificate */

/**
 * @param {Filter} filter
 * @param {{ca: (c: Certificate) => string, login: string | null}} known ca:
 *     the name of a certificate's CA; login: id of the certificate of this
 *     site's last login
 * @returns {(c: Certificate) => string} key of why the site does not accept
 *     it, "" when it does
 */
export function refusal(filter, { ca, login }) {
    const { policies, cas, usage, serial } = filter;
    const issuers = filter.issuers?.map(comparable);
    return c => {
        if (policies && !policies.includes(c.policy?.oid) ||
            usage && !USAGES.get(c.policy?.usage?.en)?.some(
                name => usage.includes(name)))
            return 'why_other_use';
        if (cas && !cas.includes(ca(c)) || issuers &&
            ![c.issuer?.cn, c.issuer?.dn].some(
                name => name && issuers.includes(comparable(name))))
            return 'why_other_ca';
        if (serial && number(c.serial) !== number(serial))
            return 'why_other_serial';
        return filter.sameAsLogin && c.id !== login ? 'why_not_login' : '';
    };
}
