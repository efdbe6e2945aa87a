/** The form under what is asked: with which key it is signed. */
import { refusal } from '../../common/filter.js';
import { pressCounts } from '../common/arming.js';
import { CertificateList } from '../common/certificate-list.js';
import { findCa } from '../common/certificate-model.js';
import { box, el, fill } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { PasswordField } from '../common/password-field.js';
import { questionOf } from './questions.js';

/**
 * @typedef {object} How
 * @property {import('../common/arming.js').Arming} arming
 * @property {HTMLElement} root of the first view, under which it stands
 * @property {HTMLElement} status what is read out
 * @property {import('./job.js').Subject} subject
 * @property {() => void} onApprove a press that counts, of whatever kind
 * @property {() => void} onCancel
 * @property {() => void} onFind look for certificates on removable media
 */

export class SignForm {
    #how;
    /** @type {CertificateList | null} */
    list = null;

    /** @param {How} how */
    constructor(how) {
        this.#how = how;
        this.view = how.subject.view;
        this.view.onChange = () => this.look();
        this.root = how.root;
        this.status = how.status;
        this.question = questionOf(how.subject.question);
        this.certificates = el('div', {},
            el('p', { class: 'help', role: 'status' }, t('loading')));
        this.searched = el('p', { class: 'help', role: 'status' });
        this.password = new PasswordField({
            arming: how.arming,
            label: t('password'),
            help: t('password_case'),
            onEnter: () => this.#approve(),
            onForgot: () => this.#forgot(),
        });
        this.forgot = box('info',
            el('p', {}, el('strong', {}, t('password_forgot_title'))),
            el('p', {}, t('password_forgot_text')),
            el('p', {}, t('password_forgot_reissue')));
        this.forgot.hidden = true;
        this.#build();
    }

    #build() {
        const { arming, subject, onCancel, onFind } = this.#how;
        this.root.append(
            ...this.question ? [this.question.root] : [],
            this.certificates,
            el('details', {},
                el('summary', {}, t('certificates_missing')),
                el('button', { type: 'button', class: 'small', onclick: onFind },
                    t('button_find')),
                this.searched),
            this.password.root,
            this.forgot,
            this.status);
        this.deed = el('button', {
            type: 'button', class: 'primary', id: 'deed',
            'aria-describedby': 'gate',
            onkeydown: /** @param {KeyboardEvent} e */ e => {
                if (e.repeat && (e.key === 'Enter' || e.key === ' '))
                    e.preventDefault();
            },
            onclick: /** @param {MouseEvent} e */ e => {
                if (pressCounts(e, arming.armed))
                    this.#approve();
            },
        }, t(subject.button, subject.values));
        this.gate = el('p', { class: 'gate', id: 'gate' });
        this.bar = el('div', { class: 'foot' }, this.gate,
            el('div', { class: 'bar' },
                el('button', { type: 'button', id: 'cancel', onclick: onCancel },
                    t('cancel')),
                this.deed));
        arming.onChange(() => this.look());
        this.look(); // disabled from the first moment, not from the first change
    }

    /** Draw what arming, reading and work leave of the button. */
    look() {
        const ready = this.#how.arming.armed && this.view.read && !this.busy;
        this.deed?.setAttribute('aria-disabled', String(!ready));
        if (this.gate && this.gate.textContent !== this.view.gate)
            this.gate.textContent = this.view.gate;
    }

    /** A signature is being made. */
    busy = false;

    /** @param {string} text read out once */
    say(text) {
        this.status.textContent = text;
    }

    /** @param {boolean} busy */
    setBusy(busy) {
        this.busy = busy;
        this.say(busy ? t('sign_working') : '');
        this.look();
    }

    /**
     * A press that came after arming: the rest is asked for where it lacks.
     */
    #approve() {
        if (this.busy)
            return;
        const { question } = this;
        if (!this.view.read) {
            this.view.area.focus();
        } else if (question?.answer() === '') {
            this.say(question.ask());
        } else if (!this.list?.certificate) {
            this.list?.setProblem(t('sign_choose'));
            this.list?.focus();
        } else if (this.password.value === '') {
            this.password.setProblem(t('password_empty'));
            this.password.input.focus();
        } else {
            this.#how.onApprove();
        }
    }

    #forgot() {
        this.forgot.hidden = !this.forgot.hidden;
    }

    /**
     * @param {{certificates: any[], cas: any[], places: string[]}} found
     * @param {{lastUsed: string | null, login: string | null,
     *     removable: boolean}} how login: with which the person signed in to
     *     this site; removable: USB sticks were looked at, too
     */
    setCertificates({ certificates, cas, places },
        { lastUsed, login, removable }) {
        const { filter } = this.#how.subject;
        this.list = new CertificateList(certificates, {
            cas,
            lastUsed: this.list?.selected ?? lastUsed,
            expired: filter.expired,
            refusal: refusal(filter,
                { login, ca: c => findCa(c.ca, cas)?.name ?? '' }),
        });
        fill(this.certificates, this.list.root);
        const n = certificates.filter(
            c => c.location?.medium === 'removable').length;
        this.searched.textContent = [
            removable && (n > 0 ? t('certificates_usb_found', { n })
                : t('certificates_usb_none')),
            `${t('certificates_searched')}: ${places.join(', ')}`,
        ].filter(Boolean).join(' ');
    }

    /**
     * The field is emptied and gets the focus back.
     * @param {string} problem
     */
    wrongPassword(problem) {
        this.password.wipe();
        this.password.setProblem(problem);
        this.password.input.focus();
    }
}
