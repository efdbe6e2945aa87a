#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "pki/key.h"

extern char **environ;

static int
queue_is_empty(void **state)
{
    unsigned long e = ERR_peek_error();

    (void)state;
    if (e == 0)
        return 0;
    print_error("OpenSSL's error queue holds %s\n", ERR_reason_error_string(e));
    ERR_clear_error();
    return -1;
}

static void
add(struct support_tests *tests, const char *name, CMUnitTestFunction function,
    void *row)
{
    assert_true(tests->count < SUPPORT_TESTS_MAX);
    tests->list[tests->count++] = (struct CMUnitTest){
        .name = name,
        .test_func = function,
        .teardown_func = queue_is_empty,
        .initial_state = row,
    };
}

void
support_rows(struct support_tests *tests, CMUnitTestFunction function,
    void *rows, size_t size, size_t count)
{
    const char *name;
    size_t i;
    char *row;

    for (i = 0; i < count; i++) {
        row = (char *)rows + i * size;
        memcpy(&name, row, sizeof(name));
        add(tests, name, function, row);
    }
}

void
support_test(
    struct support_tests *tests, const char *name, CMUnitTestFunction function)
{
    add(tests, name, function, NULL);
}

static CMFixtureFunction each_teardown;

static int
end_test(void **state)
{
    int r = each_teardown(state);

    return queue_is_empty(state) == 0 ? r : -1;
}

void
support_each(struct support_tests *tests, CMFixtureFunction setup,
    CMFixtureFunction teardown)
{
    size_t i;

    each_teardown = teardown;
    for (i = 0; i < tests->count; i++) {
        tests->list[i].setup_func = setup;
        tests->list[i].teardown_func = end_test;
    }
}

int
support_run(const char *group, struct support_tests *tests,
    CMFixtureFunction setup, CMFixtureFunction teardown)
{
    return _cmocka_run_group_tests(
        group, tests->list, tests->count, setup, teardown);
}

static struct {
    struct crypto **crypto;
    EVP_PKEY **key;
} keyed;

static int
make_key(void **state)
{
    (void)state;
    assert_int_equal(crypto_new(keyed.crypto), OK);
    assert_int_equal(key_generate(*keyed.crypto, NULL, keyed.key), OK);
    return 0;
}

static int
free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(*keyed.key);
    crypto_free(*keyed.crypto);
    return 0;
}

int
support_run_keyed(const char *group, struct support_tests *tests,
    struct crypto **crypto, EVP_PKEY **key)
{
    keyed.crypto = crypto;
    keyed.key = key;
    return support_run(group, tests, make_key, free_key);
}

int
support_run_rows(const char *group, CMUnitTestFunction function, void *rows,
    size_t size, size_t count)
{
    static struct support_tests tests;

    tests.count = 0;
    support_rows(&tests, function, rows, size, count);
    return support_run(group, &tests, NULL, NULL);
}

bool
support_read(const char *path, struct buf *ret_data)
{
    FILE *f = fopen(path, "rb");
    char chunk[4096];
    size_t n;

    if (f == NULL)
        return false;
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        assert_int_equal(buf_put(ret_data, chunk, n), OK);
    fclose(f);
    return true;
}

void
support_write(const char *path, const void *data, size_t len)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(len == 0 ? 0 : fwrite(data, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

struct buf
support_text(const char *text)
{
    struct buf b = { 0 };

    assert_int_equal(buf_put_text(&b, text), OK);
    return b;
}

void
support_vector(const char *name, struct buf *ret_data)
{
    const char *base = getenv("INGAM_VECTORS");
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s",
        base == NULL ? "../shared/vectors" : base, name);
    if (!support_read(path, ret_data)) {
        print_message("no interoperability vector %s\n", name);
        skip();
    }
}

void
support_own_vector(const char *name, struct buf *ret_data)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "build/vectors/%s", name);
    if (!support_read(path, ret_data))
        fail_msg("%s is missing: sh tests/vectors/make.sh", path);
}

void
support_folder(char ret_path[static 256])
{
    char cwd[200];

    assert_non_null(getcwd(cwd, sizeof(cwd)));
    mkdir("build", 0777);
    mkdir("build/tmp", 0777);
    snprintf(ret_path, 256, "%s/build/tmp/unit-XXXXXX", cwd);
    assert_non_null(mkdtemp(ret_path));
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void
support_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char *
below(const char *home, const char *name)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", home, name);
    return mem_strdup(path);
}

void
support_host(const char *home, struct host *ret_host)
{
    *ret_host = (struct host){ 0 };
    assert_int_equal(crypto_new(&ret_host->crypto), OK);
    ret_host->clock = clock_system();
    ret_host->paths.home = mem_strdup(home);
    ret_host->paths.config = below(home, ".config/ingam");
    ret_host->paths.state = below(home, ".local/state/ingam");
    ret_host->paths.npki = below(home, "NPKI");
    ret_host->paths.lib = below(home, "lib");
    ret_host->paths.share = below(home, "share");
    ret_host->paths.system = below(home, "etc");
    ret_host->paths.media = mem_alloc(2 * sizeof(char *));
    assert_non_null(ret_host->paths.media);
    ret_host->paths.media[0] = below(home, "media");
}

void
support_host_free(struct host *host)
{
    crypto_free(host->crypto);
    paths_free(&host->paths);
    *host = (struct host){ 0 };
}

/* Add "C=kr/O=x/CN=y". */
static void
add_dn(X509_NAME *name, const char *dn)
{
    char type[64];
    size_t len, eq;

    for (; *dn != '\0'; dn += len + (dn[len] == '/')) {
        len = strcspn(dn, "/");
        eq = strcspn(dn, "=");
        assert_true(eq < len && eq < sizeof(type));
        memcpy(type, dn, eq);
        type[eq] = '\0';
        assert_int_equal(
            X509_NAME_add_entry_by_txt(name, type,
                strcmp(type, "C") == 0 ? MBSTRING_ASC : MBSTRING_UTF8,
                (const unsigned char *)dn + eq + 1, (int)(len - eq - 1), -1, 0),
            1);
    }
}

X509 *
support_certificate(const struct crypto *crypto, EVP_PKEY *key, const char *dn,
    uint32_t serial, int64_t not_after)
{
    X509 *x = X509_new_ex(crypto_libctx(crypto), NULL);

    assert_non_null(x);
    assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial);
    ASN1_TIME_set(X509_getm_notBefore(x), SUPPORT_NOW - 86400);
    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)not_after);
    add_dn(X509_get_subject_name(x), dn);
    add_dn(X509_get_issuer_name(x), "C=kr/O=IngamTest/CN=Test CA");
    assert_int_equal(X509_set_pubkey(x, key), 1);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

int
support_spawn(const char *const argv[])
{
    char *args[32] = { 0 };
    posix_spawn_file_actions_t files;
    int i, status = 0, r;
    pid_t pid;

    for (i = 0; argv[i] != NULL; i++)
        assert_non_null((args[i] = mem_strdup(argv[i])));
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    r = posix_spawnp(&pid, args[0], &files, NULL, args, environ);
    posix_spawn_file_actions_destroy(&files);
    for (i = 0; args[i] != NULL; i++)
        mem_free(args[i]);
    if (r != 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *
support_worker(void)
{
    static char path[PATH_MAX + 16];
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
    char *slash;

    assert_true(n > 0);
    path[n] = 0;
    slash = strrchr(path, '/');
    *slash = 0;
    slash = strrchr(path, '/');
    (void)snprintf(slash, 16, "/ingam-net");
    return path;
}

/* Take root's right to read everything away, or give it back. */
void
support_override(bool may)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2];
    const unsigned bits = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;

    assert_int_equal(syscall(SYS_capget, &header, data), 0);
    if (may)
        data[0].effective = data[0].permitted;
    else
        data[0].effective &= ~bits;
    assert_int_equal(syscall(SYS_capset, &header, data), 0);
}
