/** A window about one certificate of the store: ?certificate=ID. */
import { PERSON } from './asker.js';
import { openFrame, runDeed } from './window.js';

/**
 * @param {'renew' | 'revoke'} kind
 * @param {import('./window.js').Make} form its one screen before the deed
 * @param {string[]} help keys
 */
export async function openOwn(kind, form, help) {
    const certificate = new URL(location.href).searchParams.get('certificate');
    await openFrame(help);
    await runDeed({ [kind]: form }, PERSON,
        { mode: 'own', kind, certificate: certificate ?? '' }).flow.load();
}
