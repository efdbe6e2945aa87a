// The accessibility checks themselves: each finds the fault that is planted for
// it, and finds nothing in a page without faults.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { audit } from './lib/audit.mjs';
import { BROWSERS, installed, launch } from './lib/launch.mjs';

mkdirSync(resolve('build/tmp'), { recursive: true });
const folder = mkdtempSync(resolve('build/tmp/audit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a page without faults is made of; each row replaces a part. */
const PARTS = { lang: 'ko', title: '서명 — 인감', help: '<button ' +
    'id="help-button" style="height:30px">도움말</button>',
h1: '<h1 tabindex="-1">제목</h1>', body: '<p>글</p>', style: '' };

const document = parts => `data:text/html;charset=utf-8,${encodeURIComponent(
    `<!doctype html><html lang="${parts.lang}"><title>${parts.title}</title>` +
    '<style>body{color:#222;background:#fff}button,input{min-height:28px;' +
    `min-width:40px;color:#222;background:#fff}${parts.style}</style>` +
    `${parts.help}${parts.h1}${parts.body}</html>`)}`;

const FAULTS = [
    ['another language', { lang: 'en' }, /^A01 lang/],
    ['no language', { lang: '' }, /^A01 lang/],
    ['a title without the deed', { title: '인감' }, /^A01 title/],
    ['no heading', { h1: '' }, /^A02 0/],
    ['two headings', { body: '<h1 tabindex="-1">b</h1>' }, /^A02 2/],
    ['a heading without focus', { h1: '<h1>제목</h1>' }, /^A02 the heading/],
    ['a positive tabindex', { body: '<p tabindex="3">x</p>' }, /^A03/],
    ['an access key', { body: '<button accesskey="s">s</button>' }, /^A18/],
    ['a field without a label', { body: '<input>' }, /^A10 field/],
    ['a placeholder', { body: '<label>a <input placeholder="b"></label>' },
        /^A10 placeholder/],
    ['a button without a name', { body: '<button></button>' }, /^A06 control/],
    ['a name that lacks what is seen',
        { body: '<button aria-label="open">보기</button>' }, /^A06 "open"/],
    ['a description that is not there',
        { body: '<p aria-describedby="none">x</p>' }, /^A06 aria/],
    ['a picture without words', { body: '<img src="data:,">' }, /^A06 picture/],
    ['grey on white', { body: '<p style="color:#888">x</p>' }, /^A11.*3\.5/],
    ['grey through half a veil', { body: '<p style="color:rgba(0,0,0,.5)">x' +
        '</p>' }, /^A11/],
    ['white on what is behind it', { body: '<div style="background:#fff">' +
        '<p style="color:#fff">x</p></div>' }, /^A11.*1\.00/],
    ['a small button', { body: '<button style="min-height:0;min-width:0;' +
        'width:20px;height:20px;padding:0;border:0">x</button>' }, /^A12/],
    ['a small link on its own', { body: '<p><a href="x" style="display:block;' +
        'width:20px;height:20px;color:#222">x</a></p>' }, /^A12/],
    ['a wide box', { body: '<div style="width:5000px">x</div>' }, /^A13/],
    ['a slow transition', { style: 'p{transition:color 1s}' }, /^A15/],
    ['an animation', { style: '@keyframes k{to{opacity:.9}}p{animation:k 2s}' },
        /^A15/],
    ['no help', { help: '' }, /^A17/],
];

for (const name of BROWSERS) {
    const skip = installed(name) ? false : `${name} is not installed`;
    describe(`the checks in ${name}`, { skip }, () => {
        let browser, page;
        before(async () => {
            browser = await launch(name, { home: join(folder, name) });
            page = await browser.open(document(PARTS));
        });
        after(() => browser?.close());

        const look = async parts => {
            await page.navigate(document({ ...PARTS, ...parts }));
            return page.evaluate(audit, { lang: 'ko', ours: true });
        };

        test('find nothing where nothing is wrong', async () =>
            assert.deepEqual(await look({}), []));
        for (const [what, parts, want] of FAULTS) {
            test(`find ${what}`, async () => {
                const found = await look(parts);
                assert.ok(found.some(text => want.test(text)),
                    `${want} is not in ${JSON.stringify(found)}`);
            });
        }
    });
}
