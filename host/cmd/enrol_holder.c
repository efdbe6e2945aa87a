#include "cmd/enrol_holder.h"

#include "cmd/ca_file.h"
#include "pki/cert.h"

void
enrol_holder_free(struct enrol_holder *holder)
{
    ca_free(holder->ca);
    store_list_free(&holder->list);
    *holder = (struct enrol_holder){ 0 };
}

/* Take the CA of an issuer out of the list. */
static struct ca *
choose(struct ca_file_list *list, const char *dn)
{
    struct ca *ca = NULL;
    size_t i, best = CA_MAX;

    for (i = 0; i < list->count; i++)
        if (ca_has_issuer(list->cas[i], dn) &&
            (best == CA_MAX ||
                (list->cas[i]->enabled && !list->cas[best]->enabled)))
            best = i;
    if (best < CA_MAX) {
        ca = list->cas[best];
        list->cas[best] = NULL; /* transferred */
    }
    return ca;
}

static enum err
find_ca(const struct call *call, struct enrol_holder *holder)
{
    struct ca_file_list list = { 0 };
    struct buf dn = { 0 };
    enum err r;

    if ((r = cert_dn(X509_get_issuer_name(holder->entry->sign), &dn)) == OK &&
        (r = ca_file_list(call->host, &list)) == OK)
        holder->ca = choose(&list, buf_text(&dn));
    if (r == OK && holder->ca == NULL)
        r = reply_text(call->detail, "ca", holder->entry->ca) == OK
                ? ERR_UNKNOWN_CA
                : ERR_NO_MEMORY;
    ca_file_list_free(&list);
    buf_free(&dn);
    return r;
}

enum err
enrol_holder_find(const struct call *call, struct enrol_holder *ret)
{
    enum err r = store_look_up(
        call->host, args_text(call, "certificate"), &ret->list, &ret->entry);

    return r == OK ? find_ca(call, ret) : r;
}
