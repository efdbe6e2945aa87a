// The console's page: the server's request, one call of the library, and the
// server's verdict on what came of it.

import { ingam } from './ingam.mjs';

const root = document.getElementById('console');
const words = JSON.parse(root.dataset.words);

async function post(path, body) {
    const answer = await fetch(path, { method: 'POST',
        headers: { 'Content-Type': 'application/json',
            'X-CSRF': root.dataset.csrf }, body: JSON.stringify(body) });
    if (!answer.ok)
        throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
    return answer.json();
}

/** What the page does of its own besides the one call. */
const ways = {
    /** More than any window shows. */
    large: ({ method }) => ingam[method]({ content: '가'.repeat(600000) }),
    /** A second call while the first one's window is open. */
    both: ({ method, params }) => {
        ingam[method](params).catch(() => {});
        return ingam[method](params);
    },
    /** A second signer for what the first one signed. */
    twice: async ({ method, params }) => {
        const { signature } = await ingam[method](params);
        return ingam[method]({ ...params, addTo: signature });
    },
};

function make({ method, params, how, file }) {
    if (how)
        return ways[how]({ method, params });
    if (file)
        return ingam[method](new File([file.text], file.name,
            { type: file.type }), params);
    return params ? ingam[method](params) : ingam[method]();
}

/** Long values are cut in what is shown, never in what is sent. */
const pretty = value => JSON.stringify(value, (name, item) =>
    typeof item === 'string' && item.length > 120
        ? `${item.slice(0, 96)}… (${item.length})` : item, 2);

function verdictRow({ check, ok, said }) {
    const tr = document.createElement('tr');
    const th = document.createElement('th');
    const td = document.createElement('td');
    th.scope = 'row';
    th.textContent = words[`check_${check}`];
    td.textContent = `${ok ? '✓' : '✕'} ${said ?? ''}`;
    td.className = ok ? 'good' : 'bad';
    tr.append(th, td);
    return tr;
}

async function act(button) {
    const part = button.closest('section');
    const find = name => part.querySelector(name);
    const said = find('[role=status]');
    delete part.dataset.verdict;
    button.disabled = true;
    try {
        const asked = await post('/console/ask', { call: button.dataset.call });
        const { ticket, method, params, how, file } = asked;
        find('.request').textContent = `ingam.${method}(${file
            ? `new File(…, "${file.name}"), ` : ''}${how === 'large'
            ? '{content: "가가가…"}' : params ? pretty(params) : ''})`;
        find('.result').textContent = '';
        find('tbody').replaceChildren();
        find('.shown').hidden = false;
        said.textContent = words.waiting;
        const outcome = await make(asked).then(result => ({ result }),
            error => ({ error: { reason: error.reason, code: error.code,
                retryable: error.retryable, message: error.message } }));
        find('.result').textContent =
            pretty(outcome.result ?? { error: outcome.error });
        const { rows } = await post('/console/verdict',
            { ticket, outcome: JSON.stringify(outcome) });
        find('tbody').replaceChildren(...rows.map(verdictRow));
        const good = rows.every(({ ok }) => ok);
        said.textContent = good ? part.dataset.good : part.dataset.bad;
        part.dataset.verdict = good ? 'good' : 'bad';
    } catch (error) {
        said.textContent = error.message;
        part.dataset.verdict = 'bad';
    }
    button.disabled = false;
    button.focus();
}

for (const button of root.querySelectorAll('[data-call]'))
    button.addEventListener('click', () => act(button));
root.dataset.ready = 'yes';
