// Transfers: the transaction that a person signs, and what must hold before
// money moves. One transaction, one number, one use.

import { randomBytes } from 'node:crypto';
import { canonical, checkCode } from './transaction.mjs';
import { Refused } from './verify.mjs';

const SIGN_MS = 10 * 60 * 1000;
export const AMOUNT_MAX = 100000000;

const BANKS = { ko: ['다온은행', '소담은행', '나루은행'],
    en: ['Daon Bank', 'Sodam Bank', 'Naru Bank'] };

export const banks = lang => BANKS[lang];

/** 2026-11-24 18:40:12 (KST), the bank's own clock. */
export function koreanTime(ms) {
    const kst = new Date(ms + 9 * 3600 * 1000).toISOString();
    return `${kst.slice(0, 10)} ${kst.slice(11, 19)} (KST)`;
}

export const won = amount =>
    String(amount).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * What is signed: an object that Ingam shows as a table. The member names are
 * those that it has words for.
 */
const transaction = (t, bank) => ({ type: 'transfer',
    from: { bank, account: t.from },
    to: { bank: t.bank, account: t.account, holder: t.holder },
    amount: { value: String(t.amount), currency: 'KRW' },
    ...t.memo !== '' && { memo: t.memo },
    expiry: koreanTime(t.until), nonce: t.nonce });

/** Digits with or without commas, and nothing else that JavaScript reads. */
const whole = text =>
    /^[\d, ]+$/.test(text) ? Number(text.replace(/[, ]/g, '')) : NaN;

/** @returns {string} '' or the field that is wrong */
function fault({ bank, account, holder, amount, memo }, lang) {
    if (!BANKS[lang].includes(bank))
        return 'bank';
    if (!/^\d{2,6}(-\d{2,8}){1,3}$/.test(account))
        return 'account';
    if (!/^[\p{L} .]{2,40}$/u.test(holder))
        return 'holder';
    if (!Number.isSafeInteger(amount) || amount < 1 || amount > AMOUNT_MAX)
        return 'amount';
    return /^[\p{L}\p{N} .,-]{0,40}$/u.test(memo) ? '' : 'memo';
}

export class Transfers {
    /** Waiting or done, by number. @type {Map<string, object>} */
    #all = new Map();

    /** @param {{verifier, now: () => number, origin: () => string}} given */
    constructor({ verifier, now, origin }) {
        Object.assign(this, { verifier, now, origin });
    }

    /** @returns {{wrong: string} | {transfer: object}} */
    prepare(person, lang, fields) {
        const transfer = { bank: fields.get('bank') ?? '',
            account: (fields.get('account') ?? '').trim(),
            holder: (fields.get('holder') ?? '').trim(),
            amount: whole(fields.get('amount') ?? ''),
            memo: (fields.get('memo') ?? '').trim() };
        const wrong = fault(transfer, lang);
        if (wrong)
            return { wrong };
        Object.assign(transfer, { person: person.id, from: person.account,
            nonce: randomBytes(8).toString('hex'), state: 'waiting',
            until: this.now() + SIGN_MS });
        transfer.transaction = transaction(transfer, BANKS[lang].at(-1));
        transfer.text = canonical(transfer.transaction);
        transfer.code = checkCode(transfer.text);
        this.#all.set(transfer.nonce, transfer);
        return { transfer };
    }

    find(person, nonce) {
        const found = this.#all.get(nonce);
        return found?.person === person.id ? found : null;
    }

    /**
     * Carry a transfer out when its signature holds in every respect.
     * @param {string} code that the page heard from Ingam
     * @throws {Refused} transfer_unknown, transfer_done, transfer_late,
     *     signer_not_registered, those of `compare`, and Verifier's reasons
     */
    async carryOut(person, nonce, signature, code) {
        const transfer = this.find(person, nonce);
        if (!transfer)
            throw new Refused('transfer_unknown');
        if (transfer.state !== 'waiting')
            throw new Refused('transfer_done');
        if (this.now() > transfer.until)
            throw new Refused('transfer_late');
        transfer.state = 'checking'; // a second copy meanwhile is a replay
        try {
            const { content, signer, display, sha256 } =
                await this.verifier.check(signature);
            this.#compare(transfer, content, display, code);
            const print = signer.fingerprint256.replaceAll(':', '');
            if (person.certificate?.fingerprint !== print.toLowerCase())
                throw new Refused('signer_not_registered');
            Object.assign(transfer, { state: 'done', sha256, signer,
                display, at: koreanTime(this.now()) });
            return transfer;
        } catch (error) {
            transfer.state = 'waiting';
            throw error;
        }
    }

    /**
     * The signed bytes are this transfer's, number included; it was we who
     * asked, and a transaction that was shown.
     */
    #compare({ text, code }, content, display, given) {
        if (!content.equals(Buffer.from(text)))
            throw new Refused('content_changed');
        if (!display)
            throw new Refused('display_missing');
        if (display.origin !== this.origin())
            throw new Refused('origin_differs');
        if (display.kind !== 'transaction')
            throw new Refused('kind_differs');
        if (given !== code)
            throw new Refused('code_differs');
    }
}
