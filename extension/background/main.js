/** The background's entry point: listeners are set at once, at top level. */
import { browser } from '../common/browser.js';
import { mirrorPolicy } from '../common/policy.js';
import { HOST_NAME } from '../common/protocol.js';
import { lookAtStart } from './badge.js';
import { Router } from './router.js';

const router = new Router(browser);

browser.runtime.onMessage.addListener(
    /** @type {(message: any, sender: any, respond: any) => boolean} */
    (message, sender, respond) => router.heard(message, sender, respond));

browser.storage.onChanged.addListener(
    /** @type {(_changes: any, area: string) => void} */
    (_changes, area) => {
        if (area === 'managed')
            mirrorPolicy(browser.storage);
    });

browser.runtime.onStartup.addListener(() => lookAtStart(browser,
    () => browser.runtime.connectNative(HOST_NAME)));

// Chromium alone can open the stores to content scripts; keep them closed
browser.storage.session.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
browser.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
