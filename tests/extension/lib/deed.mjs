/** A deed against a host and a page that answer by script. */
import { PERSON } from '../../../extension/ui/enrol/asker.js';
import { Flow } from '../../../extension/ui/enrol/flow.js';
import { FakePort } from '../fakes.mjs';
import { FakeTimers } from './timers.mjs';

export const CA = { name: 'yessign', folder: 'yessign', title: {}, enabled: true };
export const CERT = { id: 'a'.repeat(64), name: '홍길동', ca: 'yessign',
    notAfter: '2027-03-14T14:59:59Z' };
export const DONE = { result: { state: 'done', certificate: CERT, der: 'MIIB' } };
export const error = (reason, data = {}, code = 4000) =>
    ({ error: { code, message: 'x', data: { reason, ...data } } });
export const LISTS = { 'ca.list': { result: { cas: [CA] } },
    'enrol.pending': { result: { pending: [] } },
    'store.list': { result: { certificates: [],
        roots: [{ path: '/h/NPKI', medium: 'disk' }] } },
    'enrol.prepare': { result: { keys: 1 } } };

/** @param {Record<string, any>} answers by method: an answer, a list of them
 *     to be used up, "gone" to end the process, null to say nothing */
export function world(answers, start = {}) {
    const all = { ...LISTS, ...answers };
    const seen = { ports: [], calls: [], prepared: [], states: [], counts: [], page: [] };
    const connect = () => {
        const port = new FakePort();
        seen.ports.push(port);
        queueMicrotask(() => port.say({ jsonrpc: '2.0', method: 'hello',
            params: { protocol: 1, version: '0.1.0', minExtension: '0.1.0',
                platform: 'linux', features: [] } }));
        port.onPost = ({ id, method, params }) => {
            if (id === undefined) {
                seen.cancelled = params;
                return;
            }
            (method === 'enrol.prepare' ? seen.prepared : seen.calls)
                .push({ method, params });
            const found = all[method];
            const answer = Array.isArray(found) ? found.shift() : found;
            if (answer === null || answer === undefined)
                return;
            queueMicrotask(() => {
                for (const step of answer.steps ?? [])
                    port.say({ jsonrpc: '2.0', method: 'progress',
                        params: { id, step, n: 1, of: 6 } });
                if (answer === 'gone' || answer.gone)
                    port.end(null);
                else {
                    const rest = { ...answer, steps: undefined };
                    port.say({ jsonrpc: '2.0', id, ...rest });
                }
            });
        };
        return port;
    };
    const gone = [];
    const asker = start.mode !== 'page' ? PERSON : {
        onGone: f => gone.push(f),
        answer: async result => seen.page.push({ result }) > 0 &&
            !seen.pageDeaf,
        approve: () => {},
        trouble: () => {},
        fail: reason => seen.page.push({ reason }),
        leave: reason => seen.page.push({ reason }),
        refused: async () => seen.refused ?? null,
    };
    const timers = new FakeTimers();
    const flow = new Flow({ connect, asker, timers,
        show: state => seen.states.push(state),
        count: async (what, pending) => {
            seen.counts.push(`${what} ${pending}`);
            return what === 'wrong' ? '틀렸어요'
                : what === 'look' && seen.slowed ? '기다려 주세요' : '';
        } }, start);
    return { flow, seen, timers, leavePage: () => gone.forEach(f => f()) };
}
