// The corpus's questions, asked of programs: the C library (through a stranger
// that is linked to it) and `ingam verify`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ingam, root } from '../../host/lib/cli.mjs';

/** One line out for each line in. */
function lines(program, args, rows) {
    const run = spawnSync(join(root, 'build/tool', program), args, { maxBuffer: 1 << 27,
        input: rows.map(row => `${JSON.stringify(row)}\n`).join('') });
    if (run.status !== 0)
        throw new Error(`${program}: ${run.status ?? run.signal} ${run.stderr}`);
    return run.stdout.toString().split('\n').slice(0, rows.length);
}

/** Verdicts of the library. @param {'judge' | 'judge-static'} program */
export const askLibrary = (program, entries, threads = 0) =>
    lines(program, ['--threads', String(threads)], entries.map(({ question }) => ({ question })))
        .map(line => JSON.parse(line));

/** Rows {question, step, cut, bit}: 'G' or 'B' for each damaged copy. */
export const askDamaged = rows => lines('judge', [], rows);

/** What judge.c does to a signature, one copy after the other. */
export function* damaged(signature, step, cut, bit) {
    for (let i = 0; i < signature.length; i += step) {
        const copy = Buffer.from(cut ? signature.subarray(0, i) : signature);
        if (!cut)
            copy[i] ^= 1 << (i + bit) % 8;
        yield copy;
    }
}

const FILES = { signature: 'in', content: 'content', certificate: 'certificate', vid: 'vid', revocation: 'revocation' };
const WORDS = { format: 'format', type: 'type', sha256: 'sha256', at: 'at', origin: 'expect-origin', kind: 'expect-kind',
    nonce: 'expect-nonce' };

/** The verdict of `ingam verify --json` and its exit status. */
export async function askCommand(question, folder) {
    mkdirSync(folder, { recursive: true });
    const args = ['verify', '--json'];
    const file = (option, name, bytes) => {
        writeFileSync(join(folder, name), bytes);
        args.push(`--${option}`, join(folder, name));
    };
    file('trust', 'trust.pem', question.trust);
    if (question.trustTsa !== undefined)
        file('trust-tsa', 'tsa.pem', question.trustTsa);
    for (const [name, option] of Object.entries(FILES))
        if (question[name] !== undefined)
            file(option, name, Buffer.from(question[name], 'base64'));
    for (const [name, option] of Object.entries(WORDS))
        if (question[name] !== undefined)
            args.push(`--${option}`, question[name]);
    if (question.transaction !== undefined)
        file('expect-transaction', 'transaction', JSON.stringify(question.transaction));
    if (question.serverKey !== undefined)
        file('server-key', 'key.pem', question.serverKey);
    const secrets = [question.idn, question.r].filter(one => one !== undefined).map(one => `${one}\n`);
    if (question.idn !== undefined)
        args.push('--idn-fd', '3');
    if (question.r !== undefined)
        args.push('--r-fd', '4');
    const run = await ingam(args, { secrets });
    return { verdict: JSON.parse(run.text), status: run.status };
}
