// The mail server of the demo's mailbox, line by line.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Devices } from '../demo/devices.mjs';

describe('the mailbox', () => {
    let devices;
    before(async () => {
        devices = await new Devices().start();
    });
    after(() => devices.close());

    /** Say lines to the mail server; the codes it answers. */
    async function say(lines) {
        const socket = connect(devices.smtp);
        let text = '';
        socket.setEncoding('utf8').on('data', data => {
            text += data;
        });
        socket.on('error', () => {});
        socket.write(lines.map(line => `${line}\r\n`).join(''));
        socket.end();
        await new Promise(done => socket.on('close', done));
        return text.split('\r\n').filter(Boolean).map(l => l.slice(0, 3));
    }

    const rows = [
        ['a whole mail', ['EHLO x', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA',
            'Subject: s', '', '..dot', '.', 'QUIT'],
        ['220', '250', '250', '250', '354', '250', '221']],
        ['recipient before sender', ['RCPT TO:<c@d>'], ['220', '503']],
        ['data before recipient', ['MAIL FROM:<a@b>', 'DATA'],
            ['220', '250', '503']],
        ['a sender without brackets', ['MAIL FROM:a@b'], ['220', '501']],
        ['an unknown command', ['WHAT'], ['220', '500']],
        ['a name of Object', ['constructor'], ['220', '500']],
        ['a line without end', ['x'.repeat(5000)], ['220', '500']],
    ];
    for (const [what, lines, codes] of rows) {
        test(`answers ${what}`, async () =>
            assert.deepEqual(await say(lines), codes));
    }
    test('keeps what was said, undotted', () => {
        assert.equal(devices.mails[0].text, '.dot');
        assert.equal(devices.mails[0].subject, 's');
    });
});
