// Entries that are good signatures over what the site did not ask for.
import { sign } from 'node:crypto';
import { NONCE, ORIGIN, TRANSFER, canonical, envelope, maker, token } from './parts.mjs';

const R = 'obLD1OX2BxgpOktcbX6PkAECAwQ=';
const IDN = '9001011234567';

function badLogins(world, how) {
    const { simple, login, secret, asLogin, transaction } = maker(world, how);
    const said = (more, wrong, name, asked = {}) => ({ name, signature: login(token(how, more)), ...asLogin, ...asked, wrong: [`login: ${wrong}`] });
    const raw = (content, name) => ({ name, signature: login(Buffer.from(content)), type: 'login', wrong: ['login: token_malformed'] });
    const text = token(how).toString();
    const vid = (more, wrong, name, asked = {}) => ({ name, signature: login(), ...asLogin, ...secret, idn: IDN,
        vid: envelope(world.server, token(how, { type: 'login-r', r: R, ...more })), wrong, ...asked });
    return [
        said({ origin: 'https://bank.example:8443' }, 'origin_differs', 'a login for another origin'),
        said({ nonce: `${NONCE}x` }, 'nonce_differs', 'a login with another nonce'),
        said({}, 'token_expired', 'a login that has expired', { at: how.instant(how.at + 301) }),
        said({}, 'token_not_yet_valid', 'a login of tomorrow', { at: how.instant(how.at - 121) }),
        said({ expires: how.instant(how.at + 241) }, 'token_malformed', 'a login of five minutes and a second'),
        said({ expires: how.instant(how.at - 60) }, 'token_malformed', 'a login without life'),
        said({ type: 'login-r' }, 'token_malformed', 'a login of another type'),
        said({ also: 'x' }, 'token_malformed', 'a login with a member more'),
        said({ nonce: 1 }, 'token_malformed', 'a login whose nonce is a number'),
        said({ issued: '2026-11-18 14:25:40Z' }, 'token_malformed', 'a login with another way to write time'),
        raw(text.replace('"nonce"', '"nonce" '), 'a login with white space'),
        raw(text.replace('{', '{"nonce":"x",'), 'a login with a member twice'),
        raw(`${text}\n`, 'a login with a line end'),
        raw('login', 'a login that is a word'),
        raw('', 'a login of nothing'),
        { name: 'a text for a login', signature: simple(), ...asLogin, wrong: ['structure: content_type', 'login: token_malformed'] },
        { name: 'a token signed as text', signature: simple({ content: token(how) }), ...asLogin,
            wrong: ['structure: content_type', 'login: token_malformed'] },
        { name: 'a login for a text', signature: login(), origin: ORIGIN, wrong: ['structure: content_type'] },
        { name: 'a login for a transaction', signature: login(), kind: 'transaction', origin: ORIGIN,
            wrong: ['structure: content_type', 'transaction: content_missing'] },
        { name: 'a transaction for a login', signature: transaction(), ...asLogin, wrong: ['structure: content_type', 'login: token_malformed'] },
        vid({ r: Buffer.alloc(20, 9).toString('base64') }, ['identity: identity_differs'], 'vid with the R of another'),
        vid({ nonce: 'nonce-of-another-login-0' }, ['vid: vid_other_login'], 'vid of another login'),
        vid({ origin: 'https://shop.example' }, ['vid: vid_other_login'], 'vid for another site'),
        vid({ type: 'login' }, ['vid: vid_unreadable'], 'vid of another type'),
        vid({ r: 'AAAA' }, ['vid: vid_unreadable'], 'vid with a short R'),
        vid({}, ['identity: identity_differs'], 'vid and another identity number', { idn: '9001011234568' }),
        vid({}, ['vid: vid_unreadable'], 'vid for another server', { vid: envelope(world.hong, token(how, { type: 'login-r', r: R })) }),
        vid({}, ['vid: vid_unreadable'], 'vid that is text', { vid: Buffer.from('vid') }),
    ];
}

function badTransactions(world, how) {
    const { transaction, simple } = maker(world, how);
    const malformed = ['transaction: transaction_malformed'];
    const asked = { kind: 'transaction' };
    const of = (name, tree) => ({ name, signature: transaction(tree), ...asked, wrong: malformed });
    const text = canonical(TRANSFER);
    const differs = (name, expected) => ({ name, signature: transaction(), transaction: expected, wrong: ['transaction: transaction_differs'] });
    return [
        of('a transaction with white space', Buffer.from(text.replace(':', ': '))),
        of('a transaction in another order', Buffer.from('{"type":"transfer","nonce":"n-1"}')),
        of('a transaction with a member twice', Buffer.from('{"type":"a","type":"a"}')),
        of('a transaction with needless escapes', Buffer.from(text.replace('나', '\\ub098'))),
        of('a transaction without a type', { nonce: 'n-1' }),
        of('a transaction with a fraction', { type: 'transfer', fee: 1.5 }),
        of('a transaction with a list', Buffer.from('{"to":[],"type":"transfer"}')),
        of('a transaction with null', Buffer.from('{"to":null,"type":"transfer"}')),
        of('a transaction three deep', { type: 'transfer', to: { bank: { name: 'x' } } }),
        of('an amount of money in a number', { type: 'transfer', amount: { currency: 'KRW', value: 1 } }),
        of('an amount with a leading zero', { type: 'transfer', amount: { currency: 'KRW', value: '01' } }),
        of('a text for a transaction', Buffer.from('pay')),
        of('65 members', Object.fromEntries([['type', 'x'], ...Array.from({ length: 64 }, (_, i) => [`m${i}`, true])])),
        of('half of a surrogate pair', Buffer.from('{"memo":"\\ud83d","type":"x"}')),
        { name: 'a transaction signed as text', signature: transaction(TRANSFER, 'text'), ...asked, wrong: ['display: kind_differs'] },
        differs('another amount', { amount: { currency: 'KRW', value: '1250001' } }),
        differs('another account', { to: { account: '110-234-567891', bank: '나루은행' } }),
        differs('a member less than expected', { to: { account: '110-234-567890' } }),
        differs('a member that is not there', { memo: '' }),
        differs('another nonce', { nonce: 'n-2' }),
        differs('a nonce that is a number', { nonce: 1 }),
        { name: 'a transaction that is not there', signature: simple({ inside: false }), transaction: {},
            wrong: ['content: content_missing', 'transaction: content_missing'] },
    ];
}

export function badContents(world, how) {
    const { simple, attrs } = maker(world, how);
    const { text, hong, kim } = world;
    const other = Buffer.from('이체 1,000,001원\n');
    const bare = { display: null };
    const value = sign('sha256', text, hong.spec.pair.privateKey);
    return [
        ...badLogins(world, how), ...badTransactions(world, how),
        { name: 'other content beside it', signature: simple(), content: other, wrong: ['content: content_differs'] },
        { name: 'another SHA-256 beside it', signature: simple(), sha256: how.digest(other),
            wrong: ['content: content_differs', 'signature: digest_differs'] },
        { name: 'detached, nothing given', signature: simple({ inside: false }), wrong: ['content: content_missing'] },
        { name: 'detached, other content', signature: simple({ inside: false }), content: other, wrong: ['signature: digest_differs'] },
        { name: 'detached, another SHA-256', signature: simple({ inside: false }), sha256: how.digest(other), wrong: ['signature: digest_differs'] },
        { name: 'detached without attributes, other content', signature: simple({ inside: false, attributes: null }), content: other,
            wrong: ['signature: signature_wrong'] },
        { name: 'detached without attributes, another SHA-256', signature: simple({ inside: false, attributes: null }),
            sha256: how.digest(other), wrong: ['signature: signature_wrong'] },
        { name: 'another origin', signature: simple(), origin: 'https://shop.example', wrong: ['display: origin_differs'] },
        { name: 'an origin that only begins so', signature: simple(), origin: `${ORIGIN}.evil.example`, wrong: ['display: origin_differs'] },
        { name: 'another kind', signature: simple(), kind: 'document', wrong: ['display: kind_differs'] },
        { name: 'no display where an origin is expected', signature: simple({ attributes: attrs(text, { replace: bare }) }), origin: ORIGIN,
            wrong: ['display: display_missing'] },
        { name: 'no attributes where a kind is expected', signature: simple({ attributes: null }), kind: 'text', wrong: ['display: display_missing'] },
        { name: 'PKCS#1 over other content', format: 'pkcs1', signature: value, content: other, certificate: hong.der,
            wrong: ['signature: signature_wrong'] },
        { name: 'PKCS#1 by another SHA-256', format: 'pkcs1', signature: value, sha256: how.digest(other), certificate: hong.der,
            wrong: ['signature: signature_wrong'] },
        { name: 'PKCS#1 of another', format: 'pkcs1', signature: value, content: text, certificate: kim.der, wrong: ['signature: signature_wrong'] },
        { name: 'PKCS#1 without a certificate', format: 'pkcs1', signature: value, content: text, wrong: ['certificate: certificate_missing'] },
        { name: 'PKCS#1 without content', format: 'pkcs1', signature: value, certificate: hong.der, wrong: ['content: content_missing'] },
        { name: 'PKCS#1 cut short', format: 'pkcs1', signature: value.subarray(1), content: text, certificate: hong.der,
            wrong: ['signature: signature_wrong'] },
        { name: 'PKCS#1 where CMS is expected', signature: value, content: text, certificate: hong.der, wrong: ['structure: not_signed_data'] },
        { name: 'CMS where PKCS#1 is expected', format: 'pkcs1', signature: simple(), content: text, certificate: hong.der,
            wrong: ['signature: signature_wrong'] },
    ];
}
