/* libingam-verify: the bank's end of cmd/verify.h. */
#include <ingam/verify.h>

#include <string.h>

#include "base/mem.h"
#include "cmd/json.h"
#include "cmd/transaction.h"
#include "cmd/verify.h"
#include "host.h"
#include "os/terminal.h"
#include "pki/cert.h"
#include "pki/cms.h"
#include "pki/cms_open.h"
#include "pki/der.h"
#include "pki/vid.h"

struct ingam_verifier {
    struct crypto *crypto;
    struct chain_set *anchors, *tsa_anchors;
    struct buf evidence;
    EVP_PKEY *server_key;
};

/* Values as they were set, by option; checked when they are. */
#define OPTIONS_MAX (INGAM_VID + 1)
struct ingam_question {
    struct buf values[OPTIONS_MAX];
    bool given[OPTIONS_MAX];
};

struct ingam_verdict {
    struct buf json, content;
};

static ingam_status
status_of(enum err r)
{
    switch (r) {
    case OK:
        return INGAM_GOOD;
    case ERR_NO_MEMORY:
        return INGAM_NO_MEMORY;
    case ERR_TOO_LARGE:
        return INGAM_TOO_LARGE;
    case ERR_CRYPTO_UNAVAILABLE:
        return INGAM_CRYPTO;
    case ERR_PARAM_RANGE:
    case ERR_STORE_PERMISSION:
    case ERR_IO_ERROR:
        return INGAM_FILE;
    default:
        return INGAM_VALUE;
    }
}

const char *
ingam_verify_version(void)
{
    return INGAM_VERSION;
}

/* --- the verifier ----------------------------------------------------------*/

ingam_verifier *
ingam_verifier_new(void)
{
    ingam_verifier *v = mem_alloc(sizeof(*v));

    if (v != NULL && crypto_new_guest(&v->crypto) != OK) {
        mem_free(v);
        return NULL;
    }
    return v;
}

void
ingam_verifier_free(ingam_verifier *v)
{
    if (v == NULL)
        return;
    chain_free(v->anchors);
    chain_free(v->tsa_anchors);
    buf_free(&v->evidence);
    EVP_PKEY_free(v->server_key);
    crypto_free(v->crypto);
    mem_free(v);
}

/* One copy of a value, so that whatever is read ends with a 0. */
static enum err
copy(const void *data, size_t len, size_t max, struct buf *ret)
{
    if (data == NULL && len > 0)
        return ERR_PARAM_TYPE;
    return len > max ? ERR_TOO_LARGE : buf_set(ret, data, len);
}

static enum err
add_trust(ingam_verifier *v, const struct buf *file)
{
    return chain_read(v->crypto, file, &v->anchors);
}

static enum err
add_trust_tsa(ingam_verifier *v, const struct buf *file)
{
    return chain_read(v->crypto, file, &v->tsa_anchors);
}

/* What is there already stays, also when there is no room for more. */
static enum err
add_evidence(ingam_verifier *v, const struct buf *der)
{
    struct buf all = { 0 };
    enum err r;

    if (!der_is_strict(der_of(der)) || der->len == 0)
        return ERR_PARAM_TYPE;
    if (v->evidence.len + der->len > CMS_EVIDENCE_MAX)
        return ERR_TOO_LARGE;
    if ((r = buf_put(&all, v->evidence.data, v->evidence.len)) == OK &&
        (r = buf_put(&all, der->data, der->len)) == OK)
        buf_move(&v->evidence, &all);
    return r;
}

static enum err
set_server_key(ingam_verifier *v, const struct buf *file)
{
    EVP_PKEY *key = NULL;
    enum err r = cms_open_key(v->crypto, file, &key);

    if (r == OK) {
        EVP_PKEY_free(v->server_key);
        v->server_key = key;
    }
    return r;
}

ingam_status
ingam_verifier_set(ingam_verifier *v, ingam_verifier_option option,
    const void *data, size_t len)
{
    struct buf value = { 0 };
    enum err r;

    if (option < INGAM_TRUST || option > INGAM_TRUST_TSA)
        return INGAM_OPTION;
    if ((r = copy(data, len, CMS_EVIDENCE_MAX, &value)) == OK)
        r = option == INGAM_TRUST        ? add_trust(v, &value)
            : option == INGAM_REVOCATION ? add_evidence(v, &value)
            : option == INGAM_SERVER_KEY ? set_server_key(v, &value)
                                         : add_trust_tsa(v, &value);
    buf_free(&value);
    return status_of(r);
}

ingam_status
ingam_verifier_trust_path(ingam_verifier *v, const char *path)
{
    struct buf file = { 0 };
    enum err r;

    if ((r = terminal_read_file(path, true, CHAIN_FILE_MAX, &file)) == OK)
        r = add_trust(v, &file);
    buf_free(&file);
    return status_of(r);
}

/* --- the question ----------------------------------------------------------*/

/* What an option's value may be: bytes up to max, or one of some words. */
static const struct option {
    size_t min, max;
    const char *words; /* "|a|b|"; NULL: any bytes */
    bool text;         /* no 0 in it */
} options[OPTIONS_MAX] = {
    [INGAM_FORMAT] = { 1, 8, "|cms|pkcs1|", true },
    [INGAM_TYPE] = { 1, 8, "|data|login|", true },
    [INGAM_CONTENT] = { 0, BUF_MAX / 2, NULL, false },
    [INGAM_SHA256] = { CMS_SHA256_LEN, CMS_SHA256_LEN, NULL, false },
    [INGAM_CERTIFICATE] = { 1, CERT_FILE_MAX, NULL, false },
    [INGAM_AT] = { CLOCK_TEXT_SIZE - 1, CLOCK_TEXT_SIZE - 1, NULL, true },
    [INGAM_ORIGIN] = { 1, CMS_DISPLAY_TEXT_MAX, NULL, true },
    [INGAM_KIND] = { 1, 16, "|text|transaction|file|document|", true },
    [INGAM_NONCE] = { 1, VERIFY_NONCE_MAX, NULL, true },
    [INGAM_TRANSACTION] = { 2, TRANSACTION_MAX, NULL, true },
    [INGAM_IDN] = { 10, VID_IDN_MAX, NULL, true },
    [INGAM_R] = { VID_R_LEN, VID_R_LEN, NULL, false },
    [INGAM_VID] = { 1, CMS_SIGNATURE_MAX, NULL, false },
};

static bool
is_one_of(const char *words, const struct buf *value)
{
    char wanted[24];
    size_t len = value->len;

    if (len + 3 > sizeof(wanted) || memchr(value->data, '|', len) != NULL)
        return false;
    wanted[0] = wanted[len + 1] = '|';
    memcpy(wanted + 1, value->data, len);
    wanted[len + 2] = '\0';
    return strstr(words, wanted) != NULL;
}

static enum err
check_value(const struct option *row, const struct buf *value)
{
    if (value->len < row->min)
        return ERR_PARAM_TYPE;
    if (row->text && memchr(value->data, 0, value->len) != NULL)
        return ERR_PARAM_TYPE;
    return row->words == NULL || is_one_of(row->words, value) ? OK
                                                              : ERR_PARAM_TYPE;
}

ingam_question *
ingam_question_new(void)
{
    return mem_alloc(sizeof(ingam_question));
}

void
ingam_question_free(ingam_question *q)
{
    if (q == NULL)
        return;
    for (size_t i = 0; i < OPTIONS_MAX; i++)
        buf_free(&q->values[i]);
    mem_free(q);
}

ingam_status
ingam_question_set(ingam_question *q, ingam_question_option option,
    const void *data, size_t len)
{
    struct buf value = { 0 };
    int64_t at;
    enum err r;

    if (option < INGAM_FORMAT || option >= OPTIONS_MAX)
        return INGAM_OPTION;
    if ((r = copy(data, len, options[option].max, &value)) != OK ||
        (r = check_value(&options[option], &value)) != OK ||
        (option == INGAM_AT &&
            (r = clock_parse(buf_text(&value), &at)) != OK)) {
        buf_free(&value);
        return status_of(r);
    }
    buf_move(&q->values[option], &value);
    q->given[option] = true;
    return INGAM_GOOD;
}

/* --- the answer ------------------------------------------------------------*/

static const struct buf *
bytes_of(const ingam_question *q, ingam_question_option option)
{
    return q->given[option] ? &q->values[option] : NULL;
}

static const char *
text_of(const ingam_question *q, ingam_question_option option)
{
    return q->given[option] ? buf_text(&q->values[option]) : NULL;
}

static bool
is(const ingam_question *q, ingam_question_option option, const char *word)
{
    return q->given[option] && strcmp(text_of(q, option), word) == 0;
}

static void
fill(const ingam_verifier *v, const ingam_question *q,
    struct verify_question *ret)
{
    const struct clock clock = clock_system();

    *ret = (struct verify_question){
        .cms = { .pkcs1 = is(q, INGAM_FORMAT, "pkcs1"),
            .content = bytes_of(q, INGAM_CONTENT),
            .anchors = v->anchors,
            .tsa_anchors = v->tsa_anchors,
            .timestamp = v->tsa_anchors != NULL,
            .evidence = v->evidence.len > 0 ? &v->evidence : NULL,
            .at = clock_wall(&clock),
            .idn = text_of(q, INGAM_IDN),
            .kind = text_of(q, INGAM_KIND) },
        .login = is(q, INGAM_TYPE, "login"),
        .origin = text_of(q, INGAM_ORIGIN),
        .nonce = text_of(q, INGAM_NONCE),
        .transaction = bytes_of(q, INGAM_TRANSACTION),
        .vid = bytes_of(q, INGAM_VID),
        .server_key = v->server_key,
    };
    if (q->given[INGAM_SHA256])
        ret->cms.digest = q->values[INGAM_SHA256].data;
    if (q->given[INGAM_R])
        ret->cms.r = q->values[INGAM_R].data;
    if (q->given[INGAM_AT]) /* was checked when it was set */
        (void)!clock_parse(text_of(q, INGAM_AT), &ret->cms.at);
}

static bool
is_complete(const ingam_verifier *v, const ingam_question *q)
{
    if (q->given[INGAM_VID] && v->server_key == NULL)
        return false;
    if (q->given[INGAM_R])
        return q->given[INGAM_IDN];
    return !q->given[INGAM_IDN] || q->given[INGAM_VID];
}

static enum err
answer(const ingam_verifier *v, const ingam_question *q,
    const struct buf *signature, ingam_verdict *ret, bool *ret_good)
{
    struct verify_question question;
    cJSON *tree = cJSON_CreateObject();
    X509 *signer = NULL;
    enum err r = OK;

    fill(v, q, &question);
    question.cms.signature = signature;
    if (tree == NULL)
        return ERR_NO_MEMORY;
    if (q->given[INGAM_CERTIFICATE] &&
        (r = cert_parse(v->crypto, &q->values[INGAM_CERTIFICATE], &signer)) !=
            OK)
        goto out;
    question.cms.signer = signer;
    if ((r = verify_answer(v->crypto, &question, tree, &ret->content)) != OK ||
        (r = json_print(tree, &ret->json)) != OK)
        goto out;
    *ret_good = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(tree, "ok"));
out:
    X509_free(signer);
    cJSON_Delete(tree);
    return r;
}

ingam_status
ingam_verify(const ingam_verifier *v, const ingam_question *q,
    const void *signature, size_t len, ingam_verdict **ret_verdict)
{
    ingam_verdict *verdict = mem_alloc(sizeof(*verdict));
    struct buf der = { 0 };
    bool good = false;
    enum err r = ERR_NO_MEMORY;

    *ret_verdict = NULL;
    mem_forget_short(); /* of another call */
    if (!is_complete(v, q)) {
        mem_free(verdict);
        return INGAM_INCOMPLETE;
    }
    if (verdict != NULL &&
        (r = copy(signature, len, CMS_SIGNATURE_MAX, &der)) == OK)
        r = answer(v, q, &der, verdict, &good);
    buf_free(&der);
    if (r != OK) {
        ingam_verdict_free(verdict);
        return status_of(r);
    }
    *ret_verdict = verdict;
    return good ? INGAM_GOOD : INGAM_BAD;
}

const char *
ingam_verdict_json(const ingam_verdict *verdict)
{
    return verdict == NULL ? "" : buf_text(&verdict->json);
}

const void *
ingam_verdict_content(const ingam_verdict *verdict, size_t *ret_len)
{
    *ret_len = verdict == NULL ? 0 : verdict->content.len;
    return verdict == NULL ? NULL : verdict->content.data;
}

void
ingam_verdict_free(ingam_verdict *verdict)
{
    if (verdict == NULL)
        return;
    buf_free(&verdict->json);
    buf_free(&verdict->content);
    mem_free(verdict);
}
