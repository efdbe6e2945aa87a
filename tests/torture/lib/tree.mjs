/** A home folder as a value: taken from the disk, put there, compared. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{dirs: string[], files: Map<string, Buffer>}} Tree paths are
 *     relative; a folder stands before what is in it
 */

/** @returns {Tree} */
export function takeTree(root, below = '', tree = { dirs: [], files: new Map() }) {
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
        const path = join(below, entry.name);
        if (entry.isDirectory()) {
            tree.dirs.push(path);
            takeTree(root, path, tree);
        } else if (entry.isFile()) {
            tree.files.set(path, readFileSync(join(root, path)));
        }
    }
    return tree;
}

/** Make the folder be the tree and nothing else. */
export function putTree(root, tree) {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true, mode: 0o700 });
    for (const path of tree.dirs)
        mkdirSync(join(root, path), { mode: 0o700 });
    for (const [path, bytes] of tree.files)
        writeFileSync(join(root, path), bytes, { mode: 0o600 });
}

/** Equal trees have equal hashes. */
export function hashTree(tree) {
    const hash = createHash('sha256');
    for (const path of [...tree.dirs].sort())
        hash.update(`${path}/\n`);
    for (const path of [...tree.files.keys()].sort())
        hash.update(`${path}:${tree.files.get(path).length}\n`)
            .update(tree.files.get(path));
    return hash.digest('hex');
}

/**
 * Pairs that other programs would list: DN folders under NPKI/<CA>/USER.
 * @param {Tree} tree
 * @returns {Map<string, Map<string, Buffer>>} folder → file name → bytes
 */
export function pairsOf(tree) {
    const pairs = new Map();
    const inside = path => /^NPKI\/[^/]+\/USER\/([^/]+)(?:\/([^/]+))?$/.exec(path);
    for (const path of tree.dirs) {
        const name = inside(path)?.[1];
        if (name !== undefined && !name.startsWith('.'))
            pairs.set(name, new Map());
    }
    for (const [path, bytes] of tree.files) {
        const at = inside(path);
        if (at?.[2] !== undefined && pairs.has(at[1]))
            pairs.get(at[1]).set(at[2], bytes);
    }
    return pairs;
}

/** Two pairs of the same bytes. */
export function samePair(a, b) {
    return a.size === b.size
        && [...a].every(([name, bytes]) => b.get(name)?.equals(bytes));
}
