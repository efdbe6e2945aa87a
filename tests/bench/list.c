/*
 * list.c - what `make bench` needs for store.list (run.sh judges).
 *
 *   list make FOLDER COUNT           an NPKI tree with so many certificates of
 *                                    RSA-2048 and their key files
 *   list time ROUNDS HOST FOLDER     how many, and median milliseconds, in
 *                                    turn, of reading and parsing every file in
 *                                    a bare loop, and of all pages of
 *                                    store.list on one port
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "child.h"

#define FILE_MAX   65536
#define ROUNDS_MAX 101
#define DAY        86400L

/* --- making ---------------------------------------------------------------- */

static void
write_file(
    const char *folder, const char *name, const unsigned char *data, int len)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "w");
    if (f == NULL || fwrite(data, 1, (size_t)len, f) != (size_t)len ||
        fclose(f) != 0)
        die(path);
}

static void
extend(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *e;
    CONF *none = NCONF_new(NULL);
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, NULL, x, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, none);
    e = X509V3_EXT_nconf_nid(none, &ctx, nid, value);
    if (e == NULL || X509_add_ext(x, e, -1) != 1)
        die("extension");
    X509_EXTENSION_free(e);
    NCONF_free(none);
}

/* As CAs write them: names, policy, usage, addresses. */
static X509 *
make_certificate(EVP_PKEY *key, EVP_PKEY *ca, int i)
{
    X509 *x = X509_new();
    X509_NAME *name = X509_NAME_new();
    char cn[64];

    snprintf(cn, sizeof(cn), "홍길동(hong)00990001%08d", i);
    if (x == NULL || name == NULL ||
        X509_NAME_add_entry_by_txt(
            name, "C", MBSTRING_ASC, (unsigned char *)"kr", -1, -1, 0) != 1 ||
        X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
            (unsigned char *)"IngamTest", -1, -1, 0) != 1 ||
        X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_UTF8,
            (unsigned char *)"personal", -1, -1, 0) != 1 ||
        X509_set_issuer_name(x, name) != 1 ||
        X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_UTF8, (unsigned char *)cn, -1, -1, 0) != 1 ||
        X509_set_subject_name(x, name) != 1 || X509_set_version(x, 2) != 1 ||
        ASN1_INTEGER_set(X509_get_serialNumber(x), i + 1) != 1 ||
        X509_gmtime_adj(X509_getm_notBefore(x), -DAY) == NULL ||
        X509_gmtime_adj(X509_getm_notAfter(x), 300 * DAY) == NULL ||
        X509_set_pubkey(x, key) != 1)
        die("certificate");
    extend(x, NID_key_usage, "critical,digitalSignature,nonRepudiation");
    extend(x, NID_certificate_policies, "1.2.410.200005.1.1.4");
    extend(x, NID_info_access, "OCSP;URI:http://ocsp.example:4612");
    extend(x, NID_crl_distribution_points, "URI:http://crl.example/dp1.crl");
    if (X509_sign(x, ca, EVP_sha256()) == 0)
        die("sign");
    X509_NAME_free(name);
    return x;
}

static void
make(const char *folder, int count)
{
    EVP_PKEY *key = EVP_RSA_gen(2048u), *ca = EVP_EC_gen("P-256");
    X509_SIG *sealed = PKCS8_encrypt(-1, EVP_aes_256_cbc(), "Seal!2026-test",
        14, NULL, 0, 2048, EVP_PKEY2PKCS8(key));
    unsigned char *key_der = NULL, *der;
    int key_len = i2d_X509_SIG(sealed, &key_der), len;
    char path[4096];

    if (key_len <= 0)
        die("key");
    for (int i = 0; i < count; i++) {
        X509 *x = make_certificate(key, ca, i);

        snprintf(path, sizeof(path),
            "%s/cn=홍길동(hong)00990001%08d,ou=personal,o=IngamTest,c=kr",
            folder, i);
        if (mkdir(path, 0700) != 0)
            die(path);
        der = NULL;
        len = i2d_X509(x, &der);
        write_file(path, "signCert.der", der, len);
        write_file(path, "signPri.key", key_der, key_len);
        OPENSSL_free(der);
        X509_free(x);
    }
}

/* --- the bare loop --------------------------------------------------------- */

static long
read_file(int dir, const char *folder, const char *name, unsigned char *data)
{
    char path[512];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, data, FILE_MAX);
    close(fd);
    if (n <= 0)
        die(path);
    return (long)n;
}

static double
bare(const char *folder)
{
    static unsigned char data[FILE_MAX];
    double begin = now();
    DIR *dir = opendir(folder);
    const unsigned char *p;
    struct dirent *entry;
    X509_SIG *sealed;
    X509 *x;
    long len;

    if (dir == NULL)
        die(folder);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        p = data;
        len = read_file(dirfd(dir), entry->d_name, "signCert.der", data);
        if ((x = d2i_X509(NULL, &p, len)) == NULL ||
            X509_get0_pubkey(x) == NULL)
            die("not a certificate");
        X509_free(x);
        p = data;
        len = read_file(dirfd(dir), entry->d_name, "signPri.key", data);
        if ((sealed = d2i_X509_SIG(NULL, &p, len)) == NULL)
            die("not a key file");
        X509_SIG_free(sealed);
    }
    closedir(dir);
    return now() - begin;
}

/* --- the host -------------------------------------------------------------- */

static int
count_of(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        n++;
    return n;
}

/* Ask for a page; how many certificates it holds, and all of them. */
static int
page(struct child host, int offset, int *ret_total)
{
    const char *answer, *total;
    char request[256];

    snprintf(request, sizeof(request),
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"store.list\",\"params\":"
        "{\"offset\":%d,\"limit\":500}}",
        offset + 1, offset);
    put_frame(host.in, request);
    answer = get_frame(host.out);
    if ((total = strstr(answer, "\"total\":")) == NULL)
        die(answer);
    *ret_total = (int)strtol(total + 8, NULL, 10);
    return count_of(answer, "\"hasKm\"");
}

/* All pages on one port, from the first request to the last answer. */
static double
listed(const char *line, int *ret_count)
{
    struct child host = start(line);
    int n, total = 1;
    double begin, took;

    get_frame(host.out); /* hello */
    begin = now();
    for (*ret_count = 0; *ret_count < total; *ret_count += n)
        if ((n = page(host, *ret_count, &total)) == 0)
            die("an empty page");
    took = now() - begin;
    finish(host);
    return took;
}

static void
measure(int rounds, const char *host, const char *folder)
{
    static double loop[ROUNDS_MAX], list[ROUNDS_MAX];
    int count = 0;

    bare(folder); /* the files are in memory from now on */
    for (int i = 0; i < rounds; i++) {
        loop[i] = bare(folder);
        list[i] = listed(host, &count);
    }
    printf("%d %.1f %.1f\n", count, median(loop, rounds) / 1e3,
        median(list, rounds) / 1e3);
}

int
main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        make(argv[2], (int)strtol(argv[3], NULL, 10));
    else if (argc == 5 && strcmp(argv[1], "time") == 0)
        measure((int)strtol(argv[2], NULL, 10), argv[3], argv[4]);
    else
        die("see the head of list.c");
    return 0;
}
