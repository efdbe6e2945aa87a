/** Files that the person chose, and files that the person gets. */
import { toBase64 } from '../../common/bytes.js';
import { HostError } from '../../common/host.js';
import { el } from '../common/dom.js';

/** A certificate file is some kilobytes; this much fits a message. */
export const FILE_MAX = 512 * 1024;

/**
 * @param {File} file
 * @returns {Promise<string>} base64
 */
export async function contentOf(file) {
    if (file.size > FILE_MAX)
        throw new HostError('import_too_large', { data: { max: '512 KiB' } });
    return toBase64(new Uint8Array(await file.arrayBuffer()));
}

/**
 * A link that saves a file; no permission is needed for it.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer> | string} content
 * @param {string} type
 * @param {string} label
 */
export const saveLink = (name, content, type, label) => el('a', {
    class: 'button', id: 'save', download: name,
    href: URL.createObjectURL(new Blob([content], { type })),
}, label);
