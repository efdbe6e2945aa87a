// Transfers: the text that a person signs, and what must hold before money
// moves. One text, one number, one use.

import { randomBytes } from 'node:crypto';
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

const LINES = {
    ko: t => ['나루은행 이체', `받는 분: ${t.holder}`,
        `받는 계좌: ${t.bank} ${t.account}`, `금액: ${won(t.amount)}원`,
        `내는 계좌: 나루은행 ${t.from}`, `메모: ${t.memo}`,
        `시각: ${t.time}`, `거래 번호: ${t.nonce}`],
    en: t => ['Naru Bank transfer', `To: ${t.holder}`,
        `Account: ${t.bank} ${t.account}`, `Amount: KRW ${won(t.amount)}`,
        `From: Naru Bank ${t.from}`, `Memo: ${t.memo}`,
        `Time: ${t.time}`, `Transfer number: ${t.nonce}`],
};

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

    constructor({ verifier, now }) {
        Object.assign(this, { verifier, now });
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
            time: koreanTime(this.now()), until: this.now() + SIGN_MS });
        transfer.text = LINES[lang](transfer).join('\n');
        this.#all.set(transfer.nonce, transfer);
        return { transfer };
    }

    find(person, nonce) {
        const found = this.#all.get(nonce);
        return found?.person === person.id ? found : null;
    }

    /**
     * Carry a transfer out when its signature holds in every respect.
     * @throws {Refused} transfer_unknown, transfer_done, transfer_late,
     *     content_changed, signer_not_registered, and Verifier's reasons
     */
    async carryOut(person, nonce, signature) {
        const transfer = this.find(person, nonce);
        if (!transfer)
            throw new Refused('transfer_unknown');
        if (transfer.state !== 'waiting')
            throw new Refused('transfer_done');
        if (this.now() > transfer.until)
            throw new Refused('transfer_late');
        transfer.state = 'checking'; // a second copy meanwhile is a replay
        try {
            const { content, signer, sha256 } =
                await this.verifier.check(signature);
            if (!content.equals(Buffer.from(transfer.text)))
                throw new Refused('content_changed');
            const print = signer.fingerprint256.replaceAll(':', '');
            if (person.certificate?.fingerprint !== print.toLowerCase())
                throw new Refused('signer_not_registered');
            Object.assign(transfer, { state: 'done', sha256,
                signer, at: koreanTime(this.now()) });
            return transfer;
        } catch (error) {
            transfer.state = 'waiting';
            throw error;
        }
    }
}
