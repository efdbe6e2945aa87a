// Sends one e-mail by SMTP (RFC 5321), with a message of RFC 5322 whose words
// are UTF-8 in base64 (RFC 2045, 2047).

import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';

const ANSWER_MS = 10000;

/** A conversation by lines: say something, get the answer's code. */
function conversation(socket) {
    let text = '';
    let waiting = null;
    const fail = error => waiting?.reject(error);
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS, () => socket.destroy(
        new Error('the mail server is silent')));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the mail server hung up')));
    socket.on('data', data => {
        text += data;
        const last = /^(\d{3}) .*\r\n/m.exec(text); // no "-": the last line
        if (last && waiting) {
            text = '';
            waiting.resolve(Number(last[1]));
        }
    });
    return async (line, want) => {
        const answer = new Promise((resolve, reject) => {
            waiting = { resolve, reject };
        });
        if (line !== null)
            socket.write(`${line}\r\n`);
        const code = await answer;
        waiting = null;
        if (code !== want)
            throw new Error(`the mail server answered ${code}`);
    };
}

const word = text => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

function message({ from, to, subject, text }) {
    const lines = Buffer.from(text).toString('base64').replace(/.{76}/g,
        '$&\r\n');
    return [`From: ${from}`, `To: ${to}`, `Subject: ${word(subject)}`,
        `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
        `Message-ID: <${randomUUID()}@localhost>`, 'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: base64', '', lines].join('\r\n');
}

/** @param {{from: string, to: string, subject: string, text: string}} mail */
export async function sendMail({ host, port }, mail) {
    for (const address of [mail.from, mail.to]) {
        if (!/^[\w.+-]+@[\w.-]+$/.test(address))
            throw new Error('not a mail address');
    }
    const socket = connect({ host, port });
    try {
        const say = conversation(socket);
        await say(null, 220);
        await say('EHLO localhost', 250);
        await say(`MAIL FROM:<${mail.from}>`, 250);
        await say(`RCPT TO:<${mail.to}>`, 250);
        await say('DATA', 354);
        const dotted = message(mail).replace(/^\./gm, '..');
        await say(`${dotted}\r\n.`, 250);
        await say('QUIT', 221);
    } finally {
        socket.destroy();
    }
}
