// A site that tests ask from: any page, on as many origins as wanted.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecure } from 'node:https';

const library = readFileSync(
    new URL('../../../extension/page/ingam.js', import.meta.url), 'utf8');

/** What each page of ours has: the library and a way to ask by hand. */
const HELPERS = `
/** Say hello as the library does where no answer is expected. */
window.raw = (target = window, how = 'post') => new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    const hello = { ingam: 'hello', protocol: 1 };
    if (how === 'post')
        target.postMessage(hello, '*', [port2]);
    else
        target.dispatchEvent(new MessageEvent('message', { data: hello,
            origin: location.origin, source: window, ports: [port2] }));
    setTimeout(() => done('silence'), 700);
});
/** What the library's promise came to: a result or a reason, once. */
window.outcome = null;
window.settled = 0;
window.ask = (method, params) => {
    window.outcome = null;
    Ingam[method](params).then(
        result => { window.outcome = { result }; window.settled++; },
        error => {
            window.outcome = { reason: error.reason, code: error.code,
                retryable: error.retryable, name: error.name };
            window.settled++;
        });
};`;

const page = body => `<!doctype html><html lang="ko"><meta charset="utf-8">
<title>시험 사이트</title><script src="/ingam.js"></script>
<script src="/helpers.js"></script><body><h1>시험 사이트</h1>${body}</body>`;

export class Site {
    #servers = [];

    constructor(pages = {}) {
        this.pages = { '/': { body: '' }, ...pages };
    }

    #answer = (request, response) => {
        const { pathname } = new URL(request.url, 'http://localhost');
        const files = { '/ingam.js': library, '/helpers.js': HELPERS };
        const found = this.pages[pathname];
        if (Object.hasOwn(files, pathname))
            response.setHeader('Content-Type', 'text/javascript');
        else
            response.setHeader('Content-Type', 'text/html; charset=utf-8');
        for (const [name, value] of Object.entries(found?.headers ?? {}))
            response.setHeader(name, value);
        response.statusCode = found || files[pathname] ? 200 : 404;
        response.end(files[pathname] ?? found?.html ?? page(found?.body ?? ''));
    };

    /** A new origin. @param {{key, cert}} [secure] @returns its address */
    async origin(secure, host = 'localhost') {
        const server = secure ? createSecure(secure, this.#answer)
            : createServer(this.#answer);
        this.#servers.push(server);
        await new Promise(done => server.listen(0, '127.0.0.1', done));
        return `http${secure ? 's' : ''}://${host}:${server.address().port}`;
    }

    close() {
        return Promise.all(this.#servers.map(server => {
            server.closeAllConnections();
            return new Promise(done => server.close(done));
        }));
    }
}

/** The library's own answer, where the extension is: a library that has waited
 * in vain on a slow machine is asked again. */
export const present = page => page.until(() => window.Ingam?.status().then(
    answer => answer.installed && answer), 'the extension to answer');

/** Wait for what the page's call came to. */
export const outcome = (page, ms) => page.until(() => window.outcome,
    'the call to settle', { ms });
