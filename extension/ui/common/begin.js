/**
 * The first script of a window that a page's request has opened: the request
 * comes while the rest of the window is still loading.
 */
import { browser } from '../../common/browser.js';
import { openRequest } from '../../common/request.js';

/** The page's request; whoever waits for it hears if there is none. */
export const opening = openRequest(browser, location.href);
opening.catch(() => {});
