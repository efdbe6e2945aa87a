/** The extension's table of errors against the host's own, and the texts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
    EXTENSION_ERRORS, HOST_ERRORS, PAGE_ONLY, errorRow,
} from '../../extension/common/errors.js';

const TOP = new URL('../../', import.meta.url).pathname;
const HOST = ['build/stage/usr/lib/ingam/ingam-host', 'build/ingam-host']
    .map(path => TOP + path).find(existsSync);
const skip = HOST === undefined && 'ingam-host is not built';
const all = [...HOST_ERRORS, ...EXTENSION_ERRORS];

const locale = language => JSON.parse(readFileSync(
    `${TOP}extension/_locales/${language}/messages.json`, 'utf8'));

test('the host\'s reasons, codes and order are ours', { skip }, () => {
    const { errors } = JSON.parse(execFileSync(HOST, ['--describe'],
        { encoding: 'utf8' }));
    assert.deepEqual(
        HOST_ERRORS.map(([reason, code, retryable]) => [reason, code, retryable]),
        errors.map(e => [e.reason, e.code, e.retryable]));
});

test('the host\'s commands that we call exist, with our parameters', { skip }, () => {
    const { commands } = JSON.parse(execFileSync(HOST, ['--describe'],
        { encoding: 'utf8' }));
    const rows = [
        ['store.list', ['offset', 'limit', 'removable']],
        ['ca.list', []],
        ['enrol.pending', []],
        ['enrol.resume', ['pending', 'password', 'confirmSubject']],
        ['enrol.reissue', ['ca', 'referenceNumber', 'authorizationCode',
            'password', 'keyScheme', 'root', 'name', 'old']],
        ['enrol.issue', ['ca', 'referenceNumber', 'authorizationCode',
            'password', 'keyScheme', 'root', 'name']],
        ['sign.data', ['certificate', 'password', 'content', 'format',
            'attributes', 'encoding']],
        ['doctor.run', []],
    ];
    for (const [name, params] of rows) {
        const command = commands.find(c => c.name === name);
        assert.ok(command, name);
        const known = command.params.map(p => p.name);
        for (const param of params)
            assert.ok(known.includes(param), `${name}: ${param}`);
    }
});

test('our own codes are 8xxx, and every reason and own code is there once', () => {
    const reasons = all.map(([reason]) => reason);
    assert.equal(new Set(reasons).size, reasons.length);
    const codes = EXTENSION_ERRORS.map(([, code]) => code);
    assert.equal(new Set(codes).size, codes.length);
    assert.ok(codes.every(code => code >= 8000 && code < 9000));
});

describe('every reason has a cause and a next step to be read', () => {
    for (const language of ['ko', 'en']) {
        const texts = locale(language);
        for (const [reason] of all.filter(([r]) => !PAGE_ONLY.includes(r)))
            test(`${reason}, ${language}`, () => {
                assert.ok(texts[`error_${reason}`]?.message.length > 5);
                assert.ok(texts[`error_${reason}_next`]?.message.length > 5);
            });
    }
});

test('every button has its words', () => {
    const texts = locale('ko');
    for (const [reason, , , , button] of all)
        assert.ok(texts[`button_${button}`], `${reason}: ${button}`);
});

test('no text is for a reason that does not exist', () => {
    const known = new Set(all.map(([reason]) => reason));
    const aside = new Set(['record', 'record_safe', 'ca_text', 'contact',
        'versions', 'unknown']);
    for (const name of Object.keys(locale('ko'))) {
        const [, reason] = name.match(
            /^error_(.+?)(_next)?(_renew|_revoke)?$/) ?? [];
        assert.ok(reason === undefined || known.has(reason) || aside.has(reason),
            name);
    }
});

for (const reason of ['', 'no_such', 'constructor', '__proto__', 'toString'])
    test(`"${reason}" is treated as internal`, () => {
        assert.equal(errorRow(reason).reason, 'internal');
    });
