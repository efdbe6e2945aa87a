/**
 * The CAs and their switches. Whoever switches one on is told first what that
 * means, and that its facts were not tried, where they were not.
 */
import { callHost, HostError } from '../../common/host.js';
import { armButton } from '../common/arming.js';
import { contactLine } from '../common/copy.js';
import { box, el, fill } from '../common/dom.js';
import { hasText, pick, t } from '../common/i18n.js';

/** @typedef {import('../common/certificate-model.js').Ca & {dialect: string,
 *     verified: boolean, complete: boolean}} Ca */

/**
 * @param {any} error
 * @param {string} ca its title
 * @returns {string} a sentence
 */
export function refusalText(error, ca) {
    const { reason, data } = error instanceof HostError ? error
        : new HostError('internal');
    const missing = `cas_missing_${data?.what}`;
    if (reason === 'ca_incomplete' && hasText(missing))
        return t(missing);
    return `${t(`error_${reason}`, { ca })} ${
        t(`error_${reason}_next`, { ca })}`;
}

export class CaSettings {
    #connect;
    #arming;

    /**
     * @param {() => import('../../common/host.js').Port} connect
     * @param {import('../common/arming.js').Arming} arming
     */
    constructor(connect, arming) {
        this.#connect = connect;
        this.#arming = arming;
        this.list = el('ul', { class: 'todo', id: 'cas' });
        this.said = el('p', { class: 'help', role: 'status' });
        this.root = el('div', {}, el('p', {}, t('cas_intro')), this.list,
            this.said);
    }

    /** @returns {Promise<void>} or a rejection with a HostError */
    async load() {
        const { cas, broken = [] } =
            await callHost(this.#connect, { method: 'ca.list' });
        fill(this.list,
            ...cas.map(/** @param {Ca} ca */ ca => this.#row(ca)),
            cas.length === 0 && el('li', {}, t('cas_none')),
            broken.length > 0 && el('li', { class: 'help' },
                t('cas_broken', { n: broken.length })));
    }

    /** @param {Ca} ca */
    #row(ca) {
        const title = pick(ca.title) || ca.name;
        const below = el('div', {});
        const problem = el('p', { class: 'problem', role: 'alert' });
        const verb = ca.enabled ? 'disable' : 'enable';
        const button = el('button', {
            type: 'button', class: 'small', id: `switch-${ca.name}`,
            'aria-label': t(`cas_${verb}_label`, { ca: title }),
            onclick: () => {
                problem.textContent = '';
                if (ca.enabled)
                    this.#set(ca, title, problem);
                else
                    this.#confirm(ca, title, below, problem);
            },
        }, t(`cas_${verb}`));
        return el('li', { class: 'card still' },
            el('div', { class: 'top' }, el('span', { class: 'name' }, title),
                el('span', { class: `badge ${ca.enabled ? 'info' : 'neutral'}` },
                    t(ca.enabled ? 'cas_on' : 'cas_off'))),
            !ca.verified && el('p', { class: 'more unverified' },
                t('cas_unverified')),
            contactLine(pick(ca.contact)),
            ca.enabled || ca.complete ? el('p', {}, button)
                : el('p', { class: 'more' }, t('cas_incomplete')),
            problem, below);
    }

    /**
     * @param {Ca} ca
     * @param {string} title
     * @param {HTMLElement} below
     * @param {HTMLElement} problem
     */
    #confirm(ca, title, below, problem) {
        const head = el('h2', { tabindex: '-1' },
            `${t('cas_confirm_title')}: ${title}`);
        const go = el('button', { type: 'button', class: 'primary',
            id: 'confirm' }, t('cas_confirm_deed'));
        armButton(go, this.#arming, () => {
            fill(below);
            this.#set(ca, title, problem);
        });
        fill(below, box('warn', head,
            el('p', {}, t('cas_confirm_sends')),
            !ca.verified && el('p', {}, t('cas_confirm_unverified')),
            el('p', {}, t('cas_confirm_only'))),
        el('div', { class: 'row' },
            el('button', { type: 'button', id: 'not-now', onclick: () => {
                fill(below);
                document.getElementById(`switch-${ca.name}`)?.focus();
            } }, t('cancel')), go));
        head.focus();
    }

    /**
     * @param {Ca} ca
     * @param {string} title
     * @param {HTMLElement} problem
     */
    async #set(ca, title, problem) {
        const method = ca.enabled ? 'ca.disable' : 'ca.enable';
        try {
            await callHost(this.#connect, { method, params: { name: ca.name } });
            await this.load();
            this.said.textContent = t(
                ca.enabled ? 'cas_disabled' : 'cas_enabled', { ca: title });
        } catch (error) {
            problem.textContent = refusalText(error, title);
        }
        document.getElementById(`switch-${ca.name}`)?.focus();
    }
}
