/* The gateway's page in the frame: it signs by the shop's bridge. */
(() => {
    'use strict';

    const button = /** @type {HTMLButtonElement} */ (
        document.getElementById('pay'));
    const said = /** @type {HTMLElement} */ (document.getElementById('said'));
    // a real gateway looks the shop up in its contracts instead
    const shop = new URLSearchParams(location.search).get('shop') ?? '';

    button.addEventListener('click', async () => {
        try {
            const ingam = await /** @type {any} */ (window).IngamFramed
                .connect(shop);
            const { signature } = await ingam.sign({ content: {
                type: 'payment', shop, order: '2026-0001',
                amount: { value: '12000', currency: 'KRW' } } });
            said.textContent = '결제를 승인했어요.';
            said.dataset.signature = signature;
        } catch (error) {
            said.textContent = `결제하지 않았어요 (${error.reason}).`;
        }
    });
})();
