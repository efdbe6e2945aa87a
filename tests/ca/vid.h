/*
 * vid.h - the virtual ID that binds a certificate to an identity number
 * (KCAC.TS.SIVID), and the EncryptedVID by which a client hands over R.
 */
#ifndef TEST_CA_VID_H
#define TEST_CA_VID_H

#include "ca.h"

#define OID_ENCRYPTED_VID "1.2.410.200004.10.1.1.2"
#define VID_LEN           32u
#define R_LEN_MIN         20u /* bytes; 160 bits */
#define R_LEN_MAX         64u

/* VID = SHA-256(SHA-256(HashContent)) of a number and R (content octets). */
void vid_compute(const char *idn, struct span r, uint8_t vid[static VID_LEN]);

/*
 * R out of an EncryptedVID (the attribute's value). False with a reason for
 * the client's eyes when it is malformed or not meant for this CA.
 */
bool vid_open(const struct ca *ca, struct span value, struct out *ret_r,
    const char **ret_reason);

#endif
