/** The window for a renewal. ?certificate=ID of the one to be renewed. */
import { openOwn } from '../enrol/own.js';
import { renewScreen } from './screen-renew.js';

await openOwn('renew', renewScreen, [1, 2].map(n => `help_renew_${n}`));
