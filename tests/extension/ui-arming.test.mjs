/** When a deed may be done: arming, keys, presses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARM_MS, Arming, armButton, passwordKey, pressCounts }
    from '../../extension/ui/common/arming.js';
import { FakeTimers } from './lib/timers.mjs';

function armed() {
    const timers = new FakeTimers();
    const arming = new Arming(timers);
    return { timers, arming };
}

test('a window arms half a second after it is seen, not before', () => {
    const { timers, arming } = armed();
    arming.look(true);
    timers.pass(ARM_MS - 1);
    assert.equal(arming.armed, false);
    timers.pass(1);
    assert.equal(arming.armed, true);
});

test('a window that is not seen never arms', () => {
    const { timers, arming } = armed();
    arming.look(false);
    timers.pass(60_000);
    assert.equal(arming.armed, false);
});

test('blur disarms at once', () => {
    const { timers, arming } = armed();
    arming.look(true);
    timers.pass(ARM_MS);
    arming.look(false);
    assert.equal(arming.armed, false);
    timers.pass(60_000);
    assert.equal(arming.armed, false);
});

test('a resize starts the half second again', () => {
    const { timers, arming } = armed();
    arming.look(true);
    timers.pass(ARM_MS - 1);
    arming.look(true);
    timers.pass(ARM_MS - 1);
    assert.equal(arming.armed, false);
    timers.pass(1);
    assert.equal(arming.armed, true);
});

test('each change is told once', () => {
    const { timers, arming } = armed();
    const told = [];
    arming.onChange(value => told.push(value));
    arming.look(false);
    arming.look(true);
    arming.look(true);
    timers.pass(ARM_MS);
    arming.look(false);
    arming.look(false);
    assert.deepEqual(told, [true, false]);
});

const KEY = { key: 'a', repeat: false, isTrusted: true };
const READY = { armed: true, typedArmed: true };

for (const [name, key, state, want] of [
    ['a letter when armed', {}, READY, 'pass'],
    ['Enter when armed and typed while armed', { key: 'Enter' }, READY,
        'approve'],
    ['Backspace held down', { key: 'Backspace', repeat: true }, READY, 'pass'],
    ['Tab before arming', { key: 'Tab' }, { armed: false }, 'pass'],
    ['Escape before arming', { key: 'Escape' }, { armed: false }, 'pass'],
    ['a letter before arming', {}, { armed: false }, 'drop'],
    ['a letter held down', { repeat: true }, READY, 'drop'],
    ['Enter before arming', { key: 'Enter' },
        { armed: false, typedArmed: true }, 'drop'],
    ['Enter held down', { key: 'Enter', repeat: true }, READY, 'drop'],
    ['Enter when nothing was typed while armed', { key: 'Enter' },
        { armed: true, typedArmed: false }, 'drop'],
    ['Enter that ends a composition', { key: 'Enter', isComposing: true },
        READY, 'drop'],
    ['Enter made by a script', { key: 'Enter', isTrusted: false }, READY,
        'drop'],
    ['a letter made by a script', { isTrusted: false }, READY, 'drop'],
    ['Space held down', { key: ' ', repeat: true }, READY, 'drop'],
])
    test(`password field: ${name}: ${want}`, () => {
        assert.equal(passwordKey({ ...KEY, ...key }, state), want);
    });

for (const [name, isTrusted, isArmed, want] of [
    ['a press when armed counts', true, true, true],
    ['a press before arming does not', true, false, false],
    ['a press by a script does not', false, true, false],
])
    test(name, () => {
        assert.equal(pressCounts({ isTrusted }, isArmed), want);
    });

/** As much of a button as armButton uses. */
class FakeButton {
    attributes = new Map();
    listeners = new Map();
    setAttribute(name, value) {
        this.attributes.set(name, value);
    }
    hasAttribute(name) {
        return this.attributes.has(name);
    }
    addEventListener(name, listener) {
        this.listeners.set(name, listener);
    }
    send(name, event) {
        let prevented = false;
        this.listeners.get(name)({ ...event, preventDefault: () => {
            prevented = true;
        } });
        return prevented;
    }
}

test('a deed button says that it is not ready, and does nothing', () => {
    const { timers, arming } = armed();
    const button = new FakeButton();
    let deeds = 0;
    armButton(button, arming, () => deeds++);
    assert.equal(button.attributes.get('aria-disabled'), 'true');
    button.send('click', { isTrusted: true });
    assert.equal(deeds, 0);
    arming.look(true);
    timers.pass(ARM_MS);
    assert.equal(button.attributes.get('aria-disabled'), 'false');
    button.send('click', { isTrusted: false });
    assert.equal(deeds, 0);
    button.send('click', { isTrusted: true });
    assert.equal(deeds, 1);
});

test('a deed button that is blocked for another reason does nothing', () => {
    const { timers, arming } = armed();
    const button = new FakeButton();
    let deeds = 0;
    armButton(button, arming, () => deeds++);
    arming.look(true);
    timers.pass(ARM_MS);
    button.setAttribute('data-blocked', '');
    button.send('click', { isTrusted: true });
    assert.equal(deeds, 0);
});

for (const [key, repeat, want] of [['Enter', true, true], [' ', true, true],
    ['Enter', false, false], [' ', false, false], ['a', true, false]])
    test(`a deed button ${want ? 'drops' : 'lets through'} "${key}" ` +
        `${repeat ? 'held down' : 'pressed once'}`, () => {
        const button = new FakeButton();
        armButton(button, new Arming(new FakeTimers()), () => {});
        assert.equal(button.send('keydown', { key, repeat }), want);
    });
