/** Between host and CA: address, TLS, HTTP, frames, bytes. */
import {
    BUSY, DOWN, INVALID, NO_CA, OK, TIMEOUT, UNSAFE,
} from './outcomes.mjs';

const NPKI = { dialect: 'npki' };
const TLS = { define: ['--tls'],
    patch: { endpoint: 'https://127.0.0.1:{https}/cmp' } };
/* the connection ended and nobody can say what the other side read */
const HUNG_UP = { ...TIMEOUT, sent: 'unknown' };
const at = endpoint => ({ patch: { endpoint } });

export const connection = [
    /* where the CA is */
    { name: 'http://localhost', ...at('http://localhost:{http}/cmp'), ...OK },
    { name: 'nobody listens', ...at('http://127.0.0.1:{closed}/cmp'), ...DOWN },
    { ...NPKI, name: 'nobody listens', ...at('tcp://127.0.0.1:{closed}'),
        ...DOWN },
    { name: 'loopback, and the definition does not say so',
        patch: { loopback: false }, ...DOWN },
    { ...NPKI, name: 'loopback, and the definition does not say so',
        patch: { loopback: false }, ...DOWN },
    { name: 'loopback, and the definition says nothing',
        patch: { loopback: null }, ...DOWN },
    { name: 'another path', ...at('http://127.0.0.1:{http}/other'),
        ...INVALID },
    { name: 'HTTP to a TCP port', ...at('http://127.0.0.1:{tcp}/cmp'),
        ...HUNG_UP },
    { ...NPKI, name: 'TCP to an HTTP port', ...at('tcp://127.0.0.1:{http}'),
        ...INVALID },
    { ...NPKI, name: 'TCP to an HTTPS port', ...at('tcp://127.0.0.1:{https}'),
        ...HUNG_UP },
    ...['ftp://127.0.0.1:{http}/cmp', 'file:///etc/passwd', '127.0.0.1:{http}',
        'HTTP://127.0.0.1:{http}/cmp', 'http://a@127.0.0.1:{http}/cmp',
        'http://127.0.0.1:{http}/cmp#x', 'http://127.0.0.1:{http}/c mp',
        'http://127.0.0.1:{http}\\cmp', 'http://127.0.0.1:{http}/시험',
        'tcp://127.0.0.1:{tcp}', ''].map(endpoint =>
        ({ name: `address "${endpoint}"`, ...at(endpoint), ...NO_CA })),
    ...['http://127.0.0.1:{http}/cmp', 'https://127.0.0.1:{https}/cmp',
        'udp://127.0.0.1:{tcp}', 'tcp:127.0.0.1'].map(endpoint =>
        ({ ...NPKI, name: `address "${endpoint}"`, ...at(endpoint),
            ...NO_CA })),
    { name: 'no address', ...at(null), ...NO_CA },
    { ...NPKI, name: 'no address', ...at(null), ...NO_CA },

    /* TLS */
    { name: 'HTTPS', ...TLS, ...OK },
    ...['self-signed', 'other-root', 'expired', 'not-yet', 'other-host',
        'weak-key', 'old-protocol', 'plain'].map(what =>
        ({ ca: `tls-${what}`, ...TLS, ...UNSAFE })),
    /* in TLS 1.3 the request is on its way when the server says no, unless the
     * server is quicker */
    { ca: 'tls-client-cert', ...TLS, ...HUNG_UP, or: DOWN },
    { name: 'HTTPS, another anchor', define: ['--tls'],
        patch: { ...TLS.patch, tls: '{pemOfCa}' }, ...UNSAFE },
    { name: 'HTTPS, the system\'s anchors', define: ['--tls'],
        patch: { ...TLS.patch, tls: null }, ...UNSAFE },
    { name: 'HTTPS to an HTTP port', define: ['--tls'],
        ...at('https://127.0.0.1:{http}/cmp'), ...UNSAFE },
    { name: 'HTTP to an HTTPS port', ...at('http://127.0.0.1:{https}/cmp'),
        ...HUNG_UP },

    /* HTTP */
    ...['500', '500-after', '404', '401', '204', '301', '302', '307', '308',
        'redirect-file', 'portal'].map(what =>
        ({ ca: `http-${what}`, ...INVALID })),
    { ca: 'http-503', ...BUSY },
    ...['type-html', 'type-none', 'send-half', 'send-endless', 'send-shorter',
        'send-gzip', 'send-long-header', 'send-many-headers', 'length-small',
        'length-huge', 'length-negative', 'length-twice', 'header-no-colon',
    ].map(ca => ({ ca, ...INVALID })),
    { ca: 'header-folded', ...OK },
    ...['send-close', 'send-reset'].map(ca => ({ ca, ...HUNG_UP })),
    { ca: 'send-hang', slow: true, ...HUNG_UP },
    ...['send-slow-header', 'send-slow-body'].map(ca =>
        ({ ca, slow: true, ...TIMEOUT })),

    /* frames */
    ...['bytewise', 'flag-final', 'hello-bytewise', 'hello-flag-final',
        'end-negative', 'end-nothing'].map(what =>
        ({ ...NPKI, ca: `npki-${what}`, ...OK })),
    ...['truncated', 'oversized', 'longer', 'length-0', 'length-1',
        'flag-wrong', 'negative'].flatMap(what => [
        { ...NPKI, ca: `npki-${what}`, ...INVALID },
        { ...NPKI, ca: `npki-hello-${what}`, ...INVALID },
    ]),
    { ...NPKI, ca: 'npki-close', ...TIMEOUT },
    { ...NPKI, ca: 'npki-hello-close', ...HUNG_UP },
    { ...NPKI, ca: 'npki-nothing', slow: true, ...TIMEOUT },
    { ...NPKI, ca: 'npki-hello-nothing', slow: true, ...HUNG_UP },

    /* bytes */
    ...['trailing', 'twice', 'indefinite', 'long-length', 'truncated',
        'huge-length', 'deep', 'empty', 'oversized'].map(what =>
        ({ ca: `bytes-${what}`, ...INVALID })),
    ...['trailing', 'twice', 'indefinite', 'cut', 'html'].map(what =>
        ({ ...NPKI, ca: `npki-bytes-${what}`, ...INVALID })),
];
