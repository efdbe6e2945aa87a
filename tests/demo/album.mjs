// Pictures of the journey: each page as it is, each window of ours in light
// and in dark, and a page that shows them all.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** In pictures everybody has the same phrase: a real one is a secret. */
const PHRASE = { colour: 'indigo', words: '봄날의 산책' };

const escape = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

class Shots {
    count = 0;
    #step = 0;

    constructor(folder, prefix) {
        Object.assign(this, { folder, prefix });
    }

    /** Before any window opens: the phrase of the pictures. */
    async fixPhrase(browser) {
        const page = await browser.openExtension('ui/popup/popup.html');
        await page.wait({ role: 'heading' });
        await page.evaluate(async phrase => {
            const api = globalThis.browser ?? globalThis.chrome;
            await api.storage.local.set({ phrase });
        }, PHRASE);
        await page.close();
    }

    async take(what, page) {
        const step = String(++this.#step).padStart(2, '0');
        const path = end => join(this.folder,
            `${this.prefix}-${step}-${what}${end}.png`);
        const ours = what.startsWith('window');
        await page.still();
        await page.screenshot(path(''), { full: !ours });
        this.count++;
        if (!ours)
            return;
        await page.media({ dark: true });
        await page.screenshot(path('-dark'), { full: false });
        await page.media({ dark: false });
        this.count++;
    }
}

export class Album {
    constructor(folder) {
        this.folder = folder;
    }

    of(name, lang) {
        return new Shots(this.folder, `${name}-${lang}`);
    }

    page(summary) {
        const files = readdirSync(this.folder)
            .filter(name => name.endsWith('.png')).sort();
        const groups = [...new Set(files.map(name =>
            name.split('-').slice(0, 2).join('-')))];
        return `<!doctype html><html lang="en"><meta charset="utf-8">
<title>Ingam: the journey</title><style>body{font:16px/1.5 system-ui,sans-serif;
margin:24px;background:#eceff2;color:#1b2127}div{display:flex;flex-wrap:wrap;
gap:16px;align-items:flex-start}figure{margin:0;width:300px}img{width:100%;
border:1px solid #6e7985;border-radius:6px}figcaption{font-size:.875rem}
</style><h1>Ingam: the journey</h1><pre>${escape(summary)}</pre>
${groups.map(group => `<h2>${group}</h2><div>${files.filter(name =>
        name.startsWith(`${group}-`)).map(name => `<figure><a href="${name}">
<img src="${name}" alt="" loading="lazy"></a><figcaption>${
    name.slice(group.length + 1, -4)}</figcaption></figure>`).join('\n')}</div>`)
        .join('\n')}
</html>
`;
    }
}
