/** The background's entry point: listeners are set at once, at top level. */
import { browser } from '../common/browser.js';
import { speaksOfExpiry } from '../common/expiries.js';
import { mirrorPolicy } from '../common/policy.js';
import { HOST_NAME } from '../common/protocol.js';
import { Store } from '../common/store.js';
import { lookAtStart } from './badge.js';
import { Reminders } from './reminders.js';
import { Router } from './router.js';

const router = new Router(browser);
const store = new Store(() => browser.runtime.connectNative(HOST_NAME));
const reminders = new Reminders(browser, () => store.all());

browser.runtime.onMessage.addListener(
    /** @type {(message: any, sender: any, respond: any) => boolean} */
    (message, sender, respond) => router.heard(message, sender, respond));

browser.windows.onRemoved.addListener(
    /** @param {number} id */ id => router.closed(id));

browser.storage.onChanged.addListener(
    /** @type {(changes: any, area: string) => void} */
    (changes, area) => {
        if (area === 'managed')
            mirrorPolicy(browser.storage);
        if (area === 'local' && speaksOfExpiry(changes))
            reminders.look();
    });

browser.runtime.onStartup.addListener(async () => {
    await lookAtStart(browser, store);
    await reminders.look();
});
browser.runtime.onInstalled.addListener(() => reminders.look());
browser.alarms.onAlarm.addListener(
    /** @param {{name: string}} alarm */ alarm => reminders.rang(alarm));
browser.notifications.onClicked.addListener(
    /** @param {string} id */ id => reminders.pressed(id));
browser.notifications.onButtonClicked?.addListener(
    /** @type {(id: string, button: number) => Promise<void>} */
    (id, button) => reminders.pressedButton(id, button));

// Chromium alone can open the stores to content scripts; keep them closed
browser.storage.session.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
browser.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
