/**
 * The registrable domain of a host: the part that its owner registered, which
 * a person must read to know who asks. Below are the second levels under which
 * names are registered, as far as they matter here, and the shared hosts whose
 * customers are strangers to each other. Where a suffix is not known, the last
 * two labels are taken; a generic second level of a country is a suffix.
 */

/** Second levels that are suffixes below any two-letter country. */
const GENERIC = new Set(('ac co com ed edu gob gov go gouv gub id info ltd me ' +
    'mil ne net nom or org plc sch web').split(' '));

/** Second levels of .kr: purposes, then places. */
const KOREA = new Set(('ac co es go hs kg mil ms ne or pe re sc ai io it me ' +
    'busan chungbuk chungnam daegu daejeon gangwon gwangju gyeongbuk ' +
    'gyeonggi gyeongnam incheon jeju jeonbuk jeonnam seoul ulsan').split(' '));

/** Hosts that give a sub-domain to anybody. */
const SHARED = new Set(('amplifyapp.com appspot.com azurewebsites.net ' +
    'blogspot.com cafe24.com cloudfront.net dothome.co.kr firebaseapp.com ' +
    'fly.dev github.io gitlab.io glitch.me herokuapp.com hosted.app ' +
    'imweb.me mycafe24.com myshopify.com netlify.app ngrok.app ngrok.io ' +
    'onrender.com pages.dev repl.co run.app surge.sh tistory.com ' +
    'trycloudflare.com vercel.app web.app weebly.com wixsite.com ' +
    'wordpress.com workers.dev').split(' '));

/** @param {string} host */
const isAddress = host => host.startsWith('[') || /^[0-9.]+$/.test(host);

/**
 * @param {string[]} labels
 * @returns {number} how many of the last labels are a public suffix
 */
function suffixLength(labels) {
    const [last, second] = labels.slice(-2).reverse();
    for (let n = Math.min(4, labels.length); n >= 2; n--)
        if (SHARED.has(labels.slice(-n).join('.')))
            return n;
    if (second === undefined)
        return 1;
    if (last === 'kr')
        return KOREA.has(second) ? 2 : 1;
    return last.length === 2 && GENERIC.has(second) ? 2 : 1;
}

/**
 * @param {string} hostname as URL.hostname gives it: lower case, A-labels
 * @returns {{sub: string, domain: string}} sub ends with a dot or is empty;
 *     together they are the host, with a final dot dropped
 */
export function splitHost(hostname) {
    const host = hostname.replace(/\.$/, '');
    if (isAddress(host))
        return { sub: '', domain: host };
    const labels = host.split('.');
    const take = Math.min(labels.length, suffixLength(labels) + 1);
    const domain = labels.slice(-take).join('.');
    return { sub: host.slice(0, host.length - domain.length), domain };
}

/**
 * A site as it is shown: never cut, always A-labels; the scheme only where it
 * is not https, the port only where it is not the usual one.
 * @param {string} origin
 * @returns {{scheme: string, sub: string, domain: string, port: string}}
 */
export function showSite(origin) {
    const url = new URL(origin);
    return {
        scheme: url.protocol === 'https:' ? '' : `${url.protocol}//`,
        ...splitHost(url.hostname),
        port: url.port === '' ? '' : `:${url.port}`,
    };
}
