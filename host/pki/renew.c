#include "pki/renew.h"

#include <string.h>

#include "pki/enrol_run.h"

#define DAY_S 86400

int64_t
renew_from(const X509 *x)
{
    return cert_not_after(x) - (int64_t)RENEW_DAYS * DAY_S;
}

static enum err
check_dates(const struct host *host, const X509 *x)
{
    int64_t now = clock_wall(&host->clock);

    if (cert_not_after(x) <= now)
        return ERR_CERTIFICATE_EXPIRED;
    if (cert_not_before(x) > now)
        return ERR_CERTIFICATE_NOT_YET_VALID;
    return now < renew_from(x) ? ERR_RENEWAL_TOO_EARLY : OK;
}

static enum err
keep_renewed(X509 *x, struct enrol_result *ret)
{
    if (X509_up_ref(x) != 1)
        return ERR_INTERNAL;
    ret->renewed = x;
    ret->old_not_after = cert_not_after(x);
    return OK;
}

/* Everything of the old pair is at hand. */
static enum err
start(const struct host *host, const struct renew_order *order, EVP_PKEY *key,
    const struct enrol_io *io, const struct watch *watch,
    struct enrol_result *ret)
{
    const struct cmp_signer signer = { order->entry->sign, key,
        order->entry->sign };
    struct buf old = { 0 }, reference = { 0 };
    struct enrol_order enrol = { .ca = order->ca,
        .kind = JOURNAL_RENEW,
        .code = order->password,
        .password = order->new_password,
        .scheme = order->scheme,
        .root = order->root,
        .old = &old,
        .keys = order->keys,
        .signer = &signer,
        .old_km = order->entry->km };
    enum err r, kept;

    if ((r = cert_der(order->entry->sign, &old)) == OK &&
        (r = buf_put_text(&reference, "renew ")) == OK &&
        (r = buf_put_text(&reference, order->entry->id)) == OK) {
        enrol.reference = buf_text(&reference);
        r = enrol_start(host, &enrol, io, watch, ret);
        kept = keep_renewed(order->entry->sign, ret);
        r = r == OK ? kept : r;
    }
    buf_free(&old);
    buf_free(&reference);
    return r;
}

enum err
renew_start(const struct host *host, const struct renew_order *order,
    const struct enrol_io *io, const struct watch *watch,
    struct enrol_result *ret)
{
    EVP_PKEY *key = NULL;
    enum err r;

    enrol_result_free(ret);
    if (!order->ca->enabled)
        return ERR_CA_DISABLED;
    if ((r = check_dates(host, order->entry->sign)) != OK) {
        (void)!keep_renewed(order->entry->sign, ret);
        return r;
    }
    r = store_open_key(host, order->entry, false, order->password, &key, NULL);
    if (r == OK)
        r = start(host, order, key, io, watch, ret);
    EVP_PKEY_free(key);
    return r;
}

/* What is needed of the old pair, from this copy of it. */
static enum err
reopen(
    struct enrol_run *run, const struct store_entry *copy, bool sign, bool km)
{
    enum err r = OK;

    if (km && copy->km == NULL)
        return ERR_CERTIFICATE_NOT_FOUND;
    if (sign)
        r = store_open_key(
            run->host, copy, false, &run->secret->code, &run->old_key, NULL);
    if (r == OK && km && X509_up_ref(copy->km) == 1)
        run->old_km = copy->km;
    return r;
}

/* A copy may have another password, or lack what belongs to it. */
enum err
enrol_renew_reopen(struct enrol_run *run)
{
    const struct journal_half *half = run->entry->halves;
    bool sign = !half[CMP_SIGN].confirmed, km = half[CMP_KM].key.len > 0;
    struct store_list list = { 0 };
    char id[CERT_ID_LEN + 1];
    enum err r;

    if ((r = keep_renewed(run->old, run->result)) != OK ||
        (!sign && (!km || half[CMP_KM].confirmed)))
        return r;
    if ((r = cert_id(run->old, id)) == OK &&
        (r = store_scan(run->host, true, &list)) == OK)
        r = ERR_CERTIFICATE_NOT_FOUND;
    for (size_t i = 0; i < list.count && r != OK && r != ERR_NO_MEMORY; i++)
        if (list.entries[i].broken == OK && strcmp(list.entries[i].id, id) == 0)
            r = reopen(run, &list.entries[i], sign, km);
    store_list_free(&list);
    if (r == ERR_CERTIFICATE_NOT_FOUND &&
        store_present(run->host, buf_text(&run->entry->root)) != OK)
        r = ERR_MEDIUM_REMOVED;
    return r;
}
