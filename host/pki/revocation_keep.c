/* Answers that are kept (revocation.h): <state>/revocation/<id>.ocsp or .crl,
 * as they came. They are signed, so a damaged one is worth nothing. */
#include <stdio.h>

#include "os/file.h"
#include "pki/revocation.h"

#define NAME_SIZE (CERT_ID_LEN + 8) /* bytes of "<id>.ocsp" and its end */
#define LOOK_MAX  (4 * REVOCATION_FILES_MAX) /* names looked at */

static void
put_name(
    const char *id, enum revocation_kind kind, char ret_name[static NAME_SIZE])
{
    snprintf(ret_name, NAME_SIZE, "%s.%s", id,
        kind == REVOCATION_OCSP ? "ocsp" : "crl");
}

static enum err
name_of(
    const X509 *x, enum revocation_kind kind, char ret_name[static NAME_SIZE])
{
    char id[CERT_ID_LEN + 1];
    enum err r = cert_id(x, id);

    if (r == OK)
        put_name(id, kind, ret_name);
    return r;
}

struct crowd {
    int dir;
    size_t count;
};

/* Those that are too many go: they can be asked for again. */
static enum err
visit(void *ctx, const char *name)
{
    struct crowd *crowd = ctx;

    if (++crowd->count > REVOCATION_FILES_MAX)
        return file_remove(crowd->dir, name);
    return OK;
}

void
revocation_keep(const struct host *host, const X509 *x,
    enum revocation_kind kind, const struct buf *answer)
{
    struct crowd crowd = { .dir = -1 };
    char name[NAME_SIZE];
    bool cut = false;

    if (answer->len <= REVOCATION_KEPT_MAX && name_of(x, kind, name) == OK &&
        file_open_below(
            host->paths.state, REVOCATION_FOLDER, true, &crowd.dir) == OK &&
        file_list(crowd.dir, LOOK_MAX, visit, &crowd, &cut) == OK)
        (void)!file_replace(crowd.dir, name, answer);
    file_close(&crowd.dir);
}

enum err
revocation_kept(const struct host *host, const X509 *x,
    enum revocation_kind kind, struct buf *ret_answer)
{
    char name[NAME_SIZE];
    int dir = -1;
    enum err r;

    if ((r = name_of(x, kind, name)) == OK &&
        (r = file_open_below(
             host->paths.state, REVOCATION_FOLDER, false, &dir)) == OK)
        r = file_read(dir, name, REVOCATION_KEPT_MAX, ret_answer);
    file_close(&dir);
    return r;
}

static enum err
visit_any(void *ctx, const char *name)
{
    bool *any = ctx;

    (void)name;
    *any = true;
    return OK;
}

bool
revocation_any(const struct host *host)
{
    bool any = false, cut = false;
    int dir = -1;

    if (file_open_below(host->paths.state, REVOCATION_FOLDER, false, &dir) ==
        OK)
        (void)!file_list(dir, 1, visit_any, &any, &cut);
    file_close(&dir);
    return any;
}

bool
revocation_is_kept(const struct host *host, const char *id)
{
    char name[NAME_SIZE];
    enum file_kind kind;
    bool found = false;
    int dir = -1, i;

    if (file_open_below(host->paths.state, REVOCATION_FOLDER, false, &dir) ==
        OK)
        for (i = REVOCATION_OCSP; !found && i <= REVOCATION_CRL; i++) {
            put_name(id, (enum revocation_kind)i, name);
            found = file_kind(dir, name, &kind) == OK;
        }
    file_close(&dir);
    return found;
}
