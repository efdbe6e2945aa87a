#include "pki/store.h"

#include "base/mem.h"
#include "os/file.h"

#define LOCK_WAIT_MS 5000

struct store_lock {
    int fd;
};

enum err
store_lock(const struct host *host, struct store_lock **ret_lock)
{
    struct store_lock *lock = mem_alloc(sizeof(*lock));
    int dir = -1;
    enum err r;

    if (lock == NULL)
        return ERR_NO_MEMORY;
    lock->fd = -1;
    if ((r = file_open_path(host->paths.state, true, &dir)) == OK)
        r = file_lock(dir, "lock", &host->clock, LOCK_WAIT_MS, &lock->fd);
    file_close(&dir);
    if (r == OK)
        *ret_lock = lock;
    else
        mem_free(lock);
    return r;
}

void
store_unlock(struct store_lock *lock)
{
    if (lock == NULL)
        return;
    file_close(&lock->fd);
    mem_free(lock);
}
