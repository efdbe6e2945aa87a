/**
 * A disk that loses power: what a recorded run did to its files, in two views.
 * Live is what programs see; durable is what fsync has promised. Between them
 * lie operations on names, any of which may have reached the disk without the
 * others, and bytes of files, of which none, some or others may have.
 *
 * A rename is one operation, kept by an fsync of either folder, as journaling
 * file systems do it; all else is as weak as POSIX lets it be: fsync of a file
 * keeps its bytes and not its name, fsync of a folder keeps the names in it.
 */
import assert from 'node:assert/strict';

const CREATE = 0o100;
const TRUNCATE = 0o1000;
const EXCHANGE = 2;
const HERE = -100;

export class Disk {
    /** @param {string} home path of the folder that is looked at
     *  @param {import('./tree.mjs').Tree} tree what is durable in it */
    constructor(home, tree) {
        this.home = home;
        this.root = { live: new Map(), kept: new Map() };
        this.open = new Map(); // descriptor → {node, offset}
        this.pending = []; // operations on names: [{dir, name, node}]
        this.files = []; // all that ever were
        for (const path of tree.dirs)
            this.#put(path, { live: new Map(), kept: new Map() });
        for (const [path, bytes] of tree.files)
            this.#put(path, this.#file(bytes));
    }

    #file(bytes) {
        const node = { bytes, keptBytes: bytes };
        this.files.push(node);
        return node;
    }

    #put(path, node) {
        const parts = path.split('/');
        const name = parts.pop();
        const dir = parts.reduce((at, part) => at.live.get(part), this.root);
        dir.live.set(name, node);
        dir.kept.set(name, node);
    }

    /** Folder and name of a path; undefined: not in the home. */
    #find(at, path) {
        let dir = this.open.get(at)?.node;
        if (path.startsWith('/')) {
            if (path !== this.home && !path.startsWith(`${this.home}/`))
                return undefined;
            dir = this.root;
            path = path.slice(this.home.length + 1);
        } else {
            assert.notEqual(at, HERE, `a relative path: ${path}`);
        }
        if (dir?.live === undefined)
            return undefined;
        const parts = path.split('/').filter(p => p !== '' && p !== '.');
        const name = parts.pop();
        dir = parts.reduce((to, part) => to?.live?.get(part), dir);
        return dir === undefined ? undefined
            : { dir, name, node: name === undefined ? dir : dir.live.get(name) };
    }

    /** One operation: each of these names gets that node, or goes. */
    #change(...updates) {
        for (const { dir, name, node } of updates)
            if (node === undefined)
                dir.live.delete(name);
            else
                dir.live.set(name, node);
        this.pending.push(updates);
        return true;
    }

    #sync(node) {
        if (node.live === undefined) {
            const changed = node.keptBytes !== node.bytes;
            node.keptBytes = node.bytes;
            return changed;
        }
        const touches = new Set();
        const slot = ({ dir, name }) => [...touches].some(other =>
            other.dir === dir && other.name === name);
        const kept = new Set();
        for (const op of [...this.pending].reverse()) // and what it builds on
            if (op.some(u => u.dir === node) || op.some(slot)) {
                kept.add(op);
                op.forEach(u => touches.add(u));
            }
        for (const op of this.pending.filter(o => kept.has(o)))
            apply(op, dir => dir.kept);
        this.pending = this.pending.filter(o => !kept.has(o));
        return kept.size > 0;
    }

    #opened(fd, at, path, flags) {
        this.open.delete(fd);
        const found = this.#find(at, path);
        if (found === undefined)
            return false;
        let { node } = found;
        const made = node === undefined && (flags & CREATE) !== 0;
        if (made) {
            node = this.#file(Buffer.alloc(0));
            this.#change({ ...found, node });
        }
        assert.ok(node !== undefined, `opened what is not there: ${path}`);
        if ((flags & TRUNCATE) !== 0)
            node.bytes = Buffer.alloc(0);
        this.open.set(fd, { node, offset: 0 });
        return made;
    }

    /** Bytes at a place of an open file; what was before stays as it was. */
    #written(fd, bytes) {
        const at = this.open.get(fd);
        if (at === undefined)
            return false;
        const old = at.node.bytes;
        const end = at.offset + bytes.length;
        at.node.bytes = Buffer.concat([old.subarray(0, at.offset),
            Buffer.alloc(Math.max(0, at.offset - old.length)), bytes,
            old.subarray(end)]);
        at.offset = end;
        return true;
    }

    #resized(fd, length) {
        const { node } = this.open.get(fd) ?? {};
        if (node === undefined)
            return false;
        node.bytes = Buffer.concat([node.bytes.subarray(0, length),
            Buffer.alloc(Math.max(0, length - node.bytes.length))]);
        return true;
    }

    #moved(from, to, flags) {
        if (from === undefined || to === undefined)
            return false;
        return this.#change({ ...from,
            node: (flags & EXCHANGE) !== 0 ? to.node : undefined },
        { ...to, node: from.node });
    }

    /** One line of the record. True: the disk may look different now. */
    step({ call, args, result }) {
        const text = hex => Buffer.from(hex, 'hex').toString();
        switch (call) {
        case 'openat':
            return this.#opened(result, args[0], text(args[1]), args[2]);
        case 'open':
            return this.#opened(result, HERE, text(args[0]), args[1]);
        case 'close':
            this.open.delete(args[0]);
            return false;
        case 'write':
            return this.#written(args[0], Buffer.from(args[1], 'hex'));
        case 'lseek':
            Object.assign(this.open.get(args[0]) ?? {}, { offset: result });
            return false;
        case 'ftruncate':
            return this.#resized(args[0], args[1]);
        case 'fsync':
        case 'fdatasync':
            return this.open.has(args[0])
                && this.#sync(this.open.get(args[0]).node);
        case 'mkdirat':
        case 'mkdir': {
            const found = call === 'mkdir' ? this.#find(HERE, text(args[0]))
                : this.#find(args[0], text(args[1]));
            return found !== undefined && this.#change({ ...found,
                node: { live: new Map(), kept: new Map() } });
        }
        case 'unlinkat':
        case 'unlink':
        case 'rmdir': {
            const found = call === 'unlinkat'
                ? this.#find(args[0], text(args[1]))
                : this.#find(HERE, text(args[0]));
            return found !== undefined
                && this.#change({ ...found, node: undefined });
        }
        case 'renameat':
        case 'renameat2':
            return this.#moved(this.#find(args[0], text(args[1])),
                this.#find(args[2], text(args[3])), args[4] ?? 0);
        case 'fchmod': case 'fchmodat': case 'sendto': case 'recvfrom':
        case 'fcntl': case 'dup': case 'execve': case 'connect': case 'shutdown':
            return false;
        default: // a call that the model does not know must not be on a file
            assert.ok(!this.open.has(args[0]) && typeof args[0] === 'number',
                `${call} on a file`);
            return false;
        }
    }

    /** Files whose bytes are not all on the disk. */
    dirty() {
        return this.files.filter(f => f.bytes !== f.keptBytes);
    }

    /**
     * The tree after a power cut.
     * @param {(op: number) => boolean} survived of the pending operations
     * @param {(file: object) => Buffer} content of a dirty file
     */
    after(survived, content) {
        const names = new Map();
        const view = dir => {
            if (!names.has(dir))
                names.set(dir, new Map(dir.kept));
            return names.get(dir);
        };
        this.pending.filter((_, i) => survived(i))
            .forEach(op => apply(op, view));
        const tree = { dirs: [], files: new Map() };
        const walk = (dir, path, above) => {
            for (const [name, node] of view(dir)) {
                if (node.live === undefined) {
                    tree.files.set(path + name, node.bytes === node.keptBytes
                        ? node.bytes : content(node));
                } else if (!above.includes(node)) {
                    tree.dirs.push(path + name);
                    walk(node, `${path}${name}/`, [...above, node]);
                }
            }
        };
        walk(this.root, '', [this.root]);
        return tree;
    }
}

function apply(op, view) {
    for (const { dir, name, node } of op)
        if (node === undefined)
            view(dir).delete(name);
        else
            view(dir).set(name, node);
}
