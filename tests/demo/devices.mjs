// The person's own things in the demo: a phone that receives text messages, a
// mailbox behind a small SMTP server (RFC 5321), and a page that shows both.

import { createServer as createWeb } from 'node:http';
import { createServer as createTcp } from 'node:net';

const LINE_MAX = 1000; // bytes (RFC 5321 4.5.3.1.6)
const MAIL_MAX = 256 * 1024;

/** The words of a message that our bank or a person's tool has written. */
export function readMail(data) {
    const cut = data.indexOf('\r\n\r\n');
    const head = data.slice(0, cut).replace(/\r\n[ \t]+/g, ' ');
    const field = name => new RegExp(`^${name}: *(.*)$`, 'mi')
        .exec(head)?.[1].trim() ?? '';
    const base64 = text => Buffer.from(text, 'base64').toString('utf8');
    const body = data.slice(cut + 4);
    return { from: field('From'), to: field('To'),
        subject: field('Subject').replace(/=\?utf-8\?b\?([^?]*)\?=/gi,
            (_, words) => base64(words)),
        text: /base64/i.test(field('Content-Transfer-Encoding'))
            ? base64(body) : body };
}

/** One conversation of the SMTP server. */
function converse(socket, deliver) {
    let from = null, to = null, data = null, size = 0, rest = '';
    const say = line => socket.write(`${line}\r\n`);
    const commands = {
        EHLO: () => say('250 localhost'), HELO: () => say('250 localhost'),
        NOOP: () => say('250 OK'),
        RSET: () => { from = to = null; say('250 OK'); },
        MAIL: line => {
            from = /^MAIL FROM:<([^<>\s]*)>/i.exec(line)?.[1] ?? null;
            say(from === null ? '501 MAIL FROM:<address>' : '250 OK');
        },
        RCPT: line => {
            const address = /^RCPT TO:<([^<>\s]+)>/i.exec(line)?.[1] ?? null;
            to = address ?? to;
            say(from === null ? '503 MAIL first'
                : address ? '250 OK' : '501 RCPT TO:<address>');
        },
        DATA: () => {
            if (to !== null)
                [data, size] = [[], 0];
            say(data ? '354 End with a line of one dot' : '503 RCPT first');
        },
        QUIT: () => { say('221 Bye'); socket.end(); },
    };
    const inData = line => {
        if (line !== '.') {
            size += line.length + 2;
            if (size <= MAIL_MAX)
                data.push(line.replace(/^\./, ''));
            return;
        }
        const kept = data.join('\r\n');
        data = null;
        if (size <= MAIL_MAX)
            deliver({ ...readMail(kept), envelope: { from, to } });
        say(size <= MAIL_MAX ? '250 Delivered' : '552 Too large');
        from = to = null;
    };
    say('220 localhost');
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', chunk => {
        const lines = (rest + chunk).split('\r\n');
        rest = lines.pop();
        if (rest.length > LINE_MAX)
            socket.destroy();
        for (const line of lines) {
            const command = line.slice(0, 4).toUpperCase();
            if (data !== null)
                inData(line);
            else if (Object.hasOwn(commands, command))
                commands[command](line);
            else
                say('500 Unknown');
        }
    });
}

const escape = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

const CSS = `body{font:16px/1.6 system-ui,NanumGothic,sans-serif;margin:0;
background:#e9edf0;color:#1b2127;display:flex;flex-wrap:wrap;gap:24px;
padding:24px;justify-content:center}section{background:#fff;width:340px;
min-height:420px;padding:20px;border-radius:24px;border:8px solid #2b333a}
section+section{border:1px solid #6e7985;border-radius:8px;width:420px}
h1{position:absolute;left:-99em}h2{font-size:1.1rem;margin:0 0 12px}
article{background:#f4f6f8;border-radius:12px;padding:10px 14px;margin:8px 0;
white-space:pre-line;overflow-wrap:anywhere}b{display:block}
time{color:#56616c;font-size:.875rem}`;

export class Devices {
    texts = [];
    mails = [];

    async start() {
        this.mailServer = createTcp(socket =>
            converse(socket, mail => this.mails.push({ ...mail,
                at: new Date() })));
        this.web = createWeb((_, response) => {
            response.setHeader('Content-Type', 'text/html; charset=utf-8');
            response.setHeader('Content-Security-Policy',
                "default-src 'none'; style-src 'unsafe-inline'");
            response.end(this.page());
        });
        for (const server of [this.mailServer, this.web])
            await new Promise(done => server.listen(0, '127.0.0.1', done));
        this.smtp = { host: '127.0.0.1', port: this.mailServer.address().port };
        this.url = `http://localhost:${this.web.address().port}/`;
        return this;
    }

    /** The mobile network's part: bring a text to the phone. */
    sms = (number, text) => {
        this.texts.push({ number, text, at: new Date() });
    };

    /** The newest six digits that came to the phone or the mailbox. */
    code(way) {
        const messages = way === 'mail' ? this.mails : this.texts;
        return /\d{6}/.exec(messages.at(-1)?.text ?? '')?.[0] ?? '';
    }

    page() {
        const time = at => at.toTimeString().slice(0, 5);
        const list = (messages, head) => messages.map(message =>
            `<article><time>${time(message.at)}</time>${head(message)}${
                escape(message.text)}</article>`).reverse().join('');
        return `<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3"><title>휴대폰과 메일함 (시연용)</title>
<style>${CSS}</style><h1>휴대폰과 메일함 (시연용)</h1>
<section><h2>📱 휴대폰 문자</h2>${list(this.texts, () => '<b></b>')}</section>
<section><h2>메일함</h2>${list(this.mails, mail =>
        `<b>${escape(mail.subject)}</b>`)}</section></html>`;
    }

    async close() {
        this.web.closeAllConnections();
        for (const server of [this.mailServer, this.web])
            await new Promise(done => server.close(done));
    }
}
