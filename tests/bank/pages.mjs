// What each page of the bank shows. No decision is made here.

import { alert, hidden, html, layout, list, steps } from './html.mjs';
import { won } from './transfers.mjs';

const day = iso => iso.slice(0, 10);

export function form(session, action, inside, submit, back = null) {
    return html`<form method="post" action="${action}">${hidden(session)}
${inside}
<p class="buttons">${back && html`<a class="button" href="${back.href}">${
    back.text}</a>`}<button class="strong">${submit}</button></p></form>`;
}

export function home(page) {
    const { t, session: { person } } = page;
    const title = person ? t('hello', { name: person.name }) : t('home_title');
    return layout({ ...page, title }, html`<h1>${title}</h1>
<p>${t('home_text')}</p>
${person && list([[t('account'), person.account],
    [t('balance'), `${won(person.balance)} KRW`]])}
<p class="buttons"><a class="button strong" href="${
    person ? '/center' : '/login'}">${t(person ? 'center' : 'login')}</a></p>`);
}

export function login(page, fault, demo) {
    const { t, session } = page;
    return layout({ ...page, title: t('login') }, html`<h1>${t('login')}</h1>
${alert(fault && t(fault))}
${form(session, '/login', html`<p><label for="user">${t('user')}</label>
<input id="user" name="user" autocomplete="username" required></p>
<p><label for="password">${t('password')}</label>
<input id="password" name="password" type="password" required
    autocomplete="current-password"></p>`, t('login'))}
<p class="help">${t('login_hint', demo)}</p>`);
}

export function center(page) {
    const { t } = page;
    const card = (href, name) => html`<li><a class="card" href="${href}"><b>${
        t(name)}</b><span>${t(`${name}_text`)}</span></a></li>`;
    return layout({ ...page, title: t('center_title') },
        html`<h1>${t('center_title')}</h1><p>${t('center_text')}</p>
<ul class="cards">${card('/reissue', 'center_lost')}${
    card('/transfer', 'center_have')}</ul>`);
}

export function prepare(page, masked, fault) {
    const { t, session } = page;
    const { person } = session;
    return layout({ ...page, title: t('prepare_title') }, html`${steps(t, 1)}
<h1>${t('prepare_title')}</h1>
${alert(fault && t(fault))}
<h2>${t('registered')}</h2>
${list([[t('name'), person.name], [t('phone'), masked.phone],
        [t('mail'), masked.mail], [t('certificate'), person.certificate
            ? `${person.certificate.issuer}, ${t('until',
                { date: day(person.certificate.notAfter) })}`
            : t('certificate_none')]])}
<p class="help">${t('contact_wrong')}</p>
<h2>${t('please_note')}</h2>
<ol class="notes">${[1, 2, 3, 4].map(n => html`<li>${t(`note${n}`)}</li>`)}</ol>
${form(session, '/reissue', html`<p class="check"><input type="checkbox"
    id="agree" name="agree" value="yes"> <label for="agree">${
    t('understood')}</label></p>`, t('go_on'),
    { href: '/center', text: t('cancel') })}`);
}

export function identify(page, masked, fault) {
    const { t, session } = page;
    const way = (name, to) => html`<p class="check"><input type="radio"
 name="way" id="${name}" value="${name}"${name === 'sms' && html` checked`}>
 <label for="${name}">${t(`by_${name}`, { to })}</label></p>`;
    return layout({ ...page, title: t('identify_title') }, html`${steps(t, 2)}
<h1>${t('identify_title')}</h1>
${alert(fault && t(fault))}
${form(session, '/reissue/send', html`<fieldset><legend>${
    t('identify_text')}</legend>${way('sms', masked.phone)}${
    way('mail', masked.mail)}</fieldset>`, t('send_code'),
    { href: '/reissue', text: t('back') })}`);
}

export function code(page, masked, fault, devices) {
    const { t, session } = page;
    const way = session.check?.way ?? 'sms';
    const to = way === 'sms' ? masked.phone : masked.mail;
    return layout({ ...page, title: t('code_title') }, html`${steps(t, 2)}
<h1>${t('code_title')}</h1>
${alert(fault && t(fault))}
<p>${t(`code_sent_${way}`, { to })}</p>
${form(session, '/reissue/code', html`<p><label for="code">${t('code')}</label>
<input id="code" name="code" inputmode="numeric" maxlength="7"
    autocomplete="one-time-code" required></p>`, t('confirm'),
    { href: '/reissue/identify', text: t('send_again') })}
${devices && html`<p class="help"><a href="${devices}" target="_blank"
    rel="noopener">${t('open_phone')}</a></p>`}`);
}

/** The part that the page's script works with: a button and what it says. */
export function deed(page, action, button, data) {
    const { t, session } = page;
    const reasons = ['cancelled', 'busy', 'code_used', 'unknown_ca', 'other'];
    return html`<div id="deed" data-action="${action}"
 data-csrf="${session.csrf}" data-waiting="${t('waiting')}"
 data-missing="${t('not_installed')}" data-reason="${
    t('reason', { reason: '{reason}' })}"
 ${reasons.map(reason => html` data-${reason.replace('_', '-')}="${
    t(`failed_${reason}`)}"`)}${data}>
<p role="status" class="status"></p>
<p class="buttons"><button type="button" class="strong">${
    button}</button></p></div>`;
}

export function issue(page, ca) {
    const { t, session } = page;
    return layout({ ...page, title: t('issue_title'), script: 'bank.js' },
        html`${steps(t, 3)}<h1>${t('issue_title')}</h1>
<p>${t('issue_text')}</p><p class="help">${t('issue_warning')}</p>
${deed(page, 'reissue', t('issue_button'), html` data-ca="${ca}"
 data-name="${session.person.name}"`)}`);
}

export function done(page, certificate) {
    const { t } = page;
    return layout({ ...page, title: t('done_title') }, html`${steps(t, 4)}
<h1>${t('done_title')}</h1>
<p>${t('done_text')}</p>
${list([[t('name'), certificate.name], [t('issuer'), certificate.issuer],
        [t('serial'), certificate.serial],
        [t('expires'), day(certificate.notAfter)]])}
<p>${t('old_revoked')}</p>
<p class="buttons"><a class="button strong" href="/transfer">${
    t('go_transfer')}</a></p>`);
}
