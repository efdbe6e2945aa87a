// The transfer: asked for, shown, signed, carried out.

import { describe } from './authority.mjs';
import { redirect } from './http.mjs';
import * as pages from './pages-transfer.mjs';
import { Refused } from './verify.mjs';

export class TransferDesk {
    /** @param {import('./bank.mjs').Bank} bank */
    constructor(bank) {
        this.bank = bank;
    }

    routes() {
        return {
            'GET /transfer': ({ page }) => pages.transfer(page, new Map(), ''),
            'POST /transfer': x => this.#transfer(x),
            'GET /transfer/confirm': x => this.#confirm(x),
            'POST /transfer/sign': x => this.#sign(x),
            'GET /transfer/result': x => this.#result(x),
        };
    }

    #transfer({ fields, page, person }) {
        if (!person.certificate)
            return pages.transfer(page, fields, '');
        const { wrong, transfer } =
            this.bank.transfers.prepare(person, page.lang, fields);
        if (wrong)
            return pages.transfer(page, fields, wrong);
        throw redirect(`/transfer/confirm?nonce=${transfer.nonce}`);
    }

    #confirm({ query, page, person }) {
        const transfer = this.bank.transfers.find(person, query.get('nonce'));
        if (!transfer || transfer.state !== 'waiting')
            return pages.refused(page, transfer ? 'transfer_done'
                : 'transfer_unknown');
        return pages.confirm(page, transfer);
    }

    async #sign({ fields, person }) {
        const nonce = fields.get('nonce') ?? '';
        try {
            const { amount } = await this.bank.transfers.carryOut(person, nonce,
                fields.get('signature') ?? '', fields.get('code'));
            person.balance -= amount;
            return { json: { next: `/transfer/result?nonce=${nonce}` } };
        } catch (error) {
            if (!(error instanceof Refused))
                throw error;
            return { status: 409, json: { reason: error.reason, next:
                `/transfer/result?nonce=${nonce}&refused=${error.reason}` } };
        }
    }

    #result({ query, page, person }) {
        const reason = query.get('refused');
        if (reason && /^[a-z_]+$/.test(reason))
            return pages.refused(page, reason);
        const transfer = this.bank.transfers.find(person, query.get('nonce'));
        if (transfer?.state !== 'done')
            return pages.refused(page, 'transfer_unknown');
        return pages.result(page, { ...transfer,
            signer: describe(transfer.signer) });
    }
}
