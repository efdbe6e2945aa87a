#include "cmd/verify_report.h"

#include "base/hex.h"
#include "cmd/cmd.h"
#include "pki/cert.h"
#include "pki/cms.h"

static enum err
put_checks(cJSON *verdict, const struct cms_verdict *v)
{
    cJSON *checks = cJSON_CreateArray(), *item;
    enum err r;

    if ((r = reply_item(verdict, "checks", checks)) != OK)
        return r;
    for (size_t i = 0; i < v->finding_count; i++) {
        const struct cms_finding *f = &v->findings[i];

        item = cJSON_CreateObject();
        if (item == NULL || !cJSON_AddItemToArray(checks, item)) {
            cJSON_Delete(item);
            return ERR_NO_MEMORY;
        }
        if ((r = reply_text(item, "check", f->check)) != OK ||
            (r = reply_flag(item, "ok", f->reason == NULL)) != OK ||
            (f->reason != NULL &&
                (r = reply_text(item, "reason", f->reason)) != OK) ||
            (f->signer != CMS_WHOLE &&
                (r = reply_number(item, "signer", f->signer)) != OK))
            return r;
    }
    return OK;
}

/* A name that is no text is left empty: that is no reason to say nothing. */
static enum err
readable(enum err r)
{
    return r == ERR_CERTIFICATE_DAMAGED ? OK : r;
}

static enum err
put_certificate(cJSON *item, X509 *x)
{
    struct buf name = { 0 }, dn = { 0 }, issuer = { 0 };
    char id[CERT_ID_LEN + 1];
    enum err r;

    if ((r = cert_id(x, id)) != OK ||
        (r = readable(cert_display_name(x, &name))) != OK ||
        (r = readable(cert_dn(X509_get_subject_name(x), &dn))) != OK ||
        (r = readable(cert_dn(X509_get_issuer_name(x), &issuer))) != OK ||
        (r = reply_text(item, "id", id)) != OK ||
        (r = reply_text(item, "name", buf_text(&name))) != OK ||
        (r = reply_text(item, "subject", buf_text(&dn))) != OK ||
        (r = reply_text(item, "issuer", buf_text(&issuer))) != OK ||
        (r = reply_time(item, "notBefore", cert_not_before(x))) != OK)
        goto out;
    r = reply_time(item, "notAfter", cert_not_after(x));
out:
    buf_free(&name);
    buf_free(&dn);
    buf_free(&issuer);
    return r;
}

/* Who asked and what was shown, as the signer's device says. */
static enum err
put_display(cJSON *item, const struct cms_display *d)
{
    cJSON *object = cJSON_CreateObject();
    struct buf hex = { 0 };
    enum err r;

    if ((r = reply_item(item, "display", object)) != OK ||
        (r = hex_encode(d->displayed, CMS_DISPLAY_LEN, &hex)) != OK ||
        (r = reply_text(object, "kind", buf_text(&d->kind))) != OK ||
        (r = reply_text(object, "origin", buf_text(&d->origin))) != OK ||
        (r = reply_text(object, "language", buf_text(&d->language))) != OK)
        goto out;
    r = reply_text(object, "displayed", buf_text(&hex));
out:
    buf_free(&hex);
    return r;
}

/* {state, time?, tsa?, problem?} of a signer that has one. */
static enum err
put_timestamp(cJSON *item, const struct timestamp *t)
{
    cJSON *object;
    enum err r;

    if (t->state == TIMESTAMP_NONE)
        return OK;
    object = cJSON_CreateObject();
    if ((r = reply_item(item, "timestamp", object)) != OK ||
        (r = reply_text(object, "state", timestamp_state_name(t->state))) !=
            OK ||
        (t->time != 0 && (r = reply_time(object, "time", t->time)) != OK) ||
        (t->tsa.len > 0 &&
            (r = reply_text(object, "tsa", buf_text(&t->tsa))) != OK) ||
        (t->problem != NULL &&
            (r = reply_text(object, "problem", t->problem)) != OK))
        return r;
    return OK;
}

static enum err
put_signers(cJSON *verdict, const struct cms_verdict *v)
{
    cJSON *signers = cJSON_CreateArray(), *item;
    enum err r;

    if ((r = reply_item(verdict, "signers", signers)) != OK)
        return r;
    for (size_t i = 0; i < v->signer_count; i++) {
        const struct cms_signer *s = &v->signers[i];

        item = cJSON_CreateObject();
        if (item == NULL || !cJSON_AddItemToArray(signers, item)) {
            cJSON_Delete(item);
            return ERR_NO_MEMORY;
        }
        if ((r = reply_flag(item, "ok", cms_verdict_signer_valid(v, i))) !=
                OK ||
            (r = reply_text(item, "digest", s->digest)) != OK ||
            (r = reply_flag(item, "attributes", s->attributes)) != OK ||
            (s->signing_time != 0 &&
                (r = reply_time(item, "signedAt", s->signing_time)) != OK) ||
            (s->has_display && (r = put_display(item, &s->display)) != OK) ||
            (r = put_timestamp(item, &s->timestamp)) != OK ||
            (s->x != NULL && (r = put_certificate(item, s->x)) != OK))
            return r;
    }
    return OK;
}

static enum err
put_content(
    const struct crypto *crypto, cJSON *verdict, const struct cms_verdict *v)
{
    uint8_t digest[CMS_SHA256_LEN];
    struct buf hex = { 0 };
    enum err r;

    if ((r = reply_flag(verdict, "detached", v->detached)) != OK ||
        v->content.data == NULL)
        return r;
    if ((r = cms_sha256(crypto, &v->content, digest)) != OK ||
        (r = hex_encode(digest, sizeof(digest), &hex)) != OK ||
        (r = reply_text(verdict, "sha256", buf_text(&hex))) != OK)
        goto out;
    r = reply_number(verdict, "length", (double)v->content.len);
out:
    buf_free(&hex);
    return r;
}

enum err
verify_report(
    const struct crypto *crypto, const struct cms_verdict *v, cJSON *verdict)
{
    bool good = cms_verdict_valid(v);
    enum err r;

    if ((r = reply_flag(verdict, "ok", good)) != OK ||
        (r = reply_flag(verdict, "valid", good)) != OK ||
        (r = put_checks(verdict, v)) != OK ||
        (r = put_signers(verdict, v)) != OK)
        return r;
    return put_content(crypto, verdict, v);
}
