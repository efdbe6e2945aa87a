/* verify_report.h - a verdict as JSON (docs/verify.md): the same object from the
 * command, from `ingam verify --json` and from the library. */
#ifndef INGAM_CMD_VERIFY_REPORT_H
#define INGAM_CMD_VERIFY_REPORT_H

#include <cjson/cJSON.h>

#include "pki/cms_verify.h"

/* Put its members into an object. ERR_NO_MEMORY, ERR_CRYPTO_UNAVAILABLE */
enum err verify_report(const struct crypto *crypto,
    const struct cms_verdict *verdict, cJSON *ret_object);

#endif
