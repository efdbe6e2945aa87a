// HTML by template: every value is text unless it is HTML already.

class Html {
    constructor(text) {
        this.text = text;
    }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;',
    '\'': '&#39;' };

function asText(value) {
    if (value instanceof Html)
        return value.text;
    if (Array.isArray(value))
        return value.map(asText).join('');
    if (value === null || value === undefined || value === false)
        return '';
    return String(value).replace(/[&<>"']/g, c => ENTITIES[c]);
}

export function html(strings, ...values) {
    return new Html(strings.reduce((text, string, i) =>
        text + asText(values[i - 1]) + string));
}

/** What shows that a form is ours. */
export const hidden = session =>
    html`<input type="hidden" name="csrf" value="${session.csrf}">`;

/**
 * A whole page.
 * @param {{t, lang, session, path, title, script?: string}} page
 */
export function layout(page, main) {
    const { t, lang, session, path, title } = page;
    const here = name => path === name && html` aria-current="page"`;
    return html`<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} — ${t('bank')}</title>
<link rel="stylesheet" href="/bank.css">
<link rel="icon" href="data:,">
${page.script && html`<script type="module" src="/${page.script}"></script>`}
<body>
<header>
  <a class="brand" href="/"><span aria-hidden="true">≈</span> ${t('bank')}</a>
  <nav>
    ${session.person && html`<a href="/center"${here('/center')}>${
        t('center')}</a> <a href="/transfer"${here('/transfer')}>${
        t('transfer')}</a> <a href="/console"${here('/console')}>${
        t('console')}</a>`}
    ${!session.person && html`<a href="/login"${here('/login')}>${
        t('login')}</a>`}
    <a href="/language?to=${lang === 'ko' ? 'en' : 'ko'}" lang="${
        lang === 'ko' ? 'en' : 'ko'}">${t('other_language')}</a>
    ${session.person && html`<form method="post" action="/logout">${
        hidden(session)}<button class="plain">${t('logout')}</button></form>`}
  </nav>
</header>
<main>
${main}
</main>
<footer>${t('tagline')}</footer>
</body>
</html>`.text;
}

/** The four stages of a re-issue, with the present one named. */
export function steps(t, now) {
    return html`<ol class="steps" aria-label="${t('steps')}">${[1, 2, 3, 4]
        .map(n => html`<li${n === now && html` aria-current="step"`}${
            n < now && html` class="done"`}>${n} ${t(`step${n}`)}${
            n < now && html`<span aria-hidden="true"> ✓</span>`}</li>`)}</ol>`;
}

export const alert = text => text &&
    html`<p class="alert" role="alert">${text}</p>`;

/** Pairs of a name and what it is. */
export const list = rows => html`<dl>${rows.map(([name, value]) =>
    html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
