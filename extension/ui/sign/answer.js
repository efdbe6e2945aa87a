/**
 * How the person answers what a page asks to sign: the form under the first
 * view, the certificates, a press that counts, and what comes of it.
 */
import { browser } from '../../common/browser.js';
import { keepExpiries } from '../../common/expiries.js';
import { HostError } from '../../common/host-error.js';
import { watchWindow } from '../common/arming.js';
import { language } from '../common/i18n.js';
import { wrongText } from '../common/wrong-text.js';
import { findCertificates, lastLogin, lastUsed } from './certificates.js';
import { SignForm } from './form.js';

const { local, session } = browser.storage;

/**
 * @typedef {object} What
 * @property {import('../common/request-frame.js').RequestFrame} frame
 * @property {() => import('../../common/host.js').Port} connect
 * @property {import('./job.js').Asked} asked
 * @property {import('./job.js').Deed} deed
 * @property {HTMLElement} root of the first view
 * @property {HTMLElement} status
 */

class Answer {
    #what;
    #form;
    /** @type {string | null} certificate of the site's last login, if asked for */
    #login;
    /** @type {Set<() => void>} what failed, and is tried again together */
    #failed = new Set();

    /** @param {What} what @param {string | null} login */
    constructor(what, login) {
        this.#what = what;
        this.#login = login;
        const { frame, asked, root, status } = what;
        this.#form = new SignForm({
            arming: watchWindow(window),
            root,
            status,
            subject: asked,
            onApprove: () => this.#approve(),
            onCancel: () => frame.window.leave(),
            onFind: () => this.#fill(true),
        });
    }

    /** Put the form on the screen. */
    #ask() {
        const { frame } = this.#what;
        if (frame.window.ask())
            frame.show(this.#form);
    }

    /** @param {any} error @param {(() => void) | null} again */
    #stop(error, again) {
        if (again)
            this.#failed.add(again);
        this.#what.frame.window.stop(error, again && (() => this.#again()));
    }

    /** What stood in the way is mended: the form, and whatever failed. */
    #again() {
        this.#ask();
        const failed = [...this.#failed];
        this.#failed.clear();
        for (const again of failed)
            again();
    }

    /** @param {boolean} removable look on USB sticks, too */
    async #fill(removable) {
        const { frame, connect } = this.#what;
        const { origin, unseen } = frame.window.asked;
        const form = this.#form;
        try {
            const found = await findCertificates(connect, origin, removable);
            if (frame.window.over)
                return;
            frame.host = found.version;
            form.setCertificates(found, { removable, login: this.#login,
                lastUsed: await lastUsed(local, origin) });
            if (!unseen)
                await keepExpiries(local, found.certificates,
                    { removable, now: Date.now() });
            form.view.look();
        } catch (error) {
            this.#stop(error, () => this.#fill(removable));
        }
    }

    /** A press that counts, with a certificate chosen and a password typed. */
    async #approve() {
        const { frame, connect, deed } = this.#what;
        const form = this.#form;
        if (form.question?.answer() === 'decline') {
            frame.window.stop(new HostError('identity_declined'), null);
            return;
        }
        const means = { storage: browser.storage, connect, now: Date.now,
            request: frame.window.asked, language: language() };
        const id = form.list?.certificate?.id ?? '';
        await frame.window.approve(
            () => deed.attempt(means, id, form.password.value, form), {
                busy: on => form.setBusy(on),
                wrong: tried => form.wrongPassword(wrongText(tried)),
                again: () => {
                    this.#again();
                    this.#fill(false);
                },
                left: seen => frame.show(seen),
            });
    }

    /** Begin, with the form on the screen. */
    async start() {
        const { connect, deed } = this.#what;
        this.#ask();
        deed.begin?.(connect, (error, again) => this.#stop(error, again));
        window.addEventListener('resize', () => this.#form.view.look());
        await this.#fill(false);
    }
}

/** @param {What} what @returns {Promise<void>} or a rejection with a HostError */
export async function answer(what) {
    const { asked: { filter }, frame } = what;
    const login = filter.sameAsLogin
        ? await lastLogin(session, frame.window.asked.origin) : null;
    if (filter.sameAsLogin && login === null)
        throw new HostError('not_logged_in');
    if (!frame.window.over) // while this was loading
        await new Answer(what, login).start();
}
