// Firefox over WebDriver BiDi, which Firefox itself serves on a loopback port.
// System access lets a test open an extension's page as a tab and end the
// background, which BiDi alone does not offer.

import { Calls, Gone } from './calls.mjs';
import { browserEnv } from './environment.mjs';
import { FirefoxPage, valueOf } from './firefox-page.mjs';
import { PATIENCE_MS, Program, emptyHome, until, within } from './program.mjs';
import { WebSocketClient } from './websocket.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';

export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const UUID = '6f9b0c52-8f0e-4a55-9d5e-1a6a2c3d4e5f';

/** Quiet, and the same every time. */
const prefs = (options, id) => ({
    'app.update.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'browser.aboutwelcome.enabled': false,
    'browser.startup.homepage_override.mstone': 'ignore',
    'browser.tabs.warnOnClose': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'dom.disable_open_during_load': false,
    'dom.require_user_interaction_for_beforeunload': false,
    'extensions.webextensions.uuids': JSON.stringify({ [id]: UUID }),
    'intl.locale.requested': options.lang === 'ko' ? 'ko' : 'en-US',
    'intl.accept_languages': options.lang === 'ko' ? 'ko, en' : 'en-US, en',
    'layout.css.prefers-color-scheme.content-override': options.dark ? 0 : 1,
    'network.dns.disabled': true,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'remote.prefs.recommended': true,
    'toolkit.telemetry.reportingpolicy.firstRun': false,
    ...options.prefs,
});

export class Firefox {
    name = 'firefox';
    #pages = new Map();

    /** @param {import('./launch.mjs').Options} options */
    constructor(options) {
        this.options = options;
        this.id = options.addonId ?? 'ingam@ingam.kr';
        mkdirSync(options.profile, { recursive: true });
        writeFileSync(`${options.profile}/user.js`,
            Object.entries(prefs(options, this.id)).map(([name, set]) =>
                `user_pref("${name}", ${JSON.stringify(set)});\n`).join(''));
        const { width, height } = options.size ?? { width: 1280, height: 960 };
        this.program = new Program(FIREFOX, [
            ...(options.headless ? ['--headless'] : []), '--no-remote',
            '--width', String(width), '--height', String(height),
            '--profile', options.profile, '--remote-debugging-port=0',
            '--remote-allow-system-access', ...(options.args ?? []),
            'about:blank'], { env: browserEnv(options.home, options.lang) });
    }

    async start() {
        const [, url] = await this.program.said(
            /WebDriver BiDi listening on (ws:\S+)/);
        this.socket = await WebSocketClient.connect(`${url}/session`);
        this.calls = new Calls(message =>
            this.socket.send(JSON.stringify(message)));
        this.socket.onmessage = text => this.#message(JSON.parse(text));
        this.socket.onclose = () =>
            this.calls.drop(undefined, 'Firefox ended');
        await this.send('session.new', { capabilities: { alwaysMatch: {
            acceptInsecureCerts: this.options.insecure === true,
            unhandledPromptBehavior: { default: 'accept',
                beforeUnload: 'accept' } } } });
        if (this.options.extension) {
            await this.install(this.options.extension);
            this.extensionId = this.id;
            this.base = `moz-extension://${UUID}/`;
        }
        return this;
    }

    /** Install an extension: a package to stay, a folder for this session. */
    install(path) {
        const stays = path.endsWith('.xpi');
        return this.send('webExtension.install', { 'moz:permanent': stays,
            extensionData: { type: stays ? 'archivePath' : 'path', path } });
    }

    send(method, params = {}, key = null, ms = undefined) {
        return this.calls.call({ method, params }, key, ms);
    }

    #message({ type, id, error, message, result }) {
        if (type === 'error') {
            const gone = error === 'no such frame' ||
                /discarded|destroyed/i.test(message);
            this.calls.settle(id, gone ? new Gone(`${error}: ${message}`)
                : new Error(`${error}: ${message}`));
        } else if (type === 'success') {
            this.calls.settle(id, null, result);
        }
    }

    /** Run a function with the browser's own rights. */
    async chrome(fn, ...args) {
        const { contexts } = await this.send('browsingContext.getTree',
            { 'moz:scope': 'chrome', maxDepth: 0 });
        const answer = await this.send('script.evaluate', {
            expression: `(async () => JSON.stringify(await (${fn})(${args
                .map(arg => JSON.stringify(arg)).join(', ')}) ?? null))()`,
            target: { context: contexts[0].context }, awaitPromise: true });
        return valueOf(answer);
    }

    async open(url) {
        const { context } = await this.send('browsingContext.create',
            { type: 'tab' });
        const page = this.#page(context);
        await page.navigate(url);
        page.last = url;
        return page;
    }

    async openPrivate(url) {
        const before = await this.windows(/./);
        await this.chrome(() => {
            globalThis.BrowserWindowTracker.openWindow({ private: true });
        });
        const page = await until(async () => (await this.windows(/./)).find(
            window => !before.includes(window)), 'a private window');
        await page.until(() => document.readyState === 'complete' &&
            location.href !== 'about:blank', 'its first page');
        await page.navigate(url);
        return page;
    }

    /** Where downloads go, without a question. */
    downloadTo(folder) {
        return this.send('browser.setDownloadBehavior', { downloadBehavior:
            { type: 'allowed', destinationFolder: folder } });
    }

    /** A page of the extension in a tab, as no page of the web can open it. */
    openExtension(path) {
        return this.open(this.base + path);
    }

    /** Addresses of a page's frames that match. */
    async frames(page, pattern) {
        const { contexts } = await this.send('browsingContext.getTree',
            { root: page.context, maxDepth: 1 });
        return (contexts[0].children ?? []).map(({ url }) => url)
            .filter(url => pattern.test(url));
    }

    #page(context) {
        if (!this.#pages.has(context))
            this.#pages.set(context, new FirefoxPage(this, context));
        return this.#pages.get(context);
    }

    async windows(pattern) {
        const { contexts } = await this.send('browsingContext.getTree',
            { maxDepth: 0 });
        for (const [context, page] of this.#pages) {
            if (!contexts.some(now => now.context === context)) {
                page.closed = true;
                this.#pages.delete(context);
            }
        }
        return contexts.map(({ context, url }) => {
            const page = this.#page(context);
            page.last = url;
            return page;
        }).filter(page => pattern.test(page.last));
    }

    async backgroundAwake() {
        return await this.chrome(id => WebExtensionPolicy.getByID(id)
            .extension.backgroundState, this.id) === 'running';
    }

    async sleepBackground() {
        await this.chrome(id => WebExtensionPolicy.getByID(id).extension
            .terminateBackground({ disableResetIdleForTest: true }), this.id);
        await until(async () => !await this.backgroundAwake(),
            'the background to sleep');
    }

    /** On all sites or on none: as a person sets it at about:addons. */
    siteAccess(allowed) {
        return this.chrome(async (id, how) => {
            const { ExtensionPermissions } = ChromeUtils.importESModule(
                'resource://gre/modules/ExtensionPermissions.sys.mjs');
            const { extension } = WebExtensionPolicy.getByID(id);
            const origins = extension.manifest.content_scripts
                .flatMap(({ matches }) => matches);
            await ExtensionPermissions[how](id, { permissions: [], origins,
                data_collection: [] }, extension);
        }, this.id, allowed ? 'add' : 'remove');
    }

    /** As a person quits it: BiDi's way closes the tabs first, which then do
     * not come back at the next start. None of its programs is ended by us. */
    async quit() {
        await this.chrome(() => {
            Services.startup.quit(Services.startup.eAttemptQuit);
        }).catch(() => {}); // it goes before it answers
        await within(this.program.exited, PATIENCE_MS, 'Firefox to end');
    }

    async kill() {
        this.program.sweep();
        await this.program.exited;
        await emptyHome(this.options.home);
    }

    async close() {
        try {
            await this.send('browser.close', {}, null, 5000);
            await within(this.program.exited, 8000, 'Firefox to end');
        } catch {
            await this.program.end();
        }
        this.socket?.close();
        this.program.sweep();
        await emptyHome(this.options.home);
    }
}
