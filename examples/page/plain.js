/* The smallest page with a plain script: one button, one call, one answer. */
(() => {
    'use strict';

    const button = /** @type {HTMLButtonElement} */ (
        document.getElementById('sign'));
    const text = /** @type {HTMLTextAreaElement} */ (
        document.getElementById('text'));
    const said = /** @type {HTMLElement} */ (document.getElementById('said'));

    /** What to say for the reasons that people meet; docs/integrate.md has all. */
    const SAY = new Map([
        ['cancelled', '취소했어요.'],
        ['busy', '열려 있는 인감 창을 먼저 끝내 주세요.'],
        ['not_installed', '인감을 설치하고 이 화면을 다시 열어 주세요.'],
        ['reload_page', '이 화면을 새로 고친 뒤 다시 눌러 주세요.'],
    ]);

    button.addEventListener('click', async () => {
        button.disabled = true;
        said.textContent = '인감 창에서 이어서 해 주세요.';
        try {
            const { signature, code } =
                await Ingam.sign({ content: text.value });
            // to your server, which decides: docs/verify.md
            said.textContent = `서명했어요 (확인 코드 ${code}, ` +
                `${signature.length}자).`;
            said.dataset.signature = signature;
        } catch (error) {
            said.textContent = SAY.get(error.reason) ??
                `끝내지 못했어요. 인감 창의 안내를 따라 주세요 (${error.reason}).`;
        }
        button.disabled = false;
    });
})();
