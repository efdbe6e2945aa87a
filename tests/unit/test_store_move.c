/* store.import, export, copy, changePassword, remove and repair: what they do,
 * and each thing that they refuse. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/b64.h"
#include "cmd/store.h"
#include "make_cert.h"
#include "make_p12.h"
#include "pairs.h"
#include "pki/key.h"
#include "pki/p12.h"
#include "pki/p8.h"
#include "pki/store.h"

#define OLD   "Vector!2026"
#define NEW   "Stamp-of-42!"
#define USER  "NPKI/IngamTest/USER"
#define NAME  "홍길동()0001"
#define PLACE USER "/cn=" NAME ",o=IngamTest,c=KR"

/* a: a person's, c: the same person's to encrypt, b: another person's, d: a's
 * other certificate with the same name */
enum { A, B, C, D, PAIRS };

static char home[256];
static struct host host;
static struct crypto *crypto;
static struct buf keys[PAIRS];
static char ids[PAIRS][CERT_ID_LEN + 1];

static int64_t now;

static int64_t
wall(void *ctx)
{
    (void)ctx;
    return now;
}

/* --- calling -------------------------------------------------------------- */

static cJSON *result, *detail;

static enum err
call_from(const char *origin, const struct command *command, cJSON *params)
{
    struct value values[COMMAND_PARAMS_MAX];
    struct call c = {
        .host = &host, .command = command, .values = values, .origin = origin
    };
    const char *bad = NULL;
    enum err r;

    memset(values, 0, sizeof(values));
    cJSON_Delete(result);
    cJSON_Delete(detail);
    c.result = result = cJSON_CreateObject();
    c.detail = detail = cJSON_CreateObject();
    if ((r = args_parse(command, params, values, &bad)) == OK)
        r = command_run(&c);
    args_free(values);
    cJSON_Delete(params);
    return r;
}

/* Parameters as pairs of names and texts, NULL-ended; "+name" is true. */
static cJSON *
with(const char *name, ...)
{
    cJSON *params = cJSON_CreateObject();
    va_list ap;

    va_start(ap, name);
    for (; name != NULL; name = va_arg(ap, const char *)) {
        if (name[0] == '+')
            cJSON_AddBoolToObject(params, name + 1, true);
        else
            cJSON_AddStringToObject(params, name, va_arg(ap, const char *));
    }
    va_end(ap);
    return params;
}

static enum err
call(const struct command *command, cJSON *params)
{
    return call_from(NULL, command, params);
}

static cJSON *
file_in(cJSON *params, const char *name, const struct buf *bytes)
{
    struct buf text = { 0 };

    assert_int_equal(b64_encode(bytes->data, bytes->len, &text), OK);
    cJSON_AddStringToObject(params, name, buf_text(&text));
    buf_free(&text);
    return params;
}

static const cJSON *
at(const cJSON *object, const char *path)
{
    char part[64];
    size_t n;

    for (; object != NULL && *path != '\0'; path += n + (path[n] == '.')) {
        n = strcspn(path, ".");
        snprintf(part, sizeof(part), "%.*s", (int)n, path);
        object = cJSON_GetObjectItemCaseSensitive(object, part);
    }
    return object;
}

static const char *
text_at(const cJSON *object, const char *path)
{
    const char *text = cJSON_GetStringValue(at(object, path));

    return text == NULL ? "" : text;
}

/* --- the store ------------------------------------------------------------ */

static void
path_of(char path[static 1024], const char *name)
{
    snprintf(path, 1024, "%s/%s", home, name);
}

static bool
exists(const char *name)
{
    char path[1024];
    struct stat st;

    path_of(path, name);
    return lstat(path, &st) == 0;
}

static void
write_at(const char *name, const struct buf *data)
{
    char path[1024], *p;

    path_of(path, name);
    for (p = path + strlen(home) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(path, 0700);
        *p = '/';
    }
    support_write(path, data->data, data->len);
}

static void
put_in(const char *folder, int i, bool km)
{
    char name[800];

    snprintf(name, sizeof(name), "%s/signCert.der", folder);
    write_at(name, &ders[i]);
    snprintf(name, sizeof(name), "%s/signPri.key", folder);
    write_at(name, &keys[i]);
    if (!km)
        return;
    snprintf(name, sizeof(name), "%s/kmCert.der", folder);
    write_at(name, &ders[C]);
    snprintf(name, sizeof(name), "%s/kmPri.key", folder);
    write_at(name, &keys[C]);
}

static bool
file_is(const char *name, const struct buf *data)
{
    struct buf got = { 0 };
    char path[1024];
    bool is;

    path_of(path, name);
    is = support_read(path, &got) && got.len == data->len &&
         memcmp(got.data, data->data, data->len) == 0;
    buf_free(&got);
    return is;
}

static bool
same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Does the stored certificate open so, to the very bytes it had? */
static void
opens_with(int i, const char *root, const char *password, bool km)
{
    struct buf pass = support_text(password), info = { 0 };
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    EVP_PKEY *key = NULL;

    assert_int_equal(store_look_up_in(&host, root, ids[i], &list, &entry), OK);
    assert_int_equal(
        store_open_key(&host, entry, false, &pass, &key, &info), OK);
    assert_true(same(&info, &infos[i])); /* R and all */
    EVP_PKEY_free(key);
    key = NULL;
    buf_free(&info);
    assert_int_equal(entry->km != NULL, km);
    if (km) {
        assert_int_equal(
            store_open_key(&host, entry, true, &pass, &key, &info), OK);
        assert_true(same(&info, &infos[C]));
        EVP_PKEY_free(key);
        buf_free(&info);
    }
    store_list_free(&list);
    buf_free(&pass);
}

static void
usb(char root[static 1024])
{
    char path[1024];

    path_of(path, "media");
    mkdir(path, 0700);
    path_of(path, "media/USB");
    mkdir(path, 0700);
    path_of(root, "media/USB/NPKI");
    mkdir(root, 0700);
}

/* --- import --------------------------------------------------------------- */

static struct import_case {
    const char *name;
    struct p12_plan plan;
    const char *password, *fresh, *scheme;
    enum err want;
    const char *stored; /* keyScheme of the certificate object */
    bool km;
} imports[] = {
#define ONE                                                                    \
    {                                                                          \
        .keys = "a", .certs = "a", .cert_lock = LOCK_PLAIN                     \
    }
#define TWO                                                                    \
    {                                                                          \
        .keys = "ac", .certs = "ac", .cert_lock = LOCK_PLAIN                   \
    }
    { "as it comes", ONE, OLD, NULL, "legacy", OK, "seed-sha1", false },
    { "with the second pair", TWO, OLD, NULL, "legacy", OK, "seed-sha1", true },
    { "with another password", ONE, OLD, NEW, "legacy", OK, "seed-sha1",
        false },
    { "without a scheme", ONE, OLD, NULL, NULL, OK, "pbes2-seed-sha1", false },
    { "strong", ONE, OLD, NEW, "strong", OK, "pbes2-aes-sha256", false },
    { "the same password said twice", ONE, OLD, OLD, "legacy", OK, "seed-sha1",
        false },
    { "a wrong password", ONE, NEW, NULL, "legacy", ERR_PASSWORD_WRONG, NULL,
        false },
    { "a new password that is too short", ONE, OLD, "Ab1!", "legacy",
        ERR_PASSWORD_TOO_WEAK, NULL, false },
    { "a new password without a digit", ONE, OLD, "Abcdefghij!", "legacy",
        ERR_PASSWORD_TOO_WEAK, NULL, false },
    { "a new password that is none", ONE, OLD, "", "legacy",
        ERR_PASSWORD_TOO_WEAK, NULL, false },
    { "a scheme that is none", ONE, OLD, NULL, "best", ERR_PARAM_RANGE, NULL,
        false },
    { "keys of two people",
        { .keys = "ab", .certs = "ab", .cert_lock = LOCK_PLAIN }, OLD, NULL,
        NULL, ERR_IMPORT_AMBIGUOUS, NULL, false },
    { "a key that does not match",
        { .keys = "b", .certs = "a", .cert_lock = LOCK_PLAIN }, OLD, NULL, NULL,
        ERR_KEY_MISMATCH, NULL, false },
    { "no key", { .keys = "", .certs = "a", .cert_lock = LOCK_PLAIN }, OLD,
        NULL, NULL, ERR_KEY_FILE_MISSING, NULL, false },
    { "2^31-1 rounds",
        { .keys = "a",
            .certs = "a",
            .cert_lock = LOCK_PLAIN,
            .mac_rounds = 2147483647 },
        OLD, NULL, NULL, ERR_IMPORT_COSTLY, NULL, false },
};

static void
import_row(void **state)
{
    const struct import_case *row = *state;
    struct buf file = { 0 };
    cJSON *params = with("password", row->password, NULL);

    make_p12(crypto, &row->plan, pairs, OLD, &file);
    file_in(params, "content", &file);
    if (row->fresh != NULL)
        cJSON_AddStringToObject(params, "newPassword", row->fresh);
    if (row->scheme != NULL)
        cJSON_AddStringToObject(params, "keyScheme", row->scheme);
    assert_int_equal(call(&cmd_store_import, params), row->want);
    if (row->want != OK) {
        assert_false(exists(USER));
        assert_int_equal(row->want == ERR_PASSWORD_TOO_WEAK,
            *text_at(detail, "rule") != '\0');
    } else {
        assert_string_equal(text_at(result, "certificate.id"), ids[A]);
        assert_string_equal(
            text_at(result, "certificate.keyScheme"), row->stored);
        assert_true(cJSON_IsFalse(at(result, "replaced")));
        assert_int_equal(at(result, "km") != NULL, row->km);
        opens_with(A, host.paths.npki,
            row->fresh == NULL ? row->password : row->fresh, row->km);
    }
    buf_free(&file);
}

static struct pair_case {
    const char *name;
    const struct buf *cert, *key, *km_cert, *km_key;
    const char *password;
    enum err want;
} pair_cases[] = {
    { "a pair of files", &ders[A], &keys[A], NULL, NULL, OLD, OK },
    { "two pairs of files", &ders[A], &keys[A], &ders[C], &keys[C], OLD, OK },
    { "a wrong password", &ders[A], &keys[A], NULL, NULL, NEW,
        ERR_PASSWORD_WRONG },
    { "somebody else's key", &ders[A], &keys[B], NULL, NULL, OLD,
        ERR_KEY_MISMATCH },
    { "somebody else's second key", &ders[A], &keys[A], &ders[C], &keys[B], OLD,
        ERR_KEY_MISMATCH },
    { "a key as the certificate", &keys[A], &keys[A], NULL, NULL, OLD,
        ERR_IMPORT_INVALID },
    { "a certificate as the key", &ders[A], &ders[A], NULL, NULL, OLD,
        ERR_KEY_FILE_DAMAGED },
    { "no key", &ders[A], NULL, NULL, NULL, OLD, ERR_PARAM_MISSING },
    { "no certificate", NULL, &keys[A], NULL, NULL, OLD, ERR_PARAM_MISSING },
    { "half of the second pair", &ders[A], &keys[A], &ders[C], NULL, OLD,
        ERR_PARAM_MISSING },
    { "nothing", NULL, NULL, NULL, NULL, OLD, ERR_PARAM_MISSING },
};

static void
pair_row(void **state)
{
    const struct pair_case *row = *state;
    cJSON *params =
        with("password", row->password, "keyScheme", "legacy", NULL);

    if (row->cert != NULL)
        file_in(params, "certificateFile", row->cert);
    if (row->key != NULL)
        file_in(params, "keyFile", row->key);
    if (row->km_cert != NULL)
        file_in(params, "kmCertificateFile", row->km_cert);
    if (row->km_key != NULL)
        file_in(params, "kmKeyFile", row->km_key);
    assert_int_equal(call(&cmd_store_import, params), row->want);
    if (row->want == OK)
        opens_with(A, host.paths.npki, OLD, row->km_cert != NULL);
    else
        assert_false(exists(USER));
}

static void
an_import_comes_in_one_way_and_in_bounds(void **state)
{
    struct buf big = { 0 };
    cJSON *params = with("password", OLD, NULL);

    (void)state;
    file_in(params, "content", &ders[A]);
    file_in(params, "keyFile", &keys[A]);
    assert_int_equal(call(&cmd_store_import, params), ERR_PARAM_RANGE);
    assert_int_equal(buf_extend(&big, P12_FILE_MAX + 1), OK);
    params = file_in(with("password", OLD, NULL), "content", &big);
    assert_int_equal(call(&cmd_store_import, params), ERR_IMPORT_TOO_LARGE);
    big.len = P8_FILE_MAX + 1;
    params = file_in(with("password", OLD, NULL), "keyFile", &big);
    file_in(params, "certificateFile", &ders[A]);
    assert_int_equal(call(&cmd_store_import, params), ERR_IMPORT_TOO_LARGE);
    params = file_in(
        with("password", OLD, "root", "/etc", NULL), "content", &ders[A]);
    assert_int_equal(call(&cmd_store_import, params), ERR_PARAM_RANGE);
    buf_free(&big);
}

static void
a_korean_program_s_file_comes_with_its_r(void **state)
{
    struct buf file = { 0 }, password = { 0 }, r = { 0 }, info = { 0 };
    const struct store_entry *entry = NULL;
    struct store_list list = { 0 };
    uint8_t got[VID_R_LEN];
    EVP_PKEY *key = NULL;
    char id[CERT_ID_LEN + 1];

    (void)state;
    support_vector("pypinksign/export.pfx", &file);
    support_vector("pypinksign/password.txt", &password);
    support_vector("pypinksign/R.bin", &r);
    assert_int_equal(call(&cmd_store_import,
                         file_in(with("password", buf_text(&password), NULL),
                             "content", &file)),
        OK);
    assert_string_equal(text_at(result, "certificate.ca"), "yessign");
    snprintf(id, sizeof(id), "%s", text_at(result, "certificate.id"));
    assert_int_equal(store_look_up(&host, id, &list, &entry), OK);
    assert_int_equal(
        store_open_key(&host, entry, false, &password, &key, &info), OK);
    assert_int_equal(p8_random(&info, got), OK);
    assert_memory_equal(got, r.data, VID_R_LEN);
    EVP_PKEY_free(key);
    store_list_free(&list);
    buf_free(&info);
    buf_free(&file);
    buf_free(&password);
    buf_free(&r);
}

static cJSON *
import_of(int i)
{
    cJSON *params = with("password", OLD, "keyScheme", "legacy", NULL);

    file_in(params, "certificateFile", &ders[i]);
    return file_in(params, "keyFile", &keys[i]);
}

/* Neither the same certificate nor another of that name gives way unasked. */
static void
whoever_is_there_gives_way_only_when_told(void **state)
{
    cJSON *params;
    int i;

    (void)state;
    put_in(PLACE, A, true);
    for (i = A; i <= D; i += D - A) {
        assert_int_equal(
            call(&cmd_store_import, import_of(i)), ERR_ALREADY_EXISTS);
        assert_string_equal(text_at(detail, "certificate"), ids[A]);
        assert_non_null(strstr(text_at(detail, "place"), "/cn=" NAME));
        assert_int_equal(strlen(text_at(detail, "date")), 20);
        assert_true(file_is(PLACE "/signPri.key", &keys[A]));
    }
    params = import_of(D);
    cJSON_AddBoolToObject(params, "replace", true);
    assert_int_equal(call(&cmd_store_import, params), OK);
    assert_true(cJSON_IsTrue(at(result, "replaced")));
    assert_true(file_is(PLACE "/signCert.der", &ders[D]));
    assert_false(exists(PLACE "/kmPri.key"));
    assert_true(exists(".local/state/ingam/old")); /* and is kept outside */
}

/* Another program called its folder otherwise: it is the same certificate. */
static void
the_same_one_under_another_name_is_there_too(void **state)
{
    cJSON *params;

    (void)state;
    put_in(USER "/CN=hong", A, false);
    assert_int_equal(call(&cmd_store_import, import_of(A)), ERR_ALREADY_EXISTS);
    assert_non_null(strstr(text_at(detail, "place"), "/CN=hong"));
    assert_false(exists(PLACE));
    params = import_of(A);
    cJSON_AddBoolToObject(params, "replace", true);
    assert_int_equal(call(&cmd_store_import, params), OK);
    assert_true(cJSON_IsTrue(at(result, "replaced")));
    assert_true(exists(PLACE));
    assert_false(exists(USER "/CN=hong"));
    assert_true(exists(".local/state/ingam/old"));
}

static struct dn_case {
    const char *name, *cn, *folder;
} dns[] = {
    { "a slash", "a/b", "cn=a_b,o=IngamTest,c=KR" },
    { "a quote", "a\"b", "cn=a_b,o=IngamTest,c=KR" },
    { "a trailing dot", "Inc.", "cn=Inc.,o=IngamTest,c=KR" },
    { "Hangul in its letters", "\u1112\u1169\u11BC",
        "cn=\u1112\u1169\u11BC,o=IngamTest,c=KR" },
    { "a way up", "..", "cn=..,o=IngamTest,c=KR" },
};

static void
dn_row(void **state)
{
    const struct dn_case *row = *state;
    struct cert_spec spec = { .cn = row->cn };
    struct buf der = { 0 };
    char folder[800];
    cJSON *params;
    X509 *x;

    assert_int_equal(key_load(crypto, &infos[A], &spec.key), OK);
    x = make_cert(&spec);
    assert_int_equal(cert_der(x, &der), OK);
    params = with("password", OLD, "keyScheme", "legacy", NULL);
    file_in(params, "certificateFile", &der);
    file_in(params, "keyFile", &keys[A]);
    assert_int_equal(call(&cmd_store_import, params), OK);
    snprintf(folder, sizeof(folder), USER "/%s/signCert.der", row->folder);
    assert_true(file_is(folder, &der));
    EVP_PKEY_free(spec.key);
    X509_free(x);
    buf_free(&der);
}

/* --- export --------------------------------------------------------------- */

static struct export_case {
    const char *name, *form, *password, *fresh;
    bool km;
    enum err want;
} exports[] = {
    { "for every program", "npki", OLD, NULL, false, OK },
    { "for every program, both pairs", "npki", OLD, NULL, true, OK },
    { "for new programs", "modern", OLD, NEW, true, OK },
    { "with another password", "npki", OLD, NEW, false, OK },
    { "a wrong password", "npki", NEW, NULL, false, ERR_PASSWORD_WRONG },
    { "a weak new password", "npki", OLD, "password1!", false,
        ERR_PASSWORD_TOO_WEAK },
    { "a form that is none", "pem", OLD, NULL, false, ERR_PARAM_RANGE },
};

static void
export_row(void **state)
{
    const struct export_case *row = *state;
    cJSON *params = with("certificate", ids[A], "password", row->password,
        "form", row->form, NULL);
    struct buf file = { 0 }, pass;
    struct p12 p12 = { 0 };
    char name[64];

    put_in(PLACE, A, row->km);
    if (row->fresh != NULL)
        cJSON_AddStringToObject(params, "newPassword", row->fresh);
    assert_int_equal(call(&cmd_store_export, params), row->want);
    if (row->want != OK) {
        assert_null(at(result, "content"));
        return;
    }
    snprintf(name, sizeof(name), "홍길동_%.8s.p12", ids[A]);
    assert_string_equal(text_at(result, "name"), name);
    assert_true(cJSON_IsTrue(at(result, "hasR")));
    assert_int_equal(cJSON_IsTrue(at(result, "hasKm")), row->km);
    assert_int_equal(b64_decode(text_at(result, "content"),
                         strlen(text_at(result, "content")), &file),
        OK);
    pass = support_text(row->fresh == NULL ? row->password : row->fresh);
    assert_int_equal(p12_read(crypto, &file, &pass, &p12), OK);
    assert_true(same(&p12.sign_key, &infos[A]));
    assert_int_equal(p12.km_key.len > 0, row->km);
    p12_free(&p12);
    buf_free(&file);
    buf_free(&pass);
}

/* --- changing the password ------------------------------------------------ */

static struct password_case {
    const char *name, *file; /* a vector of ours, or NULL: legacy */
    const char *fresh, *scheme;
    enum err want;
    const char *stored;
    uint32_t iterations;
} password_cases[] = {
    { "the scheme stays", NULL, NEW, NULL, OK, "seed-sha1", 2048 },
    { "the oldest scheme stays", "seed-old.key", NEW, NULL, OK, "seed-old", 5 },
    { "SEED by PBES2 stays", "pbes2-seed-sha256.key", NEW, NULL, OK,
        "pbes2-seed-sha256", 5 },
    { "ARIA stays", "pbes2-aria192-sha1.key", NEW, NULL, OK, "pbes2-aria-sha1",
        5 },
    { "AES stays", "pbes2-aes128-sha256.key", NEW, NULL, OK, "pbes2-aes-sha256",
        5 },
    { "made better when asked", NULL, NEW, "compat", OK, "pbes2-seed-sha1",
        100000 },
    { "made strong when asked", "seed-old.key", NEW, "strong", OK,
        "pbes2-aes-sha256", 600000 },
    { "only the scheme", NULL, OLD, "compat", OK, "pbes2-seed-sha1", 100000 },
    { "a weak new password", NULL, "qwer1234!!", NULL, ERR_PASSWORD_TOO_WEAK,
        NULL, 0 },
    { "a scheme that is none", NULL, NEW, "keep", ERR_PARAM_RANGE, NULL, 0 },
};

static void
password_row(void **state)
{
    const struct password_case *row = *state;
    cJSON *params = with("certificate", ids[A], "password", OLD, "newPassword",
        row->fresh, NULL);
    struct buf file = { 0 };
    struct p8_info info;
    char path[1024];

    put_in(PLACE, A, true);
    if (row->file != NULL) {
        struct buf pass = support_text(OLD);
        struct buf like = { 0 };

        support_own_vector(row->file, &like);
        assert_int_equal(
            p8_encrypt_like(crypto, &like, &infos[A], &pass, &file), OK);
        write_at(PLACE "/signPri.key", &file);
        buf_free(&file);
        buf_free(&like);
        buf_free(&pass);
    }
    if (row->scheme != NULL)
        cJSON_AddStringToObject(params, "keyScheme", row->scheme);
    assert_int_equal(call(&cmd_store_change_password, params), row->want);
    if (row->want != OK) {
        opens_with(A, NULL, OLD, true);
        return;
    }
    opens_with(A, NULL, row->fresh, true);
    path_of(path, PLACE "/signPri.key");
    assert_true(support_read(path, &file));
    assert_int_equal(p8_info(&file, &info), OK);
    assert_string_equal(info.scheme, row->stored);
    assert_int_equal(info.iterations, row->iterations);
    assert_string_equal(text_at(result, "certificate.keyScheme"), row->stored);
    assert_false(exists(".local/state/ingam/old")); /* nor under the old one */
    buf_free(&file);
}

static void
what_else_is_in_the_folder_stays(void **state)
{
    struct buf other = support_text("the CA's own certificates");

    (void)state;
    put_in(USER "/My own name", A, false);
    write_at(USER "/My own name/CaPubs", &other);
    assert_int_equal(
        call(&cmd_store_change_password, with("certificate", ids[A], "password",
                                             OLD, "newPassword", NEW, NULL)),
        OK);
    assert_true(file_is(USER "/My own name/CaPubs", &other));
    opens_with(A, NULL, NEW, false);
    assert_false(exists(PLACE));
    buf_free(&other);
}

static void
a_second_key_with_another_password_stops_it(void **state)
{
    struct buf pass = support_text(NEW), file = { 0 };

    (void)state;
    put_in(PLACE, A, true);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &infos[C], &pass, &file), OK);
    write_at(PLACE "/kmPri.key", &file);
    assert_int_equal(
        call(&cmd_store_change_password, with("certificate", ids[A], "password",
                                             OLD, "newPassword", NEW, NULL)),
        ERR_PASSWORD_WRONG);
    assert_string_equal(text_at(detail, "what"), "km");
    assert_true(file_is(PLACE "/signPri.key", &keys[A]));
    buf_free(&pass);
    buf_free(&file);
}

/* --- copying -------------------------------------------------------------- */

static void
a_copy_is_the_same_to_the_byte(void **state)
{
    char root[1024];

    (void)state;
    usb(root);
    put_in(PLACE, A, true);
    assert_int_equal(
        call(&cmd_store_copy,
            with("certificate", ids[A], "password", OLD, "root", root, NULL)),
        OK);
    assert_string_equal(text_at(result, "certificate.id"), ids[A]);
    assert_string_equal(
        text_at(result, "certificate.location.medium"), "removable");
    assert_non_null(strstr(text_at(result, "path"), "media/USB/NPKI"));
    assert_true(file_is("media/USB/" PLACE "/signPri.key", &keys[A]));
    assert_true(file_is("media/USB/" PLACE "/kmPri.key", &keys[C]));
    assert_true(file_is(PLACE "/signPri.key", &keys[A]));
    opens_with(A, root, OLD, true);
    /* and back again */
    assert_int_equal(
        call(&cmd_store_copy, with("certificate", ids[A], "password", OLD,
                                  "root", host.paths.npki, NULL)),
        ERR_ALREADY_EXISTS);
    assert_int_equal(
        call(&cmd_store_copy, with("certificate", ids[A], "password", OLD,
                                  "root", host.paths.npki, "+replace", NULL)),
        OK);
    assert_true(cJSON_IsTrue(at(result, "replaced")));
}

static struct copy_case {
    const char *name, *password, *root;
    bool there; /* the old certificate of that name is on the medium */
    enum err want;
} copies[] = {
    { "a wrong password", NEW, NULL, false, ERR_PASSWORD_WRONG },
    { "another certificate stands there", OLD, NULL, true, ERR_ALREADY_EXISTS },
    { "no place for certificates", OLD, "/etc", false, ERR_PARAM_RANGE },
    { "a way up", OLD, "media/../x/NPKI", false, ERR_PARAM_RANGE },
    { "a medium that is not there", OLD, "media/Gone/NPKI", false,
        ERR_MEDIUM_REMOVED },
    { "where it is already", OLD, "NPKI", false, ERR_ALREADY_EXISTS },
};

static void
copy_row(void **state)
{
    const struct copy_case *row = *state;
    char root[1024], given[1024];

    usb(root);
    put_in(PLACE, A, false);
    if (row->there)
        put_in("media/USB/" PLACE, D, false);
    if (row->root != NULL && row->root[0] != '/')
        path_of(given, row->root);
    else
        snprintf(
            given, sizeof(given), "%s", row->root == NULL ? root : row->root);
    assert_int_equal(
        call(&cmd_store_copy, with("certificate", ids[A], "password",
                                  row->password, "root", given, NULL)),
        row->want);
    assert_true(file_is(PLACE "/signPri.key", &keys[A]));
    if (row->there)
        assert_true(file_is("media/USB/" PLACE "/signCert.der", &ders[D]));
    else
        assert_false(exists("media/USB/" PLACE));
}

/* --- removing ------------------------------------------------------------- */

static struct remove_case {
    const char *name, *typed;
    enum err want;
} removes[] = {
    { "the name in the list", "홍길동", OK },
    { "the whole common name", NAME, OK },
    { "blanks around it", "  홍길동 ", OK },
    { "Hangul in its letters",
        "\u1112\u1169\u11BC\u1100\u1175\u11AF\u1103"
        "\u1169\u11BC",
        OK },
    { "somebody else", "김철수", ERR_CONFIRMATION_WRONG },
    { "half of it", "홍길", ERR_CONFIRMATION_WRONG },
    { "more than it", "홍길동님", ERR_CONFIRMATION_WRONG },
    { "nothing", "", ERR_CONFIRMATION_WRONG },
    { "blanks", "   ", ERR_CONFIRMATION_WRONG },
};

static void
remove_row(void **state)
{
    const struct remove_case *row = *state;
    enum err r;

    put_in(PLACE, A, true);
    put_in(USER "/cn=other", B, false);
    put_in(".local/state/ingam/old/t1", A, true);
    put_in(".local/state/ingam/old/t2", B, false);
    r = call(&cmd_store_remove,
        with("certificate", ids[A], "confirm", row->typed, NULL));
    assert_int_equal(r, row->want);
    assert_int_equal(exists(PLACE), r != OK);
    assert_int_equal(exists(".local/state/ingam/old/t1"), r != OK);
    assert_true(file_is(USER "/cn=other/signPri.key", &keys[B]));
    assert_true(file_is(".local/state/ingam/old/t2/signPri.key", &keys[B]));
    if (r != OK)
        return;
    assert_int_equal(cJSON_GetArraySize(at(result, "removed")), 2);
    assert_true(cJSON_IsBool(at(result, "overwritten")));
    assert_int_equal(call(&cmd_store_remove, with("certificate", ids[A],
                                                 "confirm", row->typed, NULL)),
        ERR_CERTIFICATE_NOT_FOUND);
}

/* The bytes of the key file are gone from its blocks, seen through a
 * descriptor that was opened before. */
static void
removed_is_overwritten(void **state)
{
    struct buf got = { 0 };
    char path[1024];
    ssize_t n;
    FILE *f;

    (void)state;
    put_in(PLACE, A, false);
    path_of(path, PLACE "/signPri.key");
    f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(call(&cmd_store_remove,
                         with("certificate", ids[A], "confirm", NAME, NULL)),
        OK);
    assert_int_equal(buf_extend(&got, keys[A].len), OK);
    n = pread(fileno(f), got.data, got.len, 0);
    assert_int_equal(n, (ssize_t)keys[A].len);
    assert_memory_not_equal(got.data, keys[A].data, got.len);
    assert_memory_not_equal(got.data + 64, keys[A].data + 64, 64);
    fclose(f);
    buf_free(&got);
}

static void
a_second_name_of_the_file_is_not_called_overwritten(void **state)
{
    char path[1024], other[1024];

    (void)state;
    put_in(PLACE, A, false);
    path_of(path, PLACE "/signPri.key");
    path_of(other, "backup.key");
    assert_int_equal(link(path, other), 0);
    assert_int_equal(call(&cmd_store_remove,
                         with("certificate", ids[A], "confirm", NAME, NULL)),
        OK);
    assert_true(cJSON_IsFalse(at(result, "overwritten")));
    assert_true(file_is("backup.key", &keys[A])); /* nor is it harmed */
}

static void
only_the_place_that_is_meant_loses_it(void **state)
{
    char root[1024];

    (void)state;
    usb(root);
    put_in(PLACE, A, false);
    put_in("media/USB/" PLACE, A, false);
    assert_int_equal(
        call(&cmd_store_remove,
            with("certificate", ids[A], "confirm", NAME, "root", root, NULL)),
        OK);
    assert_false(exists("media/USB/" PLACE));
    assert_true(file_is(PLACE "/signPri.key", &keys[A]));
}

static void
a_folder_inside_stops_both(void **state)
{
    struct buf text = support_text("x");

    (void)state;
    put_in(PLACE, A, false);
    write_at(PLACE "/more/file", &text);
    assert_int_equal(call(&cmd_store_remove,
                         with("certificate", ids[A], "confirm", NAME, NULL)),
        ERR_STORE_UNSAFE);
    assert_int_equal(
        call(&cmd_store_change_password, with("certificate", ids[A], "password",
                                             OLD, "newPassword", NEW, NULL)),
        ERR_STORE_UNSAFE);
    opens_with(A, NULL, OLD, false);
    assert_true(exists(PLACE "/more/file"));
    buf_free(&text);
}

/* --- repairing ------------------------------------------------------------ */

static int
count_of(const char *list, const char *what)
{
    const cJSON *item;
    int n = 0;

    cJSON_ArrayForEach(item, at(result, list)) n +=
        strcmp(text_at(item, "what"), what) == 0;
    return n;
}

static unsigned
mode_of(const char *name)
{
    char path[1024];
    struct stat st;

    path_of(path, name);
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 0777;
}

static void
set_mode(const char *name, mode_t mode)
{
    char path[1024];

    path_of(path, name);
    assert_int_equal(chmod(path, mode), 0);
}

static void
move(const char *from, const char *to)
{
    char a[1024], b[1024];

    path_of(a, from);
    path_of(b, to);
    assert_int_equal(rename(a, b), 0);
}

static void
nothing_is_repaired_where_all_is_right(void **state)
{
    (void)state;
    assert_int_equal(call(&cmd_store_repair, with(NULL, NULL)), OK);
    put_in(PLACE, A, true);
    (void)call(&cmd_store_repair, with(NULL, NULL));
    assert_int_equal(call(&cmd_store_repair, with(NULL, NULL)), OK);
    assert_int_equal(cJSON_GetArraySize(at(result, "fixed")), 0);
    assert_int_equal(cJSON_GetArraySize(at(result, "failed")), 0);
}

static void
permissions_names_and_case_are_put_right(void **state)
{
    (void)state;
    put_in(PLACE, A, false);
    put_in(USER "/새 폴더", B, false);
    move(PLACE "/signPri.key", PLACE "/SignPri.KEY");
    set_mode(PLACE "/signCert.der", 0644);
    set_mode(PLACE "/SignPri.KEY", 0664);
    set_mode(USER "/새 폴더", 0000);
    set_mode(PLACE, 0755);
    set_mode("NPKI/IngamTest", 0777);
    move(PLACE, USER "/CN=" NAME ",O=IngamTest,C=KR");
    move(USER, "NPKI/IngamTest/User");
    assert_int_equal(call(&cmd_store_repair, with(NULL, NULL)), OK);
    assert_int_equal(mode_of(PLACE), 0700);
    assert_int_equal(mode_of(PLACE "/signPri.key"), 0600);
    assert_int_equal(mode_of(PLACE "/signCert.der"), 0600);
    assert_int_equal(mode_of("NPKI/IngamTest"), 0755);
    assert_true(file_is(
        USER "/cn=김철수()0002,o=IngamTest,c=KR/signPri.key", &keys[B]));
    assert_true(count_of("fixed", "permissions") >= 5);
    assert_int_equal(count_of("fixed", "case"), 3);
    assert_int_equal(count_of("fixed", "name"), 1);
    assert_int_equal(cJSON_GetArraySize(at(result, "failed")), 0);
    opens_with(A, NULL, OLD, false);
    opens_with(B, NULL, OLD, false);
}

static void
leftovers_are_cleared_and_told(void **state)
{
    (void)state;
    put_in(USER "/.ingam-t9", A, false);
    put_in(USER "/.ingam-erase-00", B, false);
    assert_int_equal(call(&cmd_store_repair, with(NULL, NULL)), OK);
    assert_int_equal(count_of("fixed", "leftover"), 2);
    assert_true(file_is(PLACE "/signPri.key", &keys[A])); /* put back */
    assert_false(exists(USER "/.ingam-erase-00"));
    assert_false(exists(USER "/cn=김철수()0002,o=IngamTest,c=KR"));
}

static void
one_folder_is_repaired_alone(void **state)
{
    char path[1024];

    (void)state;
    put_in(PLACE, A, false);
    put_in(USER "/cn=other", B, false);
    set_mode(PLACE, 0755);
    set_mode(USER "/cn=other", 0755);
    assert_int_equal(
        call(&cmd_store_repair, with("certificate", ids[A], NULL)), OK);
    assert_int_equal(mode_of(PLACE), 0700);
    assert_int_equal(mode_of(USER "/cn=other"), 0755);
    path_of(path, USER "/cn=other");
    assert_int_equal(call(&cmd_store_repair, with("path", path, NULL)), OK);
    assert_int_equal(mode_of(USER "/cn=other"), 0700);
}

static struct repair_case {
    const char *name, *path;
    enum err want;
} repairs[] = {
    { "a path elsewhere", "/etc/passwd", ERR_PARAM_RANGE },
    { "no path at all", "", ERR_PARAM_RANGE },
    { "a relative path", "NPKI", ERR_PARAM_RANGE },
};

static void
repair_row(void **state)
{
    const struct repair_case *row = *state;

    put_in(PLACE, A, false);
    assert_int_equal(
        call(&cmd_store_repair, with("path", row->path, NULL)), row->want);
}

/* A name that is taken is nobody's to take. */
static void
nothing_is_repaired_over_something(void **state)
{
    (void)state;
    put_in(PLACE, A, false);
    put_in(USER "/다른 이름", A, false);
    write_at(PLACE "/SIGNPRI.KEY", &keys[B]);
    assert_int_equal(call(&cmd_store_repair, with(NULL, NULL)), OK);
    assert_true(file_is(PLACE "/signPri.key", &keys[A]));
    assert_true(file_is(PLACE "/SIGNPRI.KEY", &keys[B]));
    assert_true(file_is(USER "/다른 이름/signPri.key", &keys[A]));
}

/* --- no permission, and more than anybody has ------------------------------ */

static struct permission_case {
    const char *name, *folder; /* that nobody may write */
    int which;
} permissions[] = {
    { "import without permission", "NPKI/IngamTest/USER", 0 },
    { "import without permission for the CA's folder", "NPKI/IngamTest", 0 },
    { "change of password without permission", "NPKI/IngamTest/USER", 1 },
    { "removal without permission", "NPKI/IngamTest/USER", 2 },
    { "copy to a medium without permission", "media/USB/NPKI", 3 },
};

/* Without permission, and the place is named. */
static void
refused_at(const struct command *command, cJSON *params, const char *root)
{
    assert_int_equal(call(command, params), ERR_STORE_PERMISSION);
    assert_string_equal(text_at(detail, "place"), root);
}

static void
permission_row(void **state)
{
    const struct permission_case *row = *state;
    char root[1024];
    cJSON *params[4];
    static const struct command *const all[] = { &cmd_store_import,
        &cmd_store_change_password, &cmd_store_remove, &cmd_store_copy };
    int i;

    usb(root);
    put_in(USER "/cn=other", A, true);
    if (strcmp(row->folder, "NPKI/IngamTest") == 0)
        move(USER, "NPKI/IngamTest/elsewhere");
    params[0] = import_of(B);
    params[1] =
        with("certificate", ids[A], "password", OLD, "newPassword", NEW, NULL);
    params[2] = with("certificate", ids[A], "confirm", NAME, NULL);
    params[3] =
        with("certificate", ids[A], "password", OLD, "root", root, NULL);
    set_mode(row->folder, 0500);
    support_override(false);
    for (i = 0; i < 4; i++)
        if (i == row->which)
            refused_at(all[i], params[i], i == 3 ? root : host.paths.npki);
        else
            cJSON_Delete(params[i]);
    support_override(true);
    set_mode(row->folder, 0700);
    if (strcmp(row->folder, "NPKI/IngamTest") == 0)
        move("NPKI/IngamTest/elsewhere", USER);
    assert_true(file_is(USER "/cn=other/signPri.key", &keys[A]));
    assert_true(file_is(USER "/cn=other/kmPri.key", &keys[C]));
    assert_false(exists("media/USB/NPKI/IngamTest"));
}

/* What its owner may not read is broken to the list; repair opens it. */
static void
what_cannot_be_read_is_repaired_by_its_path(void **state)
{
    const cJSON *broken;
    char path[1024];

    (void)state;
    put_in(PLACE, A, false);
    set_mode(PLACE, 0000);
    support_override(false);
    assert_int_equal(call(&cmd_store_list, with(NULL, NULL)), OK);
    broken = cJSON_GetArrayItem(at(result, "broken"), 0);
    assert_string_equal(text_at(broken, "reason"), "store_permission");
    snprintf(path, sizeof(path), "%s", text_at(broken, "path"));
    assert_int_equal(call(&cmd_store_repair, with("path", path, NULL)), OK);
    assert_true(count_of("fixed", "permissions") >= 1);
    opens_with(A, NULL, OLD, false);
    support_override(true);
}

static void
a_folder_of_100000_names_is_cut_and_says_so(void **state)
{
    char path[1024];
    int i, dir;

    (void)state;
    put_in(PLACE, A, false);
    path_of(path, USER);
    dir = open(path, O_RDONLY | O_DIRECTORY);
    for (i = 0; i < 100000; i++) {
        snprintf(path, sizeof(path), "f%d", i);
        assert_int_equal(mknodat(dir, path, S_IFREG | 0644, 0), 0);
    }
    close(dir);
    assert_int_equal(call(&cmd_store_list, with(NULL, NULL)), OK);
    assert_true(cJSON_IsTrue(at(result, "cut")));
    assert_int_equal(call(&cmd_store_repair, with(NULL, NULL)), OK);
}

/* --- not for pages -------------------------------------------------------- */

static const struct command *const commands[] = { &cmd_store_import,
    &cmd_store_export, &cmd_store_copy, &cmd_store_change_password,
    &cmd_store_remove, &cmd_store_repair };

static void
no_page_moves_or_removes_anything(void **state)
{
    size_t i;

    (void)state;
    put_in(PLACE, A, false);
    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        cJSON *params = cJSON_CreateObject();
        const struct param *p;

        for (p = commands[i]->params; p->name != NULL; p++)
            if ((p->flags & PARAM_REQUIRED) != 0)
                cJSON_AddStringToObject(params, p->name,
                    p->type == PARAM_CERT_ID  ? ids[A]
                    : p->type == PARAM_CHOICE ? "npki"
                                              : OLD);
        assert_int_equal(call_from("https://bank.example", commands[i], params),
            ERR_METHOD_UNKNOWN);
    }
    assert_true(file_is(PLACE "/signPri.key", &keys[A]));
}

static void
wrong_passwords_are_counted_across_commands(void **state)
{
    char root[1024];
    int i;

    (void)state;
    usb(root);
    put_in(PLACE, A, false);
    for (i = 1; i <= 5; i++) {
        assert_int_equal(
            i % 2 == 0
                ? call(
                      &cmd_store_export, with("certificate", ids[A], "password",
                                             NEW, "form", "npki", NULL))
                : call(&cmd_store_copy, with("certificate", ids[A], "password",
                                            NEW, "root", root, NULL)),
            ERR_PASSWORD_WRONG);
        assert_int_equal(cJSON_GetNumberValue(at(detail, "n")), i);
    }
    assert_int_equal(cJSON_GetNumberValue(at(detail, "s")), 2);
    assert_int_equal(
        call(&cmd_store_change_password, with("certificate", ids[A], "password",
                                             OLD, "newPassword", NEW, NULL)),
        ERR_PASSWORD_SLOWED);
    assert_int_equal(cJSON_GetNumberValue(at(detail, "n")), 5);
    assert_non_null(at(detail, "s"));
    now += 2;
    opens_with(A, NULL, OLD, false);
}

/* --- scaffolding ---------------------------------------------------------- */

static int
setup_test(void **state)
{
    (void)state;
    support_folder(home);
    support_host(home, &host);
    host.clock.wall = wall;
    now = SUPPORT_NOW;
    return 0;
}

static int
teardown_test(void **state)
{
    (void)state;
    support_override(true);
    cJSON_Delete(result);
    cJSON_Delete(detail);
    result = detail = NULL;
    support_host_free(&host);
    support_remove(home);
    return 0;
}

static int
setup(void **state)
{
    static const struct pair_spec specs[PAIRS] = {
        [A] = { .key = 0, .cn = NAME, .random = true },
        [B] = { .key = 1, .cn = "김철수()0002" },
        [C] = { .key = 2, .cn = NAME, .usage = "keyEncipherment" },
        [D] = { .key = 0, .cn = NAME },
    };
    struct buf pass = support_text(OLD);

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    pairs_make(crypto, specs, PAIRS);
    for (int i = 0; i < PAIRS; i++) {
        assert_int_equal(cert_id(pairs[i].x, ids[i]), OK);
        assert_int_equal(
            p8_encrypt(crypto, P8_LEGACY, &infos[i], &pass, &keys[i]), OK);
    }
    buf_free(&pass);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++)
        buf_free(&keys[i]);
    pairs_free();
    crypto_free(crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, import_row, imports);
    SUPPORT_ROWS(&t, pair_row, pair_cases);
    SUPPORT_ROWS(&t, dn_row, dns);
    SUPPORT_ROWS(&t, export_row, exports);
    SUPPORT_ROWS(&t, password_row, password_cases);
    SUPPORT_ROWS(&t, copy_row, copies);
    SUPPORT_ROWS(&t, remove_row, removes);
    SUPPORT_ROWS(&t, repair_row, repairs);
    SUPPORT_ROWS(&t, permission_row, permissions);
#define T(f) support_test(&t, #f, f)
    T(an_import_comes_in_one_way_and_in_bounds);
    T(a_korean_program_s_file_comes_with_its_r);
    T(whoever_is_there_gives_way_only_when_told);
    T(the_same_one_under_another_name_is_there_too);
    T(what_else_is_in_the_folder_stays);
    T(a_second_key_with_another_password_stops_it);
    T(a_copy_is_the_same_to_the_byte);
    T(removed_is_overwritten);
    T(a_second_name_of_the_file_is_not_called_overwritten);
    T(only_the_place_that_is_meant_loses_it);
    T(a_folder_inside_stops_both);
    T(nothing_is_repaired_where_all_is_right);
    T(permissions_names_and_case_are_put_right);
    T(leftovers_are_cleared_and_told);
    T(one_folder_is_repaired_alone);
    T(nothing_is_repaired_over_something);
    T(what_cannot_be_read_is_repaired_by_its_path);
    T(a_folder_of_100000_names_is_cut_and_says_so);
    T(no_page_moves_or_removes_anything);
    T(wrong_passwords_are_counted_across_commands);
    support_each(&t, setup_test, teardown_test);
    return support_run("store, moving and removing", &t, setup, teardown);
}
