/** The browser goes: its ends of the pipes are closed at each message, and in
 * the middle of the one it sends. */
import { frame } from '../../host/lib/host.mjs';
import { judge } from './judge.mjs';
import { ALL, isOurs } from './programs.mjs';
import { sweep } from './sweep.mjs';

/** At message n from the host (0: hello), these ends are closed. */
const ways = {
    in: host => host.child.stdin.end(),
    out: host => host.child.stdout.destroy(),
    both: host => {
        host.child.stdin.end();
        host.child.stdout.destroy();
    },
};

function pointsOf(messages, request) {
    const points = [];
    for (let n = 0; n < messages; n++)
        for (const way of Object.keys(ways))
            points.push({ n, way });
    const all = frame(request).length;
    for (const at of [0, 1, 3, 4, 5, all >> 1, all - 1, all])
        points.push({ at });
    return points;
}

async function closed(world, base, { n, way, at }) {
    await world.restore(base);
    let seen = 0;
    const got = await world.run(base.method, base.params, at === undefined
        ? { onMessage: (_, host) => n === seen++ && ways[way](host) }
        : { feed: async (body, host) => {
            await host.write(frame(body).subarray(0, at));
            host.child.stdin.end();
        } });
    return judge(world, base, got);
}

export async function port(worlds, { base, row }) {
    const { messages, asked } = base.survey;
    const each = row.isQuick ? 3 : 9;
    const points = pointsOf(messages, asked)
        .filter((_, i) => ALL ? isOurs(i) : (i + row.number) % each === 0);
    const tally = await sweep(worlds, points,
        (world, point) => closed(world, base, point));
    return { tally, least: points.length,
        isEnough: messages > 2 && tally.tried === points.length };
}
