/**
 * The window for a revocation. ?certificate=ID of the one to be revoked;
 * ?token=… a page asks.
 */
import { parseRevoke } from '../../common/life-params.js';
import { openOwn } from '../enrol/own.js';
import { revokeScreen } from './screen-revoke.js';

await openOwn('revoke', revokeScreen, parseRevoke);
