// The bank's page talks to Ingam: one button, one call, one answer.

import { ingam } from './ingam.mjs';

const deed = document.getElementById('deed');
const button = deed.querySelector('button');
const said = deed.querySelector('[role=status]');
const { dataset } = deed;

async function post(path, body = {}) {
    const answer = await fetch(path, { method: 'POST',
        headers: { 'Content-Type': 'application/json',
            'X-CSRF': dataset.csrf }, body: JSON.stringify(body) });
    if (answer.headers.get('content-type') !== 'application/json')
        throw new Error(`HTTP ${answer.status}`);
    return answer.json();
}

const deeds = {
    async reissue() {
        const codes = await post('/reissue/codes');
        const { certificate } = await ingam.reissue({ ca: dataset.ca,
            name: dataset.name, ...codes });
        return post('/reissue/done', { certificate });
    },
    async sign() {
        const { signature, code } = await ingam.sign(
            { content: JSON.parse(dataset.transaction) });
        return post('/transfer/sign',
            { nonce: dataset.nonce, signature, code });
    },
};

function explain(error) {
    const reason = error.reason ?? error.message;
    const key = reason.replace(/_(\w)/g, (_, c) => c.toUpperCase());
    const known = ['cancelled', 'busy', 'code_used', 'unknown_ca'];
    said.textContent = reason === 'not_installed' ? dataset.missing
        : known.includes(reason) ? dataset[key]
            : `${dataset.other} ${dataset.reason.replace('{reason}', reason)}`;
    said.dataset.state = reason;
}

async function act() {
    button.disabled = true;
    said.textContent = dataset.waiting;
    said.dataset.state = 'waiting';
    try {
        const { next } = await deeds[dataset.action]();
        if (!next)
            throw new Error('certificate_not_issued');
        location.assign(next);
    } catch (error) {
        explain(error);
        button.disabled = false;
        button.focus();
    }
}

button.addEventListener('click', act);
const { installed } = await ingam.status();
deed.dataset.ready = 'yes';
if (!installed)
    explain({ reason: 'not_installed' });
