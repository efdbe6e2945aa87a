/** The linter's rules. What is forbidden here is forbidden for a reason. */

const HTML = 'text goes in as text: use textContent';

const rules = {
    'array-callback-return': 'error',
    'consistent-return': 'error',
    'eqeqeq': 'error',
    'max-lines': ['error', { max: 200 }],
    'max-lines-per-function': ['error', { max: 60, skipComments: true }],
    'no-alert': 'error',
    'no-cond-assign': 'error',
    'no-console': 'error',
    'no-const-assign': 'error',
    'no-dupe-else-if': 'error',
    'no-dupe-keys': 'error',
    'no-empty': 'error',
    'no-eval': 'error',
    'no-fallthrough': 'error',
    'no-implied-eval': 'error',
    'no-new-func': 'error',
    'no-restricted-globals': ['error', 'event', 'name', 'status', 'fetch',
        'XMLHttpRequest', 'WebSocket', 'EventSource', 'localStorage',
        'sessionStorage', 'indexedDB'],
    'no-restricted-properties': ['error',
        { property: 'innerHTML', message: HTML },
        { property: 'outerHTML', message: HTML },
        { property: 'insertAdjacentHTML', message: HTML },
        { object: 'document', property: 'write', message: HTML },
        { object: 'Math', property: 'random', message: 'use crypto' },
        { property: 'sync', message: 'nothing of ours leaves the machine' }],
    'no-restricted-syntax': ['error',
        { selector: "BinaryExpression[operator='in']", message: 'use a Map' },
        { selector: 'WithStatement', message: 'never' },
        { selector: 'ForInStatement', message: 'use Object.keys' }],
    'no-self-compare': 'error',
    'no-shadow': 'error',
    'no-undef': 'error',
    'no-unreachable': 'error',
    'no-unused-vars': 'error',
    'no-use-before-define': ['error', { functions: false, classes: false }],
    'no-useless-return': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'quotes': ['error', 'single',
        { avoidEscape: true, allowTemplateLiterals: true }],
    'semi': 'error',
};

const shared = ['AbortController', 'ArrayBuffer', 'Blob', 'DOMException',
    'MessageChannel', 'TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams',
    'atob', 'btoa', 'clearInterval', 'clearTimeout', 'console', 'crypto',
    'performance', 'queueMicrotask', 'setInterval', 'setTimeout',
    'structuredClone'];
const page = ['HTMLElement', 'Intl', 'MutationObserver', 'Node', 'close',
    'document', 'history', 'location', 'matchMedia', 'navigator', 'screen',
    'window', 'addEventListener', 'removeEventListener',
    'requestAnimationFrame'];
const node = ['Buffer', 'process', 'fetch', 'WebSocket', 'global',
    'setImmediate'];
/** Functions that the browser tests hand over to run inside a page. */
const driven = [...page, 'File', 'ChromeUtils', 'Services', 'WebExtensionPolicy',
    'browser', 'chrome', 'getComputedStyle', 'innerHeight', 'innerWidth', 'devicePixelRatio',
    'KeyboardEvent', 'MessagePort', 'MouseEvent'];

/** @param {string[]} names */
const globals = (...names) =>
    Object.fromEntries(names.map(name => [name, 'readonly']));

export default [
    { ignores: ['build/**', 'node_modules/**'] },
    {
        files: ['extension/**/*.js', 'extension/**/*.mjs'],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: 'module',
            globals: globals(...shared, ...page),
        },
        rules,
    },
    {
        // pages of others: they may talk to their server, and have options
        files: ['examples/**/*.js', 'examples/**/*.mjs'],
        ignores: ['examples/verify-node/**', 'examples/etax/**'],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: 'module',
            globals: globals(...shared, ...page, 'fetch', 'Ingam'),
        },
        rules: { ...rules, 'no-restricted-globals': 'off' },
    },
    {
        files: ['examples/verify-node/**/*.mjs'],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: 'module',
            globals: globals(...shared, ...node),
        },
        rules,
    },
    {
        files: ['examples/**/*.js'],
        languageOptions: { sourceType: 'script' },
        rules: { 'max-lines-per-function': 'off' },
    },
    {
        files: ['extension/content/*.js', 'extension/page/ingam.js'],
        languageOptions: { sourceType: 'script' },
        // an immediately called function holds the whole file
        rules: { 'max-lines-per-function': 'off' },
    },
    {
        // tables may be longer
        files: ['extension/common/errors.js', 'extension/page/ingam.js'],
        rules: { 'max-lines': ['error', { max: 300 }] },
    },
    {
        files: ['tests/**/*.mjs', 'installer/**/*.mjs', '*.js'],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: 'module',
            globals: globals(...shared, ...node, ...driven),
        },
        rules: {
            ...rules,
            'max-lines': ['error', { max: 500 }],
            'max-lines-per-function': 'off',
            'no-console': 'off',
            'no-restricted-globals': 'off',
            'no-restricted-syntax': 'off',
            'no-shadow': 'off',
            'no-use-before-define': 'off',
            'prefer-const': 'off',
            'quotes': 'off',
        },
    },
    {
        files: ['tests/bank/public/*.js'],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: 'module',
            globals: globals(...shared, ...page, 'File', 'fetch'),
        },
        rules: { ...rules, 'no-restricted-globals': 'off' },
    },
];
