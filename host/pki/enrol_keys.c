#include "pki/enrol_keys.h"

#include <string.h>

#include "base/mem.h"
#include "pki/key.h"

struct enrol_keys {
    EVP_PKEY *keys[2]; /* by enum cmp_kind */
    uint8_t random[VID_R_LEN];
    bool has_random;
};

enum err
enrol_keys_make(const struct host *host, const struct watch *watch,
    size_t count, struct enrol_keys **ret_keys)
{
    struct enrol_keys *keys = mem_alloc(sizeof(*keys));
    size_t i;
    enum err r;

    if (keys == NULL)
        return ERR_NO_MEMORY;
    r = key_random(host->crypto, keys->random);
    keys->has_random = r == OK;
    for (i = 0; i < count && i < 2 && r == OK; i++)
        r = key_generate(host->crypto, watch, &keys->keys[i]);
    if (r == OK)
        *ret_keys = keys;
    else
        enrol_keys_free(keys);
    return r;
}

void
enrol_keys_free(struct enrol_keys *keys)
{
    if (keys == NULL)
        return;
    EVP_PKEY_free(keys->keys[CMP_SIGN]);
    EVP_PKEY_free(keys->keys[CMP_KM]);
    mem_cleanse(keys, sizeof(*keys));
    mem_free(keys);
}

void
enrol_keys_take(struct enrol_keys *keys, enum cmp_kind kind, EVP_PKEY **ret_key)
{
    if (keys == NULL || keys->keys[kind] == NULL)
        return;
    *ret_key = keys->keys[kind];
    keys->keys[kind] = NULL;
}

bool
enrol_keys_ready(const struct enrol_keys *keys)
{
    return keys != NULL && keys->keys[CMP_SIGN] != NULL;
}

bool
enrol_keys_random(struct enrol_keys *keys, uint8_t ret_r[static VID_R_LEN])
{
    if (keys == NULL || !keys->has_random)
        return false;
    memcpy(ret_r, keys->random, VID_R_LEN);
    mem_cleanse(keys->random, VID_R_LEN);
    keys->has_random = false;
    return true;
}
