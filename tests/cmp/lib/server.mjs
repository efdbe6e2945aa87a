/**
 * A server between host and CA that can hold, change or lose an answer, and
 * remembers every byte that came by.
 */
import { createServer, request } from 'node:http';
import { after } from 'node:test';

/**
 * @param {number} port of the CA
 * @param {(answer: Buffer, n: number, response: any) => Buffer | undefined}
 *     change sees each answer, counted from 0, and gives what is sent instead;
 *     undefined when it has dealt with the response itself
 */
export async function between(port, change) {
    const seen = [];
    const server = createServer((incoming, response) => {
        const parts = [];
        incoming.on('data', part => parts.push(part));
        incoming.on('end', () => {
            const body = Buffer.concat(parts);
            const n = seen.length;
            seen.push({ url: incoming.url, headers: incoming.rawHeaders, body });
            const out = request({ port, host: '127.0.0.1', path: incoming.url,
                method: incoming.method, headers: {
                    'content-type': incoming.headers['content-type'],
                    'content-length': body.length,
                } }, answer => {
                const got = [];
                answer.on('data', part => got.push(part));
                answer.on('end', () => {
                    const instead = change(Buffer.concat(got), n, response);
                    if (instead === undefined)
                        return;
                    response.writeHead(answer.statusCode,
                        { 'content-type': answer.headers['content-type'] });
                    response.end(instead);
                });
            });
            out.on('error', () => response.destroy());
            out.end(body);
        });
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    server.unref(); // a test that fails must not keep the process alive
    after(() => server.closeAllConnections?.());
    return { port: server.address().port, seen };
}
