/** The window for a revocation. ?certificate=ID of the one to be revoked. */
import { openOwn } from '../enrol/own.js';
import { revokeScreen } from './screen-revoke.js';

await openOwn('revoke', revokeScreen, [1, 2].map(n => `help_revoke_${n}`));
