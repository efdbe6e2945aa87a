// What a browser is started with, and nothing else of ours.

/** The environment that both browsers get: a home of their own, a language. */
export function browserEnv(home, lang) {
    const locale = lang === 'ko' ? 'ko_KR.UTF-8' : 'en_US.UTF-8';
    return { PATH: process.env.PATH, HOME: home, LANG: locale,
        LANGUAGE: lang === 'ko' ? 'ko' : 'en', TZ: 'Asia/Seoul',
        MOZ_CRASHREPORTER_DISABLE: '1',
        ...(process.env.DISPLAY && { DISPLAY: process.env.DISPLAY }),
        ...(process.env.WAYLAND_DISPLAY && {
            WAYLAND_DISPLAY: process.env.WAYLAND_DISPLAY,
            XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR }),
        ...(process.env.XAUTHORITY && { XAUTHORITY: process.env.XAUTHORITY }) };
}
