/* Asks libingam-verify, through its header alone, what the corpus asks. One
 * JSON object a line on stdin, one answer a line on stdout:
 *   {"question": {…}}                           the verdict
 *   {"question": {…}, "step": N, "cut": bool, "bit": B}   a letter for each
 *       damaged copy: cut at every Nth byte, or with a bit of it turned, the
 *       Bth and then one further for each byte; G good, B bad, ?
 * With --threads N each question is asked by that many threads, and all must
 * say the same. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <ingam/verify.h>
#include <openssl/evp.h>

struct bytes {
    unsigned char *data;
    size_t len;
};

static void
must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "judge: %s\n", what);
    exit(1);
}

static struct bytes
decode(const char *text)
{
    size_t n = strlen(text), pad = 0;
    struct bytes b = { malloc(n + 1), 0 };

    must(b.data != NULL, "memory");
    while (pad < n && text[n - 1 - pad] == '=')
        pad++;
    if (n > 0)
        b.len = (size_t)EVP_DecodeBlock(
                    b.data, (const unsigned char *)text, (int)n) -
                pad;
    return b;
}

static struct bytes
unhex(const char *text)
{
    size_t n = strlen(text) / 2;
    struct bytes b = { malloc(n + 1), n };
    char two[3] = { 0 };

    must(b.data != NULL, "memory");
    for (size_t i = 0; i < n; i++) {
        memcpy(two, text + 2 * i, 2);
        b.data[i] = (unsigned char)strtoul(two, NULL, 16);
    }
    return b;
}

static struct bytes
copy(char *text)
{
    struct bytes b = { (unsigned char *)text, 0 };

    must(text != NULL, "memory");
    b.len = strlen(text);
    return b;
}

/* How each member of a question is written, and which option it is. */
static const struct option {
    const char *name;
    int option; /* of a question; negative: of a verifier */
    char form;  /* t text, b base64, x hex, j JSON */
} options[] = {
    { "format", INGAM_FORMAT, 't' },
    { "type", INGAM_TYPE, 't' },
    { "content", INGAM_CONTENT, 'b' },
    { "sha256", INGAM_SHA256, 'x' },
    { "certificate", INGAM_CERTIFICATE, 'b' },
    { "at", INGAM_AT, 't' },
    { "origin", INGAM_ORIGIN, 't' },
    { "kind", INGAM_KIND, 't' },
    { "nonce", INGAM_NONCE, 't' },
    { "transaction", INGAM_TRANSACTION, 'j' },
    { "idn", INGAM_IDN, 't' },
    { "r", INGAM_R, 'b' },
    { "vid", INGAM_VID, 'b' },
    { "trust", -INGAM_TRUST, 't' },
    { "revocation", -INGAM_REVOCATION, 'b' },
    { "serverKey", -INGAM_SERVER_KEY, 't' },
    { "trustTsa", -INGAM_TRUST_TSA, 't' },
};

static struct bytes
value_of(const struct option *row, const cJSON *member)
{
    switch (row->form) {
    case 'b':
        return decode(cJSON_GetStringValue(member));
    case 'x':
        return unhex(cJSON_GetStringValue(member));
    case 'j':
        return copy(cJSON_PrintUnformatted(member));
    default:
        return copy(strdup(cJSON_GetStringValue(member)));
    }
}

static void
set_all(const cJSON *asked, ingam_verifier *v, ingam_question *q)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
        const struct option *row = &options[i];
        const cJSON *member =
            cJSON_GetObjectItemCaseSensitive(asked, row->name);
        struct bytes b;
        ingam_status status;

        if (member == NULL)
            continue;
        b = value_of(row, member);
        status = row->option > 0
                     ? ingam_question_set(
                           q, (ingam_question_option)row->option, b.data, b.len)
                     : ingam_verifier_set(v,
                           (ingam_verifier_option)-row->option, b.data, b.len);
        must(status == INGAM_GOOD, row->name);
        free(b.data);
    }
}

struct work {
    const ingam_verifier *v;
    const ingam_question *q;
    struct bytes signature;
    ingam_verdict *verdict;
    ingam_status status;
};

static void *
ask(void *ctx)
{
    struct work *w = ctx;

    w->status = ingam_verify(
        w->v, w->q, w->signature.data, w->signature.len, &w->verdict);
    return NULL;
}

#define THREADS_MAX 8

static void
ask_by_many(struct work *w, size_t threads)
{
    struct work all[THREADS_MAX];
    pthread_t id[THREADS_MAX];

    for (size_t i = 0; i < threads; i++) {
        all[i] = *w;
        must(pthread_create(&id[i], NULL, ask, &all[i]) == 0, "thread");
    }
    ask(w);
    for (size_t i = 0; i < threads; i++) {
        must(pthread_join(id[i], NULL) == 0, "thread");
        must(all[i].status == w->status &&
                 strcmp(ingam_verdict_json(all[i].verdict),
                     ingam_verdict_json(w->verdict)) == 0,
            "threads differ");
        ingam_verdict_free(all[i].verdict);
    }
}

static void
ask_damaged(struct work *w, size_t step, bool cut, size_t bit)
{
    struct bytes whole = w->signature;

    for (size_t i = 0; i < whole.len; i += step) {
        /* exactly as long as it is, so that a sanitizer sees who reads on */
        w->signature.len = cut ? i : whole.len;
        w->signature.data = malloc(w->signature.len + (cut && i == 0));
        must(w->signature.data != NULL, "memory");
        memcpy(w->signature.data, whole.data, w->signature.len);
        if (!cut)
            w->signature.data[i] ^= (unsigned char)(1 << (i + bit) % 8);
        ask(w);
        putchar(w->status == INGAM_GOOD  ? 'G'
                : w->status == INGAM_BAD ? 'B'
                                         : '?');
        ingam_verdict_free(w->verdict);
        free(w->signature.data);
    }
    putchar('\n');
    w->signature = whole;
}

static void
judge(const cJSON *line, size_t threads)
{
    const cJSON *asked = cJSON_GetObjectItemCaseSensitive(line, "question");
    const cJSON *step = cJSON_GetObjectItemCaseSensitive(line, "step");
    const cJSON *bit = cJSON_GetObjectItemCaseSensitive(line, "bit");
    ingam_verifier *v = ingam_verifier_new();
    ingam_question *q = ingam_question_new();
    struct work w = { .v = v, .q = q };

    must(v != NULL && q != NULL, "memory");
    set_all(asked, v, q);
    w.signature = decode(cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(asked, "signature")));
    if (step != NULL) {
        ask_damaged(&w, (size_t)step->valuedouble,
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line, "cut")),
            bit == NULL ? 0 : (size_t)bit->valuedouble);
    } else {
        ask_by_many(&w, threads);
        must(w.verdict != NULL, "no verdict");
        printf("%s\n", ingam_verdict_json(w.verdict));
        ingam_verdict_free(w.verdict);
    }
    free(w.signature.data);
    ingam_question_free(q);
    ingam_verifier_free(v);
}

int
main(int argc, char **argv)
{
    size_t threads = 0, room = 0;
    char *line = NULL;
    cJSON *tree;

    if (argc == 3 && strcmp(argv[1], "--threads") == 0)
        threads = strtoul(argv[2], NULL, 10);
    must(threads <= THREADS_MAX, "threads");
    while (getline(&line, &room, stdin) > 0) {
        tree = cJSON_Parse(line);
        must(tree != NULL, "JSON");
        judge(tree, threads);
        fflush(stdout);
        cJSON_Delete(tree);
    }
    free(line);
    return 0;
}
