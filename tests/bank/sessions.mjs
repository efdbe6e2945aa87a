// Who is asking: sessions, their form tokens, and how often is too often.

import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { Answer } from './http.mjs';

const SESSION_MS = 30 * 60 * 1000;

export const token = () => randomBytes(18).toString('base64url');

export function same(a, b) {
    const [x, y] = [Buffer.from(String(a)), Buffer.from(String(b))];
    return x.length === y.length && timingSafeEqual(x, y);
}

export function passwordHash(password, salt = randomBytes(16)) {
    return { salt, hash: scryptSync(password, salt, 32, { N: 4096 }) };
}

export function passwordRight(password, { salt, hash }) {
    return timingSafeEqual(passwordHash(password, salt).hash, hash);
}

/** At most `count` per `ms` and key; says whether one more is allowed. */
export class Limit {
    #times = new Map();

    constructor(count, ms, now) {
        Object.assign(this, { count, ms, now });
    }

    take(key) {
        const since = this.now() - this.ms;
        const times = (this.#times.get(key) ?? []).filter(t => t > since);
        const allowed = times.length < this.count;
        if (allowed)
            times.push(this.now());
        this.#times.set(key, times);
        return allowed;
    }

    forget(key) {
        this.#times.delete(key);
    }
}

export class Sessions {
    /** @type {Map<string, object>} */
    #all = new Map();

    constructor(now) {
        this.now = now;
    }

    /** The session of a request; a new one when it has none or a stale one. */
    of(exchange) {
        const id = exchange.cookies.get('sid');
        const found = this.#all.get(id);
        if (found && this.now() - found.seen < SESSION_MS) {
            found.seen = this.now();
            return found;
        }
        this.#all.delete(id);
        return this.#make(exchange);
    }

    #make(exchange, old = {}) {
        const session = { id: token(), csrf: token(), seen: this.now(),
            person: null, lang: old.lang ?? 'ko' };
        this.#all.set(session.id, session);
        exchange.setCookie('sid', session.id);
        return session;
    }

    /** A new identity gets a new session: the old cookie is worthless. */
    renew(exchange, session, person) {
        this.#all.delete(session.id);
        return Object.assign(this.#make(exchange, session), { person });
    }

    /** Refuse a POST that did not come from a form of ours. */
    check(exchange, session) {
        const { origin, host } = exchange.request.headers;
        if (origin !== undefined && origin !== `http://${host}`)
            throw new Answer(403, 'From another site');
        const given = exchange.fields.get('csrf') ??
            exchange.request.headers['x-csrf'];
        if (!given || !same(given, session.csrf))
            throw new Answer(403, 'This form is not from this session');
    }
}
