/**
 * What becomes of a signature beside its making: who signed the same before,
 * for whom it is closed, whether its time is confirmed. Rows of the window.
 */
import { fromBase64, toBase64 } from '../../common/bytes.js';
import { commonName } from '../../common/der.js';
import { showText } from '../../common/display.js';
import { HostError, callHost } from '../../common/host.js';
import { dateTime } from '../common/dates.js';
import { el } from '../common/dom.js';
import { t } from '../common/i18n.js';
import { views } from './shown.js';

/**
 * @typedef {import('../../common/params.js').Wanted} Wanted
 * @typedef {[string, any[]]} Row label and what stands beside it
 */

/** @param {string} text of others: a name */
const shownName = text => {
    const shown = showText(text);
    return shown ? views(shown) : [t('name_unknown')];
};

/** @param {any} signer of verify.signature */
const signerView = ({ name, signedAt }) => el('div', {},
    ...shownName(name ?? t('name_unknown')),
    signedAt && ` · ${dateTime(signedAt)}`);

/** Why nobody may be joined to such a signature. */
const FALSE = ['content_differs', 'signature_wrong', 'digest_differs',
    'not_signed_data'];

/** @param {any} found of verify.signature */
const isFalse = ({ checks }) => checks.some(/** @param {any} check */
    ({ ok, reason }) => !ok && FALSE.includes(reason));

/**
 * Who signed before. Whether they may be joined is for the host to say when it
 * signs; what it cannot confirm now is said.
 * @param {() => import('../../common/host.js').Port} connect
 * @param {Wanted} wanted
 * @returns {Promise<Row>}
 */
async function signersRow(connect, { addTo, document, bytes, encoding }) {
    const found = await callHost(connect, { method: 'verify.signature', params: {
        signature: addTo,
        ...document && { sha256: document.sha256 },
        // what is converted only the host has
        ...!document && encoding === 'utf-8' && { content: toBase64(bytes) },
    } });
    if (!(found.signers?.length > 0) || isFalse(found))
        throw new HostError('invalid_request');
    return [t('sign_signers'), [
        ...found.signers.map(signerView),
        (found.valid !== true || encoding !== 'utf-8') &&
            el('div', { class: 'doubt' }, `▲ ${t('sign_signers_unsure')}`),
    ]];
}

/** @param {string} certificate base64 DER @returns {Row} */
function sealedRow(certificate) {
    const name = commonName(fromBase64(certificate));
    if (name === null)
        throw new HostError('invalid_request');
    return [t('sign_sealed'), [
        el('div', {}, ...shownName(name === '' ? t('name_unknown') : name)),
        el('div', {}, t('sign_sealed_only')),
    ]];
}

/**
 * Who will be asked for the time; without anybody it ends here, before a
 * password is typed.
 * @param {() => import('../../common/host.js').Port} connect
 * @returns {Promise<Row>}
 */
async function timestampRow(connect) {
    const { tsa } = await callHost(connect, { method: 'ca.list' });
    if (!tsa)
        throw new HostError('timestamp_unavailable');
    return [t('sign_timestamp'), [t('sign_timestamp_asked',
        { name: tsa.name, place: new URL(tsa.endpoint).host })]];
}

/**
 * @param {() => import('../../common/host.js').Port} connect
 * @param {Wanted} wanted
 * @returns {Promise<Row[]>} or a rejection with a HostError
 */
export async function factsOf(connect, wanted) {
    const { addTo, envelopeFor, timestamp } = wanted;
    return [
        ...addTo === null ? [] : [await signersRow(connect, wanted)],
        ...envelopeFor === null ? [] : [sealedRow(envelopeFor)],
        ...timestamp ? [await timestampRow(connect)] : [],
    ];
}
