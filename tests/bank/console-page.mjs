// The console's page: one part for each call, filled in by public/console.js.

import { html, layout } from './html.mjs';

const part = (t, name, call) => html`<section class="call" id="call-${name}"
 data-good="${t(call.reason ? 'console_expected' : 'console_good')}"
 data-bad="${t(call.reason ? 'console_unexpected' : 'console_bad')}">
<h2>${t(`call_${name}`)}</h2><p>${t(`call_${name}_text`)}${call.code &&
    html` <strong class="code">${call.code}</strong>`}</p>
<p class="buttons"><button type="button" data-call="${name}">${
    t('console_try')}<span class="unseen">: ${t(`call_${name}`)}</span></button>
</p><p class="status" role="status"></p>
<div class="shown" hidden>
<h3>${t('console_request')}</h3><pre class="request"></pre>
${call.method !== 'status' && html`<h3>${t('console_window')}</h3>
<p>${t(call.reason ? 'console_window_error' : 'console_window_sign')}</p>`}
<h3>${t('console_result')}</h3><pre class="result"></pre>
<h3>${t('console_verdict')}</h3>
<table class="verdict"><tbody></tbody></table></div></section>`;

const CHECKS = ['signature', 'signer', 'signers', 'state', 'content', 'origin',
    'kind', 'code', 'chain', 'no_attributes', 'token_type', 'nonce', 'fresh',
    'vid', 'vid_login', 'verify_node',
    'timestamp', 'installed', 'reason', 'readable', 'items', 'item'];

export function page(view, calls) {
    const { t, session } = view;
    const names = Object.keys(calls);
    const words = { waiting: t('waiting'), ...Object.fromEntries(CHECKS.map(check =>
            [`check_${check}`, t(`judge_${check}`)])) };
    return layout({ ...view, title: t('console_title'), script: 'console.js' },
        html`<h1>${t('console_title')}</h1><p>${t('console_text')}</p>
<nav class="calls" aria-label="${t('console_calls')}"><ul>${names.map(name =>
    html`<li><a href="#call-${name}">${t(`call_${name}`)}</a></li>`)}</ul></nav>
<div id="console" data-csrf="${session.csrf}" data-words="${
    JSON.stringify(words)}">${names.map(name =>
    part(t, name, calls[name]))}</div>`);
}
