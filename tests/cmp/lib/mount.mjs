/**
 * Mounts of a host's own, in a mount namespace that ends with it: for root,
 * or for anybody where user namespaces are allowed.
 */
import { spawnSync } from 'node:child_process';

const works = (...unshare) => spawnSync(unshare[0], [...unshare.slice(1), 'sh',
    '-c', 'mount --bind / /mnt'], { stdio: 'ignore' }).status === 0;

const unshare = [['unshare', '-m'], ['unshare', '-Urm']].find(u => works(...u));

export const mounting = {
    /** Why there is none, for node:test. */
    skip: unshare === undefined && 'mount namespaces are not allowed here',
    /** May this process mount for all? */
    here: process.getuid() === 0,
    /**
     * A command for Host: first this script, with $0, then the host.
     * @param {string} script of sh
     * @param {string} zero
     */
    over: (script, zero) => [...unshare ?? [], 'sh', '-c',
        `${script} && exec "$@"`, zero, '{}'],
};
