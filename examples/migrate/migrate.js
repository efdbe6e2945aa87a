/* Shows calls.js as tables, in Korean or English, and finds a call by name. */
(() => {
    'use strict';

    const { CALLS, OPTIONS } = /** @type {any} */ (window).IngamMigration;
    const NAMES = { delfino: 'Delfino', xecureweb: 'XecureWeb, AnySign',
        inisafe: 'INISAFE CrossWeb EX', magicline: 'MagicLine4NX',
        unisign: 'UniSign' };
    const TEXTS = {
        ko: { title: '플러그인에서 인감으로', find: '호출 이름으로 찾기',
            before: '지금 부르는 것', after: '인감', note: '알아 둘 것',
            options: '옵션', other: 'English',
            adapter: '그대로 부르려면: adapters/core.js, certificate.js, ' },
        en: { title: 'From a plug-in to Ingam', find: 'Find a call',
            before: 'What you call now', after: 'Ingam', note: 'To know',
            options: 'Options', other: '한국어',
            adapter: 'To keep your calls: adapters/core.js, certificate.js, ' },
    };
    let lang = document.documentElement.lang === 'en' ? 'en' : 'ko';

    const el = (tag, members, ...children) => {
        const made = Object.assign(document.createElement(tag), members);
        made.append(...children);
        return made;
    };

    /** @param {string} caption @param {string[][]} rows @param {string} find */
    function table(caption, rows, find) {
        const t = TEXTS[lang];
        const head = [t.before, t.after, t.note].map(text =>
            el('th', { scope: 'col', textContent: text }));
        const body = rows.filter(([call]) =>
            call.toLowerCase().includes(find.toLowerCase()))
            .map(([call, ours, ko, en]) => el('tr', {},
                el('th', { scope: 'row' }, el('code', { textContent: call })),
                el('td', {}, el('code', { textContent: ours })),
                el('td', { textContent: lang === 'ko' ? ko : en })));
        return body.length === 0 ? [] : [el('table', {},
            el('caption', { textContent: caption }),
            el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...body))];
    }

    const find = el('input', { id: 'find', type: 'search' });
    const tables = el('div', {});

    function fill() {
        const t = TEXTS[lang];
        tables.replaceChildren(...Object.entries(CALLS).flatMap(
            ([family, rows]) => {
                const shown = table(NAMES[family], rows, find.value);
                return shown.length === 0 ? [] : [...shown, el('p',
                    { textContent: `${t.adapter}${family}.js` })];
            }), ...table(t.options, OPTIONS, find.value));
    }

    function draw() {
        const t = TEXTS[lang];
        document.documentElement.lang = lang;
        document.title = t.title;
        const other = el('button', { type: 'button', textContent: t.other,
            lang: lang === 'ko' ? 'en' : 'ko' });
        other.addEventListener('click', () => {
            lang = lang === 'ko' ? 'en' : 'ko';
            draw();
        });
        document.body.replaceChildren(el('p', {}, other),
            el('h1', { textContent: t.title }),
            el('p', {}, el('label', { htmlFor: 'find', textContent: t.find }),
                ' ', find), tables);
        fill();
    }

    find.addEventListener('input', fill);
    draw();
})();
