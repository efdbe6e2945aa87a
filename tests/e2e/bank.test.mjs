// The demo bank without a browser: each page and each refusal by HTTP, with
// the real test CA behind it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { TEXTS } from '../bank/texts.mjs';
import { PEOPLE } from '../demo/people.mjs';
import { TEST_CA } from '../demo/test-ca.mjs';
import { Branch, Visitor } from './lib/branch.mjs';

const skip = existsSync(TEST_CA) ? false : 'ingam-test-ca is not built';

describe('the demo bank', { skip }, () => {
    let branch, bank, devices;
    const [hong, kim] = PEOPLE;

    before(async () => {
        branch = await new Branch().start();
        ({ bank, devices } = branch);
    });
    after(() => branch?.close());

    test('says every sentence in both languages', () => {
        assert.deepEqual(Object.keys(TEXTS.en), Object.keys(TEXTS.ko));
        for (const [key, text] of Object.entries(TEXTS.ko)) {
            const holes = words => (words.match(/\{\w+\}/g) ?? []).sort();
            assert.deepEqual(holes(TEXTS.en[key]), holes(text), key);
            assert.doesNotMatch(text, /!|하시겠습니까/, key);
        }
    });

    const shut = ['/center', '/reissue', '/reissue/identify', '/reissue/code',
        '/reissue/issue', '/reissue/done', '/transfer', '/transfer/confirm'];
    for (const path of shut) {
        test(`shows ${path} only to who has logged in`, async () => {
            const answer = await new Visitor(bank.url).get(path, { stay: true });
            assert.equal(answer.status, 303);
            assert.equal(answer.location, '/login');
        });
    }

    const bad = [
        ['an unknown path', 'GET', '/nothing', {}, 404],
        ['a path above the site', 'GET', '/..%2fbank.mjs', {}, 404],
        ['another method', 'DELETE', '/login', {}, 405],
        ['a post without a form token', 'POST', '/login',
            { body: new URLSearchParams({ user: 'hong' }) }, 403],
        ['a post with another session\'s token', 'POST', '/login',
            { body: new URLSearchParams({ csrf: 'x'.repeat(24) }) }, 403],
        ['a post from another site', 'POST', '/login',
            { body: new URLSearchParams({ csrf: 'x' }),
                headers: { Origin: 'https://evil.example' } }, 403],
        ['a body that is no form', 'POST', '/login',
            { body: 'user=hong', headers: { 'Content-Type': 'text/plain' } },
            415],
        ['JSON that is not JSON', 'POST', '/login',
            { body: '{', headers: { 'Content-Type': 'application/json' } },
            400],
        ['a body that is too large', 'POST', '/login',
            { body: new URLSearchParams({ user: 'x'.repeat(300000) }) }, 413],
    ];
    for (const [what, method, path, options, status] of bad) {
        test(`refuses ${what}`, async () => {
            const answer = await new Visitor(bank.url)
                .get(path, { method, ...options });
            assert.equal(answer.status, status);
        });
    }

    test('sends no script, frame or picture from elsewhere', async () => {
        const { headers } = await new Visitor(bank.url).get('/');
        assert.match(headers.get('content-security-policy'),
            /default-src 'none'.*frame-ancestors 'none'/);
        assert.match(headers.get('set-cookie'), /HttpOnly; SameSite=Strict/);
    });

    test('a wrong password or user is one answer; the sixth try waits',
        async () => {
            const visitor = new Visitor(bank.url);
            await visitor.get('/login');
            for (const user of ['nobody', kim.user]) {
                const { text } = await visitor.post('/login',
                    { user, password: 'wrong' });
                assert.match(text, new RegExp(TEXTS.ko.login_wrong));
            }
            for (let i = 0; i < 4; i++)
                await visitor.post('/login', { user: kim.user, password: 'x' });
            const right = { user: kim.user, password: kim.password };
            let answer = await visitor.post('/login', right);
            assert.match(answer.text, new RegExp(TEXTS.ko.login_often));
            branch.skew += 5 * 60 * 1000 + 1;
            answer = await visitor.post('/login', right);
            assert.match(answer.text, new RegExp(TEXTS.ko.center_title));
        });

    test('logging in changes the session, logging out ends it', async () => {
        const visitor = new Visitor(bank.url);
        await visitor.get('/login');
        const before = visitor.cookie;
        await visitor.post('/login',
            { user: hong.user, password: hong.password });
        assert.notEqual(visitor.cookie, before);
        await visitor.get('/center');
        await visitor.post('/logout', {});
        const { location } = await visitor.get('/center', { stay: true });
        assert.equal(location, '/login');
    });

    test('speaks English when asked, and Korean again', async () => {
        const visitor = await branch.loggedIn();
        let { text } = await visitor.get('/language?to=en');
        assert.match(text, /<html lang="en">[^]*Hello, 홍길동/);
        ({ text } = await visitor.get('/language?to=ko'));
        assert.match(text, /<html lang="ko">/);
    });

    test('stage 1 shows name and masked contact, and wants the tick',
        async () => {
            const visitor = await branch.loggedIn();
            const { text } = await visitor.get('/reissue');
            assert.match(text, /홍길동/);
            assert.match(text, /010-\*{4}-5678/);
            assert.doesNotMatch(text, new RegExp(hong.phone));
            assert.doesNotMatch(text, new RegExp(hong.mail));
            assert.doesNotMatch(text, new RegExp(hong.idn));
            assert.match(text, new RegExp(TEXTS.ko.note1));
            const untold = await visitor.post('/reissue', {});
            assert.match(untold.text, new RegExp(TEXTS.ko.must_agree));
        });

    for (const path of ['/reissue/identify', '/reissue/issue']) {
        test(`no way to ${path} around the stage before`, async () => {
            const visitor = await branch.loggedIn();
            const answer = await visitor.get(path, { stay: true });
            assert.equal(answer.location, '/reissue');
        });
    }

    test('hands out no codes before the identity check', async () => {
        const visitor = await branch.loggedIn();
        await branch.asked(visitor);
        const { status } = await visitor.get('/reissue/codes', {
            method: 'POST', body: '{}', headers: { 'X-CSRF': visitor.csrf,
                'Content-Type': 'application/json' } });
        assert.equal(status, 403);
    });

    for (const way of ['sms', 'mail']) {
        test(`stage 2 by ${way}: the code arrives and is accepted once`,
            async () => {
                const visitor = await branch.loggedIn(kim);
                const { text } = await branch.asked(visitor, way);
                assert.match(text, new RegExp(TEXTS.ko.code_title));
                const code = devices.code(way);
                assert.match(code, /^\d{6}$/);
                assert.match(devices.page(), new RegExp(code));
                const right = await visitor.post('/reissue/code', { code });
                assert.match(right.text, new RegExp(TEXTS.ko.issue_title));
                const again = await visitor.post('/reissue/code', { code });
                assert.match(again.text, new RegExp(TEXTS.ko.code_not_sent));
            });
    }

    test('the e-mail has an envelope, a subject and Korean words', async () => {
        const mail = devices.mails.at(-1);
        assert.deepEqual(mail.envelope,
            { from: 'no-reply@naru-bank.example', to: kim.mail });
        assert.equal(mail.subject, TEXTS.ko.mail_subject);
        assert.match(mail.text, /누구에게도 말하지 마세요/);
    });

    const wrongCodes = [
        ['a wrong code', 'code_wrong', async visitor => {
            const code = devices.code('sms');
            return visitor.post('/reissue/code',
                { code: code === '000000' ? '000001' : '000000' });
        }],
        ['no code', 'code_wrong', visitor =>
            visitor.post('/reissue/code', {})],
        ['the code three minutes later', 'code_expired', visitor => {
            branch.skew += 3 * 60 * 1000 + 1;
            return visitor.post('/reissue/code',
                { code: devices.code('sms') });
        }],
        ['the right code after five wrong ones', 'code_locked',
            async visitor => {
                for (let i = 0; i < 5; i++)
                    await visitor.post('/reissue/code', { code: 'x' });
                return visitor.post('/reissue/code',
                    { code: devices.code('sms') });
            }],
        ['another person\'s code', 'code_wrong', async visitor => {
            const other = await branch.loggedIn(kim);
            await branch.asked(other);
            const theirs = devices.code('sms');
            await branch.asked(visitor);
            const mine = devices.code('sms');
            return visitor.post('/reissue/code',
                { code: theirs === mine ? 'x' : theirs });
        }],
    ];
    for (const [what, reason, act] of wrongCodes) {
        test(`refuses ${what}`, async () => {
            branch.skew += 10 * 60 * 1000; // the sending limit of the test before
            const visitor = await branch.loggedIn();
            await branch.asked(visitor);
            const { text } = await act(visitor);
            assert.match(text, new RegExp(TEXTS.ko[reason]));
        });
    }

    test('sends at most five codes in ten minutes', async () => {
        branch.skew += 10 * 60 * 1000;
        const visitor = await branch.loggedIn();
        const before = devices.texts.length;
        for (let i = 0; i < 7; i++)
            await branch.asked(visitor);
        assert.equal(devices.texts.length - before, 5);
        const { text } = await visitor.post('/reissue/send', { way: 'sms' });
        assert.match(text, new RegExp(TEXTS.ko.sent_too_often));
        const { text: pigeon } = await visitor.post('/reissue/send',
            { way: 'pigeon' });
        assert.match(pigeon, new RegExp(TEXTS.ko.way_unknown));
    });
});
