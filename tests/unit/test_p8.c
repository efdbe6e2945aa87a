/* Key files: every scheme read, every bound, every damage one error. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <openssl/provider.h>

#include "pki/der.h"
#include "pki/key.h"
#include "pki/p8.h"
#include "pki/p8_scheme.h"

static struct crypto *crypto;
static struct buf own_password, own_info, own_random;

/* --- files that must open ------------------------------------------------- */

static struct opens {
    const char *name; /* a vector, or one of ours without a '/' */
    const char *scheme;
    uint32_t iterations;
    bool weak;
    const char *plain, *password;
} opens[] = {
    { "pypinksign/signPri.key", "seed-sha1", 2048, true,
        "pypinksign/signPri.plain-withR.p8.der", "pypinksign/password.txt" },
#define SYNTHETIC "synthetic/sign.plain.p8.der", "synthetic/password.txt"
    { "synthetic/signPri.key", "seed-sha1", 2048, true, SYNTHETIC },
    { "synthetic/signPri.seedcbc-1.4.key", "seed-old", 2048, true, SYNTHETIC },
    { "synthetic/signPri.pbes2-seed-sha1.key", "pbes2-seed-sha1", 2048, true,
        SYNTHETIC },
    { "synthetic/signPri.pbes2-seed-sha256.key", "pbes2-seed-sha256", 2048,
        true, SYNTHETIC },
    { "synthetic/signPri.pbes2-aria256-sha256.key", "pbes2-aria-sha256", 310000,
        false, SYNTHETIC },
    { "synthetic/signPri.pbes2-aes256-sha256.key", "pbes2-aes-sha256", 310000,
        false, SYNTHETIC },
    { "synthetic/kmPri.key", "seed-sha1", 2048, true,
        "synthetic/km.plain-noR.p8.der", "synthetic/password.txt" },
#define OWN 5, true, "info.der", "password"
    { "seed-sha1.key", "seed-sha1", OWN },
    { "seed-old.key", "seed-old", OWN },
    { "pbes2-seed-sha1.key", "pbes2-seed-sha1", OWN },
    { "pbes2-seed-sha256.key", "pbes2-seed-sha256", OWN },
    { "pbes2-aes128-sha1.key", "pbes2-aes-sha1", OWN },
    { "pbes2-aes192-sha1.key", "pbes2-aes-sha1", OWN },
    { "pbes2-aes256-sha1.key", "pbes2-aes-sha1", OWN },
    { "pbes2-aes128-sha256.key", "pbes2-aes-sha256", OWN },
    { "pbes2-aes192-sha256.key", "pbes2-aes-sha256", OWN },
    { "pbes2-aes256-sha256.key", "pbes2-aes-sha256", OWN },
    { "pbes2-aria128-sha1.key", "pbes2-aria-sha1", OWN },
    { "pbes2-aria192-sha1.key", "pbes2-aria-sha1", OWN },
    { "pbes2-aria256-sha1.key", "pbes2-aria-sha1", OWN },
    { "pbes2-aria128-sha256.key", "pbes2-aria-sha256", OWN },
    { "pbes2-aria192-sha256.key", "pbes2-aria-sha256", OWN },
    { "pbes2-aria256-sha256.key", "pbes2-aria-sha256", OWN },
};

static void
load(const char *name, struct buf *ret_data)
{
    if (strchr(name, '/') != NULL)
        support_vector(name, ret_data);
    else
        support_own_vector(name, ret_data);
}

static void
opens_row(void **state)
{
    const struct opens *row = *state;
    struct buf file = { 0 }, plain = { 0 }, password = { 0 }, got = { 0 };
    struct p8_info info;
    EVP_PKEY *key = NULL;

    load(row->name, &file);
    load(row->plain, &plain);
    load(row->password, &password);
    assert_int_equal(p8_info(&file, &info), OK);
    assert_string_equal(info.scheme, row->scheme);
    assert_int_equal(info.iterations, row->iterations);
    assert_int_equal(info.weak, row->weak);
    assert_int_equal(p8_decrypt(crypto, &file, &password, &got), OK);
    assert_int_equal(got.len, plain.len);
    assert_memory_equal(got.data, plain.data, plain.len);
    assert_int_equal(key_load(crypto, &got, &key), OK);
    EVP_PKEY_free(key);
    buf_free(&file);
    buf_free(&plain);
    buf_free(&password);
    buf_free(&got);
}

/* --- damage --------------------------------------------------------------- */

static struct damage {
    const char *name;
} damages[] = {
    { "seed-sha1.key" },
    { "seed-old.key" },
    { "pbes2-seed-sha1.key" },
    { "pbes2-seed-sha256.key" },
    { "pbes2-aria256-sha1.key" },
    { "pbes2-aria128-sha256.key" },
    { "pbes2-aes256-sha256.key" },
    { "pbes2-aes128-sha1.key" },
};

/* What a damaged file gives: an error, or the very same key. */
static enum err
open_key(const struct buf *file, const EVP_PKEY *want)
{
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;
    enum err r;

    if ((r = p8_decrypt(crypto, file, &own_password, &info)) == OK)
        r = key_load(crypto, &info, &key);
    if (r == OK)
        assert_int_equal(EVP_PKEY_eq(key, want), 1);
    else
        assert_true(r == ERR_PASSWORD_WRONG || r == ERR_KEY_FILE_DAMAGED ||
                    r == ERR_KEY_SCHEME_UNSUPPORTED);
    EVP_PKEY_free(key);
    buf_free(&info);
    return r;
}

static void
truncated_row(void **state)
{
    const struct damage *row = *state;
    struct buf file = { 0 };

    support_own_vector(row->name, &file);
    for (file.len--; file.len > 0; file.len--)
        assert_int_equal(open_key(&file, NULL), ERR_KEY_FILE_DAMAGED);
    assert_int_equal(open_key(&file, NULL), ERR_KEY_FILE_DAMAGED);
    buf_free(&file);
}

static void
mutated_row(void **state)
{
    static const uint8_t flips[] = { 0x01, 0x80, 0xFF };
    const struct damage *row = *state;
    struct buf file = { 0 };
    struct p8_parts parts;
    EVP_PKEY *want = NULL;
    size_t i, k, accepted = 0;

    support_own_vector(row->name, &file);
    assert_int_equal(key_load(crypto, &own_info, &want), OK);
    assert_int_equal(open_key(&file, want), OK);
    for (i = 0; i < file.len; i++)
        for (k = 0; k < sizeof(flips); k++) {
            file.data[i] ^= flips[k];
            /* an honest but expensive count is not what is tested here */
            if (p8_parts_read(&file, &parts) != OK || parts.iterations < 100000)
                accepted += open_key(&file, want) == OK;
            file.data[i] ^= flips[k];
        }
    /* only R, and the NULL of the key's algorithm, can differ unseen */
    assert_true(accepted < 100);
    EVP_PKEY_free(want);
    buf_free(&file);
}

static void
appended_row(void **state)
{
    const struct damage *row = *state;
    struct buf file = { 0 };

    support_own_vector(row->name, &file);
    assert_int_equal(buf_put_byte(&file, 0), OK);
    assert_int_equal(open_key(&file, NULL), ERR_KEY_FILE_DAMAGED);
    buf_free(&file);
}

/* Hundreds of wrong passwords: one error, whatever the padding looks like. */
static void
wrong_password_row(void **state)
{
    const struct damage *row = *state;
    struct buf file = { 0 }, info = { 0 }, password;
    char text[32];
    int i;

    support_own_vector(row->name, &file);
    for (i = 0; i < 700; i++) {
        snprintf(text, sizeof(text), "Wrong!%06d", i);
        password = support_text(text);
        assert_int_equal(
            p8_decrypt(crypto, &file, &password, &info), ERR_PASSWORD_WRONG);
        assert_int_equal(info.len, 0);
        buf_free(&password);
    }
    buf_free(&file);
}

/* --- bounds --------------------------------------------------------------- */

static const uint8_t bytes_70[70] = { 7 };

static struct bound {
    const char *name;
    enum p8_kdf kdf;
    enum oid cipher;
    size_t salt, iv, encrypted;
    uint32_t iterations;
    enum err want;
} bounds[] = {
#define B(name, kdf, salt, iv, encrypted, iterations, want)                    \
    {                                                                          \
        name, kdf, OID_SEED_CBC, salt, iv, encrypted, iterations, want         \
    }
#define PB1 P8_PBKDF1
#define PB2 P8_PBKDF2_SHA1
    B("no iterations", PB1, 8, 16, 64, 0, ERR_KEY_FILE_DAMAGED),
    B("one iteration", PB1, 8, 16, 64, 1, OK),
    B("most iterations", PB1, 8, 16, 64, P8_ITERATIONS_MAX, OK),
    B("one iteration too many", PB1, 8, 16, 64, P8_ITERATIONS_MAX + 1,
        ERR_KEY_FILE_DAMAGED),
    B("2^31 iterations", PB1, 8, 16, 64, 0x80000000u, ERR_KEY_FILE_DAMAGED),
    B("2^32-1 iterations", PB1, 8, 16, 64, 0xFFFFFFFFu, ERR_KEY_FILE_DAMAGED),
    B("no salt", PB1, 0, 16, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("salt too short", PB1, 7, 16, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("longest salt", PB1, 64, 16, 64, 1, OK),
    B("salt too long", PB1, 65, 16, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("no PBES2 iterations", PB2, 8, 16, 64, 0, ERR_KEY_FILE_DAMAGED),
    B("one PBES2 iteration", PB2, 8, 16, 64, 1, OK),
    B("most PBES2 iterations", PB2, 8, 16, 64, P8_ITERATIONS_MAX, OK),
    B("one PBES2 iteration too many", PB2, 8, 16, 64, P8_ITERATIONS_MAX + 1,
        ERR_KEY_FILE_DAMAGED),
    B("PBES2 salt too short", PB2, 7, 16, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("PBES2 longest salt", PB2, 64, 16, 64, 1, OK),
    B("PBES2 salt too long", PB2, 65, 16, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("no IV", PB2, 8, 0, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("IV too short", PB2, 8, 15, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("IV too long", PB2, 8, 17, 64, 1, ERR_KEY_FILE_DAMAGED),
    B("no ciphertext", PB2, 8, 16, 0, 1, ERR_KEY_FILE_DAMAGED),
    B("one byte of ciphertext", PB2, 8, 16, 1, 1, ERR_KEY_FILE_DAMAGED),
    B("15 bytes of ciphertext", PB2, 8, 16, 15, 1, ERR_KEY_FILE_DAMAGED),
    B("one block", PB2, 8, 16, 16, 1, OK),
    B("17 bytes of ciphertext", PB2, 8, 16, 17, 1, ERR_KEY_FILE_DAMAGED),
};

static void
bound_row(void **state)
{
    const struct bound *row = *state;
    struct p8_parts parts = {
        .kdf = row->kdf,
        .cipher = p8_cipher_of(row->cipher),
        .salt = { bytes_70, row->salt },
        .iv = { bytes_70, row->iv },
        .encrypted = { bytes_70, row->encrypted },
        .iterations = row->iterations,
    };
    struct buf file = { 0 };
    struct p8_info info;

    assert_int_equal(p8_parts_write(&parts, &file), OK);
    assert_int_equal(p8_info(&file, &info), row->want);
    if (row->want == OK)
        assert_int_equal(info.iterations, row->iterations);
    buf_free(&file);
}

/* Files written out by hand: what no writer of ours can make. */
static struct by_hand {
    const char *name, *hex;
    enum err want;
} by_hand[] = {
#define KDF "06092a864886f70d01050c"
#define SEED                                                                   \
    "301c"                                                                     \
    "06082a831a8c9a440104"                                                     \
    "041000112233445566778899aabbccddeeff"
#define BLOCK "041000112233445566778899aabbccddeeff"
#define PBES2 "06092a864886f70d01050d"
    { "PBES2 without keyLength",
        "305d"
        "3049" PBES2 "303c"
        "301c" KDF "300f"
        "04080102030405060708"
        "02030186a0" SEED BLOCK,
        OK },
    { "keyLength of the cipher",
        "3060"
        "304c" PBES2 "303f"
        "301f" KDF "3012"
        "04080102030405060708"
        "02030186a0"
        "020110" SEED BLOCK,
        OK },
    { "keyLength too small",
        "3060"
        "304c" PBES2 "303f"
        "301f" KDF "3012"
        "04080102030405060708"
        "02030186a0"
        "02010f" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "keyLength too large",
        "3060"
        "304c" PBES2 "303f"
        "301f" KDF "3012"
        "04080102030405060708"
        "02030186a0"
        "020111" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "negative iterations",
        "305d"
        "3049" PBES2 "303c"
        "301c" KDF "300f"
        "04080102030405060708"
        "0203ff86a0" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "iterations of 2^63",
        "3063"
        "304f" PBES2 "3042"
        "3022" KDF "3015"
        "04080102030405060708"
        "0209008000000000000000" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "iterations not in their shortest form",
        "305e"
        "304a" PBES2 "303d"
        "301d" KDF "3010"
        "04080102030405060708"
        "0204000186a0" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "salt by algorithm",
        "305d"
        "3049" PBES2 "303c"
        "301c" KDF "300f"
        "30080102030405060708"
        "02030186a0" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "PRF HMAC-SHA512",
        "306b"
        "3057" PBES2 "304a"
        "302a" KDF "301d"
        "04080102030405060708"
        "02030186a0"
        "300c06082a864886f70d020b0500" SEED BLOCK,
        ERR_KEY_SCHEME_UNSUPPORTED },
    { "PRF HMAC-SHA1 said aloud",
        "306b"
        "3057" PBES2 "304a"
        "302a" KDF "301d"
        "04080102030405060708"
        "02030186a0"
        "300c06082a864886f70d02070500" SEED BLOCK,
        OK },
    { "PRF with a strange parameter",
        "306c"
        "3058" PBES2 "304b"
        "302b" KDF "301e"
        "04080102030405060708"
        "02030186a0"
        "300d06082a864886f70d0207020101" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "cipher 3DES",
        "305c"
        "3048" PBES2 "303b"
        "301c" KDF "300f"
        "04080102030405060708"
        "02030186a0"
        "301b"
        "06082a864886f70d0307"
        "040f00112233445566778899aabbccddee" BLOCK,
        ERR_KEY_SCHEME_UNSUPPORTED },
    { "scheme pbeWithMD5AndDES-CBC",
        "3031"
        "301d"
        "06092a864886f70d010503"
        "3010"
        "04080102030405060708"
        "0204000186a0" BLOCK,
        ERR_KEY_SCHEME_UNSUPPORTED },
    { "indefinite length",
        "3080"
        "3049" PBES2 "303c"
        "301c" KDF "300f"
        "04080102030405060708"
        "02030186a0" SEED BLOCK "0000",
        ERR_KEY_FILE_DAMAGED },
    { "length not in its shortest form",
        "30815d"
        "3049" PBES2 "303c"
        "301c" KDF "300f"
        "04080102030405060708"
        "02030186a0" SEED BLOCK,
        ERR_KEY_FILE_DAMAGED },
    { "a clear PrivateKeyInfo",
        "300a"
        "020100"
        "30030601"
        "2a"
        "0400",
        ERR_KEY_FILE_DAMAGED },
    { "nothing", "", ERR_KEY_FILE_DAMAGED },
    { "one byte", "30", ERR_KEY_FILE_DAMAGED },
};

static void
from_hex(const char *hex, struct buf *ret_data)
{
    unsigned byte;

    for (; *hex != '\0'; hex += 2) {
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        assert_int_equal(buf_put_byte(ret_data, (uint8_t)byte), OK);
    }
}

static void
by_hand_row(void **state)
{
    const struct by_hand *row = *state;
    struct buf file = { 0 };
    struct p8_info info;

    from_hex(row->hex, &file);
    assert_int_equal(p8_info(&file, &info), row->want);
    buf_free(&file);
}

static void
file_size_is_bounded(void **state)
{
    struct buf file = { 0 }, written = { 0 };
    struct p8_info info;
    struct p8_parts parts;
    uint8_t *big = calloc(1, P8_FILE_MAX);

    (void)state;
    support_own_vector("seed-sha1.key", &file);
    assert_int_equal(p8_parts_read(&file, &parts), OK);
    parts.encrypted = (struct der){ big, P8_FILE_MAX - 48 };
    assert_int_equal(p8_parts_write(&parts, &written), OK);
    assert_true(written.len <= P8_FILE_MAX);
    assert_int_equal(p8_info(&written, &info), OK);
    parts.encrypted.len += 16;
    buf_free(&written);
    assert_int_equal(p8_parts_write(&parts, &written), OK);
    assert_true(written.len > P8_FILE_MAX);
    assert_int_equal(p8_info(&written, &info), ERR_KEY_FILE_DAMAGED);
    buf_free(&written);
    buf_free(&file); /* parts point into it */
    free(big);
}

/* --- paddings under the right key (T138) ---------------------------------- */

static struct padding {
    const char *name;
    uint8_t byte; /* what the last bytes are */
    size_t count; /* how many of them */
    enum err want;
} paddings[] = {
    { "as it should be", 0, 0, OK },
    { "last byte 0", 0x00, 1, ERR_PASSWORD_WRONG },
    { "last byte 0x11", 0x11, 1, ERR_PASSWORD_WRONG },
    { "last byte 0xff", 0xFF, 1, ERR_PASSWORD_WRONG },
    { "sixteen of 0x10", 0x10, 16, ERR_PASSWORD_WRONG },
    { "sixteen of 0x11", 0x11, 16, ERR_PASSWORD_WRONG },
    { "all zero", 0x00, 16, ERR_PASSWORD_WRONG },
    { "one of 0x01", 0x01, 1, ERR_PASSWORD_WRONG },
    { "one of 0x02", 0x02, 1, ERR_PASSWORD_WRONG },
};

static void
padding_row(void **state)
{
    const struct padding *row = *state;
    struct buf file = { 0 }, clear = { 0 }, sealed = { 0 }, info = { 0 };
    struct p8_parts parts;
    struct der in;
    size_t pad = 16 - own_info.len % 16;
    /* a key that fills its blocks is padded by sixteen of 0x10 */
    enum err want = row->count == pad && row->byte == pad ? OK : row->want;

    support_own_vector("pbes2-seed-sha256.key", &file);
    assert_int_equal(p8_parts_read(&file, &parts), OK);
    assert_int_equal(buf_put(&clear, own_info.data, own_info.len), OK);
    assert_int_equal(buf_extend(&clear, pad), OK);
    memset(clear.data + clear.len - pad, (int)pad, pad);
    memset(clear.data + clear.len - row->count, row->byte, row->count);
    in = der_of(&clear);
    assert_int_equal(
        p8_crypt(crypto, &parts, true, &own_password, &in, &sealed), OK);
    parts.encrypted = der_of(&sealed);
    assert_int_equal(p8_parts_write(&parts, &clear), OK);
    assert_int_equal(p8_decrypt(crypto, &clear, &own_password, &info), want);
    buf_free(&file);
    buf_free(&clear);
    buf_free(&sealed);
    buf_free(&info);
}

/* --- passwords ------------------------------------------------------------ */

static struct password {
    const char *name;
    const char *written, *tried; /* NULL: a long one of 256 bytes */
    size_t written_len, tried_len;
    enum err want;
} passwords[] = {
#define P(name, w, t, want)                                                    \
    {                                                                          \
        name, w, t, sizeof(w) - 1, sizeof(t) - 1, want                         \
    }
    P("empty", "", "", OK),
    P("empty against a blank", "", " ", ERR_PASSWORD_WRONG),
    P("one character", "a", "a", OK),
    P("case counts", "Abc", "abc", ERR_PASSWORD_WRONG),
    P("a NUL is part of it", "ab\0cd", "ab\0cd", OK),
    P("a NUL does not end it", "ab\0cd", "ab", ERR_PASSWORD_WRONG),
    P("a NUL at the end counts", "ab\0", "ab", ERR_PASSWORD_WRONG),
    P("Hangul in UTF-8", "비밀번호", "비밀번호", OK),
    P("Hangul in CP949, typed as UTF-8", "\xba\xf1\xb9\xd0\xb9\xf8\xc8\xa3",
        "비밀번호", OK),
    P("another Hangul in CP949", "\xba\xf1\xb9\xd0\xb9\xf8\xc8\xa3", "비밀번허",
        ERR_PASSWORD_WRONG),
    P("decomposed Hangul is another password", "가", "\xe1\x84\x80\xe1\x85\xa1",
        ERR_PASSWORD_WRONG),
    P("what CP949 has not", "pw\xf0\x9f\x94\x91", "pw\xf0\x9f\x94\x92",
        ERR_PASSWORD_WRONG),
    P("bytes that are not UTF-8", "\xff\xfe\x80", "\xff\xfe\x80", OK),
    P("blanks at the ends count", " a ", "a", ERR_PASSWORD_WRONG),
};

static void
password_row(void **state)
{
    const struct password *row = *state;
    struct buf written = { 0 }, tried = { 0 }, file = { 0 }, info = { 0 };

    assert_int_equal(buf_put(&written, row->written, row->written_len), OK);
    assert_int_equal(buf_put(&tried, row->tried, row->tried_len), OK);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &own_info, &written, &file), OK);
    assert_int_equal(p8_decrypt(crypto, &file, &tried, &info), row->want);
    buf_free(&written);
    buf_free(&tried);
    buf_free(&file);
    buf_free(&info);
}

static void
password_length_is_bounded(void **state)
{
    struct buf password = { 0 }, file = { 0 }, info = { 0 };

    (void)state;
    assert_int_equal(buf_extend(&password, P8_PASSWORD_MAX), OK);
    memset(password.data, 'x', password.len);
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &own_info, &password, &file), OK);
    assert_int_equal(p8_decrypt(crypto, &file, &password, &info), OK);
    buf_free(&info);
    assert_int_equal(buf_put_byte(&password, 'x'), OK);
    assert_int_equal(
        p8_decrypt(crypto, &file, &password, &info), ERR_PASSWORD_WRONG);
    buf_free(&file);
    assert_int_equal(p8_encrypt(crypto, P8_LEGACY, &own_info, &password, &file),
        ERR_PARAM_RANGE);
    buf_free(&password);
}

/* --- what we write -------------------------------------------------------- */

static struct writes {
    const char *name;
    enum p8_scheme scheme;
    const char *scheme_name;
    uint32_t iterations;
    bool openssl; /* can the openssl program read it? */
} writes[] = {
    { "compat", P8_COMPAT, "pbes2-seed-sha1", 100000, true },
    { "legacy", P8_LEGACY, "seed-sha1", 2048, false },
    { "strong", P8_STRONG, "pbes2-aes-sha256", 600000, true },
};

/* A second implementation must find the same key in the file. */
static void
openssl_reads(const struct buf *file, const char *folder, bool can)
{
    char in[300], out[300], secret[300];
    const char *const argv[] = { "openssl", "pkey", "-provider", "legacy",
        "-provider", "default", "-inform", "DER", "-in", in, "-passin", secret,
        "-outform", "DER", "-traditional", "-out", out, NULL };
    struct buf got = { 0 }, want = { 0 };

    snprintf(in, sizeof(in), "%s/file.key", folder);
    snprintf(out, sizeof(out), "%s/out.der", folder);
    snprintf(secret, sizeof(secret), "file:%s/password", folder);
    support_write(in, file->data, file->len);
    support_write(secret + 5, own_password.data, own_password.len);
    assert_int_equal(support_spawn(argv) == 0, can);
    if (can) {
        support_own_vector("rsa.der", &want);
        assert_true(support_read(out, &got));
        assert_int_equal(got.len, want.len);
        assert_memory_equal(got.data, want.data, want.len);
    }
    buf_free(&got);
    buf_free(&want);
}

static void
writes_row(void **state)
{
    const struct writes *row = *state;
    struct buf file = { 0 }, again = { 0 }, info = { 0 };
    struct p8_info told;
    enum p8_scheme scheme;
    uint8_t random[VID_R_LEN];
    char folder[256];

    assert_int_equal(p8_scheme_parse(row->name, &scheme), OK);
    assert_int_equal(scheme, row->scheme);
    assert_int_equal(
        p8_encrypt(crypto, scheme, &own_info, &own_password, &file), OK);
    assert_int_equal(
        p8_encrypt(crypto, scheme, &own_info, &own_password, &again), OK);
    assert_true(file.len == again.len &&
                memcmp(file.data, again.data, file.len) != 0); /* fresh salt */
    assert_int_equal(p8_info(&file, &told), OK);
    assert_string_equal(told.scheme, row->scheme_name);
    assert_int_equal(told.iterations, row->iterations);
    assert_int_equal(p8_decrypt(crypto, &file, &own_password, &info), OK);
    assert_int_equal(info.len, own_info.len);
    assert_memory_equal(info.data, own_info.data, info.len);
    assert_int_equal(p8_random(&info, random), OK);
    assert_memory_equal(random, own_random.data, VID_R_LEN);
    support_folder(folder);
    openssl_reads(&file, folder, row->openssl);
    support_remove(folder);
    buf_free(&file);
    buf_free(&again);
    buf_free(&info);
}

/* Files under one password that lie together: one salt, never one IV. */
static void
together_row(void **state)
{
    const struct writes *row = *state;
    struct buf other = support_text("Another!1234"), info = { 0 };
    struct buf files[3] = { { 0 } };
    struct p8_derived derived = { 0 };
    struct p8_parts parts[3];
    bool same;
    size_t i;

    for (i = 0; i < 3; i++) {
        if (i == 2)
            p8_derived_free(&derived);
        assert_int_equal(p8_encrypt_with(crypto, row->scheme, &own_info,
                             &own_password, &derived, &files[i]),
            OK);
        assert_int_equal(p8_parts_read(&files[i], &parts[i]), OK);
        assert_int_equal(
            p8_decrypt(crypto, &files[i], &own_password, &info), OK);
        assert_memory_equal(info.data, own_info.data, own_info.len);
        assert_int_equal(
            p8_decrypt(crypto, &files[i], &other, &info), ERR_PASSWORD_WRONG);
        buf_free(&info);
    }
    same = row->scheme != P8_LEGACY;
    for (i = 1; i < 3; i++) {
        assert_int_equal(memcmp(parts[i].salt.data, parts[i - 1].salt.data,
                             parts[i].salt.len) == 0,
            same && i == 1);
        assert_memory_not_equal(parts[i].encrypted.data,
            parts[i - 1].encrypted.data, parts[i].encrypted.len);
        if (parts[i].iv.len > 0)
            assert_memory_not_equal(
                parts[i].iv.data, parts[i - 1].iv.data, P8_BLOCK);
    }
    p8_derived_free(&derived);
    for (i = 0; i < 3; i++)
        buf_free(&files[i]);
    buf_free(&other);
}

/* What was derived for one scheme does not serve another. */
static void
a_scheme_derives_for_itself(void **state)
{
    static const enum p8_scheme order[] = { P8_COMPAT, P8_STRONG, P8_LEGACY,
        P8_COMPAT };
    struct p8_derived derived = { 0 };
    struct buf file = { 0 }, info = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        assert_int_equal(p8_encrypt_with(crypto, order[i], &own_info,
                             &own_password, &derived, &file),
            OK);
        assert_int_equal(p8_decrypt(crypto, &file, &own_password, &info), OK);
        buf_free(&file);
        buf_free(&info);
    }
    p8_derived_free(&derived);
}

static void
schemes_have_three_names(void **state)
{
    static const char *const not_names[] = { "", "Compat", "compat ", "aes",
        "seed-sha1" };
    enum p8_scheme scheme;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(not_names) / sizeof(not_names[0]); i++)
        assert_int_equal(
            p8_scheme_parse(not_names[i], &scheme), ERR_PARAM_RANGE);
}

static void
only_a_private_key_is_encrypted(void **state)
{
    struct buf rubbish = support_text("not a key"), file = { 0 };

    (void)state;
    assert_int_equal(
        p8_encrypt(crypto, P8_LEGACY, &rubbish, &own_password, &file),
        ERR_PARAM_RANGE);
    buf_free(&rubbish);
}

static void
r_may_be_missing(void **state)
{
    struct buf info = { 0 };
    uint8_t random[VID_R_LEN];

    (void)state;
    support_own_vector("info-noR.der", &info);
    assert_int_equal(p8_random(&info, random), ERR_IDENTITY_VALUE_MISSING);
    buf_free(&info);
    assert_int_equal(p8_random(&info, random), ERR_IDENTITY_VALUE_MISSING);
}

static void
r_of_the_sample_is_found(void **state)
{
    struct buf info = { 0 }, want = { 0 };
    uint8_t random[VID_R_LEN];

    (void)state;
    support_vector("pypinksign/signPri.plain-withR.p8.der", &info);
    support_vector("pypinksign/R.bin", &want);
    assert_int_equal(p8_random(&info, random), OK);
    assert_memory_equal(random, want.data, VID_R_LEN);
    buf_free(&info);
    buf_free(&want);
}

/* Without the legacy provider SEED is missing: that says nothing of the
 * password, right or wrong. */
static void
a_missing_cipher_is_not_a_wrong_password(void **state)
{
    struct buf wrong = support_text("Wrong!2026"), file = { 0 }, info = { 0 };
    struct crypto *bare = NULL;

    (void)state;
    assert_int_equal(crypto_new(&bare), OK);
    OSSL_PROVIDER_set_default_search_path(crypto_libctx(bare), "/nonexistent");
    support_own_vector("seed-sha1.key", &file);
    assert_int_equal(
        p8_decrypt(bare, &file, &own_password, &info), ERR_CRYPTO_UNAVAILABLE);
    assert_int_equal(
        p8_decrypt(bare, &file, &wrong, &info), ERR_CRYPTO_UNAVAILABLE);
    buf_free(&file);
    assert_int_equal(
        p8_encrypt(bare, P8_COMPAT, &own_info, &own_password, &file),
        ERR_CRYPTO_UNAVAILABLE);
    support_own_vector("pbes2-aes256-sha256.key", &file);
    assert_int_equal(p8_decrypt(bare, &file, &own_password, &info), OK);
    buf_free(&file);
    buf_free(&info);
    buf_free(&wrong);
    crypto_free(bare);
}

/* The KDF of PBES2 alone: key and IV of the published sample (npki.md 9.2);
 * its ciphertext is random, so all there is to see is that it is refused. */
static void
random_ciphertext_is_a_wrong_password(void **state)
{
    struct buf file = { 0 }, password = { 0 }, info = { 0 };

    (void)state;
    support_vector("pypinksign/signPri.pbes2-seed.key", &file);
    support_vector("pypinksign/password.txt", &password);
    assert_int_equal(
        p8_decrypt(crypto, &file, &password, &info), ERR_PASSWORD_WRONG);
    buf_free(&file);
    buf_free(&password);
}

static int
setup(void **state)
{
    struct buf hex = { 0 };

    (void)state;
    assert_int_equal(crypto_new(&crypto), OK);
    support_own_vector("password", &own_password);
    support_own_vector("info.der", &own_info);
    support_own_vector("R.hex", &hex);
    from_hex(buf_text(&hex), &own_random);
    buf_free(&hex);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    buf_free(&own_password);
    buf_free(&own_info);
    buf_free(&own_random);
    crypto_free(crypto);
    return 0;
}

int
main(void)
{
    static struct support_tests tests;

    SUPPORT_ROWS(&tests, opens_row, opens);
    SUPPORT_ROWS(&tests, truncated_row, damages);
    SUPPORT_ROWS(&tests, mutated_row, damages);
    SUPPORT_ROWS(&tests, appended_row, damages);
    SUPPORT_ROWS(&tests, wrong_password_row, damages);
    SUPPORT_ROWS(&tests, bound_row, bounds);
    SUPPORT_ROWS(&tests, by_hand_row, by_hand);
    SUPPORT_ROWS(&tests, padding_row, paddings);
    SUPPORT_ROWS(&tests, password_row, passwords);
    SUPPORT_ROWS(&tests, writes_row, writes);
    SUPPORT_ROWS(&tests, together_row, writes);
    support_test(
        &tests, "a scheme derives for itself", a_scheme_derives_for_itself);
    support_test(&tests, "file size is bounded", file_size_is_bounded);
    support_test(
        &tests, "password length is bounded", password_length_is_bounded);
    support_test(&tests, "schemes have three names", schemes_have_three_names);
    support_test(&tests, "only a private key is encrypted",
        only_a_private_key_is_encrypted);
    support_test(&tests, "R may be missing", r_may_be_missing);
    support_test(&tests, "R of the sample is found", r_of_the_sample_is_found);
    support_test(&tests, "a missing cipher is not a wrong password",
        a_missing_cipher_is_not_a_wrong_password);
    support_test(&tests, "random ciphertext is a wrong password",
        random_ciphertext_is_a_wrong_password);
    return support_run("p8", &tests, setup, teardown);
}
