// The smallest page with a module: a login whose nonce comes from the server.
// ingam.mjs and ingam.js (extension/page) are served beside it by your site.

import { IngamError, ingam } from './ingam.mjs';

const button = /** @type {HTMLButtonElement} */ (
    document.getElementById('login'));
const said = /** @type {HTMLElement} */ (document.getElementById('said'));

/** @param {string} path @param {object} body @returns {Promise<any>} */
async function post(path, body) {
    const answer = await fetch(path, { method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body) });
    if (!answer.ok)
        throw new Error(`${path}: ${answer.status}`);
    return answer.json();
}

button.addEventListener('click', async () => {
    button.disabled = true;
    said.textContent = '인감 창에서 이어서 해 주세요.';
    try {
        const { nonce } = await post('/nonce', {});
        const { token } = await ingam.login({ nonce });
        const { name } = await post('/login', { token });
        said.textContent = `${name} 님, 안녕하세요.`;
    } catch (error) {
        said.textContent = error instanceof IngamError
            ? `로그인하지 않았어요 (${error.reason}).`
            : '서버가 받아들이지 않았어요. 다시 해 주세요.';
    }
    button.disabled = false;
});

const { installed } = await ingam.status();
button.disabled = !installed;
if (!installed)
    said.textContent = '인감을 설치하고 이 화면을 다시 열어 주세요.';
