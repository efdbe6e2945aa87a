/* The NPKI tree: what is found in it, what is not followed, what is written. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "pki/key.h"
#include "pki/p8.h"
#include "pki/store.h"
#include "pki/store_dir.h"

#define HONG    "C=kr/O=IngamTest/OU=Bank/CN=홍길동(Hong)0001"
#define HONG_DN "cn=홍길동(Hong)0001,ou=Bank,o=IngamTest,c=kr"
#define KIM     "C=kr/O=IngamTest/OU=Bank/CN=김철수(Kim)0002"
#define YEAR    (SUPPORT_NOW + 300 * 86400)

static char home[256];
static struct host host;
static struct crypto *crypto; /* what the key was made with */
static EVP_PKEY *key;
static struct buf password, key_file, hong, kim, pbes2;

/* --- building trees ------------------------------------------------------- */

static void
at(char path[static 2048], const char *name)
{
    snprintf(path, 2048, "%s/%s", home, name);
}

static void
make_dirs(const char *name)
{
    char path[2048], *p;

    at(path, name);
    for (p = path + strlen(home) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(path, 0755);
        *p = '/';
    }
    mkdir(path, 0755);
}

static void
put_file(const char *name, const struct buf *data)
{
    char path[2048];

    at(path, name);
    support_write(path, data->data, data->len);
}

/* A good pair in a folder below home. */
static void
put_pair(const char *folder, const struct buf *cert)
{
    char name[1200];

    make_dirs(folder);
    snprintf(name, sizeof(name), "%s/signCert.der", folder);
    put_file(name, cert);
    snprintf(name, sizeof(name), "%s/signPri.key", folder);
    put_file(name, &key_file);
}

#define GOOD "NPKI/IngamTest/USER/" HONG_DN
#define BAD  "NPKI/IngamTest/USER/cn=bad"

static void
nothing(void)
{
}

static void
empty_root(void)
{
    make_dirs("NPKI");
}

static void
one(void)
{
    put_pair(GOOD, &hong);
}

static void
two(void)
{
    one();
    put_pair("NPKI/Other/USER/cn=kim", &kim);
}

static void
with_km(void)
{
    one();
    put_file(GOOD "/kmCert.der", &kim);
    put_file(GOOD "/kmPri.key", &key_file);
}

static void
lower_user(void)
{
    put_pair("NPKI/IngamTest/user/" HONG_DN, &hong);
}

static void
both_users(void)
{
    one();
    put_pair("NPKI/IngamTest/User/cn=kim", &kim);
}

static void
gpki_names(void)
{
    make_dirs(GOOD);
    put_file(GOOD "/SignCert.der", &hong);
    put_file(GOOD "/SIGNPRI.KEY", &key_file);
}

static void
other_folders(void)
{
    one();
    put_pair("NPKI/IngamTest/ROOT/cn=kim", &kim);
    put_pair("NPKI/IngamTest/CA/cn=kim", &kim);
    make_dirs("NPKI/IngamTest/CRL");
    put_file("NPKI/readme.txt", &hong);
    put_file("NPKI/IngamTest/B909_10081.der", &hong);
    put_file("NPKI/IngamTest/USER/desktop.ini", &hong);
}

static void
hidden(void)
{
    one();
    put_pair("NPKI/IngamTest/USER/.ingam-abc", &kim);
    put_pair("NPKI/IngamTest/USER/.ingam-abc.old", &kim);
    put_pair("NPKI/.Trash/USER/cn=kim", &kim);
}

static void
no_certificate(void)
{
    one();
    make_dirs(BAD);
    put_file(BAD "/signPri.key", &key_file);
}

static void
certificate_rubbish(void)
{
    one();
    make_dirs(BAD);
    put_file(BAD "/signCert.der", &key_file);
}

static void
certificate_empty(void)
{
    static const struct buf empty = { 0 };

    one();
    make_dirs(BAD);
    put_file(BAD "/signCert.der", &empty);
}

static void
certificate_longer(void)
{
    struct buf longer = { 0 };

    one();
    assert_int_equal(buf_put(&longer, hong.data, hong.len), OK);
    assert_int_equal(buf_put_byte(&longer, 0), OK);
    make_dirs(BAD);
    put_file(BAD "/signCert.der", &longer);
    buf_free(&longer);
}

static void
certificate_huge(void)
{
    char path[2048];

    certificate_empty();
    at(path, BAD "/signCert.der");
    assert_int_equal(truncate(path, 1ll << 40), 0);
}

static void
certificate_just_too_big(void)
{
    char path[2048];

    certificate_empty();
    at(path, BAD "/signCert.der");
    assert_int_equal(truncate(path, CERT_FILE_MAX + 1), 0);
}

static void
special(const char *name, mode_t mode, dev_t dev)
{
    char path[2048];

    at(path, name);
    unlink(path);
    if (mknod(path, mode | 0644, dev) != 0) {
        print_message("cannot make a special file: %s\n", strerror(errno));
        skip();
    }
}

static void
certificate_fifo(void)
{
    certificate_empty();
    special(BAD "/signCert.der", S_IFIFO, 0);
}

static void
certificate_device(void)
{
    certificate_empty();
    special(BAD "/signCert.der", S_IFCHR, 0x0100 | 5 /* /dev/zero */);
}

static void
certificate_folder(void)
{
    one();
    make_dirs(BAD "/signCert.der");
}

static void
link_to(const char *name, const char *target)
{
    char path[2048];

    at(path, name);
    assert_int_equal(symlink(target, path), 0);
}

static void
certificate_link(void)
{
    char target[2048];

    one();
    make_dirs(BAD);
    at(target, GOOD "/signCert.der");
    link_to(BAD "/signCert.der", target);
}

static void
certificate_dangling(void)
{
    one();
    make_dirs(BAD);
    link_to(BAD "/signCert.der", "/nonexistent/x");
}

static void
folder_link(void)
{
    one();
    put_pair("elsewhere", &kim);
    link_to(BAD, "../../../elsewhere");
}

static void
user_link(void)
{
    one();
    make_dirs("NPKI/Bad");
    put_pair("elsewhere/cn=kim", &kim);
    link_to("NPKI/Bad/USER", "../../elsewhere");
}

static void
ca_link(void)
{
    one();
    put_pair("elsewhere/USER/cn=kim", &kim);
    link_to("NPKI/Bad", "../elsewhere");
}

static void
root_link(void)
{
    put_pair("elsewhere/IngamTest/USER/cn=kim", &kim);
    link_to("NPKI", "elsewhere");
}

static void
root_file(void)
{
    put_file("NPKI", &hong);
}

static void
user_file(void)
{
    one();
    make_dirs("NPKI/Bad");
    put_file("NPKI/Bad/USER", &hong);
}

static void
unreadable(const char *name, mode_t mode)
{
    char path[2048];

    at(path, name);
    assert_int_equal(chmod(path, mode), 0);
    support_override(false);
}

static void
certificate_unreadable(void)
{
    one();
    put_pair(BAD, &kim);
    unreadable(BAD "/signCert.der", 0);
}

static void
folder_unreadable(void)
{
    one();
    put_pair(BAD, &kim);
    unreadable(BAD, 0);
}

static void
ca_unreadable(void)
{
    one();
    make_dirs("NPKI/Bad");
    unreadable("NPKI/Bad", 0);
}

static void
root_unreadable(void)
{
    one();
    unreadable("NPKI", 0);
}

static void
medium(void)
{
    one();
    put_pair("media/USB/NPKI/IngamTest/USER/cn=kim", &kim);
}

static void
medium_link(void)
{
    one();
    put_pair("elsewhere/NPKI/IngamTest/USER/cn=kim", &kim);
    make_dirs("media");
    link_to("media/USB", "../elsewhere");
}

static void
medium_root_link(void)
{
    one();
    put_pair("elsewhere/IngamTest/USER/cn=kim", &kim);
    make_dirs("media/USB");
    link_to("media/USB/NPKI", "../../elsewhere");
}

/* --- scanning ------------------------------------------------------------- */

static struct scans {
    const char *name;
    void (*build)(void);
    bool removable;
    enum err want;
    size_t good, broken;
    enum err why;
} scans[] = {
    { "no root at all", nothing, false, OK, 0, 0, OK },
    { "an empty root", empty_root, false, OK, 0, 0, OK },
    { "one certificate", one, false, OK, 1, 0, OK },
    { "two CAs", two, false, OK, 2, 0, OK },
    { "with a km pair", with_km, false, OK, 1, 0, OK },
    { "USER in lower case", lower_user, false, OK, 1, 0, OK },
    { "USER and User at once", both_users, false, OK, 2, 0, OK },
    { "names as GPKI writes them", gpki_names, false, OK, 1, 0, OK },
    { "only USER is read", other_folders, false, OK, 1, 0, OK },
    { "hidden folders are ours", hidden, false, OK, 1, 0, OK },
    { "no certificate file", no_certificate, false, OK, 1, 1,
        ERR_CERTIFICATE_NOT_FOUND },
    { "certificate is rubbish", certificate_rubbish, false, OK, 1, 1,
        ERR_CERTIFICATE_DAMAGED },
    { "certificate is empty", certificate_empty, false, OK, 1, 1,
        ERR_CERTIFICATE_DAMAGED },
    { "something behind the certificate", certificate_longer, false, OK, 1, 1,
        ERR_CERTIFICATE_DAMAGED },
    { "certificate file of a terabyte", certificate_huge, false, OK, 1, 1,
        ERR_CERTIFICATE_DAMAGED },
    { "certificate file just too big", certificate_just_too_big, false, OK, 1,
        1, ERR_CERTIFICATE_DAMAGED },
    { "certificate is a FIFO", certificate_fifo, false, OK, 1, 1,
        ERR_STORE_UNSAFE },
    { "certificate is a device", certificate_device, false, OK, 1, 1,
        ERR_STORE_UNSAFE },
    { "certificate is a folder", certificate_folder, false, OK, 1, 1,
        ERR_STORE_UNSAFE },
    { "certificate is a link", certificate_link, false, OK, 1, 1,
        ERR_STORE_UNSAFE },
    { "certificate is a dangling link", certificate_dangling, false, OK, 1, 1,
        ERR_STORE_UNSAFE },
    { "DN folder is a link", folder_link, false, OK, 1, 1, ERR_STORE_UNSAFE },
    { "USER is a link", user_link, false, OK, 1, 1, ERR_STORE_UNSAFE },
    { "CA folder is a link", ca_link, false, OK, 1, 1, ERR_STORE_UNSAFE },
    { "USER is a file", user_file, false, OK, 1, 1, ERR_STORE_UNSAFE },
    { "certificate cannot be read", certificate_unreadable, false, OK, 1, 1,
        ERR_STORE_PERMISSION },
    { "DN folder cannot be read", folder_unreadable, false, OK, 1, 1,
        ERR_STORE_PERMISSION },
    { "CA folder cannot be read", ca_unreadable, false, OK, 1, 1,
        ERR_STORE_PERMISSION },
    { "root is a link", root_link, false, ERR_STORE_UNSAFE, 0, 0, OK },
    { "root is a file", root_file, false, ERR_STORE_UNSAFE, 0, 0, OK },
    { "root cannot be read", root_unreadable, false, ERR_STORE_PERMISSION, 0, 0,
        OK },
    { "media are not read unasked", medium, false, OK, 1, 0, OK },
    { "media are read when asked", medium, true, OK, 2, 0, OK },
    { "no media at all", one, true, OK, 1, 0, OK },
    { "a medium that is a link", medium_link, true, OK, 1, 0, OK },
    { "NPKI on a medium is a link", medium_root_link, true, OK, 1, 1,
        ERR_STORE_UNSAFE },
};

static void
scan_row(void **state)
{
    const struct scans *row = *state;
    struct store_list list = { 0 };
    size_t i, good = 0, broken = 0;

    row->build();
    assert_int_equal(store_scan(&host, row->removable, &list), row->want);
    for (i = 0; i < list.count; i++) {
        if (list.entries[i].broken == OK) {
            good++;
            assert_true(list.entries[i].has_key);
            assert_string_equal(list.entries[i].key_scheme, "seed-sha1");
        } else {
            broken++;
            assert_int_equal(list.entries[i].broken, row->why);
        }
        assert_ptr_equal(
            strstr(list.entries[i].path, home), list.entries[i].path);
    }
    assert_int_equal(good, row->good);
    assert_int_equal(broken, row->broken);
    assert_false(list.cut);
    store_list_free(&list);
}

static void
names_without_end_are_cut(void **state)
{
    struct store_list list = { 0 };
    char path[2048];
    int i, dir;

    (void)state;
    one();
    make_dirs("NPKI/Many/USER");
    at(path, "NPKI/Many/USER");
    dir = open(path, O_RDONLY | O_DIRECTORY);
    for (i = 0; i < 2 * (int)STORE_ENTRIES_MAX; i++) {
        snprintf(path, sizeof(path), "f%d", i);
        assert_int_equal(mknodat(dir, path, S_IFREG | 0644, 0), 0);
    }
    close(dir);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_true(list.cut);
    assert_in_range(list.count, 0, 1);
    store_list_free(&list);
}

static void
key_file_states_are_told(void **state)
{
    struct store_list list = { 0 };
    struct buf rubbish = support_text("rubbish");
    char path[2048];

    (void)state;
    one();
    put_file(GOOD "/signPri.key", &rubbish);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_false(list.entries[0].has_key);
    assert_null(list.entries[0].key_scheme);
    store_list_free(&list);
    at(path, GOOD "/signPri.key");
    unlink(path);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_false(list.entries[0].has_key);
    store_list_free(&list);
    put_file(GOOD "/signPri.key", &pbes2);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_string_equal(list.entries[0].key_scheme, "pbes2-aes-sha256");
    store_list_free(&list);
    buf_free(&rubbish);
}

/* --- opening keys --------------------------------------------------------- */

static struct opens {
    const char *name;
    const char *key; /* what stands in signPri.key: good, other, none, … */
    const char *password;
    bool km;
    enum err want;
} opens[] = {
    { "the right password", "good", "Vector!2026", false, OK },
    { "a wrong password", "good", "Vector!2027", false, ERR_PASSWORD_WRONG },
    { "no km pair", "good", "Vector!2026", true, ERR_CERTIFICATE_NOT_FOUND },
    { "no key file", "none", "Vector!2026", false, ERR_KEY_FILE_MISSING },
    { "a damaged key file", "damaged", "Vector!2026", false,
        ERR_KEY_FILE_DAMAGED },
    { "a huge key file", "huge", "Vector!2026", false, ERR_KEY_FILE_DAMAGED },
    { "key file is a link", "link", "Vector!2026", false, ERR_STORE_UNSAFE },
    { "key of another certificate", "other", "Vector!2026", false,
        ERR_KEY_MISMATCH },
    { "folder gone meanwhile", "gone", "Vector!2026", false,
        ERR_CERTIFICATE_NOT_FOUND },
    { "folder became a link", "swapped", "Vector!2026", false,
        ERR_STORE_UNSAFE },
};

static void
disturb(const char *how)
{
    struct buf rubbish = support_text("rubbish");
    char path[2048], to[2048];

    at(path, GOOD "/signPri.key");
    if (strcmp(how, "good") != 0)
        unlink(path);
    if (strcmp(how, "damaged") == 0)
        put_file(GOOD "/signPri.key", &rubbish);
    if (strcmp(how, "other") == 0)
        put_file(GOOD "/signPri.key", &pbes2);
    if (strcmp(how, "huge") == 0) {
        put_file(GOOD "/signPri.key", &key_file);
        assert_int_equal(truncate(path, P8_FILE_MAX + 1), 0);
    }
    if (strcmp(how, "link") == 0) {
        put_file("key", &key_file);
        link_to(GOOD "/signPri.key", "../../../../key");
    }
    at(path, GOOD);
    at(to, "moved");
    if (strcmp(how, "gone") == 0 || strcmp(how, "swapped") == 0)
        assert_int_equal(rename(path, to), 0);
    if (strcmp(how, "swapped") == 0) {
        put_file("moved/signPri.key", &key_file);
        link_to(GOOD, "../../../moved");
    }
    buf_free(&rubbish);
}

static void
opens_row(void **state)
{
    const struct opens *row = *state;
    struct buf secret = support_text(row->password), info = { 0 };
    const struct store_entry *e = NULL;
    struct store_list list = { 0 };
    EVP_PKEY *got = NULL;

    one();
    assert_int_equal(store_scan(&host, false, &list), OK);
    e = &list.entries[0];
    disturb(row->key);
    assert_int_equal(
        store_open_key(&host, e, row->km, &secret, &got, &info), row->want);
    if (row->want == OK)
        assert_int_equal(EVP_PKEY_eq(got, key), 1);
    else
        assert_int_equal(info.len, 0);
    EVP_PKEY_free(got);
    buf_free(&info);
    buf_free(&secret);
    store_list_free(&list);
}

static void
media_are_looked_up_last(void **state)
{
    const struct store_entry *e = NULL;
    struct store_list list = { 0 };
    char id[CERT_ID_LEN + 1];

    (void)state;
    medium();
    assert_int_equal(store_scan(&host, true, &list), OK);
    assert_int_equal(list.count, 2);
    assert_true(list.entries[1].removable);
    memcpy(id, list.entries[1].id, sizeof(id));
    store_list_free(&list);
    assert_int_equal(store_look_up(&host, id, &list, &e), OK);
    assert_true(e->removable);
    store_list_free(&list);
    id[0] = id[0] == '0' ? '1' : '0';
    assert_int_equal(
        store_look_up(&host, id, &list, &e), ERR_CERTIFICATE_NOT_FOUND);
}

/* --- writing -------------------------------------------------------------- */

static struct store_pair
pair_of(const struct buf *cert)
{
    struct store_pair pair = { 0 };

    assert_int_equal(buf_set(&pair.sign_cert, cert->data, cert->len), OK);
    assert_int_equal(buf_set(&pair.sign_key, key_file.data, key_file.len), OK);
    return pair;
}

static void
pair_free(struct store_pair *pair)
{
    buf_free(&pair->sign_cert);
    buf_free(&pair->sign_key);
    buf_free(&pair->km_cert);
    buf_free(&pair->km_key);
}

/* A certificate's file. */
static struct buf
certificate(const char *dn, uint32_t serial)
{
    struct buf der = { 0 };
    X509 *x = support_certificate(host.crypto, key, dn, serial, YEAR);

    assert_int_equal(cert_der(x, &der), OK);
    X509_free(x);
    return der;
}

static enum err
put(const struct buf *cert, const char *tag, struct buf *ret_path)
{
    struct store_pair pair = pair_of(cert);
    enum err r;

    r = store_put(&host, host.paths.npki, "IngamTest", &pair, tag, ret_path);
    pair_free(&pair);
    return r;
}

static bool
exists(const char *name)
{
    char path[2048];
    struct stat st;

    at(path, name);
    return lstat(path, &st) == 0;
}

static void
file_is(const char *name, const struct buf *want)
{
    struct buf got = { 0 };
    char path[2048];

    at(path, name);
    assert_true(support_read(path, &got));
    assert_int_equal(got.len, want->len);
    assert_memory_equal(got.data, want->data, want->len);
    buf_free(&got);
}

static struct names {
    const char *name;
    const char *dn;     /* in DER order */
    const char *folder; /* NULL: only its length and shape are checked */
} names[] = {
    { "Hangul and parentheses", HONG, HONG_DN },
    { "case of values stays", "C=KR/O=Ingam Test/CN=Hong GilDong",
        "cn=Hong GilDong,o=Ingam Test,c=KR" },
    { "attribute names in lower case", "C=kr/emailAddress=a@b.kr/CN=x",
        "cn=x,e=a@b.kr,c=kr" },
    { "serialNumber", "C=kr/serialNumber=12/CN=x",
        "cn=x,serialnumber=12,c=kr" },
    { "a comma and an equals sign", "C=kr/CN=a,b=c", "cn=a,b=c,c=kr" },
    { "what Windows forbids", "C=kr/CN=a\\b:c*d?e\"f<g>h|i",
        "cn=a_b_c_d_e_f_g_h_i,c=kr" },
    { "a trailing dot", "CN=Inc.", "cn=Inc_" },
    { "a trailing blank", "CN=Inc ", "cn=Inc_" },
    { "dots that climb", "C=kr/CN=..", "cn=..,c=kr" },
    { "a line feed", "C=kr/CN=a\nb", "cn=a\uFFFDb,c=kr" },
    { "a name as long as it may be",
        "C=kr/"
        "OU=ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc1/"
        "OU=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2/"
        "OU=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3/"
        "CN=dddddddddddddddddddddddddddddddddddddddddddddddd",
        "cn=dddddddddddddddddddddddddddddddddddddddddddddddd,"
        "ou=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3,"
        "ou=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2,"
        "ou=ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc1,"
        "c=kr" },
    { "a name too long",
        "C=kr/"
        "OU=가가가가가가가가가가가가가가가가가가가가가가가가가가가가가가/"
        "OU=나나나나나나나나나나나나나나나나나나나나나나나나나나나나나나/"
        "OU=다다다다다다다다다다다다다다다다다다다다다다다다다다다다다다/"
        "CN=라라라라라라라라라라라라라라라라라라라라라라라라라라라라라라",
        NULL },
};

static void
name_row(void **state)
{
    const struct names *row = *state;
    struct buf der = certificate(row->dn, 1), path = { 0 };
    struct store_list list = { 0 };
    const char *name;
    struct stat st;

    assert_int_equal(put(&der, "t1", &path), OK);
    name = strrchr(buf_text(&path), '/') + 1;
    if (row->folder != NULL)
        assert_string_equal(name, row->folder);
    else
        assert_true(strlen(name) <= 255 && name[strlen(name) - 9] == '~');
    assert_int_equal(stat(buf_text(&path), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.entries[0].broken, OK);
    store_list_free(&list);
    buf_free(&der);
    buf_free(&path);
}

static void
everything_is_written_exactly(void **state)
{
    struct store_pair pair = pair_of(&hong);
    struct buf path = { 0 };

    (void)state;
    assert_int_equal(buf_set(&pair.km_cert, kim.data, kim.len), OK);
    assert_int_equal(buf_set(&pair.km_key, pbes2.data, pbes2.len), OK);
    assert_int_equal(
        store_put(&host, host.paths.npki, "IngamTest", &pair, "t1", &path), OK);
    assert_string_equal(buf_text(&path) + strlen(home) + 1, GOOD);
    file_is(GOOD "/signCert.der", &hong);
    file_is(GOOD "/signPri.key", &key_file);
    file_is(GOOD "/kmCert.der", &kim);
    file_is(GOOD "/kmPri.key", &pbes2);
    assert_false(exists("NPKI/IngamTest/USER/.ingam-t1"));
    pair_free(&pair);
    buf_free(&path);
}

/* The same DN again: the new pair in place, the old one out of NPKI, whole,
 * with what other programs had left beside it. */
static void
an_old_pair_is_kept_outside(void **state)
{
    struct buf renewed = certificate(HONG, 2), path = { 0 };
    struct store_list list = { 0 };

    (void)state;
    with_km();
    put_file(GOOD "/CaPubs", &kim);
    assert_int_equal(put(&renewed, "t2", &path), OK);
    file_is(GOOD "/signCert.der", &renewed);
    assert_false(exists(GOOD "/kmCert.der"));
    assert_false(exists(GOOD "/CaPubs"));
    file_is(".local/state/ingam/old/t2/signCert.der", &hong);
    file_is(".local/state/ingam/old/t2/kmCert.der", &kim);
    file_is(".local/state/ingam/old/t2/CaPubs", &kim);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_int_equal(list.count, 1);
    store_list_free(&list);
    buf_free(&renewed);
    buf_free(&path);
}

static void
putting_twice_changes_nothing(void **state)
{
    struct buf renewed = certificate(HONG, 2), path = { 0 };

    (void)state;
    one();
    assert_int_equal(put(&renewed, "t2", &path), OK);
    assert_int_equal(put(&renewed, "t2", &path), OK);
    file_is(GOOD "/signCert.der", &renewed);
    file_is(".local/state/ingam/old/t2/signCert.der", &hong);
    assert_false(exists(".local/state/ingam/old/t2-2"));
    buf_free(&renewed);
    buf_free(&path);
}

/* Two DNs that want the same folder both get one. */
static void
names_do_not_collide(void **state)
{
    struct buf a = certificate("C=kr/CN=a:b", 1);
    struct buf b = certificate("C=kr/CN=a?b", 2);
    struct buf renewed = certificate("C=kr/CN=a?b", 3), path = { 0 };
    struct store_list list = { 0 };

    (void)state;
    assert_int_equal(put(&a, "t1", &path), OK);
    assert_int_equal(put(&b, "t2", &path), OK);
    assert_non_null(strchr(strrchr(buf_text(&path), '/'), '~'));
    assert_int_equal(put(&b, "t2", &path), OK);
    assert_int_equal(put(&renewed, "t3", &path), OK);
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_int_equal(list.count, 2);
    file_is("NPKI/IngamTest/USER/cn=a_b,c=kr/signCert.der", &a);
    file_is(".local/state/ingam/old/t3/signCert.der", &b);
    store_list_free(&list);
    buf_free(&a);
    buf_free(&b);
    buf_free(&renewed);
    buf_free(&path);
}

static struct modes {
    const char *name;
    mode_t umask;
} modes[] = {
    { "umask 0", 0 },
    { "umask 022", 022 },
    { "umask 077", 077 },
    { "umask 0777", 0777 },
};

static void
mode_is(const char *name, mode_t want)
{
    char path[2048];
    struct stat st;

    at(path, name);
    assert_int_equal(lstat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, want);
}

static void
mode_row(void **state)
{
    const struct modes *row = *state;
    struct buf path = { 0 };
    mode_t before = umask(row->umask);
    enum err r = put(&hong, "t1", &path);

    umask(before);
    assert_int_equal(r, OK);
    mode_is("NPKI", 0700);
    mode_is("NPKI/IngamTest", 0700);
    mode_is("NPKI/IngamTest/USER", 0700);
    mode_is(GOOD, 0700);
    mode_is(GOOD "/signCert.der", 0600);
    mode_is(GOOD "/signPri.key", 0600);
    buf_free(&path);
}

static struct refusals {
    const char *name;
    void (*build)(void);
    const char *root, *ca, *tag; /* NULL: the usual ones */
    enum err want;
} refusals[] = {
    { "root is a link", root_link, NULL, NULL, NULL, ERR_STORE_UNSAFE },
    { "root is a file", root_file, NULL, NULL, NULL, ERR_STORE_UNSAFE },
    { "CA folder is a link", ca_link, NULL, "Bad", NULL, ERR_STORE_UNSAFE },
    { "USER is a link", user_link, NULL, "Bad", NULL, ERR_STORE_UNSAFE },
    { "USER is a file", user_file, NULL, "Bad", NULL, ERR_STORE_UNSAFE },
    { "CA name climbs", nothing, NULL, "..", NULL, ERR_STORE_UNSAFE },
    { "CA name with a slash", nothing, NULL, "a/b", NULL, ERR_STORE_UNSAFE },
    { "CA name is empty", nothing, NULL, "", NULL, ERR_STORE_UNSAFE },
    { "CA name is hidden", nothing, NULL, ".ssh", NULL, ERR_STORE_UNSAFE },
    { "tag is empty", nothing, NULL, NULL, "", ERR_STORE_UNSAFE },
    { "tag climbs", nothing, NULL, NULL, "../x", ERR_STORE_UNSAFE },
    { "tag with a dot", nothing, NULL, NULL, "a.old", ERR_STORE_UNSAFE },
    { "root that is none of ours", nothing, "/tmp/NPKI", NULL, NULL,
        ERR_STORE_UNSAFE },
    { "root that climbs", medium, "media/../NPKI", NULL, NULL,
        ERR_STORE_UNSAFE },
    { "root too deep on a medium", nothing, "media/USB/x/NPKI", NULL, NULL,
        ERR_STORE_UNSAFE },
    { "root of another name on a medium", nothing, "media/USB/npki2", NULL,
        NULL, ERR_STORE_UNSAFE },
    { "medium is gone", nothing, "media/USB/NPKI", NULL, NULL,
        ERR_MEDIUM_REMOVED },
    { "medium is a link", medium_link, "media/USB/NPKI", NULL, NULL,
        ERR_STORE_UNSAFE },
};

static void
refusal_row(void **state)
{
    const struct refusals *row = *state;
    struct store_pair pair = pair_of(&hong);
    struct buf path = { 0 };
    char root[2048];

    row->build();
    if (row->root != NULL && row->root[0] != '/')
        at(root, row->root);
    else
        snprintf(root, sizeof(root), "%s",
            row->root == NULL ? host.paths.npki : row->root);
    assert_int_equal(
        store_put(&host, root, row->ca == NULL ? "IngamTest" : row->ca, &pair,
            row->tag == NULL ? "t1" : row->tag, &path),
        row->want);
    assert_false(exists("elsewhere/USER/.ingam-t1"));
    assert_false(exists("elsewhere/" HONG_DN));
    pair_free(&pair);
    buf_free(&path);
}

static void
target_is_a_link(void **state)
{
    struct buf path = { 0 };

    (void)state;
    make_dirs("NPKI/IngamTest/USER");
    put_pair("elsewhere", &kim);
    link_to(GOOD, "../../../elsewhere");
    assert_int_equal(put(&hong, "t1", &path), ERR_STORE_UNSAFE);
    file_is("elsewhere/signCert.der", &kim);
}

static void
hidden_name_is_a_link(void **state)
{
    struct buf path = { 0 };

    (void)state;
    make_dirs("NPKI/IngamTest/USER");
    put_pair("elsewhere", &kim);
    link_to("NPKI/IngamTest/USER/.ingam-t1", "../../../elsewhere");
    assert_int_equal(put(&hong, "t1", &path), ERR_STORE_UNSAFE);
    file_is("elsewhere/signCert.der", &kim);
}

static void
a_folder_others_may_write_is_refused(void **state)
{
    struct buf path = { 0 };
    char name[2048];

    (void)state;
    make_dirs("NPKI/IngamTest/USER");
    at(name, "NPKI/IngamTest/USER");
    chmod(name, 0777);
    assert_int_equal(put(&hong, "t1", &path), ERR_STORE_UNSAFE);
    assert_false(exists(GOOD));
}

static void
a_damaged_certificate_is_not_written(void **state)
{
    struct buf path = { 0 };

    (void)state;
    assert_int_equal(put(&key_file, "t1", &path), ERR_CERTIFICATE_DAMAGED);
    assert_false(exists("NPKI"));
}

/* Two tmpfs: a full one must leave the old pair; what comes from another file
 * system must arrive in <state>/old. */
static void
on_tmpfs(const char *size)
{
    char path[2048];

    make_dirs("media/USB");
    at(path, "media/USB");
    if (mount("tmpfs", path, "tmpfs", 0, size) != 0) {
        print_message("cannot mount a tmpfs: %s\n", strerror(errno));
        skip();
    }
}

#define USB "media/USB/NPKI/IngamTest/USER/" HONG_DN

static enum err
put_on_usb(const struct buf *cert, const char *tag)
{
    struct store_pair pair = pair_of(cert);
    struct buf path = { 0 };
    char root[2048];
    enum err r;

    at(root, "media/USB/NPKI");
    r = store_put(&host, root, "IngamTest", &pair, tag, &path);
    pair_free(&pair);
    buf_free(&path);
    return r;
}

static void
another_file_system_gives_its_old_pair(void **state)
{
    struct buf renewed = certificate(HONG, 2);
    struct store_list list = { 0 };

    (void)state;
    on_tmpfs("size=1m,mode=755");
    assert_int_equal(store_scan(&host, true, &list), OK);
    assert_int_equal(list.root_count, 2); /* a place to store in, still empty */
    store_list_free(&list);
    assert_int_equal(put_on_usb(&hong, "t1"), OK);
    put_file(USB "/CaPubs", &kim);
    assert_int_equal(put_on_usb(&renewed, "t2"), OK);
    file_is(USB "/signCert.der", &renewed);
    file_is(".local/state/ingam/old/t2/signCert.der", &hong);
    file_is(".local/state/ingam/old/t2/CaPubs", &kim);
    assert_false(exists("media/USB/NPKI/IngamTest/USER/.ingam-t2"));
    buf_free(&renewed);
}

static void
a_full_medium_keeps_its_old_pair(void **state)
{
    struct buf renewed = certificate(HONG, 2), filler = { 0 };

    (void)state;
    on_tmpfs("size=64k,mode=755");
    assert_int_equal(put_on_usb(&hong, "t1"), OK);
    assert_int_equal(buf_extend(&filler, 52 << 10), OK);
    put_file("media/USB/filler", &filler);
    assert_int_equal(put_on_usb(&renewed, "t2"), ERR_DISK_FULL);
    file_is(USB "/signCert.der", &hong);
    file_is(USB "/signPri.key", &key_file);
    assert_false(exists("media/USB/NPKI/IngamTest/USER/.ingam-t2"));
    buf_free(&renewed);
    buf_free(&filler);
}

static void
a_read_only_medium_says_so(void **state)
{
    char path[2048];

    (void)state;
    on_tmpfs("size=64k,mode=755");
    at(path, "media/USB");
    assert_int_equal(mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_int_equal(put_on_usb(&hong, "t1"), ERR_STORE_READONLY);
}

static void
a_file_size_limit_is_a_full_disk(void **state)
{
    struct rlimit before, small = { 100, 100 };
    struct buf path = { 0 };
    enum err r;

    (void)state;
    one();
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    r = put(&kim, "t1", &path);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(r, ERR_DISK_FULL);
    assert_false(exists("NPKI/IngamTest/USER/.ingam-t1"));
    file_is(GOOD "/signCert.der", &hong);
}

/* --- recovery ------------------------------------------------------------- */

static bool
abc_is_live(void *ctx, const char *tag)
{
    (void)ctx;
    return strcmp(tag, "abc") == 0;
}

static struct recoveries {
    const char *name;
    const char *hidden; /* its name; kim's pair, which is cn=…0002 */
    bool whole, target, live;
    const char *then; /* where kim's certificate is afterwards, or NULL */
} recoveries[] = {
#define KIM_AT "NPKI/IngamTest/USER/cn=김철수(Kim)0002,ou=Bank,o=IngamTest,c=kr"
#define OLD    ".local/state/ingam/old/"
    { "an old pair goes back to its empty place", ".ingam-abc.old", true, false,
        false, KIM_AT },
    { "a new pair takes its empty place", ".ingam-abc", true, false, false,
        KIM_AT },
    { "a pair whose place is taken is kept", ".ingam-abc", true, true, false,
        OLD "abc" },
    { "an old pair whose place is taken is kept", ".ingam-abc.old", true, true,
        false, OLD "abc" },
    { "half a pair goes", ".ingam-abc", false, true, false, NULL },
    { "half an old pair goes", ".ingam-abc.old", false, false, false, NULL },
    { "what is live is left alone", ".ingam-abc", true, true, true,
        "NPKI/IngamTest/USER/.ingam-abc" },
    { "what is not ours is left alone", ".ingamx", true, false, false,
        "NPKI/IngamTest/USER/.ingamx" },
};

static void
recovery_row(void **state)
{
    const struct recoveries *row = *state;
    struct buf other = certificate(KIM, 9);
    char name[1200];

    one();
    snprintf(name, sizeof(name), "NPKI/IngamTest/USER/%s", row->hidden);
    put_pair(name, &kim);
    if (row->target)
        put_pair(KIM_AT, &other);
    if (!row->whole) {
        snprintf(name, sizeof(name), "NPKI/IngamTest/USER/%s/signCert.der",
            row->hidden);
        put_file(name, &key_file);
    }
    assert_int_equal(store_recover(&host, host.paths.npki,
                         row->live ? abc_is_live : NULL, NULL),
        OK);
    assert_int_equal(store_recover(&host, host.paths.npki,
                         row->live ? abc_is_live : NULL, NULL),
        OK);
    file_is(GOOD "/signCert.der", &hong);
    if (row->target)
        file_is(KIM_AT "/signCert.der", &other);
    snprintf(name, sizeof(name), "%s/signCert.der",
        row->then == NULL ? "" : row->then);
    if (row->then != NULL)
        file_is(name, &kim);
    snprintf(name, sizeof(name), "NPKI/IngamTest/USER/%s", row->hidden);
    if (row->then == NULL || strstr(row->then, row->hidden) == NULL)
        assert_false(exists(name));
    buf_free(&other);
}

/* A writer clears up what a killed one left, and leaves its own to itself. */
static void
the_next_writer_clears_up(void **state)
{
    struct buf path = { 0 };

    (void)state;
    one();
    put_pair("NPKI/IngamTest/USER/.ingam-dead.old", &kim);
    make_dirs("NPKI/Other/USER/.ingam-half");
    put_file("NPKI/Other/USER/.ingam-half/signPri.key", &key_file);
    assert_int_equal(put(&hong, "t1", &path), OK);
    assert_false(exists("NPKI/IngamTest/USER/.ingam-dead.old"));
    assert_false(exists("NPKI/Other/USER/.ingam-half"));
    file_is(KIM_AT "/signCert.der", &kim);
    file_is(GOOD "/signCert.der", &hong);
    buf_free(&path);
}

/* A certificate without its key is of no use in its place. */
static void
a_pair_without_its_key_is_kept_outside(void **state)
{
    (void)state;
    make_dirs("NPKI/IngamTest/USER/.ingam-abc");
    put_file("NPKI/IngamTest/USER/.ingam-abc/signCert.der", &kim);
    assert_int_equal(store_recover(&host, host.paths.npki, NULL, NULL), OK);
    assert_false(exists(KIM_AT));
    file_is(OLD "abc/signCert.der", &kim);
}

/* --- locking -------------------------------------------------------------- */

static int64_t
quick(void *ctx)
{
    return *(int64_t *)ctx += 1000; /* a second at each look */
}

static void
a_second_writer_waits_and_gives_up(void **state)
{
    struct store_lock *first = NULL, *second = NULL;
    int64_t now = 0;
    struct host other = host;

    (void)state;
    other.clock.monotonic = quick;
    other.clock.ctx = &now;
    assert_int_equal(store_lock(&host, &first), OK);
    assert_int_equal(store_lock(&other, &second), ERR_STORE_BUSY);
    assert_in_range(now, 5000, 8000);
    store_unlock(first);
    assert_int_equal(store_lock(&other, &second), OK);
    store_unlock(second);
    store_unlock(NULL);
}

static void
a_killed_holder_lets_go(void **state)
{
    struct store_lock *lock = NULL;
    int ready[2];
    char byte = 0;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        (void)!store_lock(&host, &lock);
        (void)!write(ready[1], "x", 1);
        pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(store_lock(&host, &lock), OK);
    store_unlock(lock);
    close(ready[0]);
    close(ready[1]);
}

/* Several processes write the same DN under the lock, again and again. */
static void
writers_at_once_are_serialised(void **state)
{
    enum { WRITERS = 4, ROUNDS = 10 };
    struct store_list list = { 0 };
    struct store_lock *lock;
    struct buf der, path = { 0 };
    pid_t pids[WRITERS];
    char tag[32];
    int i, k, status;
    bool ok = true;

    (void)state;
    for (i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        if (pids[i] != 0)
            continue;
        for (k = 0; ok && k < ROUNDS; k++) {
            der = certificate(HONG, (uint32_t)(i * ROUNDS + k + 1));
            snprintf(tag, sizeof(tag), "w%d-%d", i, k);
            lock = NULL;
            ok = store_lock(&host, &lock) == OK && put(&der, tag, &path) == OK;
            store_unlock(lock);
        }
        _exit(ok ? 0 : 1);
    }
    for (i = 0; i < WRITERS; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(store_scan(&host, false, &list), OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.entries[0].broken, OK);
    store_list_free(&list);
}

/* --- scaffolding ---------------------------------------------------------- */

static int
setup_test(void **state)
{
    (void)state;
    support_folder(home);
    support_host(home, &host);
    return 0;
}

static int
teardown_test(void **state)
{
    char path[2048];

    (void)state;
    support_override(true);
    at(path, "media/USB");
    umount2(path, MNT_DETACH);
    support_host_free(&host);
    support_remove(home);
    return 0;
}

static int
setup(void **state)
{
    struct buf info = { 0 };
    X509 *x;

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    assert_int_equal(key_generate(crypto, NULL, &key), OK);
    password = support_text("Vector!2026");
    assert_int_equal(key_private_key_info(key, NULL, &info), OK);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &info, &password, &key_file), OK);
    support_own_vector("pbes2-aes256-sha256.key", &pbes2);
    x = support_certificate(crypto, key, HONG, 1, YEAR);
    assert_int_equal(cert_der(x, &hong), OK);
    X509_free(x);
    x = support_certificate(crypto, key, KIM, 1, YEAR);
    assert_int_equal(cert_der(x, &kim), OK);
    X509_free(x);
    buf_free(&info);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    crypto_free(crypto);
    buf_free(&password);
    buf_free(&key_file);
    buf_free(&pbes2);
    buf_free(&hong);
    buf_free(&kim);
    return 0;
}

int
main(void)
{
    static struct support_tests t;

    SUPPORT_ROWS(&t, scan_row, scans);
    SUPPORT_ROWS(&t, opens_row, opens);
    SUPPORT_ROWS(&t, name_row, names);
    SUPPORT_ROWS(&t, mode_row, modes);
    SUPPORT_ROWS(&t, refusal_row, refusals);
    SUPPORT_ROWS(&t, recovery_row, recoveries);
#define T(f) support_test(&t, #f, f)
    T(names_without_end_are_cut);
    T(key_file_states_are_told);
    T(media_are_looked_up_last);
    T(everything_is_written_exactly);
    T(an_old_pair_is_kept_outside);
    T(putting_twice_changes_nothing);
    T(names_do_not_collide);
    T(target_is_a_link);
    T(hidden_name_is_a_link);
    T(a_folder_others_may_write_is_refused);
    T(a_damaged_certificate_is_not_written);
    T(another_file_system_gives_its_old_pair);
    T(a_full_medium_keeps_its_old_pair);
    T(a_read_only_medium_says_so);
    T(a_file_size_limit_is_a_full_disk);
    T(the_next_writer_clears_up);
    T(a_pair_without_its_key_is_kept_outside);
    T(a_second_writer_waits_and_gives_up);
    T(a_killed_holder_lets_go);
    T(writers_at_once_are_serialised);
    support_each(&t, setup_test, teardown_test);
    return support_run("store", &t, setup, teardown);
}
