/** Lets the extension's i18n helper read a locale file under Node. */
import { readFileSync } from 'node:fs';

/** @param {'ko' | 'en'} language before the first import of the module */
export function useLocale(language) {
    const messages = JSON.parse(readFileSync(new URL(
        `../../../extension/_locales/${language}/messages.json`,
        import.meta.url), 'utf8'));
    globalThis.chrome = { i18n: {
        getMessage: key => messages[key]?.message ?? '',
    } };
}
