// The pages of a transfer: what is asked, what is signed, what was checked.

import { alert, html, layout, list } from './html.mjs';
import { deed, form } from './pages.mjs';
import { AMOUNT_MAX, banks, won } from './transfers.mjs';

export function transfer(page, given, wrong) {
    const { t, lang, session } = page;
    const field = (name, attributes) => html`<p><label for="${name}">${
        t(name === 'amount' || name === 'memo' ? name : `to_${name}`)}</label>
<input id="${name}" name="${name}" value="${given.get(name) ?? ''}"${
        wrong === name && html` aria-invalid="true"`}${attributes}></p>`;
    return layout({ ...page, title: t('transfer_title') },
        html`<h1>${t('transfer_title')}</h1>
${!session.person.certificate && alert(t('need_certificate'))}
${alert(wrong && t(`wrong_${wrong}`))}
${form(session, '/transfer', html`<p><label for="bank">${t('to_bank')}</label>
<select id="bank" name="bank">${banks(lang).map(bank =>
    html`<option${given.get('bank') === bank && html` selected`}>${
        bank}</option>`)}</select></p>
${field('account', html` required inputmode="numeric"`)}
${field('holder', html` required maxlength="40"`)}
${field('amount', html` required inputmode="numeric" maxlength="${
    won(AMOUNT_MAX).length}"`)}
${field('memo', html` maxlength="40"`)}`, t('go_on'))}`);
}

/** The transfer in the bank's own words. */
const transferRows = (t, transfer) => list([
    [t('to_holder'), transfer.holder],
    [t('to_account_full'), `${transfer.bank} ${transfer.account}`],
    [t('amount'), `${won(transfer.amount)} KRW`],
    [t('from_account'), transfer.from],
    ...transfer.memo === '' ? [] : [[t('memo'), transfer.memo]],
    [t('sign_until'), transfer.transaction.expiry],
    [t('check_once'), transfer.nonce]]);

export function confirm(page, transfer) {
    const { t } = page;
    return layout({ ...page, title: t('sign_title'), script: 'bank.js' },
        html`<h1>${t('sign_title')}</h1><p>${t('sign_text')}</p>
${transferRows(t, transfer)}
<p>${t('check_code')} <strong class="code">${transfer.code}</strong></p>
<p class="help">${t('check_code_text')}</p>
${deed(page, 'sign', t('sign_button'), html` data-nonce="${transfer.nonce}"
 data-transaction="${transfer.text}"`)}
<p class="help">${t('issue_warning')}</p>`);
}

export function result(page, transfer) {
    const { t } = page;
    const { signer, display, text } = transfer;
    return layout({ ...page, title: t('result_title') },
        html`<h1>${t('result_title')}</h1><p>${t('result_text')}</p>
<table><thead><tr><th scope="col">${t('checked_what')}</th><th scope="col">${
    t('checked_result')}</th></tr></thead><tbody>${[
    ['signature', t('check_signature_is')],
    ['signer', `${signer.name} (${signer.serial})`], ['chain', signer.issuer],
    ['state', t('check_state_is')], ['content', t('check_content_is')],
    ['origin', display.origin], ['kind', t('check_kind_is')],
    ['code', transfer.code], ['hash', transfer.sha256],
    ['once', t('check_once_is', { nonce: transfer.nonce })]].map(
    ([name, value]) => html`<tr><th scope="row">${
        t(`check_${name}`)}</th><td>${value}</td></tr>`)}</tbody></table>
<h2>${t('signed_text')}</h2><pre>${text}</pre><p class="help">${
    transfer.at}</p>`);
}

export function refused(page, reason) {
    const { t } = page;
    return layout({ ...page, title: t('refused_title') },
        html`<h1>${t('refused_title')}</h1>${alert(t(`refused_${reason}`))}
<p class="buttons"><a class="button strong" href="/transfer">${
    t('back')}</a></p>`);
}
