/* npki_mac.h - "PasswordBasedMac" as Korean CAs compute it. */
#ifndef TEST_CA_NPKI_MAC_H
#define TEST_CA_NPKI_MAC_H

#include "family.h"
#include "message.h"

#define OID_DES_MAC         "1.3.14.3.2.10"
#define NPKI_ITERATIONS_MAX 1000
#define NPKI_SALT_LEN       10 /* bytes */
#define NPKI_MAC_MAX        20 /* bytes */

/* Parameters of a request, to be used in its answers as well. */
struct npki_pbm {
    struct out salt;
    long iterations;
};

/* MAC of `data` in the family's form; the two switches turn it wrong. */
size_t npki_mac(const struct family *family, const struct npki_pbm *pbm,
    const char *secret, bool other_order, bool other_pad, struct span data,
    uint8_t mac[static NPKI_MAC_MAX]);

/* Check a message; ret_pbm gets its parameters (out_free() the salt). */
enum mac_result npki_check(const struct family *family, const struct message *m,
    const char *secret, struct npki_pbm *ret_pbm);

/* AlgorithmIdentifier of the family's form. */
void npki_algorithm(
    struct out *o, const struct family *family, const struct npki_pbm *pbm);

#endif
