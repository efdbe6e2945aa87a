// Chromium over the DevTools protocol's pipe: NUL-ended JSON on descriptors 3
// and 4, so there is no port, and Chromium ends when we do.

import { Calls, Gone, ifGone } from './calls.mjs';
import { ChromiumPage } from './chromium-page.mjs';
import { browserEnv } from './environment.mjs';
import { PATIENCE_MS, Program, emptyHome, until, within } from './program.mjs';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--disable-dev-shm-usage', '--password-store=basic',
    '--no-default-browser-check', '--disable-search-engine-choice-screen',
    '--enable-unsafe-extension-debugging',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, ' +
        'EXCLUDE 127.0.0.1'];

export class Chromium {
    name = 'chromium';
    /** Every target that is there now, by id. */
    targets = new Map();
    #pages = new Map();
    #data = '';

    /** @param {import('./launch.mjs').Options} options */
    constructor(options) {
        this.options = options;
        const { width, height } = options.size ?? { width: 1280, height: 960 };
        const args = [...FLAGS,
            ...(options.headless ? ['--headless=new'] : []),
            ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
            `--lang=${options.lang}`, `--user-data-dir=${options.profile}`,
            // The screen; a window's own size would hold for popups, too.
            ...(options.headless
                ? [`--screen-info={${width}x${height}}`] : []),
            '--remote-debugging-pipe', ...(options.args ?? []), 'about:blank'];
        this.program = new Program(CHROMIUM, args, {
            env: browserEnv(options.home, options.lang),
            stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
        const [, , , input, output] = this.program.child.stdio;
        input.on('error', () => {});
        this.calls = new Calls(message =>
            input.write(`${JSON.stringify(message)}\0`));
        output.setEncoding('utf8').on('data', data => this.#received(data));
        this.program.exited.then(() => {
            this.targets.clear();
            this.calls.drop(undefined, 'Chromium ended');
        });
    }

    async start() {
        await this.send('Target.setDiscoverTargets',
            { discover: true, filter: [{}] });
        if (this.options.extension) {
            const id = await this.install(this.options.extension);
            this.extensionId = id;
            this.base = `chrome-extension://${id}/`;
        }
        return this;
    }

    /** Install an unpacked extension. @returns {Promise<string>} its id */
    async install(path) {
        return (await this.send('Extensions.loadUnpacked', { path })).id;
    }

    send(method, params = {}, sessionId = undefined, ms = undefined) {
        return this.calls.call({ method, params,
            ...(sessionId && { sessionId }) }, sessionId, ms);
    }

    #received(data) {
        const parts = (this.#data + data).split('\0');
        this.#data = parts.pop();
        for (const part of parts)
            this.#message(JSON.parse(part));
    }

    #message({ id, error, result, method, params, sessionId }) {
        if (id !== undefined) {
            const gone = /session with given id|target closed|not attached/i;
            this.calls.settle(id, error && (gone.test(error.message)
                ? new Gone(error.message)
                : new Error(`${error.message} ${error.data ?? ''}`)), result);
        } else if (method === 'Target.targetCreated' ||
            method === 'Target.targetInfoChanged') {
            this.targets.set(params.targetInfo.targetId, params.targetInfo);
        } else if (method === 'Target.targetDestroyed') {
            this.targets.delete(params.targetId);
            this.#pages.delete(params.targetId);
        } else if (method === 'Target.detachedFromTarget') {
            this.calls.drop(params.sessionId, 'the window is gone');
            this.#pages.delete(params.targetId);
        } else if (method === 'Page.javascriptDialogOpening') {
            this.#dialog(params, sessionId);
        }
    }

    /** A page's dialog (beforeunload, alert) is noted and accepted. */
    #dialog({ type, message }, sessionId) {
        for (const page of this.#pages.values()) {
            if (page.session === sessionId)
                page.dialogs.push({ type, message });
        }
        this.send('Page.handleJavaScriptDialog', { accept: true }, sessionId)
            .catch(() => {});
    }

    async page(targetId) {
        if (!this.#pages.has(targetId)) {
            const { sessionId } = await this.send('Target.attachToTarget',
                { targetId, flatten: true });
            const page = new ChromiumPage(this, targetId, sessionId);
            this.#pages.set(targetId, page);
            await ifGone(page.send('Page.enable'));
            if (this.options.dark)
                await page.media({ dark: true });
        }
        return this.#pages.get(targetId);
    }

    /** @param {string} url @param {object} more for Target.createTarget */
    async open(url, more = {}) {
        const { targetId } =
            await this.send('Target.createTarget', { url, ...more });
        const page = await this.page(targetId);
        await page.until(() => document.readyState === 'complete' &&
            location.href !== 'about:blank', url);
        return page;
    }

    async openPrivate(url) {
        return this.open(url, await this.send('Target.createBrowserContext'));
    }

    /** Where downloads go, without a question. */
    downloadTo(folder) {
        return this.send('Browser.setDownloadBehavior',
            { behavior: 'allow', downloadPath: folder });
    }

    /** A page of the extension in a tab, as no page of the web can open it. */
    openExtension(path) {
        return this.open(this.base + path);
    }

    /** Addresses of a page's frames that match. */
    async frames(page, pattern) {
        const { frameTree } = await page.send('Page.getFrameTree');
        return (frameTree.childFrames ?? []).map(({ frame }) => frame.url)
            .filter(url => pattern.test(url));
    }

    /** Pages whose address matches, oldest first. */
    async windows(pattern) {
        const found = [...this.targets.values()].filter(target =>
            target.type === 'page' && pattern.test(target.url));
        return Promise.all(found.map(target => this.page(target.targetId)));
    }

    /** Whether the extension's background is running. */
    async backgroundAwake() {
        return this.#workers().length > 0;
    }

    #workers() {
        return [...this.targets.values()].filter(({ type, url }) =>
            type === 'service_worker' && url.startsWith(this.base));
    }

    /** What the browser does to an idle background, now. One that is starting
     * does not hear it: it is told until it ends. */
    async sleepBackground() {
        const awake = new Set(this.#workers().map(({ targetId }) => targetId));
        await until(async () => {
            const left = this.#workers().map(({ targetId }) => targetId)
                .filter(targetId => awake.has(targetId));
            for (const targetId of left)
                await ifGone(this.send('Target.closeTarget', { targetId }));
            return left.length === 0;
        }, 'the worker to end');
    }

    /** On all sites, or on none until it is clicked: as a person sets it. */
    async siteAccess(allowed) {
        const settings = await this.open('chrome://extensions');
        await settings.evaluate((extensionId, hostAccess) =>
            chrome.developerPrivate.updateExtensionConfiguration(
                { extensionId, hostAccess }), this.extensionId,
        allowed ? 'ON_ALL_SITES' : 'ON_CLICK');
        await settings.close();
    }

    /** As a person quits it; none of its programs is ended by us. */
    async quit() {
        await this.send('Browser.close').catch(() => {}); // or it is gone
        await within(this.program.exited, PATIENCE_MS, 'Chromium to end');
    }

    /** End in the middle of everything, as a crash does. */
    async kill() {
        this.program.sweep();
        await this.program.exited;
        await emptyHome(this.options.home);
    }

    async close() {
        try {
            await this.send('Browser.close', {}, undefined, 5000);
            await within(this.program.exited, 5000, 'Chromium to end');
        } catch {
            await this.program.end();
        }
        this.program.sweep();
        await emptyHome(this.options.home);
    }
}
