/** What the deeds have in common: the password of a certificate, the doing,
 * the screen before it and the one after it. */
import { shortDate } from '../common/dates.js';
import { usageText } from '../common/certificate-list.js';
import { box, el, icon } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { PasswordField } from '../common/password-field.js';
import { WrongCount } from '../common/wrong.js';
import { wrongText } from '../common/wrong-text.js';
import { heading } from '../enrol/shell.js';

/** @typedef {import('./world.js').World} World */
/** @typedef {import('../enrol/shell.js').Screen} Screen */
/** @typedef {import('../common/certificate-model.js').Certificate} Certificate */

/** Reasons that are shown at the password. */
const OF_PASSWORD = ['password_wrong', 'password_slowed'];

/** The password of something that is opened; wrong ones are counted. */
export class AskPassword {
    #count;

    /**
     * @param {World} world
     * @param {string} of what is opened: a certificate's id, a file's name
     * @param {{label?: string, onEnter: () => void}} how
     */
    constructor(world, of, { label = t('password'), onEnter }) {
        this.#count = new WrongCount(world.browser.storage.session, of);
        this.field = new PasswordField({ arming: world.arming, label,
            help: t('password_case'), onEnter });
        this.root = this.field.root;
    }

    /** @param {string} problem */
    #say(problem) {
        this.field.setProblem(problem);
        this.field.input.focus();
    }

    /** @returns {Promise<string | null>} null: the problem is shown */
    async take() {
        if (this.field.value === '') {
            this.#say(t('password_empty'));
            return null;
        }
        const wait = await this.#count.look();
        if (wait.seconds > 0) {
            this.#say(wrongText(wait));
            return null;
        }
        return this.field.value;
    }

    /**
     * @param {any} data of the host's error, which counts for stored keys
     */
    async wrong({ n, s = 0 }) {
        const tally = n === undefined ? await this.#count.wrong()
            : { count: n, seconds: s };
        this.field.wipe();
        this.#say(wrongText(tally));
    }

    async right() {
        await this.#count.right();
        this.field.wipe();
    }
}

/**
 * Do it once, however often it is pressed; say that it is being done.
 * @param {World} world
 * @param {string} method
 * @param {Record<string, any>} params
 * @param {object} [how]
 * @param {AskPassword} [how.ask] whose password goes with it
 * @param {(error: any) => boolean} [how.caught] whether it was dealt with
 * @returns {Promise<any>} null when it failed and that is shown
 */
export async function perform(world, method, params, { ask, caught } = {}) {
    const button = document.getElementById('primary');
    if (button?.hasAttribute('data-blocked'))
        return null;
    button?.setAttribute('data-blocked', '');
    world.shell.say(t('manage_working'));
    try {
        const result = await world.store.ask(method, params);
        await ask?.right();
        world.note = result.historyProblem ? t('history_unwritten') : '';
        return result;
    } catch (error) {
        const { reason, data } = /** @type {any} */ (error);
        if (OF_PASSWORD.includes(reason) && ask)
            await ask.wrong(data);
        else if (!caught?.(error))
            world.fail(error);
        return null;
    } finally {
        world.shell.say('');
        button?.removeAttribute('data-blocked');
    }
}

/** @param {Certificate} c */
export const certificateLine = c => el('p', { id: 'who' },
    t('prepare_old_until', { name: c.name, usage: usageText(c),
        date: shortDate(c.notAfter) }));

/**
 * @param {World} world
 * @param {object} parts
 * @param {string} parts.deed key of its name
 * @param {string} parts.title
 * @param {Certificate} [parts.certificate]
 * @param {(Node | null | false)[]} parts.content
 * @param {string} parts.label of the button
 * @param {() => void} parts.press
 * @param {boolean} [parts.danger]
 * @returns {Screen}
 */
export function deedScreen(world, { deed, title, certificate, content, label,
    press, danger }) {
    const back = () => world.go(certificate?.id ?? '');
    return {
        deed: t(deed),
        content: [el('div', { class: 'deed' }, heading(title),
            certificate && certificateLine(certificate),
            ...content)],
        secondary: { label: t('cancel'), press: back },
        primary: { label, press, armed: true, danger },
        escape: back,
    };
}

/**
 * @param {World} world
 * @param {object} parts
 * @param {string} parts.deed key of its name
 * @param {string} parts.title
 * @param {(Node | null | false)[]} parts.content
 * @param {string} parts.to where the button leads
 */
export function done(world, { deed, title, content, to }) {
    const back = () => world.go(to);
    world.shell.mount('done', {
        deed: t(deed),
        content: [el('div', { class: 'deed' },
            heading(title), ...content,
            world.note !== '' && box('warn', el('p', {}, world.note)))],
        primary: { label: t('done'), press: back },
        escape: back,
    });
    document.querySelector('h1')?.prepend(icon('✓ '));
}
