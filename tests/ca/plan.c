#include "plan.h"

#include <string.h>

void
plan_init(struct plan *plan)
{
    *plan = (struct plan){
        .http_status = 200,
        .content_type = "application/pkixcmp",
        .pvno = 2,
        .salt_len = SALT_LEN,
        .extra_certs = 1,
        .body = -1,
        .responses = 1,
        .status = -1,
        .fail_info = -1,
        .check_after = 1,
    };
}
