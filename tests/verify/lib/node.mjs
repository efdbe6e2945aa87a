// An entry of the corpus, asked of the Node verifier.
import { verify } from '../../../examples/verify-node/verify.mjs';

const BYTES = ['signature', 'content', 'certificate', 'r', 'vid', 'revocation'];

/** @returns {{verdict: object, content: Buffer | null}} */
export function askNode(question, signature) {
    const asked = { ...question };
    for (const name of BYTES)
        if (asked[name] !== undefined)
            asked[name] = Buffer.from(asked[name], 'base64');
    if (asked.sha256 !== undefined)
        asked.sha256 = Buffer.from(asked.sha256, 'hex');
    return verify(signature === undefined ? asked : { ...asked, signature });
}

/** What does not hold, as the corpus writes it. */
export const wrongOf = verdict => verdict.checks.filter(one => !one.ok).map(one => `${one.check}: ${one.reason}`);
