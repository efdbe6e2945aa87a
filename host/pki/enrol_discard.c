/* Giving an unfinished entry up (enrol.h). */
#include "pki/enrol.h"

#include <string.h>

#include "pki/store.h"

/* The reference number; without a code, and where the entry cannot be read,
 * the id. */
static enum err
check_word(const struct host *host, const char *id, const char *word)
{
    struct journal_entry e = { 0 };
    const char *want = id;
    enum err r = journal_load(host, id, &e);

    if (r == OK && e.kind != JOURNAL_RENEW && e.kind != JOURNAL_REVOKE)
        want = buf_text(&e.reference);
    if (r == OK || r == ERR_IO_ERROR)
        r = strcmp(want, word) == 0 ? OK : ERR_PARAM_RANGE;
    journal_entry_free(&e);
    return r;
}

static enum err
retire(const struct host *host, const char *id)
{
    struct journal_entry e = { 0 };
    struct store_lock *lock = NULL;
    enum err r;

    if ((r = store_lock(host, &lock)) != OK)
        return r;
    (void)!journal_load(host, id, &e);
    /* a pair that was set aside for the new one goes back; where that cannot
     * be now, the next to write does it */
    if ((r = journal_retire(host, id)) == OK && e.swapping)
        (void)!store_recover(host, buf_text(&e.root), NULL, NULL);
    store_unlock(lock);
    journal_entry_free(&e);
    return r;
}

enum err
enrol_discard(const struct host *host, const char *id, const char *word)
{
    int lock = -1;
    enum err r;

    if ((r = journal_lock(host, id, &lock)) == OK &&
        (r = check_word(host, id, word)) == OK)
        r = retire(host, id);
    journal_unlock(&lock);
    return r;
}
