#include "net/worker_confine.h"

#include <signal.h>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "os/sandbox.h"

/* What libcurl and the resolver read: libraries, how names are looked up, the
 * system's anchors and where distributions keep them. No folder of a person.
 */
static const struct sandbox_rule readable[] = {
    { .path = "/usr" },
    { .path = "/lib" },
    { .path = "/lib64" },
    { .path = "/etc/ld.so.cache" },
    { .path = "/etc/resolv.conf" },
    { .path = "/etc/hosts" },
    { .path = "/etc/host.conf" },
    { .path = "/etc/nsswitch.conf" },
    { .path = "/etc/gai.conf" },
    { .path = "/etc/services" },
    { .path = "/run/systemd/resolve" },
    { .path = "/run/NetworkManager" },
    { .path = "/run/resolvconf" },
    { .path = "/run/nscd" },
    { .path = "/etc/ssl" },
    { .path = "/etc/pki" },
    { .path = "/etc/ca-certificates" },
    { .path = "/etc/crypto-policies" },
    { .path = "/var/lib/ca-certificates" },
    { .path = "/dev/null" },
    { .path = "/dev/urandom" },
};

bool
worker_confine(void)
{
    const struct rlimit none = { 0, 0 }, files = { 64, 64 };

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_FSIZE, &none);
    (void)setrlimit(RLIMIT_NOFILE, &files);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    return sandbox_files(readable, sizeof(readable) / sizeof(readable[0]),
               SANDBOX_CONNECT) == OK;
}
