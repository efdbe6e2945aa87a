// As much of a web server as the bank needs: routes, forms, answers. What a
// browser sends is bounded and checked here, before any page sees it.

import { createServer } from 'node:http';

const BODY_MAX = 256 * 1024; // bytes; a signature with its certificates

const HEADERS = {
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; " +
        "style-src 'self'; connect-src 'self'; form-action 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; img-src data:",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin', // no-referrer makes Origin "null"
    'Cache-Control': 'no-store',
};

/** An answer that ends a request early. */
export class Answer extends Error {
    constructor(status, text, headers = {}) {
        super(text);
        Object.assign(this, { status, headers });
    }
}

export const redirect = path => new Answer(303, '', { Location: path });

async function body(request) {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
        size += chunk.length;
        if (size > BODY_MAX)
            throw new Answer(413, 'Too large', { Connection: 'close' });
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
}

/** Fields of a form or of a flat JSON object, strings only. */
async function fields(request) {
    const type = request.headers['content-type'] ?? '';
    const text = await body(request);
    if (type.startsWith('application/x-www-form-urlencoded'))
        return new Map(new URLSearchParams(text));
    if (!type.startsWith('application/json'))
        throw new Answer(415, 'Send a form or JSON');
    try {
        const object = JSON.parse(text);
        return new Map(Object.entries(object)
            .filter(([, value]) => typeof value === 'string'));
    } catch {
        throw new Answer(400, 'Not JSON');
    }
}

function cookies(request) {
    return new Map((request.headers.cookie ?? '').split(/; */)
        .map(pair => pair.split('=')).filter(pair => pair.length === 2));
}

/**
 * @typedef {object} Exchange one request, as the pages see it
 * @property {string} path
 * @property {URLSearchParams} query
 * @property {Map<string, string>} fields of a POST
 * @property {Map<string, string>} cookies
 * @property {(name: string, value: string) => void} setCookie
 */

/**
 * Serve `routes`: 'GET /path' → function of an Exchange that answers HTML,
 * or {json}, or {type, text}, or throws an Answer.
 * @param {Map<string, (exchange: Exchange) => unknown>} routes
 */
export function serve(routes, port, before) {
    const server = createServer((request, response) => {
        answer(routes, request, before).then(({ status, headers, text }) => {
            response.writeHead(status, { ...HEADERS, ...headers });
            response.end(text);
        });
    });
    server.requestTimeout = 30000;
    return new Promise((resolve, reject) => {
        server.on('error', reject);
        server.listen(port, '127.0.0.1', () => resolve(server));
    });
}

async function answer(routes, request, before) {
    const set = [];
    try {
        const { pathname, searchParams } =
            new URL(request.url, 'http://localhost');
        const known = [...routes.keys()].some(key =>
            key.split(' ')[1] === pathname);
        const route = routes.get(`${request.method} ${pathname}`);
        if (!route)
            throw new Answer(known ? 405 : 404, known ? 'Method' : 'Not here');
        const exchange = { path: pathname, query: searchParams, request,
            fields: request.method === 'POST' ? await fields(request) : null,
            cookies: cookies(request),
            setCookie: (name, value) => set.push(
                `${name}=${value}; Path=/; HttpOnly; SameSite=Strict`) };
        before(exchange);
        return finished(await route(exchange), set);
    } catch (error) {
        if (!(error instanceof Answer))
            console.error(error);
        const { status = 500, message = '', headers = {} } =
            error instanceof Answer ? error : { message: 'Our mistake' };
        return { status, text: message, headers: {
            'Content-Type': 'text/plain; charset=utf-8', 'Set-Cookie': set,
            ...headers } };
    }
}

function finished(result, set) {
    const cookie = { 'Set-Cookie': set };
    if (typeof result === 'string')
        return { status: 200, text: result, headers: { ...cookie,
            'Content-Type': 'text/html; charset=utf-8' } };
    if (result.type)
        return { status: 200, text: result.text, headers: { ...cookie,
            'Content-Type': `${result.type}; charset=utf-8` } };
    return { status: result.status ?? 200, text: JSON.stringify(result.json),
        headers: { ...cookie, 'Content-Type': 'application/json' } };
}
