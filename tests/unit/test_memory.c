/*
 * Memory runs out (T078): the N-th allocation fails, once or from then on, in
 * the host's own code, in cJSON and in OpenSSL. A command then fails with one
 * of a few reasons, or does without and is right; nothing crashes, leaks or
 * hangs, and the next try of the same process succeeds or says so again.
 *
 * Each try is a process of its own. Without SLOW=1 the first allocations of a
 * command are tried and some of the others, spread evenly.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <ingam/verify.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/json.h"
#include "cmd/kept.h"
#include "make_cert.h"
#include "pki/cert.h"
#include "pki/cms.h"
#include "pki/cms_envelope.h"
#include "pki/cms_join.h"
#include "pki/cms_verify.h"
#include "pki/enrol.h"
#include "pki/key.h"
#include "pki/p12.h"
#include "pki/p8.h"
#include "pki/store.h"
#include "signers.h"
#include "tsa_peer.h"

#define DN       "C=kr/O=IngamTest/CN=hong"
#define YEAR     (SUPPORT_NOW + 300 * 86400)
#define PASSWORD "Vector!2026"
#define DIGEST                                                                 \
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define FIRST     12  /* allocations of a command that are always tried */
#define SPREAD    40  /* and of the others */
#define EVERY     200 /* and when there are fewer, all */
#define PATIENCE  60  /* seconds for a try */
#define TEXT_SIZE (64u << 10)

/* --- allocation ------------------------------------------------------------ */

static struct {
    bool armed, forever;
    long at; /* which allocation fails; 0: none */
    long seen;
    long live; /* blocks of the host's own, made and not freed */
} memory;

static bool
fails(void)
{
    if (!memory.armed)
        return false;
    memory.seen++;
    return memory.at > 0 && (memory.forever ? memory.seen >= memory.at
                                            : memory.seen == memory.at);
}

/* The linker leads the calls of base/mem.c here: all memory of the host, of
 * cJSON and of OpenSSL. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

/* And these see what the host has in hand. */
void *__real_mem_alloc(size_t size);
void *__real_mem_alloc_raw(size_t size);
char *__real_mem_strdup(const char *text);
void __real_mem_free(void *p);
void *__wrap_mem_alloc(size_t size);
void *__wrap_mem_alloc_raw(size_t size);
char *__wrap_mem_strdup(const char *text);
void __wrap_mem_free(void *p);

void *
__wrap_mem_alloc(size_t size)
{
    void *p = __real_mem_alloc(size);

    memory.live += p != NULL;
    return p;
}

void *
__wrap_mem_alloc_raw(size_t size)
{
    void *p = __real_mem_alloc_raw(size);

    memory.live += p != NULL;
    return p;
}

char *
__wrap_mem_strdup(const char *text)
{
    char *copy = __real_mem_strdup(text);

    memory.live += copy != NULL;
    return copy;
}

void
__wrap_mem_free(void *p)
{
    memory.live -= p != NULL;
    __real_mem_free(p);
}

/* --- what is run ------------------------------------------------------------ */

static struct {
    char home[256];
    struct host host;
    struct ca *ca;
    EVP_PKEY *key;
    char id[CERT_ID_LEN + 1];
    struct store_pair pair;
    X509 *x, *receiver;
    struct buf content, signed_before;
    struct enrol_keys *keys[2]; /* for the first and the second run */
    long times; /* how often something was run in this process */
} it;

typedef enum err run_function(const char *argument, char text[TEXT_SIZE]);

/* A command with its parameters, "<name> <JSON>", @ being the certificate. */
/* One command, on a port where something may be kept, or NULL. */
static enum err
command_on_port(struct kept *kept, const char *argument, char text[TEXT_SIZE])
{
    const char *space = strchr(argument, ' ');
    struct value values[COMMAND_PARAMS_MAX] = { 0 };
    struct call call = { .host = &it.host, .values = values, .kept = kept };
    cJSON *params = NULL;
    const char *bad = NULL;
    char name[64];
    char *printed;
    bool armed;
    enum err r;

    snprintf(name, sizeof(name), "%.*s", (int)(space - argument), argument);
    snprintf(text, TEXT_SIZE, "%.*s%s%s", (int)strcspn(space + 1, "@"),
        space + 1, strchr(space, '@') == NULL ? "" : it.id,
        strchr(space, '@') == NULL ? "" : strchr(space, '@') + 1);
    call.command = command_find(name);
    call.result = cJSON_CreateObject();
    call.detail = cJSON_CreateObject();
    r = call.result == NULL || call.detail == NULL
            ? ERR_NO_MEMORY
            : json_parse(text, strlen(text), &params);
    if (r == OK && (r = args_parse(call.command, params, values, &bad)) == OK)
        r = command_run(&call);
    armed = memory.armed;
    memory.armed = false; /* what is printed is for the test */
    printed = cJSON_PrintUnformatted(call.result);
    snprintf(text, TEXT_SIZE, "%s", printed == NULL ? "" : printed);
    cJSON_free(printed);
    memory.armed = armed;
    args_free(values);
    cJSON_Delete(params);
    cJSON_Delete(call.result);
    cJSON_Delete(call.detail);
    return r;
}

static enum err
command_run_text(const char *argument, char text[TEXT_SIZE])
{
    return command_on_port(NULL, argument, text);
}

/* Two of a batch that was begun with memory enough. */
static enum err
sign_items(const char *argument, char text[TEXT_SIZE])
{
    struct kept kept = { 0 };
    enum err r;

    memory.armed = false;
    assert_int_equal(command_on_port(&kept, argument, text), OK);
    memory.armed = true;
    if ((r = command_on_port(&kept,
             "sign.item {\"n\":1,\"content\":\"aGVsbG8=\"}", text)) == OK)
        r = command_on_port(&kept,
            "sign.item {\"n\":2,\"content\":\"aGVsbG8=\",\"format\":\"pkcs1\"}",
            text);
    kept_empty(&kept);
    return r;
}

static enum err
make_seal(const char *argument, char text[TEXT_SIZE])
{
    struct cms_seal *seal = NULL;
    enum err r = cms_seal_new(it.host.crypto, it.x, it.key, &seal);

    (void)argument;
    text[0] = '\0';
    cms_seal_free(seal);
    return r != OK && mem_was_short() ? ERR_NO_MEMORY : r; /* as run.c does */
}

/* What lacked memory once does not spoil the seal for the next. */
static enum err
sign_with_seal(const char *argument, char text[TEXT_SIZE])
{
    const struct cms_form form = { .attributes = true, .now = 1 };
    struct buf der = { 0 }, value = { 0 };
    struct cms_seal *seal = NULL;
    enum err first, second;

    (void)argument;
    memory.armed = false;
    assert_int_equal(cms_seal_new(it.host.crypto, it.x, it.key, &seal), OK);
    memory.armed = true;
    first = cms_sign(seal, &it.content, &form, &der);
    second = cms_sign_pkcs1(seal, &it.content, &value);
    snprintf(text, TEXT_SIZE, "%zu %zu", der.len, value.len);
    cms_seal_free(seal);
    buf_free(&der);
    buf_free(&value);
    if (first != OK && second != OK && !memory.forever)
        return ERR_BAD_STATE;
    first = first != OK ? first : second;
    return first != OK && mem_was_short() ? ERR_NO_MEMORY : first;
}

static enum err
offline(void *ctx, const struct ca *ca, enum enrol_turn turn,
    const struct buf *request, int timeout_ms, const struct watch *watch,
    struct buf *ret_answer, const char **ret_sent)
{
    (void)ctx, (void)ca, (void)turn, (void)request, (void)timeout_ms;
    (void)watch, (void)ret_answer;
    *ret_sent = "no";
    return ERR_OFFLINE;
}

/* An enrolment up to the moment when its request would leave. */
static enum err
enrol_offline(const char *argument, char text[TEXT_SIZE])
{
    const struct enrol_io io = { NULL, offline };
    struct buf code = { 0 }, password = { 0 };
    struct enrol_result result = { 0 };
    char reference[32];
    struct enrol_order order = { .ca = it.ca,
        .reference = reference,
        .code = &code,
        .password = &password,
        .scheme = P8_LEGACY,
        .root = it.host.paths.npki,
        .keys = it.keys[it.times % 2] };
    enum err r;

    (void)argument;
    snprintf(reference, sizeof(reference), "%ld-%ld", (long)getpid(), it.times);
    if ((r = buf_put_text(&code, "code")) == OK &&
        (r = buf_put_text(&password, PASSWORD)) == OK)
        r = enrol_start(&it.host, &order, &io, NULL, &result);
    snprintf(text, TEXT_SIZE, "%s %d", result.sent, result.pending);
    enrol_result_free(&result);
    buf_free(&code);
    buf_free(&password);
    return r;
}

/* The pair is written once more, over itself moved aside. */
static enum err
put_pair(const char *argument, char text[TEXT_SIZE])
{
    char tag[32];
    struct store_lock *lock = NULL;
    struct buf path = { 0 };
    enum err r;

    snprintf(tag, sizeof(tag), "%s%ld", argument, it.times);
    if ((r = store_lock(&it.host, &lock)) == OK)
        r = store_put(
            &it.host, it.host.paths.npki, "IngamTest", &it.pair, tag, &path);
    store_unlock(lock);
    snprintf(text, TEXT_SIZE, "%s", buf_text(&path));
    buf_free(&path);
    return r;
}

/* A PKCS #12 file is written and read again. */
static enum err
p12_and_back(const char *argument, char text[TEXT_SIZE])
{
    struct buf password = { 0 }, file = { 0 };
    struct p12 in = { 0 }, out = { 0 };
    enum err r;

    (void)argument;
    if ((r = buf_put_text(&password, PASSWORD)) == OK &&
        (r = buf_put(&in.sign_cert, it.pair.sign_cert.data,
             it.pair.sign_cert.len)) == OK &&
        (r = p8_decrypt(it.host.crypto, &it.pair.sign_key, &password,
             &in.sign_key)) == OK &&
        (r = p12_write(it.host.crypto, P12_NPKI, &in, &password, &file)) == OK)
        r = p12_read(it.host.crypto, &file, &password, &out);
    snprintf(text, TEXT_SIZE, "%zu %zu", out.sign_cert.len, out.sign_key.len);
    p12_free(&in);
    p12_free(&out);
    buf_free(&file);
    buf_free(&password);
    return r;
}

/* One more signer of something signed, and an envelope around that. */
static enum err
sign_beside(const char *argument, char text[TEXT_SIZE])
{
    struct cms_join question = {
        .to = &it.signed_before, .content = &it.content, .x = it.x
    };
    const struct cms_form form = {
        .attributes = true, .now = 1, .to = &it.signed_before
    };
    struct buf der = { 0 }, envelope = { 0 };
    const char *problem = NULL;
    bool detached = true;
    enum err r;

    (void)argument;
    if ((r = cms_may_join(it.host.crypto, &question, &problem, &detached)) ==
            OK &&
        (r = signers_sign(
             it.host.crypto, it.x, it.key, &it.content, &form, &der)) == OK)
        r = cms_envelope(
            it.host.crypto, it.receiver, CMS_CIPHER, &der, &envelope);
    snprintf(text, TEXT_SIZE, "%zu %zu", der.len, envelope.len);
    buf_free(&der);
    buf_free(&envelope);
    return r != OK && mem_was_short() ? ERR_NO_MEMORY : r; /* as run.c does */
}

/* The authority has memory enough. */
static enum err
stamp(void *ctx, const struct buf *request, const struct watch *watch,
    struct buf *ret_answer)
{
    enum err r;

    memory.armed = false;
    r = tsa_peer_answer(ctx, request, watch, ret_answer);
    memory.armed = true;
    return r;
}

/* A signature gets a time-stamp, and both are judged. */
static enum err
stamped(const char *argument, char text[TEXT_SIZE])
{
    const struct timestamp_io io = { NULL, stamp };
    const struct cms_form form = { .attributes = true, .now = SUPPORT_NOW };
    struct tsa tsa = { .anchors = NULL };
    struct buf content = { 0 }, der = { 0 };
    struct cms_question question = {
        .signature = &der, .at = SUPPORT_NOW, .timestamp = true
    };
    struct cms_verdict v = { 0 };
    struct timestamp t = { 0 };
    struct buf pin = { 0 };
    X509 *x = NULL;
    enum err r;

    /* read anew: what OpenSSL keeps in a certificate stays spoiled */
    if ((r = cert_der(tsa_root, &pin)) == OK &&
        (r = chain_read(it.host.crypto, &pin, &tsa.anchors)) == OK &&
        (r = buf_put_text(&content, argument)) == OK &&
        (r = cert_parse(it.host.crypto, &it.pair.sign_cert, &x)) == OK &&
        (r = signers_sign(it.host.crypto, x, it.key, &content, &form, &der)) ==
            OK &&
        (r = timestamp_add(it.host.crypto, x, &tsa, &io, NULL, SUPPORT_NOW,
             &der, &t)) == OK) {
        question.tsa_anchors = tsa.anchors;
        r = cms_verify(it.host.crypto, &question, &v);
    }
    if (r != OK && mem_was_short())
        r = ERR_NO_MEMORY; /* as command_run has it */
    if (r == OK)
        snprintf(text, TEXT_SIZE, "%s",
            timestamp_state_name(v.signers[0].timestamp.state));
    cms_verdict_free(&v);
    timestamp_free(&t);
    chain_free(tsa.anchors);
    X509_free(x);
    buf_free(&pin);
    buf_free(&content);
    buf_free(&der);
    return r;
}

static struct row {
    const char *name;
    run_function *run;
    const char *argument;
    enum err want; /* without a fault */
    bool varies;   /* its result is another one each time */
} rows[] = {
    { "store.list", command_run_text, "store.list {}", OK, false },
    { "store.show", command_run_text, "store.show {\"certificate\":\"@\"}", OK,
        false },
    { "sign.data", command_run_text,
        "sign.data {\"certificate\":\"@\",\"password\":\"" PASSWORD
        "\",\"content\":\"aGVsbG8=\",\"format\":\"pkcs1\"}",
        OK, false },
    { "sign.data, CMS", command_run_text,
        "sign.data {\"certificate\":\"@\",\"password\":\"" PASSWORD
        "\",\"content\":\"aGVsbG8=\"}",
        OK, true },
    { "sign.data, a document", command_run_text,
        "sign.data {\"certificate\":\"@\",\"password\":\"" PASSWORD
        "\",\"documentName\":\"a\",\"documentSha256\":\"" DIGEST "\"}",
        OK, true },
    { "a key made ready", make_seal, "", OK, false },
    { "two signatures by it", sign_with_seal, "", OK, false },
    { "two of a batch", sign_items,
        "sign.batch {\"certificate\":\"@\",\"password\":\"" PASSWORD
        "\",\"items\":2}",
        OK, false },
    { "one more signer, and an envelope", sign_beside, "", OK, false },
    { "store.export", command_run_text,
        "store.export {\"certificate\":\"@\",\"password\":\"" PASSWORD
        "\",\"form\":\"npki\"}",
        OK, true },
    { "store.changePassword", command_run_text,
        "store.changePassword "
        "{\"certificate\":\"@\",\"password\":\"" PASSWORD
        "\",\"newPassword\":\"" PASSWORD "\"}",
        OK, false },
    { "store.repair", command_run_text, "store.repair {}", OK, true },
    { "a .p12 written and read", p12_and_back, "", OK, false },
    { "history.list", command_run_text, "history.list {\"verify\":true}", OK,
        true },
    { "ca.list", command_run_text, "ca.list {}", OK, false },
    { "enrol.pending", command_run_text, "enrol.pending {}", OK, true },
    { "an enrolment until its request leaves", enrol_offline, "", ERR_OFFLINE,
        false },
    { "a pair put in place", put_pair, "t", OK, false },
    { "a time-stamp", stamped, "x", OK, false },
};

/* --- one try ---------------------------------------------------------------- */

static struct {
    struct {
        enum err err;
        long seen, live;
        bool fired;
        char text[TEXT_SIZE];
    } first, second;
} * report; /* shared with the child */

static enum err
run_armed(const struct row *row, long at, bool forever, char *text)
{
    enum err r;

    it.times++;
    mem_forget_short();
    memory.at = at;
    memory.forever = forever;
    memory.seen = memory.live = 0;
    memory.armed = true;
    r = row->run(row->argument, text);
    memory.armed = false;
    ERR_clear_error();
    return r;
}

/* In a process of its own: with the fault, then without. */
static void
try(const struct row *row, long at, bool forever)
{
    char journal[300];
    int status;
    pid_t pid;

    snprintf(journal, sizeof(journal), "%s/journal", it.host.paths.state);
    support_remove(journal); /* only so many entries are allowed */
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        alarm(PATIENCE);
        report->first.err = run_armed(row, at, forever, report->first.text);
        report->first.seen = memory.seen;
        report->first.live = memory.live;
        report->first.fired = memory.seen >= at;
        report->second.err = run_armed(row, 0, false, report->second.text);
        report->second.live = memory.live;
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("allocation %ld%s: ended with status %x", at,
            forever ? " and all after it" : "", (unsigned)status);
}

/* What lack of memory may look like. Never: that a password is wrong, a file
 * damaged or a certificate missing. */
static bool
is_honest(enum err r)
{
    return r == ERR_NO_MEMORY || r == ERR_INTERNAL ||
           r == ERR_CRYPTO_UNAVAILABLE;
}

static void
judge(const struct row *row, long at, bool forever, const char *clean)
{
    bool same = row->varies || strcmp(report->first.text, clean) == 0 ||
                strstr(report->first.text, "\"historyProblem\":\"no_memory\"");

    if (report->first.err == row->want ? !same : !is_honest(report->first.err))
        fail_msg("allocation %ld of %s%s: %s\n%s\n%s", at, row->name,
            forever ? " and all after it" : "", err_reason(report->first.err),
            report->first.text, clean);
    if (report->first.live != 0 || report->second.live != 0)
        fail_msg("allocation %ld of %s%s: %ld blocks stay", at, row->name,
            forever ? " and all after it" : "", report->first.live);
    /* OpenSSL does not try again in this process what it sets up once, the
     * list of a provider's algorithms for one, and could not */
    if (report->second.err != row->want && !is_honest(report->second.err))
        fail_msg("allocation %ld of %s%s: and then %s", at, row->name,
            forever ? " and all after it" : "", err_reason(report->second.err));
    if (!row->varies && report->second.err == row->want)
        assert_string_equal(report->second.text, clean);
}

static void
memory_row(void **state)
{
    const struct row *row = *state;
    bool slow = getenv("SLOW") != NULL;
    static char clean[TEXT_SIZE];
    long total, at, step, tried = 0;

    try(row, 0, false);
    assert_string_equal(err_reason(report->first.err), err_reason(row->want));
    assert_int_equal(report->first.live, 0);
    memcpy(clean, report->first.text, sizeof(clean));
    total = report->first.seen;
    assert_in_range(total, 5, 1000000);
    step = slow || total < EVERY ? 1 : 1 + total / SPREAD;
    for (at = 1; at <= total; at += at < FIRST ? 1 : step, tried++) {
        try(row, at, false);
        judge(row, at, false, clean);
        try(row, at, true);
        judge(row, at, true, clean);
    }
    print_message("%s: %ld of %ld allocations\n", row->name, tried, total);
}

/* --- scaffolding ------------------------------------------------------------- */

/* The extensions that a list and the details show. */
static void
extend(X509 *x)
{
    static const struct {
        int nid;
        const char *value;
    } given[] = {
        { NID_key_usage, "critical,digitalSignature,nonRepudiation" },
        { NID_certificate_policies, "1.2.410.200004.5.1.1.5" },
        { NID_info_access, "OCSP;URI:http://ocsp.test/" },
        { NID_crl_distribution_points, "URI:http://crl.test/" },
    };
    X509_EXTENSION *extension;
    X509V3_CTX ctx = { 0 };
    CONF *conf = NCONF_new(NULL); /* policies ask for one */
    size_t i;

    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, conf);
    for (i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        extension =
            X509V3_EXT_nconf_nid(conf, &ctx, given[i].nid, given[i].value);
        assert_non_null(extension);
        assert_int_equal(X509_add_ext(x, extension, -1), 1);
        X509_EXTENSION_free(extension);
    }
    NCONF_free(conf);
    assert_true(X509_sign(x, it.key, EVP_sha256()) > 0);
}

static void
make_pair(void)
{
    X509 *x;
    struct buf info = { 0 }, password = support_text(PASSWORD);

    assert_int_equal(key_generate(it.host.crypto, NULL, &it.key), OK);
    x = support_certificate(it.host.crypto, it.key, DN, 1, YEAR);
    extend(x);
    assert_int_equal(cert_der(x, &it.pair.sign_cert), OK);
    assert_int_equal(cert_id(x, it.id), OK);
    assert_int_equal(key_private_key_info(it.key, NULL, &info), OK);
    assert_int_equal(p8_encrypt(it.host.crypto, P8_LEGACY, &info, &password,
                         &it.pair.sign_key),
        OK);
    X509_free(x);
    buf_free(&info);
    buf_free(&password);
}

/* Somebody has signed already; and somebody may receive. */
static void
make_signed(void)
{
    const struct cms_form form = { .attributes = true, .now = 1 };
    const struct cert_spec before = { .cn = "Other", .key = it.key };
    const struct cert_spec receiver = {
        .cn = "Receiver", .key = it.key, .usage = "critical,keyEncipherment"
    };
    X509 *first = make_cert(&before);

    it.receiver = make_cert(&receiver);
    assert_int_equal(cert_parse(it.host.crypto, &it.pair.sign_cert, &it.x), OK);
    assert_int_equal(buf_put_text(&it.content, "hello"), OK);
    assert_int_equal(signers_sign(it.host.crypto, first, it.key, &it.content,
                         &form, &it.signed_before),
        OK);
    X509_free(first);
}

/* --- a bank's verifier ------------------------------------------------------- */

/* An OCTET STRING in DER that is so many bytes in all. */
static struct buf
octets(size_t len)
{
    struct buf der = { 0 };

    assert_int_equal(buf_extend(&der, len), OK);
    der.data[0] = 0x04;
    der.data[1] = 0x83;
    der.data[2] = (uint8_t)((len - 5) >> 16);
    der.data[3] = (uint8_t)((len - 5) >> 8);
    der.data[4] = (uint8_t)(len - 5);
    return der;
}

static ingam_status
add_evidence(ingam_verifier *v, const struct buf *der)
{
    return ingam_verifier_set(v, INGAM_REVOCATION, der->data, der->len);
}

/* Else a revoked signer would be good once memory ran out. That it is all
 * there shows by its size: no more than this fits beside it. */
static void
evidence_outlives_what_had_no_room(void **state)
{
    struct buf half = octets(CMS_EVIDENCE_MAX / 2 - 100); /* a full buffer */
    struct buf more = octets(70u << 10);
    struct buf too_much = octets(CMS_EVIDENCE_MAX / 2 + 101);
    ingam_verifier *v = ingam_verifier_new();
    ingam_status status;
    long at = 0;

    (void)state;
    assert_int_equal(add_evidence(v, &half), INGAM_GOOD);
    do {
        memory.at = ++at;
        memory.seen = 0;
        memory.armed = true;
        status = add_evidence(v, &more);
        memory.armed = false;
        if (memory.seen >= at)
            assert_int_equal(status, INGAM_NO_MEMORY);
        assert_int_equal(add_evidence(v, &too_much), INGAM_TOO_LARGE);
    } while (memory.seen >= at);
    assert_int_equal(status, INGAM_GOOD);
    assert_true(at > 2); /* not only the copy of what is added */
    ingam_verifier_free(v);
    buf_free(&half);
    buf_free(&more);
    buf_free(&too_much);
}

static int
setup(void **state)
{
    static char text[TEXT_SIZE];

    (void)state;
    support_folder(it.home);
    support_host(it.home, &it.host);
    make_pair();
    make_signed();
    tsa_peer_setup();
    assert_int_equal(put_pair("first", text), OK);
    assert_int_equal(enrol_keys_make(&it.host, NULL, 1, &it.keys[0]), OK);
    assert_int_equal(enrol_keys_make(&it.host, NULL, 1, &it.keys[1]), OK);
    it.ca = mem_alloc(sizeof(*it.ca));
    it.ca->name = mem_strdup("test");
    it.ca->folder = mem_strdup("IngamTest");
    it.ca->enabled = true;
    it.ca->issuers = mem_alloc(2 * sizeof(char *));
    it.ca->issuers[0] = mem_strdup("cn=ca");
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(it.key);
    X509_free(it.x);
    X509_free(it.receiver);
    buf_free(&it.content);
    buf_free(&it.signed_before);
    tsa_peer_teardown();
    enrol_keys_free(it.keys[0]);
    enrol_keys_free(it.keys[1]);
    store_pair_free(&it.pair);
    ca_free(it.ca);
    support_host_free(&it.host);
    support_remove(it.home);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    mem_watch_openssl();
    report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED)
        return 1;
    SUPPORT_ROWS(&t, memory_row, rows);
    support_test(&t, "a verifier keeps the evidence it has",
        evidence_outlives_what_had_no_room);
    return support_run("memory runs out", &t, setup, teardown);
}
