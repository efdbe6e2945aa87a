/**
 * Close the window that this page is in. window.close is refused by Firefox
 * for a window that the background made, so the tab is removed.
 * @param {any} browser
 */
export async function closeWindow(browser) {
    const tab = await browser.tabs.getCurrent();
    if (tab)
        await browser.tabs.remove(tab.id);
    else
        window.close();
}
