/**
 * The window for a renewal. ?certificate=ID of the one to be renewed; ?token=…
 * a page asks.
 */
import { parseRenew } from '../../common/life-params.js';
import { openOwn } from '../enrol/own.js';
import { renewScreen } from './screen-renew.js';

await openOwn('renew', renewScreen, parseRenew);
