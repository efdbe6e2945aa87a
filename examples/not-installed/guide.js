/*
 * guide.js - what a page shows while Ingam is not installed: one quiet panel in
 * the page's own flow. It covers nothing, asks once, and goes by itself when
 * the person comes back with Ingam installed. "Not now" is kept for the visit.
 *
 *   await IngamGuide.show(element, { install: 'https://…', lang: 'ko' });
 *
 * The promise is fulfilled when Ingam is here, and never before.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const LATER = 'ingam.guide.later';
    const RELOADED = 'ingam.guide.reloaded';

    const TEXTS = {
        ko: {
            title: '인감이 있어야 서명할 수 있어요',
            what: '인감은 컴퓨터의 Chrome과 Firefox에서 공동인증서로 서명하게 해 주는 ' +
                '확장 프로그램이에요. 늘 켜져 있는 프로그램은 설치하지 않아요.',
            install: '설치 안내 보기',
            done: '설치했어요',
            later: '나중에',
            still: '아직 찾지 못했어요. 확장 프로그램과 인감 프로그램을 모두 설치했는지 ' +
                '봐 주세요.',
        },
        en: {
            title: 'You need Ingam to sign',
            what: 'Ingam is an extension with which Chrome and Firefox on a ' +
                'computer sign by a joint certificate. It installs nothing ' +
                'that runs all the time.',
            install: 'How to install it',
            done: 'I have installed it',
            later: 'Not now',
            still: 'Not found yet. Please see that both the extension and ' +
                'the Ingam program are installed.',
        },
    };

    /** @returns {Promise<boolean>} */
    async function here() {
        try {
            return (await scope.Ingam.status()).installed;
        } catch (error) {
            if (error.reason === 'reload_page')
                return false; // it was updated under this page
            throw error; // not_top_frame: see frame-bridge/
        }
    }

    /** @param {string} tag @param {object} members @param {any[]} children */
    const el = (tag, members, ...children) => {
        const made = Object.assign(scope.document.createElement(tag), members);
        made.append(...children);
        return made;
    };

    /**
     * A page that was open before Ingam was installed must be loaded again;
     * once is enough.
     */
    function reloadOnce() {
        if (scope.sessionStorage.getItem(RELOADED))
            return false;
        scope.sessionStorage.setItem(RELOADED, '1');
        scope.location.reload();
        return true;
    }

    /**
     * @param {any} root an element of the page, empty, aria-live="polite"
     * @param {{install: string, lang?: 'ko' | 'en'}} options
     * @returns {Promise<void>}
     */
    async function show(root, { install, lang }) {
        if (await here())
            return;
        const t = TEXTS[lang ?? (scope.document.documentElement.lang
            .startsWith('ko') ? 'ko' : 'en')];
        await new Promise(found => {
            const said = el('p', {});
            const look = async () => {
                if (!await here())
                    return false;
                scope.removeEventListener('focus', look);
                root.replaceChildren();
                found(undefined);
                return true;
            };
            const done = el('button', { type: 'button', textContent: t.done });
            done.addEventListener('click', async () => {
                if (!await look() && !reloadOnce())
                    said.textContent = t.still;
            });
            const later = el('button', { type: 'button',
                textContent: t.later });
            later.addEventListener('click', () => {
                scope.sessionStorage.setItem(LATER, '1');
                root.replaceChildren();
            });
            // no timer: the person comes back, and then it is looked for
            scope.addEventListener('focus', look);
            if (!scope.sessionStorage.getItem(LATER))
                root.replaceChildren(el('h2', { textContent: t.title }),
                    el('p', { textContent: t.what }),
                    el('p', {}, el('a', { href: install, target: '_blank',
                        rel: 'noopener', textContent: t.install })),
                    el('p', {}, done, ' ', later), said);
        });
    }

    scope.IngamGuide = Object.freeze({ show });
})(window);
