#include "cmd/verdict.h"

#include <string.h>

#include "net/net.h"
#include "pki/cert.h"

enum err
verdict_anchors_load(const struct host *host, struct verdict_anchors *ret)
{
    enum err r;

    *ret = (struct verdict_anchors){ .set = NULL };
    if ((r = ca_file_list(host, &ret->cas)) == OK)
        r = ca_file_pins(host, &ret->cas, false, &ret->set);
    if (r != OK)
        verdict_anchors_free(ret);
    return r;
}

void
verdict_anchors_free(struct verdict_anchors *anchors)
{
    chain_free(anchors->set);
    ca_file_list_free(&anchors->cas);
    *anchors = (struct verdict_anchors){ .set = NULL };
}

/* May addresses in certificates below this anchor lead into the person's own
 * network? Only where a definition that pins it says so. */
static bool
is_loopback(const struct verdict_anchors *anchors, const X509 *anchor)
{
    struct buf der = { 0 };
    bool loopback = false;
    size_t i, j;

    if (cert_der(anchor, &der) != OK)
        return false;
    for (i = 0; i < anchors->cas.count; i++)
        for (j = 0; j < anchors->cas.cas[i]->anchor_count; j++) {
            const struct buf *pin = &anchors->cas.cas[i]->anchors[j].der;

            if (anchors->cas.cas[i]->loopback && pin->len == der.len &&
                memcmp(pin->data, der.data, der.len) == 0)
                loopback = true;
        }
    buf_free(&der);
    return loopback;
}

struct way {
    struct net *net;
    bool loopback;
};

static enum err
fetch(void *ctx, const char *url, const struct buf *body, uint32_t max,
    const struct watch *watch, struct buf *ret_answer)
{
    const struct way *way = ctx;
    const struct net_request request = {
        .url = url,
        .content_type = body == NULL ? NULL : "application/ocsp-request",
        .accept = body == NULL ? "*" : "application/ocsp-response",
        .body = body,
        .max = max,
        .loopback = way->loopback,
        .timeout_ms = REVOCATION_TIMEOUT_MS,
    };
    enum net_sent sent;

    return net_post(way->net, &request, watch, ret_answer, &sent);
}

static enum err
check_revocation(const struct host *host, const struct verdict_anchors *anchors,
    const struct verdict_question *question, bool current, struct verdict *v)
{
    const struct chain_set *path = v->path;
    struct way way = { .net = question->net };
    const struct revocation_io io = { &way, fetch };
    bool ask = question->net != NULL && current;

    way.loopback =
        ask && is_loopback(anchors, chain_at(path, chain_count(path) - 1));
    return revocation_check(host, chain_at(path, 0), chain_at(path, 1),
        ask ? &io : NULL, question->watch, &v->revocation);
}

static void
settle(struct verdict *v, enum err path, bool asked)
{
    enum err why = OK;

    if (v->revocation.status == REVOCATION_REVOKED) {
        v->state = CERT_REVOKED;
        why = ERR_CERTIFICATE_REVOKED;
    } else if (v->state == CERT_EXPIRED) {
        why = ERR_CERTIFICATE_EXPIRED;
    } else if (v->state == CERT_NOT_YET) {
        why = ERR_CERTIFICATE_NOT_YET_VALID;
    } else if (path != OK) {
        v->state = CERT_UNKNOWN;
        why = ERR_CHAIN_UNTRUSTED;
    } else if (asked && v->revocation.status != REVOCATION_GOOD) {
        v->state = CERT_UNKNOWN;
        why = ERR_STATUS_UNKNOWN;
    }
    v->reason = why == OK ? NULL : err_reason(why);
}

enum err
verdict_of(const struct host *host, const struct verdict_anchors *anchors,
    X509 *x, const struct verdict_question *question, struct verdict *ret)
{
    int64_t now = clock_wall(&host->clock);
    enum err r = OK, path;

    *ret = (struct verdict){ .state = cert_state_at(x, now) };
    path = chain_path(host->crypto, x, NULL, anchors->set, now, &ret->path);
    if (path == ERR_NO_MEMORY || path == ERR_CRYPTO_UNAVAILABLE)
        return path;
    if (ret->path != NULL)
        r = check_revocation(host, anchors, question, path == OK, ret);
    settle(ret, path, question->net != NULL);
    if (r != OK)
        verdict_free(ret);
    return r;
}

void
verdict_free(struct verdict *verdict)
{
    chain_free(verdict->path);
    verdict->path = NULL;
}

enum err
verdict_known_revoked(const struct host *host, X509 *x, bool *ret_revoked)
{
    const struct verdict_question nobody = { .net = NULL };
    struct verdict_anchors anchors = { .set = NULL };
    struct verdict verdict = { .path = NULL };
    char id[CERT_ID_LEN + 1];
    enum err r;

    *ret_revoked = false;
    if ((r = cert_id(x, id)) != OK || !revocation_is_kept(host, id))
        return r;
    if ((r = verdict_anchors_load(host, &anchors)) == OK)
        r = verdict_of(host, &anchors, x, &nobody, &verdict);
    *ret_revoked = r == OK && verdict.state == CERT_REVOKED;
    verdict_free(&verdict);
    verdict_anchors_free(&anchors);
    return r;
}
