/** A person who waits for a window does not wait for one import after another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGES, modules, preloaded } from './lib/preload.mjs';

for (const page of PAGES)
    test(`${page} asks for its modules at once (tests/extension/lib/` +
        'preload.mjs --write)', () => {
        const needed = new Set(modules(page));
        const asked = preloaded(page);
        assert.equal(new Set(asked).size, asked.length, 'none twice');
        const off = [...asked.filter(path => !needed.has(path)),
            ...[...needed].filter(path => !asked.includes(path))];
        assert.ok(off.length <= needed.size / 10, String(off));
    });
