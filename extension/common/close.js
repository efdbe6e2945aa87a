/**
 * Close this window and nothing else. window.close() is not allowed to a
 * script in Firefox unless the opener said so, in words that Chromium refuses.
 * @param {any} browser
 */
export async function closeWindow(browser) {
    const tab = await browser.tabs.getCurrent();
    if (tab)
        await browser.tabs.remove(tab.id);
}
