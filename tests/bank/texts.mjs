// Every sentence of the bank, Korean first. The English has the same keys.

import * as tried from './texts-console.mjs';
import { en } from './texts-en.mjs';
import { ko } from './texts-ko.mjs';

export const TEXTS = { ko: { ...ko, ...tried.ko }, en: { ...en, ...tried.en } };

/** @param {'ko' | 'en'} lang */
export function translator(lang) {
    const words = TEXTS[lang];
    return (key, values = {}) => {
        if (!Object.hasOwn(words, key))
            throw new Error(`no text: ${key}`);
        return words[key].replace(/\{(\w+)\}/g, (_, name) =>
            String(values[name] ?? ''));
    };
}
