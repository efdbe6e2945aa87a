/* Asks libingam-verify, through its header alone, what the corpus asks. One
 * JSON object a line on stdin, one answer a line on stdout:
 *   {"question": {…}}                           the verdict
 *   {"question": {…}, "step": N, "cut": bool, "bit": B}   a letter for each
 *       damaged copy: cut at every Nth byte, or with a bit of it turned, the
 *       Bth and then one further for each byte; G good, B bad, ?
 * With --threads N each question is asked by that many threads, and all must
 * say the same. With --damage N the lines are the corpus's entries, and the
 * answer to each is a line of TAP: is the verdict the expected one, and does
 * none of N random copies make another statement out of what was signed? */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <ingam/verify.h>

#include "bytes.h"

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

/* --- entries of the corpus, and random damage ------------------------------ */

#define member cJSON_GetObjectItemCaseSensitive

/* Does the verdict fail in those checks, in that order, for those reasons? */
static bool
is_expected(const cJSON *verdict, const cJSON *wrong)
{
    const cJSON *check, *want = wrong->child;
    char text[128];

    cJSON_ArrayForEach(check, member(verdict, "checks"))
    {
        if (cJSON_IsTrue(member(check, "ok")))
            continue;
        snprintf(text, sizeof(text), "%s: %s",
            cJSON_GetStringValue(member(check, "check")),
            cJSON_GetStringValue(member(check, "reason")));
        if (want == NULL || strcmp(text, want->valuestring) != 0)
            return false;
        want = want->next;
    }
    return want == NULL;
}

static bool
has_same(const cJSON *a, const cJSON *b, const char *name)
{
    return cJSON_Compare(member(a, name), member(b, name), true) ||
           (member(a, name) == NULL && member(b, name) == NULL);
}

/* Do two verdicts say the same of what was signed, and by whom? The first may
 * know less: it may have failed before it came to that. */
static bool
says_the_same(const cJSON *a, const cJSON *b)
{
    static const char *const signed_parts[] = { "id", "digest", "attributes",
        "signedAt", "display" };
    const cJSON *x = member(a, "signers")->child;
    const cJSON *y = member(b, "signers")->child;
    bool same = x == NULL || has_same(a, b, "sha256");

    for (; same && x != NULL; x = x->next, y = y->next) {
        same = y != NULL;
        for (size_t i = 0; same && i < 5; i++)
            same = member(x, signed_parts[i]) == NULL ||
                   has_same(x, y, signed_parts[i]);
    }
    return same;
}

static uint32_t
pick(uint32_t below)
{
    static uint32_t state = 2463534242; /* xorshift: the same in every run */

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return below == 0 ? 0 : state % below;
}

/* A copy, exactly as long as it is: cut, with a byte left out or one put in, or
 * with up to four bytes changed. */
static struct bytes
damage(struct bytes whole)
{
    uint32_t how = pick(8), at = pick((uint32_t)whole.len);
    struct bytes b = { malloc(whole.len + 1), whole.len };

    must(b.data != NULL, "memory");
    memcpy(b.data, whole.data, whole.len);
    if (whole.len == 0)
        return b;
    if (how == 0) {
        b.len = at;
    } else if (how == 1) {
        memmove(b.data + at, b.data + at + 1, whole.len - at - 1);
        b.len--;
    } else if (how == 2) {
        memmove(b.data + at + 1, b.data + at, whole.len - at);
        b.data[at] = (unsigned char)pick(256);
        b.len++;
    } else {
        for (uint32_t n = pick(4) + 1; n > 0; n--, at = pick((uint32_t)b.len))
            b.data[at] ^= (unsigned char)(1u << pick(8));
    }
    b.data = realloc(b.data, b.len + (b.len == 0));
    must(b.data != NULL, "memory");
    return b;
}

/* The verdict on a copy must not be good for anything else than the whole's. */
static bool
holds(struct work *w, const cJSON *verdict)
{
    struct bytes whole = w->signature;
    cJSON *found;
    bool good = true;

    w->signature = damage(whole);
    w->verdict = NULL;
    ask(w);
    if (w->status == INGAM_GOOD) {
        found = cJSON_Parse(ingam_verdict_json(w->verdict));
        good = found != NULL && says_the_same(verdict, found);
        if (!good)
            printf("# %s\n", ingam_verdict_json(w->verdict));
        cJSON_Delete(found);
    }
    ingam_verdict_free(w->verdict);
    free(w->signature.data);
    w->signature = whole;
    return good || w->status == INGAM_BAD;
}

/* The same with what came along: its parsers see strangers' bytes, too. */
static void
damage_evidence(ingam_verifier *v, struct work *w, const cJSON *asked)
{
    const cJSON *text = member(asked, "revocation");
    struct bytes whole, copy_of;

    if (text == NULL)
        return;
    whole = decode(text->valuestring);
    copy_of = damage(whole);
    if (ingam_verifier_set(v, INGAM_REVOCATION, copy_of.data, copy_of.len) ==
        INGAM_GOOD) {
        ask(w);
        ingam_verdict_free(w->verdict);
    }
    must(ingam_verifier_set(v, INGAM_REVOCATION, whole.data, whole.len) ==
             INGAM_GOOD,
        "revocation");
    free(whole.data);
    free(copy_of.data);
}

/* A line of TAP. False: it is "not ok". */
static bool
judge_entry(const cJSON *line, ingam_verifier *v, struct work *w, size_t copies)
{
    cJSON *verdict;
    bool good;

    ask(w);
    must(w->verdict != NULL, "no verdict");
    verdict = cJSON_Parse(ingam_verdict_json(w->verdict));
    ingam_verdict_free(w->verdict);
    must(verdict != NULL, "JSON");
    good = is_expected(verdict, member(line, "wrong"));
    for (size_t i = 0; i < copies; i++) {
        good = holds(w, verdict) && good;
        damage_evidence(v, w, member(line, "question"));
    }
    printf("%sok - %s\n", good ? "" : "not ",
        cJSON_GetStringValue(member(line, "name")));
    cJSON_Delete(verdict);
    return good;
}

static bool
judge(const cJSON *line, size_t threads, size_t copies)
{
    const cJSON *asked = cJSON_GetObjectItemCaseSensitive(line, "question");
    const cJSON *step = cJSON_GetObjectItemCaseSensitive(line, "step");
    const cJSON *bit = cJSON_GetObjectItemCaseSensitive(line, "bit");
    ingam_verifier *v = ingam_verifier_new();
    ingam_question *q = ingam_question_new();
    struct work w = { .v = v, .q = q };
    bool good = true;

    must(v != NULL && q != NULL, "memory");
    set_all(asked, v, q);
    w.signature = decode(cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(asked, "signature")));
    if (copies > 0) {
        good = judge_entry(line, v, &w, copies);
    } else if (step != NULL) {
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
    return good;
}

int
main(int argc, char **argv)
{
    size_t threads = 0, copies = 0, room = 0;
    char *line = NULL;
    cJSON *tree;
    bool good = true;

    if (argc == 3 && strcmp(argv[1], "--threads") == 0)
        threads = strtoul(argv[2], NULL, 10);
    if (argc == 3 && strcmp(argv[1], "--damage") == 0)
        copies = strtoul(argv[2], NULL, 10);
    must(threads <= THREADS_MAX, "threads");
    while (getline(&line, &room, stdin) > 0) {
        tree = cJSON_Parse(line);
        must(tree != NULL, "JSON");
        good = judge(tree, threads, copies) && good;
        fflush(stdout);
        cJSON_Delete(tree);
    }
    free(line);
    return good ? 0 : 1;
}
