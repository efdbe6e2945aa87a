/* store.import - a certificate and its key from a file, or from a pair of
 * files, into the store. */
#include "cmd/store.h"

#include <string.h>

#include "cmd/enrol_call.h"
#include "cmd/store_call.h"
#include "pki/key.h"

/* A little more is let in than can be used, so that its size can be said. */
#define FILE_PARAM_MAX (2 * P12_FILE_MAX)
#define PAIR_PARAM_MAX (2 * P8_FILE_MAX)

static const struct param params[] = {
    { "content", PARAM_BASE64, FILE_PARAM_MAX, 0, NULL, "A .p12 or .pfx file" },
    { "certificateFile", PARAM_BASE64, PAIR_PARAM_MAX, 0, NULL,
        "Or a certificate file, as signCert.der" },
    { "keyFile", PARAM_BASE64, PAIR_PARAM_MAX, 0, NULL,
        "And its key file, as signPri.key" },
    { "kmCertificateFile", PARAM_BASE64, PAIR_PARAM_MAX, 0, NULL,
        "The certificate to encrypt, as kmCert.der" },
    { "kmKeyFile", PARAM_BASE64, PAIR_PARAM_MAX, 0, NULL,
        "And its key file, as kmPri.key" },
    { "password", PARAM_SECRET, P8_PASSWORD_MAX, PARAM_REQUIRED, NULL,
        "The password of the file" },
    { "newPassword", PARAM_SECRET, P8_PASSWORD_MAX, 0, NULL,
        "The password it shall have here, when it is to be another" },
    { "root", PARAM_TEXT, PATHS_MAX - 1, 0, NULL,
        "The NPKI folder to store in, when not the disk's" },
    { "keyScheme", PARAM_CHOICE, 0, 0, "compat|legacy|strong",
        "How the key file is encrypted here" },
    { "replace", PARAM_BOOL, 0, 0, NULL,
        "Take the place of what stands there" },
    { 0 },
};

/* One certificate and its key file, opened. */
static enum err
read_half(struct call *call, const char *certificate, const char *key_file,
    struct buf *ret_cert, struct buf *ret_key)
{
    struct crypto *crypto = call->host->crypto;
    const struct buf *der = &args_get(call, certificate)->bytes;
    const struct buf *file = &args_get(call, key_file)->bytes;
    struct buf info = { 0 };
    EVP_PKEY *key = NULL;
    X509 *x = NULL;
    enum err r;

    if (der->len > CERT_FILE_MAX || file->len > P8_FILE_MAX)
        return ERR_IMPORT_TOO_LARGE;
    if ((r = cert_parse(crypto, der, &x)) == ERR_CERTIFICATE_DAMAGED)
        r = ERR_IMPORT_INVALID;
    if (r != OK ||
        (r = p8_decrypt(
             crypto, file, &args_get(call, "password")->bytes, &info)) != OK ||
        (r = key_load_for(crypto, &info, x, &key)) != OK ||
        (r = buf_put(ret_cert, der->data, der->len)) != OK)
        goto out;
    buf_move(ret_key, &info);
out:
    EVP_PKEY_free(key);
    X509_free(x);
    buf_free(&info);
    return r;
}

static bool
given(const struct call *call, const char *name)
{
    return args_get(call, name)->given;
}

/* Exactly one of the two ways, and whole pairs only. */
static enum err
check_way(const struct call *call)
{
    bool pair = given(call, "certificateFile") || given(call, "keyFile");
    bool km = given(call, "kmCertificateFile") || given(call, "kmKeyFile");

    if (given(call, "content"))
        return pair || km ? ERR_PARAM_RANGE : OK;
    if (!given(call, "certificateFile") || !given(call, "keyFile") ||
        given(call, "kmCertificateFile") != given(call, "kmKeyFile"))
        return ERR_PARAM_MISSING;
    return OK;
}

static enum err
read_source(struct call *call, struct p12 *ret_p12)
{
    enum err r;

    if ((r = check_way(call)) != OK)
        return r;
    if (given(call, "content"))
        return p12_read(call->host->crypto, &args_get(call, "content")->bytes,
            &args_get(call, "password")->bytes, ret_p12);
    r = read_half(call, "certificateFile", "keyFile", &ret_p12->sign_cert,
        &ret_p12->sign_key);
    if (r == OK && given(call, "kmKeyFile"))
        r = read_half(call, "kmCertificateFile", "kmKeyFile", &ret_p12->km_cert,
            &ret_p12->km_key);
    return r;
}

/* The same under the password and in the scheme that it has here. */
static enum err
seal(struct call *call, struct p12 *p12, const X509 *x,
    struct store_pair *ret_pair)
{
    const char *name = args_text(call, "keyScheme");
    const struct buf *password = NULL;
    enum p8_scheme scheme = P8_COMPAT;
    enum err r;

    if ((r = p8_scheme_parse(name == NULL ? "compat" : name, &scheme)) != OK ||
        (r = store_call_password(call, x, &password)) != OK ||
        (r = store_call_seal(call, NULL, scheme, &p12->sign_key, password,
             &ret_pair->sign_key)) != OK)
        return r;
    if (p12->km_key.len > 0 &&
        (r = store_call_seal(call, NULL, scheme, &p12->km_key, password,
             &ret_pair->km_key)) != OK)
        return r;
    buf_move(&ret_pair->sign_cert, &p12->sign_cert);
    buf_move(&ret_pair->km_cert, &p12->km_cert);
    return OK;
}

static enum err
put_km(struct call *call, const struct buf *der)
{
    cJSON *object = cJSON_AddObjectToObject(call->result, "km");
    struct buf serial = { 0 };
    X509 *x = NULL;
    enum err r = ERR_NO_MEMORY;

    if (object != NULL && (r = cert_parse(call->host->crypto, der, &x)) == OK &&
        (r = cert_serial(x, CERT_SERIAL_HEX, &serial)) == OK)
        r = reply_text(object, "serial", buf_text(&serial));
    X509_free(x);
    buf_free(&serial);
    return r;
}

static enum err
put_result(struct call *call, const struct store_call_put *put, const char *id)
{
    enum err r;

    if ((r = store_call_show(call, put->root, id)) == OK &&
        (r = reply_bytes(call->result, "der", &put->pair->sign_cert)) == OK &&
        (r = reply_flag(call->result, "replaced", put->replaced)) == OK &&
        put->pair->km_cert.len > 0)
        r = put_km(call, &put->pair->km_cert);
    return r;
}

static enum err
run(struct call *call)
{
    char id[CERT_ID_LEN + 1], ca[STORE_CA_SIZE];
    struct store_pair pair = { 0 };
    struct store_call_put put = { .pair = &pair, .ca_folder = ca };
    struct crypto *crypto = call->host->crypto;
    struct p12 p12 = { 0 };
    X509 *x = NULL;
    enum err r;

    if (call->origin != NULL)
        return ERR_METHOD_UNKNOWN;
    put.replace = args_get(call, "replace")->flag;
    if ((r = enrol_call_root(call, args_text(call, "root"), &put.root)) != OK ||
        (r = read_source(call, &p12)) != OK ||
        (r = cert_parse(crypto, &p12.sign_cert, &x)) != OK ||
        (r = cert_id(x, id)) != OK || (r = seal(call, &p12, x, &pair)) != OK ||
        (r = store_ca_folder(crypto, x, ca)) != OK)
        goto out;
    put.x = x;
    r = store_call_done(
        call, "import", x, put.root, put.root, store_call_put(call, &put));
    if (r == OK)
        r = put_result(call, &put, id);
out:
    X509_free(x);
    p12_free(&p12);
    store_pair_free(&pair);
    buf_free(&put.path);
    return r;
}

const struct command cmd_store_import = {
    .name = "store.import",
    .run = run,
    .params = params,
    .flags = COMMAND_WRITES | COMMAND_PASSWORD | COMMAND_MEDIA,
    .help = "Bring a certificate in from a file or a pair of files",
};
